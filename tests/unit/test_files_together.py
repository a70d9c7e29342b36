"""An import that no edit mends alone is mended with what uses it in later cells."""

from __future__ import annotations

import json

from kerasmagic.files.document import read_document
from kerasmagic.files.fix import fixed_passages
from kerasmagic.files.targets import world
from kerasmagic.restore.used_further_down import fix_imports_with_their_uses

HERE = world("tensorflow==2.20.0,keras==3.13.2")
MERGE = "from keras.layers import Dense, merge"
SEQUENTIAL = "from keras.models import Model, Sequential\nfrom keras.layers import Dense, Merge"
MODELS = (
    "models = []\nfor size in (2, 3):\n    models.append(Sequential([Dense(1, input_shape=(size,))]))\n"
    "model = Sequential()\nmodel.add(Merge(models, mode='concat'))\nmodel.add(Dense(1))"
)


def fixed(*cells):
    form = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    cells = [{**form, "source": text} for text in cells]
    notebook = {"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": cells}
    return fixed_passages(read_document(json.dumps(notebook).encode(), "a.ipynb"), HERE)


def test_each_call_of_merge_in_a_later_cell_tells_what_is_imported():
    assert fixed(MERGE, "x = 1", "h = merge([a, b], mode='sum')", "h = merge([h, a], mode='concat')") == {
        1: "from keras.layers import Dense, add, concatenate",
        3: "h = add([a, b])",
        4: "h = concatenate([h, a])",
    }


def test_where_one_call_does_not_tell_nothing_is_changed():
    assert fixed(MERGE, "h = merge([a, b], mode=how)") == {}
    assert fixed(MERGE, "%%time\nh = merge([a, b], mode='sum')") == {}
    assert fixed(MERGE, "h = 1") == {}


def test_a_model_that_begins_with_others_is_to_be_checked():
    texts = {1: SEQUENTIAL, 2: MODELS}
    (change,) = fix_imports_with_their_uses(texts, HERE)
    assert (change.cell, change.rule, change.grade) == (1, "KI160", "check the result")
    assert "import Dense, concatenate" in texts[1] and "# kerasmagic: check the result." in texts[2]
    assert "merged = concatenate([tensor for each in models for tensor in each.outputs])\n" in texts[2]
    inputs = "list(dict.fromkeys([tensor for each in models for tensor in each.inputs]))"
    assert texts[2].endswith(f"model = Model({inputs}, merged)")


def test_nothing_else_is_edited_there():
    texts = {1: "from keras.layers import Dense, Highway", 2: "Highway()"}
    before = dict(texts)
    assert fix_imports_with_their_uses(texts, HERE) == [] and texts == before
