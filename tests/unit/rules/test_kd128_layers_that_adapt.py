"""KD128: layers that adapt to data."""

from __future__ import annotations

import pytest
from refusals import refused, rules, told

REFUSED = [
    (
        TypeError(
            "Unsupported data type: <class 'pandas.core.frame.DataFrame'>. `adapt` supports `np.ndarray`, backend "
            "tensors, `tf.data.Dataset`, and `keras.utils.PyDataset`."
        ),
        "to_numpy()",
    ),
    (
        RuntimeError(
            "When using `output_mode=tf_idf` and `pad_to_max_tokens=False`, you must set the layer's vocabulary "
            "before calling it. Either pass"
        ),
        "layer.adapt(texts)",
    ),
    (
        RuntimeError(
            "Exception encountered when calling TextVectorization.call().\n\n\x1b[1m{{function_node}} Table not "
            "initialized. [Op:LookupTableFindV2]\x1b[0m"
        ),
        "layer.adapt(texts)",
    ),
    (
        ValueError(
            "The passed vocabulary has at least one repeated term. Please uniquify your dataset. The repeated "
            "terms are: ['a']"
        ),
        "dict.fromkeys",
    ),
    (
        ValueError("num_tokens must be set to use this layer. If the number of tokens is not known beforehand, use"),
        "num_tokens=",
    ),
    (
        ValueError(
            "When using `TextVectorization` to tokenize strings, the input rank must be 1 or the last shape "
            "dimension must be 1. Received: inputs.shape=(2, 3) with rank=2"
        ),
        "reduce_join",
    ),
    (
        RuntimeError(
            "Exception encountered when calling StringLookup.call().\n\n\x1b[1m{{function_node}} Cast int64 to string "
            "is not supported [Op:Cast] name: \x1b[0m"
        ),
        "x.astype(str)",
    ),
]


@pytest.mark.parametrize("says", [ValueError("A list has no end"), TypeError("It is not known")])
def test_other_errors_are_not_told(says):
    assert "KD128" not in rules("f(1)", f=refused(says))


def test_what_a_program_raises_itself_is_not_told():
    assert rules("raise says", says=REFUSED[0][0]) == []


@pytest.mark.parametrize("says, advice", REFUSED)
def test_it_is_told_what_to_do(says, advice):
    (problem,) = told("f(1)", f=refused(says))
    assert problem.rule == "KD128"
    assert advice in problem.fixes[0].title
