"""The mechanism behind most rules: a name that the code asks for is not in this world.

One pass over a cell's references finds all of them; which rule tells of it is decided by what is known about the name.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import Callable, Iterable, NamedTuple, Tuple

from ...catalog import history
from ...catalog.target import Found, Missing
from ...kernel.stack import module_of, normalize
from ...source.reference import Reference
from ..evidence.cell import CellFacts
from ..model.move import split_tree
from ..model.problem import ERROR, INFO, Problem
from ..model.rule import ALIAS, ATTRIBUTE, CASE, METHOD, MODULE, NAME, PACKAGE
from .misspelled import intended, is_without_package
from .moved import known_move
from .spelling import near_name
from .world import Answer, World

_FUNCTIONAL = "keras.src.models.functional.Functional"
"""What ``keras.Model(inputs, outputs)`` makes in Keras 3: it has inputs, outputs and their names."""

Finding = Tuple[Reference, Missing]
Consequence = Tuple[Reference, Missing, Reference]


def finder(code: str) -> Callable[[CellFacts, World], Iterable[Problem]]:
    """The entrance of a rule that tells of missing names of its own kind."""

    def on_cell(facts: CellFacts, world: World) -> Iterable[Problem]:
        found = facts.once(_look_up, world)
        for reference, missing in found.own_of.get(code, ()):
            yield problem_of(reference, missing, code, world)
        for reference, missing, failed in found.consequences_of.get(code, ()):
            yield _consequence(reference, missing, failed, code, world)

    return on_cell


class _Missing(NamedTuple):
    """What a world does not have of a cell's references."""

    own: list[Finding]
    own_of: dict[str, list[Finding]]
    """The same for each rule that tells of it."""
    consequences_of: dict[str, list[Consequence]]
    """For each rule, uses of a name whose import fails, with what is missing there, and the import."""


def missing_in(facts: CellFacts, world: World) -> list[Finding]:
    """All references of the cell that this world does not have, in textual order.

    Unknown ones are not among them, and neither are uses of what a failing import should have bound.
    """
    return facts.once(_look_up, world).own


def following(facts: CellFacts, world: World) -> list[Reference]:
    """Uses of what a failing import should have bound: what is missing in them shows when the import is mended."""
    consequences = facts.once(_look_up, world).consequences_of.values()
    return [reference for found in consequences for reference, _, _ in found]


def _look_up(facts: CellFacts, world: World) -> _Missing:
    found = _Missing([], {}, {})
    unbound: dict[str, Finding] = {}
    for reference in facts.references:
        answer = ask(reference, facts, world)
        if not isinstance(answer, Missing):
            continue
        failed = unbound.get(reference.written.partition(".")[0])
        if failed is None and reference.kind == "method":  # of an object of a class that was not imported
            failed = next((each for each in unbound.values() if absent(each[1]) == absent(answer)), None)
        if reference.kind in ("import", "from"):
            unbound[reference.bound] = (reference, answer)
        elif failed and _is_below(reference.name, absent(failed[1])):
            code = code_of(failed[0], failed[1], world)
            found.consequences_of.setdefault(code, []).append((reference, failed[1], failed[0]))
            continue
        found.own.append((reference, answer))
        found.own_of.setdefault(code_of(reference, answer, world), []).append((reference, answer))
    return found


def _consequence(reference: Reference, missing: Missing, failed: Reference, code: str, world: World) -> Problem:
    return Problem(
        rule=code,
        severity=INFO if reference.guarded or failed.guarded else ERROR,
        title=f"{reference.written} is not there, because the import in line {failed.range.line} fails",
        cause=f"{_title(failed, missing, world)}: see line {failed.range.line}.",
        range=reference.range,
        reference=reference.name,
        follows=failed.name,
    )


def _is_below(name: str, above: str) -> bool:
    return name == above or name.startswith(above + ".")


def ask(reference: Reference, facts: CellFacts, world: World) -> Answer:
    """What this world answers to a reference; None: not known, or nothing that is sought by name."""
    answer = _ask(reference, facts, world)
    if isinstance(answer, Missing) and not answer.parent and _is_installed(answer.member, reference, facts):
        return None
    return answer


