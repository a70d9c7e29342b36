"""What kerasmagic costs in a kernel: loading, a cell that works, and a cell that fails."""

from __future__ import annotations

import statistics
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "kernel"))

from driver import Kernel
from table import Row

ROUNDS = 5
PEERS = ("watermark", "autoreload", "friendly_traceback")

LOAD = """
import sys as _sys, time as _time
_before, _start = set(_sys.modules), _time.perf_counter()
get_ipython().run_line_magic("load_ext", "{name}")
_ms = (_time.perf_counter() - _start) * 1e3
print("\\n", _ms, len([name for name in set(_sys.modules) - _before if name.startswith("kerasmagic")]))
"""
PASS = """
import timeit as _timeit
_shell = get_ipython()
class _Result:
    error_before_exec = error_in_exec = None
    class info:
        raw_cell = "1 + 1"
def _cell():
    _shell.events.trigger("pre_run_cell", _Result.info)
    _shell.events.trigger("post_run_cell", _Result)
print(min(_timeit.repeat(_cell, number=5000, repeat=7)) / 5000 * 1e6)
"""
HINT = """
import time as _time
_extension = next(c for c in get_ipython().configurables if type(c).__name__ == "KerasMagic")
_times = []
for _ in range(6):
    try:
        from keras.layers.core import Dense
    except ImportError as _error:
        _start = _time.perf_counter()
        _extension.explain(_error, "from keras.layers.core import Dense")
        _times.append((_time.perf_counter() - _start) * 1e3)
print(_times[0], min(_times[1:]))
"""


def run() -> list[Row]:
    loads = {name: _load(name) for name in ("kerasmagic", *PEERS) if name == "autoreload" or find_spec(name)}
    ours = statistics.median(load[0] for load in loads["kerasmagic"])
    rows = [Row("new modules of kerasmagic after %load_ext", loads["kerasmagic"][0][1], "", "at most", 10)]
    for peer in PEERS:
        if peer in loads:
            theirs = statistics.median(load[0] for load in loads[peer])
            rows.append(Row("%load_ext in a fresh kernel", ours, "ms", peer, theirs))
    with_watcher, without = _in_kernel(["%load_ext kerasmagic", PASS]), _in_kernel([PASS])
    rows.append(Row("events of a passing cell", with_watcher[0], "µs", "without the watcher", without[0]))
    if find_spec("keras"):
        first, later = _in_kernel(["%load_ext kerasmagic", "import keras", HINT])
        rows.append(Row("failing import to hint, first", first, "ms", "at most", 30))
        rows.append(Row("failing import to hint, later", later, "ms", "at most", 5))
    return rows


def _load(name: str) -> list[list[float]]:
    loads = []
    for _ in range(ROUNDS):
        values = _in_kernel([LOAD.replace("{name}", name)])
        if values:  # autoreload needs a module that newer Pythons do not have under IPython 7.34
            loads.append(values)
    return loads or [[float("nan"), 0.0]]


def _in_kernel(cells: list[str]) -> list[float]:
    """The numbers on the last line that the last cell prints, in a fresh kernel."""
    with tempfile.TemporaryDirectory() as folder:
        kernel = Kernel(Path(folder))
        try:
            replies = [kernel.run(cell) for cell in cells]
        finally:
            kernel.stop()
    if replies[-1].status != "ok":
        return []
    lines = "".join(o["text"] for o in replies[-1].outputs if o.get("name") == "stdout").splitlines()
    return [float(value) for value in lines[-1].split()]
