"""Loading leaves a working extension, unloading leaves nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
OUR_MAGICS = {"keras_env", "keras_fix", "keras_check", "keras_optimizer", "keras_explain"}


def state(shell):
    """Everything of a shell that an extension may change."""
    transformer = shell.input_transformer_manager
    return {
        "events": {name: list(callbacks) for name, callbacks in shell.events.callbacks.items()},
        "magics": {kind: dict(magics) for kind, magics in shell.magics_manager.magics.items()},
        "registry": dict(shell.magics_manager.registry),
        "configurables": list(shell.configurables),
        "transformations": [list(transformer.cleanup_transforms), list(transformer.line_transforms)],
        "classes": [type(each).__name__ for each in shell.configurables if type(each).class_traits(config=True)],
        "namespace": set(shell.user_ns),
        "handlers": (shell.custom_exceptions, shell.CustomTB, shell.showtraceback.__func__),
        "finders": list(sys.meta_path),
    }


def test_unloading_leaves_nothing(bare_shell):
    bare_shell.run_line_magic("unload_ext", "kerasmagic")  # IPython 9 loads its own magics when they are first used
    before = state(bare_shell)
    bare_shell.run_line_magic("load_ext", "kerasmagic")
    assert state(bare_shell) != before
    bare_shell.run_line_magic("unload_ext", "kerasmagic")
    assert state(bare_shell) == before


def test_reloading_and_loading_twice_register_once(shell):
    loaded = state(shell)
    shell.run_line_magic("reload_ext", "kerasmagic")
    sys.modules["kerasmagic"].load_ipython_extension(shell)
    again = state(shell)
    assert {name: len(found) for name, found in again["events"].items()} == {
        name: len(found) for name, found in loaded["events"].items()
    }
    assert len(again["configurables"]) == len(loaded["configurables"])
    assert again["classes"] == loaded["classes"]
    shell.run_line_magic("unload_ext", "kerasmagic")
    assert not OUR_MAGICS & set(shell.magics_manager.magics["line"])


def test_a_magic_that_somebody_redefined_is_left_alone(shell):
    def keras_env(line):
        return "mine"

    shell.register_magic_function(keras_env, "line")
    shell.run_line_magic("unload_ext", "kerasmagic")
    assert shell.run_line_magic("keras_env", "") == "mine"


def test_loading_says_one_line_and_nothing_when_quiet(bare_shell, capsys):
    bare_shell.run_line_magic("load_ext", "kerasmagic")
    output = capsys.readouterr()
    assert len(output.out.splitlines()) == 1
    assert output.err == ""
    bare_shell.run_line_magic("unload_ext", "kerasmagic")
    bare_shell.config.KerasMagic.quiet = True
    bare_shell.run_line_magic("load_ext", "kerasmagic")
    assert capsys.readouterr().out == ""
    bare_shell.run_line_magic("unload_ext", "kerasmagic")


def test_loading_brings_few_modules_and_nothing_heavy():
    program = (
        "import sys\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "before = set(sys.modules)\n"
        "shell.run_line_magic('load_ext', 'kerasmagic')\n"
        "print(*sorted(set(sys.modules) - before))\n"
    )
    output = subprocess.run(
        [sys.executable, "-c", program], cwd=str(ROOT), stdout=subprocess.PIPE, check=True, text=True
    ).stdout
    loaded = output.splitlines()[-1].split()
    assert len([name for name in loaded if name.split(".")[0] == "kerasmagic"]) <= 10
    assert not {"tensorflow", "keras", "sqlite3", "ipywidgets", "matplotlib", "nbformat", "importlib.metadata"} & set(
        loaded
    )


def test_the_settings_are_shown_and_take_effect_at_once(shell, keras, capsys):
    shell.run_line_magic("config", "KerasMagic")
    assert "KerasMagic.watch=<Bool>" in capsys.readouterr().out
    shell.run_line_magic("config", "KerasMagic.watch = False")
    shell.run_cell("from keras.layers.core import Dense")
    assert "Problem:" not in capsys.readouterr().out
    shell.run_line_magic("config", "KerasMagic.watch = True")
    shell.run_cell("from keras.layers.core import Dense")
    assert "Problem:" in capsys.readouterr().out


def test_quiet_looks_but_does_not_speak(shell, keras, capsys):
    shell.run_line_magic("config", "KerasMagic.quiet = True")
    shell.run_cell("from keras.layers.core import Dense")
    assert "Problem:" not in capsys.readouterr().out
    shell.run_cell("%keras_fix")
    assert shell.rl_next_input == "from keras.layers import Dense"
