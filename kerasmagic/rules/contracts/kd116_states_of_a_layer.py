"""``out, h, c = layer(x)``: how many tensors a recurrent layer gives with its states."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.answer import Change, Finding, problem, raised_by_keras
from ...diagnosis.contract.compiling import last_argument
from ...diagnosis.contract.several_tensors import Several, several_for_one
from ...diagnosis.contract.states import Given, one_taken_apart, tensors_given
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name
from .batches_of_a_stateful_model import SIGNS, another_size
from .states_given import wrong_states

_UNPACKED = re.compile(r"(?:too many|not enough) values to unpack \(expected (\d+)")
_STATEFUL = re.compile(r"the batch size must be static|needs to know its batch size")
_STATES_OF_BOTH = re.compile(r"list index out of range|is not compatible with `cell\.state_size`|an even number of")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    wanted = _UNPACKED.search(failure.message) if isinstance(failure.exception, ValueError) else None
    facts = failing.facts_of(failure)
    end = failure.end
    if isinstance(failure.exception, ValueError) and _STATEFUL.search(failure.message) and raised_by_keras(failure):
        yield problem("KD116", _without_batch_size(), facts)
        return
    if _STATES_OF_BOTH.search(failure.message) and facts is not None and _goes_both_ways(failure, facts):
        yield problem("KD116", _STATES_OF_ONE, facts)
        return
    states = wrong_states(failure, facts) if facts is not None and _OF_STATES.search(_all_said(failure)) else None
    if states is not None:
        yield problem("KD116", states, facts)
        return
    several = several_for_one(failure, facts) if facts is not None else None
    if several is not None and facts is not None:
        yield problem("KD116", _as_one(several, facts), facts)
        return
    if SIGNS.search(failure.message) and raised_by_keras(failure):
        yield from (problem("KD116", finding, facts) for finding in another_size(failure))
        return
    apart = one_taken_apart(failure, facts) if facts is not None else None
    if apart is not None:
        yield problem("KD116", _finding(*apart, facts), facts)
        return
    if wanted is None or facts is None or (end is not None and end.place != "cell"):
        return
    for call in failing.calls(failure, facts):
        found = tensors_given(call, failure)
        if found is not None and len(found.states) + 1 != int(wanted[1]):
            yield problem("KD116", _finding(found, int(wanted[1]), facts), facts)
            return


_OF_STATES = re.compile(
    r"not compatible with `cell\.state_size`|(?:LSTM|GRU|RNN)(?:Cell)?(?:\.call\(\)|\)): .*(?:list index out of range"
    r"|Too few leaves|Too many leaves|ncompatible|must be equal)",
    re.DOTALL,
)
"""Keras 2 compares the states with those that the layer keeps; Keras 3 computes with them."""


def _all_said(failure: Failure) -> str:
    return f"{failure.said.calling}: {failure.message}"


def _goes_both_ways(failure: Failure, facts: CellFacts) -> bool:
    """Whether it was raised in a recurrent layer that Bidirectional called with states."""
    if not raised_by_keras(failure):
        return False
    for call in failing.calls(failure, facts):
        given = [item.arg for item in call.keywords]
        made = last_name(call.func.func) == "Bidirectional" if isinstance(call.func, ast.Call) else False
        if "initial_state" in given and (
            made or session.is_kind(failing.value_of(call.func, failure), "Bidirectional")
        ):
            return True
    return False


_STATES_OF_ONE = Finding(
    title="Bidirectional gets the states of one direction, and has two",
    cause="It gives the first half of initial_state to the forward layer and the second half to the backward one.",
    advice=("Give those of both: [forward_h, forward_c, backward_h, backward_c] for an LSTM, two for a GRU.",),
    reference="Bidirectional(initial_state)",
)


def _without_batch_size() -> Finding:
    return Finding(
        title="A layer with stateful=True needs to know how many samples a batch has",
        cause="It keeps a state for each sample of a batch, from one batch to the next.",
        advice=(
            "Give the size with the input: keras.Input(batch_shape=(batch_size, steps, features)). fit and predict "
            "take the same batch_size then.",
        ),
        reference="RNN(stateful)",
    )


def _finding(given: Given, wanted: int, facts: CellFacts | None) -> Finding:
    layer, states = given.layer, given.states
    single = tuple(name.replace("forward_", "state_") for name in states)
    names = states if "Bidirectional" in layer else single
    if not states:
        return Finding(
            title=f"{layer} gives one tensor here, and the line takes {wanted}",
            cause="Its states are given only with return_state=True.",
            changes=tuple(_with_states(given, wanted, facts)) if facts is not None else (),
            advice=("Make the layer with return_state=True.",),
            reference=f"{layer}(return_state)",
        )
    return Finding(
        title=f"{layer} with return_state=True gives {len(states) + 1} tensors, and the line takes {wanted}",
        cause="First the output, then the last states: an LSTM has two of them (h and c), a GRU one; Bidirectional "
        "gives those of both directions.",
        advice=(f"Write {', '.join(('outputs', *names))} = ….",),
        reference=f"{layer}(return_state)",
    )


def _with_states(given: Given, wanted: int, facts: CellFacts) -> Iterator[Change]:
    """The call that makes the layer, with return_state=True; where that gives as many tensors as the line takes."""
    made = given.made
    inner = made.args[0] if made is not None and last_name(made.func) == "Bidirectional" and made.args else made
    told = isinstance(inner, ast.Call) and any(item.arg in (None, "return_state") for item in inner.keywords)
    if not isinstance(inner, ast.Call) or told or 1 + len(given.with_states) != wanted:
        return
    last = last_argument(inner)
    if last is not None:
        evidence = f"It then gives its output and {len(given.with_states)} of its last states."
        text = f"{failing.text_of(last, facts)}, return_state=True"
        yield Change("Let the layer give its states", ((last, text),), "", evidence)


def _as_one(found: Several, facts: CellFacts) -> Finding:
    """``x = LSTM(4, return_state=True)(x)``, and a layer that takes one tensor after it."""
    in_a_row = not found.number
    return Finding(
        title=f"{found.layer} with {found.setting}=True gives "
        + (
            "several tensors, and a Sequential model hands on one"
            if in_a_row
            else f"{found.number} tensors, and they are used as one"
        ),
        cause=f"First comes its output, then {found.others}.",
        changes=(
            Change(
                f"Leave {found.setting} out" if in_a_row else "Take its output only",
                found.edits(facts),
                evidence=f"It is what the layer gives without {found.setting}.",
            ),
        ),
        advice=(f"Leave {found.setting} out, or take the first tensor: [0].",),
        reference=f"{found.layer}({found.setting})",
    )


RULE = Rule(
    code="KD116",
    name="states of a layer",
    lesson=Lesson(
        what="`out, h, c = Bidirectional(LSTM(4, return_state=True))(x)` ends in ValueError: too many values to "
        "unpack.",
        why="With return_state=True a recurrent layer gives its output and its last states: an LSTM two, a GRU one, "
        "Bidirectional those of both directions.",
        since="keras 2.0",
        before="import keras\nfrom keras import layers\nx = keras.Input((5, 3))\n"
        "out, h, c = layers.GRU(4, return_state=True)(x)",
        after="import keras\nfrom keras import layers\nx = keras.Input((5, 3))\n"
        "out, h = layers.GRU(4, return_state=True)(x)",
        target="tensorflow==2.21.0",
        related=("KD102",),
    ),
    on_failure=on_failure,
)
