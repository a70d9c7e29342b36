"""TensorFlow absent, broken or half imported, and the catalog missing or damaged: every magic answers."""

from __future__ import annotations

import subprocess
import sys
import types
from pathlib import Path

import pytest

from kerasmagic.catalog.building import current

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

MAGICS = [
    "%keras_env",
    "%keras_env --report",
    "%keras_env --json",
    "%keras_fix",
    "%keras_optimizer",
    "%keras_optimizer adam",
    "%keras_explain",
    "%keras_explain KI101",
    "%keras_explain keras.layers.Dense",
    "%%keras_check\nchecked = 1",
    "%%keras_check --all\nfrom keras.layers.core import Dense\n",
    "%%keras_check --target colab --dry-run\nfrom keras.layers.core import Dense\n",
]


def absent(folder, monkeypatch):
    for name in ("tensorflow", "keras", "tf_keras"):
        monkeypatch.setitem(sys.modules, name, None)


def broken(folder, monkeypatch):
    """A package that raises when it is imported."""
    package = folder / "tensorflow"
    package.mkdir()
    (package / "__init__.py").write_text("from tensorflow import python\n")
    (package / "python.py").write_text("raise ImportError('libcudart.so.11.0: cannot open shared object file')\n")
    metadata = folder / "tensorflow-2.15.1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: tensorflow\nVersion: 2.15.1\n")


def half_imported(folder, monkeypatch):
    """What an interrupted import may leave: modules without much in them."""
    broken(folder, monkeypatch)
    monkeypatch.setitem(sys.modules, "tensorflow", types.ModuleType("tensorflow"))
    monkeypatch.setitem(sys.modules, "tensorflow.python", types.ModuleType("tensorflow.python"))
    monkeypatch.setitem(sys.modules, "keras", types.ModuleType("keras"))


def odd(folder, monkeypatch):
    """Objects in place of modules, which raise whatever they are asked."""

    class Odd:
        def __getattr__(self, name):
            raise RuntimeError(name)

    monkeypatch.setitem(sys.modules, "tensorflow", Odd())
    monkeypatch.setitem(sys.modules, "keras", Odd())


@pytest.mark.parametrize("state", [absent, broken, half_imported, odd])
def test_every_magic_answers_whatever_tensorflow_is_like(shell, tmp_path, monkeypatch, capsys, caplog, state):
    folder = tmp_path / "site"
    folder.mkdir()
    for name in [name for name in sys.modules if name.split(".")[0] in ("tensorflow", "keras", "tf_keras")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(folder))
    state(folder, monkeypatch)
    before = {name for name in sys.modules if name.split(".")[0] == "tensorflow"}
    for magic in MAGICS:
        capsys.readouterr()
        shell.run_cell(magic)
        output = capsys.readouterr()
        assert output.out + output.err
        if "\nfrom" not in magic:  # else the cell itself fails
            assert "Traceback" not in output.out + output.err, magic
    assert [record.getMessage() for record in caplog.records if record.name == "kerasmagic"] == []
    assert {name for name in sys.modules if name.split(".")[0] == "tensorflow"} - before <= {"tensorflow"}


@pytest.mark.parametrize("state", [broken, half_imported, odd])
def test_a_cell_that_fails_then_keeps_its_traceback(shell, tmp_path, monkeypatch, capsys, caplog, state):
    folder = tmp_path / "site"
    folder.mkdir()
    for name in [name for name in sys.modules if name.split(".")[0] in ("tensorflow", "keras", "tf_keras")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(folder))
    state(folder, monkeypatch)
    result = shell.run_cell("from tensorflow.keras.layers import Dense")
    assert isinstance(result.error_in_exec, (ImportError, RuntimeError, TypeError))
    assert capsys.readouterr().out.count("Traceback (most recent call last)") == 1
    assert [record.getMessage() for record in caplog.records if record.name == "kerasmagic"] == []


CATALOGS = {
    "missing": lambda whole: None,
    "empty": lambda whole: b"",
    "something else": lambda whole: b"<!DOCTYPE html>" * 1000,
    "truncated": lambda whole: whole[: len(whole) // 2],
    "damaged": lambda whole: whole[:8192] + bytes(reversed(whole[8192:])),
}

WITHOUT_CATALOG = """
import logging, sys
from pathlib import Path
import kerasmagic.catalog.building as building
building.PATH, building.FOLDER = Path(sys.argv[1]), Path("nowhere")
sys.path.insert(0, sys.argv[2])
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
lines = []
logging.getLogger("kerasmagic").addHandler(type("Lines", (logging.Handler,), {"emit": lambda _, r: lines.append(r)})())
shell.run_line_magic("load_ext", "kerasmagic")
for cell in sys.argv[3:]:
    print("CELL", flush=True)
    before = len(lines)
    shell.run_cell(cell)
    print("LOGGED", len(lines) - before, flush=True)
"""


@pytest.mark.parametrize("content", CATALOGS.values(), ids=CATALOGS.keys())
def test_without_a_catalog_every_magic_answers_and_the_watcher_goes_on(tmp_path, keras, content):
    path = tmp_path / "catalog.sqlite"
    data = content(current().read_bytes())
    if data is not None:
        path.write_bytes(data)
    cells = [*MAGICS, "import keras\nfrom keras.layers.core import Dense"]
    output = subprocess.run(
        # Unbuffered: before Python 3.9 what goes to stderr would come out last.
        [sys.executable, "-u", "-c", WITHOUT_CATALOG, str(path), str(tmp_path / "site-packages"), *cells],
        cwd=str(ROOT),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
        text=True,
    ).stdout
    answers = dict(zip(cells, output.split("CELL\n")[1:]))
    assert len(answers) == len(cells)
    for cell, answer in answers.items():
        said, _, logged = answer.rpartition("LOGGED ")
        assert said.strip() or int(logged) == 1, cell
        assert int(logged) <= 1, cell
        if "\nfrom" not in cell:
            assert "Traceback" not in said, cell
    assert answers[cells[-1]].count("Traceback (most recent call last)") == 1
