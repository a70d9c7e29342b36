"""KD132: sizes and types of tensors."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from refusals import refused, rules, told

_NODE = "{{function_node __wrapped__X_device_/job:localhost/replica:0/task:0/device:CPU:0}} "


@pytest.mark.parametrize(
    "says",
    [
        ValueError("matmul: Input operand 1 has a mismatch in its core dimension 0"),
        ValueError("cannot reshape array of size 6 into shape (4,2)"),
    ],
)
def test_errors_of_numpy_are_not_told(says):
    assert "KD132" not in rules("f(1)", f=refused(says))


def test_a_file_that_the_program_opens_itself_is_not_told():
    assert rules("open('no such file')") == []


@pytest.mark.parametrize(
    ("says", "title"),
    [
        ("Matrix size-incompatible: In[0]: [2,3], In[1]: [2,3] [Op:MatMul] name: ", "sizes [2,3] and [2,3]"),
        (
            "Input to reshape is a tensor with 6 values, but the requested shape has 8 [Op:Reshape]",
            "6 values do not fit",
        ),
        (
            "ConcatOp : Dimension 0 in both shapes must be equal: shape[0] = [2,3] vs. shape[1] = [3,3] [Op:ConcatV2]",
            "[2,3] and [3,3] cannot be joined",
        ),
        ("Shapes of all inputs must match: values[0].shape = [2] != values[1].shape = [3]", "[2] and [3] cannot be"),
        (
            "Value for attr 'TI' of float is not in the list of allowed values: uint8, int32 ; "
            "NodeDef: {{node OneHot}}; Op<name=OneHot; signature=indices:TI",
            "OneHot does not take float",
        ),
        (
            "Dimensions must be equal, but are 3 and 2 for '{{node MatMul}} = MatMul[T=DT_FLOAT](ones, ones_1)' with "
            "input shapes: [2,3], [2,3].",
            "sizes [2,3] and [2,3]",
        ),
        ("Cannot reshape a tensor with 6 elements to shape [4,2] (8 elements) for", "6 values do not fit"),
        (
            "Dimension 0 in both shapes must be equal, but are 2 and 3. for '{{node concat}} = ConcatV2[N=2]' with "
            "input shapes: [2,3], [3,3], []",
            "[2,3] and [3,3] cannot be joined",
        ),
        ("ConcatOp : Dimensions of inputs should match: shape[0] = [2,3] vs. shape[1] = [3,3]", "[2,3] and [3,3]"),
        (
            "Value passed to parameter 'indices' has DataType float32 not in list of allowed values: uint8, int32",
            "indices does not take float32",
        ),
        ("ConcatOp : Ranks of all input tensors should match: shape[0] = [2,3] vs. shape[1] = [2]", "numbers of axes"),
        ("In[1] ndims must be >= 2 [Op:MatMul] name: ", "takes matrices"),
        ("Incompatible shapes: [32,10] vs. [32] [Op:AddV2]", "[32,10] and [32] cannot be combined"),
        (
            "Dimensions must be equal, but are 10 and 32 for '{{node add}} = AddV2[T=DT_FLOAT](a, b)' with input "
            "shapes: [32,10], [32].",
            "[32,10] and [32] cannot be combined",
        ),
        ("logits and labels must be broadcastable: logits_size=[4,2] labels_size=[4,3]", "[4,2], and the labels [4,3]"),
        (
            "Inner dimensions (`x1.shape[-1]` and `x2.shape[-2]`) must be equal, but received `x1.shape=(None, 3)` and "
            "`x2.shape=(None, 4)`.",
            "sizes (None, 3) and (None, 4)",
        ),
        ("Cast string to int32 is not supported [Op:Cast] name: ", "Text cannot be cast to int32"),
        ("OOM when allocating tensor with shape[64,512,512,3] and type float on /device:GPU:0", "[64,512,512,3]"),
        ("cats/1.jpg; No such file or directory [Op:ReadFile]", "no file or folder cats/1.jpg"),
    ],
)
def test_numbers_stand_in_the_title(says, title):
    (problem,) = told("f(1)", f=refused(ValueError(_NODE + says)))
    assert problem.rule == "KD132"
    assert title in problem.title


def test_a_folder_that_keras_looks_into():
    (problem,) = told("f(1)", f=refused(FileNotFoundError(2, "No such file or directory", "cats")))
    assert problem.title == "There is no file or folder cats"


def test_text_for_a_sequential_model_is_not_cast():
    says = ValueError(
        "Exception encountered when calling layer 'm' (type Sequential).\n\nCast string to int64 is not supported"
    )
    (problem,) = told("f(1)", f=refused(says))
    assert problem.fixes[0].title == "Let it begin with keras.Input(shape=(1,), dtype=tf.string)."


def test_a_metric_that_holds_an_array_is_reset_by_itself():
    says = "Shape mismatch.The variable shape (2,), and the assigned value shape () are incompatible."
    metric = {"__module__": "keras.src.metrics.base_metric", "reset_state": reset_state, "says": ValueError(says)}
    (problem,) = told("m.reset_state()", m=type("Metric", (), metric)(), target="tensorflow==2.15.1")
    assert "def reset_state(self)" in problem.fixes[0].title


def reset_state(self):
    refused(self.says)()


SCORES, MASK = "[3,4,7,5]", "[1,1,3,5]"


@pytest.mark.parametrize(
    "says, mask, works",
    [
        (f"Incompatible shapes: {SCORES} vs. {MASK}", "m", "m[:, None, :]"),
        (f"Incompatible shapes: {MASK} vs. {SCORES}", "1 - m", "(1 - m)[:, None, :]"),
        (f"Dimensions must be equal with input shapes: {SCORES}, {MASK}.", "m", "m[:, None, :]"),
        (f"Incompatible shapes: {SCORES} vs. [1,1,4,5]", "m", None),
    ],
)
def test_a_padding_mask_gets_an_axis_for_the_query(says, mask, works):
    (problem,) = told(f"f(x, attention_mask={mask})", f=refused(ValueError(says)), x=1, m=1)
    assert problem.fixes[0].source == (works and f"f(x, attention_mask={works})")


def test_what_is_added_to_a_product_of_matrices_is_no_product():
    says = (
        "Dimensions must be equal, but are 8 and 10 for '{{node add}} = AddV2[T=DT_FLOAT](net/MatMul, add/Read)' with "
        "input shapes: [16,8], [10]."
    )
    (problem,) = told("f(1)", f=refused(ValueError(says)))
    assert problem.title == "Tensors of shapes [16,8] and [10] cannot be combined number by number"


OWN = """class Own(Layer):
    def build(self, columns):
        self.w = self.add_weight(shape={w})
        self.b = self.add_weight(shape={b})
    def call(self, x):
        return {gives}
