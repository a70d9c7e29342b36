"""KE120: no wheel for this Python."""

from __future__ import annotations

import sys

import pytest
from environments import commands, fail, only, put

from kerasmagic.diagnosis.engine import diagnose
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.resolve.kernel import KernelWorld
from kerasmagic.rules import RULES


def test_no_tensorflow(site):
    assert only("KE120", site).severity == "info"


def test_no_wheel_for_this_python(site, monkeypatch):
    monkeypatch.setattr("platform.python_version", lambda: "3.14.0")
    assert "no wheel for Python 3.14" in only("KE120", site).title


SAYS = "Keras requires TensorFlow 2.2 or higher. Install TensorFlow via `pip install tensorflow`"


ABSENT = "raise ModuleNotFoundError(\"No module named 'tensorflow'\", name='tensorflow')"


@pytest.mark.parametrize("line", [f"raise ImportError({SAYS!r})", ABSENT])
def test_what_keras_asks_for_is_told_before_all_that_it_lacks_besides(kernel, monkeypatch, line):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    put(kernel, "keras", "2.4.3", "nowhere_to_be_found")
    (kernel / "keras" / "__init__.py").write_text(line + "\n")
    with pytest.raises(ImportError) as raised:
        exec(compile("import keras", "<ipython-input-1>", "exec"), {})
    found = diagnose(Failure(raised.value, "import keras", {}), KernelWorld(RULES))
    assert (found[0].rule, found[0].severity, commands(found[0])) == ("KE120", "error", ["%pip install tensorflow"])


def test_a_cell_that_raises_it_itself_is_not_about_the_environment(kernel):
    assert fail(f"raise ImportError({SAYS!r})") == []
