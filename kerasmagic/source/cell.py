"""A cell as its author typed it, read as Python with IPython's syntax in it."""

from __future__ import annotations

import ast
import re
import sys
import warnings
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Any, Mapping, NamedTuple

from .nodes import children
from .position import Range

PYTHON_MAGICS = frozenset(
    {"time", "timeit", "capture", "prun", "debug", "memit", "scalene", "pyinstrument", "snakeviz", "heat", "ipytest"}
    | {"keras_check", "wandb"}
)
"""Cell magics whose body is Python that runs in this kernel. The body of any other is not read as Python."""
SHELL_MAGICS = frozenset(["bash", "sh", "shell", "system", "sx", "!", "script"])

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_CELL_MAGIC = re.compile(r"[ \t]*%%(!|[\w.]+)")
_ESCAPED = re.compile(r"[ \t]*[%!?,;/]")
_MARKS = tuple(re.compile(mark) for mark in (r"\n[ \t]*[%!?,;/]", r"=[ \t]*[%!][^=]", r"\?[ \t]*(?:[\r\n]|$)"))
"""Where IPython's syntax may be, besides the first line. Each begins with a character that is found fast."""
_PROMPT = re.compile(r"(?:>>>|\.\.\.)(?: |(?=[\r\n]|$))|In \[\d*\]: ?|[ \t]*\.{3,}: ?")
_ASSIGNED = re.compile(r"[^=#'\"]*=[ \t]*(?=[%!][^=])")
_NOT_HELP = re.compile(r"[#'\"]")
_TIMED = re.compile(
    r"([ \t]*)(%(?:time|timeit|prun|memit)[ \t]+(?:-[a-zA-Z]+(?:[ \t]*\d+)?[ \t]+)*)([^\s-].*)", re.DOTALL
)
_TOKEN = re.compile(
    r"""(?P<triple>\"{3}|'{3})|"[^"\\]*(?:\\.[^"\\]*)*"?|'[^'\\]*(?:\\.[^'\\]*)*'?|\#.*|(?P<open>[(\[{])|(?P<close>[)\]}])""",
    re.DOTALL,
)
_TRIPLE_END = {quote: re.compile(r"[^\\]*?(?:\\.[^\\]*?)*?" + quote, re.DOTALL) for quote in ('"""', "'''")}
_NUMBER_AND_WORD = re.compile(r"[0-9](?:[xX][0-9a-fA-F_]*|[jJ.])?(?:and|else|for|i[fns]|or|not)")
_PYTHON_MAY_CRASH = sys.version_info < (3, 11)
_DEEPEST = 10_000
"""Chained operators. Before Python 3.11, ast.parse kills the process somewhere beyond 20,000 instead of raising."""
_WIDE = re.compile(r"[^\x00-\x7f]")
F_STRINGS_HAVE_POSITIONS = sys.version_info >= (3, 12)
"""Whether ast tells where in the text the fields of an f-string are."""


class Command(NamedTuple):
    """A line, or a continued line, that is IPython's and not Python's: ``!pip install keras``, ``%env X=1``."""

    line: int
    column: int
    text: str
    """From the escape character on; a continued line is joined."""


