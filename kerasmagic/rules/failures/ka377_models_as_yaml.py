"""``model.to_yaml()`` and ``model_from_yaml``: Keras wrote and read YAML up to TensorFlow 2.3."""

from __future__ import annotations

import io
import tokenize
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...source.edits import Edit
from ...source.position import Range

_JSON = {"to_yaml": "to_json", "model_from_yaml": "model_from_json"}
_REFUSED = "has been removed due to security risk of arbitrary code execution"


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    wanted, facts = failure.wanted, failing.facts_of(failure)
    asked = wanted is not None and wanted.member in _JSON
    if facts is None or not facts.words & set(_JSON) or not (asked or _REFUSED in failure.message):
        return
    edits = tuple(_edits(facts))
    names = sorted({name for name in _JSON if name in facts.words})
    differs = "The text is JSON, whatever the file is called; a file that holds YAML cannot be read."
    unbinds = ("model_from_yaml",) if "model_from_yaml" in names else ()
    yield Problem(
        "KA377",
        ERROR,
        f"Keras has no {' and '.join(names)} any more",
        "YAML could run any code when it was read. JSON holds the same model.",
        reference="Model.to_yaml",
        fixes=(Fix("manual", "Write model.to_json(), and read it with keras.models.model_from_json(text)."),),
        proposals=(Proposal("Write JSON in the place of YAML", edits, differs=differs, unbinds=unbinds),)
        if edits
        else (),
    )


def _edits(facts: CellFacts) -> Iterator[Edit]:
    """The names of the cell, also those of its imports."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(facts.text).readline))
    except (tokenize.TokenError, SyntaxError):  # a cell with lines for a shell
        return
    for token in tokens:
        if token.type == tokenize.NAME and token.string in _JSON:
            where = Range(token.start[0], token.start[1], token.end[0], token.end[1])
            yield Edit(where, _JSON[token.string])


RULE = Rule(
    code="KA377",
    name="models as YAML",
    lesson=Lesson(
        what="`model.to_yaml()` or `model_from_yaml(text)` ends in RuntimeError: has been removed due to security risk "
        "of arbitrary code execution; in Keras 3 in AttributeError.",
        why="Reading YAML could run code that somebody had written into the file. to_json and model_from_json do the "
        "same with a text that holds no code.",
        since="tensorflow 2.4",
        before="import tensorflow as tf\nmodel = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(2,))])\n"
        "text = model.to_yaml()",
        after="import tensorflow as tf\nmodel = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(2,))])\n"
        "text = model.to_json()",
        target="tensorflow==2.10.1",
        related=("KA201",),
    ),
    on_failure=on_failure,
    is_cause=True,
)
