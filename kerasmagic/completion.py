"""What Tab offers behind a magic: its flags, and the names, releases and rules that it takes.

IPython asks its own magics' completers in the same way; where nothing of ours fits, its usual answer is given.
"""

from __future__ import annotations

from typing import Any, Callable, List, Mapping

_OURS = ("keras", "tensorflow", "tf_keras")


def candidates(magics: Any, namespace: Mapping[str, Any], command: str, before: str) -> list[str]:
    """What can stand at the cursor.

    Arguments:
        magics: the object whose methods declare the arguments.
        namespace: the user's variables.
        command: the magic, with or without its percent signs.
        before: the line up to the cursor.
    """
    name = command.lstrip("%")
    declared = getattr(magics, name).arguments
    words = before.split()[1:]
    word = words.pop() if words and not before[-1].isspace() else ""
    flags = {names[0]: settings for names, settings in declared if names[0].startswith("-")}
    if word.startswith("-"):
        return [flag for flag in flags if flag not in words or flags[flag].get("action") == "append"]
    flag = next((each for each in reversed(words) if each.startswith("-")), "")
    behind = len(words) - words.index(flag) - 1 if flag in words else 0
    values = _VALUES.get(flag)
    if values is not None and behind < int(flags.get(flag, {}).get("nargs") or 1):
        return values(word, namespace)
    if flag == "--model":
        return []  # IPython completes the names of files
    offered = _POSITIONAL.get(name)
    if name == "keras_fix":
        return [str(number) for number in range(1, magics.number_of_ways() + 1)]
    found = offered(word, namespace) if offered else []
    return found if word else [*found, *(each for each in flags if each not in words)]


def _targets(word: str, _: Any) -> list[str]:
    from .catalog import releases

    product, equals, _version = word.rpartition(",")[2].partition("==")
    if equals:  # to IPython, what follows the sign is a word of its own
        return list(releases().get(product, ()))[::-1]
    lead = word.rpartition(",")[0]
    return [f"{lead},{each}" if lead else each for each in ("tensorflow==", "keras==", "tf_keras==", "legacy", "colab")]


def _releases(_word: str, _: Any) -> list[str]:
    from .catalog import since

    return list(dict.fromkeys(".".join(version.split(".")[:2]) for version in since("1.0")))[::-1]


def _optimizers(_word: str, namespace: Mapping[str, Any]) -> list[str]:
    from .optimizers.history import releases

    recorded = {name.lower() for release in releases() for name in release.names}
    variables = [
        name
        for name, value in namespace.items()
        if not name.startswith("_") and str(type(value).__module__).partition(".")[0] in _OURS
    ]
    return [*sorted(recorded), *variables]


def _explained(word: str, _: Any) -> list[str]:
    """Codes of rules, and the names of the newest releases, one step further than what is typed."""
    from .catalog import targets

    if "." in word:
        owner = word.rpartition(".")[0]
        names = targets()[-1].names("tensorflow" + owner[2:] if owner.split(".")[0] == "tf" else owner)
        return [f"{owner}.{name}" for name in names if not name.startswith("_")]
    from .rules import RULES

    return [*(rule.code for rule in RULES.all()), "keras.", "tf.", "tf_keras."]


_Values = Callable[[str, Mapping[str, Any]], List[str]]
_VALUES: Mapping[str, _Values] = {"--target": _targets, "--since": _releases, "--compare": _optimizers}
_POSITIONAL: Mapping[str, _Values] = {"keras_optimizer": _optimizers, "keras_explain": _explained}
