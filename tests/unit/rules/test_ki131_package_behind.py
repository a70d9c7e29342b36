"""KI131: package written for another Keras."""

from __future__ import annotations

import types

import pytest
from checked import KERAS_3, failed
from environments import put

MISSING = "module 'keras.utils' has no attribute 'generic_utils'"


def raised_in(module: str, path: str, message: str = MISSING) -> BaseException:
    """The exception as it comes out of a module that is installed there."""
    try:
        exec(compile(f"raise AttributeError({message!r})", path, "exec"), types.ModuleType(module).__dict__)
    except AttributeError as error:
        return error
    raise AssertionError


SILENT = [
    pytest.param("efficientnet.keras", "/home/me/efficientnet/keras.py", MISSING, id="a file of one's own"),
    pytest.param("keras.src.utils", "/x/site-packages/keras/src/utils.py", MISSING, id="Keras itself"),
    pytest.param(
        "efficientnet.keras",
        "/x/site-packages/efficientnet/keras.py",
        "module 'keras.layers' has no attribute 'Dense'",
        id="a name that is there",
    ),
    pytest.param(
        "efficientnet.keras",
        "/x/site-packages/efficientnet/keras.py",
        "module 'numpy' has no attribute 'bool'",
        id="a name of others",
    ),
]


@pytest.mark.parametrize(("module", "path", "message"), SILENT)
def test_nothing_is_said(module, path, message):
    found = failed(KERAS_3, "import efficientnet.keras", raised_in(module, path, message))
    assert "KI131" not in [problem.rule for problem in found]


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder of installed distributions that the kernel looks into."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def commands(target, error):
    (problem,) = failed(target, "import rl.agents", error)
    assert problem.rule == "KI131" and "rl uses keras.utils.generic_utils" in problem.title
    return [fix.commands[0] for fix in problem.fixes if fix.commands]


def test_an_upgrade_is_offered_of_the_distribution_that_is_installed_and_keras_2_where_this_is_keras_3(site):
    put(site, "keras-rl2", "1.0.5", package=False)
    (site / "keras_rl2-1.0.5.dist-info" / "top_level.txt").write_text("rl\n")
    error = raised_in("rl.agents", "/x/site-packages/rl/agents.py")
    assert commands(KERAS_3, error) == ["%pip install --upgrade keras-rl2", '%pip install "tf_keras~=2.21.0"']
    assert commands("tensorflow==2.15.1", error) == ["%pip install --upgrade keras-rl2"]


def test_a_module_that_no_installed_distribution_names_stands_in_no_install_line():
    """``rl`` is another project on the index."""
    assert commands("tensorflow==2.15.1", raised_in("rl.agents", "/x/site-packages/rl/agents.py")) == []
