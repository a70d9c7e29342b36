"""What a release itself says to use in the place of a name: "Instructions for updating: Use `tf.cast` instead."."""

from __future__ import annotations

import re
from typing import Iterator, NamedTuple

from ...catalog import history
from ...catalog.target import Found
from .moved import lookup
from .world import World

_INSTRUCTIONS = re.compile(r"Instructions for updating: ?(.*?)(?=Deprecated: |Warning: THIS|$)", re.S)
_OF_ARGUMENTS = re.compile(r"SOME ARGUMENTS? (?:ARE|IS) DEPRECATED[^.]*\..*?(?=Deprecated: THIS|Warning: THIS|$)", re.S)
_ABOUT_ARGUMENTS = re.compile(r"# Arguments|Args:")
_ADVISES = re.compile(r"\b(?:use|see|replaced|replacement|superseded|equivalent|merged|moved|favou?r|prefer)\b", re.I)
_SENTENCES = re.compile(r"(?:(?<=[.!])|(?<=[.!]\)))\s+(?=[A-Z`'])")
_NAME = re.compile(r"\b((?:tf|tensorflow|keras)\.\w+(?:\.\w+)*|[a-z_]\w*(?:\.\w+)*\.[A-Za-z]\w+)")
_AFTER_USE = re.compile(r"\b(?:use|using|see|by|of|is|to)(?: the)? [`'\"]?$", re.I)
_MADE = ("class", "function")


class Note(NamedTuple):
    """The advice of a release."""

    text: str
    """In its own words: "Use `tf.math.argmin` instead"."""
    names: tuple[str, ...]
    """What it names and this world has, best first; those of ``tf.compat.v1`` only where it has nothing else."""

    @property
    def is_old(self) -> bool:
        """Whether it names what went away itself."""
        return bool(self.names) and all(".compat." in name for name in self.names)


def note_on(name: str, world: World) -> Note | None:
    """What the newest release that has a name says of its deprecation, if that advises something.

    Arguments:
        name: with its package. What TensorFlow 2 has no more is asked of ``tf.compat.v1``.
    """
    for each in _known_as(name):
        for text in history.notes(each):
            if _ABOUT_ARGUMENTS.match(text):
                continue
            said = _advice(text)
            if said:
                found = list(dict.fromkeys(_named(said, name, world)))
                modern = [new for new in found if ".compat." not in new]
                return Note(said, tuple(modern or found))
    return None


def _known_as(name: str) -> Iterator[str]:
    yield name
    if name.startswith("tensorflow.") and ".compat." not in name:
        yield f"tensorflow.compat.v1.{name[len('tensorflow.') :]}"


def _advice(note: str) -> str:
    """The sentences of a note that say what to do, up to two; those about single arguments are about something else."""
    text = _OF_ARGUMENTS.sub("", note)
    told = _INSTRUCTIONS.search(text)
    sentences = _SENTENCES.split((told.group(1) if told else text).strip())
    advising = [place for place, sentence in enumerate(sentences) if _ADVISES.search(sentence)]
    return " ".join(sentences[: advising[0] + 1][-2:]) if advising else ""


def _named(text: str, name: str, world: World) -> Iterator[str]:
    """The names in a note: those that it says to use, or else all in the sentence that advises. One before it tells
    of what else there is: "`tf.compat.v1.variable_scope` is mostly compatible with `tf.function`"."""
    text = " ".join(sentence for sentence in _SENTENCES.split(text) if _ADVISES.search(sentence))
    found = [(match.group(1), bool(_AFTER_USE.search(text[: match.start()]))) for match in _NAME.finditer(text)]
    to_use = [written for written, used in found if used and _here(written, name, world)]
    for written in to_use or [written for written, _ in found]:
        new = _here(written, name, world)
        if new:
            yield new


def _here(written: str, name: str, world: World) -> str:
    """The class or function of this world that a note calls so; empty where there is none."""
    for new in _spelled(written):
        found = reached(new, world) if new != name else None
        if found is not None and found.kind in _MADE:
            return new
    return ""


def reached(name: str, world: World) -> Found | None:
    """What a name finds, by an import or as an attribute: files named like ``tf.distribute`` hide it from imports."""
    found = lookup(name, world)
    here = world.attribute(name, frozenset(["tensorflow"])) if found is None else found
    return here if isinstance(here, Found) else None


def _spelled(written: str) -> Iterator[str]:
    """A name as a program could write it: notes say ``tf.cast``, ``keras.layers.RNN``, ``distribute.Strategy``, and
    names of TensorFlow 1 that are in ``tf.compat.v1`` today."""
    root, _, rest = written.partition(".")
    rest = rest if root in ("tf", "tensorflow") else written
    yield f"tensorflow.{rest}"
    yield f"tensorflow.compat.v1.{rest}"
