"""KD176: several datasets in one call."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from refusals import compiled, rules, told

UNKNOWN = ValueError("Unrecognized data type: x=[<_BatchDataset element_spec=…>] (of type <class 'list'>)")


class Known:
    """Stands for what TensorFlow defines: its class says so."""

    def __init_subclass__(cls):
        cls.__module__ = "tensorflow.python.data"


class TensorSpec(Known):
    def __init__(self, *shape):
        self.shape, self.dtype = shape, SimpleNamespace(name="float32")


class EagerTensor(Known):
    shape = SimpleNamespace(rank=0)

    def __init__(self, value):
        self.value = value

    def numpy(self):
        return self.value


class DatasetV2(Known):
    def __init__(self, source=None, size=None, spec=None):
        self.element_spec = spec or TensorSpec(None, 3)
        if source is not None:
            self._input_dataset = source
        if size is not None:
            self._batch_size = EagerTensor(size)

    def take(self, count):
        return self


class TensorSliceDataset(DatasetV2):
    pass


class _ShuffleDataset(DatasetV2):
    pass


class _BatchDataset(DatasetV2):
    pass


def batched(size=8, steps=TensorSliceDataset):
    return _BatchDataset(steps(TensorSliceDataset()) if steps is _ShuffleDataset else steps(), size)


NAMES = {"a": batched(), "b": batched(), "y": np.zeros((16, 1))}
PAIR = _BatchDataset(TensorSliceDataset(), 8, (TensorSpec(None, 3), TensorSpec(None, 1)))


def first(line, inputs=2, says=UNKNOWN, **names):
    model = compiled(says, (None, 1), inputs=inputs)
    (problem,) = told(line, model=model, **{**NAMES, **names})
    return problem.rule, problem.fixes[0].title


@pytest.mark.parametrize(
    "line, advice",
    [
        ("model.fit([a, b], y)", "zip(((a, b), tf.data.Dataset.from_tensor_slices(y).batch(8)))"),
        ("model.fit([a, b], c)", "zip(((a, b), c))"),
        ("model.fit([a, b])", "zip(((a, b),))"),
        ("model.fit({'p': a, 'q': b}, c)", "zip(({'p': a, 'q': b}, c))"),
        ("model.fit([a, b], y, validation_data=PAIR)", "from_tensor_slices(y).batch(8)"),
    ],
)
def test_they_become_one(line, advice):
    rule, title = first(line, c=batched(), PAIR=PAIR)
    assert rule == "KD176" and advice in title


def test_what_is_shuffled_by_itself_is_not_put_together():
    rule, title = first("model.fit([a, s], y)", s=batched(steps=_ShuffleDataset))
    assert rule == "KD176" and title.startswith("Without shuffle")


def test_datasets_with_labels_follow_each_other_for_one_input():
    assert first("model.fit([p, q])", inputs=1, p=PAIR, q=PAIR)[1].endswith("p.concatenate(q).")


@pytest.mark.parametrize("line", ["model.fit([y, a], y)", "model.fit([a, b, a], y)", "model.fit(y, y)"])
def test_other_data_is_not_told(line):
    assert "KD176" not in rules(line, model=compiled(UNKNOWN, (None, 1), inputs=2), **NAMES)
