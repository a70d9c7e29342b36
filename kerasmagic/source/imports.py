"""Rewriting imports, names and keywords so that the same names stay bound and the layout stays as it was.

Every function returns edits for ``edits.apply_edits``; an empty list says that there is nothing to change, or that the
place cannot be edited exactly (a keyword inside an f-string before Python 3.12).
"""

from __future__ import annotations

import ast
import re
from typing import Iterable, NamedTuple

from .cell import Cell
from .edits import Edit
from .layout import Import, Token, alias_ranges, tokens
from .position import Range
from .reference import Reference
from .settings import in_assignment, in_call


class Move(NamedTuple):
    """Where an imported name comes from after the edit."""

    reference: Reference
    """A reference of the kinds ``import`` or ``from``."""
    module: str
    member: str | None = None
    """Its name there. None: as before; for ``import a.b`` the module itself."""
    renames: bool = False
    """The old name was a slip: its uses in the cell take the new one, where all of them can."""


def rebind(cell: Cell, moves: Iterable[Move]) -> list[Edit]:
    """Import names from elsewhere; the cell's own names for them stay bound.

    Names that go to one module share a statement.

    ``keras.utils.np_utils.to_categorical`` moved to ``keras.utils`` turns ``from keras.utils.np_utils import
    to_categorical as c`` into ``from keras.utils import to_categorical as c``. Where ``import a.b`` binds only ``a``,
    its later uses are edited.
    """
    waiting = {move.reference.range: move for move in moves if move.reference.kind in ("import", "from")}
    edits: list[Edit] = []
    imports = (node for node in cell.placed if isinstance(node, (ast.Import, ast.ImportFrom)))
    for node in imports:
        chosen = [waiting.get(where) for where in alias_ranges(cell, node)]
        for index, move in enumerate(chosen):
            uses = _uses_of(cell, node.names[index], move) if move is not None and move.renames else None
            if move is not None and move.renames:
                chosen[index] = move._replace(renames=uses is not None)
                edits += [Edit(cell.range(use), str(move.member)) for use in uses or ()]
        if any(chosen):
            edits += _rewrite(cell, node, chosen)
    return edits


def _uses_of(cell: Cell, alias: ast.alias, move: Move) -> list[ast.Name] | None:
    """The uses of an imported name; None where not each of them can take another name."""
    if cell.tree is None or alias.asname or not move.member:
        return None
    uses = [node for node in cell.placed if isinstance(node, ast.Name) and node.id == alias.name]
    placed = set(uses)
    for node in ast.walk(cell.tree):
        if isinstance(node, ast.Name):
            bound = not isinstance(node.ctx, ast.Load)
            if (node.id == alias.name and (bound or node not in placed)) or (node.id == move.member and bound):
                return None
        elif _binds(node) in (alias.name, move.member):
            return None
    return uses


