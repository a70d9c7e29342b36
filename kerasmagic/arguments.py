"""Arguments of magics: told in the docstring, parsed when the magic is used.

IPython's own ``magic_arguments`` makes a parser for each magic when it is defined, which costs more than everything
else that ``%load_ext kerasmagic`` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Mapping, Tuple

if TYPE_CHECKING:
    # What ``argparse.ArgumentParser.add_argument`` is given.
    Argument = Tuple[Tuple[str, ...], Mapping[str, Any]]


def argument(*names: str, **settings: Any) -> Argument:
    return names, settings


def arguments(*declared: Argument) -> Callable[[Any], Any]:
    """Declare the arguments of a magic; its docstring, which ``%magic?`` shows, lists them."""

    def declare(magic: Any) -> Any:
        magic.arguments = declared
        told = "".join(f"\n        {_usage(*each)}\n            {each[1]['help']}" for each in declared)
        magic.__doc__ = f"{magic.__doc__.rstrip()}\n\n        Arguments:\n{told}\n"
        return magic

    return declare


def parse(magic: Any, line: str) -> Any:
    """What was typed behind a magic; quotes around a value are taken off.

    Raises:
        IPython.core.error.UsageError: something else than the arguments that were declared.
    """
    from IPython.core.error import UsageError
    from IPython.core.magic_arguments import MagicArgumentParser

    parser = MagicArgumentParser(prog=magic.__name__)
    for names, settings in magic.arguments:
        parser.add_argument(*names, **settings)
    try:
        options = parser.parse_argstring(line)
    except (UsageError, ValueError) as error:  # ValueError: a quote that is never closed
        raise UsageError(f"{error}; %{magic.__name__}? lists the arguments.") from None
    for names, settings in magic.arguments:
        if settings.get("nargs") == "*":  # one value, which may have spaces in it
            setattr(options, names[0], " ".join(getattr(options, names[0])))
    for name, value in vars(options).items():
        setattr(options, name, _unquoted(value))
    return options


def _usage(names: tuple[str, ...], settings: Mapping[str, Any]) -> str:
    value = settings.get("metavar", "")
    value = " ".join(value) if isinstance(value, tuple) else value
    return f"{names[0]} {value}".rstrip() if names[0].startswith("-") else f"[{value}]"


def _unquoted(value: Any) -> Any:
    if isinstance(value, list):
        return [_unquoted(each) for each in value]
    if isinstance(value, str) and len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
