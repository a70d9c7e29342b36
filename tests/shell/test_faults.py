"""Whatever breaks inside kerasmagic, the user's cell stays as it was, and one log line says so.

No function is chosen: a cell is run once to see which functions of the package it calls, then once more for each of
them, and in that run the function raises.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib.util
import logging
import sys
from itertools import cycle
from pathlib import Path

import pytest

import kerasmagic
from kerasmagic.diagnosis import engine

pytestmark = pytest.mark.slow

FAILING = "from keras.layers.core import Dense"

FAILURES = [
    FAILING,
    "import keras\nkeras.layers.Dennse",
    "import keras\nkeras.layers.Dense(2, input_dim=3, nosuch=4)",
    "layer = Dense(2)",
    "import keras.optimizers.schedules.legacy",
    "from tf.keras.layers import Dense",
    "raise ValueError('keras') from ImportError('keras.layers.core', name='keras.layers.core')",
]

MAGICS = [
    "%keras_env\nafter = 2",
    "%keras_env --report\nafter = 2",
    "%keras_env --json\nafter = 2",
    "%keras_optimizer --target tensorflow==2.15.1\nafter = 2",
    "%keras_optimizer adam --target tensorflow==2.11.1\nafter = 2",
    "%keras_explain\nafter = 2",
    "%keras_explain KI101\nafter = 2",
    "%keras_explain keras.layers.LocallyConnected1D\nafter = 2",
    "%keras_fix\nafter = 2",
    f"%%keras_check\nif False:\n    {FAILING}\nafter = 2",
    f"%%keras_check --target tensorflow==2.15.1 --target colab\nif False:\n    {FAILING}\nafter = 2",
]

PACKAGE = str(Path(kerasmagic.__file__).parent)

# What IPython itself calls: there nothing can break before the guard begins. And the guard.
GUARDS = {"pre_run_cell", "post_run_cell", "run_checked_cell", "run", "guarded", "guard", "log_failure"}


class Broken(Exception):
    pass


KINDS = [Broken, MemoryError, RecursionError, KeyboardInterrupt, SystemExit]


def called(run):
    """The functions of the package that something calls, in the order of their first calls."""
    found = {}

    def profile(frame, event, argument):
        if event == "call" and frame.f_code.co_filename.startswith(PACKAGE):
            found.setdefault(frame.f_code)

    sys.setprofile(profile)
    try:
        run()
    finally:
        sys.setprofile(None)
    return [code for code in found if code.co_name not in GUARDS]


@contextlib.contextmanager
def imports():
    """The names of the package's modules that are imported in this block, those that are loaded already included."""
    found, original, by_name = {}, builtins.__import__, importlib.import_module

    def note(name):
        if name.startswith("kerasmagic.") and name in sys.modules:
            found.setdefault(name)

    def import_statement(name, globals=None, locals=None, fromlist=(), level=0):
        package = (globals or {}).get("__package__") or ""
        full = importlib.util.resolve_name("." * level + name, package) if level else name
        parts = full.split(".")
        for known in [".".join(parts[: end + 1]) for end in range(len(parts))]:
            note(known)
        for member in fromlist or ():
            note(f"{full}.{member}")
        return original(name, globals, locals, fromlist, level)

    def import_module(name, package=None):
        note(importlib.util.resolve_name(name, package) if name.startswith(".") else name)
        return by_name(name, package)

    builtins.__import__, importlib.import_module = import_statement, import_module
    try:
        yield found
    finally:
        builtins.__import__, importlib.import_module = original, by_name


@contextlib.contextmanager
def raising(code, error):
    """In this block, the first call of a function raises an error."""

    def profile(frame, event, argument):
        if event == "call" and frame.f_code is code:
            sys.setprofile(None)
            raise error

    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(None)


def without_hint(text):
    """The traceback, without the number of the cell."""
    lines = text.partition("Problem:")[0].strip().splitlines()
    return [line for line in lines if "ipython-input" not in line and "Cell In" not in line]


@pytest.fixture
def lines(caplog):
    """The log lines of kerasmagic since the last time that they were asked for."""

    def since():
        told = [each for each in caplog.records if each.name == "kerasmagic" and each.levelno == logging.WARNING]
        texts = [each.getMessage() for each in told]
        caplog.clear()
        return texts

    return since


