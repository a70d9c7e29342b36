"""Settings of a callback, or what a function gives back to it, that Keras does not take."""

from __future__ import annotations

import ast
from types import CodeType, FunctionType
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.contract.refusals import Refusal, when_refused
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_SCHEDULE = (
    "Keras sets the learning rate to what the function returns, at the beginning of each epoch.",
    "Let each way through the function end in return with a number: return lr where nothing changes, return float(…) "
    "for a tensor or a string.",
    "keras.callbacks.LearningRateScheduler",
)
_GIVES = "The function of LearningRateScheduler gives {0}, and has to give a float"
_GOT = r"Got: (.{1,60}?)\.?$"
_REFUSALS = (
    Refusal("The output of the `schedule` function should be a float", _GIVES, *_SCHEDULE, reads=_GOT),
    Refusal('The output of the "schedule" function should be float. Got', _GIVES, *_SCHEDULE, reads=_GOT),
    Refusal('The output of the "schedule" function should be float', _GIVES.format("no float"), *_SCHEDULE),
    Refusal('The dtype of "lr" Tensor should be float', _GIVES, *_SCHEDULE, reads=_GOT),
    Refusal(
        "Failed to format this callback filepath",
        "The name of the file asks for {0}, which this training does not give",
        "The words in {{…}} are epoch and the names that fit shows: val_loss and the like come with validation data "
        "alone.",
        "Give fit validation_data=… or validation_split=0.2, or write a name that is there: "
        "'{{epoch:02d}}-{{loss:.2f}}'.",
        "keras.callbacks.ModelCheckpoint",
        r"Reason: \\?'(.{1,30}?)\\?'",
    ),
    Refusal(
        'Optimizer must have a "lr" attribute',
        "The optimizer has no learning rate that a callback can set",
        "Its attribute lr is gone, or a schedule sets it.",
        "Give the optimizer a number as learning_rate, and take callbacks of the same Keras as the model.",
        "keras.callbacks.LearningRateScheduler",
    ),
    Refusal(
        "Unrecognized save_freq",
        "save_freq is {0}, and has to be 'epoch' or a number of batches",
        "A number counts batches, not epochs.",
        "Write save_freq='epoch'; for every 5 epochs save_freq=5 * steps_per_epoch.",
        "keras.callbacks.ModelCheckpoint",
        r"save_freq: (\S+?)(?:\. |$)",
    ),
    Refusal(
        "does not support a factor >= 1.0",
        "ReduceLROnPlateau multiplies the learning rate by factor, which has to be below 1",
        "A factor of 1 or more would not reduce it.",
        "Write factor=0.1 for a tenth, 0.5 for a half.",
        "keras.callbacks.ReduceLROnPlateau",
    ),
    Refusal(
        "use the BackupAndRestore callback, you model must be built",
        "BackupAndRestore needs a model whose weights are made already",
        "It reads them before the first batch.",
        "Begin the model with keras.Input(shape=(…)), or call model.build((None, …)) before fit.",
        "keras.callbacks.BackupAndRestore",
    ),
    Refusal(
        "specify a non-directory filepath for ModelCheckpoint",
        "ModelCheckpoint is to write a file, and {0} is a folder",
        "It has the same name as the file that is to be written.",
        "Give a name of a file: '{0}/best.keras'; or remove the folder.",
        "keras.callbacks.ModelCheckpoint",
        r"existing directory: f?(\S+)",
    ),
    Refusal(
        "must be used when `use_ema=True` is set",
        "SwapEMAWeights needs an optimizer that averages the weights",
        "The averages are the optimizer's.",
        "Make the optimizer with use_ema=True: keras.optimizers.Adam(use_ema=True).",
        "keras.callbacks.SwapEMAWeights",
    ),
    Refusal(
        "Unrecognized `Embedding` layer names",
        "TensorBoard is given metadata for an Embedding that the model does not have: {0}",
        "embeddings_metadata names Embedding layers of the model.",
        "Take the names that model.summary() shows.",
        "keras.callbacks.TensorBoard",
        r"argument: (.{1,80})",
    ),
)


_told = when_refused("KD126", _REFUSALS)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if "object is not callable" in failure.message:
        yield from _called_too_early(failure)
    else:
        yield from _told(failure, world)


def _called_too_early(failure: Failure) -> Iterator[Problem]:
    """``LearningRateScheduler(0.001)``, and ``LearningRateScheduler(schedule(0))``, which gives it the same."""
    facts = failing.facts_of(failure)
    for made in failing.calls_of("LearningRateScheduler", facts) if facts is not None else ():
        named = (item.value for item in made.keywords if item.arg == "schedule")
        given = next(named, None) or next(iter(made.args), None)
        if given is None:
            continue
        if type(failing.constant(given, failure)) in (int, float):
            yield problem("KD126", _FUNCTION_WANTED, None)
            return
        function = failing.value_of(given.func, failure) if isinstance(given, ast.Call) else None
        if isinstance(given, ast.Call) and facts is not None and _is_a_schedule(function):
            text = failing.text_of(given.func, facts)
            change = Change(
                f"Give it {text} itself", ((given, text),), evidence=f"{text} is a function of the session."
            )
            yield problem(
                "KD126", _FUNCTION_WANTED._replace(title=_RESULT_GIVEN.format(text), changes=(change,)), facts
            )
            return


def _is_a_schedule(function: object) -> bool:
    """Whether it could be asked for a rate with the number of an epoch, and does not make the function for that."""
    if type(function) is not FunctionType or failing.is_ours(function):
        return False
    code = function.__code__
    needed = code.co_argcount - len(function.__defaults__ or ())
    return needed <= 2 and code.co_argcount >= 1 and not any(type(each) is CodeType for each in code.co_consts)


_RESULT_GIVEN = "LearningRateScheduler gets what {0} returns, and takes the function itself"
_FUNCTION_WANTED = Finding(
    title="LearningRateScheduler gets a number, and takes a function",
    cause="Keras calls it at the beginning of each epoch, with the number of the epoch and the rate.",
    advice=(
        "Write LearningRateScheduler(lambda epoch, lr: lr * 0.9). A rate that stays goes to the optimizer: "
        "keras.optimizers.Adam(learning_rate=0.001).",
    ),
    reference="keras.callbacks.LearningRateScheduler",
)


RULE = Rule(
    code="KD126",
    name="settings of callbacks",
    lesson=Lesson(
        what="LearningRateScheduler, ModelCheckpoint, ReduceLROnPlateau or BackupAndRestore end in a ValueError about "
        "what they are given.",
        why="A schedule returns a float in each case; save_freq is 'epoch' or a number of batches; factor is below 1.",
        since="keras 2.0",
        before="import keras\nkeras.callbacks.ModelCheckpoint('m.keras', save_freq='epochs')",
        after="import keras\nkeras.callbacks.ModelCheckpoint('m.keras', save_freq='epoch')",
        target="tensorflow==2.21.0",
        related=("KD110", "KA303"),
    ),
    on_failure=on_failure,
)
