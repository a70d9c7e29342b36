"""A program of tf.keras, or of TensorFlow 1's layers, that runs only where tf.keras is Keras 2: a setting at its top.

tf.layers, the cells of tf.nn.rnn_cell and what was in tf.contrib.rnn are still in tf.compat.v1, and are made of the
layers of tf.keras. With Keras 3 they say that they are not available; with TF_USE_LEGACY_KERAS=1 tf.keras is the
package tf_keras, and they are what they were.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from ..diagnosis.model.problem import CHECK, ERROR, Problem
from ..diagnosis.resolve.target import TargetWorld
from ..diagnosis.resolve.world import World, minor
from ..files.document import Document
from ..files.findings import check_document
from ..kernel.settings import FIRST_LEGACY_RELEASE
from .model import Change, Texts
from .setting import set_at_top

_TITLE = "Let tf.keras be Keras 2, with TF_USE_LEGACY_KERAS=1"
_DIFFERS = "tf.keras is the package tf_keras, which is Keras 2: its objects do not mix with those of keras."
_HAS_CHOSEN = re.compile(r"^\s*(?:import|from)\s+keras\b|TF_USE_LEGACY_KERAS", re.M)
"""The package keras stays Keras 3, whatever the setting says, and objects of the two do not mix."""


class OnKeras2(NamedTuple):
    """A program that asks for Keras 2, and what it finds then."""

    texts: Texts
    here: World
    change: Change


def on_keras_2_by_setting(program: Document, here: World) -> OnKeras2 | None:
    """The setting, for a program that edits mend with it and do not mend without; None for every other one.

    Arguments:
        program: the program as typed, without its installs.
        here: where it will run.
    """
    target, texts = here.target, {passage.cell: passage.text for passage in program.passages}
    if target is None or target.legacy or not here.keras_3 or here.version("tf_keras") is None:
        return None
    if (minor(here.version("tensorflow")) or (0, 0)) < FIRST_LEGACY_RELEASE:
        return None
    if any(_HAS_CHOSEN.search(text) for text in texts.values()):
        return None
    there = TargetWorld(replace(target, legacy=True), here.rules, here.before)
    lost, left = ([each for _, each in found if _is_left(each)] for found in check_document(program, [here, there]))
    if len(left) >= len(lost):
        return None
    asked = set_at_top(texts, "TF_USE_LEGACY_KERAS", "1", _DIFFERS)
    if asked == texts:
        return None
    remaining = {problem.reference for problem in left}
    needed = next(problem for problem in lost if problem.reference not in remaining)
    change = Change(next(iter(texts)), needed.rule, needed.title, _TITLE, CHECK, _DIFFERS)
    return OnKeras2(asked, there, change)


def _is_left(problem: Problem) -> bool:
    """Whether no edit mends it."""
    return problem.severity == ERROR and not any(fix.kind == "edit" and fix.source for fix in problem.fixes)
