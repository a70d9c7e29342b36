"""What the magics answer, and how they say that they were asked something impossible."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec

import pytest

OLD = "from keras.layers.core import Dense"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
RESULT = "application/vnd.kerasmagic.v1+json"


@pytest.fixture
def shown(shell, monkeypatch):
    """The mime bundles that were shown."""
    bundles = []
    monkeypatch.setattr(shell.display_pub, "publish", lambda data, *rest, **more: bundles.append(data))
    return bundles


@pytest.mark.parametrize("name", ["keras_env", "keras_fix", "keras_optimizer", "keras_explain", "keras_check"])
def test_help_lists_every_argument(shell, capsys, name):
    magic = shell.find_magic(name, "cell" if name == "keras_check" else "line")
    shell.run_cell(f"%{name}?" if name != "keras_check" else f"%%{name}?")
    told = capsys.readouterr().out
    for names, settings in magic.arguments:
        assert settings["help"] in told
        assert names[0] in told or settings["metavar"] in told


@pytest.mark.parametrize(
    "line",
    [
        "%keras_env --nosuch",
        "%keras_fix nosuch",
        "%keras_explain KI999",
        "%keras_explain --releases keras==3.12.0 keras==99",
        "%keras_explain KI101 --releases keras==3.12.0 keras==3.13.2",
        '%keras_explain "keras.layers',
        "%keras_optimizer adamm --target tensorflow==2.15.1",
        "%keras_optimizer adam --target tensorflow==99",
        "%keras_optimizer number",
        "%keras_optimizer number.nosuch",
        "%keras_optimizer adam --target tensorflow==2.15.1 --compare A B",
        "%%keras_check --target tensorflow==99\nran = 1",
        "%%keras_check --all --target colab\nran = 1",
    ],
)
def test_the_impossible_is_refused_in_one_sentence(shell, capsys, line):
    shell.user_ns["number"] = 7
    result = shell.run_cell(line)
    assert not result.success
    assert "ran" not in shell.user_ns
    output = capsys.readouterr()
    assert "Traceback" not in output.out + output.err
    assert len((output.out + output.err).strip().splitlines()) == 1


def test_another_release_tells_which_adam_is_which(shell, shown):
    shell.run_cell('%keras_optimizer "adam" --target "tensorflow==2.11.1"')
    (data,) = [bundle[RESULT] for bundle in shown]
    assert data["kind"] == "optimizer"
    assert len(data["groups"]) == 3
    shell.run_cell('%keras_optimizer {"class_name": "adam"} --target tensorflow==2.11.1')
    assert shown[1][RESULT]["groups"] == data["groups"]


def test_names_and_rules_are_explained(shell, shown):
    shell.run_cell("%keras_explain keras.layers.LocallyConnected1D")
    shell.run_cell("%keras_explain tf.keras.layers.LocallyConnected1D")
    shell.run_cell("%keras_explain ki101")
    shell.run_cell("%keras_explain")
    history, alias, lesson, listed = (bundle[RESULT] for bundle in shown)
    assert {bundle[RESULT]["kind"] for bundle in shown} == {"lesson"}
    assert "keras" in {span["product"] for span in history["history"]["spans"]}
    assert alias["history"]["spans"]
    assert lesson["rule"] == "KI101"
    assert "KI101" in {rule["rule"] for rule in listed["rules"]}


def test_two_releases_are_compared(shell, shown):
    shell.run_cell("%keras_explain --releases keras==3.12.0 keras==3.13.2")
    [bundle] = shown
    assert bundle["text/plain"].startswith("keras 3.12.0 to 3.13.2: ")
    assert "keras.ops.ldexp" in bundle[RESULT]["difference"]["came"]


def test_a_cell_is_checked_against_one_several_or_all_releases(shell, shown):
    shell.run_cell(f"%%keras_check --dry-run --target tensorflow==2.15.1\n{OLD}")
    shell.run_cell(f"%%keras_check --dry-run --target tensorflow==2.10 --target colab\n{OLD}")
    shell.run_cell(f"%%keras_check --dry-run --all\n{OLD}")
    one, several, every = (bundle[RESULT] for bundle in shown)
    assert one["problems"][0]["range"]["line"] == 2
    assert [bool(target["problems"]) for target in several["targets"]] == [False, True]
    assert len(every["targets"]) > 15
    assert {bool(target["errors"]) for target in every["targets"]} == {True, False}


def test_a_cell_that_cannot_be_read_is_not_called_clean(shell, shown):
    shell.run_line_magic("keras_env", "")
    shell.run_cell_magic("keras_check", "--dry-run", "x = = 1\n")
    assert "was not checked" in shown[-1]["text/plain"]


@pytest.mark.parametrize(
    "cell",
    [
        "%keras_env --widget",
        "%keras_optimizer adam --target tensorflow==2.15.1 --widget",
        f"%%keras_check --widget --target tensorflow==2.15.1\n{OLD}\nran = 1",
    ],
)
def test_a_panel_has_the_static_answer_underneath(shell, shown, capsys, monkeypatch, cell):
    shell.run_cell(cell)
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "ipywidgets", None)
        capsys.readouterr()
        shell.run_cell(cell)
    panel, static = shown
    assert (WIDGET_VIEW in panel) == (find_spec("ipywidgets") is not None)
    assert WIDGET_VIEW not in static
    assert "ipywidgets is not installed" in capsys.readouterr().out
    assert static["text/plain"] == panel["text/plain"]
    assert static["text/html"].startswith("<div")
    assert "ran" not in shell.user_ns


def test_plain_data_is_printed_as_json(shell, capsys):
    capsys.readouterr()
    shell.run_cell("%keras_explain KI101 --json")
    assert json.loads(capsys.readouterr().out)["rule"] == "KI101"


def test_a_correction_leaves_the_magic_out(shell, shown):
    shell.run_cell(f"%%keras_check --fix --target tensorflow==2.15.1\n{OLD}\nran = 1")
    assert shell.rl_next_input.strip() == "from keras.layers import Dense\nran = 1"
