"""A layer, a wrapper or a model that is called, or added, otherwise than it takes it."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from ...diagnosis.contract.answer import Change, Finding, problem
from ...diagnosis.contract.refusals import Refusal, when_refused
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from .arguments_of_a_model import tensors_one_by_one

_LIBRARIES = ("keras", "tf_keras", "tensorflow")
_TENSOR = r"(?:<KerasTensor|KerasTensor\(|Tensor\(|<tf\.Tensor)"
_NO_CALL = (
    "Keras calls it with the data, in fit, predict and model(x). Names such as forward or __call__ are not looked for.",
    "Name the method that computes the outputs call: def call(self, inputs, training=None): … return outputs.",
)
_REFUSALS = (
    Refusal(
        "ttention layer must be called on a list of inputs",
        "{0} takes query and value as one list",
        "Its call has one parameter for data, a list of two or three tensors.",
        "Write {0}()([query, value]), or [query, value, key]; for attention of a sequence to itself [x, x].",
        "keras.layers.Attention",
        r"(\w*Attention) layer must be called on a list",
    ),
    Refusal(
        "ttention layer accepts inputs list of length 2 or 3",
        "{0} takes a list of two or three tensors",
        "They are query, value and, if it is another tensor, key.",
        "Write {0}()([query, value]); for attention of a sequence to itself [x, x].",
        "keras.layers.Attention",
        r"(\w*Attention) layer accepts",
    ),
    Refusal(
        "Layer` instance",
        "{0} is given a tensor, and takes the layer that it wraps",
        "It calls the layer itself: what it is made with is the layer, and what it is called with is the tensor.",
        "Write {0}(layer)(x): the tensor goes into the second brackets.",
        "keras.layers.{0}",
        r"initialize `(\w+)` layer with a `[\w.]*Layer` instance\. (?:You passed|Received): ?(?:layer=)?" + _TENSOR,
    ),
    Refusal(
        "Only instances of `keras.Layer` can be added to a Sequential model",
        "A tensor is added to a Sequential model, and it takes layers",
        "A Sequential model calls its layers itself. A tensor such as base.output belongs to another model's graph.",
        "Add the layer, or the whole model: model.add(base). To go on from a tensor build keras.Model(inputs, "
        "outputs).",
        "Sequential.add",
        r"Received: " + _TENSOR,
    ),
    Refusal(
        "The added layer must be an instance of class Layer",
        "A tensor is added to a Sequential model, and it takes layers",
        "A Sequential model calls its layers itself. A tensor such as base.output belongs to another model's graph.",
        "Add the layer, or the whole model: model.add(base). To go on from a tensor build keras.Model(inputs, "
        "outputs).",
        "Sequential.add",
        r"(?:Received|Found): ?(?:layer=)?" + _TENSOR,
    ),
    *(
        Refusal(
            sign,
            "A list of layers is added to a Sequential model, and add takes one",
            "It puts one layer behind the others.",
            "Give the list to the model, keras.Sequential([…]), or add them in a loop: for layer in layers: "
            "model.add(layer).",
            "Sequential.add",
            r"(?:Received|Found): ?(?:layer=)?\[<",
        )
        for sign in (
            "Only instances of `keras.Layer` can be added to a Sequential model",
            "The added layer must be an instance of class Layer",
        )
    ),
    *(
        Refusal(
            sign,
            "{0} is added to a Sequential model, and is no layer",
            "A Sequential model takes layers and models: the objects that the call of a class makes.",
            "Write what makes the layer: keras.layers.Dense(10), keras.Input(shape=(8,)).",
            "Sequential.add",
            r"(?:Received|Found): ?(?:layer=)?(?:<function )?([A-Za-z_]\w*)(?:.*<class '(?:str|function)'>| at 0x|$)",
        )
        for sign in (
            "Only instances of `keras.Layer` can be added to a Sequential model",
            "The added layer must be an instance of class Layer",
        )
    ),
    Refusal(
        "Layer` instance",
        "{0} is given {1}, and takes the layer that it wraps",
        "It wraps an object: what the call of a layer's class makes.",
        "Write {0}(keras.layers.{1}(…)).",
        "keras.layers.{0}",
        r"initialize `(\w+)` layer with a `[\w.]*Layer` instance\. (?:You passed|Received): ?(?:layer=)?"
        r"(?:<class '(?:\w+\.)*)?(\w+)",
    ),
    *(
        Refusal(
            sign, "The class {0} has no method call", *_NO_CALL, "Layer.call", r"(?:Model|Layer) (\w+) does not have"
        )
        for sign in ("does not have a `call()` method implemented", "does not have a `call` method implemented")
    ),
    *(
        Refusal(sign, "The class of the model has no method call", *_NO_CALL, "Model.call")
        for sign in ("Unimplemented `tf.keras.Model.call()`", "you should implement a `call` method")
    ),
)
_NO_CALL_OF_A_MODEL = "implement"
_told = when_refused("KD124", _REFUSALS)
_BIDIRECTIONAL = (".bidirectional", ".layers.wrappers")
_NOT_RECURRENT = Finding(
    "Bidirectional is given a layer that goes through no steps",
    "It makes a second copy of the layer that reads the steps backwards, which LSTM, GRU and SimpleRNN can do.",
    advice=("Give it one of them: Bidirectional(LSTM(8, return_sequences=True)); put the other layer behind it.",),
    reference="keras.layers.Bidirectional",
)
_LACKS = "missing a required argument: '"
_LACKS_IN_CALL = "call() missing "


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if "go_backwards" in failure.message and any(each.module.endswith(_BIDIRECTIONAL) for each in failure.frames):
        yield problem("KD124", _NOT_RECURRENT, None)
        return
    if not isinstance(failure.exception, (TypeError, ValueError, NotImplementedError)):
        return
    message, facts = failure.message, failing.facts_of(failure)
    if _NO_CALL_OF_A_MODEL in message and facts is not None and tensors_one_by_one(failure, facts) is not None:
        return  # it is no class of the user's (KD107)
    if message.endswith("object is not iterable") or "`trainable`" in message:
        yield from _layers_side_by_side(failure)
        return
    no_layer = _NOT_CALLABLE.search(message) if isinstance(failure.exception, TypeError) else None
    if no_layer:
        yield from _without_base(no_layer[1], failure)
    elif isinstance(failure.exception, TypeError) and (_LACKS in message or _LACKS_IN_CALL in message):
        yield from _lacking(failure)
    else:
        yield from _told(failure, world)


def _layers_side_by_side(failure: Failure) -> Iterator[Problem]:
    """``Sequential(Dense(3), Dense(2))``"""
    facts = failing.facts_of(failure)
    for call in failing.calls(failure, facts) if facts is not None else ():
        made = failing.value_of(call.func, failure)
        is_sequential = isinstance(made, type) and session.root_of(made) in _LIBRARIES and made.__name__ == "Sequential"
        if facts is None or not is_sequential or not call.args or isinstance(call.args[0], (ast.List, ast.Starred)):
            continue
        texts = ", ".join(failing.text_of(node, facts) for node in call.args)
        edit = (call, f"{failing.text_of(call.func, facts)}([{texts}])")
        change = Change("Put them into a list", (edit,), evidence="They are the layers in their order.")
        finding = Finding(
            "Sequential takes its layers in one list",
            "What stands behind the list is trainable and the name.",
            changes=() if call.keywords else (change,),
            advice=(f"Write Sequential([{texts}]).",),
            reference="keras.Sequential",
        )
        yield problem("KD124", finding, facts)
        return


_NOT_CALLABLE = re.compile(r"^'(\w+)' object is not callable$")


def _without_base(name: str, failure: Failure) -> Iterator[Problem]:
    """A class of the user's that computes like a layer, is called with a tensor of Keras, and is none."""
    facts = failing.facts_of(failure)
    made: Any = (failure.namespace or {}).get(name)
    if facts is None or not isinstance(made, type) or session.bases_of(made)[1:] != (object,):
        return
    method = next((each for each in ("call", "forward") if each in vars(made)), "")
    given = (failing.value_of(node, failure) for call in failing.calls(failure, facts) for node in call.args[:1])
    if method and any(thing is not None and session.is_of_keras(thing) for thing in given):
        yield problem(
            "KD124",
            Finding(
                f"{name} is no layer: it has no base class",
                "What Keras calls with tensors is made from its class Layer or Model, and computes in its method call.",
                advice=(
                    f"Write class {name}(keras.layers.Layer):, let __init__ begin with super().__init__(), and "
                    f"name the "
                    "method call(self, inputs).",
                ),
                reference="keras.layers.Layer",
            ),
            None,
        )


