"""``%keras_fix``: which way out it takes, what it says, and what it forgets."""

from __future__ import annotations

import pytest

FAILING = "x = 1\nfrom keras.layers.core import Dense"
FIXED = "x = 1\nfrom keras.layers import Dense"


@pytest.fixture
def said(shell, keras, capsys):
    """Runs cells; what the last one printed."""

    def run(*cells):
        for cell in cells:
            capsys.readouterr()
            shell.run_cell(cell)
        output = capsys.readouterr()
        return output.out + output.err

    return run


def test_the_first_way_out_goes_into_the_next_cell(shell, said):
    said(FAILING, "%keras_fix")
    assert shell.rl_next_input == FIXED


def test_a_way_out_by_its_number(shell, said):
    said(FAILING, "%keras_fix 1")
    assert shell.rl_next_input == FIXED
    assert "There is no way out 99" in said("%keras_fix 99")
    assert said("%keras_fix --diff"), "a wrong number takes nothing away"


def test_a_diff_changes_nothing(shell, said):
    shown = said(FAILING, "%keras_fix --diff")
    assert "-from keras.layers.core import Dense" in shown and "+from keras.layers import Dense" in shown
    assert shell.rl_next_input is None


def test_replace_says_what_it_cannot_reach(shell, said):
    assert "The cell that failed can't be reached" in said(FAILING, "%keras_fix --replace")


def test_after_an_error_that_nothing_is_known_of_no_old_fix_is_offered(shell, said):
    assert "no answer to the last error (ZeroDivisionError)" in said(FAILING, "1 / 0", "%keras_fix")
    assert shell.rl_next_input is None


def test_a_misspelt_magic_is_no_such_error(shell, said):
    said(FAILING, "%keras_fix --nosuch", "%keras_fix")
    assert shell.rl_next_input == FIXED


def test_after_a_check_all_that_it_found_is_corrected(shell, said):
    check = "%%keras_check --dry-run --target tensorflow==2.16.2\n"
    cell = "from keras.layers.core import Dense\nfrom keras.utils.np_utils import to_categorical"
    assert "%keras_fix puts the corrected cell" in said(check + cell)
    said("%keras_fix")
    assert shell.rl_next_input.strip() == "from keras.layers import Dense\nfrom keras.utils import to_categorical"


def test_a_clean_check_offers_nothing(shell, said):
    assert "%keras_fix" not in said("%%keras_check --dry-run --target tensorflow==2.16.2\nimport keras")
