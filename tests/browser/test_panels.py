"""The panels, operated as a person does: choose, filter, compare, run the corrected cell."""

from __future__ import annotations

import re

import pytest

LOAD = "%load_ext kerasmagic\nimport tensorflow as tf\ntf.keras.optimizers.Adam"
ENVIRONMENT = "%keras_env --widget"
OPTIMIZER = "%keras_optimizer --widget"
CHECK = """%%keras_check --widget --dry-run
from keras.utils.np_utils import to_categorical
print(to_categorical([0, 1]).shape)"""


@pytest.fixture
def panel(frontend, server, request):
    """Shows the panel of a cell, in a kernel that has loaded TensorFlow."""

    def show(source):
        name = f"{request.node.name}.ipynb"
        server.write(name, [LOAD, source])
        frontend.open(name)
        frontend.run(0)
        frontend.run(1)
        cell = frontend.cell(1)
        cell.locator(".jupyter-widgets").first.wait_for()
        return cell

    return show


def test_environment_filter(panel, photograph):
    cell = panel(ENVIRONMENT)
    box = cell.locator("input[type=text]")
    box.fill("numpy")
    found = cell.get_by_text("contain “numpy”")
    found.wait_for()
    cell.get_by_text(re.compile(r"distributions \(\d")).click()
    cell.locator("th:visible", has_text="numpy").first.wait_for()
    photograph(cell, "panel-environment")


def test_optimizer_choose_and_compare(panel, photograph):
    cell = panel(OPTIMIZER)
    choice = cell.locator("select").first
    choice.select_option(label="Adam")
    # The panel opens on the chart; the routes are in the next tab.
    cell.locator(".widget-html-content img:visible").first.wait_for()
    cell.get_by_text("Here", exact=True).first.click()
    cell.locator("code:visible", has_text="keras.optimizers.Adam()").first.wait_for()
    photograph(cell, "panel-optimizer")
    cell.get_by_text("Compare", exact=True).first.click()
    cell.get_by_role("button", name="Take 50 steps with both").click()
    cell.get_by_text("largest difference").locator("visible=true").first.wait_for()
    photograph(cell, "panel-compare")
    cell.get_by_text("By release", exact=True).first.click()
    cell.locator(".widget-html-content img:visible").first.wait_for()
    photograph(cell, "panel-history")


def test_check_runs_the_corrected_cell_after_a_click_only(panel, photograph):
    cell = panel(CHECK)
    button = cell.get_by_role("button", name="Run the corrected cell")
    button.wait_for()
    assert cell.get_by_text("(2, 2)").count() == 0, "nothing runs before the click"
    photograph(cell, "panel-check")
    button.click()
    cell.get_by_text("(2, 2)").wait_for()
    photograph(cell, "panel-check-run")
