"""The lessons run from top to bottom in this kernel, as they are and with their answers filled in."""

from __future__ import annotations

import re
from pathlib import Path

import nbclient
import nbformat
import pytest

pytestmark = pytest.mark.slow
LESSONS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
ANSWER = re.compile(r"<details><summary>Answer</summary>\s*```python\n(.*?)```", re.DOTALL)
CODE, MARKDOWN = "code", "markdown"


def tags(cell):
    return cell.metadata.get("tags", [])


def run(notebook):
    nbclient.NotebookClient(notebook, timeout=180, kernel_name="python3").execute()
    return notebook


def printed(cell):
    """What a cell printed, without the warnings of Keras on stderr."""
    return "".join(output.text for output in cell.outputs if output.get("name") == "stdout")


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_is_stored_without_outputs(path):
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type == CODE:
            assert not cell.outputs
            assert cell.execution_count is None


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_runs_as_it_is(path):
    for cell in run(nbformat.read(path, 4)).cells:
        if cell.cell_type != CODE:
            continue
        raised = [output for output in cell.outputs if output.output_type == "error"]
        if "raises-exception" in tags(cell):
            hints = [
                output for output in cell.outputs if "application/vnd.kerasmagic.v1+json" in output.get("data", {})
            ]
            assert raised, cell.source
            assert hints, f"nothing below the error of: {cell.source}"
        if "check" in tags(cell):
            assert printed(cell).startswith("Not yet"), f"solved without an answer: {cell.source}"


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_answers_are_right(path):
    notebook = nbformat.read(path, 4)
    answers = [found for cell in notebook.cells if cell.cell_type == MARKDOWN for found in ANSWER.findall(cell.source)]
    exercises = [cell for cell in notebook.cells if "exercise" in tags(cell)]
    assert len(answers) == len(exercises)
    if not exercises:
        return
    for cell, answer in zip(exercises, answers):
        cell.source = answer
    for cell in run(notebook).cells:
        if "check" in tags(cell):
            assert printed(cell).strip() == "Right.", cell.source
