"""KA306: object of another Keras."""

from __future__ import annotations

import types

import pytest
from checked import BOTH, failed

MESSAGES = [
    ("m.add(Dense)", TypeError("The added layer must be an instance of class Layer. Found: <class 'a.Dense'>")),
    ("Dense(2, x)", TypeError("Could not interpret activation function identifier: Tensor(...)")),
]


@pytest.mark.parametrize("cell, exception", MESSAGES)
def test_messages_of_tensorflow_and_keras_are_known(cell, exception):
    problem = failed("tensorflow==2.16.2", cell, exception)[0]
    assert problem.rule == "KA306" and problem.fixes


CLASSES = {
    "keras": type("Layer", (), {"__module__": "keras.src.layers.layer"}),
    "tf_keras": type("Layer", (), {"__module__": "tf_keras.src.engine.base_layer"}),
}


@pytest.mark.parametrize(
    ("given", "works_with", "told"),
    [
        ("keras", "tf_keras", ["KA306"]),
        ("tf_keras", "keras", ["KA306"]),
        ("tf_keras", "tf_keras", []),
        ("keras", "keras", []),
    ],
)
@pytest.mark.parametrize("through", ["", "tfmot.backend.keras"])
def test_a_package_that_works_with_another_keras_refuses_a_model(given, works_with, told, through):
    keras = types.ModuleType(works_with)
    if through:  # a module of its own, which has the parts of Keras
        keras = types.ModuleType(through)
        keras.models = types.ModuleType(f"{works_with}.models")
    inside = {"__name__": "tfmot.core.quantize", "keras": keras, "model": CLASSES[given]()}
    path = "/x/site-packages/tfmot/core/quantize.py"
    exec(compile("def quantize(model):\n    raise ValueError('can only be a keras Sequential')", path, "exec"), inside)
    try:
        inside["quantize"](inside["model"])
    except ValueError as error:
        found = failed(BOTH, "quantize(model)", error)
    assert [problem.rule for problem in found] == told


def thing(package, kind, name, module, **held):
    """An object of Keras's own class, exported as ``keras.module.name``."""
    base = type(kind, (), {"__module__": f"{package}.src"})
    mark = "_api_export_path" if package == "keras" else "_keras_api_names"
    made = type(name, (base,), {"__module__": f"{package}.src", mark: (f"keras.{module}.{name}",)})()
    vars(made).update(held)
    return made


REFUSED = ValueError("Could not interpret optimizer identifier: <keras.src.optimizers.adam.Adam object at 0x7f>")


def parts_told(cell):
    rate = thing("keras", "LearningRateSchedule", "CosineDecay", "optimizers.schedules")
    names = {
        "opt": thing("keras", "Optimizer", "Adam", "optimizers", _learning_rate=rate),
        "loss": thing("keras", "Loss", "MeanSquaredError", "losses"),
        "metric": thing("tf_keras", "Metric", "AUC", "metrics"),
        "says": REFUSED,
        "__name__": "tf_keras.src.engine.training",
    }
    path = "/x/site-packages/tf_keras/src/engine/training.py"
    exec(compile("def compile(*args, **kwargs):\n    raise says", path, "exec"), names)
    try:
        names["compile"](names["opt"], loss=names["loss"], metrics=["mae", names["metric"]])
    except ValueError as error:
        return failed("tensorflow==2.19.1,keras==3.15.1,tf_keras==2.19.0", cell, error)


def test_all_parts_of_another_keras_are_told_at_once():
    (problem,) = parts_told("m.compile(opt, loss=loss)")
    assert problem.title.startswith("Adam, CosineDecay and MeanSquaredError come from keras, but what gets them")
    assert problem.fixes[0].title == (
        "Write from tf_keras.optimizers import Adam; from tf_keras.optimizers.schedules import CosineDecay; "
        "from tf_keras.losses import MeanSquaredError, and run the lines that make them again."
    )


MADE = """from keras.optimizers import Adam
import keras
opt = Adam(keras.optimizers.schedules.CosineDecay(0.1, 10))
m.compile(opt, loss=keras.losses.MeanSquaredError(), metrics=['mae'])"""


def test_those_that_the_cell_makes_are_made_by_the_classes_of_one_keras():
    fix = parts_told(MADE)[0].fixes[0]
    assert fix.verified
    for package, name in (
        ("optimizers", "Adam"),
        ("optimizers.schedules", "CosineDecay"),
        ("losses", "MeanSquaredError"),
    ):
        assert f"from tf_keras.{package} import {name}\n" in fix.source
    assert fix.source.endswith("m.compile(opt, loss=MeanSquaredError(), metrics=['mae'])")
