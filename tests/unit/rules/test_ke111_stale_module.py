"""KE111: a name is missing in a package that was changed on disk after its import."""

from __future__ import annotations

import pytest
from environments import fail, module, only, put

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
