"""The earlier cell whose code failed."""

from __future__ import annotations

import linecache

import pytest

from kerasmagic.diagnosis.evidence.earlier import earlier_cell
from kerasmagic.diagnosis.evidence.failure import Failure

BEFORE = "units = 3\ndef call(x):\n    return x.wrong\n"


@pytest.mark.parametrize(
    ("now", "is_earlier"),
    [
        ("units = 4\ndef call(x):\n    return x.wrong\ncall(2)", False),
        ("units = 4\ndef other(x):\n    return x.wrong\ncall(2)", True),
        ("call(2)", True),
    ],
)
def test_a_cell_that_was_changed_elsewhere_is_the_one_to_mend(now, is_earlier, monkeypatch):
    """TensorFlow keeps the function of the first run, with the name of that cell."""
    lines = (len(BEFORE), None, BEFORE.splitlines(True), "<ipython-input-1>")
    monkeypatch.setitem(linecache.cache, "<ipython-input-1>", lines)
    namespace = {}
    exec(compile(BEFORE, "<ipython-input-1>", "exec"), namespace)
    with pytest.raises(AttributeError) as caught:
        namespace["call"](2)
    assert (earlier_cell(Failure(caught.value, now, namespace)) is not None) == is_earlier
