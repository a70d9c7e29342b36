"""KD136: axes and places of a tensor."""

from __future__ import annotations

import pytest
from refusals import refused, rules, told

_NODE = "{{function_node __wrapped__X_device_/job:localhost/replica:0/task:0/device:CPU:0}} "


@pytest.mark.parametrize(
    "says",
    [IndexError("index 5 is out of bounds for axis 0 with size 2"), IndexError("tuple index out of range")],
)
def test_errors_of_numpy_are_not_told(says):
    assert "KD136" not in rules("f(1)", f=refused(says))


@pytest.mark.parametrize(
    ("says", "title"),
    [
        (
            "Dimension (3) must be in the range [-2, 2), where 2 is the number of dimensions",
            "no axis 3 in a tensor with 2",
        ),
        ("Expected dimension in the range [-2, 2), but got 3 [Op:ArgMax]", "no axis 3 in a tensor with 2 axes"),
        ("Invalid reduction dimension (3 for input with 2 dimension(s) [Op:Mean]", "no axis 3 in a tensor with 2 axes"),
        ("Tried to expand dim index 5 for tensor with 2 dimensions. [Op:ExpandDims]", "no axis 5 in a tensor with 2"),
        ("Can not squeeze dim[1], expected a dimension of 1, got 3 [Op:Squeeze]", "Axis 1 has the size 3"),
        ("transpose expects a vector of size 2. But input(1) is a vector of size 3", "has 2 axes, and perm names 3"),
        ("slice index 5 of dimension 0 out of bounds. [Op:StridedSlice]", "no place 5 in axis 0"),
        ("Expected size[1] in [0, 3], but got 5 [Op:Slice]", "asks axis 1 for 5 elements, and 3 are left"),
        ("indices[0] = 3 is not in [0, 2) [Op:GatherV2]", "asks for place 3, and the axis has 2"),
    ],
)
def test_numbers_stand_in_the_title(says, title):
    (problem,) = told("f(1)", f=refused(ValueError(_NODE + says)))
    assert problem.rule == "KD136"
    assert title in problem.title


class Shaped:
    __module__ = "keras.src.backend.common.keras_tensor"
    shape = (None, 8, 8, 3)


def error_handler(*args):
    refused(IndexError("tuple index out of range"))()


def test_the_axis_of_a_layer_is_compared_with_its_input():
    base = type("Layer", (), {"__module__": "keras.src.layers.layer"})
    norm = type("BatchNormalization", (base,), {"__module__": "keras.src.layers", "__call__": error_handler})
    for axis, told_of in ((5, True), (-1, False)):
        layer = norm()
        vars(layer)["axis"] = axis
        found = [each.title for each in told("layer(x)", layer=layer, x=Shaped()) if each.rule == "KD136"]
        assert found == (["BatchNormalization gets axis=5, and its input has 4 axes"] if told_of else [])
