"""``python -m kerasmagic demo``: the quickstart notebook in a real kernel, and the heart of it on one screen."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Sequence

from .display.markup import plain

NOTEBOOK = "quickstart.ipynb"
SHOWN = "demo"
"""The tag of the cells that are told in the terminal; the page has all of them."""
MOST_LINES = 18
"""Of what a cell shows, so that the whole story is one screen."""
CELL_TIMEOUT = 600
"""Seconds a cell may take: the first import of TensorFlow on a slow disk takes a minute."""

# What TensorFlow says about the machine when it is imported, whatever the log level.
_START_UP_NOTES = re.compile(r"^(I0000|WARNING: All log messages before absl)", re.MULTILINE)


class DemoError(Exception):
    """The demo can't run, and why, in one sentence."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo.

    Arguments:
        argv: the arguments after ``demo``.

    Returns:
        0 when every cell did what it is there to show, 1 otherwise, 2 when the demo can't start.
    """
    parser = argparse.ArgumentParser(prog="kerasmagic demo", description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("output"), help="folder for the executed notebook (output)")
    arguments = parser.parse_args(argv)
    try:
        return run(find_notebook(), arguments.output)
    except DemoError as error:
        print(f"kerasmagic demo: {error}", file=sys.stderr)
        return 2


def find_notebook() -> Path:
    """The quickstart notebook of the clone that this package was installed from.

    Raises:
        DemoError: the package was installed without its clone.
    """
    notebook = Path(__file__).resolve().parent.parent / "notebooks" / NOTEBOOK
    if not notebook.is_file():
        raise DemoError('the notebooks are in a clone of the project: there, `pip install -e ".[demo]"` comes first.')
    return notebook


def run(notebook_file: Path, output: Path) -> int:
    """Execute the notebook and write it, executed, as .ipynb and .html.

    Arguments:
        notebook_file: the notebook to run.
        output: the folder to write to; made if it is not there.

    Returns:
        0 or 1, as ``main``.
    """
    try:
        import nbformat
        from nbclient import NotebookClient
        from nbclient.exceptions import DeadKernelError
    except ImportError as error:
        raise DemoError(f'{error.name} is missing; `pip install "kerasmagic[demo]"` brings it.') from error

    notebook = nbformat.read(notebook_file, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        allow_errors=True,
        resources={"metadata": {"path": str(notebook_file.parent)}},
    )
    client.km = _this_interpreter()
    failures = 0
    total = sum(cell.cell_type == "code" for cell in notebook.cells)
    number = 0
    print(f"Running {notebook_file.name} in a kernel of Python {sys.version.split()[0]}: about a minute", flush=True)
    try:
        # TensorFlow's native code writes notes straight to the kernel's stderr; what cells write is in the notebook.
        with client.setup_kernel(stderr=subprocess.DEVNULL):
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type == "markdown":
                    continue
                number += 1
                _progress(number, total)
                client.execute_cell(cell, index)
                if SHOWN in cell.metadata.get("tags", []):
                    _tell(cell)
                failures += _failed_unexpectedly(cell)
    except DeadKernelError as error:
        raise DemoError(f"the kernel died: {plain(error)}") from error
    _write(notebook, output)
    if failures:
        print(f"\n{failures} of {total} cells did not do what they are there to show.", file=sys.stderr)
    return 1 if failures else 0


def _this_interpreter() -> Any:
    from jupyter_client.manager import AsyncKernelManager

    from .restore.kernel import this_interpreter

    # TensorFlow's start-up notes would stand between the cells.
    return AsyncKernelManager(kernel_spec_manager=this_interpreter({"TF_CPP_MIN_LOG_LEVEL": "3"}))


def _failed_unexpectedly(cell: Any) -> bool:
    """A cell tagged ``raises-exception`` is there to fail; any other is there to work."""
    # A magic that is used wrongly is told on stderr, without an error message.
    failed = any(
        output.output_type == "error" or (output.get("name") == "stderr" and output.text.startswith("UsageError"))
        for output in cell.outputs
    )
    return failed != ("raises-exception" in cell.metadata.get("tags", []))


def _tell(cell: Any) -> None:
    """A cell that shows what this is about, and what came of it, cut to a part of one screen."""
    lines = [f">>> {line}" for line in cell.source.splitlines()]
    for output in cell.outputs:
        if output.output_type == "stream":
            text = "" if _START_UP_NOTES.search(output.text) else plain(output.text)
        elif output.output_type == "error":
            # The end of the traceback is what a reader looks at first.
            text = f"{plain(output.ename)}: {plain(output.evalue)}"
        else:
            text = plain(output.data.get("text/plain", ""))
        told = text.strip().splitlines()
        lines += told[:MOST_LINES] + ["…"] * (len(told) > MOST_LINES)
    print("\n" + "\n".join(lines), flush=True)


def _progress(number: int, total: int) -> None:
    """How far it is, on one line that the next one takes away."""
    if sys.stderr.isatty():
        words = f"cell {number} of {total}" if number < total else ""
        print(f"\r\x1b[K{words}", end="", file=sys.stderr, flush=True)


def _write(notebook: Any, output: Path) -> None:
    import nbformat

    output.mkdir(parents=True, exist_ok=True)
    executed = output / NOTEBOOK
    nbformat.write(notebook, executed)
    try:
        from nbconvert import HTMLExporter
    except ImportError:
        print(f"\nExecuted notebook: {executed}")
        return
    page = executed.with_suffix(".html")
    page.write_text(HTMLExporter().from_notebook_node(notebook)[0], encoding="utf-8")
    print(f"\nAll of it, with pictures: {page}")
    print(f"To try it yourself: pip install jupyterlab && jupyter lab {executed}")
