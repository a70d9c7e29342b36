"""A notebook in a real browser with a real TensorFlow: what people see, and what their clicks do."""

from __future__ import annotations

import re

CELLS = [
    "%load_ext kerasmagic",
    "from keras.layers.core import Dense\nlayer = Dense(2)",
    "%keras_fix",
    "%keras_env",
    "%%keras_check --dry-run\nfrom keras.utils.np_utils import to_categorical\nto_categorical([0, 1])",
    "%%keras_check --dry-run --all\nfrom keras.utils.np_utils import to_categorical\nto_categorical([0, 1])",
    "%keras_optimizer adam",
    "%keras_explain keras.layers.LocallyConnected1D",
]
SHOWN = {1: "hint", 3: "environment", 4: "check", 5: "matrix", 6: "optimizer", 7: "history"}
HINT = ".kerasmagic"
ACCENT = "rgb(217, 115, 13)"


def colours(locator):
    return locator.evaluate("node => [getComputedStyle(node).color, getComputedStyle(node).borderLeftColor]")


def brightness(colour):
    red, green, blue = (int(part) for part in re.findall(r"\d+", colour)[:3])
    return (red + green + blue) / 3


def test_the_hint_stands_under_the_error_and_its_fix_works(frontend, server, pictures):
    server.write("hint.ipynb", CELLS)
    frontend.open("hint.ipynb")
    frontend.run(0)
    outputs = frontend.run(1)
    hint = frontend.cell(1).locator(HINT)
    hint.wait_for()
    assert "ModuleNotFoundError" in outputs.first.inner_text(), "the traceback stays where it was"
    assert "from keras.layers import Dense" in hint.inner_text()
    assert colours(hint)[1] == ACCENT
    frontend.cell(1).screenshot(path=pictures / "failing-cell.png")

    frontend.run(2)
    frontend.page.wait_for_function(
        "count => document.querySelectorAll(count[0]).length > count[1]", arg=[frontend.CELL, len(CELLS)]
    )
    assert frontend.source(3) == "from keras.layers import Dense\nlayer = Dense(2)"
    frontend.run(3)
    assert frontend.cell(3).locator(frontend.OUTPUT).count() == 0, "the corrected cell runs without an error"


def test_everything_shown_in_light_and_dark(frontend, server, pictures):
    server.write("themes.ipynb", CELLS)
    frontend.open("themes.ipynb")
    for index in (0, *SHOWN):
        frontend.run(index)
    cards = {name: frontend.cell(index).locator(HINT) for index, name in SHOWN.items()}
    cards["history"].wait_for()
    assert "tensorflow" in cards["environment"].inner_text()
    assert "to_categorical" in cards["check"].inner_text()
    for dark in (False, True):
        frontend.dark(dark)
        for name, card in cards.items():
            text = colours(card)[0]
            assert brightness(text) > 128 if dark else brightness(text) < 128, f"{name} is readable"
            card.screenshot(path=pictures / f"{name}-{'dark' if dark else 'light'}.png")


def test_saved_and_opened_again(frontend, server):
    server.write("again.ipynb", CELLS)
    frontend.open("again.ipynb")
    frontend.run(0)
    frontend.run(1)
    frontend.cell(1).locator(HINT).wait_for()
    frontend.save()
    shown = [output for output in server.saved("again.ipynb")[1]["outputs"] if output["output_type"] == "display_data"]
    hint, button = shown
    assert button["data"]["text/plain"] in ("", []), "an old button says nothing where widgets are not shown"
    assert set(hint["data"]) == {"text/plain", "text/html", "application/vnd.kerasmagic.v1+json"}
    frontend.open("again.ipynb")
    assert "from keras.layers import Dense" in frontend.cell(1).locator(HINT).inner_text()