@dataclass(frozen=True)
class Cell:
    """The text of a cell and what Python makes of it. Exactly one of ``tree`` and ``error`` is not None."""

    text: str
    tree: ast.Module | None
    """Lines are those of the text; use ``range`` for columns. Empty for a cell that is not Python (``%%bash``)."""
    error: str | None = None
    """Why it does not parse, in one sentence."""
    magic: str = ""
    """The name of the cell magic: "time", "bash"."""
    commands: tuple[Command, ...] = ()
    """IPython's lines, in order; for a shell cell, each line of it."""
    parsed: str = field(default="", repr=False)
    """What Python parsed: the text with magics masked. It has the same lines."""
    shifts: Mapping[int, int] = field(default_factory=dict, repr=False)
    """Line -> how many characters in front of its code were not given to Python."""

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines with their endings, as Python counts lines (a form feed ends none)."""
        return _LINE.findall(self.text)

    @cached_property
    def _wide(self) -> dict[int, tuple[list[int], list[int]]]:
        """Of lines with characters beyond ASCII: UTF-8 offsets behind each such character, and the surplus up to it."""
        found: dict[int, tuple[list[int], list[int]]] = {}
        for number, line in enumerate(_LINE.findall(self.parsed), 1):
            if not line.isascii():
                ends, surplus, extra = [], [], 0
                for match in _WIDE.finditer(line):
                    extra += len(match.group().encode("utf-8", "surrogatepass")) - 1
                    ends.append(match.end() + extra)
                    surplus.append(extra)
                found[number] = (ends, surplus)
        return found

    @cached_property
    def placed(self) -> list[ast.AST]:
        """All nodes that have an exact place in the text: those inside an f-string only from Python 3.12 on."""
        found: list[ast.AST] = []
        waiting: list[ast.AST] = [self.tree] if self.tree else []
        while waiting:
            node = waiting.pop()
            found.append(node)
            if not isinstance(node, ast.JoinedStr):
                waiting += children(node)
            elif F_STRINGS_HAVE_POSITIONS:
                waiting += [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        return found

    @cached_property
    def calls(self) -> dict[tuple[int, int], ast.Call]:
        """The calls among those, by line and column of their end in the text."""
        return {self.end(node): node for node in self.placed if isinstance(node, ast.Call)}

    @cached_property
    def called(self) -> dict[tuple[int, int], ast.Call]:
        """The same, by the end of what is called."""
        return {self.end(node.func): node for node in self.placed if isinstance(node, ast.Call)}

    @cached_property
    def attributes(self) -> dict[tuple[int, int], ast.Attribute]:
        """The attributes among those, by their end."""
        return {self.end(node): node for node in self.placed if isinstance(node, ast.Attribute)}

    def column(self, line: int, offset: int) -> int:
        """The column in the text, in characters, of ast's (line, UTF-8 offset)."""
        if not self.shifts and self.parsed.isascii():
            return offset
        if line in self._wide:
            ends, surplus = self._wide[line]
            index = bisect_left(ends, offset + 1)
            offset -= surplus[index - 1] if index else 0
        return offset + self.shifts.get(line, 0)

    def end(self, node: Any) -> tuple[int, int]:
        """Line and column in the text behind an ast node."""
        return node.end_lineno, self.column(node.end_lineno, node.end_col_offset)

    def range(self, node: Any, last: Any = None) -> Range:
        """Where an ast node stands in the text, or all from it to another one."""
        line, (end_line, end_column) = node.lineno, self.end(last or node)
        return Range(line, self.column(line, node.col_offset), end_line, end_column)

    def segment(self, where: Range) -> str:
        """The text of a range."""
        if where.line == where.end_line:
            return self.lines[where.line - 1][where.column : where.end_column]
        first, *between = self.lines[where.line - 1 : where.end_line]
        last = between.pop()[: where.end_column]
        return "".join([first[where.column :], *between, last])

    @cached_property
    def _starts(self) -> list[int]:
        """The offset of each line in the text."""
        return [0, *accumulate(len(line) for line in self.lines[:-1])]

    def span(self, where: Range) -> tuple[int, int]:
        """The offsets of a range in the text."""
        return self._starts[where.line - 1] + where.column, self._starts[where.end_line - 1] + where.end_column

    def between(self, start: int, end: int) -> Range:
        """The range from one offset in the text to another."""
        return Range(*self._place(start), *self._place(end))

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1]