def _binds(node: ast.AST) -> str | None:
    """The name that a parameter, a function, a class or an ``except`` binds."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler)):
        return node.name
    return node.arg if isinstance(node, ast.arg) else None


def import_instead(cell: Cell, reference: Reference, module: str, members: Iterable[str]) -> list[Edit]:
    """Import other names in the place of one: its own stays unbound."""
    for node in cell.placed:
        if not isinstance(node, ast.ImportFrom):
            continue
        places = alias_ranges(cell, node)
        if reference.range in places:
            where = cell.range(node)
            text, index = cell.segment(where), places.index(reference.range)
            wanted = ", ".join(members)
            if node.module == module:
                place = _aliases(text)[index]
                return [Edit(where, text[: place.start] + wanted + text[place.end :])]
            rest = [_without(text, [index])] if len(node.names) > 1 else []
            return [Edit(where, _separator(cell, where).join([f"from {module} import {wanted}", *rest]))]
    return []


def import_without(cell: Cell, reference: Reference) -> tuple[Range, str] | None:
    """Where a name is imported, and the statement without it: "" where it is the only one."""
    for node in cell.placed:
        places = alias_ranges(cell, node) if isinstance(node, ast.ImportFrom) else []
        if reference.range in places:
            where = cell.range(node)
            rest = _without(cell.segment(where), [places.index(reference.range)]) if len(places) > 1 else ""
            return where, rest
    return None


def replace_name(cell: Cell, reference: Reference, expression: str) -> list[Edit]:
    """Write another expression in the place of a name: for ``K.foo`` or ``K.foo(1)`` in the place of ``K.foo``."""
    where = _expression_range(cell, reference)
    places = [where] if where else _in_f_string(cell, reference)
    return [Edit(place, expression) for place in places if cell.segment(place) != expression]


def ensure_import(cell: Cell, statement: str, use: Range | None = None) -> list[Edit]:
    """Add an import statement, if the cell does not have it: before its first import, after ``__future__``, magics and
    what TensorFlow and Keras read when they are imported.

    ``use`` is where the name is used: the import comes before it.
    """
    body = cell.tree.body if cell.tree else []
    wanted = _bindings_of(ast.parse(statement).body)
    if wanted <= _bindings_of(body):
        return []
    commands = {command.line for command in cell.commands}
    statements = [node for node in body if node.lineno not in commands and not _is_preamble(node, body)]
    statements = statements[_settings_end(statements) :]
    imports = [node for node in statements if isinstance(node, (ast.Import, ast.ImportFrom))]
    if imports and (use is None or imports[0].lineno <= use.line):
        return [_insertion(cell, imports[0].lineno, statement)]
    if statements:
        first = statements[0]
        decorators = getattr(first, "decorator_list", [])
        return [_insertion(cell, min([first.lineno, *(item.lineno for item in decorators)]), statement)]
    last = len(cell.lines)
    text = cell.lines[-1] if cell.lines else ""
    newline = "" if not text or text.endswith(("\n", "\r")) else _newline(cell)
    line, column = (last, len(text)) if text else (1, 0)
    return [Edit(Range(line, column, line, column), newline + statement + _newline(cell))]


def rename_keyword(cell: Cell, reference: Reference, old: str, new: str) -> list[Edit]:
    """``Adam(lr=0.1)`` to ``Adam(learning_rate=0.1)``."""
    call = call_node(cell, reference)
    place = _keyword_place(cell, call, old) if call else None
    return [Edit(cell.between(place.start, place.name_end), new)] if place and old != new else []


def remove_keyword(cell: Cell, reference: Reference, name: str) -> list[Edit]:
    """``Adam(0.1, decay=1e-6)`` to ``Adam(0.1)``."""
    call = call_node(cell, reference)
    place = _keyword_place(cell, call, name) if call else None
    if not place:
        return []
    start, end = _item_span(cell.text, place.start, place.end)
    return [Edit(cell.between(start, end), "")]


def keyword_range(cell: Cell, call: ast.Call, name: str) -> Range | None:
    """Where ``name=value`` stands in a call."""
    place = _keyword_place(cell, call, name)
    return cell.between(place.start, place.end) if place else None


def without_keywords(cell: Cell, call: ast.Call, names: Iterable[str]) -> list[Edit]:
    """The call without some of its keywords."""
    places = sorted(filter(None, (_keyword_place(cell, call, name) for name in names)))
    runs: list[tuple[int, int]] = []
    for place in places:
        beside = bool(runs) and not cell.text[runs[-1][1] : place.start].replace(",", "", 1).strip()
        start = runs.pop()[0] if beside else place.start
        runs.append((start, place.end))
    return [Edit(cell.between(*_item_span(cell.text, start, end)), "") for start, end in runs]


def name_range(cell: Cell, reference: Reference) -> Range | None:
    """The whole dotted expression of an attribute, a call's function or a method; None where it has no exact place."""
    return _expression_range(cell, reference)


# Import statements


class _Alias(NamedTuple):
    start: int
    end: int
    name: Token


def _rewrite(cell: Cell, node: Import, moves: list[Move | None]) -> list[Edit]:
    where = cell.range(node)
    text = cell.segment(where)
    edits: list[Edit] = []
    wanted: list[str] = []  # the statements that the moved names need
    for alias, move in zip(node.names, moves):
        if move is not None:
            if isinstance(node, ast.Import) and not alias.asname:
                edits += _edit_uses(cell, alias.name, move.member or move.module)
            wanted.append(_statement(node, alias, move))
    new = _in_place(node, text, moves)
    if new is None:
        rest = _without(text, [index for index, move in enumerate(moves) if move]) if None in moves else None
        new = _separator(cell, where).join([*_merged(wanted), *([rest] if rest is not None else [])])
    if new != text:
        edits.append(Edit(where, new))
    return edits


def _in_place(node: Import, text: str, moves: list[Move | None]) -> str | None:
    """The statement with other names in it, where one statement of the same form is enough; its layout stays."""
    modules = {move.module for move in moves if move}
    if isinstance(node, ast.Import):
        if any(move.member for move in moves if move):
            return None
        for index in reversed(range(len(moves))):
            move = moves[index]
            if move:
                name = _aliases(text)[index].name
                text = text[: name.start] + move.module + text[name.end :]
        return text
    if modules != {node.module} and (None in moves or len(modules) > 1):
        return None
    for index in reversed(range(len(moves))):
        text = _with_name(text, index, node.names[index], moves[index])
    return _with_module(text, modules.pop())


