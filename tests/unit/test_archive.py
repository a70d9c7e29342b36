"""A large archive, checked by what people have for that: README's lines on a Dask cluster, and processes beside each
other whose outputs are put together."""

from __future__ import annotations

import json
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path

import distributed
import pytest

import kerasmagic

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
TARGETS = ["tensorflow==2.15.1", "colab"]

OLD = "from keras.preprocessing.image import ImageDataGenerator\n"
FINE = "import tensorflow as tf\ntf.keras.layers.Dense(1)\n"


def notebook(source):
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


CONTENTS = [
    notebook(OLD),
    notebook(FINE),
    notebook(FINE)[:-20],
    b"",
    b"\x00\xff\xfe" * 100,
    b'{"cells": 7}',
    b"[" * 20_000,
    notebook("x = = 1\n"),
    notebook("<script>\x1b[31m\ud800\n"),
    notebook(OLD).replace(b'"code"', b'"code\\ud800"'),
]


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """A folder of two hundred notebooks, and the list of them."""
    monkeypatch.chdir(tmp_path)
    paths = [f"{number:03}.ipynb" for number in range(200)]
    for number, path in enumerate(paths):
        Path(path).write_bytes(CONTENTS[number % len(CONTENTS)])
    Path("notebooks.txt").write_text("\n".join([*paths[:199], "missing.ipynb"]))
    return [*paths[:199], "missing.ipynb"]


def test_the_lines_of_the_readme_on_a_dask_cluster(archive):
    lines = re.search(r"```python\n(import dask\.bag\n.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)[1]
    names = {}
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with cluster, distributed.Client(cluster):
        exec(lines, names)
    assert [report["file"] for report in names["found"]] == archive
    assert names["found"] == pickle.loads(pickle.dumps([kerasmagic.check_file(path, TARGETS) for path in archive]))
    assert json.loads(json.dumps(names["found"])) == names["found"]
    old, fine = names["found"][:2]
    assert [part["errors"] for part in old["targets"]] == [0, 1]
    assert [part["errors"] for part in fine["targets"]] == [0, 0]
    for told in [*names["found"][2:8], names["found"][-1]]:
        assert all(part["problems"] for part in told["targets"]), told["file"]


def test_processes_beside_each_other_say_what_one_says(archive):
    check = f"{sys.executable} -m kerasmagic check --format jsonl --target {TARGETS[0]} --target {TARGETS[1]}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def output(command):
        done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True)
        assert "Traceback" not in done.stderr
        return sorted(done.stdout.splitlines())

    beside = output(f"xargs -P 2 -n 50 sh -c '{check} \"$@\" >part-$$.jsonl' check <notebooks.txt; cat part-*.jsonl")
    assert beside == output(f"xargs {check} <notebooks.txt")
    assert len(beside) == len(archive)
    assert {json.loads(line)["file"] for line in beside} == set(archive)
