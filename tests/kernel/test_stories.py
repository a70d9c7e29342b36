"""Ways in which a cell fails, or only seems to, and what the user sees then: the traceback, then the hint, once."""

from __future__ import annotations

import sys

import pytest

IMPORT = "from keras.layers.core import Dense\n"
IN_TRY = "try:\n    " + IMPORT

ERROR_THEN_HINT = ["error", "hint"]

LOUD = {
    "plain import": "import keras.layers.core",
    "import from a module that is gone": IMPORT,
    "name that is gone": "from keras.layers import Densee",
    "asynchronous cell": "import asyncio\nawait asyncio.sleep(0)\n" + IMPORT,
    "script": "%run {folder}/script.py",
    "timed cell": "%%time\n" + IMPORT,
    "timed line": "%time import keras.layers.core",
    "measured line": "%timeit -n1 -r1 import keras.layers.core",
    "measured cell": "%%timeit -n1 -r1\n" + IMPORT,
    "module of the user's": "import user_module",
    "raised from an import error": IN_TRY
    + "except ImportError as error:\n    raise RuntimeError('no model') from error",
    "raised again in another cell": "import keras.layers.core as core",
    "nested cell": "get_ipython().run_cell('import keras.layers.core').raise_error",
    "function called later": "def build():\n    from keras.layers.core import Dense\nbuild()",
    "checked cell inside a timed one": "%%time\nimport keras.layers.core",
}

SILENT = {
    "caught in the cell": IN_TRY + "except ImportError:\n    pass",
    "caught in a library": "import library",
    "probe for a module": "import importlib.util\nimportlib.util.find_spec('keras.layers.nosuch')",
    "attribute probe": "import keras\nhasattr(keras, 'nosuch')",
    "empty cell": "  \n",
    "works": "1 + 1",
}

SOMETHING_ELSE = {
    "another error": "1 / 0",
    "error while an import error was handled": IN_TRY + "except ImportError:\n    1 / 0",
    "cell that does not parse": "import keras.(",
    "module that is none of ours": "import nosuch_module_of_nobody",
    "exit": "raise SystemExit('done')",
}


@pytest.mark.parametrize("cell", LOUD.values(), ids=LOUD.keys())
def test_a_failure_is_explained_once_below_its_traceback(kernel, small_keras, cell):
    reply = kernel.run(cell.replace("{folder}", str(small_keras)))
    assert [word for word in reply.story if word not in ("stdout", "result")] == ERROR_THEN_HINT
    assert reply.hints[0]["problems"][0]["reference"].startswith("keras.layers")


@pytest.mark.parametrize("cell", SILENT.values(), ids=SILENT.keys())
def test_what_did_not_fail_is_not_explained(kernel, cell):
    reply = kernel.run(cell)
    assert reply.status == "ok"
    assert not {"error", "hint"} & set(reply.story)


@pytest.mark.parametrize("cell", SOMETHING_ELSE.values(), ids=SOMETHING_ELSE.keys())
def test_another_failure_keeps_its_traceback_and_gets_no_hint(kernel, cell):
    reply = kernel.run(cell)
    assert [word for word in reply.story if word != "stderr"] == ["error"]


def test_a_captured_cell_is_explained_after_it(kernel):
    reply = kernel.run("%%capture\n" + IMPORT)
    assert reply.story[-1] == "hint"
    assert len(reply.hints) == 1
    assert kernel.run("1 + 1").story == ["result"]


def test_the_fix_of_a_captured_cell_keeps_the_line_that_captures(kernel):
    reply = kernel.run("%%capture\n" + IMPORT)
    source = reply.hints[0]["problems"][0]["fixes"][0]["source"]
    assert source.replace("tensorflow.", "") == "%%capture\nfrom keras.layers import Dense\n"  # up to TensorFlow 2.5


def test_an_error_inside_an_output_widget_is_explained(kernel):
    pytest.importorskip("ipywidgets")
    reply = kernel.run("import ipywidgets\nwith ipywidgets.Output():\n    import keras.layers.core")
    assert len(reply.hints) == 1