def state(shell):
    """What a user has in hand after a cell; the first line of ``In`` and the like do not count."""
    return {name: id(value) for name, value in shell.user_ns.items() if not name.startswith("_i")}


def test_the_watcher_breaks_nothing_when_a_function_does(shell, keras, capsys, lines):
    tried = set()
    for cell in FAILURES:
        shell.run_cell("import keras\n'the last result'", store_history=True)
        shell.run_cell(cell)
        capsys.readouterr()
        shell.run_cell(cell)
        plain, before = capsys.readouterr().out, state(shell)
        lines()
        functions = [code for code in called(lambda cell=cell: shell.run_cell(cell)) if code not in tried]
        tried.update(functions)
        capsys.readouterr()
        for code, kind in zip(functions, cycle(KINDS)):
            error = kind("on purpose")
            engine._failed.clear()  # a rule that raises is logged once in a process
            with raising(code, error):
                result = shell.run_cell(cell)
            told, shown = lines(), capsys.readouterr().out
            assert isinstance(result.error_in_exec, Exception) and sys.last_value is result.error_in_exec, code
            assert type(result.error_in_exec) is not Broken
            assert without_hint(shown) == without_hint(plain), code
            assert state(shell) == before, code
            whole = kind is RecursionError or shown.count("Problem:") == plain.count("Problem:")
            assert len(told) == 1 or (not told and whole), (code, told)  # what is nested too deeply is not read
            assert all(kind.__name__ in line and "\n" not in line for line in told), (code, told)
    assert len(tried) > 250


def test_a_magic_that_breaks_lets_the_rest_of_the_cell_run(shell, keras, capsys, lines):
    tried = set()
    for cell in MAGICS:
        shell.run_cell(FAILING)
        functions = [code for code in called(lambda cell=cell: shell.run_cell(cell)) if code not in tried]
        tried.update(functions)
        for code, kind in zip(functions, cycle(KINDS[:3])):
            shell.user_ns.pop("after", None)
            capsys.readouterr(), lines()
            with raising(code, kind("on purpose")):
                result = shell.run_cell(cell)
            told, shown = lines(), capsys.readouterr()
            if cell.startswith("%%") and "preparing" in "".join(told):
                # Nobody knows any more whether the cell was to be run: there may stand --dry-run.
                assert "after" not in shell.user_ns
                continue
            assert result.success, code
            assert shell.user_ns["after"] == 2, code
            assert "Traceback" not in shown.out + shown.err, code
            assert len(told) == 1 or (not told and shown.out), (code, told)
            assert all(kind.__name__ in line and "\n" not in line for line in told), (code, told)
    assert len(tried) > 250


def test_an_interrupt_of_a_magic_is_the_users(shell, capsys, lines):
    cell = "%keras_env\nafter = 2"
    shell.run_cell(cell)
    for code in called(lambda: shell.run_cell(cell))[::5]:
        shell.user_ns.pop("after", None)
        lines()
        with contextlib.suppress(KeyboardInterrupt), raising(code, KeyboardInterrupt()):
            shell.run_cell(cell)
        # Around the cell, where the watcher looks, it has nothing to stop.
        assert ("after" in shell.user_ns) == ("looking at" in "".join(lines())), code


@pytest.mark.parametrize("cell", [FAILING, *MAGICS])
def test_a_module_that_cannot_be_imported_breaks_nothing(shell, keras, monkeypatch, capsys, lines, cell):
    shell.run_cell("import keras")
    shell.run_cell(cell)
    with imports() as ours:
        plain = type(shell.run_cell(cell).error_in_exec)
    assert len(ours) > 3 or cell.startswith("%keras_fix")  # which has nothing to fix
    for name in ours:
        capsys.readouterr(), lines()
        with monkeypatch.context() as damaged:
            damaged.setitem(sys.modules, name, None)
            result = shell.run_cell(cell)
        shown = capsys.readouterr()
        assert type(result.error_in_exec) is plain, name
        assert len(lines()) <= 1, name
        assert (shown.out + shown.err).count("Traceback (most") == (plain is not type(None)), name
