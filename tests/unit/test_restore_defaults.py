"""What a program left to the defaults of its release, in the calls that are restored."""

from __future__ import annotations

import pytest

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld
from kerasmagic.files.document import read_document
from kerasmagic.restore.plan import make_plan
from kerasmagic.restore.written_for import written_for
from kerasmagic.rules import RULES

TOP = """\
from keras.models import Sequential
from keras.layers import Dense, Embedding, GRU, LSTM
from keras.optimizers import Adadelta, Adam
m = Sequential()
"""
DEFINITION = """\
@keras.saving.register_keras_serializable()
def hard_sigmoid_of_keras_2(x):
    return keras.activations.relu(0.2 * x + 0.5, max_value=1.0)


"""


def plan(lines: str, unsafe: bool = False, target: str = "tensorflow==2.16.2", top: str = TOP):
    world = TargetWorld(Target.parse(target), RULES)
    return make_plan("a.py", read_document((top + lines).encode(), "a.py"), world, unsafe)


def restored(lines: str, **more) -> list[str]:
    """The lines behind the imports, without the definition of hard_sigmoid."""
    text = plan(lines, **more).texts[None].replace(DEFINITION, "")
    return [line for line in text.splitlines() if line.startswith("m.") and line != "m = Sequential()"]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("m.add(GRU(4))\nm.compile('adadelta', 'mse')\n", id="nothing tells the release"),
        pytest.param("m.add(GRU(units=4))\nm.fit(x, y, epochs=3)\n", id="a program of Keras 2"),
        pytest.param("m.add(Dense(4))\nm.fit(x, y, nb_epoch=3)\n", id="no default that differs"),
        pytest.param("m.fit(x, y, nb_epoch=3)\nm.compile(Adam(), 'mse')\n", id="an epsilon of 1e-8"),
        pytest.param(
            "m.add(GRU(4, inner_activation='tanh', reset_after=True))\nm.fit(x, y, epochs=3)\n", id="all is given"
        ),
    ],
)
def test_nothing_is_written(lines: str) -> None:
    assert [each.title for each in plan(lines, unsafe=True).changes if each.rule == "KA401"] == []


@pytest.mark.parametrize(
    ("line", "now"),
    [
        (
            "m.add(LSTM(4, inner_init='normal'))",
            "m.add(LSTM(4, recurrent_initializer='normal', recurrent_activation=hard_sigmoid_of_keras_2))",
        ),
        ("m.add(LSTM(4, inner_activation='tanh'))", "m.add(LSTM(4, recurrent_activation='tanh'))"),
        (
            "m.add(LSTM(4, inner_activation='hard_sigmoid'))",
            "m.add(LSTM(4, recurrent_activation=hard_sigmoid_of_keras_2))",
        ),
        ("m.add(GRU(4))", "m.add(GRU(4, recurrent_activation=hard_sigmoid_of_keras_2, reset_after=False))"),
        ("m.compile(Adadelta(), 'mse')", "m.compile(Adadelta(learning_rate=1.0), 'mse')"),
        ("m.compile(Adadelta(lr=0.5), 'mse')", "m.compile(Adadelta(learning_rate=0.5), 'mse')"),
        ("m.compile('adadelta', 'mse')", "m.compile(Adadelta(learning_rate=1.0), 'mse')"),
        (
            "m.compile('adagrad', 'mse')",
            "m.compile(Adagrad(learning_rate=0.01, initial_accumulator_value=0.0), 'mse')",
        ),
        ("m.add(Embedding(9, 4, input_length=5))", "m.add(Embedding(9, 4, input_shape=(5,)))"),
    ],
)
def test_the_defaults_of_keras_1_stay(line: str, now: str) -> None:
    assert restored(f"{line}\nm.fit(x, y, nb_epoch=2)\n") == [now, "m.fit(x, y, epochs=2)"]


def test_keras_2_has_the_function_itself() -> None:
    found = restored("m.add(LSTM(4))\nm.fit(x, y, nb_epoch=2)\n", target="tensorflow==2.15")
    assert found[0] == "m.add(LSTM(4, recurrent_activation='hard_sigmoid'))"


