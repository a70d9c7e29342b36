"""A program that needs Keras 2 as a whole: its imports taken from tf_keras, and static graphs where it builds them.

TensorFlow 1 and Keras 1 and 2 built a graph first and gave it data later. Code that asks for gradients between symbolic
tensors, adds a loss made of them to a model, or feeds tensors into a model has no counterpart in Keras 3 that an edit
of one line could make. The package tf_keras still does all of it, and as its authors left it.
"""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...source.edits import Edit
from ...source.imports import ensure_import, replace_name
from ...source.nodes import last_name
from ...source.position import Range
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..evidence.failure import Failure
from ..model.move import split_tree
from ..model.problem import Proposal
from ..resolve.moved import lookup
from ..resolve.world import World
from . import rewrite
from .search import Candidate, find

TITLE = "Keep the whole program on Keras 2, in the package tf_keras"
EVIDENCE = "tf_keras is Keras 2 as its authors left it, with the optimizers that Keras had then."
DIFFERS = (
    "The program runs on Keras 2 instead of Keras 3: its layers, models and saved files are those of tf_keras, and do "
    "not mix with those of keras."
)
_STATIC = " It builds a static graph, as TensorFlow 1 did: Keras 3 then works only after a restart of the kernel."

_GRAPH = re.compile(
    r"backend\.(?:tensorflow_backend\.)?(?:gradients|placeholder|get_session|set_session"
    r"|set_learning_phase|in_train_phase|in_test_phase|learning_phase)$"
)
"""What asks for, or lives in, a graph: below the root of Keras."""
_SESSION = re.compile(r"backend\.(?:tensorflow_backend\.)?[gs]et_session$")
_SET_UP = frozenset(("Session", "InteractiveSession", "set_session"))
_BACKEND = "tf_keras.src.backend"
"""Where tf_keras has what is in none of its public modules."""
_ONLY_IN_GRAPHS = frozenset(
    f"tensorflow.{version}{name}"
    for version in ("", "compat.v1.")
    for name in ("placeholder", "Session", "InteractiveSession", "get_default_graph", "gradients")
)
_SYMBOLIC = re.compile(
    r"KerasTensor|[Ss]ymbolic(?!Tensor\b| `?(?:tf\.)?Tensor\b)|'str' object has no attribute 'base_dtype'"
)
"""Of a model's own tensors; a symbolic tf.Tensor, or SymbolicTensor, is one of a function that TensorFlow traces."""
_TRAINS = re.compile(r"keras\.(?:src\.)?(?:trainers|engine\.(?:compile_utils|training))|backend\.tensorflow\.trainer")
"""Where a loss is computed: one with tensors of the model in it can only be held by a static graph."""
_AT_ONCE = re.compile(r"\.numpy\(|GradientTape|run_eagerly|tf\.function|\bkeras\.ops\b|import ops\b")
"""What a program does that was written for TensorFlow 2 or Keras 3."""
_TF = "from tensorflow.compat.v1 import disable_eager_execution"
_WEIGHTS = ".weights.h5"
_NO_EAGER = "disable_eager_execution()"


def builds_a_graph(facts: CellFacts) -> bool:
    """Whether a program asks for what only a static graph has: gradients of tensors, placeholders, tensors as input."""
    if facts.cell.tree is None or _AT_ONCE.search(facts.text):
        return False
    for reference in facts.references:
        split = split_tree(reference.name)
        if reference.name in _ONLY_IN_GRAPHS or (split and _GRAPH.match(split[1])):
            return True
        if split and split[1].rpartition(".")[2] == "Input" and "tensor" in reference.keywords:
            return True
    backends = {reference.bound for reference in facts.references if _is_backend(reference)}
    return any(
        _gives(node, "compile", "target_tensors") or _is_of_a_graph(node, backends)
        for node in ast.walk(facts.cell.tree)
    )


def only_makes_a_session(facts: CellFacts) -> bool:
    """Whether a session is all that a program asks of graphs, and runs nothing: most were made for the settings of a
    GPU, which TensorFlow 2 takes without one."""
    asked = asked_of_graphs(facts)
    return bool(asked) and asked <= _SET_UP and ".run(" not in facts.text


def asked_of_graphs(facts: CellFacts) -> set[str]:
    """The last names of what a program asks that only a static graph has."""
    names = ((reference.name, split_tree(reference.name)) for reference in facts.references)
    return {
        name.rpartition(".")[2]
        for name, split in names
        if name in _ONLY_IN_GRAPHS or (split is not None and _GRAPH.match(split[1]))
    }


def asks_for_gradients(failure: Failure, facts: CellFacts) -> bool:
    """Whether a cell asks for gradients between tensors, and fails because these have no values."""
    return "gradients" in asked_of_graphs(facts) and is_about_symbols(failure)


def _is_backend(reference: Reference) -> bool:
    split = split_tree(reference.name) if reference.bound else None
    return split is not None and split[1] in ("backend", "backend.tensorflow_backend")


