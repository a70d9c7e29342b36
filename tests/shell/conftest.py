from __future__ import annotations

import atexit
import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell


@pytest.fixture
def bare_shell(tmp_path, monkeypatch):
    """A shell of this test's own, without kerasmagic."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    vars(sys).pop("last_value", None)
    hook = sys.displayhook
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    shell.rl_next_input = None
    yield shell
    # Now, while its history's folder is there, and not one shell after another when the tests are over.
    atexit.unregister(shell.atexit_operations)
    shell.atexit_operations()
    InteractiveShell.clear_instance()
    sys.displayhook = hook


@pytest.fixture
def shell(bare_shell, capsys):
    """A shell that has loaded kerasmagic."""
    bare_shell.run_line_magic("load_ext", "kerasmagic")
    capsys.readouterr()
    yield bare_shell
    if "kerasmagic" in bare_shell.extension_manager.loaded:
        bare_shell.run_line_magic("unload_ext", "kerasmagic")


@pytest.fixture
def keras(tmp_path, monkeypatch):
    """A small package by the name of keras, so that these tests need no TensorFlow and change no real one."""
    for name in [name for name in sys.modules if name.split(".")[0] == "keras"]:
        monkeypatch.delitem(sys.modules, name)
    folder = tmp_path / "site-packages" / "keras" / "layers"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("from . import layers\n")
    (folder / "__init__.py").write_text("class Dense:\n    pass\n")
    monkeypatch.syspath_prepend(str(folder.parents[1]))
    yield
    for name in [name for name in sys.modules if name.split(".")[0] == "keras"]:
        del sys.modules[name]
