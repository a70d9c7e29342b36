"""Files of Keras as the tests write them, and cells whose load of them fails."""

from __future__ import annotations

import json
import sys
from types import ModuleType
from unittest.mock import patch

import h5py
from checked import KERAS_3
from refusals import told

ADAM = {"class_name": "Adam", "config": {"learning_rate": 0.0010000000474974513, "beta_1": 0.9}}


def layer(name, **config):
    return {"class_name": name, "config": config}


def hdf5(path, *layers, version="3.13.2", **settings):
    """An HDF5 file with these layers, and what compile was given."""
    model = {"class_name": "Sequential", "config": {"layers": list(layers) or [layer("Dense", units=1)]}}
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = version
        file.attrs["model_config"] = json.dumps(model)
        if settings:
            file.attrs["training_config"] = json.dumps({"optimizer_config": ADAM, **settings})
    return str(path)


def loading(says, name="load_model", module="keras.src.saving.saving_api"):
    """Keras's own function, which raises this."""
    inside = {"__name__": module, "says": says}
    text = f"def {name}(filepath, custom_objects=None, compile=True):\n    raise says.with_traceback(None)\n"
    exec(compile(text, f"/x/site-packages/{module.replace('.', '/')}.py", "exec"), inside)
    return inside[name]


def answer(cell, says, rule, target=KERAS_3, **names):
    """The problem of a rule in a cell whose ``load_model`` raises this; None where it has nothing to say."""
    keras = ModuleType("keras")
    keras.__version__ = "3.13.2"
    with patch.dict(sys.modules, {"keras": keras}):
        found = told(cell, target, load_model=loading(says), **names)
    return next((problem for problem in found if problem.rule == rule), None)


def edit(problem):
    return next((fix.source for fix in problem.fixes if fix.source), None)
