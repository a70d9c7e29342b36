"""A layer, an optimizer or a tensor of one Keras in a model of another, or a class where an object is wanted."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Iterator, Mapping, NamedTuple

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.history import cells_run
from ...diagnosis.model.problem import ERROR, EarlierCell, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.one_keras import Maker, keras_of, maker_in, maker_of, ways
from ...diagnosis.repair.taken_from_one import makes, taken_from_one
from ...diagnosis.resolve.moved import lookup
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.nodes import last_name
from ...source.position import Range
from .files_of_another_keras import in_a_file
from .parts_of_another_keras import (
    Part,
    from_one,
    keras_that_failed,
    meets_parts_of_another,
    parts_of_another,
)

_REFUSALS = re.compile(
    r"Could not interpret \w+|Only instances of `keras\.Layer` can be added|added layer must be an instance of class"
    r"|(?:inputs|outputs)` (?:argument|not|must)|invalid value KerasTensor|Data of type .* is not allowed"
    r"|Invalid value for attribute|Please initialize `\w+` layer with|Unrecognized data type"
    r"|Failed to find data adapter"
)
_OF_WRAPPERS = "Please initialize"
"""A wrapper that is given a class says so too, and that is KD124's."""
_OBJECT = re.compile(r"<(?:class ')?((?:tf_keras|tensorflow\.python\.keras|keras\.src|keras)(?:\.\w+)+)")
_TENSOR = re.compile(r"Could not interpret activation function identifier: (?:<KerasTensor|KerasTensor\(|Tensor\()")
_CLASS = re.compile(r"(?:Received: (?:layer=)?|Found: )<class '([\w.]+)'>")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    end = failure.end
    if end is not None and end.place == "package" and meets_another_keras(failure):
        yield from _met(failure, world)
        return
    if meets_parts_of_another(failure):
        here = keras_that_failed(failure)
        yield from _of_parts(parts_of_another(failure, here, world), here, failure, world)
        return
    if isinstance(failure.exception, (TypeError, ValueError)) and failing.package_between(failure):
        refused = _refused_by_a_package(failure, world)
        if refused is not None:
            yield refused
            return
    if not _REFUSALS.search(failure.message) or not isinstance(failure.exception, (TypeError, ValueError)):
        return
    if _TENSOR.search(failure.message):
        yield _tensor_inside(failure)
        return
    named, given = _CLASS.search(failure.message), _OBJECT.search(failure.message)
    if named and _OF_WRAPPERS not in failure.message:
        name = named.group(1).rpartition(".")[2]
        yield _problem(
            f"{name} is a class, but a layer is expected",
            "Calling the class makes the layer.",
            (Fix("manual", f"Call it: {name}(…)."),),
            name,
        )
    elif given and end is not None and end.place == "package":
        theirs, here = _tree(given.group(1)), _tree(end.module)
        if theirs != here:
            yield from _mixed(failure, given.group(1), theirs, here, world)
    elif end is not None and end.place == "package":
        yield from _of_a_package(failure, world)


def meets_another_keras(failure: Failure) -> bool:
    """Whether a layer or model of one Keras was given a tensor of another: what it says then names neither."""
    return next(_meetings(failure), None) is not None


def _met(failure: Failure, world: World) -> Iterator[Problem]:
    for meeting in _meetings(failure):
        maker = maker_of(meeting.taker)
        name = maker.name if maker else meeting.name
        yield _problem(
            f"{name} is a {_kind(meeting.taker)} of {meeting.theirs}, and is given a tensor of {meeting.others}",
            "They are two packages: a functional model is made of the layers and the Input of one.",
            *_ways_out(meeting.taker, maker, meeting.theirs, meeting.others, "keras.Input", failure, world),
        )
        return


