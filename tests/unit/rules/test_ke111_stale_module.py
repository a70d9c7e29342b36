"""KE111: a name is missing in a package that was changed on disk after its import."""

from __future__ import annotations

import sys

import pytest
from environments import commands, fail, module, only, put

from kerasmagic.diagnosis.engine import diagnose
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.resolve.kernel import KernelWorld
from kerasmagic.rules import RULES


def loaded(site, version, on_disk):
    put(site, "keras", on_disk)
    (site / "keras" / "__init__.py").write_text(f"__version__ = {version!r}\nfrom . import layers\n")
    (site / "keras" / "layers.py").write_text("class Dense:\n    pass\n")


@pytest.mark.parametrize("on_disk", ["3.5.0", "3.5.0.post1"])
def test_silent_where_they_are_the_same(kernel, on_disk):
    loaded(kernel, "3.5.0", on_disk)
    assert fail("from keras.layers import LayerNormalisation") == []


@pytest.mark.parametrize("cell", ["import keras\n1 / 0", "import keras\nint('x')", "import keras, json\njson.no_such"])
def test_silent_of_what_has_nothing_to_do_with_it(kernel, cell):
    loaded(kernel, "3.5.0", "3.9.0")
    assert fail(cell) == []


@pytest.mark.parametrize(
    "cell",
    [
        "from keras.layers import Dens",
        "import keras.layers.core",
        "import keras\nkeras.layers.Dens",
        "import keras.ops",
    ],
)
def test_told_first(kernel, cell):
    loaded(kernel, "3.5.0", "3.9.0")
    namespace: dict = {}
    try:
        exec(compile(cell, "<ipython-input-1>", "exec"), namespace)
    except (ImportError, AttributeError) as error:
        first = diagnose(Failure(error, cell, namespace), KernelWorld(RULES, namespace))[0]
    assert first.title == "keras 3.5.0 is in memory, 3.9.0 is installed"
    assert first.fixes[0].kind == "restart"


def test_a_stale_module_wants_a_restart(site):
    put(site, "tensorflow", "2.19.1")
    put(site, "keras", "3.8.0")
    problem = only("KE111", site, modules={"keras": module("keras", __version__="3.5.0")})
    assert "3.5.0 is in memory, 3.8.0 is installed" in problem.title
    assert [fix.kind for fix in problem.fixes] == ["restart"]


SIZE_CHANGED = "numpy.dtype size changed, may indicate binary incompatibility. Expected 96 from C header, got 88"


@pytest.mark.parametrize("misfit", [False, True])
def test_a_package_that_changed_under_the_kernel_while_another_is_imported(kernel, monkeypatch, misfit):
    """numpy 2.1.3 is in memory; its random, imported late, comes from 1.26.4."""
    put(kernel, "tensorflow", "2.19.1", "numpy<2.2.0,>=1.26.0")
    put(kernel, "scipy", "1.18.1", *["numpy>=2.0.0"] * misfit)
    put(kernel, "numpy", "1.26.4")
    monkeypatch.setitem(sys.modules, "numpy", module("numpy", __version__="2.1.3", __path__=[str(kernel / "numpy")]))
    (kernel / "numpy" / "late.py").write_text(f"raise ValueError({SIZE_CHANGED!r})\n")
    (kernel / "tensorflow" / "__init__.py").write_text("import numpy.late\n")
    first = fail("import tensorflow as tf")[-1]
    assert first.title == "numpy 2.1.3 is in memory, 1.26.4 is installed"
    assert commands(first) == ['%pip install "numpy>=2.0.0,<2.2.0"'] * misfit
    assert [fix.kind for fix in first.fixes] == ["install" if misfit else "restart"]


def test_silent_of_an_error_in_use(kernel, monkeypatch):
    put(kernel, "numpy", "1.26.4")
    put(kernel, "tensorflow", "2.19.1")
    monkeypatch.setitem(sys.modules, "numpy", module("numpy", __version__="2.1.3"))
    (kernel / "tensorflow" / "__init__.py").write_text(
        "def fit():\n    raise ValueError('numpy.dtype is not for that')\n"
    )
    assert fail("import tensorflow\ntensorflow.fit()") == []
