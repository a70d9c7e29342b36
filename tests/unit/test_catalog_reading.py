"""Releases that are read from their source: what a small package holds, and what cannot be told without running it."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

import pytest

from kerasmagic.catalog import reader
from kerasmagic.catalog.facts import facts_of
from kerasmagic.catalog.store import READ

if sys.version_info >= (3, 11):  # users' Pythons don't record
    from kerasmagic.catalog.recording.reading import read
else:
    pytestmark = pytest.mark.skipif(True, reason="recording needs Python 3.11")


def reading(folder: Path, **files: str) -> dict:
    """What is read of a package ``small``; ``layers__core`` is `layers/core.py`, ``init`` an ``__init__``."""
    files.setdefault("init", "")
    for name, text in files.items():
        path = folder / "small" / (name.replace("init", "__init__").replace("___", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return read({"small": folder}, "small")


def kinds(found: dict, module: str = "small") -> dict:
    return {name: kind for name, (kind, _) in found["modules"][module]["members"].items()}


def home(found: dict, name: str, module: str = "small") -> str:
    return found["modules"][module]["members"][name][1]


def test_a_star_brings_what_all_lists_and_else_what_has_no_underscore(tmp_path: Path) -> None:
    found = reading(
        tmp_path,
        init="from .listed import *\nfrom .open import *",
        listed="__all__ = ['_one', 'two']\n_one = 1\ntwo = 2\nthree = 3",
        open="import os\nfour = 4\n_five = 5",
    )
    assert kinds(found) == {"_one": "v", "two": "v", "os": "m", "four": "v", "listed": "m", "open": "m"}


def test_a_name_that_is_imported_is_the_object_of_its_module(tmp_path: Path) -> None:
    found = reading(
        tmp_path,
        init="from .core import Dense as Full\nfrom . import core as c",
        core="class Dense(object):\n    def __init__(self, units, name=None): pass\nFullyConnected = Dense",
    )
    assert home(found, "Full") == home(found, "FullyConnected", "small.core") == "small.core.Dense"
    assert home(found, "c") == "small.core" and found["objects"]["small.core.Dense"] == "units\nname=None"


def test_only_what_an_import_loads_is_an_attribute_of_its_package(tmp_path: Path) -> None:
    found = reading(tmp_path, init="from . import one", one="", two="")
    assert "two" not in kinds(found)
    assert found["loaded"] == ["small", "small.one"] and sorted(found["imports"]) == ["small", "small.one", "small.two"]


def test_of_several_backends_it_is_tensorflow(tmp_path: Path) -> None:
    found = reading(
        tmp_path,
        init="""
            import os
            _BACKEND = 'theano'
            if 'KERAS_BACKEND' in os.environ:
                _BACKEND = os.environ['KERAS_BACKEND']
            if _BACKEND == 'theano':
                from .of_theano import *
            elif _BACKEND == 'tensorflow':
                from .of_tensorflow import *
            else:
                raise ValueError(_BACKEND)
        """,
        of_theano="shared = 1",
        of_tensorflow="def variable(value, dtype=None): pass",
    )
    assert kinds(found)["variable"] == "f" and "shared" not in kinds(found)


def test_what_a_condition_decides_is_unknown_and_what_both_ways_bind_is_there(tmp_path: Path) -> None:
    found = reading(
        tmp_path,
        init="""
            import os, sys
            if os.path.exists('x'):
                one = both = 1
            else:
                two = both = 2
            if sys.version_info < (3,):
                old = 1
            else:
                new = 1
            for each in os.environ:
                looped = each
            try:
                import h5py
            except ImportError:
                h5py = None
        """,
    )
    unknown = {"one": "o", "two": "o", "each": "o", "looped": "o"}
    assert kinds(found) == {"os": "m", "sys": "m", "both": "v", "new": "v", "h5py": "v", **unknown}
    facts = {fact[1]: fact[2] for table, fact in facts_of(found, "keras") if table == "member"}
    assert facts["h5py"] == "o"  # as of the releases that are measured


@pytest.mark.parametrize(
    "statement",
    [
        "from nowhere import *",
        "globals().update(x=1)",
        "exec('x = 1')",
        "import sys\nsetattr(sys.modules[__name__], 'x', 1)",
        "from .listed import *",
    ],
)
def test_nothing_is_missing_from_a_module_with_names_that_nobody_can_read(tmp_path: Path, statement: str) -> None:
    listed = "__all__ = ['x']\n__all__.append('z')\nx = z = 1"
    found = reading(tmp_path, init="from . import other", other=f"{statement}\ny = 1", listed=listed)
    known = {fact[0] for table, fact in facts_of(found, "keras") if table == "node"}
    assert "small" in known and "small.other" not in known


def test_a_module_that_needs_what_may_not_be_there_is_unknown(tmp_path: Path) -> None:
    found = reading(
        tmp_path,
        one="import theano",
        two="from . import not_there",
        three="try:\n    import theano\nexcept ImportError:\n    theano = None",
        four="print 'Python 2'",
    )
    cannot = {name for name, where in found["imports"].items() if isinstance(where, dict)}
    assert cannot == {"small.one", "small.two", "small.four"}
    assert sorted(found["modules"]) == ["small", "small.three"]


CLASSES = """
    import abc, functools, six
    from threading import Thread

    def same(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs)
        wrapper._original = function
        return wrapper

    def made(conversions=None):
        def support(function):
            @six.wraps(function)
            def wrapper(*args, **kwargs):
                return function(*args, **kwargs)
            return wrapper
        return support

    def hidden(function):
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs)
        return wrapper

    legacy_dense = made(conversions=[('output_dim', 'units')])

    class Layer(object):
        def __init__(self, name=None, **kwargs):
            self.name = name
        @property
        def weights(self): return []
        @weights.setter
        def weights(self, value): self.hidden_weights = value
        @classmethod
        def from_config(cls, config): pass
        @staticmethod
        def build(shape=(1, 2)): pass
        def call(self, x):
            self.built = x.kept = True

    class Dense(Layer):
        @legacy_dense
        def __init__(self, units, rate=1. / 2, activation=len, **kwargs): pass
        @same
        def fit(self, x): pass
        @hidden
        def loop(self, x): self.state = x
        @unknown
        def late(self, x): self.late_state = x
        run = fit
        supports_masking = True

    class Plain(Layer): pass
    class Worker(Thread): pass
    @six.add_metaclass(abc.ABCMeta)
    class Base(object):
        def __getattr__(self, name): pass
    class Derived(Base): pass
