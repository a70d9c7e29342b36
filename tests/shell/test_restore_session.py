"""``%keras_fix --all``: the cells of the session, corrected, and none of them run."""

from __future__ import annotations

import pytest


@pytest.fixture
def run(shell, capsys):
    """Run a cell as a front-end does; what is printed."""

    def run_cell(source):
        shell.run_cell(source, store_history=True)
        return capsys.readouterr().out

    return run_cell


def test_the_program_so_far_is_put_into_the_next_cell(shell, keras, run):
    for source in (
        "count = 0",
        "count += 1",
        "%%time\nx = 1",
        "from keras.layers.core import Dense",
        "from keras.layers import Dense",  # as a person corrects it
        "layer = Dense()",
        "layer = Dense()",
    ):
        run(source)
    before = shell.user_ns["layer"]
    said = run("%keras_fix --all")
    assert shell.rl_next_input == (
        "# In [1]\ncount = 0\n\n# In [2]\ncount += 1\n\n# In [4], corrected\nfrom keras.layers import Dense\n\n"
        "# In [6]\nlayer = Dense()\n"
    )
    assert "corrected in In [4]. Nothing was run." in said and "Not in it: In [3], which begins with a magic" in said
    assert shell.user_ns["layer"] is before and shell.user_ns["count"] == 1


def test_what_only_a_failure_tells_is_corrected_too(shell, keras, run):
    run("import keras")
    run("Dense(1)")  # nothing has imported it
    assert run("%keras_fix --all").startswith("The next cell has the program so far, corrected in In [2].")
    assert "from keras.layers import Dense\nDense(1)" in shell.rl_next_input


def test_where_an_old_program_last_ran_is_said(shell, keras, run):
    run("from keras.layers.core import Dense")
    last = "As typed, it last ran on Colab of September 2023, as far as the records tell: tensorflow 2.12.0"
    assert last in run("%keras_fix --all")


def test_nothing_to_correct(shell, keras, run):
    run("from keras.layers import Dense")
    assert run("%keras_fix --all") == "Nothing to correct in the cells run so far.\n"
    assert shell.rl_next_input is None
