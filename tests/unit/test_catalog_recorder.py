"""Recording a release, as far as that needs no network: what is asked for, what is merged, what is said."""

from __future__ import annotations

import json
import sqlite3

import pytest

from kerasmagic.catalog import recorder
from kerasmagic.catalog.facts import facts_of
from kerasmagic.catalog.store import CatalogError, connect, merge, read_all, version_key


def small_record(member: str) -> dict:
    """What the probe writes, of a Keras with one module that has one class."""
    return {
        "modules": {"keras": {"missing": None, "members": {member: ["c", f"keras.{member}"]}}},
        "classes": {f"keras.{member}": {"bases": [], "members": {"call": ["f", ""]}, "stores": ["x"], "open": False}},
        "objects": {f"keras.{member}": "units\n**kwargs\n!name"},
        "imports": {"keras": "keras", "keras.late": "keras.late"},
        "packages": ["keras"],
        "loaded": ["keras"],
        "touched": ["keras", "keras.late"],
    }


def put(path, version: str, member: str) -> bytes:
    merge(path, "keras", version, "", "{}", facts_of(small_record(member), "keras"))
    return path.read_bytes()


def test_the_same_record_twice_is_the_same_file(tmp_path) -> None:
    path = tmp_path / "catalog.sqlite"
    put(path, "3.0.0", "Dense")
    once = put(path, "3.1.0", "Dense")
    assert put(path, "3.1.0", "Dense") == once
    other = tmp_path / "other.sqlite"
    put(other, "3.1.0", "Dense")
    assert put(other, "3.0.0", "Dense") == once  # nor does the order matter


def test_a_new_record_takes_the_place_of_the_old_one(tmp_path) -> None:
    path = tmp_path / "catalog.sqlite"
    for version, member in (("3.0.0", "Dense"), ("3.1.0", "Wrong"), ("3.1.0", "Right")):
        put(path, version, member)
    releases, facts = read_all(path)
    assert [release["version"] for release in releases] == ["3.0.0", "3.1.0"]
    members = {(node, name): bits for (node, name, *_), bits in facts["member"].items()}
    assert members["keras", "Dense"] == 0b01 and members["keras", "Right"] == 0b10
    assert ("keras", "Wrong") not in members
    assert facts["module"] == {("keras", "", 3): 0b11, ("keras.late", "", 8): 0b11}


@pytest.mark.parametrize("requirement", ["tensorflow", "numpy==1.26.0", "keras>=3", "tensorflow==2.22.0 --pre", ""])
def test_what_is_no_release_is_refused_before_anything_is_installed(requirement, monkeypatch, capsys) -> None:
    monkeypatch.setattr(recorder, "_run", lambda *_: pytest.fail("something was run"))
    assert recorder.main(["record", requirement]) == 1
    assert "is no release: write tensorflow==2.22.0" in capsys.readouterr().err


def test_a_release_that_cannot_be_installed_is_one_message(tmp_path, monkeypatch, capsys) -> None:
    def fail(command, *_):
        raise CatalogError(f"'{' '.join(command[:2])} …' failed with status 1:\nno such release")

    monkeypatch.setattr(recorder, "_run", fail)
    monkeypatch.setattr(recorder.shutil, "which", lambda name: f"/bin/{name}")
    assert recorder.main(["record", "keras==3.99.0"]) == 1
    assert capsys.readouterr().err == "'uv venv …' failed with status 1:\nno such release\n"


@pytest.mark.parametrize(
    ("requirement", "legacy", "python", "installed"),
    [
        ("tensorflow==2.22.0", False, "3.12", ["tensorflow==2.22.0"]),
        ("tensorflow==2.16.2", True, "3.11", ["tensorflow==2.16.2", "tf_keras~=2.16.0"]),
        ("tensorflow==1.15.5", False, "3.7", ["tensorflow==1.15.5", "protobuf<3.20", "h5py<3", "numpy<1.20"]),
        ("keras==3.16.0", False, "3.11", ["tensorflow==2.16.2"]),
        ("keras==2.9.0", False, "3.10", ["tensorflow==2.9.*", "protobuf<3.21", "numpy<1.24"]),
        ("tf-keras==2.18.0", False, "3.11", ["tensorflow==2.18.*"]),
    ],
)
def test_each_release_gets_the_python_and_the_partners_that_it_needs(
    requirement, legacy, python, installed, tmp_path, monkeypatch
) -> None:
    made = []

    def environment(folder, python, wanted):
        made.append((python, list(wanted)))
        raise CatalogError("far enough")

    monkeypatch.setattr(recorder, "_environment", environment)
    with pytest.raises(CatalogError, match="far enough"):
        recorder.record(requirement, tmp_path / "catalog.sqlite", legacy)
    assert made == [(python, installed)]


def test_the_list_has_every_release_with_where_it_is_from(capsys) -> None:
    assert recorder.main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 90
    assert all(" introspection 20" in line and line.endswith((".whl", ".tar.gz")) for line in lines)
    assert any(line.startswith("tensorflow==2.15.1 legacy Python 3.11") for line in lines)


def test_the_probe_describes_a_package_as_the_catalog_takes_it(tmp_path) -> None:
    package = tmp_path / "keras"
    package.mkdir()
    (package / "__init__.py").write_text("from .layers import Dense\n")
    (package / "layers.py").write_text(
        "class Dense:\n    def __init__(self, units, *, bias=True):\n        self.w = units\n"
    )
    (package / "late.py").write_text("")
    (tmp_path / "tensorflow.py").write_text("import keras.late\nimport keras\n")  # tf.keras loads more of keras
    output = tmp_path / "record.json"
    recorder._run(
        [recorder.sys.executable, str(recorder.PROBE), str(output), "keras"],
        {"PYTHONPATH": str(tmp_path), "PATH": ""},
        str(tmp_path),
    )
    record = json.loads(output.read_text())
    assert record["modules"]["keras"]["members"]["Dense"] == ["c", "keras.layers.Dense"]
    assert record["objects"]["keras.layers.Dense"] == "units\n&bias=True"
    assert record["classes"]["keras.layers.Dense"]["stores"] == ["w"]
    assert record["loaded"] == ["keras", "keras.layers"]
    assert record["touched"] == ["keras", "keras.late", "keras.layers"]


def test_versions_are_ordered_by_their_numbers() -> None:
    versions = ["2.9.0", "2.15.0.post1", "2.15.0", "2.10.1"]
    assert sorted(versions, key=version_key) == ["2.9.0", "2.10.1", "2.15.0", "2.15.0.post1"]


def test_a_file_that_is_locked_or_may_not_be_written_is_read_all_the_same(tmp_path) -> None:
    path = tmp_path / "folder" / "catalog.sqlite"
    path.parent.mkdir()
    put(path, "3.0.0", "Dense")
    locking = sqlite3.connect(str(path), isolation_level=None)
    locking.execute("BEGIN EXCLUSIVE")
    before = sorted(entry.name for entry in path.parent.iterdir())
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        connection = connect(path)
        assert connection.execute("SELECT version FROM release").fetchall() == [("3.0.0",)]
        connection.close()
        assert sorted(entry.name for entry in path.parent.iterdir()) == before
    finally:
        path.parent.chmod(0o755)
        locking.close()
