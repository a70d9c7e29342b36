"""What a program of two Keras packages is told to take from one: a setting, or imports, in its own names."""

from __future__ import annotations

import sys
import types

import pytest
from checked import BOTH, world

from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.repair import legacy_keras
from kerasmagic.diagnosis.repair.one_keras import maker_in, maker_of, ways

LAYER = type("Layer", (), {"__module__": "tf_keras.src.engine.base_layer"})
PROGRAM = "model.compile(Adam())"


def exported(package: str, module: str, name: str) -> type:
    mark = "_api_export_path" if package == "keras" else "_keras_api_names"
    return type(name, (), {"__module__": f"{package}.src", mark: (f"keras.{module}.{name}",)})


@pytest.fixture
def maker(monkeypatch):
    """A layer of an installed package that is made from tf_keras."""
    package = types.ModuleType("tfp")
    package.__file__ = "/x/site-packages/tfp/__init__.py"
    monkeypatch.setitem(sys.modules, "tfp", package)
    return type("DenseFlipout", (LAYER,), {"__module__": "tfp.layers"})()


def offered(maker, source=PROGRAM, target=BOTH, keras="tf_keras", **names):
    failure = Failure(ValueError("no"), source, names)
    return list(ways(maker_of(maker) if maker else None, keras, failure, world(target)))


ADAM = exported("keras", "optimizers", "Adam")


def test_a_package_that_needs_keras_2_leaves_the_cells_as_they_are(maker):
    setting, imports = offered(maker, Adam=ADAM)
    assert setting.commands == ('import os; os.environ["TF_USE_LEGACY_KERAS"] = "1"',)
    assert "restart the kernel, run this first" in setting.title and "tfp builds" in setting.evidence
    assert imports.commands == ("from tf_keras.optimizers import Adam",) and imports.title.startswith("Or take all")


def test_a_setting_that_came_too_late_is_told_as_that(maker, monkeypatch):
    monkeypatch.setattr(legacy_keras, "_is_late", lambda world: True)
    assert offered(maker)[0].evidence.startswith("TF_USE_LEGACY_KERAS is set by now, but")


@pytest.mark.parametrize("source", ["from keras.layers import Dense", "import tf_keras\nmodel.compile(Adam())"])
def test_the_setting_does_nothing_for_what_is_asked_of_the_package_itself(maker, source):
    (imports,) = offered(maker, source, Adam=ADAM)
    assert imports.commands == ("from tf_keras.optimizers import Adam",)


def test_where_no_package_is_in_it_the_program_itself_decides(maker):
    (imports,) = offered(None, Adam=ADAM, Opt=ADAM, mse=exported("tf_keras", "losses", "MSE"), np=types)
    assert imports.commands == ("from tf_keras.optimizers import Adam, Adam as Opt",)


def test_what_is_spelled_out_is_to_be_written_otherwise(maker):
    tf = types.ModuleType("tensorflow")
    _, imports = offered(maker, "tf.keras.Sequential([tf.keras.layers.Dense(1)])", tf=tf)
    assert imports.commands == ("import tf_keras",)
    assert "write tf_keras for tf.keras in the cells that make the model, and run those again" in imports.title


def test_modules_of_both_keep_their_names():
    both = {"keras": types.ModuleType("keras"), "tf_keras": types.ModuleType("tf_keras")}
    (advice,) = ways(None, "keras", Failure(ValueError("no"), "", both), world(BOTH))
    assert advice.kind == "manual" and "write keras for tf_keras" in advice.title


def test_the_maker_is_found_among_the_layers_of_the_model_that_took_part(maker):
    model = type("Sequential", (LAYER,), {"__module__": "tf_keras.src.engine.sequential"})()
    vars(model)["_layers"] = [LAYER(), maker]
    try:
        exec("def fit(self):\n    raise ValueError('no')\nfit(model)", {"model": model})
    except ValueError as error:
        found = maker_in(Failure(error, "", {}), "tf_keras")
    assert found is not None and found.name == "DenseFlipout of tfp"


def test_a_layer_of_the_users_own_is_of_no_package():
    assert maker_of(type("Mine", (LAYER,), {"__module__": "__main__"})()) is None