def test_what_the_releases_disagree_on_is_for_a_person() -> None:
    lines = "m.fit(x, y, nb_epoch=2)\nm.fit(x, y)\n"
    assert restored(lines) == ["m.fit(x, y, epochs=2)", "m.fit(x, y)"]
    assert restored(lines, unsafe=True) == ["m.fit(x, y, epochs=2)", "m.fit(x, y, epochs=10)"]
    [change] = [each for each in plan(lines, unsafe=True).changes if each.rule == "KA401"]
    assert change.grade == "check the result" and "Keras 1 or of Keras 2.0 to 2.2" in change.evidence


def test_the_first_steps_of_adadelta_depend_on_its_epsilon() -> None:
    lines = "m.compile('adadelta', 'mse')\nm.fit(x, y, nb_epoch=2)\n"
    assert restored(lines, unsafe=True)[0] == "m.compile(Adadelta(learning_rate=1.0, epsilon=1e-08), 'mse')"


def test_the_length_of_a_layer_that_is_called_is_left_out() -> None:
    lines = "h = Embedding(9, 4, input_length=5)(a)\nm.fit(x, y, nb_epoch=2)\n"
    assert "h = Embedding(9, 4)(a)\n" in plan(lines).texts[None]


def test_a_cell_uses_the_function_of_an_earlier_one() -> None:
    cells = ["m.add(LSTM(4, inner_init='normal'))\n", "m.add(LSTM(4))\n"]
    notebook = "# %%\n" + TOP + "".join(f"# %%\n{cell}" for cell in cells)
    text = plan(notebook, top="").texts
    assert "".join(text.values()).count("def hard_sigmoid_of_keras_2") == 1


@pytest.mark.parametrize(
    ("line", "releases", "evidence"),
    [
        ("m.fit(x, y, nb_epoch=1)", ["1.2.2", "2.2.4"], "nb_epoch= is of Keras 1; Keras 2.0 to 2.2 still took it."),
        (
            "m.fit(x, y, nb_epoch=1)\nm.add(Dense(units=4))",
            ["2.2.4"],
            "nb_epoch= is of Keras 1, and units= of Keras 2: Keras 2.0 to 2.2 took both.",
        ),
        ("m.add(LSTM(4, return_sequences=True))", None, ""),
        ("from keras.layers import Conv2D", None, ""),
        (
            "from keras.layers import Convolution2D\nm.add(Convolution2D(4, 3, 3, border_mode='same'))",
            ["1.2.2", "2.2.4"],
            "border_mode= is of Keras 1; Keras 2.0 to 2.2 still took it.",
        ),
        ("m.add(Dense(4, input_dim=3, weights=w))\nm.compile(Adam(lr=0.1), 'mse')", None, ""),
        ("from keras.layers import Rescaling\nm.fit(x, y, nb_epoch=1)", None, ""),
        ("from keras.applications import VGG16\nVGG16(weights='imagenet', include_top=False)", None, ""),
    ],
)
def test_what_a_program_was_written_for(line, releases, evidence) -> None:
    found = written_for(read_document((TOP + line).encode(), "a.py").passages)
    assert (found and [each.version("keras") for each in found.worlds]) == releases
    assert not found or found.evidence == evidence


@pytest.mark.parametrize(
    ("lines", "now"),
    [
        (
            "from keras.wrappers.scikit_learn import KerasClassifier\nm = 1\n",
            "# kerasmagic: check the result. This import fails here, and nothing in the program uses\n"
            "# KerasClassifier: it is left out.\npass\nm = 1\n",
        ),
        (
            "from keras.layers import Dense, LocallyConnected1D\nm = Dense\n",
            "# kerasmagic: check the result. This import fails here, and nothing in the program uses\n"
            "# LocallyConnected1D: it is left out.\nfrom keras.layers import Dense\nm = Dense\n",
        ),
    ],
)
def test_an_import_that_fails_and_is_not_used_is_left_out(lines: str, now: str) -> None:
    assert plan(lines, unsafe=True, top="").texts[None] == now
    assert plan(lines, top="").texts[None] == lines


@pytest.mark.parametrize(
    "lines",
    [
        "from keras.wrappers.scikit_learn import KerasClassifier\nm = KerasClassifier\n",
        "from keras.wrappers.scikit_learn import KerasClassifier\n__all__ = ['KerasClassifier']\n",
        "try:\n    from keras.wrappers.scikit_learn import KerasClassifier\nexcept ImportError:\n    pass\n",
        "from keras.layers import Dense\n",
    ],
)
def test_other_imports_stay(lines: str) -> None:
    assert plan(lines, unsafe=True, top="").texts[None] == lines