def _ways_out(
    part: Any, maker: Maker | None, theirs: str, here: str, reference: str, failure: Failure, world: World
) -> tuple[tuple[Fix, ...], str, tuple[Proposal, ...]]:
    """What to do where a part is of another Keras: a package that it is of leaves no choice, what comes from the user's
    own file is mended there, and what the cell takes is an edit."""
    if maker is not None:
        return _of_one(maker, theirs, failure, world), reference, ()
    public = _public(here, world)
    proposals = tuple(_from_one(failure, theirs, public, world))
    filed = in_a_file(part, theirs, public, failure, world) if not proposals else None
    return (filed,) if filed is not None else _of_one(None, here, failure, world), reference, proposals


class _Meeting(NamedTuple):
    """A layer or model, and a symbolic tensor of another Keras that it was given."""

    taker: Any
    name: str
    theirs: str
    """The Keras of the layer."""
    others: str
    """The Keras of the tensor."""


def _meetings(failure: Failure) -> Iterator[_Meeting]:
    """Keras hides its own frames, and leaves the one that does so, which has what a layer was called with."""
    for frame in failing.python_frames(failure):
        held = frame.f_locals
        args: Any = held.get("args")
        hidden = frame.f_code.co_name == "error_handler" and type(args) is tuple and args
        taker = args[0] if hidden else held.get("self")
        given = args[1:] if hidden else (held.get("inputs"), held.get("outputs"))
        theirs = keras_of(taker, "Layer")
        for tensors in _tensors_of(given, held.get("kwargs")) - {theirs} if theirs else ():
            yield _Meeting(taker, session.class_name(taker), theirs, tensors)


def _kind(layer: Any) -> str:
    return "model" if session.is_kind(layer, "Model") else "layer"


def _of_one(maker: Maker | None, keras: str, failure: Failure, world: World) -> tuple[Fix, ...]:
    if keras not in ("keras", "tf_keras"):  # the copy inside of TensorFlow is private
        return (Fix("manual", "Import Input, the layers and Model from one package: tensorflow.keras."),)
    return tuple(ways(maker, keras, failure, world))


def _tensors_of(args: tuple[Any, ...], named: Any) -> set[str]:
    """The Keras of each symbolic tensor among the arguments of a call."""
    things = [*args, *(named.values() if type(named) is dict else ())]
    flat = [each for thing in things for each in (thing if type(thing) in (list, tuple) else (thing,))]
    return {package for package in (keras_of(each, "KerasTensor") for each in flat) if package}


_PARTS = {"Layer": "layer", "Model": "model", "Sequence": "Sequence", "PyDataset": "PyDataset"}
"""What is told by its class, where the message does not say of which Keras it is."""


def _part_of_another(failure: Failure, here: str) -> tuple[Any, str, str] | None:
    """A layer, or a Sequence of data, of another Keras among what the failing call was given: with the name of what
    it is, and its Keras."""
    for thing in _given_things(failure):
        for kind in reversed(_PARTS):
            package = keras_of(thing, kind)
            if package and package != here:
                return thing, _PARTS[kind], package
    return None


def _given_things(failure: Failure) -> Iterator[Any]:
    for frame in failing.python_frames(failure):
        if str(frame.f_globals.get("__name__", "")).partition(".")[0] in ("keras", "tf_keras"):
            for name in ("layer", "layers", "args", "identifier"):
                value: Any = frame.f_locals.get(name)
                yield from value if type(value) in (list, tuple) else (value,)


def _of_a_package(failure: Failure, world: World) -> Iterator[Problem]:
    """A layer of a package that is made for another Keras: told by the classes that it is made from."""
    end = failure.end
    here = _tree(end.module) if end else ""
    found = _part_of_another(failure, here)
    if found is None:
        return
    part, kind, theirs = found
    maker = maker_of(part)
    name = session.class_name(part)
    yield _problem(
        f"{maker.name if maker else name} is a {kind} of {theirs}, and what gets it is of {here}",
        f"{maker.package} builds on {theirs}; a model takes layers of its own Keras only."
        if maker
        else "They are two packages: each takes only what is made from its own classes.",
        *_ways_out(part, maker, theirs, here, name, failure, world),
    )