def _without(text: str, indexes: list[int]) -> str:
    """The statement without some of its names."""
    for index in reversed(indexes):
        place = _aliases(text)[index]
        start, end = _item_span(text, place.start, place.end)
        text = text[:start] + text[end:]
    return text


def _statement(node: Import, alias: ast.alias, move: Move) -> str:
    bound = alias.asname
    if isinstance(node, ast.ImportFrom):
        member = move.member or alias.name
        bound = bound or (alias.name if alias.name != "*" and not move.renames else None)
        return f"from {move.module} import {_as(member, bound)}"
    if move.member is None:
        return f"import {move.module}" + (f" as {bound}" if bound else "")
    return f"from {move.module} import {_as(move.member, bound)}"


def _as(member: str, bound: str | None) -> str:
    return member if bound in (None, member) or member == "*" else f"{member} as {bound}"


def _merged(wanted: list[str]) -> list[str]:
    """The statements, with the names from one module in one."""
    groups: dict[str, list[str]] = {}
    for statement in wanted:
        head, separator, name = statement.partition(" import ")
        names = groups.setdefault(head + separator, [])
        if name not in names:
            names.append(name)
    return [head + ", ".join(names) for head, names in groups.items()]


def _separator(cell: Cell, where: Range) -> str:
    """What stands between two statements here: a new line with the indentation, or a semicolon."""
    before = cell.lines[where.line - 1][: where.column]
    return "; " if before.strip(" \t\ufeff") else _newline(cell, where.line) + before.lstrip("\ufeff")


def _newline(cell: Cell, line: int = 1) -> str:
    text = cell.lines[line - 1] if cell.lines else ""
    return text[len(text.rstrip("\r\n")) :] or ("\r\n" if "\r\n" in cell.text else "\n")


def _aliases(statement: str) -> list[_Alias]:
    """The names of an import statement with their ``as``."""
    words = [token for token in tokens(statement) if token.text[:1] not in "#\\(),;.\r\n"]
    words = words[next(index for index, word in enumerate(words) if word.text == "import") + 1 :]
    found: list[_Alias] = []
    index = 0
    while index < len(words):
        name = words[index]
        renamed = index + 2 < len(words) and words[index + 1].text == "as"
        found.append(_Alias(name.start, words[index + 2].end if renamed else name.end, name))
        index += 3 if renamed else 1
    return found


def _with_name(statement: str, index: int, alias: ast.alias, move: Move | None) -> str:
    if move is None or move.member in (None, alias.name) or alias.name == "*":
        return statement
    place = _aliases(statement)[index]
    bound = alias.asname or (str(move.member) if move.renames else alias.name)
    if alias.asname and move.member != bound:
        return f"{statement[: place.name.start]}{move.member}{statement[place.name.end :]}"
    return f"{statement[: place.start]}{_as(str(move.member), bound)}{statement[place.end :]}"


def _with_module(statement: str, module: str) -> str:
    words = [token for token in tokens(statement) if token.text[:1] not in "#\\\r\n"]
    end = next(index for index, word in enumerate(words) if word.text == "import")
    return statement[: words[1].start] + module + statement[words[end - 1].end :]


def _edit_uses(cell: Cell, old: str, new: str) -> list[Edit]:
    """``import a.b`` binds ``a``: where it becomes ``import x.y``, each ``a.b`` in the cell becomes ``x.y``."""
    if old == new:
        return []
    parts = old.split(".")
    edits = []
    for node in cell.placed:
        if chain(node) == parts and isinstance(getattr(node, "ctx", None), ast.Load):
            where = cell.range(node)
            if [part.strip() for part in cell.segment(where).split(".")] == parts:
                edits.append(Edit(where, new))
    return edits


