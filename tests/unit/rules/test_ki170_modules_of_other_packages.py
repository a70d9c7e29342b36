"""KI170: module of a package beside Keras that moved."""

from __future__ import annotations

import importlib
import sys

import pytest
from environments import put
from refusals import rules, told

FILES = {
    "loggers/__init__.py": "def init(): ...\n",
    "loggers/integration/__init__.py": "",
    "loggers/integration/keras/__init__.py": "__all__ = ('Logger', 'Saver')\nfrom .callbacks import Logger, Saver\n",
    "loggers/integration/keras/callbacks.py": "class Logger: ...\nclass Saver: ...\n",
    "loggers/integration/boosting.py": "class Whole: ...\nclass Logger: ...\n",
    "loggers/tests/keras.py": "class Whole: ...\n",
    "loggers/_private/keras.py": "class Whole: ...\n",
    "loggers/broken.py": "class Logger(:\n",
    "loggers/keras_tools/models.py": "def plot(): ...\nlimit = 3\n",
    "tensorflow/__init__.py": "",
    "tensorflow/keras.py": "class Dense: ...\n",
}


@pytest.fixture(autouse=True)
def packages(tmp_path, monkeypatch):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    put(tmp_path, "loggers", "2.1.0", package=False)
    (tmp_path / "loggers-2.1.0.dist-info" / "top_level.txt").write_text("loggers\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] in ("loggers", "tensorflow")]:
        del sys.modules[name]


@pytest.mark.parametrize(
    "cell",
    [
        "from loggers.boosted import Whole",
        "from loggers_not_here.keras import Logger",
        "import loggers.nothing",
        "from tensorflow.kears import Dense",
        "raise ImportError('loggers.keras')",
    ],
)
def test_nothing_is_said(cell):
    assert "KI170" not in rules(cell)


@pytest.mark.parametrize(
    ("cell", "grade", "works"),
    [
        (
            "import loggers\nfrom loggers.keras import Logger\nfrom loggers.keras import Saver as S\nloggers.init()",
            "verified",
            "import loggers\nfrom loggers.integration.keras import Logger\n"
            "from loggers.integration.keras import Saver as S\nloggers.init()",
        ),
        (
            "if True:\n    from loggers.keras import (Logger,\n                         Saver)",
            "verified",
            "if True:\n    from loggers.integration.keras import Logger, Saver",
        ),
        (
            "from loggers.keras_tools.drawing import plot, limit as most",
            "check the result",
            "from loggers.keras_tools.models import plot, limit as most",
        ),
    ],
)
def test_the_names_are_imported_from_where_they_are(cell, grade, works):
    (problem,) = [problem for problem in told(cell) if problem.rule == "KI170"]
    assert problem.title.startswith("loggers 2.1.0 has no loggers.keras")
    assert (problem.fixes[0].applicability, problem.fixes[0].source) == (grade, works)


def test_a_name_that_is_gone_is_told_with_what_is_there():
    for module in ("loggers.keras", "loggers.integration.keras"):
        (problem,) = [problem for problem in told(f"from {module} import Whole") if problem.rule == "KI170"]
        assert problem.fixes[0].kind == "manual"
        assert problem.fixes[0].title == "Import Logger, Saver from loggers.integration.keras."
