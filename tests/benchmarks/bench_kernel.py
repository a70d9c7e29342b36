"""What kerasmagic costs in a kernel: loading, a cell that works, and a cell that fails.

Times are those of the processor in the kernel's process, so that a machine that is busy with other things measures
the same; only the events of a passing cell are the best of many repetitions.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "kernel"))

from driver import Kernel
from process import cost
from table import Row

ROUNDS = 7
PEERS = ("watermark", "autoreload", "friendly_traceback", "friendly")

LOAD = """
import sys as _sys, time as _time
_memory = lambda: int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6
_before, _used, _start = set(_sys.modules), _memory(), _time.process_time()
get_ipython().run_line_magic("load_ext", "{name}")
_ms = (_time.process_time() - _start) * 1e3
_used = _memory() - _used
print("\\n", _ms, len([name for name in set(_sys.modules) - _before if name.startswith("kerasmagic")]), _used)
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
# Other modules each time, so that no answer is remembered.
HINT = """
import time as _time
_extension = next(c for c in get_ipython().configurables if type(c).__name__ == "KerasMagic")
_times = []
for _module in ("core", "convolutional", "recurrent", "normalization", "embeddings", "wrappers", "pooling"):
    _cell = f"from keras.layers.{_module} import Dense"
    try:
        exec(compile(_cell, "<ipython-input-1-benchmark>", "exec"))
    except ImportError as _error:
        _start = _time.process_time()
        _extension.explain(_error, _cell)
        _times.append((_time.process_time() - _start) * 1e3)
print(_times[0], sorted(_times[1:])[len(_times) // 2])
"""
PREPARE = """
import time as _time, keras
_watcher = next(c for c in get_ipython().configurables if type(c).__name__ == "KerasMagic")._watcher
_prepare = _watcher._prepare
def _timed():
    global _ms
    _start = _time.process_time()
    _prepare()
    _ms = (_time.process_time() - _start) * 1e3
_watcher._prepare = _timed
"""
IMPORT = """
import time as _time
_start = _time.process_time()
import tensorflow
print((_time.process_time() - _start) * 1e3)
"""
ENVIRONMENT = """
import time as _time
_publish, get_ipython().display_pub.publish = get_ipython().display_pub.publish, lambda *_, **__: None
_start = _time.process_time()
get_ipython().run_line_magic("keras_env", "")
_first = (_time.process_time() - _start) * 1e3
_start = _time.process_time()
get_ipython().run_line_magic("keras_env", "")
_second = (_time.process_time() - _start) * 1e3
print()
print(_first, _second)
"""


def run() -> list[Row]:
    loads = _loads()
    ours = statistics.median(load[0] for load in loads["kerasmagic"])
    rows = [
        Row("new modules of kerasmagic after %load_ext", loads["kerasmagic"][0][1], "", at_most=10),
        Row("memory that %load_ext takes", statistics.median(load[2] for load in loads["kerasmagic"]), "MB"),
    ]
    for peer in PEERS:
        if loads[peer]:
            theirs = statistics.median(load[0] for load in loads[peer])
            at_most = theirs / 2 if peer == "watermark" else None
            rows.append(Row("%load_ext in a fresh kernel", ours, "ms", peer, theirs, at_most))
        else:
            rows.append(Row("%load_ext in a fresh kernel", ours, "ms", f"{peer} cannot be loaded here"))
    with_watcher, without = _in_kernel(["%load_ext kerasmagic", PASS]), _in_kernel([PASS])
    rows.append(Row("events of a passing cell", with_watcher[0], "µs", "without the watcher", without[0], 20))
    first, again = _best(["%load_ext kerasmagic", ENVIRONMENT])
    if not find_spec("tensorflow"):
        return [*rows, Row("%keras_env, first", first, "ms", "tensorflow is not installed here")]
    imported = _in_kernel([IMPORT])[0]
    rows.append(Row("%keras_env, first", first, "ms", "import tensorflow", imported, imported / 50))
    if find_spec("pip"):
        rows.append(Row("%keras_env, first", first, "ms", "pip check", _pip_check()))
    else:
        rows.append(Row("%keras_env, first", first, "ms", "pip is not installed"))
    rows.append(Row("%keras_env, again", again, "ms", "import tensorflow", imported))
    if find_spec("keras"):
        (prepared,) = _best(["%load_ext kerasmagic", PREPARE, "print(_ms)"])
        rows.append(Row("after the cell that imports keras, once", prepared, "ms", "import tensorflow", imported))
        first, later = _best(["%load_ext kerasmagic", "import keras", HINT])
        rows.append(Row("failing import to hint, first", first, "ms", at_most=30))
        rows.append(Row("failing import to hint, later", later, "ms", at_most=5))
    return rows


def _pip_check() -> float:
    """Milliseconds."""
    return cost([sys.executable, "-m", "pip", "check"]).seconds * 1e3


def _loads() -> dict[str, list[list[float]]]:
    """Milliseconds and modules of each extension, in turn, so that all meet the same noise."""
    loads: dict[str, list[list[float]]] = {name: [] for name in ("kerasmagic", *PEERS)}
    for _ in range(ROUNDS + 1):
        for name in loads:
            if name in ("kerasmagic", "autoreload") or find_spec(name):
                loads[name].append(_in_kernel([LOAD.replace("{name}", name)]))
    # The first round compiles what an installation has compiled already.
    return {name: [load for load in found[1:] if load] for name, found in loads.items()}


def _best(cells: list[str]) -> list[float]:
    """The least of three fresh kernels; the first may have to compile what an installation has compiled already."""
    return [min(values) for values in zip(*(_in_kernel(cells) for _ in range(3)))]


def _in_kernel(cells: list[str]) -> list[float]:
    """The numbers on the last line that the last cell prints, in a fresh kernel."""
    with tempfile.TemporaryDirectory() as folder:
        kernel = Kernel(Path(folder), environment={"PYTHONDONTWRITEBYTECODE": ""})
        try:
            replies = [kernel.run(cell) for cell in cells]
        finally:
            kernel.stop()
    if replies[-1].status != "ok":
        return []
    lines = "".join(o["text"] for o in replies[-1].outputs if o.get("name") == "stdout").splitlines()
    return [float(value) for value in lines[-1].split()]