def read_cell(text: str) -> Cell:
    """Read a cell as it was typed: Python, with magics, shell lines and help requests wherever IPython takes them.

    Never raises: what does not parse comes back with ``error``, one sentence.
    """
    if not _may_be_ipython(text):
        try:
            return Cell(text, _parse(text), parsed=text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
    return _read_ipython(text)


def _may_be_ipython(text: str) -> bool:
    return bool(_ESCAPED.match(text)) or any(mark.search(text) for mark in _MARKS)


def _parse(text: str) -> ast.Module:
    if _PYTHON_MAY_CRASH and len(text) > _DEEPEST and _is_chained_too_long(text):
        raise RecursionError
    if "\\" not in text and not _NUMBER_AND_WORD.search(text):
        return ast.parse(text)
    with warnings.catch_warnings():  # an invalid escape or ``0if`` is told when the cell runs, not a second time here
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _is_chained_too_long(text: str) -> bool:
    """Whether an expression like ``a.b.c…`` or ``1+1+1…`` may overflow the stack of Python's own parser."""
    runs = re.split(r"[,;\r\n]", re.sub(r"'[^'\\\r\n]*'|\"[^\"\\\r\n]*\"", "", text))
    return any(len(run) > _DEEPEST and len(re.findall(r"[.\[(+*/%@|&^<>-]", run)) > _DEEPEST for run in runs)


def _read_ipython(text: str) -> Cell:
    """The way of the cells that are not plain Python."""
    lines: list[str] = _LINE.findall(text)
    shifts: dict[int, int] = {}
    if text.startswith("\ufeff"):
        _strip(lines, shifts, 0, 1)
    _dedent(lines, shifts)
    magic = ""
    first = _first_line(lines)
    while first < len(lines):
        match = _CELL_MAGIC.match(lines[first])
        if not match:
            break
        magic = magic or match.group(1)
        if match.group(1) not in PYTHON_MAGICS:
            commands = _shell_lines(lines, first) if match.group(1) in SHELL_MAGICS else ()
            return Cell(text, ast.Module(body=[], type_ignores=[]), magic=magic, commands=commands)
        lines[first] = _ending(lines[first])
        first = _first_line(lines)
        _dedent(lines, shifts)
    typed, typed_shifts = list(lines), dict(shifts)
    commands = _mask(lines, shifts)
    try:
        try:
            return _finish(text, lines, shifts, magic, commands)
        except SyntaxError:
            if lines == typed:
                raise
            try:  # what looked like a magic may be Python after all
                return _finish(text, typed, typed_shifts, magic, ())
            except SyntaxError:
                pass
            raise
    except (RecursionError, MemoryError):
        return Cell(text, None, error="This code is nested too deeply for Python to read.", magic=magic)
    except SyntaxError as error:
        line = error.lineno if error.lineno and error.lineno <= len(lines) else None
        message = (error.msg or "invalid syntax").split("\n")[0].rstrip(".")
        return Cell(
            text,
            None,
            error=f"Line {line}: {message}." if line else f"{message[:1].upper()}{message[1:]}.",
            magic=magic,
            commands=commands,
        )
    except ValueError as error:  # null bytes up to Python 3.11, lone surrogates
        reason = "a null byte" if "null" in str(error) else "a character that is not valid in Python source"
        return Cell(text, None, error=f"The code contains {reason}.", magic=magic, commands=commands)


def _finish(text: str, lines: list[str], shifts: dict[int, int], magic: str, commands: tuple[Command, ...]) -> Cell:
    parsed = "".join(lines)
    return Cell(text, _parse(parsed), magic=magic, commands=commands, parsed=parsed, shifts=shifts)


def _first_line(lines: list[str]) -> int:
    """The index of the first line that is not blank; the number of lines when all are."""
    return next((index for index, line in enumerate(lines) if line.strip()), len(lines))


def _ending(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _strip(lines: list[str], shifts: dict[int, int], index: int, width: int) -> None:
    lines[index] = lines[index][width:]
    shifts[index + 1] = shifts.get(index + 1, 0) + width


def _dedent(lines: list[str], shifts: dict[int, int]) -> None:
    """Take away what IPython takes away: the first line's indentation, or the prompts of a pasted session."""
    first = _first_line(lines)
    if first == len(lines):
        return
    line = lines[first]
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    if indent:
        for index in range(first, len(lines)):
            if lines[index].startswith(indent):
                _strip(lines, shifts, index, len(indent))
    if lines[first].startswith((">>>", "In [")):
        for index in range(first, len(lines)):
            prompt = _PROMPT.match(lines[index])
            if prompt:
                _strip(lines, shifts, index, prompt.end())


def _shell_lines(lines: list[str], magic: int) -> tuple[Command, ...]:
    return tuple(
        Command(index + 1, len(line) - len(line.lstrip()), "!" + line.strip())
        for index, line in enumerate(lines)
        if index > magic and line.strip()
    )


def _mask(lines: list[str], shifts: dict[int, int]) -> tuple[Command, ...]:
    """Put Python in the place of IPython's lines, where a statement begins: not within brackets or strings."""
    commands: list[Command] = []
    candidates = [index for index, line in enumerate(lines) if _may_be_ipython(line)]
    depth, quote, continued, index = 0, "", False, 0
    while candidates and index <= candidates[-1]:
        line = lines[index]
        if not depth and not quote and not continued:
            end = _mask_line(lines, shifts, index, commands)
            if end > index:
                index = end
                continue
        depth, quote, continued = _scan(line, depth, quote)
        index += 1
    return tuple(commands)


def _mask_line(lines: list[str], shifts: dict[int, int], index: int, commands: list[Command]) -> int:
    """Mask one of IPython's lines with its continuations; the index after it, or the same index if it is Python's."""
    line = lines[index]
    if not _may_be_ipython(line):
        return index
    timed = _TIMED.match(line)
    if timed and _is_python(timed.group(3)):
        lines[index] = timed.group(1) + timed.group(3)
        shifts[index + 1] = shifts.get(index + 1, 0) + len(timed.group(2))
        return index + 1
    column = len(line) - len(line.lstrip(" \t"))
    assigned = _ASSIGNED.match(line)
    if assigned:
        column = assigned.end()
    elif not _ESCAPED.match(line) and not (line.rstrip().endswith("?") and not _NOT_HELP.search(line)):
        return index
    end, parts = index + 1, [line[column:].rstrip("\r\n")]
    while parts[-1].endswith("\\") and end < len(lines):
        parts[-1] = parts[-1][:-1]
        parts.append(lines[end].rstrip("\r\n"))
        lines[end] = _ending(lines[end])
        end += 1
    text = " ".join(part.strip() for part in parts)
    commands.append(Command(index + 1, column + shifts.get(index + 1, 0), text))
    lines[index] = line[:column] + ("None" if assigned else "pass") + _ending(line)
    return end


def _is_python(code: str) -> bool:
    try:
        _parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _scan(line: str, depth: int, quote: str) -> tuple[int, str, bool]:
    """What is open after a line: brackets, a triple quote, a backslash."""
    position = 0
    while True:
        if quote:
            end = _TRIPLE_END[quote].match(line, position)
            if not end:
                return depth, quote, False
            position, quote = end.end(), ""
        token = _TOKEN.search(line, position)
        if not token:
            return depth, "", line.rstrip("\r\n").endswith("\\")
        position = token.end()
        if token.lastgroup == "triple":
            quote = token.group()
        elif token.lastgroup == "open":
            depth += 1
        elif token.lastgroup == "close":
            depth = max(depth - 1, 0)
