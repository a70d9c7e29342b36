"""Recording a release, as far as that needs no network: what is asked for, what is merged, what is said."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from kerasmagic.catalog import reader
from kerasmagic.catalog.facts import facts_of
from kerasmagic.catalog.recording import command
from kerasmagic.catalog.recording.compare import difference
from kerasmagic.catalog.recording.record import PROBE, Recorded, facts_in, put
from kerasmagic.catalog.store import TABLES, CatalogError, Release, version_key

table_of_environments = pytest.mark.skipif(
    sys.version_info < (3, 11), reason="the table of environments is read by tomllib; users' Pythons don't record"
)


def small_record(member: str) -> dict:
    """What the probe writes, of a Keras with one module that has one class, and one class of somebody else's."""
    return {
        "modules": {
            "keras": {
                "missing": None,
                "members": {member: ["c", f"keras.{member}"], "Image": ["c", "PIL.Image.Image"]},
            }
        },
        "classes": {
            f"keras.{member}": {
                "bases": [],
                "members": {"call": ["f", f"keras.{member}.call"]},
                "stores": ["x"],
                "open": False,
                "foreign": True,
            }
        },
        "objects": {f"keras.{member}": "units\n**kwargs\n!name", "PIL.Image.Image": "", f"keras.{member}.call": "self"},
        "notes": {f"keras.{member}": "DEPRECATED.", f"keras.{member}.call": "Use `__call__`."},
        "imports": {"keras": "keras", "keras.late": "keras.late"},
        "packages": ["keras"],
        "loaded": ["keras"],
        "touched": ["keras", "keras.late"],
    }


def recorded(version: str, member: str = "Dense", variant: str = "") -> Recorded:
    provenance = {
        "python": "3.12.1",
        "method": "introspection",
        "probe": "0" * 64,
        "wheels": {},
        "freeze": ["six==1.17"],
    }
    release = Release("keras", version, variant, provenance)
    return Recorded(release, frozenset(facts_of(small_record(member), "keras")))


def put_all(*new: Recorded):
    releases, facts = [], {table: {} for table in TABLES}
    for each in new:
        releases, facts = put(releases, facts, each)
    return releases, {table: {fact: bits for fact, bits in rows.items() if bits} for table, rows in facts.items()}


def test_neither_the_order_nor_recording_twice_makes_a_difference() -> None:
    once = put_all(recorded("3.0.0"), recorded("3.1.0"))
    assert put_all(recorded("3.1.0"), recorded("3.0.0")) == once
    assert put_all(recorded("3.0.0"), recorded("3.1.0"), recorded("3.0.0")) == once


def test_a_new_record_takes_the_place_of_the_old_one() -> None:
    releases, facts = put_all(recorded("3.0.0"), recorded("3.1.0", "Wrong"), recorded("3.1.0", "Right"))
    assert [release.version for release in releases] == ["3.0.0", "3.1.0"]
    members = {(node, name): bits for (node, name, *_), bits in facts["member"].items()}
    assert members["keras", "Dense"] == 0b01 and members["keras", "Right"] == 0b10
    assert ("keras", "Wrong") not in members
    assert facts["module"] == {("keras", "", 3): 0b11, ("keras.late", "", 8): 0b11}
    assert facts["note"] == {
        ("keras", "Dense", "DEPRECATED."): 0b01,
        ("keras.Dense", "call", "Use `__call__`."): 0b01,
        ("keras", "Right", "DEPRECATED."): 0b10,
        ("keras.Right", "call", "Use `__call__`."): 0b10,
    }


def test_of_other_packages_nothing_is_recorded_but_the_names_here() -> None:
    _, facts = put_all(recorded("3.0.0"))
    assert ("keras", "Image", "c", "PIL.Image", "Image") in facts["member"]
    assert not [fact for rows in facts.values() for fact in rows if str(fact[0]).startswith("PIL")]
    assert facts["class"] == {("keras.Dense", "", "x", 2): 1}