def _is_of_a_graph(node: ast.AST, backends: set[str]) -> bool:
    """``K.gradients``, also where ``K`` was bound twice, to the backend of one Keras and of another."""
    owner = node.value if isinstance(node, ast.Attribute) else None
    if not isinstance(owner, ast.Name) or owner.id not in backends:
        return False
    return bool(_GRAPH.match(f"backend.{node.attr}"))  # type: ignore[attr-defined]


def builds_graphs(facts: CellFacts) -> bool:
    """Whether a program has switched TensorFlow 2's way of computing at once off."""
    return _NO_EAGER in facts.text


def adds_a_symbolic_loss(facts: CellFacts) -> bool:
    """Whether a loss is given to a model from outside: ``vae.add_loss(…)``."""
    tree = facts.cell.tree
    return tree is not None and any(_adds_a_loss(node) for node in ast.walk(tree))


def _adds_a_loss(node: ast.AST) -> bool:
    function = node.func if isinstance(node, ast.Call) else None
    owner = function.value if isinstance(function, ast.Attribute) and function.attr == "add_loss" else None
    return isinstance(owner, ast.Name) and owner.id != "self"


def _gives(node: ast.AST, method: str, keyword: str) -> bool:
    called = isinstance(node, ast.Call) and last_name(node.func) == method
    return called and any(each.arg == keyword for each in node.keywords)  # type: ignore[attr-defined]


def is_about_symbols(failure: Failure) -> bool:
    """Whether an error says that a tensor without a value was used as if it had one."""
    return speaks_of_symbols(failure.message)


def speaks_of_symbols(message: str) -> bool:
    said = message.partition("Arguments received by")[0]  # what a layer was called with is always such a tensor
    return _SYMBOLIC.search(said) is not None


def way_out(failure: Failure, facts: CellFacts, world: World) -> Proposal | None:
    """What makes a program run that failed because it does with symbolic tensors what only Keras 2 can do."""
    in_function = _in_a_function_that_keras_calls(failure) and _makes_a_model(facts)
    in_loss = (bool(failure.said.calling) or in_function) and is_about_symbols(failure)
    if not (in_loss or builds_a_graph(facts) or adds_a_symbolic_loss(facts)):
        return None
    proposal = whole_program(facts, world, in_loss)
    return static_graph(facts, world) if proposal is None and in_loss else proposal


def _makes_a_model(facts: CellFacts) -> bool:
    """Whether the tensors of a loss come from the same cell: those that another one made stay those of Keras 3."""
    return any(last_name(node.func) in _MAKERS for node in facts.cell.placed if isinstance(node, ast.Call))


_MAKERS = ("Input", "Sequential", "Model", "compile")


def _in_a_function_that_keras_calls(failure: Failure) -> bool:
    """Whether a loss or a layer's function raised: what Keras gives to those has values, or stands for them."""
    frames = failure.frames
    if any(_TRAINS.search(frame.module) for frame in frames):
        return True
    # Keras leaves most of its own frames out of a traceback, and one at least between the user's.
    ours = [number for number, frame in enumerate(frames) if frame.place == "cell"]
    between = frames[ours[0] : ours[-1]] if ours else []
    return any(split_tree(f"{frame.module}.") for frame in between if frame.place == "package")


def whole_program(facts: CellFacts, world: World, in_loss: bool = False) -> Proposal | None:
    """The edits that take a program to tf_keras; None where it is not here, or the cell is not the whole program.

    Arguments:
        in_loss: a loss, or a layer's call, uses tensors of the model, which only a static graph can hold.
    """
    if facts.cell.tree is None or world.version("tf_keras") is None or not _is_whole(facts):
        return None
    trees = {split[0] for each in facts.references for split in (split_tree(each.name),) if split}
    if trees <= {"tf_keras"}:
        return None
    edits = [*_imports(facts, world), *_attributes(facts), *_optimizers(facts, world), *_sessions(facts, world)]
    if not edits:
        return None
    graph = builds_a_graph(facts) or (in_loss and not _AT_ONCE.search(facts.text))
    edits += [*without_eager(facts), *_file_names(facts)] if graph else []
    return Proposal(TITLE, tuple(edits), EVIDENCE, DIFFERS + (_STATIC if graph else ""))


def static_graph(facts: CellFacts, world: World) -> Proposal | None:
    """The line that makes a program of tf_keras build a static graph; None where it does so, or is none."""
    if builds_graphs(facts) or _AT_ONCE.search(facts.text) or not _is_whole(facts):
        return None
    if not any(each.name.startswith("tf_keras") for each in facts.references):
        return None
    edits = without_eager(facts)
    return Proposal("Build a static graph, as TensorFlow 1 did", tuple(edits), EVIDENCE, _STATIC.strip())