def _is_installed(root: str, reference: Reference, facts: CellFacts) -> bool:
    """Whether the program has installed a package before it asks for it, or a list of packages that we don't see."""
    above = [each for each in facts.by_kind.get("install", ()) if each.range < reference.range]
    return any(root == brings(each.name) or each.name.startswith("-r ") for each in (*facts.earlier("install"), *above))


@lru_cache(maxsize=1024)
def brings(requirement: str) -> str:
    """The module that a requirement brings: ``git+https://…/keras-contrib.git`` keras_contrib."""
    path = requirement.partition("#")[0].rstrip("/")
    named = path.rpartition("/")[2].partition("@")[0] if "://" in path else path
    name = normalize(re.match(r"[\w.-]*", re.sub(r"\.git$", "", named)).group())  # type: ignore[union-attr]
    return module_of(name)


def _ask(reference: Reference, facts: CellFacts, world: World) -> Answer:
    if reference.kind == "import":
        return _absent_root(reference.module) or world.import_module(reference.module)
    if reference.kind == "from":
        nowhere = _absent_root(reference.module)
        if nowhere or reference.member == "*":
            return nowhere or world.import_module(reference.module)
        return world.import_from(reference.module, reference.member)
    if reference.kind == "attribute":
        answer = world.attribute(reference.name, facts.imported)
        submodule = isinstance(answer, Missing) and isinstance(world.import_module(absent(answer)), Found)
        if isinstance(answer, Missing) and submodule and not world.loads(absent(answer)):
            # It is an attribute as soon as anything, TensorFlow too, has imported it: only what is missing in it is
            # certain. What is loaded and yet no attribute was taken away: ``tensorflow.python``.
            answer = world.attribute(reference.name, facts.imported | {absent(answer)})
            return None if isinstance(answer, Found) else answer
        return answer
    if reference.kind == "method":
        return _of_instance(reference, facts, world)
    return None


def _of_instance(reference: Reference, facts: CellFacts, world: World) -> Answer:
    """What an attribute of an instance gives.

    Where an instance may be more than its class shows, only what some release had is certain to be gone.
    """
    name = reference.name
    owner, _, member = name.rpartition(".")
    answer = world.method(owner, member)
    if isinstance(answer, Missing) and owner.endswith(".Model"):
        functional = world.method(_FUNCTIONAL, member)
        answer = functional if isinstance(functional, Found) else answer
    if not isinstance(answer, Missing) or _made_below(owner, world):
        return answer if isinstance(answer, Found) else None
    return None if not history.spans(name) and _is_more(reference, owner, facts, world) else answer


def _made_below(owner: str, world: World) -> bool:
    """Whether the class is the base of what it makes: ``LossScaleOptimizer`` of Keras 2.8 to 2.15 is
    ``BaseLossScaleOptimizer``, whose metaclass makes optimizers of two kinds."""
    found = world.attribute(owner)
    return isinstance(found, Found) and found.home.rpartition(".")[2] == "Base" + owner.rpartition(".")[2]


def _is_more(reference: Reference, owner: str, facts: CellFacts, world: World) -> bool:
    """Whether the instance may have attributes that its class does not show.

    Outside of Keras a class may make instances of another (``tf.Variable``) or take any attribute as an argument
    (``tf.train.Checkpoint``). On PyTorch a layer of Keras is a ``torch.nn.Module`` too. ``self``, whatever a method
    calls it, may be of a class below, which sets what a method of its base reads; a slip of the finger is still told.
    """
    settings = (*facts.earlier("KERAS_BACKEND"), *facts.by_kind.get("setting", ()))
    if split_tree(owner) is None or any((each.name, each.value) == ("KERAS_BACKEND", "torch") for each in settings):
        return True
    return (
        reference.written.partition(".")[0] in facts.once(_receivers, world)
        and near_name(reference.name.rpartition(".")[2], world.names(owner)) is None
    )


