"""What a live Keras model is: its inputs, outputs, layers, and what it was compiled with."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ..evidence import session
from .data import Shape, dimensions

_SHORT = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "bce": "binary_crossentropy",
    "kld": "kl_divergence",
}


class Layer(NamedTuple):
    """One layer of a model, live or written."""

    kind: str
    """The name of its class: "Dense"."""
    name: str = ""
    units: int | None = None
    activation: str = ""
    rank: int | None = None
    """The number of axes that it takes, with that of the samples; None where it takes any."""
    least_rank: int | None = None
    sizes: tuple[tuple[int, int], ...] = ()
    """Axes that must have a size: ``(-1, 4)``."""
    table: int | None = None
    """The numbers that an Embedding has rows for."""


class Network(NamedTuple):
    """A model as far as it can be read."""

    kind: str
    """"Sequential", "Functional", or the name of a subclass."""
    inputs: tuple[Shape, ...] = ()
    """Empty where the model is not built yet."""
    outputs: tuple[Shape, ...] = ()
    layers: tuple[Layer, ...] = ()
    """Without input layers, in the order of a Sequential model; of others as they were made."""
    last: Layer | None = None
    """The layer that gives the only output."""
    compiled: bool | None = None
    loss: str = ""
    """The name of Keras's own loss: "sparse_categorical_crossentropy"; empty for all others."""
    keras: str = ""
    """The package that it is of."""
    frozen: bool = False
    """``trainable = False`` was set for the whole model."""
    ends: tuple[Layer, ...] = ()
    """The layer that gives each output; empty where that is not known."""
    names: tuple[str, ...] = ()
    """The names of the outputs, where they have some."""


def is_network(thing: Any) -> bool:
    return session.is_kind(thing, "Model")


def network_of(model: Any) -> Network | None:
    """What a live model is; None for all that is no model of Keras."""
    if not is_network(model):
        return None
    inner = session.own(model, "_functional") if session.is_kind(model, "Sequential") else None
    graph = model if inner is None else inner
    tensors = session.own(graph, "_inputs", "inputs"), session.own(graph, "_outputs", "outputs")
    inputs, outputs = (_shapes(found) for found in tensors)
    layers = tuple(map(_layer, _layers(model)))
    last = _last(tensors[1], layers, model)
    return Network(
        kind=_kind(model),
        inputs=inputs,
        outputs=outputs,
        layers=layers,
        last=last,
        compiled=session.own(model, "compiled", "_is_compiled"),
        loss=loss_name(loss_of(model)),
        keras=next((session.module_of(base).partition(".")[0] for base in session.bases(model) if _of_keras(base)), ""),
        frozen=session.own(model, "_trainable") is False,
        ends=(last,) if last is not None else _ends(tensors[1]),
        names=_names(model),
    )


def _of_keras(base: type) -> bool:
    return session.module_of(base).partition(".")[0] in ("keras", "tf_keras", "tensorflow")


def _kind(model: Any) -> str:
    own_class = type(model)
    if _of_keras(own_class):
        return session.name_of(own_class)
    return next(
        (name for name in ("Sequential", "Functional") if session.is_kind(model, name)), session.name_of(own_class)
    )


def _layers(model: Any) -> list[Any]:
    held = session.members(session.own(model, "_self_tracked_trackables", "_layers"))
    return [each for each in held if session.is_kind(each, "Layer") and session.class_name(each) != "InputLayer"]


def _shapes(tensors: Any) -> tuple[Shape, ...]:
    found = [tensor_shape(each) for each in (session.members(tensors) or ((tensors,) if tensors is not None else ()))]
    return tuple(each for each in found if each is not None) if None not in found else ()


def tensor_shape(tensor: Any) -> Shape | None:
    """The shape of a tensor between layers."""
    if not session.is_kind(tensor, "KerasTensor"):
        return None
    spec = session.own(tensor, "_type_spec")
    return dimensions(session.own(tensor, "_shape") if spec is None else session.attribute(spec, "shape"))