def _refused_by_a_package(failure: Failure, world: World) -> Problem | None:
    """A model of one Keras that was given to a package which works with the other one, and looks at its class."""
    step = failure.exception.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    frame = step.tb_frame if step is not None else None
    package = str(frame.f_globals.get("__name__", "")).partition(".")[0] if frame else ""
    if frame is None or package in ("keras", "tf_keras", "tensorflow"):
        return None
    builds_on = _builds_on(frame.f_globals, package) & set(_TWO)
    if len(builds_on) != 1:
        return None
    theirs = builds_on.pop()
    other = next(each for each in _TWO if each != theirs)
    given = (thing for thing in list(frame.f_locals.values()) if keras_of(thing, "Layer") == other)
    refused = next(given, None)
    if refused is None:
        return None
    return _problem(
        f"{package} takes models and layers of {theirs}, and {session.class_name(refused)} is of {other}",
        f"{package} builds on {theirs}, which is Keras {'3' if theirs == 'keras' else '2'}; objects of Keras "
        f"{'2' if theirs == 'keras' else '3'} are of other classes with the same names.",
        _of_one(Maker("", package, theirs), theirs, failure, world),
        session.class_name(refused),
    )


def _builds_on(names: Mapping[str, Any], package: str) -> set[str]:
    """The packages whose modules a module of a package has, itself or in another of its own: keras_tuner.backend."""
    held = {session.module_name(thing): thing for thing in list(names.values()) if session.module_name(thing)}
    own = [thing for name, thing in held.items() if _tree(name) == package]
    below = [session.module_name(each) for thing in own for each in session.held(thing).values()]
    return {_tree(name) for name in (*held, *below)}


_TWO = ("keras", "tf_keras")


def _tensor_inside(failure: Failure) -> Problem:
    """``Dense(2, x)``: the tensor belongs to the call of the layer, not to that of its class."""
    facts = failing.facts_of(failure)
    edits = []
    for call in failing.calls(failure, facts) if facts else ():
        if facts and len(call.args) == 2 and not call.keywords and last_name(call.func)[:1].isupper():
            first, second = (facts.cell.range(item) for item in call.args)
            edits.append(Edit(Range(first.end_line, first.end_column, second.line, second.column), ")("))
    shown = Fix("manual", "Call the layer with the tensor in a second pair of parentheses: Dense(units)(x).")
    return _problem(
        "The layer gets a tensor where it expects an activation",
        "The first call makes the layer; the second applies it to the tensor.",
        (shown,),
        "activation",
        (Proposal("Apply the layer to the tensor", tuple(edits), "The first call makes the layer."),)
        if len(edits) == 1
        else (),
    )


def _mixed(failure: Failure, given: str, theirs: str, here: str, world: World) -> Iterator[Problem]:
    parts = parts_of_another(failure, here, world)
    if parts:
        yield from _of_parts(parts, here, failure, world)
        return
    public, name = _public(here, world), given.rpartition(".")[2]
    told = _problem(
        f"{name} comes from {theirs}, but the object that gets it comes from {here}",
        "These are two packages: their layers, optimizers and tensors do not work together.",
        (Fix("manual", _again(given, public, world)),),
        given,
        tuple(_from_one(failure, theirs, public, world, name)),
    )
    facts = failing.facts_of(failure)
    is_earlier = facts is not None and not makes(name, theirs, facts)
    made = next(_made_earlier(name, failure, theirs, public, world), None) if is_earlier else None
    yield told if made is None else told._replace(proposals=(made[0],), earlier=made[1])


def _made_earlier(
    name: str, failure: Failure, theirs: str, public: str, world: World
) -> Iterator[tuple[Proposal, EarlierCell]]:
    """The cells that made an object of a class of the other Keras, newest first, and what is to change there."""
    for ran in reversed(cells_run(failure)[:-1]):
        facts = replace(failure, source=ran.cell.text).facts if name in ran.cell.text else None
        if facts is not None and makes(name, theirs, facts):
            proposal = taken_from_one(facts, theirs, public, name, world)
            if proposal is not None:
                yield proposal, EarlierCell(ran.cell.text, ran.number)