def test_a_difference_is_told_by_module_and_name() -> None:
    _, facts = put_all(recorded("3.0.0"), recorded("3.1.0", "Conv"))
    lines = list(difference(facts_in(facts, 0), facts_in(facts, 1)))
    assert lines[:7] == [
        "keras",
        "  + Conv  # DEPRECATED.",
        "  + Conv  (units; **kwargs; !name)",
        "  + Conv  class",
        "  - Dense  # DEPRECATED.",
        "  - Dense  (units; **kwargs; !name)",
        "  - Dense  class",
    ]
    assert list(difference(facts_in(facts, 0), facts_in(facts, 0))) == []


@pytest.fixture
def records(monkeypatch):
    """The command, with a record of two releases, and one that is looked at in no environment."""
    kept = {"record": put_all(recorded("3.0.0"), recorded("3.1.0")), "new": recorded("3.1.0"), "freeze": None}

    def look(chosen, freeze=()):
        kept["freeze"] = freeze
        return kept["new"]

    monkeypatch.setattr(command, "read_text", lambda: kept["record"])
    monkeypatch.setattr(command, "write_text", lambda *record: kept.update(record=record))
    monkeypatch.setattr(command, "build", lambda path: None)
    monkeypatch.setattr(command, "record", look)
    return kept


