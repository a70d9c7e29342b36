"""The button below a hint: it runs the corrected cell, and leaves no widget behind in the notebook."""

from __future__ import annotations

import pytest
from driver import Kernel

VIEW = "application/vnd.jupyter.widget-view+json"
CELL = "from tensorflow.keras.layers.core import Dense\nprint('made', Dense(2).units)"


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    pytest.importorskip("tensorflow")
    pytest.importorskip("ipywidgets")
    kernel = Kernel(tmp_path_factory.mktemp("kernel"), environment={"TF_CPP_MIN_LOG_LEVEL": "3"})
    kernel.run("%load_ext kerasmagic\nimport tensorflow.keras.layers")
    yield kernel
    kernel.stop()


def views(reply):
    return [output for output in reply.outputs if VIEW in output.get("data", {})]


def button(reply):
    return next(comm for comm, state in reply.widgets.items() if state["_model_name"] == "ButtonModel")


def test_a_program_that_runs_notebooks_gets_no_button(kernel):
    reply = kernel.run(CELL)
    assert len(reply.hints) == 1
    assert not views(reply) and not reply.widgets


def test_a_failure_without_a_sure_correction_gets_no_button(kernel):
    assert not views(kernel.run("1 / 0", person=True))
    assert not views(kernel.run("import keras\nkeras.layers.NoSuchLayerAtAll", person=True))


def test_the_button_stands_below_a_hint_that_needs_no_widget(kernel):
    reply = kernel.run(CELL, person=True)
    assert [output["is"] for output in reply.outputs][-2:] == ["display_data", "display_data"]
    assert VIEW not in reply.outputs[-2]["data"]
    assert reply.outputs[-1]["data"]["text/plain"] == ""
    assert reply.outputs[-1]["transient"]["display_id"]


def test_with_the_next_cell_an_unused_button_is_gone(kernel):
    shown = views(kernel.run(CELL, person=True))[0]["transient"]["display_id"]
    (update,) = [output for output in kernel.run("1", person=True).outputs if output["is"] == "update_display_data"]
    assert update["transient"]["display_id"] == shown
    assert set(update["data"].values()) == {""}


def test_a_click_runs_the_corrected_cell_and_what_it_showed_stays(kernel):
    reply = kernel.run(CELL, person=True)
    assert "made 2" in kernel.click(button(reply))
    assert "Dense" in kernel.run("Dense.__name__").text()
    fixed = kernel.run("%keras_fix").payload[0]["text"]
    assert fixed.replace("tensorflow.", "").startswith("from keras.layers import Dense")


def test_an_unrelated_error_takes_the_old_fix_away(kernel):
    kernel.run(CELL)
    kernel.run("%keras_fix 99")
    assert kernel.run("%keras_fix --diff").text().count("\n+") == 2
    kernel.run("1 / 0")
    reply = kernel.run("%keras_fix")
    assert not reply.payload
    assert "ZeroDivisionError" in reply.text()
