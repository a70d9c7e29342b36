"""What a call meant in the releases it may have been written for: which parameter each of its arguments was for."""

from __future__ import annotations

import ast
from typing import Any, Iterator, NamedTuple

from ...catalog.history import Span, signatures, spans
from ...catalog.reader import was_read
from ...catalog.signature import Call, Signature
from ...catalog.store import version_key
from ...source.nodes import last_name
from ...source.reference import Reference
from ..model.move import split_tree
from .arguments import moved_place, shown_signature
from .origin import home
from .world import World

_FOR_WEIGHTS = ("kernel_initializer", "bias_initializer")


class Meaning(NamedTuple):
    """How some releases understand a call."""

    releases: str
    """In words: "keras 2.0.9 to 2.3.1"."""
    signature: Signature
    call: Call
    ancient: bool
    """Whether it is Keras 1: what its calls look like, Keras up to 2.3 translated."""


def meanings(reference: Reference, call: ast.Call | None, world: World) -> list[Meaning]:
    """The releases before this one that take a call as it is written, newest first."""
    if world.before is not None:
        return _in_origin(reference, world.before)
    here = shown_signature(reference.name, world)
    values = call.args if call else []
    found = []
    for name in _names(reference):
        first = _of_keras_1(name)
        for span, signature in signatures(name):
            bound = signature.bind(reference.positional, _of_then(reference, call, span))
            if (here is not None and str(signature) == str(here)) or not bound.fits or not _is_before(span, world):
                continue
            if not _is_witness(span, signature, reference):
                continue
            in_keras_1 = _translates(span) and first and _speaks_keras_1(reference, first, signature)
            if first and in_keras_1 and moved_place(reference, first, signature, world) is not None:
                continue  # such a call was made one of Keras 2 before its signature saw it
            if all(suits(value, name, signature.default(name)) for value, name in zip(values, bound.places)):
                found.append(Meaning(_in_words(span), signature, bound, first is not None and _is_keras_1(span)))
    if not found and not reference.positional and here is not None:
        return [Meaning("earlier releases", here, here.bind(), False)]  # all is given by name: no place can be wrong
    return found[::-1]


def _of_then(reference: Reference, call: ast.Call | None, span: Span) -> list[str]:
    """The keywords of a call, in one of Keras 1 without those that KA310 wrote for its ``weights=``."""
    written = {
        item.arg
        for item in (call.keywords if call is not None and _is_keras_1(span) else ())
        if item.arg in _FOR_WEIGHTS and isinstance(item.value, ast.Call) and last_name(item.value.func) == "Constant"
    }
    return [each for each in reference.keywords if each not in written]


def _is_witness(span: Span, signature: Signature, reference: Reference) -> bool:
    """Whether it is known that releases take the keywords of a call: of those that were read from their source it is
    not known what goes through ``**kwargs``."""
    measured = signature.extra is not None or not was_read(span.product, span.first)
    return measured or all(keyword in signature.names for keyword in reference.keywords)


def _in_origin(reference: Reference, before: World) -> list[Meaning]:
    """What a call means in the release that the code was written for."""
    signature = before.parameters(reference.name)
    bound = signature.bind(reference.positional, reference.keywords) if signature else None
    if signature is None or bound is None or signature.is_wrapped or not bound.fits:
        return []
    product = before.product(reference.name)
    version = before.version(product) or ""
    return [Meaning(f"{product} {version}".strip(), signature, bound, version.startswith("1.") and product == "keras")]


def is_ambiguous(reference: Reference, world: World) -> bool:
    """Whether arguments without a name stood in other places in Keras 1."""
    here = shown_signature(reference.name, world)
    first = next(filter(None, map(_of_keras_1, _names(reference))), None)
    return first is not None and here is not None and moved_place(reference, first, here, world) is not None


def _of_keras_1(name: str) -> Signature | None:
    """How the last Keras 1 called something."""
    runs = signatures(name) if name.startswith("keras.") else ()
    return next((signature for span, signature in reversed(runs) if _is_keras_1(span)), None)


def _is_keras_1(span: Span) -> bool:
    return span.product == "keras" and span.first.startswith("1.")


def _translates(span: Span) -> bool:
    """Keras 2.0 to 2.3 took the calls of Keras 1, too."""
    return span.product == "keras" and (2,) <= version_key(span.first) < (2, 4)


def _speaks_keras_1(reference: Reference, first: Signature, second: Signature) -> bool:
    """Whether a keyword is one of Keras 1, and not one that Keras 2 shows."""
    shown = {item.name for item in second.parameters}
    return any(item.name in reference.keywords and item.name not in shown for item in first.parameters)


def of_keras_1(reference: Reference, call: ast.Call | None, world: World) -> Meaning | None:
    """What a call means that only Keras 1 has under this name, or under the name by which the cell calls it."""
    if not is_name_of_keras_1(reference, world):
        return None
    return next((meaning for meaning in meanings(reference, call, world) if meaning.ancient), None)


def is_name_of_keras_1(reference: Reference, world: World) -> bool:
    """``Convolution2D``: Keras 2 calls the class by another name, and keeps this one at most for old code."""
    last = _written(reference)
    if not last or not reference.name.startswith("keras."):
        return False
    if home(reference.name, world).rpartition(".")[2] in ("", last):
        return False
    names = (name for name in _names(reference) if name.endswith(f".{last}"))
    return any(_is_keras_1(span) for name in names for span in spans(name))


_KINDS = {"name": "'a name'", "loss_weights": "1.0", "weight_decay": "0.0"}
"""What is meant for parameters whose default does not show it."""


def suits(value: ast.expr, parameter: str, default: str | None) -> bool:
    """Whether a value may well be what a parameter with this default is for, as far as its kind shows."""
    given, usual = _literal(value), _literal(_KINDS.get(parameter, default))
    if given is None or usual is None:
        return True
    if isinstance(usual, bool):
        return isinstance(given, bool) or given in (0, 1)
    if isinstance(usual, (int, float)):
        several = given if isinstance(given, (tuple, list)) else (given,)
        return all(isinstance(item, (int, float, tuple, list)) and not isinstance(item, bool) for item in several)
    return isinstance(usual, str) == isinstance(given, str) and not isinstance(given, bool)


def _literal(value: ast.expr | str | None) -> Any:
    """What a literal stands for; None for all else."""
    try:
        return None if value is None else ast.literal_eval(value)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def _names(reference: Reference) -> Iterator[str]:
    """Under which names older releases may have had what is called."""
    names = [reference.name]
    owner, _, own = reference.name.rpartition(".")
    last = _written(reference)
    if last and last != own and reference.kind == "call":
        names.append(f"{owner}.{last}")
    if reference.kind == "method" and owner.endswith((".Model", ".Sequential")):
        names.append(f"keras.models.{owner.rpartition('.')[2]}.{own}")
    for name in names[:]:
        split = split_tree(name)
        if split and split[0] == "tensorflow.keras":
            names.append(f"keras.{split[1]}")
    return iter(dict.fromkeys(names))


def _written(reference: Reference) -> str:
    last = reference.written.rpartition(".")[2]
    return last if last.isidentifier() else ""


def _is_before(span: Span, world: World) -> bool:
    """Whether a run of releases is older than what is here."""
    version = world.version(span.product)
    return version is None or version_key(span.last) < version_key(version)


def _in_words(span: Span) -> str:
    return f"{span.product} {span.first}" + (f" to {span.last}" if span.last != span.first else "")
