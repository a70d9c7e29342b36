"""KA302: what another release has by a name is no slip."""

from __future__ import annotations

from checked import edited, told

START = "import tensorflow as tf\nmodel = tf.keras.Sequential()\n"


def test_adamw_is_not_adam_misspelled():
    cell = START + "model.compile(optimizer='AdamW')"
    assert told("tensorflow==2.16.2", cell) == []
    assert edited("tensorflow==2.9.3", cell, "KA302") == (None, None)


def test_a_slip_is_one():
    cell = START + "model.compile(optimizer='Adamm')"
    assert edited("tensorflow==2.9.3", cell, "KA302") == ("verified", cell.replace("Adamm", "Adam"))
