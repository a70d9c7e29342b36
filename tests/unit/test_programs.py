"""A notebook is one program: its settings and installs, its functions, its files and names go through all cells."""

from __future__ import annotations

import json

import pytest

from kerasmagic.files import targets
from kerasmagic.files.check import own_targets
from kerasmagic.files.document import read_document
from kerasmagic.files.findings import check_document
from kerasmagic.files.fix import fixed_passages
from kerasmagic.files.targets import INSTALLED, world_of

KERAS_3 = "tensorflow==2.16.2,keras==3.4.1"


def notebook(*cells):
    content = {
        "cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return read_document(json.dumps(content).encode(), "notebook.ipynb")


def told(cells, name=KERAS_3):
    """Rule and cell of each problem that is no information, and what is said of the target."""
    document = notebook(*cells)
    [(chosen, notes)] = own_targets(document, [name])
    [found] = check_document(document, [world_of(chosen)])
    return [(cell, problem.rule) for cell, problem in found if problem.severity != "info"], [
        problem.title for _, problem in notes
    ]


def fixed(*cells, name=KERAS_3):
    document = notebook(*cells)
    [(chosen, _)] = own_targets(document, [name])
    changed = fixed_passages(document, world_of(chosen))
    return [changed.get(passage.cell, passage.text) for passage in document.passages]


LEGACY = "import tensorflow as tf\ntf.keras.layers.experimental.preprocessing.Rescaling(1)"
ADDONS = "import tensorflow_addons as tfa\ntfa.optimizers.AdamW(1e-4)"
SILENT = [
    pytest.param(['import os\nos.environ["TF_USE_LEGACY_KERAS"] = "1"', LEGACY], id="setting"),
    pytest.param(['import os\nos.environ.update(TF_USE_LEGACY_KERAS="1")', LEGACY], id="update"),
    pytest.param(['import os\nos.environ.setdefault("TF_USE_LEGACY_KERAS", "1")', LEGACY], id="setdefault"),
    pytest.param(["%env TF_USE_LEGACY_KERAS=True", LEGACY], id="magic"),
    pytest.param(["import tensorflow as tf\n%env TF_USE_LEGACY_KERAS 1", LEGACY], id="below import tensorflow"),
    pytest.param(["!pip install tf_keras", "import tf_keras\ntf_keras.optimizers.legacy.Adam()"], id="tf_keras"),
    pytest.param(["!pip install -q tensorflow-addons", ADDONS], id="addons"),
    pytest.param(["!pip install -r requirements.txt", ADDONS], id="a list"),
    pytest.param(["import os\nos.system('pip install tensorflow_addons')", ADDONS], id="system"),
    pytest.param(["!pip install git+https://x.org/keras-contrib.git", "import keras_contrib"], id="git"),
    pytest.param(["import keras\ncode = compile('1', 'name', 'exec')"], id="compile of Python"),
    pytest.param(["import keras, re\nfound = re.compile('adams', re.I)"], id="compile of re"),
    pytest.param(["def train(model):\n    model.fit_generator(1)", "train(object())"], id="called with something else"),
    pytest.param(
        ["def train(model):\n    model.fit_generator(1)", "import keras\ntrain(keras.Sequential())", "train(other)"],
        id="called with two things",
    ),
    pytest.param(
        ["def train(model):\n    model.fit_generator(1)\ndef other():\n    train(3)\n", "import keras\n"
         "train(keras.Sequential())"],
        id="called with two things, in a function",
    ),
    pytest.param(
        ["def train(model):\n    model.fit_generator(1)", "import keras\nmap(train, [keras.Sequential()])"],
        id="handed on",
    ),
    pytest.param(
        ["import keras\nlayers = [keras.layers.Dense(1)]\nlayers.append(other)\nlayers[0].get_output_at(0)"],
        id="a list that grows",
    ),
    pytest.param(
        ["import keras\nclass T:\n    def a(self):\n        self.m = keras.Sequential()\n    def b(self):\n"
         "        self.m = other()\n        self.m.fit_generator(1)"],
        id="an attribute that is set twice",
    ),
]  # fmt: skip


@pytest.mark.parametrize("cells", SILENT)
def test_what_the_program_sets_installs_or_does_otherwise_is_no_problem(cells):
    assert told(cells)[0] == []


ALARMS = [
    pytest.param([LEGACY], 1, id="without the setting"),
    pytest.param(['import os\nos.environ["TF_USE_LEGACY_KERAS"] = "0"', LEGACY], 2, id="switched off"),
    pytest.param(["!export TF_USE_LEGACY_KERAS=1", LEGACY], 2, id="export sets nothing here"),
    pytest.param([LEGACY, "%env TF_USE_LEGACY_KERAS=1"], 1, id="too late"),
    pytest.param([ADDONS, "!pip install tensorflow-addons"], 1, id="installed below"),
    pytest.param(["def train(model):\n    model.fit_generator(1)", "import keras\ntrain(keras.Sequential())"], 1,
                 id="a parameter, from a call further down"),
    pytest.param(["import keras\ndef build():\n    m = keras.Sequential()\n    return m, 3",
                  "net, n = build()\nnet.fit_generator(1)"], 2, id="a tuple"),
    pytest.param(["import keras\ndef same(model):\n    return model", "net = same(keras.Sequential())\n"
                  "net.fit_generator(1)"], 2, id="what it was given"),
    pytest.param(["import keras\nclass T:\n    def __init__(self):\n        self.m = self.build()\n"
                  "    def build(self):\n        return keras.Sequential()\n    def go(self):\n"
                  "        self.m.fit_generator(1)"], 1, id="an attribute of self"),
    pytest.param(["import keras\nclass T:\n    def __init__(self):\n        self.m = keras.Sequential()",
                  "T().m.fit_generator(1)"], 2, id="an attribute of an object"),
    pytest.param(["import keras\nfor layer in [keras.layers.Dense(1), keras.layers.Dense(2)]:\n"
                  "    layer.get_output_at(0)"], 1, id="a loop over a list"),
    pytest.param(["import keras\nlayers = [keras.layers.Dense(n) for n in range(3)]", "layers[-1].get_output_at(0)"], 2,
                 id="a comprehension"),
]  # fmt: skip


@pytest.mark.parametrize("cells, cell", ALARMS)
def test_types_and_settings_go_through_the_cells(cells, cell):
    assert {found for found, _ in told(cells)[0]} == {cell}


@pytest.mark.parametrize(
    "install, runs_on",
    [
        ("%pip install tensorflow-addons tensorflow==2.8", "tensorflow 2.8.4, keras 2.8.0"),
        ("!pip install -q tensorflow-gpu==2.10.1", "tensorflow 2.10.1, keras 2.10.0"),
        ('!pip install "tensorflow<2.13,>=2.12"', "tensorflow 2.12.1, keras 2.12.0"),
        ("!pip install tensorflow==2.15.1 keras==2.15.0", "tensorflow 2.15.1, keras 2.15.0"),
    ],
)
def test_what_a_notebook_installs_is_its_target(monkeypatch, install, runs_on):
    monkeypatch.setattr(targets, "is_installed", lambda: False)
    document = notebook(install, LEGACY)
    [(chosen, notes)] = own_targets(document, [INSTALLED])
    assert chosen.name == runs_on
    assert notes[0][1].title.endswith(f"so it is checked for {runs_on}")
    assert notes[0][1].severity == "info"
    [(chosen, notes)] = own_targets(document, [KERAS_3])
    assert (chosen.releases["tensorflow"], notes) == ("2.16.2", []), "a target that is named stays"


def test_the_setting_is_noted_and_does_nothing_before_2_15():
    cells = ['import os\nos.environ["TF_USE_LEGACY_KERAS"] = "1"', "import tensorflow as tf"]
    assert told(cells, "tensorflow==2.16.2")[1] == ["TF_USE_LEGACY_KERAS is set here, so tf.keras is tf_keras 2.16.0"]
    assert told(cells, "tensorflow==2.12.1")[1] == []


SAVE = "import os\nimport keras\nfrom keras.callbacks import ModelCheckpoint\nmodel = keras.Sequential()\n"
GROUPS = [
    pytest.param([SAVE + "model.save_weights('w.h5')"], None, id="only saved"),
    pytest.param([SAVE + "model.load_weights('w.h5')\nmodel.save_weights('w.h5')"], None, id="read before"),
    pytest.param([SAVE + "keras.Sequential(name='net')\nmodel.save('net')", "keras.models.load_model('net')"], None,
                 id="a word that may mean something else"),
    pytest.param([SAVE + "ModelCheckpoint('w-{epoch}.hdf5')", "model.load_weights('w-03.hdf5')"], None, id="a pattern"),
    pytest.param([SAVE + "model.save_weights('w.h5')", "model.load_weights('w.h5')"],
                 [SAVE + "model.save_weights('w.weights.h5')", "model.load_weights('w.weights.h5')"], id="two cells"),
    pytest.param([SAVE + "c = ModelCheckpoint('b.hdf5')",
                  "if os.path.exists('b.hdf5'):\n    model.load_weights('b.hdf5')"],
                 [SAVE + "c = ModelCheckpoint('b.keras')",
                  "if os.path.exists('b.keras'):\n    model.load_weights('b.keras')"], id="a callback"),
    pytest.param([SAVE + "path = 'p.h5'\nmodel.save_weights(path)\nmodel.load_weights(path)"],
                 [SAVE + "path = 'p.weights.h5'\nmodel.save_weights(path)\nmodel.load_weights(path)"], id="a variable"),
    pytest.param([SAVE + "model.save_weights(f'{n}_w.h5')", "model.load_weights(f'{n}_w.h5')"],
                 [SAVE + "model.save_weights(f'{n}_w.weights.h5')", "model.load_weights(f'{n}_w.weights.h5')"],
                 id="a formatted string"),
    pytest.param([SAVE + "model.save_weights('w.h5')", "model.load_weights('w.h5', by_name=True)"],
                 [SAVE + "model.save('w.h5')", "model.load_weights('w.h5', by_name=True)"], id="by name"),
    pytest.param([SAVE + "model.save('dir')", "again = keras.models.load_model('dir')"],
                 [SAVE + "model.save('dir.keras')", "again = keras.models.load_model('dir.keras')"], id="a model"),
]  # fmt: skip


@pytest.mark.parametrize("cells, expected", GROUPS)
def test_a_file_is_renamed_wherever_it_is_named_or_nowhere(cells, expected):
    assert fixed(*cells) == (expected or cells)


MISSPELT = [
    (["from keras.layers import Densee\na = Densee(1)", "b = [Densee(2)]"],
     ["from keras.layers import Dense\na = Dense(1)", "b = [Dense(2)]"]),
    (["from keras.layers import Densee as D", "b = D(2)"], ["from keras.layers import Dense as D", "b = D(2)"]),
    (["from keras.layers import Densee\nDense = 3", "b = Densee(2)"],
     ["from keras.layers import Dense as Densee\nDense = 3", "b = Densee(2)"]),
]  # fmt: skip


@pytest.mark.parametrize("cells, expected", MISSPELT)
def test_a_misspelt_import_is_renamed_in_its_uses(cells, expected):
    assert fixed(*cells) == expected


def test_an_edit_of_a_long_cell_is_not_lost_when_the_variable_is_bound_again():
    lines = ["import keras", "model = keras.Sequential()", "model.fit_generator(x)"]
    lines += [f"a{number} = {number}" for number in range(50)] + ["model = other(keras)"]
    [new] = fixed("\n".join(lines))
    assert new.splitlines()[2] == "model.fit(x)"
