"""The check of a file as a process, beside pylint, basedpyright and tf_upgrade_v2 on the same file."""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Iterator

from process import check, cost
from table import Row

from kerasmagic.catalog.target import Target

TARGET, BEFORE = "tensorflow==2.16.2", "tensorflow==2.11.1"
REFERENCES = 1263
"""As many as 268 published notebooks had: half of them names, most others calls with keywords, a few imports."""
CALLS, IMPORTS, GONE = 0.44, 0.04, 0.05
TIMES = 50
"""So many times faster than pylint and basedpyright it must be."""
# fmt: off
MODULES = (
    "tensorflow", "tensorflow.math", "tensorflow.nn", "tensorflow.train", "tensorflow.data", "tensorflow.image",
    "tensorflow.io", "tensorflow.random", "tensorflow.linalg", "tensorflow.sparse", "tensorflow.config",
    "tensorflow.losses", "tensorflow.distribute", "tensorflow.saved_model", "tensorflow.experimental.numpy",
    "tensorflow.compat.v1", "tensorflow.compat.v1.train", "tensorflow.compat.v1.layers", "tensorflow.compat.v1.nn",
    "tensorflow.keras", "tensorflow.keras.layers", "tensorflow.keras.utils", "tensorflow.keras.callbacks",
    "tensorflow.keras.applications", "tensorflow.keras.metrics", "tensorflow.keras.losses",
    "tensorflow.keras.optimizers", "tensorflow.keras.optimizers.schedules", "tensorflow.keras.preprocessing.image",
    "tensorflow.keras.regularizers", "tensorflow.keras.backend", "keras", "keras.layers", "keras.ops", "keras.utils",
    "keras.metrics", "keras.callbacks", "keras.backend", "keras.preprocessing.image", "keras.applications",
    "keras.datasets", "keras.optimizers", "keras.losses", "keras.activations", "keras.initializers", "keras.random",
)
# fmt: on
TOOLS = {
    "pylint": ([], TIMES),
    "basedpyright": (["--pythonpath", sys.executable], TIMES),
    "tf_upgrade_v2": (["--outfile", os.devnull, "--reportfile", os.devnull, "--infile"], None),
}


def run() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "references.py")
        script.write_text(references(), encoding="utf-8")
        what, ours = f"check {REFERENCES} references", cost(check(str(script), "--target", TARGET), repeats=5).seconds
        for name, (arguments, times) in TOOLS.items():
            beside = Path(sys.executable).with_name(name)
            program = str(beside) if beside.exists() else shutil.which(name)
            if program is None:
                yield Row(what, ours, "s", f"{name} is not installed")
                continue
            theirs = cost([program, *arguments, str(script)]).seconds
            yield Row(what, ours, "s", name, theirs, theirs / times if times else None)


def references() -> str:
    """A script that asks for what published notebooks ask for; one name in twenty is no longer there."""
    draw = random.Random(REFERENCES)
    new, old = Target.parse(TARGET), Target.parse(BEFORE)
    here = [(module, name) for module in MODULES for name in new.names(module)]
    gone = [(module, name) for module in MODULES for name in old.names(module) if name not in new.names(module)]
    draw.shuffle(here)
    draw.shuffle(gone)
    some_gone = int(REFERENCES * GONE)
    chosen = gone[:some_gone] + here[: REFERENCES - some_gone]
    lines = [_line(module, name, new, draw) for module, name in chosen]
    draw.shuffle(lines)
    return "\n".join(["import keras", "import tensorflow", *lines]) + "\n"


def _line(module: str, name: str, target: Target, draw: random.Random) -> str:
    kind, signature = draw.random(), target.parameters(f"{module}.{name}")
    if kind < IMPORTS:
        return f"from {module} import {name}"
    if kind < IMPORTS + CALLS and signature is not None:
        keywords = [each.name for each in signature.parameters if each.kind == "positional"]
        return f"{module}.{name}({', '.join(f'{keyword}=None' for keyword in keywords[:3])})"
    return f"{module}.{name}"
