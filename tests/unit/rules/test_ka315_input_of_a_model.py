"""KA315: input and output of a Model."""

from __future__ import annotations

import pytest
from checked import edited, told

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
    ],
)
def test_both_get_the_names_of_today(line, works):
    assert edited(TARGET, START + line, "KA315") == ("verified", START + works)