"""


def test_classes_have_their_members_bases_and_arguments(tmp_path: Path) -> None:
    found = reading(tmp_path, init=CLASSES)
    layer, dense = found["classes"]["small.Layer"], found["classes"]["small.Dense"]
    assert {name: kind for name, (kind, _) in layer["members"].items()} == {
        **{"weights": "p", "from_config": "k", "build": "s", "call": "f"}
    }
    assert layer["stores"] == ["built", "kept", "name"] and not layer["foreign"] and not layer["open"]
    assert dense["bases"] == ["small.Layer"] and dense["stores"] == ["history", "late_state", "state", "stop_training"]
    assert {name: kind for name, (kind, _) in dense["members"].items()} == {
        **{"fit": "f", "loop": "f", "run": "f", "late": "v", "supports_masking": "v"}
    }
    assert {name[6:]: text.replace("\n", ", ") for name, text in found["objects"].items() if name[6].isupper()} == {
        "Layer": "name=None, **kwargs",
        "Layer.from_config": "config",
        "Layer.build": "shape=(1, 2)",
        "Layer.call": "self, x",
        "Dense": "units, rate=0.5, activation=<built-in function len>, **kwargs",
        "Dense.fit": "self, x",
        "Dense.loop": "*args, **kwargs",
        "Dense.run": "self, x",
        "Plain": "name=None, **kwargs",
        "Base": "",
        "Derived": "",
    }
    assert list(found["classes"]["small.Derived"]["members"]) == ["register"]  # of every class that ABCMeta makes
    assert "small.Worker" not in found["objects"]  # how a Thread is made is not read
    assert found["classes"]["small.Worker"]["foreign"] and found["classes"]["small.Base"]["open"]


def test_a_class_with_a_member_that_depends_on_a_run_may_have_others(tmp_path: Path) -> None:
    found = reading(tmp_path, init="import os\nclass A(object):\n    if os.environ:\n        x = 1\n    y = 2")
    assert list(found["classes"]["small.A"]["members"]) == ["y"] and found["classes"]["small.A"]["foreign"]


def test_a_class_of_another_package_gives_its_names_to_those_that_are_made_of_it(tmp_path: Path) -> None:
    beside = tmp_path / "beside" / "beside"
    beside.mkdir(parents=True)
    (beside / "__init__.py").write_text("class Generator(object):\n    def flow(self, x, seed=None): self.mean = x")
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "__init__.py").write_text("import beside\nclass Generator(beside.Generator): pass")
    found = read({"small": tmp_path, "beside": beside.parent}, "small")
    assert sorted(found["modules"]) == ["small"]
    assert found["classes"]["small.Generator"] == {
        **{"bases": [], "members": {"flow": ["f", "small.Generator.flow"]}, "stores": ["mean"]},
        **{"open": False, "foreign": False},
    }


def test_a_decorator_that_nobody_can_read_leaves_a_name_and_nothing_else(tmp_path: Path) -> None:
    found = reading(tmp_path, init="import numpy\n@numpy.vectorize\ndef f(x): pass")
    assert kinds(found)["f"] == "v" and "small.f" not in found["objects"]


def test_what_a_release_says_about_its_deprecation_is_read(tmp_path: Path) -> None:
    found = reading(
        tmp_path,
        init="""
            import warnings
            def old(x):
                '''Does it.

                Deprecated: use `new` instead.

                # Arguments
                    x: a number.
                '''
            def warned(x):
                warnings.warn('`warned` is deprecated, '
                              'use `new`.')
        """,
    )
    said = {"small.old": "Deprecated: use `new` instead.", "small.warned": "`warned` is deprecated, use `new`."}
    assert found["notes"] == said


def test_reading_runs_nothing(tmp_path: Path) -> None:
    reading(tmp_path, init="import sys\nsys.ran_by_the_reader = True\nraise SystemExit(1)")
    assert not hasattr(sys, "ran_by_the_reader") and "small" not in sys.modules


def test_the_record_of_a_release_that_was_read_says_so() -> None:
    measured, was_read = (reader.provenance("keras", version)["method"] for version in ("2.3.1", "2.0.0"))
    assert (measured, was_read) == ("introspection", READ)
