"""A string that Keras should turn into a loss, an activation or another object, and does not know."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ...catalog import history
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, INFO, WARNING, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import VALUE
from ...diagnosis.repair.rewrite import spelled
from ...diagnosis.repair.written_out import above, can_be_written
from ...diagnosis.resolve.cause import in_words
from ...diagnosis.resolve.kernel import KernelWorld
from ...diagnosis.resolve.missing import releases
from ...diagnosis.resolve.moved import lookup
from ...diagnosis.resolve.spelling import doubt, near_name, same_letters
from ...diagnosis.resolve.strings import PACKAGES, unknown_strings
from ...diagnosis.resolve.world import World
from ...source.cell import read_cell
from ...source.edits import Edit
from ...source.position import Range
from . import registered_names

_NO_STRINGS = frozenset({"deserialize", "serialize", "get", "legacy", "schedules", "experimental", "Optimizer"})
_CHOSEN_BY_LOSS = ("accuracy", "crossentropy")
"""Metrics for which compile takes the one that goes with the loss; the class Accuracy counts equal numbers."""
_RENAMED = {
    "cosine_proximity": "cosine_similarity",
    "kullback_leibler_divergence": "kl_divergence",
    "logcosh": "log_cosh",
}


def on_cell(facts: CellFacts, world: World) -> Iterator[Problem]:
    for reference, raises in unknown_strings(facts, world):
        kind, _, string = reference.name.partition(":")
        if isinstance(world, KernelWorld) and not _meant(
            string, world.names(f"keras.{PACKAGES[kind]}"), PACKAGES[kind]
        ):
            continue  # the session may have registered it
        yield Problem(
            rule="KA302",
            severity=INFO if reference.guarded else ERROR if raises else WARNING,
            title=f"Keras knows no {kind} called {string!r} in {releases(f'keras.{PACKAGES[kind]}', world)}",
            cause=f"Keras looks such a string up in keras.{PACKAGES[kind]}"
            + ("." if raises else ", when training starts."),
            range=reference.range,
            reference=reference.name,
        )


def fixes(problem: Problem, facts: CellFacts, world: World) -> Iterator[Proposal]:
    kind, _, string = problem.reference.partition(":")
    where = problem.range
    names = tuple(name for name in world.names(f"keras.{PACKAGES[kind]}") if name not in _NO_STRINGS)
    new = _meant(string, names, PACKAGES[kind])
    if kind == "metric" and where:
        yield from _of_keras_1(string, where, facts, world)
    if new and where and facts.cell.segment(where)[1:-1] == string:
        inside = Range(where.line, where.column + 1, where.end_line, where.end_column - 1)
        evidence = f"keras.{PACKAGES[kind]} is {world.where('keras')}, and Keras knows it here."
        yield Proposal(f"Write {new!r}", (Edit(inside, new),), evidence, _doubt(string, new), shown=repr(new))


def _of_keras_1(string: str, where: Range, facts: CellFacts, world: World) -> Iterator[Proposal]:
    """The function that a metric's name stood for, in the program."""
    defined = above(string, where, facts) if can_be_written(string, world) else None
    if defined is not None:
        evidence = "It is the metric that Keras 1 had by this name, in today's words."
        yield Proposal(f"Write {string} into the program", (*defined, Edit(where, string)), evidence)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    wanted = failure.wanted
    if wanted is None or wanted.kind != VALUE or wanted.owner not in PACKAGES:
        return
    string = wanted.member.strip("'\"`. ")
    known = registered_names.registered(string, failure)
    facts = failing.facts_of(failure)
    if known is not None and facts is not None:
        yield registered_names.told(wanted.owner, known, facts)
        return
    found = _literal(failure.source, string)
    if found is None:
        if facts is not None:
            yield from _with_blanks(wanted.owner, string, facts)
        return
    package = PACKAGES[wanted.owner]
    tree = "keras" if world.version("keras") else "tensorflow.keras"
    names = tuple(name for name in world.names(f"{tree}.{package}") if name not in _NO_STRINGS)
    if not string.isidentifier():
        if facts is not None:
            yield from _code_in_quotes(wanted.owner, string, f"{tree}.{package}", names, found, facts)
        return
    new = _meant(string, names, package)
    layer = (
        f"{tree}.layers.{string}" if wanted.owner == "activation" and lookup(f"{tree}.layers.{string}", world) else ""
    )
    proposals: tuple[Proposal, ...] = ()
    trial = _on_trial(string, tree, world) if wanted.owner == "optimizer" else ""
    if trial and facts is not None:
        proposals = tuple(_called(trial, found, facts))
    elif new:
        evidence = f"{tree}.{package} is {world.where(tree)}, and Keras knows it here."
        proposals = (Proposal(f"Write {new!r}", (Edit(found, new),), evidence, _doubt(string, new), shown=repr(new)),)
    if wanted.owner == "metric" and facts is not None:
        quoted = _with_quotes(found)
        proposals += tuple(_of_keras_1(string, quoted, facts, world))
    if layer:
        fix = Fix(
            "manual", f"It is a layer, not a function: add {string}() to the model after a layer without activation."
        )
    else:
        listed = sorted({name.lower() for name in names if _is_meant_by_a_string(f"{tree}.{package}.{name}", world)})
        spans = (history.history(f"{root}.{package}.{string}").spans for root in ("tensorflow.keras", "keras"))
        other = next(filter(None, spans), ())[:2]
        release = f" {string} is in {in_words(other)}." if other else ""
        fix = Fix("manual", f"{tree}.{package} has: {', '.join(listed)}.{release}")
    yield Problem(
        rule="KA302",
        severity=ERROR,
        title=f"Keras knows no {wanted.owner} called {string!r}",
        cause=f"Keras looks such a string up in {tree}.{package}.",
        range=found,
        reference=f"{wanted.owner}:{string}",
        fixes=() if proposals else (fix,),
        proposals=proposals,
    )


