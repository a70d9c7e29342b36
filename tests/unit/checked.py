"""Cells that are checked one after another, as in a notebook, and failures of cells in a release."""

from __future__ import annotations

from functools import lru_cache

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, check_cell, diagnose
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.rules import RULES
from kerasmagic.source.bindings import Bindings

KERAS_2, KERAS_3 = "tensorflow==2.10.1", "tensorflow==2.21.0"
BOTH = "tensorflow==2.19.1,keras==3.15.1,tf_keras==2.19.0"
SETUP = "import tensorflow as tf\nimport keras\nfrom keras import layers\nmodel = keras.Sequential()\n"


@lru_cache(maxsize=None)
def world(target):
    return TargetWorld(Target.parse(target), RULES)


def problems(target, *cells):
    """What is said about the last of some cells."""
    bindings = Bindings()
    found = []
    for text in cells:
        found = check_cell(text, world(target), bindings)
    return found


def told(target, *cells):
    """The rules and severities of what is said about the last of some cells."""
    return [(problem.rule, problem.severity) for problem in problems(target, *cells)]


def failed(target, cell, exception, namespace=None):
    """What is said about a cell that has raised this in a kernel of that release."""
    return diagnose(Failure(exception, cell, namespace or {}), world(target))
