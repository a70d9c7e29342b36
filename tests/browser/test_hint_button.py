"""The button below a hint, in a real browser: a click shows the corrected cell's result, and no dead button stays."""

from __future__ import annotations

LOAD = "%load_ext kerasmagic\nimport keras"
FAILING = """from keras.layers.core import Dense
from keras.models import Sequential

model = Sequential()
model.add(Dense(2))
print("units:", model.layers[0].units)"""
HINT = ".kerasmagic"
BUTTON = "Run the corrected cell"


def test_a_click_runs_the_corrected_cell_and_its_output_stays(frontend, server, photograph):
    server.write("button.ipynb", [LOAD, FAILING, "1 + 1"])
    frontend.open("button.ipynb")
    frontend.run(0)
    frontend.run(1)
    cell = frontend.cell(1)
    button = cell.get_by_role("button", name=BUTTON)
    button.wait_for()
    assert cell.get_by_text("units: 2").count() == 0, "nothing runs before the click"
    photograph(cell, "hint-button")
    button.click()
    cell.get_by_text("units: 2").wait_for()
    photograph(cell, "hint-button-run")
    frontend.run(2)
    button.wait_for(state="detached")
    cell.get_by_text("units: 2").wait_for()
    assert cell.locator(HINT).count() == 1
    photograph(cell, "hint-button-record")


def test_one_click_selects_the_whole_corrected_cell(frontend, server):
    server.write("select.ipynb", [LOAD, FAILING])
    frontend.open("select.ipynb")
    frontend.run(0)
    frontend.run(1)
    hint = frontend.cell(1).locator(HINT)
    hint.get_by_text("The whole corrected cell").click()
    hint.locator("pre.km-code").first.click()
    selected = frontend.page.evaluate("() => getSelection().toString().trim()")
    assert selected == FAILING.replace("keras.layers.core", "keras.layers")


def test_saved_with_the_button_and_opened_without_trust(frontend, server, photograph):
    server.write("untrusted.ipynb", [LOAD, FAILING, "%keras_optimizer adam"])
    frontend.open("untrusted.ipynb")
    frontend.run(0)
    frontend.run(2)
    frontend.run(1)
    frontend.cell(1).get_by_role("button", name=BUTTON).wait_for()
    frontend.save()
    server.copy("untrusted.ipynb", "again.ipynb")
    frontend.open("again.ipynb")
    hint = frontend.cell(1).locator(HINT)
    hint.wait_for()
    assert "from keras.layers import Dense" in hint.inner_text()
    text = frontend.cell(1).inner_text()
    assert "Error displaying widget" not in text and "Button(" not in text
    picture = frontend.cell(2).locator(f"{HINT} img")
    assert picture.get_attribute("alt").startswith('What "adam" gives')
    assert picture.evaluate("image => image.complete && image.naturalWidth > 300"), "the chart is there"
    photograph(frontend.cell(1), "untrusted-hint")
    photograph(frontend.cell(2), "untrusted-optimizer")