def _of_parts(parts: list[Part], here: str, failure: Failure, world: World) -> Iterator[Problem]:
    """All that a model is compiled with, and that is of another Keras: one after the other would fail."""
    if not parts:
        return
    names = [part.name for part in parts]
    listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    maker = maker_in(failure, here)
    if maker is not None:
        yield _problem(
            f"{listed} {'comes' if len(parts) == 1 else 'come'} from {parts[0].package}, and {maker.name} is of {here}",
            "These are two packages: their layers, optimizers, losses, metrics and callbacks do not work together.",
            _of_one(maker, here, failure, world),
            f"{parts[0].package}.{parts[0].below}",
        )
        return
    lines = dict.fromkeys(f"from {here}.{part.below.rpartition('.')[0]} import {part.name}" for part in parts)
    it = "it" if len(parts) == 1 else "them"
    facts = failing.facts_of(failure)
    proposal = from_one(parts, here, facts, world) if facts is not None else None
    yield _problem(
        f"{listed} {'comes' if len(parts) == 1 else 'come'} from {parts[0].package}, but what gets {it} is of {here}",
        "These are two packages: their layers, optimizers, losses and metrics do not work together.",
        (Fix("manual", f"Write {'; '.join(lines)}, and run the lines that make {it} again."),),
        f"{parts[0].package}.{parts[0].below}",
        (proposal,) if proposal is not None else (),
    )


def _public(keras: str, world: World) -> str:
    """The name by which a Keras is to be imported."""
    return "tensorflow.keras" if keras != "tf_keras" and world.version("keras") is None else keras


def _again(given: str, public: str, world: World) -> str:
    name = given.rpartition(".")[2]
    for package in ("layers", "optimizers", "losses", "metrics", "initializers", "regularizers", "callbacks"):
        if lookup(f"{public}.{package}.{name}", world):
            return f"Write from {public}.{package} import {name}, and run the line that makes it again."
    return f"Import all parts of the model from {public}, and build it again."


def _from_one(failure: Failure, theirs: str, public: str, world: World, made: str = "") -> Iterator[Proposal]:
    """All that the cell takes from the one tree, taken from the other.

    Arguments:
        made: the class of what was refused.
    """
    facts = failing.facts_of(failure)
    proposal = taken_from_one(facts, theirs, public, made, world) if facts is not None else None
    if proposal is not None:
        yield proposal


def _tree(module: str) -> str:
    """The package of Keras that a module is of: "keras", "tf_keras", "tensorflow.python.keras"."""
    if module.startswith("tensorflow.python.keras"):
        return "tensorflow.python.keras"
    return module.partition(".")[0]


def _problem(
    title: str, cause: str, fixes: tuple[Fix, ...], reference: str, proposals: tuple[Proposal, ...] = ()
) -> Problem:
    return Problem("KA306", ERROR, title, cause, reference=reference, fixes=fixes, proposals=proposals)


RULE = Rule(
    code="KA306",
    name="object of another Keras package",
    lesson=Lesson(
        what="`model.compile(optimizer=…)` ends in ValueError: Could not interpret optimizer identifier: <…Adam "
        "object>, although you gave it an optimizer.",
        why="keras, tf_keras and tensorflow.python.keras are separate packages with classes of the same names. "
        "Each accepts only objects of its own classes.",
        before="from tensorflow.python.keras.optimizer_v2.adam import Adam\nfrom keras import Sequential\n"
        "Sequential().compile(Adam())",
        after="from keras.optimizers import Adam\nfrom keras import Sequential\nSequential().compile(Adam())",
        target="tensorflow==2.16.2",
        related=("KO104", "KI116"),
    ),
    on_failure=on_failure,
    is_cause=True,
)
