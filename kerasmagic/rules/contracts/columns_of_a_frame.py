"""``flow_from_dataframe(df, y_col='label', class_mode='binary')`` with numbers in a column that has to hold texts."""

from __future__ import annotations

import ast
import re
from typing import Any

from ...diagnosis.contract.answer import Change, Finding
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...source.lines import before, statement_of
from ...source.nodes import last_name

_REFUSED = re.compile(
    r"(x_col|y_col)=[\"']?(?P<column>.*?)[\"']? (?:column values )?must be (?:type )?string", re.IGNORECASE
)


def column_of_numbers(failure: Failure) -> Finding | None:
    """What to write for the frame and the column of the cell; None where the cell does not show them."""
    said, facts = _REFUSED.search(failure.message), failing.facts_of(failure)
    call = next((each for each in failing.calls(failure, facts) if _is_flow(each)), None) if facts and said else None
    frame = _frame(call, failure) if call is not None else None
    if said is None or facts is None or call is None or frame is None:
        return None
    name, column = frame.id, repr(said["column"])
    table: Any = failing.value_of(frame, failure)
    values = next((table[each] for each in table.columns if each == said["column"]), None)
    if values is None:
        return None
    text, gaps = f"{name}[{column}]", bool(values.isna().any())
    line = f"{text} = {text}.astype(str)"
    of_files = said[1].lower() == "x_col"
    if of_files:
        line += " + '.jpg'"
    drop = f"{name} = {name}.dropna(subset=[{column}])"
    statement = statement_of(call, facts.cell)
    edits = before(statement, facts.cell, *([drop] if gaps else []), line) if statement is not None else []
    change = Change(
        "Make texts of the column first",
        tuple((edit.range, edit.text) for edit in edits),
        differs="The rows without a value are left out." if gaps else "",
        evidence=f"It holds {values.dtype} now.",
    )
    what = "file names" if of_files else "the names of classes"
    advice = f"Before it write {f'{drop}, then ' if gaps else ''}{line}."
    if of_files:
        advice += " Each row names a file below directory=, with its ending."
    return Finding(
        title=f"flow_from_dataframe takes {what}, and the column {column} of {name} holds {values.dtype}",
        cause="They have to be texts."
        if of_files
        else "For class_mode 'binary' and 'categorical' it numbers the names itself, and takes texts only.",
        changes=(change,) if edits and not of_files else (),
        advice=(advice,),
        reference="flow_from_dataframe",
    )


def _is_flow(call: ast.Call) -> bool:
    return last_name(call.func) == "flow_from_dataframe"


def _frame(call: ast.Call, failure: Failure) -> ast.Name | None:
    """The variable that holds the frame: also of ``train_df[:30]`` and ``train_df.sample(frac=1)``."""
    given = next((item.value for item in call.keywords if item.arg == "dataframe"), None) or next(iter(call.args), None)
    names = [node for node in ast.walk(given) if isinstance(node, ast.Name)] if given is not None else []
    frames = [name for name in names if session.is_exactly(failing.value_of(name, failure), "pandas", "DataFrame")]
    return frames[0] if len({name.id for name in frames}) == 1 else None
