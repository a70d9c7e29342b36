"""What differs between the signatures of two releases."""

from __future__ import annotations

import pytest

from kerasmagic.catalog.changes import changes, in_words
from kerasmagic.catalog.signature import read_signature


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("x\ny=1", "x\ny=1", ""),
        ("x\n**kwargs\n!name", "x\nname=None\n**kwargs", ""),  # what **kwargs took is written out
        ("x\n**kwargs\n!name lr", "x\n**kwargs\n!name", "- lr"),
        ("x\nlr=0.1", "x\n**kwargs\n!lr", "+ **kwargs"),  # still taken, as measured
        ("x\ny=1", "x\ny=2\n**kwargs", "+ **kwargs; y=1 → 2"),
        ("x\nlr=0.1", "x", "- lr"),
        ("x\ny", "y\nx", "another order from y on"),
        ("x=1", "x", "x=1 → no default"),
        ("x", "x=None", "x: no default → None"),
        ("x\nsave_format=None", "x\nzipped=None", "+ zipped=None; - save_format"),  # None tells nothing
        ("x\nnb_epoch=10\nz", "x\nepochs=10\nz", "nb_epoch → epochs"),
        ("x\nnb_epoch=10\nz", "x\nepochs=1\nz", "+ epochs=1; - nb_epoch"),  # another default: it may be another thing
        ("x\nseed=None\nz=1", "x\ndtype=1\nseed=None\nz=1", "+ dtype=1; another order from dtype on"),
        ("x\nname=None", "x\n&name=None", "name by name only"),
        ("lr=1\n**kwargs\n!decay", "lr=1\n**kwargs\n!decay?", "decay is ignored"),
    ],
)
def test_what_differs_is_told(old: str, new: str, told: str) -> None:
    assert in_words(changes(read_signature(old), read_signature(new))) == told


def test_what_is_known_to_be_renamed_may_have_another_default() -> None:
    old, new = read_signature("nb_epoch=10\ny"), read_signature("y\nepochs=1")
    told = in_words(changes(old, new, {"nb_epoch": "epochs"}))
    assert told == "nb_epoch → epochs; epochs=10 → 1; another order from y on"