def _with_blanks(kind: str, string: str, facts: CellFacts) -> Iterator[Problem]:
    """``activation='softmax '``"""
    for node in facts.cell.placed:
        value = node.value if isinstance(node, ast.Constant) else None
        if type(value) is str and value != string and value.strip() == string:
            where = facts.cell.range(node)
            yield Problem(
                rule="KA302",
                severity=ERROR,
                title=f"{value!r} has a blank too many, and Keras knows no {kind} of that name",
                cause="Every letter of such a string counts.",
                range=where,
                reference=f"{kind}:{string}",
                proposals=(Proposal(f"Write {string!r}", (Edit(where, repr(string)),), "It is the same word."),),
            )
            return


_CODE = re.compile(r"(?:\w+\.)*(\w+)(\(.*\))?$")


def _code_in_quotes(
    kind: str, string: str, package: str, names: tuple[str, ...], inside: Range, facts: CellFacts
) -> Iterator[Problem]:
    """``optimizer='Adam(0.01)'``"""
    code = _CODE.match(string)
    name = code[1] if code is not None and code[1] in names else ""
    if code is None or not name:
        return
    whole = _with_quotes(inside)
    proposals: tuple[Proposal, ...] = ()
    if (code[2] or "()") == "()":
        word = name.lower() if kind == "optimizer" else name
        proposals = (
            Proposal(f"Write {word!r}", (Edit(inside, word),), "Keras knows it by this name.", shown=repr(word)),
        )
    elif (found := spelled(facts.cell, (f"{package}.{name}",), facts.after, whole)) is not None:
        written, imports = found
        edits = (*imports, Edit(whole, f"{written}{code[2]}"))
        proposals = (Proposal("Leave the quotes out", edits, f"{package} has {name}."),)
    yield Problem(
        rule="KA302",
        severity=ERROR,
        title=f"{string!r} is code in quotes, and Keras takes it for the name of a {kind}",
        cause="A string stands for the name alone, with the usual settings; an object is written without quotes.",
        range=inside,
        reference=f"{kind}:{name}",
        fixes=() if proposals else (Fix("manual", f"Write {name!r}, or {package}.{name}(…) without quotes."),),
        proposals=proposals,
    )