layer = Own()
layer.units = 8
layer.build(10)
layer.call(x)"""
SIZES = ValueError("Dimensions must be equal, but are 10 and 8 for '{{node MatMul}} = MatMul[T=DT_FLOAT](x, w)'")


def called(w="(columns, self.units)", b="(self.units,)", gives="tf.matmul(x, self.w) + self.b"):
    """What is told of a layer that computes with weights of these shapes."""
    weight = type("Variable", (), {"__module__": "keras.src.backend.common.variables"})
    layer = {"__module__": "keras.src.layers.layer", "add_weight": lambda self, shape: made(weight, shape)}
    names = {"Layer": type("Layer", (), layer), "x": np.ones((16, 10))}
    return told(OWN.format(w=w, b=b, gives=gives), tf=SimpleNamespace(matmul=refused(SIZES)), **names)


def made(kind, shape):
    thing = kind()
    thing.shape = shape
    return thing


def test_a_weight_that_is_turned_round_is_named_and_made_otherwise():
    (problem,) = called(w="(self.units, columns)")
    assert problem.title.startswith("x has shape (16, 10) and self.w (8, 10)")
    assert "self.w = self.add_weight(shape=(columns, self.units))" in problem.fixes[0].source


def test_operands_in_the_other_order():
    (problem,) = called(gives="tf.matmul(self.w, x)")
    assert "return tf.matmul(x, self.w)" in problem.fixes[0].source
    assert problem.fixes[0].verified


def test_a_bias_of_another_size():
    (problem,) = called(b="(10,)")
    assert problem.title == "tf.matmul(x, self.w) has shape (16, 8) and self.b (10,): they cannot be added"
    assert "self.b = self.add_weight(shape=(self.units,))" in problem.fixes[0].source


def test_a_weight_does_not_go_in_front_of_the_data():
    """(8, 16) times (16, 10) would fit, and add up over the samples."""
    (problem,) = called(w="(self.units, 16)")
    assert "return tf.matmul(self.w" not in str(problem)
    assert "Make self.w with 10 rows" in problem.fixes[0].title


def test_two_tensors_of_nobody_are_named():
    tf = SimpleNamespace(matmul=refused(SIZES))
    (problem,) = told("tf.matmul(a, b)", tf=tf, a=np.ones((2, 3)), b=np.ones((5, 3)))
    assert problem.fixes[0].title == "Turn b round: tf.matmul(a, b, transpose_b=True)."
