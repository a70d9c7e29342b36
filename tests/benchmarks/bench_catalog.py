"""The catalog of releases: opening it, asking it, and what it weighs in the wheel."""

from __future__ import annotations

import random
import sys
import tempfile
import zipfile
from pathlib import Path
from time import process_time
from typing import Iterator

from process import ROOT, cost
from table import Row

from kerasmagic.catalog.target import Target

TARGET = "tensorflow==2.16.2"
LOOK_UPS = 2_000
OPEN = """
from time import process_time
import kerasmagic
start = process_time()
from kerasmagic.catalog.target import Target
Target.parse("tensorflow==2.16.2").import_from("keras.layers", "Dense")
print((process_time() - start) * 1e3)
"""


def run() -> Iterator[Row]:
    opened = min(float(cost([sys.executable, "-c", OPEN]).stdout) for _ in range(5))
    yield Row("catalog: import, open, first answer", opened, "ms")
    target = Target.parse(TARGET)
    modules = ("tensorflow", "tensorflow.math", "tensorflow.compat.v1", "keras.layers", "keras.ops", "tensorflow.nn")
    names = [f"{module}.{name}" for module in modules for name in target.names(module)]
    random.Random(0).shuffle(names)
    imported = frozenset(("tensorflow", "tensorflow.compat.v1", "keras", "keras.layers", "keras.ops"))
    for when in ("first time", "again"):
        start = process_time()
        for name in names[:LOOK_UPS]:
            target.attribute(name, imported)
        yield Row(f"catalog: a name, {when}", (process_time() - start) / len(names[:LOOK_UPS]) * 1e6, "µs")
    yield Row("wheel", _wheel(), "MB")


def _wheel() -> float:
    """The size of the package's files as a wheel packs them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "kerasmagic.whl")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
            for file in sorted((ROOT / "kerasmagic").rglob("*")):
                if file.is_file() and "__pycache__" not in file.parts:
                    wheel.write(file, file.relative_to(ROOT))
        return path.stat().st_size / 1e6
