"""What expressions anywhere in a failed cell stand for."""

from __future__ import annotations

import ast

import pytest

from kerasmagic.diagnosis.evidence import failed_cell as failing
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.evidence.scoped import Scoped

CELL = """
for layer in layers:
    layer.here
for number, one in enumerate(layers[1:]):
    one.here
[each.here for each in reversed(layers)]
first.here
layers[0].here
def f(first, *others):
    first.here
    layers[1].here
    lambda first: first.here
"""


@pytest.mark.parametrize(
    ("line", "values"),
    [
        (3, ["a", "b"]),
        (5, ["a", "b"]),
        (6, ["a", "b"]),
        (7, ["x"]),
        (8, ["a"]),
        (10, []),
        (11, ["b"]),
        (12, []),
    ],
)
def test_a_name_is_looked_up_where_it_stands(line, values):
    # The line that failed is outside of the functions: it tells nothing of what these are called with.
    says = 'in user code:\n\n    File "c", line 6, in f\n        [each.here for each in reversed(layers)]\n'
    failure = Failure(ValueError(says), CELL, {"layers": ["a", "b"], "first": "x"})
    facts = failing.facts_of(failure)
    asked = [node for node in ast.walk(facts.cell.tree) if isinstance(node, ast.Attribute) and node.attr == "here"]
    scoped = Scoped(failure, facts)
    (node,) = (node for node in asked if node.lineno == line)
    assert scoped.values(node.value) == values