def _lacking(failure: Failure) -> Iterator[Problem]:
    """A call of a layer or model without an argument that its ``call`` needs."""
    layer = _called(failure)
    quoted = failure.message.split("'")
    if layer is None or len(quoted) < 3:
        return
    name, lacks = session.class_name(layer), quoted[1]
    own = session.root(layer) not in _LIBRARIES
    advice = f"Give it: {lacks}=…, where the layer is called."
    if own and lacks in ("training", "mask"):
        advice = f"Give it a default in {name}: def call(self, inputs, {lacks}=None)."
    elif name == "MultiHeadAttention":
        advice = "Write attention(query, value); for attention of a sequence to itself attention(x, x)."
    elif own:
        advice = (
            f"Give it where {name} is called. fit and Sequential models give one argument: take several tensors as one "
            "list, or give the parameter a default."
        )
    yield problem(
        "KD124",
        Finding(
            f"{name} is called without {lacks}, which its call needs",
            f"The parameter {lacks} of {name}.call has no default.",
            advice=(advice,),
            reference=f"{name}.call",
        ),
        None,
    )


def _called(failure: Failure) -> object:
    """The layer whose call was made: ``self`` of the innermost step inside of Keras that has one."""
    found, step = None, failure.exception.__traceback__
    while step is not None:
        held = step.tb_frame.f_locals
        args = held.get("args")
        wrapped = step.tb_frame.f_code.co_name == "error_handler" and type(args) is tuple and bool(args)
        thing = args[0] if wrapped and type(args) is tuple else held.get("self")
        found = thing if session.is_kind(thing, "Layer") else found
        step = step.tb_next
    return found if failing.in_library(failure) or _in_inspect(failure) else None


def _in_inspect(failure: Failure) -> bool:
    end = failure.end
    return end is not None and end.module == "inspect"


RULE = Rule(
    code="KD124",
    name="ways to call a layer",
    lesson=Lesson(
        what="`Attention()(q, v)`, `Bidirectional(LSTM(3)(x))`, `model.add(base.output)`, `MultiHeadAttention(2, "
        "4)(x)` "
        "or a class without call end in an error.",
        why="A layer is made with settings and called with tensors; a wrapper is made with a layer; a Sequential model "
        "takes layers; a class of your own has the method call.",
        since="keras 2.0",
        before="import keras\nx = keras.Input((10, 4))\ny = keras.layers.Bidirectional(keras.layers.LSTM(3)(x))",
        after="import keras\nx = keras.Input((10, 4))\ny = keras.layers.Bidirectional(keras.layers.LSTM(3))(x)",
        target="tensorflow==2.21.0",
        related=("KD118", "KD107"),
    ),
    on_failure=on_failure,
)
