"""Functions of keras.backend that went with the backend they belonged to."""

from __future__ import annotations

import ast
import re
from typing import Iterable, Iterator

from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.model.move import Move
from ...diagnosis.model.problem import Fix, Problem, Proposal, Way
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair import keras2
from ...diagnosis.repair.keras1 import ORDERS
from ...diagnosis.repair.names import fixes
from ...diagnosis.repair.rewrite import spelled
from ...diagnosis.resolve.missing import finder
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.imports import call_node, import_instead, name_range, replace_name
from ...source.nodes import last_name
from ...source.position import Range
from .gradients_of_a_graph import by_a_tape

_SESSION = (
    "There is no session in TensorFlow 2: remove the lines that make and set one. To let GPU memory grow: "
    "for gpu in tf.config.list_physical_devices('GPU'): tf.config.experimental.set_memory_growth(gpu, True)"
)
_PHASE = "Pass training=True or training=False to the call of the model or layer instead of a learning phase."
_ORDERING = (
    "Today it is image_data_format() and set_image_data_format(...), with 'channels_last' for 'tf' and "
    "'channels_first' for 'th': change the name and the strings it is compared with."
)
_ORDERINGS = {
    "image_dim_ordering": "image_data_format",
    "set_image_dim_ordering": "set_image_data_format",
}
_VALUES = {
    "_BACKEND": "backend",
    "_FLOATX": "floatx",
    "_EPSILON": "epsilon",
    "_IMAGE_DATA_FORMAT": "image_data_format",
}
_VALUE = "A variable has methods for it: variable.numpy() and variable.assign(value)."
_GRAPH = (
    "It belonged to static graphs. Use tf.GradientTape for gradients, and a Model of inputs and outputs for a function."
)

MOVES = (
    Move(
        "keras.backend.tensorflow_backend.set_session",
        ("tensorflow.compat.v1.keras.backend.set_session",),
        advice=_SESSION,
    ),
    Move(
        "keras.backend.tensorflow_backend.get_session",
        ("tensorflow.compat.v1.keras.backend.get_session",),
        advice=_SESSION,
    ),
    Move(
        "keras.backend.tensorflow_backend.clear_session", ("keras.backend.clear_session", "keras.utils.clear_session")
    ),
    Move("keras.backend.tensorflow_backend.tf", ("tensorflow",)),
    Move("keras.backend.tensorflow_backend.session", advice=_SESSION),
    Move("keras.backend.tensorflow_backend._get_available_gpus", advice="Use tf.config.list_physical_devices('GPU')."),
    Move("keras.backend.set_session", ("tensorflow.compat.v1.keras.backend.set_session",), advice=_SESSION),
    Move("keras.backend.get_session", ("tensorflow.compat.v1.keras.backend.get_session",), advice=_SESSION),
    Move("keras.backend.tf", ("tensorflow",)),
    *(
        Move(f"keras.backend.{module}{value}", advice=f"Call the function that gives the value: K.{function}().")
        for value, function in _VALUES.items()
        for module in ("", "common.", "tensorflow_backend.")
    ),
    Move("tensorflow.compat.v1.keras.backend.set_session", advice=_SESSION),
    Move("tensorflow.compat.v1.keras.backend.get_session", advice=_SESSION),
    *(Move(f"keras.backend.{name}", advice=_ORDERING) for name in _ORDERINGS),
    *(Move(f"keras.backend.common.{name}", advice=_ORDERING) for name in _ORDERINGS),
    Move("keras.backend.learning_phase", advice=_PHASE),
    Move("keras.backend.set_learning_phase", advice=_PHASE),
    Move("keras.backend.learning_phase_scope", advice=_PHASE),
    Move("keras.backend.in_train_phase", advice=_PHASE),
    Move("keras.backend.in_test_phase", advice=_PHASE),
    Move("keras.backend.gradients", advice=_GRAPH),
    Move("keras.backend.function", advice=_GRAPH),
    Move("keras.backend.placeholder", advice=_GRAPH),
    *(Move(f"keras.backend.{name}", advice=_VALUE) for name in ("get_value", "set_value")),
    Move("keras.backend.Variable", ("keras.Variable",)),
    Move("keras.backend.moments", ("tensorflow.nn.moments",)),
    Move("keras.backend.slice", ("keras.ops.slice", "tensorflow.slice")),
    Move("keras.activations.leaky_relu", ("tensorflow.nn.leaky_relu",)),
    Move("keras.backend.common", ("keras.backend",)),
    Move(
        "keras.backend.normalize_data_format",
        advice="It was private. keras.backend.image_data_format() gives the default.",
    ),
    Move(
        "keras.backend.common.normalize_data_format",
        advice="It was private. keras.backend.image_data_format() gives the default.",
    ),
    Move(
        "keras.utils.conv_utils.normalize_data_format",
        advice="It was private. keras.backend.image_data_format() gives the default.",
    ),
)


