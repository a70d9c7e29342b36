"""Saved models as a reader describes them, and the Keras that is to load them."""

from __future__ import annotations

from kerasmagic.diagnosis.saved_models import verdict
from kerasmagic.rules import RULES
from kerasmagic.saved.loader import Loader
from kerasmagic.saved.model import Component, SavedModel

KERAS_3 = Loader("keras", "3.15.1", "2.21.0")
KERAS_3_13 = Loader("keras", "3.13.2", "2.20.0", "2.20.1")
KERAS_2 = Loader("keras", "2.15.0", "2.15.1")
TF_KERAS = Loader("tf_keras", "2.19.0", "2.19.1", "2.19.0", "tf_keras")
OLD = Loader("tensorflow", "2.4.0", "2.4.4", calls="tf.keras")

DENSE = Component("Dense", "keras.layers", "", ("units",), "layer")
AXES = Component("GlorotUniform", "keras.initializers", "", ("seed", "input_axes"))


def saved(format="keras", version="2.15.0", *parts, path="m", **more):
    return SavedModel(path, format, keras_version=version, model_class="Sequential", components=(DENSE, *parts), **more)


def part(name, module="", *arguments, role="layer"):
    return Component(name, module, "", arguments, role)


LEGACY = {"optimizer": "Adam", "optimizer_family": "legacy", "compiled": True}
FUNCTIONAL = part("Functional", "keras.src.engine.functional")


def fix(model, loader):
    return verdict(model, loader, RULES).problems[0].fixes[0]


def codes(model, loader):
    """The rules that speak about loading this model with that Keras."""
    return [problem.rule for problem in verdict(model, loader, RULES).problems]
