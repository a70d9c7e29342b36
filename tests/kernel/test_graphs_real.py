"""Names of ``tf.compat.v1`` that are said to need a static graph: this TensorFlow refuses each while it computes at
once."""

from __future__ import annotations

import inspect
import re

import pytest

from kerasmagic.diagnosis.repair.graphs import _REFUSED

pytestmark = pytest.mark.wide
_NOT_YET = ("parallel_stack", "saved_model.")
"""What TensorFlow 2.4 computes, or refuses in other words."""


def _refuses(function, values):
    """Whether a call says that it is for graphs, whatever it is given."""
    try:
        parameters = [each for each in inspect.signature(function).parameters.values() if each.default is each.empty]
    except ValueError:
        return False
    for value in values:
        places = [value for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
        names = {each.name: value for each in parameters if each.kind == each.KEYWORD_ONLY}
        try:
            function(*places, **names)
        except Exception as error:
            if re.search("eager", str(error)):
                return True
    return False


def test_each_is_refused_while_tensorflow_computes_at_once(tmp_path, monkeypatch):
    import tensorflow as tf

    assert tf.executing_eagerly(), "another test has switched to graphs in this process"
    monkeypatch.chdir(tmp_path)
    tensor = tf.constant([1.0, 2.0])
    values = [tensor, "x", 1, [tensor], tf.float32, [["a"], ["b"]], lambda *given: tensor, tf.compat.v1.Graph()]
    runs = []
    for name in sorted(_REFUSED):
        function = tf.compat.v1
        for part in name.split("."):
            function = getattr(function, part, None)
        if function is not None and not _refuses(function, values):
            runs.append(name)
    older = tuple(map(int, tf.__version__.split(".")[:2])) < (2, 10)
    assert [name for name in runs if not (older and name.startswith(_NOT_YET))] == []
