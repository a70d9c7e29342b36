"""KA315: input and output of a Model."""

from __future__ import annotations

import pytest
from checked import edited, failed, told

TARGET = "tensorflow==2.16.2"
START = "from keras.layers import Input\nfrom keras.models import Model\nx = Input((3,))\n"


@pytest.mark.parametrize(
    ("target", "line"),
    [
        (TARGET, "Model(inputs=x, outputs=x)"),
        (TARGET, "Model(x, x)"),
        (TARGET, "class Own(Model):\n    pass\nOwn(input=x, output=x)"),
        ("keras==2.2.4", "Model(input=x, output=x)"),
    ],
)
def test_a_model_that_is_made(target, line):
    assert told(target, START + line) == []


@pytest.mark.parametrize(
    ("line", "works"),
    [
        ("Model(input=x, output=[x, x])", "Model(inputs=x, outputs=[x, x])"),
        ("Model(x, output=x, name='m')", "Model(x, outputs=x, name='m')"),
        ("Model(output=x, input=[x])", "Model(outputs=x, inputs=[x])"),
        ("Model(inputs=x, output=x)", "Model(inputs=x, outputs=x)"),
    ],
)
def test_both_get_the_names_of_today(line, works):
    assert edited(TARGET, START + line, "KA315") == ("verified", START + works)


def test_another_word_beside_one_of_them_is_probably_the_other():
    grade, source = edited(TARGET, START + "Model(inputs=x, blah=x, name='m')", "KA315")
    assert (grade, source) == ("check the result", START + "Model(inputs=x, outputs=x, name='m')")


def test_the_one_that_is_right_is_not_blamed():
    says = TypeError("Model.__init__() got an unexpected keyword argument 'inputs'")
    assert failed("tensorflow==2.10.1", START + "Model(inputs=x)", says) == []
