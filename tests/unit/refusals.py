"""Cells that run, and objects that stand for those of Keras: they raise from inside of it what Keras says."""

from __future__ import annotations

from checked import KERAS_3, failed

_METHODS = """
def fit(self, x=None, y=None, batch_size=None, epochs=1, verbose=1, callbacks=None, class_weight=None, **others):
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
