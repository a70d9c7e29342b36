"""What can be wrong with a file itself, before its code is looked at."""

from __future__ import annotations

from ..diagnosis.model.problem import ERROR, INFO, Problem
from ..diagnosis.model.rule import Lesson, Rule
from ..source.reference import Reference

UNREADABLE = Rule(
    code="KF101",
    name="file that can't be read",
    lesson=Lesson(
        what="The file is not a notebook or script that can be read, so nothing in it was checked.",
        why="A notebook is JSON text in UTF-8 with a list of cells. A download that broke off, a saved web page, "
        "or a merge conflict in version control leaves something else under its name.",
    ),
)

UNCHECKED = Rule(
    code="KF102",
    name="part of a file that wasn't checked",
    lesson=Lesson(
        what="A part of the file was left out: a cell without a source or a type, or a notebook in another language.",
        why="What can't be read as Python code is not guessed at; the rest of the file was checked.",
    ),
)

CHOSEN = Rule(
    code="KF103",
    name="releases that the notebook chooses",
    lesson=Lesson(
        what="The notebook sets TF_USE_LEGACY_KERAS, or installs a release of TensorFlow or Keras; it is checked for "
        "what it runs on then.",
        why="A notebook is one program: what its first cells set and install decides what its other cells find. "
        "--target names other releases; settings hold for them, too.",
    ),
)

RULES = (UNREADABLE, UNCHECKED, CHOSEN)


def unreadable(sentence: str) -> Problem:
    return Problem(UNREADABLE.code, ERROR, sentence)


def unchecked(sentence: str) -> Problem:
    return Problem(UNCHECKED.code, INFO, sentence)


def chosen_by_program(sentence: str, reference: Reference) -> Problem:
    return Problem(CHOSEN.code, INFO, sentence, range=reference.range, reference=reference.name)
