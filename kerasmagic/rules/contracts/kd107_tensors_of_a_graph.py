"""Tensors and layers that cannot be put together into a model."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...diagnosis.contract.answer import Finding, problem
from ...diagnosis.contract.by_place import given_by_place
from ...diagnosis.contract.network import is_network
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.words import with_article
from ...diagnosis.resolve.world import World
from ...source.nodes import last_name
from .arguments_of_a_model import data_for_inputs, tensors_one_by_one
from .disconnected_outputs import inputs_lost, inputs_not_given, output_of_inner_model
from .left_uncalled import uncalled
from .numbers_of_axes import different_axes
from .sizes_of_branches import different_sizes
from .windows_of_a_dataset import is_about_windows

_CONCATENATE = re.compile(
    r"`Concatenate` layer requires inputs with matching shapes.*?(?:Received|Got inputs shapes): (?:input_shape=)?"
    r"(\[.*?\]|\(\(.*?\)\))",
    re.DOTALL,
)
_ELEMENTWISE = re.compile(
    r"Inputs have incompatible shapes\. Received shapes (\(.*?\)) and (\(.*?\))"
    r"|Operands could not be broadcast together with shapes (\(.*?\)) (\(.*?\))"
    r"|Cannot broadcast shape, .*Input shapes are: (\[.*?\]) and (\[.*?\])"
)
_NAME = re.compile(r'The name "(.+?)" is used (\d+) times in the model')
_NO_TENSOR = re.compile(
    r"All `(?:inputs|outputs)` values must be KerasTensors.*? of type <class '([\w.]+)'>"
    r"|Found unexpected instance while processing (?:input|output) tensors for keras functional model.*?Got: <?([\w.]+)"
    r"|Inputs to a layer should be tensors\. Got '?.*?'? ?\(of type <class '([\w.]+)'>\)"
    r"|Attempt to convert a value \(<(\w+) name=\w+, built=\w+>\) with an unsupported type",
    re.DOTALL,
)
_POSITIONAL = re.compile(
    r"Only input tensors may be passed as positional arguments.*?value should be passed as a keyword "
    r"argument: (.*?) \(of type <class '([\w.]+)'>",
    re.DOTALL,
)
_DISCONNECTED = re.compile(
    r"Graph disconnected: cannot (?:obtain value|find parent) for tensor|^`inputs` not connected to `outputs`"
    r"|^Output with path `.*` is not connected to `inputs`"
)
_WITHOUT_OUTPUTS = re.compile(
    r"(?:Unrecognized|unexpected) keyword arguments? .*\{'inputs': (?!.*'outputs?')|not understood:', 'inputs'",
    re.DOTALL,
)
_ITSELF = "itself is given where a tensor belongs"
_ONE_GIVEN = "takes 1 positional argument but 2 were given"
_SMALL = re.compile(r"Input size must be at least (\d+x\d+)")
_WITH_HEAD = re.compile(
    r"setting `?include_top=True`? and loading `?imagenet`? weights, `?input_shape`? should be (\(.*?\))"
)
_CLASSES = re.compile(r"`classes` should be (\d+)")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    disconnected = _disconnected(failure)
    if disconnected is not None:
        yield disconnected
        return
    kinds = (ValueError, TypeError, NotImplementedError)
    if not isinstance(failure.exception, kinds) or not failing.in_library(failure):
        return
    if is_about_windows(failure):
        return  # the data is none, and the model is right (KD127)
    facts = failing.facts_of(failure)
    calls = failing.calls(failure, facts) if facts is not None and _ONE_GIVEN in failure.message else ()
    if any(last_name(call.func) == "Model" and len(call.args) == 1 for call in calls):
        yield problem("KD107", _INPUTS_ALONE, None)
        return
    apart = data_for_inputs(failure, facts) or tensors_one_by_one(failure, facts) if facts is not None else None
    if apart is not None:
        yield problem("KD107", apart, facts)
        return
    found = _of_the_message(failure, facts)
    if found is None:
        return
    if facts is not None and next(uncalled(failure, facts), None) is not None:
        return  # a class or layer was not called (KD133)
    if facts is not None and given_by_place(failure, facts) is not None:
        return  # that is right but for its name (KD118)
    yield problem("KD107", found, None)


def _of_the_message(failure: Failure, facts: CellFacts | None) -> Finding | None:
    if facts is not None and _of_sizes(failure.message):
        sizes = different_sizes(failure, facts) or different_axes(failure, facts)
        if sizes is not None:
            return sizes
    # The message is cut where it shows data.
    finding = next(_findings(failure.message), None) or next(_findings(str(failure.exception)), None)
    return _with_names(finding, failure, facts) if finding is not None else None


def _with_names(finding: Finding, failure: Failure, facts: CellFacts | None) -> Finding:
    """With the name of the layer that is given for a tensor, as the failing line has it."""
    if not finding.title.endswith(_ITSELF) or facts is None:
        return finding
    for node in failing.nodes(failure, facts):
        thing = failing.value_of(node, failure) if isinstance(node, ast.Name) else None
        if session.is_kind(thing, "Layer") and not isinstance(thing, type) and not is_network(thing):
            name, kind = failing.text_of(node, facts), session.class_name(thing)
            stored = [each for each in facts.cell.placed if isinstance(each, ast.Name) and each.id == name]
            tensor = name if sum(isinstance(each.ctx, ast.Store) for each in stored) > 1 else "inputs"
            advice = f"Call the layer with its tensor where it is made: {name} = {kind}(…)({tensor})."
            return finding._replace(
                title=f"{name} is {with_article(kind)}, a layer, and stands where a tensor belongs", advice=(advice,)
            )
    return finding


def _disconnected(failure: Failure) -> Problem | None:
    """Keras up to 3.13 finds out when data comes, and says which tensor it lacks: by its number."""
    by_number = isinstance(failure.exception, KeyError) and failure.message.isdigit()
    facts = failing.facts_of(failure) if by_number or _DISCONNECTED.search(failure.message) else None
    found = output_of_inner_model(failure, facts) or inputs_not_given(failure, facts) if facts is not None else None
    if found is None and by_number:
        found = inputs_lost(failure)
    return problem("KD107", found, facts) if found is not None else None


def _of_sizes(message: str) -> bool:
    return _CONCATENATE.search(message) is not None or _ELEMENTWISE.search(message) is not None


def _findings(message: str) -> Iterator[Finding]:
    joined, added = _CONCATENATE.search(message), _ELEMENTWISE.search(message)
    if joined:
        yield _finding(
            f"Concatenate cannot join {joined[1]}",
            "All sizes must be the same, but the one at the axis where they are joined: the last one, if not told.",
            _to_join(joined[1]),
        )
    elif added:
        first, second = (text for text in added.groups() if text)
        yield _finding(
            f"Tensors of {first} and {second} cannot be added or multiplied",
            "Add, Multiply and the like take tensors of one shape.",
            "Bring both to one shape first: a Dense or Conv layer with as many units, padding='same', the same "
            "strides.",
        )
    named, wrong = _NAME.search(message), _NO_TENSOR.search(message)
    if named:
        yield _finding(
            f"{named[2]} layers of the model are called {named[1]!r}",
            "Each layer of a model has a name of its own: one model used twice in another has the same names twice.",
            f"Give one of them another name: name='{named[1]}_2', or leave name= out; for two copies of a model, "
            "rename one: keras.Model(…, name='second').",
        )
    elif wrong:
        kind = next(text for text in wrong.groups() if text)
        yield _finding(
            f"A {kind.rpartition('.')[2]} is given where the tensor of a layer is wanted",
            "A functional model is made of what keras.Input(…) gives and of what layers give for it; data comes with "
            "fit and predict.",
            _instead(kind),
        )
    position = _POSITIONAL.search(message)
    if position and ("keras" in position[2] and not position[2].endswith("KerasTensor")):
        yield _finding(
            f"A {position[2].rpartition('.')[2]} {_ITSELF}",
            "A layer or model gives a tensor when it is called with one.",
            "Give what it makes: layer(x), with x a tensor; of a finished model its output, base.output.",
        )
    elif position:
        yield _finding(
            f"A layer is called with {position[1]!s}, and takes tensors",
            "What follows the tensor is given by name; a shape is declared by keras.Input.",
            "For a shape: keras.Input(shape=…); for several tensors give them in a list; other arguments by name.",
        )
    if _DISCONNECTED.search(message):
        yield _finding(
            "An output depends on an input that the model is not given",
            "Going back from the outputs, Keras comes to a tensor that is not among inputs=.",
            "Give Model all inputs that its outputs use: the very tensors of keras.Input(…), not new ones of the same "
            "name.",
        )
    if _WITHOUT_OUTPUTS.search(message):
        yield _INPUTS_ALONE
    small, classes = _SMALL.search(message), _CLASSES.search(message)
    if small:
        yield _finding(
            f"This network takes images of {small[1]} and larger",
            "Its poolings leave nothing of smaller ones.",
            "Enlarge the images: keras.layers.Resizing, or tf.image.resize; then give that input_shape.",
        )
    fixed = _WITH_HEAD.search(message)
    if fixed:
        yield _finding(
            f"With its head the pretrained network takes images of {fixed[1]} only",
            "The weights of its last layers fit that size.",
            "For images of another size: include_top=False, pooling='avg', and a Dense layer of your own on it; "
            "or resize "
            "the images.",
        )
    if "The input must have 3 channels" in message:
        yield _finding(
            "The pretrained network takes images with 3 channels",
            "Its weights were learned from colour images.",
            "Take input_shape=(height, width, 3), and make three channels of one: tf.image.grayscale_to_rgb(x), or in "
            "the model keras.layers.Concatenate()([x, x, x]). With weights=None it takes any number.",
        )
    if classes:
        yield _finding(
            f"With its head the pretrained network has {classes[1]} classes",
            "Its last layer was trained for them.",
            "For classes of your own: include_top=False, pooling='avg', and a Dense layer of your own on it.",
        )


def _to_join(shapes: str) -> str:
    """What joins tensors of these shapes: where they differ at one axis, that axis may be meant."""
    try:
        sizes = list(zip(*ast.literal_eval(shapes)))
    except (ValueError, SyntaxError, TypeError):
        sizes = []
    differ = [axis for axis, each in enumerate(sizes) if len(set(each)) > 1]
    alike = "bring the others to one size: padding='same', Cropping, Resizing, or a Dense layer before."
    if len(differ) != 1:
        return alike[0].upper() + alike[1:]
    return f"Name the axis at which they differ, Concatenate(axis={differ[0]}), or {alike}"


def _instead(kind: str) -> str:
    if kind.endswith(("ndarray", "DataFrame", "EagerTensor")):
        return "Make a placeholder for the data, inputs = keras.Input(shape=x.shape[1:]), and give the data to fit."
    if kind.endswith("NoneType"):
        return (
            "Something lacks its return: the call of a layer of your own, or a function that builds a "
            "part of the model."
        )
    return "Call the layer: outputs = layer(inputs), with inputs = keras.Input(shape=…)."


def _finding(title: str, cause: str, advice: str) -> Finding:
    return Finding(title, cause, advice=(advice,), reference="keras.Model")


_INPUTS_ALONE = _finding(
    "Model is given one tensor, and lies between two: inputs and outputs",
    "Keras goes back from the outputs, through the layers that made them, to the inputs.",
    "Write keras.Model(inputs, outputs), with the tensor of keras.Input and the one that the last layer gives.",
)


RULE = Rule(
    code="KD107",
    name="tensors that make no model",
    lesson=Lesson(
        what="keras.Model(…), Concatenate or Add end in ValueError: matching shapes, names that should be unique, "
        "inputs that must be KerasTensors.",
        why="A functional model is a graph from keras.Input to its outputs. What is joined in it has to fit, and each "
        "layer has a name of its own.",
        since="keras 2.0",
        before="import keras\na, b = keras.Input((4, 5)), keras.Input((3, 5))\nc = keras.layers.Concatenate()([a, b])",
        after="import keras\na, b = keras.Input((4, 5)), keras.Input((3, 5))\n"
        "c = keras.layers.Concatenate(axis=1)([a, b])",
        target="tensorflow==2.21.0",
        related=("KD102", "KA304"),
    ),
    on_failure=on_failure,
)
