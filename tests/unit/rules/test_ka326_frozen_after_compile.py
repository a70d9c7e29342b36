"""KA326: model frozen after compile."""

from __future__ import annotations

import pytest
from checked import KERAS_2, KERAS_3, problems, told, world

from kerasmagic.files.fix import fixed_text
from kerasmagic.source.bindings import Bindings

HEAD = "from keras.models import Sequential\nd = Sequential()\n"
COMPILE, FREEZE, TRAIN = "d.compile('sgd', 'mse')\n", "d.trainable = False\n", "d.train_on_batch(x, y)\n"


@pytest.mark.parametrize(
    "cells",
    [
        [HEAD + FREEZE + COMPILE + TRAIN],  # so it was not trained in Keras 2 either
        [HEAD + COMPILE + FREEZE + COMPILE + TRAIN],
        [HEAD + COMPILE + TRAIN],
        [HEAD + COMPILE + TRAIN + FREEZE],
        [HEAD + COMPILE + FREEZE + "d.trainable = True\n" + TRAIN],
        [HEAD + COMPILE + "d.trainable = flag\n" + FREEZE + TRAIN],
        [HEAD + COMPILE + "for layer in d.layers:\n    layer.trainable = False\n" + TRAIN],
        [HEAD + COMPILE + FREEZE + "d.predict(x)\n"],
        [HEAD + COMPILE + FREEZE + "gan.train_on_batch(x, y)\n"],
        [HEAD + COMPILE, FREEZE, COMPILE, TRAIN],
        [HEAD.replace("keras.", "tf_keras.") + COMPILE + FREEZE + TRAIN],
        [COMPILE + FREEZE + TRAIN],
    ],
)
def test_what_is_trained_as_before_or_not_of_keras(cells):
    assert "KA326" not in [code for code, _ in told(KERAS_3, *cells)]


@pytest.mark.parametrize(
    "cells",
    [
        [HEAD + COMPILE + FREEZE + TRAIN],
        [HEAD + COMPILE + FREEZE, TRAIN],
        [HEAD, COMPILE + FREEZE + TRAIN, COMPILE + FREEZE + TRAIN],
        [HEAD, COMPILE, FREEZE, "for x, y in data:\n    loss = 0.5 * d.train_on_batch(x, y)\n"],
        [HEAD + COMPILE + FREEZE + "d.fit(x, y)\n"],
    ],
)
def test_a_frozen_model_is_not_trained_in_keras_3(cells):
    assert told(KERAS_3, *cells) == [("KA326", "warning")]
    assert told(KERAS_2, *cells) == []


def test_it_is_switched_on_around_neighbours():
    cell = HEAD + COMPILE + FREEZE + "for x in data:\n    a = d.train_on_batch(x, 1)\n    b = d.train_on_batch(x, 0)\n"
    cell += "    c = gan.train_on_batch(x, 1)\n"
    fix = problems(KERAS_3, cell)[0].fixes[0]
    assert fix.applicability == "verified"
    assert fix.source == cell.replace("    a = d", "    d.trainable = True\n    a = d").replace(
        "x, 0)\n", "x, 0)\n    d.trainable = False\n"
    )
    assert told(KERAS_3, fix.source) == []


def test_the_attribute_of_a_class():
    cell = """from keras.models import Sequential
class GAN:
    def __init__(self):
        self.d = Sequential()
        self.d.compile('sgd', 'mse')
        self.d.trainable = False
    def train(self, x, y):
        return self.d.train_on_batch(x, y)
"""
    assert told(KERAS_3, cell) == [("KA326", "warning")]
    assert [fix.kind for fix in problems(KERAS_3, cell)[0].fixes] == [
        "manual"
    ]  # a return ends before it could be switched off


def test_a_line_with_two_statements_is_left():
    (problem,) = problems(KERAS_3, HEAD + COMPILE + FREEZE + "x = 1; d.fit(x, y)\n")
    assert [fix.kind for fix in problem.fixes] == ["manual"]


def test_a_long_script_is_corrected_in_pieces():
    inside = "".join(f"    {line}\n" for line in (HEAD + COMPILE + FREEZE + TRAIN).splitlines()[1:])
    script = HEAD.splitlines()[0] + "\nif __name__ == '__main__':\n" + inside + "    print(1)\n" * 60
    assert "    d.trainable = True\n    d.train_on_batch" in fixed_text(script, world(KERAS_3), Bindings())
