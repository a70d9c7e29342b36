"""What stays legal between two releases, and changes."""

from __future__ import annotations

import json

import pytest

from kerasmagic.catalog.target import Target
from kerasmagic.cli import main
from kerasmagic.diagnosis.engine import TargetWorld, check_cell
from kerasmagic.rules import RULES

SETUP = "import keras\nfrom keras.layers import GRU, LSTM\nfrom keras.optimizers import Adadelta, Adam\n"


def told(line: str, origin: str, target: str = "colab") -> list[tuple[str, str, str]]:
    world = TargetWorld(Target.parse(target), RULES, TargetWorld(Target.parse(origin), RULES))
    found = check_cell(SETUP + line, world)
    return [(problem.rule, problem.title, next((fix.replacement for fix in problem.fixes), "")) for problem in found]


SILENT = [
    pytest.param("Adam(0.001)", "keras==2.2.4", id="only its name changed"),
    pytest.param("keras.losses.MeanSquaredError()", "tensorflow==2.9", id="auto is the sum over the batch's size"),
    pytest.param("GRU(4, recurrent_activation='sigmoid', reset_after=True)", "keras==2.2.4", id="all is given"),
    pytest.param("LSTM(4)", "tensorflow==2.9", id="the same default in both"),
]


@pytest.mark.parametrize("line, origin", SILENT)
def test_nothing_is_said_where_nothing_changes(line: str, origin: str) -> None:
    assert told(line, origin) == []


def test_changed_defaults_are_told_and_can_be_written() -> None:
    assert told("Adadelta()", "keras==2.2.4") == [
        ("KA401", "Adadelta has learning_rate=0.001, and had 1.0", "Adadelta(learning_rate=1.0)")
    ]
    [(rule, title, new)] = told("GRU(4)", "keras==2.2.4")
    assert (rule, title) == ("KA401", "GRU has recurrent_activation='sigmoid', and had 'hard_sigmoid'")
    assert new.endswith("GRU(4, recurrent_activation=hard_sigmoid_of_keras_2, reset_after=False)")
    [(rule, title, new)] = told("GRU(4)", "keras==2.2.4", "tensorflow==2.15")
    assert new == "GRU(4, recurrent_activation='hard_sigmoid', reset_after=False)"


def test_hard_sigmoid_is_written_as_it_was() -> None:
    [(rule, title, new)] = told("keras.layers.Activation('hard_sigmoid')", "keras==2.2.4")
    assert (rule, title) == ("KA401", "hard_sigmoid is x / 6 + 0.5 between its ends, and was 0.2 * x + 0.5")
    assert "\ndef hard_sigmoid_of_keras_2(x):" in new and new.endswith(
        "keras.layers.Activation(hard_sigmoid_of_keras_2)"
    )
    assert told("keras.layers.Activation('hard_sigmoid')", "keras==2.2.4", "tensorflow==2.15") == []
    assert told("keras.layers.Activation('hard_sigmoid')", "tensorflow==2.16.2") == []


@pytest.mark.parametrize("origin", ["keras==1.2.2", "keras==2.0.9"])
def test_what_came_later_is_written_as_it_began(origin: str) -> None:
    [(_, _, new)] = told("GRU(4, recurrent_activation='sigmoid')" if "2.0" in origin else "GRU(4)", origin)
    assert new.endswith("reset_after=False)")


def test_what_is_returned_otherwise_is_told() -> None:
    [(rule, title, _)] = told("keras.utils.to_categorical([0, 1])", "tensorflow==2.9")
    assert (rule, title) == ("KA401", "to_categorical returns float64, and returned float32")


def test_nothing_is_compared_unless_a_release_is_named(tmp_path, capsys) -> None:
    file = tmp_path / "train.py"
    file.write_text(SETUP + "Adadelta()\n")
    assert main(["check", str(file), "--target", "colab", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["warnings"] == 0
    main(["check", str(file), "--target", "colab", "--from", "keras==2.2.4", "--format", "json"])
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["rule"] == "KA401"
