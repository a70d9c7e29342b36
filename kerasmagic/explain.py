"""What ``kerasmagic explain`` and ``%keras_explain`` answer: the rules, one rule, a name, or two releases."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Sequence

from .catalog.store import CatalogError

if TYPE_CHECKING:
    from .display.result import Result

_RULE_CODE = r"K[A-Z]\d+"


class NoAnswer(ValueError):
    """What was asked cannot be answered, in one sentence."""


def explained(name: str | None, releases: Sequence[str] | None) -> Result:
    """The answer to one question.

    Arguments:
        name: a dotted name, old or new, or the code of a rule: "KI101"; without, all rules are listed.
        releases: two releases to compare instead: ("keras==3.12.0", "keras==3.13.2").

    Raises:
        NoAnswer: there is no such rule or release, both are asked for, or the record of releases cannot be read.
    """
    if name and releases:
        raise NoAnswer("--releases compares two releases; leave the name out.")
    try:
        if releases:
            return _of_releases(*releases)
        if name is None or re.fullmatch(_RULE_CODE, name.upper()):
            return _of_rules(name)
        return _of_name(name)
    except CatalogError as error:
        raise NoAnswer(str(error)) from None


def _of_rules(code: str | None) -> Result:
    from .display.lesson import lesson_result, rules_result
    from .files.trouble import RULES as OF_FILES
    from .rules import RULES

    rules = {rule.code: rule for rule in sorted((*RULES.all(), *OF_FILES), key=lambda rule: rule.code)}
    if code is None:
        return rules_result([*rules.values()])
    if code.upper() not in rules:
        raise NoAnswer(f"No rule has the code {code}; without a name, all of them are listed.")
    return lesson_result(rules[code.upper()])


def _of_name(name: str) -> Result:
    from .diagnosis.repair.successor import successor
    from .display.history import history_result
    from .rules import RULES

    return history_result(name, successor(name, RULES))


def _of_releases(before: str, after: str) -> Result:
    from .catalog.difference import difference
    from .diagnosis.repair.successor import successors
    from .display.difference import difference_result
    from .rules import RULES

    found = difference(before, after)
    return difference_result(found, successors(found, RULES))
