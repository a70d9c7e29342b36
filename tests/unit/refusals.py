"""Cells that run, and objects that stand for those of Keras: they raise from inside of it what Keras says."""

from __future__ import annotations

from types import FunctionType, SimpleNamespace

from checked import KERAS_3, failed

_METHODS = """
def fit(
    self, x=None, y=None, batch_size=None, epochs=1, verbose=1, callbacks=None, validation_data=None,
    class_weight=None, sample_weight=None, **others
):
    raise self.says.with_traceback(None)

def predict(self, x, batch_size=None, verbose=1, **others):
    raise self.says.with_traceback(None)

def call(*args, **others):
    raise says.with_traceback(None)

class Layer:
    __module__ = "keras.src.layers.layer"
    def __init__(self, says, **held):
        self.says = says
        vars(self).update(held)
    def __getattr__(self, name):
        raise self.says.with_traceback(None)

class Model(Layer):
    __module__ = "keras.src.models.model"
    fit = fit
"""


def keras(says=None):
    """A module of Keras: ``fit`` and all that is called in it raise this."""
    inside = {"__name__": "keras.src.trainers.trainer", "says": says}
    exec(compile(_METHODS, "/x/site-packages/keras/src/trainers/trainer.py", "exec"), inside)
    return inside


def model(says, kind="Sequential", of="Model", **held):
    """A model of Keras that refuses everything in these words."""
    return type(kind, (keras()[of],), {"__module__": "keras.src.models"})(says, **held)


def predicting(says, **held):
    """A model of a graph whose predict raises this."""
    made = model(says, "Functional", **held)
    type(made).predict = keras()["predict"]
    return made


def refused(says):
    """A function of Keras that raises this."""
    return keras(says)["call"]


def told(cell, target=KERAS_3, **names):
    """What is said about a cell that runs until it raises."""
    namespace = dict(names)
    try:
        exec(compile(cell, "<ipython-input-1>", "exec"), namespace)
    except Exception as error:
        return failed(target, cell, error, namespace)
    raise AssertionError("the cell runs")


def rules(cell, target=KERAS_3, **names):
    return [problem.rule for problem in told(cell, target, **names)]


def tensor(shape, made_by=None, taken=(), mask=None):
    """A tensor between layers: what made it, of what, and the mask that goes with it."""
    made = type("KerasTensor", (), {"__module__": "keras.src.backend.common.keras_tensor"})()
    made._shape = shape
    made._keras_mask = tensor(mask) if mask else None
    if made_by is not None:
        made_by._inbound_nodes = [SimpleNamespace(arguments=SimpleNamespace(keras_tensors=list(taken)))]
        made._keras_history = (made_by, 0, 0)
    return made


def layer(kind="Dense", activation="linear", **held):
    """A layer of Keras that ends with an activation."""
    function = FunctionType(compile("0", "<f>", "eval"), {}, activation)
    return type(kind, (keras()["Layer"],), {"__module__": "keras.src.layers"})(None, activation=function, **held)


def compiled(says, *outputs, loss=None, metrics=(), activation="linear", inputs=1):
    """A model that was compiled, and refuses everything in these words.

    Arguments:
        outputs: the shape of each.
        activation: what its last layers end with.
        inputs: how many there are.
    """
    ends = [tensor(shape, layer(activation=activation, units=shape[-1])) for shape in outputs]
    names = [f"out{place}" for place in range(len(outputs))]
    held = {"_outputs": ends, "_inputs": [tensor((None, 3))] * inputs, "output_names": names, "compiled": True}
    held["_compile_loss"] = SimpleNamespace(_user_loss=loss)
    held["_compile_metrics"] = SimpleNamespace(_user_metrics=list(metrics))
    return model(says, "Functional", **held)