def _on_trial(string: str, tree: str, world: World) -> str:
    """The class that a release has, and that no string stands for yet: "keras.optimizers.experimental.AdamW"."""
    parents = [f"{root}.optimizers{below}" for below in ("", ".experimental") for root in (tree, "tensorflow.keras")]
    return next((f"{parent}.{string}" for parent in parents if lookup(f"{parent}.{string}", world)), "")


def _called(name: str, inside: Range, facts: CellFacts) -> Iterator[Proposal]:
    """``optimizers.experimental.AdamW()`` in place of the string."""
    whole = _with_quotes(inside)
    found = spelled(facts.cell, (name,), facts.after, whole)
    if found is not None:
        written, imports = found
        yield Proposal(
            f"Give {written}()",
            (*imports, Edit(whole, f"{written}()")),
            "This release has the class, and no string stands for it yet.",
        )


def _with_quotes(inside: Range) -> Range:
    return Range(inside.line, inside.column - 1, inside.end_line, inside.end_column + 1)


def _is_meant_by_a_string(name: str, world: World) -> bool:
    """An optimizer is a class, and all others are functions, too; a package holds modules and helpers besides."""
    last, found = name.rpartition(".")[2], lookup(name, world)
    if found is None or last.startswith("_"):
        return False
    return found.kind == "class" if ".optimizers." in name else last.islower() and found.kind in ("class", "function")


def _meant(string: str, names: tuple[str, ...], package: str) -> str | None:
    """The string that was probably meant: renamed since, or misspelled. Names of optimizers may be in lower case.

    What another release has by this name is no slip: ``AdamW`` is not ``Adam``.
    """
    if _RENAMED.get(string) in names:
        return _RENAMED[string]
    known = history.names(f"keras.{package}")
    if history.spans(f"keras.{package}.{string}") or any(
        same_letters(string, name) for name in known if name not in names
    ):
        return None
    lower = string.lower()
    chosen = near_name(string, _CHOSEN_BY_LOSS) if package == "metrics" and lower == string else None
    near = chosen or near_name(string, tuple(name for name in names if name != string))
    if near:
        return near
    short = [name.lower() for name in names if name[:1].isupper() and len(name) < 9]
    close = [name for name in short if name.startswith(lower[:1]) and _is_missing_a_letter(lower, name)]
    return close[0] if len(close) == 1 else None


def _doubt(string: str, new: str) -> str:
    return "" if _RENAMED.get(string) == new else doubt(string, new)


def _is_missing_a_letter(word: str, name: str) -> bool:
    return any(name[:index] + name[index + 1 :] == word for index in range(len(name)))


def _literal(text: str, string: str) -> Range | None:
    """The inside of the one string literal of this value; None if there is none, or more than one."""
    cell = read_cell(text)
    if cell.tree is None:
        return None
    found: tuple[ast.Constant, ...] = tuple(
        node for node in ast.walk(cell.tree) if isinstance(node, ast.Constant) and node.value == string
    )
    if len(found) != 1:
        return None
    where = cell.range(found[0])
    if cell.segment(where)[1:-1] != string:
        return None
    return Range(where.line, where.column + 1, where.end_line, where.end_column - 1)


RULE = Rule(
    code="KA302",
    name="name in a string that Keras does not know",
    lesson=Lesson(
        what="`loss='cosine_proximity'` or `activation='LeakyReLU'` ends in ValueError: Unknown, or Could not "
        "interpret.",
        why="Keras looks strings up among its own functions. Some of those were renamed, and layers are not among "
        "the activations in every release.",
        before="from keras.layers import Dense\nDense(1, activation='rellu')",
        after="from keras.layers import Dense\nDense(1, activation='relu')",
        target="tensorflow==2.16.2",
        related=("KI111",),
    ),
    on_cell=on_cell,
    on_failure=on_failure,
    fixes=fixes,
)
