"""KD128: layers that adapt to data."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from refusals import keras, refused, rules, told

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


_TENSORFLOW = {"__module__": "tensorflow.python.data.ops.dataset_ops"}


class TensorSpec:
    __module__ = "tensorflow.python.framework.tensor"

    def __init__(self, dtype):
        self.shape, self.dtype = None, SimpleNamespace(name=dtype)


def pairs(*spec):
    """A dataset that gives elements of this form."""
    made = type("_BatchDataset", (type("DatasetV2", (), _TENSORFLOW),), _TENSORFLOW)()
    made.element_spec = spec
    return made


def adapting(kind, says):
    """A layer of Keras whose adapt refuses its data."""
    inside = keras(says)
    exec("class Layer(Layer):\n    def adapt(self, data): raise says.with_traceback(None)", inside)
    return type(kind, (inside["Layer"],), {"__module__": "keras.src.layers"})(says)


SAYS = RuntimeError("cannot compute Pack as input #1 was expected to be a string tensor but is a int32 tensor")
COLUMNS = {"text": TensorSpec("string"), "length": TensorSpec("int64")}


@pytest.mark.parametrize(
    "kind, spec, new",
    [
        ("TextVectorization", (TensorSpec("string"), TensorSpec("int32")), "lambda x, y: x"),
        ("TextVectorization", (TensorSpec("int32"), TensorSpec("string")), "lambda x, y: y"),
        ("StringLookup", (COLUMNS, TensorSpec("int32")), "lambda x, y: x['text']"),
        ("Normalization", (COLUMNS, TensorSpec("int32")), "lambda x, y: x['length']"),
        ("FeatureSpace", (COLUMNS, TensorSpec("int32")), "lambda x, y: x"),
        ("Normalization", (TensorSpec("float32"), TensorSpec("int32"), TensorSpec("float32")), "lambda x, y, w: x"),
    ],
)
def test_labels_are_left_out_of_what_adapt_gets(kind, spec, new):
    (problem,) = told("lookup.adapt(data)", lookup=adapting(kind, SAYS), data=pairs(*spec))
    assert problem.rule == "KD128"
    assert problem.fixes[0].source == f"lookup.adapt(data.map({new}))"


def test_a_dataset_without_labels_is_not_the_cause():
    assert rules("lookup.adapt(data)", lookup=adapting("StringLookup", SAYS), data=pairs(TensorSpec("string"))) == []


def test_which_of_several_columns_is_meant_is_for_you_to_say():
    spec = {"a": TensorSpec("float32"), "b": TensorSpec("float32")}
    (problem,) = told("scale.adapt(data)", scale=adapting("Normalization", SAYS), data=pairs(spec, TensorSpec("int32")))
    assert problem.fixes[0].source is None
    assert "x['a']" in problem.fixes[0].title