def _fixes(problem: Problem, facts: CellFacts, world: World) -> Iterable[Way]:
    """The order of dimensions has other names for its values, too; all else is found by its name."""
    if problem.reference.rpartition(".")[2] in _ORDERINGS:
        edits = _order(facts)
        if edits:
            evidence = "channels_last is the old tf, channels_first the old th."
            left = _orders(facts) - {edit.range for edit in edits}
            differs = "Other strings of the cell may still say 'tf' or 'th'." if left else ""
            yield Proposal("Use today's names", tuple(edits), evidence, differs)
    if problem.reference.rpartition(".")[2] in _VALUES:
        yield from _called(facts)
    if problem.reference in ("keras.backend.get_value", "keras.backend.set_value"):
        yield from _of_variables(facts)
    if problem.reference.endswith(".set_learning_phase"):
        yield from _without_phase(facts)
    graph = keras2.builds_a_graph(facts)
    if problem.reference.endswith(".backend.function") and not graph:
        yield from _as_model(problem, facts)
    whole = keras2.whole_program(facts, world) if graph and not keras2.only_makes_a_session(facts) else None
    if whole is not None:
        yield whole
    if problem.reference.endswith(".backend.gradients"):  # where it is still there, it raises outside of a graph
        yield Fix("manual", by_a_tape(facts.reference_at(problem.range, problem.reference), facts) or _GRAPH)
    else:
        yield from fixes(problem, facts, world)


def _called(facts: CellFacts) -> Iterator[Proposal]:
    """``K._BACKEND`` as ``K.backend()``, and the others, wherever the cell says so."""
    edits: list[Edit] = []
    unbinds = []
    for each in facts.references:
        parent, _, value = each.name.rpartition(".")
        function = _VALUES.get(value, "") if ".backend" in parent else ""
        if function and each.kind == "from" and function not in facts.after.names:
            module = each.module[: each.module.index(".backend") + len(".backend")]
            uses = [node for node in facts.cell.placed if isinstance(node, ast.Name) and node.id == each.bound]
            edits += import_instead(facts.cell, each, module, [function])
            edits += [Edit(facts.cell.range(node), f"{function}()") for node in uses]
            unbinds.append(each.bound)
        elif function and each.kind == "attribute":
            owner = re.sub(r"\.(?:common|tensorflow_backend)$", "", each.written.rpartition(".")[0])
            edits += replace_name(facts.cell, each, f"{owner}.{function}()")
    if edits:
        yield Proposal(
            "Call the function", tuple(edits), "It gives the value that the name had.", unbinds=tuple(unbinds)
        )


def _without_phase(facts: CellFacts) -> Iterator[Proposal]:
    """``K.set_learning_phase(0)`` by itself: fit, predict and evaluate of Keras 3 know what they do."""
    if keras2.asked_of_graphs(facts) - {"set_learning_phase"} or facts.cell.tree is None:
        return
    lines = []
    for node in facts.cell.tree.body:
        call = node.value if isinstance(node, ast.Expr) else None
        if isinstance(call, ast.Call) and last_name(call.func) == "set_learning_phase":
            where = facts.cell.range(node)
            text = facts.cell.lines[where.line - 1]
            last = where.line == len(facts.cell.lines)
            line = Range(where.line, 0, where.line, len(text)) if last else Range(where.line, 0, where.line + 1, 0)
            lines += [Edit(line, "")] if text.strip() == facts.cell.segment(where) else []
    if lines:
        differs = "fit computes as with 1, predict and evaluate as with 0: what ran otherwise gives other numbers."
        yield Proposal("Leave the line out", tuple(lines), "Keras 3 has no learning phase.", differs)


def _of_variables(facts: CellFacts) -> Iterator[Proposal]:
    """``K.set_value(model.optimizer.lr, 0.1)`` as ``model.optimizer.learning_rate.assign(0.1)``."""
    edits, variables = [], []
    for each in facts.by_kind.get("call", ()):
        name = each.name.rpartition(".")[2] if each.name.startswith("keras.backend.") else ""
        call = call_node(facts.cell, each) if name in ("get_value", "set_value") else None
        if call is None:
            continue
        if call.keywords or len(call.args) != (1 if name == "get_value" else 2):
            return
        variable, *value = (facts.cell.segment(facts.cell.range(item)) for item in call.args)
        if variable.endswith("optimizer.lr"):
            variable = variable[: -len("lr")] + "learning_rate"
        variables.append(variable)
        method = f"assign({value[0]})" if value else "numpy()"
        edits.append(Edit(facts.cell.range(call), f"{variable}.{method}"))
    if edits:
        differs = "" if all(each.endswith(".learning_rate") for each in variables) else _IF_VARIABLE
        yield Proposal("Ask the variable itself", tuple(edits), "The learning rate is a variable of Keras.", differs)