def _is_whole(facts: CellFacts) -> bool:
    """Whether nothing of Keras comes from outside of the cell: objects of two packages do not mix."""
    assert facts.cell.tree is not None
    here = {node.id for node in ast.walk(facts.cell.tree) if isinstance(node, ast.Name) and type(node.ctx) is ast.Store}
    here |= {reference.bound for reference in facts.references if reference.bound}
    here |= {
        node.name
        for node in ast.walk(facts.cell.tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    }
    before = facts.before.names
    return not any(
        name not in here and name in _used(facts) and _is_keras(value)
        for name, value in before.items()
        if value is not None
    )


def _is_keras(value: object) -> bool:
    name = value if isinstance(value, str) else getattr(value, "base", "keras")
    return split_tree(str(name)) is not None


def _used(facts: CellFacts) -> set[str]:
    assert facts.cell.tree is not None
    return {node.id for node in ast.walk(facts.cell.tree) if isinstance(node, ast.Name)}


def _imports(facts: CellFacts, world: World) -> Iterator[Edit]:
    assert facts.cell.tree is not None
    for statement in ast.walk(facts.cell.tree):
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            beside = rewrite.references_of(facts.cell, statement, facts.references)
            pairs = tuple((each, _candidate(each, world)) for each in beside if _moves(each))
            if pairs:
                yield from rewrite.import_edits(facts.cell, statement, pairs)[0]


def _moves(reference: Reference) -> bool:
    split = split_tree(reference.name)
    return split is not None and split[0] != "tf_keras"


def _candidate(reference: Reference, world: World) -> Candidate:
    """Where tf_keras has an imported name; where it has not, the name in its tree, which the next look at it mends."""
    split = split_tree(reference.module if reference.member == "*" else reference.name)
    assert split is not None
    rest = split[1]
    name = f"tf_keras.{rest}" if rest else "tf_keras"
    if _SESSION.match(rest):
        name = f"{_BACKEND}.{rest.rpartition('.')[2]}"
    legacy = _legacy(name)
    if legacy and lookup(legacy, world):
        name = legacy
    elif lookup(name, world) is None:
        here = (other for other in find(name, world) if other.name.startswith("tf_keras"))
        name = next((other.name for other in here), name)
    found = lookup(name, world)
    module = found is None or found.kind == "module"
    return Candidate(name, found.kind if found else "module", "", module)


def _legacy(name: str) -> str:
    """The class of an optimizer as it was when programs built graphs: ``tf_keras.optimizers.legacy.Adam``."""
    parent, _, last = name.rpartition(".")
    return f"{parent}.legacy.{last}" if parent == "tf_keras.optimizers" and last[:1].isupper() else ""


def _optimizers(facts: CellFacts, world: World) -> Iterator[Edit]:
    """``optimizers.Adam`` through a module is ``optimizers.legacy.Adam``."""
    for reference in facts.by_kind.get("attribute", ()):
        split = split_tree(reference.name)
        legacy = _legacy(f"tf_keras.{split[1]}") if split else ""
        if legacy and "." in reference.written and lookup(legacy, world):
            start = reference.range
            yield Edit(Range(start.line, start.column, start.line, start.column), "legacy.")


def _sessions(facts: CellFacts, world: World) -> Iterator[Edit]:
    """``K.get_session()`` is ``get_session()``: the public names of tf_keras are those of TensorFlow 2, without it."""
    found: dict[str, Range] = {}
    for reference in facts.by_kind.get("attribute", ()):
        split, last = split_tree(reference.name), reference.name.rpartition(".")[2]
        if split and _SESSION.match(split[1]) and lookup(f"{_BACKEND}.{last}", world):
            yield from replace_name(facts.cell, reference, last)
            found.setdefault(last, reference.range)
    for name, where in found.items():
        yield from ensure_import(facts.cell, f"from {_BACKEND} import {name}", where)


def _attributes(facts: CellFacts) -> Iterator[Edit]:
    """``tf.keras.layers.Dense`` is ``tf_keras.layers.Dense``."""
    written: dict[Range, None] = {}
    for reference in facts.references:
        if reference.kind != "attribute" or not reference.name.startswith("tensorflow.keras"):
            continue
        node = facts.cell.attributes.get((reference.range.end_line, reference.range.end_column))
        while isinstance(node, ast.Attribute) and node.attr != "keras":
            node = node.value  # type: ignore[assignment]
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            written[facts.cell.range(node)] = None
    for where in written:
        yield Edit(where, "tf_keras")
    if written:
        yield from ensure_import(facts.cell, "import tf_keras", min(written))


def _file_names(facts: CellFacts) -> Iterator[Edit]:
    """Weights in the format of Keras 2: that of Keras 3, which ``.weights.h5`` asks for, is not written in graphs."""
    for node in facts.cell.placed:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(_WEIGHTS):
            where = facts.cell.range(node)
            text = facts.cell.segment(where)
            if text[-len(_WEIGHTS) - 1 : -1] == _WEIGHTS:
                yield Edit(where, text[: -len(_WEIGHTS) - 1] + ".h5" + text[-1])


def without_eager(facts: CellFacts) -> list[Edit]:
    """The lines that make TensorFlow build graphs, before the first import that needs them."""
    newline = "\r\n" if "\r\n" in facts.text else "\n"
    edits = ensure_import(facts.cell, _TF)
    return [Edit(each.range, each.text.replace(_TF, f"{_TF}{newline}{_NO_EAGER}")) for each in edits]
