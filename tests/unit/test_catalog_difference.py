"""What ``explain --releases OLD NEW`` tells of two releases."""

from __future__ import annotations

import json

import pytest

from kerasmagic.catalog.difference import difference
from kerasmagic.cli import main
from kerasmagic.diagnosis.repair.successor import successors
from kerasmagic.display.difference import difference_result
from kerasmagic.rules import RULES


def told(old: str, new: str) -> str:
    found = difference(old, new)
    return difference_result(found, successors(found, RULES)).text


def test_a_release_is_like_itself() -> None:
    assert told("keras==3.13.2", "keras==3.13.2") == (
        "keras 3.13.2 to 3.13.2: no names came, none went, none changed their arguments."
    )


def test_records_of_two_probes_are_told_apart(monkeypatch) -> None:
    words = "different probes"
    monkeypatch.setattr("kerasmagic.catalog.reader.provenance", lambda product, version: {"probe": "a"})
    assert words not in told("keras==3.13.1", "keras==3.13.2")
    monkeypatch.setattr("kerasmagic.catalog.reader.provenance", lambda product, version: {"probe": version})
    assert words in told("keras==3.13.1", "keras==3.13.2")


def test_what_came_is_told_by_modules() -> None:
    lines = told("keras==3.12.0", "keras==3.13.2").splitlines()
    assert "  came: adaptive_average_pool, adaptive_max_pool, array_split, empty_like, ldexp, vander" in lines
    assert "    TerminateOnNaN: + raise_error=False" in lines
    assert lines.index("keras.callbacks") < lines.index("keras.ops")


def test_what_went_is_told_with_where_it_went() -> None:
    found = difference("keras==2.15.0", "keras==3.0.5")
    now = successors(found, RULES)
    assert now["keras.losses.KLD"] == "keras.losses.kl_divergence"
    assert "keras.layers.LocallyConnected1D" in found.gone and "keras.layers.LocallyConnected1D" not in now
    assert not set(found.gone) & set(found.came)


def test_only_public_names_are_compared() -> None:
    found = difference("tensorflow==2.15.1", "tensorflow==2.16.2")
    names = (*found.came, *found.gone, *(each.name for each in found.changed))
    hidden = (".src.", ".python.", "._", ".compat.", ".raw_ops.", "_pb2")
    assert names and not [name for name in names if any(part in name for part in hidden)]
    assert not [name for name in names if name.startswith(("tensorflow.losses.", "tensorflow.optimizers."))]


def test_a_method_is_told_of_the_class_that_defines_it() -> None:
    found = difference("tensorflow==2.15.1", "tensorflow==2.16.2")
    assert "tensorflow.keras.Model.fit_generator" in found.gone
    assert not [name for name in found.gone if name.endswith((".fit", "Sequential.fit_generator"))]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("keras==3.99", "keras==3.13.2", "keras 3.99 is not recorded"),
        ("keras==3.12.0", "tensorflow==2.15.1", "are not two releases of one package"),
        ("nonsense", "keras==3.13.2", "is no release"),
    ],
)
def test_what_cannot_be_compared_is_said(capsys, old: str, new: str, words: str) -> None:
    assert main(["explain", "--releases", old, new]) == 2
    assert words in capsys.readouterr().err


def test_all_of_it_is_in_the_json(capsys) -> None:
    assert main(["explain", "--json", "--releases", "keras==2.15.0", "keras==3.0.5"]) == 0
    data = json.loads(capsys.readouterr().out)["difference"]
    assert {"name": "keras.losses.KLD", "now": "keras.losses.kl_divergence"} in data["gone"]
    assert len(data["gone"]) > 200 and len(data["changed"]) > 100
    [relu] = (each for each in data["changed"] if each["name"] == "keras.activations.relu")
    renamed = {"kind": "renamed", "name": "negative_slope", "before": "alpha", "now": "0.0"}
    assert renamed in relu["changes"]
