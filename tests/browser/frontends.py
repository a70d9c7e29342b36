"""JupyterLab and the classic notebook, operated as a person does: open, type, run a cell, look, save, open again."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path

RUN_SECONDS = 120
"""The first cell that needs TensorFlow waits for its import, on a busy machine."""


class Server:
    """A Jupyter server of this environment, in a folder of its own.

    Arguments:
        folder: what it serves; empty.
        flags: the command line after ``python -m``: ("jupyterlab", …).
    """

    def __init__(self, folder: Path, flags: list[str]) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        common = [f"--port={port}", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
        self._log = folder.parent / "server.log"
        self._keep_quiet()
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *flags, *common],
                cwd=folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={
                    **os.environ,
                    "JUPYTER_CONFIG_DIR": str(folder.parent / "config"),
                    "JUPYTERLAB_SETTINGS_DIR": str(folder.parent / "settings"),
                    "TF_CPP_MIN_LOG_LEVEL": "3",
                },
            )
        self._wait()

    def _keep_quiet(self) -> None:
        """JupyterLab would ask whether it may fetch news, in a box over the outputs."""
        settings = self.folder.parent / "settings" / "@jupyterlab" / "apputils-extension"
        settings.mkdir(parents=True, exist_ok=True)
        wanted = {"fetchNews": "false", "checkForUpdates": False}
        (settings / "notification.jupyterlab-settings").write_text(json.dumps(wanted))

    def _wait(self) -> None:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                urllib.request.urlopen(self.address + "/api", timeout=5).close()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise RuntimeError(f"the server did not start:\n{self._log.read_text()}")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(30)

    def write(self, name: str, cells: list[str]) -> None:
        """Put a notebook of code cells into the folder."""
        spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
        notebook = {
            "cells": [
                {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
                for source in cells
            ],
            "metadata": {"kernelspec": spec},
            "nbformat": 4,
            "nbformat_minor": 4,
        }
        (self.folder / name).write_text(json.dumps(notebook))

    def copy(self, name: str, other: str) -> None:
        """A notebook that somebody else has sent: with outputs, and without a signature of this server's."""
        notebook = json.loads((self.folder / name).read_text())
        notebook["metadata"]["from"] = "somebody else"
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"]) + "\n# sent by somebody else"
            for output in cell["outputs"]:
                if "data" in output:
                    output.setdefault("metadata", {})["sent"] = True
        (self.folder / other).write_text(json.dumps(notebook))

    def saved(self, name: str) -> list[dict]:
        """The cells of a notebook on disk."""
        return json.loads((self.folder / name).read_text())["cells"]


class Frontend:
    """A notebook in the browser, whatever draws it.

    Arguments:
        page: a page of Playwright's.
        server: where the notebooks are.
    """

    CELL: str
    OUTPUT: str
    EDITOR: str
    DONE: str
    """A function of JavaScript: whether the cell at an index has been run."""

    def __init__(self, page, server: Server) -> None:
        self.page, self.server = page, server

    def cell(self, index: int):
        return self.page.locator(self.CELL).nth(index)

    def run(self, index: int):
        """Run a cell and wait until it is done; gives its outputs."""
        cell = self.cell(index)
        cell.locator(self.EDITOR).first.click()
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_function(self.DONE, arg=index, timeout=RUN_SECONDS * 1000)
        return cell.locator(self.OUTPUT)


class Lab(Frontend):
    """JupyterLab."""

    flags = (
        "jupyterlab",
        "--IdentityProvider.token=",
        "--expose-app-in-browser",
    )
    CELL, OUTPUT, EDITOR = ".jp-Notebook .jp-Cell", ".jp-OutputArea-output", ".cm-content"
    DONE = """index => {
        const cell = window.jupyterapp.shell.currentWidget.content.widgets[index];
        return cell.model.executionCount !== null && cell.prompt !== '*'
    }"""

    def open(self, name: str) -> None:
        self.page.goto(f"{self.server.address}/lab/tree/{name}?reset")
        self.page.locator(self.CELL).first.wait_for()
        # The kernel is there, so that the first cell that is run does not wait for a dialog.
        self.page.wait_for_function(
            "() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
        )

    def source(self, index: int) -> str:
        return self.page.evaluate(
            "index => window.jupyterapp.shell.currentWidget.content.widgets[index].model.sharedModel.getSource()", index
        )

    def save(self) -> None:
        self.page.keyboard.press("Control+s")
        self.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")

    def dark(self, dark: bool) -> None:
        theme = "JupyterLab Dark" if dark else "JupyterLab Light"
        self.page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
        self.page.wait_for_function("theme => document.body.dataset.jpThemeName === theme", arg=theme)


class Classic(Frontend):
    """The notebook before version 7, which is what Colab's pins go with."""

    flags = ("notebook", "--NotebookApp.token=", "--NotebookApp.password=")
    CELL, OUTPUT, EDITOR = ".cell", ".output_area .output_subarea", ".CodeMirror"
    DONE = """index => {
        const cell = window.Jupyter.notebook.get_cell(index);
        return cell.input_prompt_number !== '*' && Number.isInteger(cell.input_prompt_number)
    }"""

    def open(self, name: str) -> None:
        self.page.goto(f"{self.server.address}/notebooks/{name}")
        self.page.locator(self.CELL).first.wait_for()
        self.page.wait_for_function(
            "() => window.Jupyter?.notebook?.kernel?.is_connected() && !window.Jupyter.notebook.kernel_busy"
        )

    def source(self, index: int) -> str:
        return self.page.evaluate("index => window.Jupyter.notebook.get_cell(index).get_text()", index)

    def save(self) -> None:
        self.page.evaluate("() => window.Jupyter.notebook.save_notebook()")
        self.page.wait_for_function("() => !window.Jupyter.notebook.dirty")

    def dark(self, dark: bool) -> None:
        """It has one theme; what people use is a style sheet that sets both colours."""
        style = "body,.cell,.output_area,.rendered_html{background:#111!important;color:#eee!important}" if dark else ""
        self.page.evaluate(
            """css => {
                const made = () => document.head.appendChild(document.createElement('style'));
                const style = document.getElementById('dark') ?? made();
                style.id = 'dark';
                style.textContent = css
            }""",
            style,
        )


FRONTEND = Lab if find_spec("jupyterlab") else Classic