@table_of_environments
def test_check_is_silent_about_what_is_the_same_and_shows_what_is_not(records, capsys) -> None:
    assert command.main(["check", "keras==3.1.0"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == ["keras==3.1.0: the same", "It was recorded with another probe."]
    assert records["freeze"] == ["six==1.17"]
    records["new"] = recorded("3.1.0", "Conv")
    assert command.main(["check", "keras==3.1.0"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "keras==3.1.0: different" and "  - Dense  class" in said and "  + Conv  class" in said
    assert command.main(["check", "keras==3.2.0"]) == 1
    assert capsys.readouterr().err == "keras==3.2.0 is not recorded.\n"


@table_of_environments
def test_record_puts_the_release_into_the_text(records, capsys) -> None:
    records["new"] = recorded("3.0.5", "Conv")
    assert command.main(["record", "keras==3.0.5"]) == 0
    releases, _ = records["record"]
    assert [release.version for release in releases] == ["3.0.0", "3.0.5", "3.1.0"]
    assert capsys.readouterr().out == f"keras==3.0.5: {len(records['new'].facts)} facts recorded.\n"


@pytest.mark.parametrize(
    "requirement", ["tensorflow", "numpy==1.26.0", "keras>=3", "tensorflow==2.22.0 --pre", "keras==3.1.0,legacy", ""]
)
def test_what_is_no_release_is_refused_before_anything_is_installed(requirement, monkeypatch, capsys) -> None:
    monkeypatch.setattr(command, "record", lambda *_: pytest.fail("something was recorded"))
    assert command.main(["record", requirement]) == 1
    assert "is no release: write tensorflow==2.22.0" in capsys.readouterr().err


@table_of_environments
def test_a_release_that_cannot_be_installed_is_one_message_and_the_next_is_recorded(
    records, monkeypatch, capsys
) -> None:
    def fail(chosen, freeze=()):
        if chosen.version == "3.99.0":
            raise CatalogError("'uv venv …' failed with status 1:\nno such release")
        return records["new"]

    monkeypatch.setattr(command, "record", fail)
    assert command.main(["record", "keras==3.99.0", "keras==3.1.0"]) == 1
    said = capsys.readouterr()
    assert said.err == "keras==3.99.0: 'uv venv …' failed with status 1:\nno such release\n"
    assert said.out.startswith("keras==3.1.0: ")


def test_without_the_text_nothing_is_recorded(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(command, "FOLDER", tmp_path / "nowhere")
    assert command.main(["build"]) == 1
    assert "run this in a clone" in capsys.readouterr().err


@table_of_environments
@pytest.mark.parametrize(
    ("requirement", "python", "packages", "alone"),
    [
        ("tensorflow==2.22.0", "3.13", ("tensorflow-cpu==2.22.0",), ""),
        ("tensorflow==2.16.2,legacy", "3.11", ("tensorflow-cpu==2.16.2", "tf_keras~=2.16.0"), ""),
        ("tensorflow==1.15.5", "3.7", ("tensorflow==1.15.5", "protobuf<3.20", "h5py<3", "numpy<1.20"), ""),
        (
            "tensorflow==1.14.0",
            "3.6",
            ("tensorflow==1.14.0", "protobuf<3.20", "h5py<3", "numpy<1.17", "gast<0.3"),
            "",
        ),
        ("keras==3.16.0", "3.13", ("tensorflow-cpu==2.20.0",), "keras==3.16.0"),
        ("keras==3.0.5", "3.11", ("tensorflow-cpu==2.16.2", "dm-tree"), "keras==3.0.5"),
        ("keras==2.9.0", "3.10", ("tensorflow-cpu==2.9.*", "protobuf<3.21", "numpy<1.24"), "keras==2.9.0"),
        ("tf-keras==2.18.0", "3.12", ("tensorflow-cpu==2.18.*",), "tf_keras==2.18.0"),
    ],
)
def test_each_release_gets_the_python_and_the_partners_that_it_needs(requirement, python, packages, alone) -> None:
    from kerasmagic.catalog.recording.environment import recipe

    chosen = recipe(requirement)
    wanted = tuple(package for package in chosen.packages if not package.startswith("setuptools"))
    assert (chosen.python, wanted, chosen.alone) == (python, packages, alone)


@table_of_environments
def test_every_recorded_release_has_an_environment(capsys) -> None:
    from kerasmagic.catalog.recording.environment import recipe

    assert command.main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 90
    assert all(recipe(line.split()[0]).requirement == line.split()[0] for line in lines)
    assert all(line.endswith((".whl", ".tar.gz")) for line in lines)
    methods = {line.split()[0]: "source" if " source, " in line else "introspection" for line in lines}
    assert {name for name, method in methods.items() if recipe(name).read} == {
        name for name, method in methods.items() if method == "source"
    }
    assert any(line.startswith("tensorflow==2.15.1,legacy ") for line in lines)


def test_every_release_says_how_it_was_recorded() -> None:
    for _, product, version, variant in reader.catalog().releases:
        made = reader.provenance(product, version, variant)
        hashes = [made["probe"], *made["wheels"].values()]
        assert len(hashes) == 2 and all(re.fullmatch("[0-9a-f]{64}", each) for each in hashes), (product, version)
        recorded_with = {line.partition("==")[0].lower().replace("-", "_") for line in made["freeze"]}
        assert recorded_with & {product, f"{product}_cpu"}, (product, version)


def test_what_the_index_has_and_the_record_has_not(monkeypatch, capsys) -> None:
    index = {
        "keras": "3.99.1, 3.99.0, 3.15.1, 2.15.0, 2.14.0, 2.14.0rc0, 1.2.1",
        "tensorflow": "2.99.1, 2.99.0, 2.21.0, 2.21.0rc1",
        "tf-keras": "2.21.0",
    }
    said = "{0} ({1})\nAvailable versions: {1}\n  INSTALLED: 2.0\n"
    monkeypatch.setattr(command, "run", lambda asked: said.format(asked[-1], index[asked[-1]]))
    assert command.main(["missing"]) == 0
    assert capsys.readouterr().out.split() == ["tensorflow==2.99.1", "keras==3.99.0", "keras==3.99.1"]


def test_the_probe_describes_a_package_as_the_catalog_takes_it(tmp_path) -> None:
    package = tmp_path / "keras"
    package.mkdir()
    (package / "__init__.py").write_text("from .layers import Bag, Colour, Dense, old\n")
    (package / "layers.py").write_text(
        "import enum\n"
        "class Dense:\n"
        "    def __init__(self, units, *, bias=True):\n"
        "        self.w = units\n"
        "    def predict_classes(self, x):\n"
        "        raise ValueError('`predict_classes` is deprecated, use `predict` instead.')\n"
        "def old(x):\n"
        "    '''Adds.\n\n    DEPRECATED: use\n    `keras.ops.add`.\n\n    Args:\n        x: deprecated.\n    '''\n"
        "class Colour(enum.Enum):\n"
        "    RED = 1\n"
        "class Bag(dict):\n"
        "    def tip(self): pass\n"
    )
    (package / "late.py").write_text("")
    (tmp_path / "tensorflow.py").write_text("import keras.late\nimport keras\n")  # tf.keras loads more of keras
    output = tmp_path / "record.json"
    subprocess.run(
        [sys.executable, str(PROBE), str(output), "keras"],
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
        cwd=str(tmp_path),
        check=True,
    )
    record = json.loads(output.read_text())
    assert record["modules"]["keras"]["members"]["Dense"] == ["c", "keras.layers.Dense"]
    assert record["objects"]["keras.layers.Dense"] == "units\n&bias=True"
    assert record["classes"]["keras.layers.Dense"]["stores"] == ["w"]
    assert record["loaded"] == ["keras", "keras.layers"]
    assert record["touched"] == ["keras", "keras.late", "keras.layers"]
    assert record["notes"] == {
        "keras.layers.Dense.predict_classes": "`predict_classes` is deprecated, use `predict` instead.",
        "keras.layers.old": "DEPRECATED: use `keras.ops.add`.",
    }
    # What a class has from Python's own is another matter in each release of Python.
    assert record["classes"]["keras.layers.Bag"]["foreign"] and not record["classes"]["keras.layers.Dense"]["foreign"]
    assert list(record["classes"]["keras.layers.Bag"]["members"]) == ["tip"]
    assert record["classes"]["keras.layers.Colour"]["members"]["RED"] == ["v", ""]
    assert record["objects"]["keras.layers.Colour"] is None


def test_versions_are_ordered_by_their_numbers() -> None:
    versions = ["2.9.0", "2.15.0.post1", "2.15.0", "2.10.1"]
    assert sorted(versions, key=version_key) == ["2.9.0", "2.10.1", "2.15.0", "2.15.0.post1"]


def test_what_depends_on_another_package_is_recorded_whether_it_is_there_or_not(tmp_path) -> None:
    package, summary = tmp_path / "keras", tmp_path / "tensorboard" / "summary" / "_tf" / "summary"
    for folder in (package, summary):
        folder.mkdir(parents=True)
    (summary / "__init__.py").write_text("")
    (package / "own.py").write_text("part = 1")
    (package / "__init__.py").write_text(
        "try:\n"
        "    from keras.own import part\n"
        "    from tensorboard.summary._tf import summary\n"
        "    import json as installed\n"
        "    Decoder = installed.decoder.JSONDecoder\n"
        "    from kerasmagic_no_such_package import imaging as absent\n"
        "    Filter = absent.Filter\n"
        "except ImportError:\n"
        "    absent = Filter = None\n"
        "if absent:\n"
        "    METHODS = {}\n"
        "import os\n"
    )
    output = tmp_path / "record.json"
    subprocess.run(
        [sys.executable, str(PROBE), str(output), "keras"],
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
        cwd=str(tmp_path),
        check=True,
    )
    record = json.loads(output.read_text())
    found = [fact[1:] for table, fact in facts_of(record, "keras") if table == "member" and fact[0] == "keras"]
    members = {name: what for name, *what in found}
    # The products' own modules are no other packages; tf.summary is in one of tensorboard.
    assert members["part"] == ["v", "builtins.int", ""]
    assert members["summary"] == ["m", "tensorboard.summary._tf.summary", ""]
    assert members["installed"] == ["o", "", "json"]
    assert members["Decoder"] == ["o", "json.decoder", "JSONDecoder"]
    assert members["absent"] == ["o", "kerasmagic_no_such_package", "imaging"]
    assert members["Filter"] == ["o", "kerasmagic_no_such_package.imaging", "Filter"]
    assert members["METHODS"] == ["v", "", ""]
    assert members["os"] == ["m", "os", ""]