def chain(node: ast.AST) -> list[str]:
    """The names of a dotted expression, ``a.b.c``; none of another one."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return [*reversed([*parts, node.id])] if isinstance(node, ast.Name) else []


def _item_span(text: str, start: int, end: int) -> tuple[int, int]:
    """What to delete so that an item of a list is gone: with its comma, and with its line where it stood alone."""
    line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    alone = not text[line_start:start].strip(" \t")
    comma = re.compile(r"[ \t]*,").match(text, end)
    if comma:
        rest = re.compile(r"[ \t]*(\r\n|\r|\n)?").match(text, comma.end())
        assert rest is not None
        if rest.group(1):
            return (line_start, rest.end()) if alone and line_start else (start, comma.end())
        return start, comma.end() if text.startswith("#", rest.end()) else rest.end()
    before = text[:start].rstrip(" \t")
    if before.endswith(","):
        return len(before) - 1, end
    continued = re.compile(r",[ \t]*\\(?:\r\n|\r|\n)[ \t]*\Z").search(text, max(line_start - 80, 0), start)
    if continued:
        return continued.start(), end
    if alone and line_start:
        following = re.compile(r"[ \t]*(?:\r\n|\r|\n)").match(text, end)
        return (line_start, following.end()) if following else (start, end)
    return start, end


# Places


def call_node(cell: Cell, reference: Reference) -> ast.Call | None:
    """The call that a reference is, or whose function it is."""
    calls = cell.calls if reference.kind == "call" else cell.called
    return calls.get((reference.range.end_line, reference.range.end_column))


def _expression_range(cell: Cell, reference: Reference) -> Range | None:
    if reference.kind == "call":
        call = call_node(cell, reference)
        return cell.range(call.func) if call else None
    node = cell.attributes.get((reference.range.end_line, reference.range.end_column))
    return cell.range(node) if node else None


def _in_f_string(cell: Cell, reference: Reference) -> list[Range]:
    """The places in the fields of an f-string, before Python 3.12 tells them."""
    start, end = cell.span(reference.range)
    written = re.compile(rf"(?<![\w.]){re.escape(reference.written)}(?!\w)")
    found = [match.span() for match in written.finditer(cell.text, start, end)] if "." in reference.written else []
    in_field = [cell.text.rfind("{", start, first) > cell.text.rfind("}", start, first) for first, _ in found]
    return [cell.between(*place) for place in found] if all(in_field) else []


class _Keyword(NamedTuple):
    """Offsets of ``name=value`` in the cell's text."""

    start: int
    name_end: int
    end: int


def _keyword_place(cell: Cell, call: ast.Call, name: str) -> _Keyword | None:
    """``ast.keyword`` has no position before Python 3.9: it stands between what comes before and its value."""
    keyword = next((item for item in call.keywords if item.arg == name), None)
    if keyword is None:
        return None
    value = cell.range(keyword.value)
    start, end = cell.span(value)
    others = [cell.range(item) for item in [*call.args, *(other.value for other in call.keywords), call.func]]
    floor = max(behind for _, behind in map(cell.span, others) if behind <= start)
    pattern = re.compile(r"#[^\r\n]*|(?P<name>\b" + re.escape(name) + r"\b)\s*=(?P<open>[^#]*)")
    found = next((m for m in pattern.finditer(cell.text, floor, start) if m.group("name")), None)
    if found is None:
        return None
    for _ in range(found.group("open").count("(")):
        end = cell.text.index(")", end) + 1
    return _Keyword(found.start("name"), found.end("name"), end)


def _insertion(cell: Cell, line: int, statement: str) -> Edit:
    text = cell.lines[line - 1]
    indent = len(text) - len(text.lstrip(" \t\ufeff"))
    return Edit(Range(line, indent, line, indent), statement + _newline(cell, line) + text[:indent].lstrip("\ufeff"))


def _is_preamble(node: ast.stmt, body: list[ast.stmt]) -> bool:
    """A docstring or a ``__future__`` import."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "__future__"
    return node is body[0] and isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str)


def _settings_end(statements: list[ast.stmt]) -> int:
    """How many statements end with the last environment variable that is set before TensorFlow or Keras is imported."""
    last = 0
    for number, node in enumerate(statements, 1):
        modules = {module.partition(".")[0] for module, _, _ in _bindings_of([node])}
        if modules & _READERS:
            break
        last = number if _sets_a_variable(node) else last
    return last


_READERS = {"tensorflow", "keras", "tf_keras"}
"""They read environment variables when they are imported, and not again."""


def _sets_a_variable(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        return any(isinstance(each, ast.Subscript) and in_assignment(each) for each in node.targets)
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and any(in_call(node.value))


def _bindings_of(body: list[ast.stmt]) -> set[tuple[str, str, str]]:
    """What top-level import statements bind: (module, member, name)."""
    found = set()
    for node in body:
        if isinstance(node, ast.Import):
            found |= {(alias.name, "", alias.asname or "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {(node.module or "", alias.name, alias.asname or alias.name) for alias in node.names}
    return found