def _receivers(facts: CellFacts, world: World) -> frozenset[str]:
    """What the methods of the cell's classes call the object that they are of."""
    classes = (node for node in facts.cell.placed if isinstance(node, ast.ClassDef))
    methods = (node for made in classes for node in made.body if isinstance(node, ast.FunctionDef))
    taken = ([*method.args.posonlyargs, *method.args.args][:1] for method in methods)
    return frozenset(("self", *(first.arg for each in taken for first in each)))


def _absent_root(module: str) -> Missing | None:
    """``tf`` and ``TensorFlow`` are no modules anywhere."""
    root = module.partition(".")[0]
    if root == "tf" or (root != root.lower() and root.lower() in ("tensorflow", "keras", "tf_keras")):
        return Missing(module, "", root, f"ModuleNotFoundError: No module named '{root}'")
    return None


def absent(missing: Missing) -> str:
    """The first part of a name that is not there, with all before it."""
    return f"{missing.parent}.{missing.member}" if missing.parent else missing.member


def code_of(reference: Reference, missing: Missing, world: World) -> str:
    """The rule that tells of it: the one that knows where the name went, or the one for what is missing."""
    what = _what(reference, missing)
    certain = what in (ALIAS, CASE, METHOD) or (what == PACKAGE and reference.name.partition(".")[0] in _OURS)
    name = reference.name if reference.member != "*" else reference.module
    moved = None if certain else known_move(intended(name, world), world)
    return moved.rule if moved else world.rules.teller(what)


_OURS = ("keras", "tensorflow", "tf_keras")


def _what(reference: Reference, missing: Missing) -> str:
    root = reference.name.partition(".")[0]
    if reference.kind in ("import", "from") and root == "tf":
        return ALIAS
    if reference.kind in ("import", "from") and root != root.lower():
        return CASE
    if reference.kind == "method":
        return METHOD
    if missing.parent == "" and (root in _OURS or reference.kind != "attribute"):
        return PACKAGE
    if reference.kind == "attribute":
        return ATTRIBUTE
    return MODULE if missing.of_module else NAME


def problem_of(reference: Reference, missing: Missing, code: str, world: World) -> Problem:
    return Problem(
        rule=code,
        severity=INFO if reference.guarded else ERROR,
        title=_title(reference, missing, world),
        cause=_cause(reference, missing, world),
        range=reference.range,
        reference=reference.name,
    )


def _title(reference: Reference, missing: Missing, world: World) -> str:
    here = releases(absent(missing), world)
    if absent(missing) == "tensorflow.keras" and world.target is not None and world.target.legacy:
        return "TF_USE_LEGACY_KERAS=1 makes tf.keras the package tf_keras, which is not installed"
    if missing.parent == "":
        if reference.name.partition(".")[0] == "tf":
            return "tf is a variable, not a module: nothing can be imported from it"
        if missing.member != missing.member.lower():
            return f"The package is called {missing.member.lower()}: upper and lower case matter in Python"
        if is_without_package(reference.name, world):
            module = intended(reference.name, world).rpartition(".")[0]
            return f"{missing.member} is no package, but a module of Keras: {module}"
        return f"{missing.member} is not installed{_in(world)}"
    if missing.of_module:
        return f"There is no module {absent(missing)} in {here}"
    return f"{missing.parent} has no {_told(missing, reference)} in {here}"


def _told(missing: Missing, reference: Reference) -> str:
    """What is missing: with what it holds, where its own name says nothing, as ``experimental``."""
    below = reference.name[len(absent(missing)) :]
    return missing.member + (below if missing.member in ("experimental", "legacy") else "")


def _in(world: World) -> str:
    return " in this kernel" if world.name == "this kernel" else f" with {world.name}"


def _cause(reference: Reference, missing: Missing, world: World) -> str:
    text = f"{missing.message.rstrip('.')}."
    if reference.guarded:
        text += " The code is prepared for this: it catches the error."
    return text


def releases(name: str, world: World) -> str:
    """The release that matters for a name, in words: "keras 3.13.2"."""
    product = world.product(name)
    version = world.version(product)
    return f"{product} {version}" if version else world.name
