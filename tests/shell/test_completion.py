"""Tab behind a magic, asked as IPython asks, and gone when the extension is."""

from __future__ import annotations

import pytest

COMPLETIONS = {
    "%keras_env --": {"--json", "--report", "--model", "--widget"},
    "%keras_env --re": {"--report"},
    "%%keras_check --dry-run --": {"--all", "--target", "--since"},
    "%%keras_check --target tensor": {"tensorflow=="},
    "%%keras_check --target tensorflow==2.15": {"2.15.1"},
    "%%keras_check --all --since 1": {"1.15"},
    "%keras_optimizer ad": {"adam", "adamw", "adagrad"},
    "%keras_optimizer --compare adam sg": {"sgd"},
    "%keras_explain KI10": {"KI101", "KI104"},
    "%keras_explain keras.layers.Local": set(),
    "%keras_explain keras.layers.Den": {"keras.layers.Dense"},
    "%keras_explain tf.keras.layers.Den": {"tf.keras.layers.Dense"},
    "keras_env --j": {"--json"},
}


def completed(shell, line):
    return set(shell.complete("", line, len(line))[1])


@pytest.mark.parametrize("line", COMPLETIONS)
def test_tab_offers_what_the_magic_takes(shell, line):
    found = completed(shell, line)
    assert COMPLETIONS[line] <= found
    assert not {"abs", "AssertionError", "ArithmeticError"} & found, "nothing of Python's"


def test_numbers_of_the_ways_out(shell, keras):
    assert not [each for each in completed(shell, "%keras_fix ") if each.isdigit()]
    shell.run_cell("from keras.layers.core import Dense")
    assert "1" in completed(shell, "%keras_fix ")


def test_everything_is_gone_with_the_extension(bare_shell):
    table = dict(bare_shell.strdispatchers["complete_command"].strs)
    bare_shell.run_line_magic("load_ext", "kerasmagic")
    bare_shell.run_line_magic("unload_ext", "kerasmagic")
    assert bare_shell.strdispatchers["complete_command"].strs == table
