from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from frontends import FRONTEND, Server

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server") / "notebooks"
    folder.mkdir()
    server = Server(folder, list(FRONTEND.flags))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", headless=True, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def frontend(browser, server):
    context = browser.new_context(viewport={"width": 1100, "height": 1600})
    context.set_default_timeout(60_000)
    yield FRONTEND(context.new_page(), server)
    context.close()


@pytest.fixture(scope="session")
def pictures():
    """Where the pictures go: /output of the repository, which git ignores."""
    folder = Path(__file__).parents[2] / "output" / FRONTEND.__name__.lower()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def photograph(frontend, pictures):
    """Takes a picture in the light theme and one in the dark theme."""

    def take(shown, name):
        for theme in ("dark", "light"):
            frontend.dark(theme == "dark")
            shown.screenshot(path=pictures / f"{name}-{theme}.png")

    return take
