"""KD138: a, b = … of something that gives another number of values."""

from __future__ import annotations

import pytest
from refusals import rules, told

_KERAS = {"__module__": "keras.src.models.model"}
_BASE = type("Model", (type("Layer", (), _KERAS),), _KERAS)
_DATA = {"__module__": "tensorflow.python.data.ops.dataset_ops"}


def test_what_is_not_of_keras_is_not_told():
    assert rules("a, b, c = (1, 2)") == []
    assert rules("for a, b in [1, 2]: pass") == []


def test_outputs_of_a_model():
    of = {**_KERAS, "predict": lambda self, x: [1, 2], "outputs": ["a", "b"]}
    (problem,) = told("a, b, c = model.predict(x)", model=type("Functional", (_BASE,), of)(), x=1)
    assert problem.title == "The model has 2 outputs, and the line takes 3"


def test_a_layer_that_is_not_built():
    layer = type("Dense", (type("Layer", (), _KERAS),), {**_KERAS, "get_weights": lambda self: []})()
    (problem,) = told("kernel, bias = layer.get_weights()", layer=layer)
    assert problem.title == "Dense does not have 2 weights: it is not built"


@pytest.mark.parametrize("cell", ["for x, y in ds:\n    pass", "x, y = next(iter(ds))"])
def test_elements_of_a_dataset(cell):
    of = {**_DATA, "__iter__": lambda self: iter([(1,)]), "element_spec": "x"}
    dataset = type("Batch", (type("DatasetV2", (), _DATA),), of)()
    (problem,) = told(cell, ds=dataset)
    assert problem.title == "An element of the dataset has 1 part, and the line takes 2"


def test_the_data_of_a_train_step():
    (problem,) = told("def train_step(data):\n    x, y, weight = data\ntrain_step((1, 2))")
    assert problem.rule == "KD138"
    assert "unpack_x_y_sample_weight" in problem.fixes[-1].title


@pytest.mark.parametrize(
    ("target", "works"),
    [("i, x, y", "i, (x, y)"), ("step, (x, y)", "step, (x, y)"), ("batch_idx, x, y", "batch_idx, (x, y)")],
)
def test_the_number_of_the_batch_comes_from_enumerate(target, works):
    problem = told(f"for {target} in ds:\n    pass", ds=pairs())[0]
    assert problem.fixes[0].source == f"for {works} in enumerate(ds):\n    pass"


def test_other_parts_are_not_numbers():
    problem = told("for x, y, weight in ds:\n    pass", ds=pairs())[0]
    assert problem.fixes[0].kind == "manual"


def pairs():
    """A dataset of inputs and labels."""
    of = {**_DATA, "__iter__": lambda self: iter([([1, 2, 3], [4, 5, 6])]), "element_spec": ("x", "y")}
    return type("Batch", (type("DatasetV2", (), _DATA),), of)()


def test_a_dataset_that_is_taken_apart_as_if_it_were_a_pair():
    of = {**_DATA, "__iter__": lambda self: iter([(1, 1), (2, 2), (3, 3)]), "element_spec": ("x", "y")}
    dataset = type("Batch", (type("DatasetV2", (), _DATA),), of)()
    (problem,) = told("x, y = train", train=dataset)
    assert problem.title == "train is a dataset, and is taken apart as if it were x, y"
    assert "x, y = next(iter(train))" in problem.fixes[0].title
