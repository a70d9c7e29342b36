"""KD127: datasets of tf.data."""

from __future__ import annotations

import numpy as np
import pytest
from refusals import layer, model, refused, rules, told

REFUSED = [
    (
        TypeError(
            "To specify the output signature you need to provide either the `output_signature` argument or the "
            "`output_types` argument."
        ),
        "tf.TensorSpec",
    ),
    (TypeError("`generator` must be a Python callable."), "without brackets"),
    (
        TypeError("`generator` yielded an element of shape (4,) where an element of shape (3,) was expected."),
        "the same",
    ),
    (TypeError("The dataset is infinite."), "steps_per_epoch"),
    (TypeError("The dataset length is unknown."), "sum(1 for _ in ds)"),
]


@pytest.mark.parametrize(
    "says",
    [
        TypeError("'list' object is not callable"),
        TypeError("'MyDataset' object is not callable"),
        ValueError("Dimensions 8 and 7 are not compatible"),
    ],
)
def test_other_errors_are_not_told(says):
    assert "KD127" not in rules("f(1)", f=refused(says))


def test_what_a_program_raises_itself_is_not_told():
    assert rules("raise says", says=REFUSED[0][0]) == []


@pytest.mark.parametrize("says, advice", REFUSED)
def test_it_is_told_what_to_do(says, advice):
    (problem,) = told("f(1)", f=refused(says))
    assert problem.rule == "KD127"
    assert advice in problem.fixes[0].title


class RangeDataset:
    __module__ = "tensorflow.python.data.ops.range_op"


class IterableDataset:
    __module__ = "datasets.iterable_dataset"


def test_a_dataset_of_another_package_is_not_told():
    assert rules("ds[0]", ds=IterableDataset()) == []


def test_a_dataset_has_no_elements_to_ask_for():
    (problem,) = told("ds[0]", ds=RangeDataset())
    assert problem.rule == "KD127"
    assert "next(iter(ds))" in problem.fixes[0].title


@pytest.mark.parametrize(("sizes", "lacking"), [(None, True), ((None, 2), False)])
def test_a_dataset_that_says_no_shapes(sizes, lacking):
    of = {"__module__": "tensorflow.python.data.ops.dataset_ops"}
    spec = type("TensorSpec", (), {"__module__": "tensorflow.python.framework.tensor", "dtype": None})()
    spec.shape = type("TensorShape", (), {"__module__": "tensorflow.python.framework.tensor_shape", "_dims": sizes})()
    base = type("DatasetV2", (), of)
    dataset = type("FlatMapDataset", (base,), {**of, "element_spec": (spec, spec)})()
    says = ValueError("as_list() is not defined on an unknown TensorShape.")
    found = [each.title for each in told("model.fit(ds)", model=model(says), ds=dataset) if each.rule == "KD127"]
    assert bool(found) is lacking


def test_the_arrays_of_a_pair_are_named_with_their_lengths():
    inside = {"__name__": "tensorflow.python.data.ops", "says": ValueError("Dimensions 48 and 60 are not compatible")}
    source = "def from_tensor_slices(tensors):\n    raise says"
    exec(compile(source, "/x/site-packages/tensorflow/python/data/ops/dataset_ops.py", "exec"), inside)
    given = {"from_tensor_slices": inside["from_tensor_slices"], "x": np.ones((48, 2)), "y": np.ones(60)}
    (problem,) = told("from_tensor_slices((x, y))", **given)
    assert problem.title == "from_tensor_slices gets arrays of different lengths: x has 48 and y has 60"


def test_the_number_of_samples_is_asked_of_the_files():
    of = {"__module__": "tensorflow.python.data.ops.dataset_ops"}
    train = type("PrefetchDataset", (type("DatasetV2", (), of),), of)()
    (problem,) = told("steps = train.samples // 4", train=train)
    assert "len(ds.file_paths)" in problem.fixes[0].title


@pytest.mark.parametrize(
    ("parts", "works"),
    [(1, "train = train.map(scale)"), (2, "train = train.map(lambda x, y: (scale(x), y))")],
)
def test_a_layer_that_is_called_with_a_dataset_becomes_a_map(parts, works):
    of = {"__module__": "tensorflow.python.data.ops.dataset_ops"}
    spec = type("TensorSpec", (), {"__module__": "tensorflow.python.framework.tensor", "dtype": None, "shape": None})
    train = type("PrefetchDataset", (type("DatasetV2", (), of),), {**of, "element_spec": (spec(),) * parts})()
    scale = layer("Rescaling")
    scale.says = ValueError("Attempt to convert a value (<PrefetchDataset element_spec=…>) to a Tensor")
    type(scale).__call__ = refused_layer(scale.says)
    (problem,) = [each for each in told("train = scale(train)", train=train, scale=scale) if each.rule == "KD127"]
    assert problem.fixes[0].source == works


def refused_layer(says):
    """The call of a layer that raises this."""
    inside = {"__name__": "keras.src.layers.layer", "says": says}
    exec(compile("def f(self, x):\n    raise says", "/x/site-packages/keras/src/layers/layer.py", "exec"), inside)
    return inside["f"]
