"""The check of files, as a process beside pylint, basedpyright and tf_upgrade_v2; in-process beside ``ast.parse``."""

from __future__ import annotations

import ast
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path
from time import perf_counter
from typing import Callable

from table import Row

from kerasmagic.catalog.target import Target
from kerasmagic.cli import main

TARGET = "tensorflow==2.16.2"
REFERENCES = 1263
"""As many as the published notebooks had on which pylint and basedpyright were measured first."""
CELL = """\
import numpy as np
from tensorflow import keras
from keras import layers, backend as K
model_{0} = keras.Sequential([layers.Dense(64, activation="relu"), layers.Dropout(0.5), layers.Dense(10)])
model_{0}.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-3), loss="sparse_categorical_crossentropy")
history_{0} = model_{0}.fit(np.zeros((8, 4)), np.zeros(8), epochs=3, verbose=0)
for key, values in history_{0}.history.items():
    print(f"{{key}}: {{values[-1]:.3f}}")
"""


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "references.py")
        script.write_text(references(), encoding="utf-8")
        ours = _process([sys.executable, "-m", "kerasmagic", "check", str(script), "--target", TARGET])
        rows = [Row(f"check {REFERENCES} references, process", ours, "s", *_tool(script, name)) for name in TOOLS]
        for cells in (100, 1_000, 10_000):
            checked, parsed = _notebook(Path(folder, f"{cells}.ipynb"), cells)
            rows.append(Row(f"check a notebook of {cells} cells", checked, "s", "ast.parse", parsed))
    return rows


def references() -> str:
    """A script of imports and dotted names that releases have had; one in five is no longer there."""
    new, old = Target.parse(TARGET), Target.parse("tensorflow==2.11.1")
    modules = (
        "keras",
        "keras.layers",
        "keras.backend",
        "keras.utils",
        "tensorflow.keras.backend",
        "tensorflow.keras.utils",
    )
    gone = [f"{module}.{name}" for module in modules for name in old.names(module) if name not in new.names(module)]
    names = gone[: REFERENCES // 5]
    for module in (
        "keras.layers",
        "keras.ops",
        "keras.losses",
        "tensorflow.keras.layers",
        "tensorflow",
        "tensorflow.math",
    ):
        names += [f"{module}.{name}" for name in new.names(module)]
    lines = [name if number % 2 else _import(name) for number, name in enumerate(names[:REFERENCES])]
    return "\n".join(["import keras", "import tensorflow", *lines]) + "\n"


def _import(name: str) -> str:
    module, _, member = name.rpartition(".")
    return f"from {module} import {member}"


def _process(command: list[str]) -> float:
    """The best of three, on one core: seconds."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(Path(__file__).parents[2])}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return min(_seconds(lambda: subprocess.run(command, capture_output=True, env=environment)) for _ in range(3))


def _seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


TOOLS = {
    "pylint": [],
    "basedpyright": ["--pythonpath", sys.executable],
    "tf_upgrade_v2": ["--outfile", os.devnull, "--reportfile", os.devnull, "--infile"],
}


def _tool(script: Path, name: str) -> tuple[str, float | None]:
    """A tool's time on the same file; without a time where it isn't installed."""
    beside = Path(sys.executable).with_name(name)
    program = str(beside) if beside.exists() else shutil.which(name)
    if program is None:
        return f"{name} is not installed", None
    return name, _process([program, *TOOLS[name], str(script)])


def _notebook(path: Path, cells: int) -> tuple[float, float]:
    """Seconds to check a notebook in-process, and to parse its cells."""
    sources = [CELL.format(number) for number in range(cells)]
    listed = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]
    path.write_text(json.dumps({"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    with redirect_stdout(io.StringIO()):
        main(["check", str(path), "--target", TARGET])
        checked = _seconds(lambda: main(["check", str(path), "--target", TARGET]))
    return checked, _seconds(lambda: [ast.parse(source) for source in sources])
