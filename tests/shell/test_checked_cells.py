"""``%%keras_check`` runs a cell as IPython itself would."""

from __future__ import annotations

import pytest

CELLS = {
    "value of the last line": "1 + 1",
    "nothing to show": "x = 5",
    "silenced by a semicolon": "1 + 1;",
    "future import": "from __future__ import annotations\n2 * 3",
    "future import over lines": '"""Text."""\nfrom __future__ import (\n    division,\n    print_function,\n);\n2 * 4',
    "magic line": "%env KERAS_CHECK_TEST=1\n'after'",
    "line numbers": "import sys\nsys._getframe().f_lineno",
    "awaits": "import asyncio\nawait asyncio.sleep(0, 'slept')",
    "defines": "def f():\n    return 7\nf()",
}


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS.keys())
def test_the_cell_gives_what_it_gives_without_the_magic(shell, capsys, cell):
    plain = shell.run_cell("# as it is\n" + cell, store_history=True)
    shell.run_line_magic("keras_env", "--json")
    capsys.readouterr()
    checked = shell.run_cell("%%keras_check\n" + cell, store_history=True)
    assert checked.success
    assert checked.result == plain.result
    if plain.result is not None and not cell.endswith(";"):
        assert shell.user_ns["_"] == plain.result
        assert shell.user_ns["Out"][checked.execution_count] == plain.result


def test_a_failing_cell_fails_with_its_own_line_number(shell, capsys):
    result = shell.run_cell("%%keras_check\nx = 1\nx / 0")
    assert isinstance(result.error_in_exec, ZeroDivisionError)
    assert result.error_in_exec.__traceback__.tb_next.tb_lineno == 3
    assert capsys.readouterr().out.count("Traceback (most recent call last)") == 1


def test_other_cell_magics_work_above_and_below(shell, capsys):
    shell.run_cell("%%keras_check\n\n%%time\nbelow = 1")
    shell.run_cell("%%time\n%%keras_check\nabove = 2")
    assert (shell.user_ns["below"], shell.user_ns["above"]) == (1, 2)
    assert capsys.readouterr().out.count("No problem found") == 2


def test_a_dry_run_and_a_correction_run_nothing(shell, keras):
    shell.run_cell("import keras")
    shell.run_cell("%%keras_check --dry-run\nran = 1")
    shell.run_cell("%%keras_check --fix\nfrom keras.layers.core import Dense\nran = 1")
    assert "ran" not in shell.user_ns
    assert "from keras.layers import Dense\nran = 1" in shell.rl_next_input


@pytest.mark.parametrize("arguments", ["--no-such-option", "--target nonsense==1"])
def test_a_wrong_argument_is_one_sentence_and_the_cell_does_not_run(shell, capsys, arguments):
    result = shell.run_cell(f"%%keras_check {arguments}\nran = 1")
    assert not result.success
    assert "ran" not in shell.user_ns
    output = capsys.readouterr()
    assert "Traceback" not in output.out + output.err
    assert len((output.out + output.err).strip().splitlines()) == 1


def test_nothing_to_fix_is_said(shell, capsys):
    shell.run_cell("%keras_fix")
    assert capsys.readouterr().out.startswith("Nothing to fix")
    assert shell.rl_next_input is None


@pytest.mark.parametrize("value, found", [("0", "1 error"), ("1", "No problem found")])
def test_a_setting_of_the_cell_itself_makes_its_world(shell, capsys, value, found):
    lines = ["%%keras_check --dry-run --target tensorflow==2.16.2,tf_keras==2.16.0"]
    lines += ["import os", f'os.environ["TF_USE_LEGACY_KERAS"] = "{value}"']
    shell.run_cell("\n".join([*lines, "from tensorflow.keras.layers.experimental.preprocessing import Rescaling"]))
    assert found in capsys.readouterr().out
