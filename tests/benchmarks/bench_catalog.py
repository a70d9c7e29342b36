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

from kerasmagic.catalog import reader
from kerasmagic.catalog.target import Target

TARGET = "tensorflow==2.16.2"
LOOK_UPS = 2_000
OPEN_MS, LOOK_UP_US, MEMORY_MB, WHEEL_MB = 5, 50, 10, 4
MODULES = ("tensorflow", "tensorflow.math", "tensorflow.compat.v1", "keras.layers", "keras.ops", "tensorflow.nn")
# A process of its own, with the package as it is installed (in a clone, the file is compared with the record's text at
# first): what it takes to import, then to open the file and answer once, then to answer a lot.
OPEN = f"""
import sys
sys.path.insert(0, sys.argv[1])
from time import process_time
memory = lambda: int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6
start = process_time()
from kerasmagic.catalog.target import Target
imported, before = process_time(), memory()
target = Target.parse({TARGET!r})
target.import_from("keras.layers", "Dense")
opened = process_time()
names = [f"{{module}}.{{name}}" for module in {MODULES} for name in target.names(module)]
for name in names[:{LOOK_UPS}]:
    target.attribute(name)
print((imported - start) * 1e3, (opened - imported) * 1e3, memory() - before)
"""


def run() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        wheel = Path(folder, "kerasmagic.whl")
        _pack(wheel)
        size = wheel.stat().st_size / 1e6
        zipfile.ZipFile(wheel).extractall(folder)
        command = [sys.executable, "-c", OPEN, folder]
        runs = [[float(value) for value in cost(command).stdout.split()] for _ in range(5)]
    imported, opened, memory = (min(values) for values in zip(*runs))
    yield Row("catalog: import its modules", imported, "ms")
    yield Row("catalog: open, and the first answer", opened, "ms", at_most=OPEN_MS)
    yield Row(f"catalog: memory after {LOOK_UPS:,} names", memory, "MB", at_most=MEMORY_MB)
    target = Target.parse(TARGET)
    names = [f"{module}.{name}" for module in MODULES for name in target.names(module)]
    random.Random(0).shuffle(names)
    imports = frozenset(("tensorflow", "tensorflow.compat.v1", "keras", "keras.layers", "keras.ops"))
    for when in ("first time", "again"):
        start = process_time()
        for name in names[:LOOK_UPS]:
            target.attribute(name, imports)
        each = (process_time() - start) / len(names[:LOOK_UPS]) * 1e6
        yield Row(f"catalog: a name, {when}", each, "µs", at_most=LOOK_UP_US)
    yield Row("wheel", size, "MB", at_most=WHEEL_MB)


def _pack(path: Path) -> None:
    """The package's files as a wheel has them."""
    reader.catalog()  # in a clone, this builds the catalog's file where that is not as new as the text
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for file in sorted((ROOT / "kerasmagic").rglob("*")):
            if file.is_file() and not {"__pycache__", "record"} & set(file.relative_to(ROOT).parts):
                wheel.write(file, file.relative_to(ROOT))
