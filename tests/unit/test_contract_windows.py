"""KD127, of windows: datasets inside of a dataset."""

from __future__ import annotations

import pytest
from refusals import told

SAYS = TypeError("'_VariantDataset' object is not subscriptable")
NUMPY = "ds = source.window(n + 1, shift=1, drop_remainder=True)\nds = ds.map(split)"


class Dataset:
    """A dataset of tf.data: it refuses to be gone through."""

    def __init__(self, spec=None, before=None, says=SAYS):
        self._input_dataset, self.element_spec, self.says = before, spec, says

    def window(self, size, **others):
        return made("_WindowDataset", self.element_spec, self, self.says)

    def map(self, function):
        raise self.says.with_traceback(None)

    def flat_map(self, function):
        return made("_FlatMapDataset", self.element_spec, self, self.says)


DatasetV2 = type("DatasetV2", (Dataset,), {"__module__": "tensorflow.python.data.ops.dataset_ops"})


def made(kind, spec=None, before=None, says=SAYS):
    return type(kind, (DatasetV2,), {"__module__": "tensorflow.python.data.ops.dataset_ops"})(spec, before, says)


def source(*spec):
    return made("_TensorSliceDataset", spec or None)


def edit(cell, **names):
    (problem,) = told(cell, n=3, split=len, **names)
    assert problem.rule == "KD127"
    return problem.fixes[0].source


def test_windows_become_tensors_where_they_are_made():
    wanted = NUMPY.replace("True)", "True).flat_map(lambda window: window.batch(n + 1, drop_remainder=True))", 1)
    assert edit(NUMPY, source=source()) == wanted


def test_windows_of_pairs_are_pairs_of_tensors():
    zipped = (
        "flat_map(lambda x, y: tf.data.Dataset.zip((x.batch(5, drop_remainder=True), y.batch(5, drop_remainder=True))))"
    )
    cell = "ds = source.window(5, drop_remainder=True)\nds.map(split)"
    assert edit(f"{cell}", source=source(1, 2), tf=1) == cell.replace("=True)", f"=True).{zipped}", 1)


def test_incomplete_windows_are_left_out_and_that_is_said():
    (problem,) = told("source.window(5).map(split)", source=source(), split=len)
    assert problem.fixes[0].differs == "Windows at the end that are not complete are left out."


def test_windows_of_another_cell_are_told_by_their_variable():
    (problem,) = told("ds.map(split)", ds=source().window(4), split=len)
    assert problem.fixes[0].title.startswith("Write ds = ds.flat_map(lambda window: window.batch(")


@pytest.mark.parametrize(
    "cell", ["source.map(split)", "source.window(4).flat_map(split).map(split)"], ids=["no window", "joined"]
)
def test_other_datasets_are_not_told(cell):
    assert not any(each.title.startswith("window gives") for each in told(cell, source=source(), split=len))
