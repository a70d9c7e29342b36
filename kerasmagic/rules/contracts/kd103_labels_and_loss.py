"""Labels of a form that does not fit the loss and the last layer."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, before_run, problem, raised_by_keras, said
from ...diagnosis.contract.comparison import told_labels
from ...diagnosis.contract.compiling import compile_call, given_to
from ...diagnosis.contract.data import ARRAY, LIST, OTHER, TABLE, TENSOR, Data, Shape, shown
from ...diagnosis.contract.fitting import (
    BINARY,
    CLASS_NUMBERS,
    COLUMNS,
    ONE_HOT,
    SPARSE,
    Compared,
    are_classes,
    compared,
    ending,
    fitting,
    form_of,
    of_logits,
)
from ...diagnosis.contract.labels import listed
from ...diagnosis.contract.named import Named, of_keras
from ...diagnosis.contract.network import Layer
from ...diagnosis.contract.no_numbers import fault_of
from ...diagnosis.contract.training import Training, failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.inside_keras import compares
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from .lacking_column import lacking_column
from .one_hot_twice import one_hot_twice

_REFUSAL = re.compile(
    r"must have the same (?:rank|shape)|must have rank|Shapes .* are incompatible|logits and labels must"
    r"|same first dimension|Dimensions must be equal|Incompatible shapes|equal to the shape|must be broadcastable"
    r"|labels' must have rank|ncompatible shapes|same length as|Shape mismatch: The shape of labels"
    r"|required broadcastable|must equal `logits\.shape` except",
    re.DOTALL,
)
_ELEMENTWISE = (ONE_HOT, BINARY, "mean_squared_error", "mean_absolute_error", "kl_divergence", "huber", "log_cosh")
_OF_CLASSES = (ONE_HOT, BINARY, "kl_divergence")
_RECURRENT = ("LSTM", "GRU", "SimpleRNN")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not raised_by_keras(failure) or not (_REFUSAL.search(said(failure)) or compares(failure)):
        return
    call = failed_training(failure)
    findings = [*check(call)] if call is not None else []
    if call is not None and not findings:
        findings = [*_of_validation(call)] or [each for of in _told(failure, call) for each in _of_output(call, of)]
    for finding in findings[:1]:
        yield problem("KD103", finding, call.facts if call is not None else None)


def _of_validation(call: Training) -> Iterator[Finding]:
    """Labels of validation_data in another form than those that the model is trained with."""
    validation = call.validation
    if validation is None:
        return
    for trained, of in zip(compared(call), compared(validation)):
        for finding in _of_output(call, of):
            node, as_trained = validation.written.get("y"), _in_form_of(trained, of, validation)
            change = Change("Give the labels the form of the training", ((node, as_trained.text),)) if node else None
            shapes = shown(of.labels.shape), shown(trained.labels.shape)
            yield finding._replace(
                title=f"validation_data has labels of shape {shapes[0]}, and the training {shapes[1]}",
                cause="The model is compiled with one loss, which takes labels of one form.",
                changes=(change,) if change is not None and as_trained.is_bound else (),
                advice=(f"Give validation_data labels of the form of the training: {as_trained.text}.",),
            )


def _in_form_of(trained: Compared, of: Compared, validation: Training) -> Named:
    """What makes labels of the form that the model is trained with of others."""
    given = validation.text("y") if "y" in validation.written else "y_val"
    forms = form_of(trained.labels, trained.made), form_of(of.labels, of.made)
    if forms == (COLUMNS, CLASS_NUMBERS):
        columns = of_keras("utils.to_categorical", validation.network.keras, validation.facts)
        return columns._replace(text=f"{columns.text}({given}, {of.made[-1]})")
    if forms == (CLASS_NUMBERS, COLUMNS):
        return Named(f"{given}.argmax(axis=-1)", isinstance(validation.written.get("y"), ast.Name))
    return Named(f"{given} of shape {shown((None, *(trained.labels.shape or ())[1:]))}", False)


def _told(failure: Failure, call: Training) -> Iterator[Compared]:
    """Labels of which only the message tells: those of a Sequence, or of a generator that makes them at its yield; or
    what a model gives that is made as a class."""
    shapes, seen = told_labels(failure), call.labels is not None and call.labels.shape is not None
    if shapes is not None and not (seen and call.network.outputs) and len(call.network.outputs) < 2:
        end = call.network.ends[0] if len(call.network.ends) == 1 else Layer("")
        data = call.labels if seen and call.labels is not None else Data(None, OTHER, shapes[0], "float32")
        name = f"the labels in {call.text('y')}" if "y" in call.written else f"the labels of {call.text('x')}"
        yield Compared(end, shapes[1], data, name, call.network.loss)


def check(call: Training) -> Iterator[Finding]:
    if call.method.startswith("predict"):
        return
    twice = [*one_hot_twice(call)]
    yield from twice
    for of in compared(call) if not twice else ():
        yield from _of_output(call, of)


def _of_output(call: Training, of: Compared) -> Iterator[Finding]:
    given, made = of.labels.shape, of.made
    if of.labels.form == LIST and not of.labels.dtype:  # of arrays: its length is no shape
        yield from _several_arrays(call, of)
    elif of.loss and given and len(made) > 1 and made[-1] is not None and not fault_of(of.labels):
        yield from _against(call, of, given, made)


def _several_arrays(call: Training, of: Compared) -> Iterator[Finding]:
    """``x_train = load_data()``, which gives the inputs and the labels."""
    parts = [shown(part.shape) for part in of.labels.parts if part.shape and part.form in (ARRAY, TABLE, TENSOR)]
    name = call.text("y")
    if call.failed and 1 < len(parts) == len(of.labels.parts) <= 3 and name.isidentifier():
        kind, each = session.class_name(of.labels.value), (name, *_OTHERS[: len(parts) - 1])
        yield Finding(
            title=f"{name} is a {kind} of {len(parts)} arrays, of shapes {listed(parts)}, and is given for the labels",
            cause="A model with one output takes one array. Functions that load data often give several.",
            advice=(f"Take the arrays apart where {name} is made: {', '.join(each)} = ….",),
            reference="fit(y)",
            certain=False,
        )


_OTHERS = ("y", "z")


def _against(call: Training, of: Compared, given: Shape, made: Shape) -> Iterator[Finding]:
    """What is wrong with the labels of one output.

    Arguments:
        given: the shape of the labels.
        made: what the model gives.
    """
    sparse = of.loss == SPARSE
    if len(made) > 2 and len(given) <= 2 and not _each_step(given, made):
        yield _not_flat(call, of, given, made)
    elif sparse and len(given) == len(made) and given[-1] == made[-1] and made[-1] != 1:
        yield _one_hot_given(call, of, made)
    elif len(made) == 2 and (len(given) > 2 or (sparse and len(given) == 2 and given[-1] != 1)):
        yield _for_each_step(call, of, given, made)
    elif of.loss in _ELEMENTWISE and len(made) == 2 and form_of(of.labels, made) == CLASS_NUMBERS:
        yield _numbers_given(call, of, made)
    elif (sparse or of.loss in _ELEMENTWISE) and not _alike(*_sizes(given, made, sparse)):
        yield _other_sizes(call, of, given, made)
    elif of.loss in _ELEMENTWISE and len(given) == len(made) and given[-1] not in (None, made[-1]):
        broadcast = 1 in (given[-1], made[-1]) and of.loss not in (ONE_HOT, BINARY)
        if not broadcast:
            yield _other_count(call, of, given, made)


def _each_step(given: Shape, made: Shape) -> bool:
    """One class number for each step of a sequence."""
    return len(given) == len(made) - 1 == 2 and (made[1] is None or given[1] in (None, made[1]))


def _sizes(given: Shape, made: Shape, sparse: bool) -> tuple[Shape, Shape]:
    """Steps, or height and width, of the labels and of what the model gives."""
    if len(given) == len(made) and (not sparse or given[-1] == 1):
        return given[1:-1], made[1:-1]
    return (given[1:], made[1:-1]) if len(given) == len(made) - 1 else ((), ())


def _alike(given: Shape, made: Shape) -> bool:
    return all(None in pair or 1 in pair or pair[0] == pair[1] for pair in zip(given, made))


def _numbers_given(call: Training, of: Compared, made: Shape) -> Finding:
    """A number for each sample, where the model gives several."""
    if of.loss not in _OF_CLASSES or not are_classes(of.labels, _MOST_CLASSES):
        return Finding(
            title=f"The model gives {made[-1]} numbers for each sample, and {of.name} are one for each",
            cause=f"{_layer(of)} gives {shown(made)}; the loss {of.loss} compares it with {shown(of.labels.shape)}.",
            advice=("End the model with Dense(1), for one number for each sample.",),
            reference="compile(loss)",
            certain=of.loss in _OF_CLASSES,
        )
    fit, span = fitting(of), of.labels.range()
    changes, advice = tuple(_loss_change(call, of)), f"Compile the model with loss='{SPARSE}': it takes class numbers."
    if fit is None and span is not None and span[1] >= (made[-1] or 0):
        end = f"Dense({int(span[1]) + 1}, activation='softmax')"
        advice = f"End the model with {end}, for the classes 0 to {int(span[1])}, and compile it with loss='{SPARSE}'."
    elif ending(of.end) == "sigmoid":
        binary = of.loss == BINARY and (span is None or span[1] <= 1)
        advice = "End the model with Dense(1, activation='sigmoid'): one answer for each label, with this loss."
        if not binary:
            end = f"Dense({made[-1]}, activation='softmax')"
            advice = f"End the model with {end}, and compile it with loss='{SPARSE}', which takes class numbers."
    elif fit is not None:
        advice = f"Compile the model with loss={_written(call, of)}: it takes class numbers."
    return Finding(
        title=f"{_capital(of.name)} are class numbers, and the loss {of.loss} takes no class numbers",
        cause=f"They have shape {shown(of.labels.shape)}; {of.loss} wants {shown(made)}, one column for each class.",
        changes=changes,
        advice=(advice,),
        reference="compile(loss)",
    )


_MOST_CLASSES = 1_000_000


def _one_hot_given(call: Training, of: Compared, made: Shape) -> Finding:
    name = of_logits(ONE_HOT, _keras(call)) if ending(of.end) == "linear" else repr(ONE_HOT)
    return Finding(
        title=f"{_capital(of.name)} have one column for each class, and the loss {SPARSE} takes class numbers",
        cause=f"They have shape {shown(of.labels.shape)}; this loss wants {shown(made[:-1])}.",
        changes=tuple(_changed_loss(call, of.loss, name)),
        advice=(f"Compile the model with loss={name}: it takes one column for each class.",),
        reference="compile(loss)",
    )


def _other_count(call: Training, of: Compared, given: Shape, made: Shape) -> Finding:
    lacking = lacking_column(call, of)
    if lacking is not None:
        return lacking
    count, name = given[-1], call.text("y")
    if of.loss == BINARY and made[-1] == 1:
        advice = f"Give it one column: {name}[:, 1] if the second stands for yes."
        if count != 2 or "y" not in call.written:
            advice = _as_many_units(call, count, made[-1])
    else:
        advice = _as_many_units(call, count, made[-1])
    return Finding(
        title=f"{_capital(of.name)} have {count} columns, and the last layer gives {made[-1]}",
        cause=f"{_layer(of)} gives {shown(made)}; the loss {of.loss} compares it with {shown(given)}.",
        advice=(advice,),
        reference="compile(loss)",
        certain=1 not in (count, made[-1]),
    )


_CALLED_SO = re.compile(r"class|label|categor|units|output|target", re.I)


def _as_many_units(call: Training, count: int | None, units: int | None) -> str:
    """What to change: the layer, or the number of the session that it was made with, if one is called so."""
    held = session.variables(call.namespace)
    numbers = [name for name, value in held if type(value) is int and value == units and _CALLED_SO.search(name)]
    if len(numbers) != 1:
        return f"Let the last layer have {count} units, as many as there are columns."
    y = call.written.get("y")
    text = f"{y.id}.shape[1]" if isinstance(y, ast.Name) else str(count)
    return (
        f"Write {numbers[0]} = {text} where it is {units} now: as many units as there are columns. Then make the model "
        "and compile it again."
    )


def _not_flat(call: Training, of: Compared, given: Shape, made: Shape) -> Finding:
    recurrent = _recurrent(call)
    deep = any(each.kind.startswith(("Conv", "MaxPool", "AveragePool")) for each in call.network.layers)
    if recurrent is not None and not deep:
        advice = f"Give one answer for each sequence: no return_sequences=True in {recurrent.name} ({recurrent.kind})."
    elif deep or len(made) > 3:
        advice = f"Put a Flatten() or GlobalAveragePooling{len(made) - 2}D() before the first Dense layer."
    else:
        advice = "Put a Flatten() before the last layer."
    return Finding(
        title=f"The model gives {shown(made)} for each batch, and {of.name} have shape {shown(given)}",
        cause="A Dense layer works on the last axis only, and leaves all axes before it as they are.",
        advice=(advice,),
        reference="compile(loss)",
        certain=of.loss in (SPARSE, ONE_HOT),
    )


def _for_each_step(call: Training, of: Compared, given: Shape, made: Shape) -> Finding:
    """Labels for each step of a sequence, or each pixel, and one answer for the whole."""
    recurrent, steps = _recurrent(call), given[1]
    if recurrent is not None:
        advice = f"For an answer to each step give {recurrent.name} ({recurrent.kind}) return_sequences=True."
    else:
        advice = "Give one label for each sample, or leave out what takes the axes together: Flatten, pooling."
    return Finding(
        title=f"The model gives one answer for each sample, {shown(made)}, and {of.name} have shape {shown(given)}",
        cause=f"There is a label for each of {steps} steps." if steps else "There is a label for each step.",
        advice=(advice,),
        reference="compile(loss)",
        certain=False,
    )


def _other_sizes(call: Training, of: Compared, given: Shape, made: Shape) -> Finding:
    """Masks of another height and width than the answers, or sequences of another length."""
    sparse = of.loss == SPARSE
    of_labels, of_model = _sizes(given, made, sparse)
    inputs = call.network.inputs[0] if len(call.network.inputs) == 1 else ()
    taken = inputs[1 : 1 + len(of_model)]
    size = shown(of_model) if len(of_model) > 1 else str(of_model[0])
    if taken == of_model and len(of_model) == 2 and len(given) == 4:
        name = call.text("y") if "y" in call.written else "y"
        advice = f"Bring the labels to the size of the images: tf.image.resize({name}, {size}, method='nearest')."
    elif taken == of_model:
        advice = f"Bring the labels to the size of the inputs, {size}."
    elif len(of_model) == 2:
        advice = (
            f"Let the layers keep the size {shown(of_labels)}: padding='same' in all of them, and a height and width "
            "that all poolings divide without rest (three poolings by 2: a multiple of 8)."
        )
    else:
        advice = f"Let the layers keep the {of_labels[0]} steps: padding='same' in all of them, no strides or pooling."
    return Finding(
        title=f"The model gives {shown(made)}, and {of.name} have shape {shown(given)}: the sizes differ",
        cause=f"The loss {of.loss} compares the one with the other, point by point.",
        advice=(advice,),
        reference="fit(y)",
        certain=False,
    )


def _recurrent(call: Training) -> Layer | None:
    return next((each for each in reversed(call.network.layers) if each.kind in _RECURRENT), None)


def _layer(of: Compared) -> str:
    return f"{of.end.kind}({of.end.units})" if of.end.units else "The last layer"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _keras(call: Training) -> str:
    return of_keras("losses", call.network.keras, call.facts).text.rpartition(".")[0] or "keras"


def _written(call: Training, of: Compared) -> str:
    """The fitting loss, as compile takes it."""
    fit = fitting(of)
    return fit.written(_keras(call)) if fit is not None else repr(SPARSE)


def _loss_change(call: Training, of: Compared) -> Iterator[Change]:
    """The fitting loss in a call of compile in this cell."""
    fit = fitting(of)
    if fit is not None and fit.is_seen:
        yield from _changed_loss(call, of.loss, fit.written(_keras(call)))
    elif not of.end.kind and of.loss == ONE_HOT and are_classes(of.labels, of.made[-1] or 0):
        yield from _changed_loss(call, of.loss, repr(SPARSE))  # the same loss, whatever the last layer is


def _takes_logits(loss: ast.expr | None) -> bool:
    """``SparseCategoricalCrossentropy(from_logits=True)``"""
    keywords = loss.keywords if isinstance(loss, ast.Call) else ()
    return any(item.arg == "from_logits" and getattr(item.value, "value", None) is True for item in keywords)


def _changed_loss(call: Training, old: str, new: str) -> Iterator[Change]:
    compiled = compile_call(call)
    given = given_to(compiled, "loss") if compiled is not None else None
    if new[:1] == "'" and _takes_logits(given):  # the string stands for a loss of shares
        new = of_logits(new[1:-1], _keras(call))
    is_bound = new[:1] == "'" or of_keras("losses", call.network.keras, call.facts).is_bound
    if given is None or call.facts is None or not is_bound or len(call.network.outputs) > 1:
        return
    text = failing.text_of(given, call.facts)
    named = isinstance(given, ast.Constant) and isinstance(given.value, str)
    plain = isinstance(given, ast.Call) and not given.args and {item.arg for item in given.keywords} <= {"from_logits"}
    if named or (plain and old.replace("_", "") in text.lower()):
        yield Change(
            "Compile with the loss for these labels", ((given, new),), evidence="It is the same loss, for them."
        )


RULE = Rule(
    code="KD103",
    name="labels, loss and last layer",
    lesson=Lesson(
        what="`model.fit(x, y)` ends in ValueError: Shapes (None, 1) and (None, 10) are incompatible, or Arguments "
        "`target` and `output` must have the same rank.",
        why="categorical_crossentropy takes one column for each class, sparse_categorical_crossentropy takes class "
        "numbers, binary_crossentropy one number between 0 and 1. The last layer has one unit for each column or "
        "class.",
        since="keras 2.0",
        before="import keras\nimport numpy as np\nmodel = keras.Sequential([keras.Input((4,)), "
        "keras.layers.Dense(3, activation='softmax')])\nmodel.compile('adam', 'categorical_crossentropy')\n"
        "model.fit(np.ones((6, 4)), np.array([0, 1, 2, 0, 1, 2]))",
        after="import keras\nimport numpy as np\nmodel = keras.Sequential([keras.Input((4,)), "
        "keras.layers.Dense(3, activation='softmax')])\nmodel.compile('adam', 'sparse_categorical_crossentropy')\n"
        "model.fit(np.ones((6, 4)), np.array([0, 1, 2, 0, 1, 2]))",
        target="tensorflow==2.21.0",
        related=("KD104",),
    ),
    on_cell=before_run("KD103", check),
    on_failure=on_failure,
)