def _layer(layer: Any) -> Layer:
    if session.is_kind(layer, "TimeDistributed"):
        inner = _layer(session.own(layer, "layer"))
        return inner._replace(kind="TimeDistributed", name=str(session.own(layer, "_name", "name") or ""))
    specs = session.own(layer, "_input_spec", "input_spec")
    spec = next(iter(session.members(specs)), specs)
    plain = session.is_kind(spec, "InputSpec")
    axes = session.own(spec, "axes") if plain else None
    units = session.own(layer, "units", "filters")
    return Layer(
        kind=session.class_name(layer),
        name=str(session.own(layer, "_name", "name") or ""),
        units=units if type(units) is int else None,
        activation=_function_name(session.own(layer, "activation")),
        rank=session.own(spec, "ndim") if plain else None,
        least_rank=session.own(spec, "min_ndim") if plain else None,
        sizes=tuple((axis, size) for axis, size in dict(axes).items() if type(size) is int)
        if isinstance(axes, dict)
        else _adapted_to(layer),
        table=session.own(layer, "input_dim") if session.class_name(layer) == "Embedding" else None,
    )


def _adapted_to(layer: Any) -> tuple[tuple[int, int], ...]:
    """The features that a Normalization has learned the means of."""
    mean = session.own(layer, "mean") if session.class_name(layer) == "Normalization" else None
    shape = dimensions(session.attribute(mean, "shape")) if mean is not None else None
    size = shape[-1] if shape and all(each == 1 for each in shape[:-1]) else None
    return ((-1, size),) if size is not None and size > 1 else ()


def _last(outputs: Any, layers: tuple[Layer, ...], model: Any) -> Layer | None:
    if session.is_kind(model, "Sequential"):
        return layers[-1] if layers else None
    ends = _ends(outputs)
    return ends[0] if len(ends) == 1 else None


def _ends(outputs: Any) -> tuple[Layer, ...]:
    """The layers that give the outputs; empty where one of them is no layer of Keras."""
    made = [_made_by(each) for each in session.members(outputs)]
    return tuple(map(_end, made)) if all(session.is_of_keras(each) for each in made) else ()


def _end(made: Any) -> Layer:
    """A layer, or the last one of a model that stands for a layer."""
    inner = network_of(made)
    return inner.last if inner is not None and inner.last is not None else _layer(made)


def _made_by(tensor: Any) -> Any:
    """The layer that gives a tensor of a functional model."""
    history = getattr(tensor, "_keras_history", None) if session.is_kind(tensor, "KerasTensor") else None
    return history[0] if isinstance(history, tuple) else None


def _names(model: Any) -> tuple[str, ...]:
    names = session.members(session.own(model, "output_names", "_output_names"))
    return tuple(str(each) for each in names if type(each) is str)


def _function_name(thing: Any) -> str:
    if type(thing).__name__ == "function":
        return str(thing.__name__)
    return _snake(session.class_name(thing)) if thing is not None and session.is_of_keras(thing) else ""


def loss_of(model: Any) -> Any:
    """The loss as it was given to compile: a name, a function, an object, or several of these."""
    container = session.own(model, "_compile_loss", "compiled_loss")
    return session.own(container, "_user_loss", "_user_losses") if container is not None else session.own(model, "loss")


def loss_name(loss: Any) -> str:
    """The name of a loss of Keras's own, however it was given."""
    if type(loss) is str:
        return canonical_loss(loss)
    if type(loss) in (list, tuple) and len(loss) == 1:
        return loss_name(loss[0])
    if type(loss).__name__ == "function" and session.root(loss) == "builtins":
        home = str(loss.__module__ or "").partition(".")[0]
        return canonical_loss(loss.__name__) if home in ("keras", "tf_keras", "tensorflow") else ""
    if loss is not None and not isinstance(loss, type) and _of_keras(type(loss)):
        wrapped = session.own(loss, "fn")
        named = canonical_loss(session.class_name(loss))
        return loss_name(wrapped) if named == "loss_function_wrapper" and wrapped is not None else named
    return ""


def canonical_loss(name: str) -> str:
    """ "mse", "MSE" and "MeanSquaredError" are "mean_squared_error"."""
    return _SHORT.get(name.lower(), _snake(name))


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().replace("kldivergence", "kl_divergence")