def test_the_same_exception_raised_again_is_explained_once(kernel):
    first = kernel.run(IN_TRY + "except ImportError as error:\n    kept = error\nraise kept")
    again = kernel.run("raise kept")
    assert first.story == ERROR_THEN_HINT
    assert again.story == ["error"]


def test_the_traceback_shown_again_brings_no_second_hint(kernel):
    kernel.run(IMPORT)
    assert not kernel.run("%tb").hints


def test_the_member_of_an_exception_group_is_explained_after_the_traceback(kernel):
    if sys.version_info < (3, 11):
        assert kernel.run("ExceptionGroup").story == ["error"]
        return
    reply = kernel.run(
        IN_TRY + "except ImportError as error:\n    raise ExceptionGroup('both', [ValueError(), error]) from None"
    )
    assert reply.status == "error"
    assert len(reply.hints) == 1
    assert reply.story[-1] == "hint"


def test_a_silent_request_is_not_watched(kernel):
    assert not kernel.run(IMPORT, silent=True).hints
    assert kernel.run("1 + 1").story == ["result"]


def test_an_interrupted_cell_gets_no_hint(kernel):
    reply = kernel.run("import time\ntime.sleep(30)", interrupt_after=1)
    assert reply.story == ["error"]
    assert "KeyboardInterrupt" in reply.error


def test_an_interrupted_asynchronous_cell_does_not_mute_the_next_one(kernel):
    kernel.run("import asyncio\nawait asyncio.sleep(10)", interrupt_after=1)
    assert kernel.run(IMPORT).story == ERROR_THEN_HINT


def test_the_hint_leaves_everything_of_the_user_as_it_was(kernel):
    kernel.run("before = set(globals())")
    kernel.run(IMPORT)
    reply = kernel.run("import sys\nprint(type(sys.last_value).__name__, sys.last_value, set(globals()) - before)")
    assert "No module named 'keras.layers.core'" in reply.text()
    assert "km" not in reply.text()


def test_the_fix_goes_into_the_next_cell_and_works(kernel):
    kernel.run("x = 1\n" + IMPORT + "layer = Dense.__name__")
    reply = kernel.run("%keras_fix")
    (payload,) = [each for each in reply.payload if each["source"] == "set_next_input"]
    assert payload["text"].replace("tensorflow.", "") == "x = 1\nfrom keras.layers import Dense\nlayer = Dense.__name__"
    assert not payload["replace"]
    assert kernel.run(payload["text"]).status == "ok"


def test_the_fix_can_replace_the_cell_or_be_run(kernel):
    kernel.run(IMPORT + "'ran', Dense.__name__")
    (payload,) = [each for each in kernel.run("%keras_fix --replace").payload if each["source"] == "set_next_input"]
    assert payload["replace"]
    assert "('ran', 'Dense')" in kernel.run("%keras_fix --run").text()


def test_a_checked_cell_shows_its_problem_and_then_fails_with_one_traceback(kernel):
    reply = kernel.run("%%keras_check\n" + IMPORT)
    assert reply.story == ["display", "error"]
    assert reply.shown[0]["problems"][0]["range"]["line"] == 2
    assert reply.status == "error"


def test_a_checked_cell_awaits_at_its_top_level(kernel):
    reply = kernel.run("%%keras_check\nimport asyncio\nawait asyncio.sleep(0, 'slept')")
    assert reply.story == ["display", "result"]
    assert "'slept'" in reply.text()


def test_magics_in_the_middle_of_a_cell_show_and_at_its_end_show_once(kernel):
    assert kernel.run("%keras_env\nx = 1").story == ["display"]
    assert kernel.run("%keras_env").story == ["display"]
    assert kernel.run("environment = %keras_env\nenvironment").story == ["display"]
    reply = kernel.run("environment")
    assert reply.story == ["result"]
    assert reply.shown[0]["kind"] == "environment"
