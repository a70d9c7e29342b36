"""What a shell line or a line magic installs or sets."""

from __future__ import annotations

import re
import shlex

_INSTALL = re.compile(
    r"(?:[%!]+|.*?(?:&&|;|\|\|)|)\s*(?:sudo\s+)?(?:\S*python[\d.]*\s+-m\s+|uv\s+|\{sys\.executable\}\s+-m\s+)?"
    r"(?:\S*/)?(?:pip[\d.]*|conda|mamba)\s+(?:-\S+\s+)*install\s+(.*)"
)
_SETTING = re.compile(r"%(?:set_)?env\s+(\w+)\s*[=\s]\s*(.*)")
_WITH_VALUE = frozenset(
    [
        "-r",
        "--requirement",
        "-c",
        "--constraint",
        "-i",
        "--index-url",
        "--extra-index-url",
        "-f",
        "--find-links",
        "-t",
        "--target",
        "--prefix",
        "--root",
        "--src",
        "--cache-dir",
        "--timeout",
        "--retries",
        "--proxy",
        "--trusted-host",
        "--progress-bar",
        "--upgrade-strategy",
        "--python-version",
        "--platform",
        "--no-binary",
        "--only-binary",
        "-n",
        "--name",
        "-p",
        "--channel",
        "--python",
    ]
)


def installs(command: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The requirements and the options of ``!pip install -q "keras<3"``; empty for any other line."""
    match = _INSTALL.match(command) if "install" in command else None
    if not match:
        return (), ()
    try:
        words = shlex.split(_unquoted_part(match.group(1)))
    except ValueError:
        words = match.group(1).split()
    requirements: list[str] = []
    options: list[str] = []
    before = ""
    for word in words:
        if before:
            if before in ("-r", "--requirement"):
                requirements.append(f"-r {word}")
            before = ""
        elif word.startswith("-"):
            options.append(word)
            before = word if word in _WITH_VALUE else ""
        else:
            requirements.append(word)
    return tuple(requirements), tuple(options)


def installer(command: str) -> str:
    """Whose Python a line installs into: ``kernel`` (``%pip``), ``pip`` (the first one on PATH), ``python`` (the first
    one on PATH), or ``other``, such as uv and conda, which look for an environment by rules of their own."""
    if re.match(r"(?:%?(?:uv\s+)?pip\s|!\s*[\"']?\{sys\.executable\})", command):
        return "kernel"
    match = re.match(r"!+\s*(?:sudo\s+)?(python[\d.]*\s+-m\s+)?pip[\d.]*\s", command)
    return ("python" if match[1] else "pip") if match else "other"


def setting(command: str) -> tuple[str, str | None]:
    """The variable and the value of ``%env KERAS_BACKEND=jax``; an empty name for any other line."""
    match = _SETTING.match(command)
    return (match.group(1), match.group(2).strip()) if match else ("", None)


def _unquoted_part(arguments: str) -> str:
    """A command up to what ends it in a shell: ``;``, ``&&``, a redirection, a comment."""
    quote = ""
    for index, character in enumerate(arguments):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif (
            character in ";&|"
            or (character == "#" and arguments[index - 1 : index] in (" ", ""))
            or (character in "<>" and arguments[index - 1 : index] in (" ", "", "2", "1"))
        ):
            return arguments[:index]
    return arguments
