"""Scripts that let Tab complete the command line in bash, zsh and fish, made from the parser itself."""

from __future__ import annotations

import argparse
from typing import Mapping, Sequence


def script(shell: str, parser: argparse.ArgumentParser) -> str:
    """The script for ``bash``, ``zsh`` or ``fish``."""
    commands = _options_by_command(parser)
    return _fish(commands) if shell == "fish" else _bash(commands, shell == "zsh")


def _options_by_command(parser: argparse.ArgumentParser) -> dict[str, list[str]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return {
                name: [option for each in command._actions for option in each.option_strings if option.startswith("--")]
                for name, command in action.choices.items()
            }
    return {}


def _bash(commands: Mapping[str, Sequence[str]], in_zsh: bool) -> str:
    cases = "\n".join(f"    {name}) words='{' '.join(options)}' ;;" for name, options in commands.items())
    lead = "autoload -U +X bashcompinit && bashcompinit\n" if in_zsh else ""
    return f"""{lead}_kerasmagic() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" words='{" ".join(commands)}'
  if [ "$COMP_CWORD" -gt 1 ]; then
    case "${{COMP_WORDS[1]}}" in
{cases}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -F _kerasmagic kerasmagic"""


def _fish(commands: Mapping[str, Sequence[str]]) -> str:
    lines = [f"complete -c kerasmagic -n __fish_use_subcommand -a '{' '.join(commands)}'"]
    for name, options in commands.items():
        condition = f"'__fish_seen_subcommand_from {name}'"
        lines += [f"complete -c kerasmagic -n {condition} -l {option[2:]}" for option in options]
    return "\n".join(lines)