_IF_VARIABLE = "Only right where a variable is given to get_value and set_value, as Keras does."


def _as_model(problem: Problem, facts: CellFacts) -> Iterator[Proposal]:
    """``K.function([a], [b])`` of tensors of a model is what a Model of these inputs and outputs predicts."""
    reference = facts.reference_at(problem.range, problem.reference)
    calls = [each for each in facts.by_kind.get("call", ()) if reference and each.written == reference.written]
    edits: list[Edit] = []
    for each in calls:
        call = call_node(facts.cell, each)
        if call is None or len(call.args) != 2 or call.keywords or not all(isinstance(a, ast.List) for a in call.args):
            return
        inputs, outputs = (facts.cell.segment(facts.cell.range(item)) for item in call.args)
        tree = each.name.partition(".backend.")[0]
        name = spelled(facts.cell, (f"{tree}.Model", f"{tree}.models.Model"), facts.after, each.range)
        number = _number(call.args[1])
        if name is None or "learning_phase" in inputs or not number:
            return
        model = f"{name[0]}({inputs}, {outputs})"
        # Of several outputs a model gives a list, of one output the array itself.
        alone = f"(lambda model: lambda arrays: [model.predict_on_batch(arrays)])({model})"
        edits += [*name[1], Edit(facts.cell.range(call), alone if number == 1 else f"{model}.predict_on_batch")]
    if edits:
        yield Proposal(
            "Use a Model of these inputs and outputs",
            tuple(edits),
            "It takes a list of arrays and gives a list of arrays, as the function did, in inference mode.",
        )


def _number(items: ast.expr) -> int:
    """How many elements a list has that is written out; 0 where that is not known."""
    known = isinstance(items, ast.List) and not any(isinstance(item, ast.Starred) for item in items.elts)
    return len(items.elts) if isinstance(items, ast.List) and known else 0


def _order(facts: CellFacts) -> list[Edit]:
    """The new names of the functions, and of the values that they are compared with or given."""
    edits: list[Edit] = []
    calls = []
    for reference in facts.references:
        parent, _, last = reference.name.rpartition(".")
        where = name_range(facts.cell, reference) if last in _ORDERINGS and reference.kind == "attribute" else None
        if where:
            module = reference.written.rpartition(".")[0]
            if parent.endswith(".common"):
                module = module.rpartition(".")[0]
            edits.append(Edit(where, f"{module}.{_ORDERINGS[last]}"))
            calls.append(call_node(facts.cell, reference))
    assert facts.cell.tree is not None
    for node in ast.walk(facts.cell.tree):
        compared = isinstance(node, ast.Compare) and any(call in (node.left, *node.comparators) for call in calls)
        if compared or (isinstance(node, ast.Call) and node in calls):
            edits += [_value(inner, facts) for inner in ast.walk(node) if _is_order(inner)]
    return edits


def _is_order(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value in ("tf", "th")


def _value(node: ast.AST, facts: CellFacts) -> Edit:
    where = facts.cell.range(node)
    text = facts.cell.segment(where)
    return Edit(where, text[0] + ORDERS[text[1:-1]] + text[-1])


def _orders(facts: CellFacts) -> set[Range]:
    """Where the cell says 'tf' or 'th'."""
    tree = facts.cell.tree
    return {facts.cell.range(node) for node in ast.walk(tree) if _is_order(node)} if tree else set()


RULE = Rule(
    code="KI112",
    name="removed function of keras.backend",
    lesson=Lesson(
        what="`K.get_session`, `K.image_dim_ordering` or `K.gradients` ends in an AttributeError or ImportError.",
        why="keras.backend connected Keras with Theano, CNTK or TensorFlow 1. Sessions, placeholders and the "
        "learning phase went away with static graphs; Keras 3 keeps a part of keras.backend and has keras.ops.",
        since="keras 3.0",
        before="from keras import backend as K\nK.moments",
        after="from keras import backend as K\nimport tensorflow as tf\ntf.nn.moments",
        target="tensorflow==2.16.2",
        related=("KI115",),
    ),
    moves=MOVES,
    on_cell=finder("KI112"),
    fixes=_fixes,
)
