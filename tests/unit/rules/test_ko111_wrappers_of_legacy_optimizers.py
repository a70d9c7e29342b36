"""KO111: wrapper that takes legacy optimizers."""

from __future__ import annotations

import pytest
from checked import failed

SAYS = "optimizer is not an object of tf.keras.optimizers.legacy.Optimizer "
TF = "import tensorflow as tf\nimport tensorflow_addons as tfa\n"


def refused(cell, kind="Adam", wrapper="SWA", target="tensorflow==2.15.1"):
    """What is said where a wrapper of TensorFlow Addons refuses an optimizer of this class."""

    def __init__(self, optimizer):
        raise TypeError(SAYS)

    made = type(wrapper, (), {"__module__": "tensorflow_addons.optimizers", "__init__": __init__})
    try:
        made(type(kind, (), {"__module__": "keras.src.optimizers"})())
    except TypeError as error:
        return [problem for problem in failed(target, TF + cell, error) if problem.rule == "KO111"]
    raise AssertionError


@pytest.mark.parametrize(
    ("cell", "works"),
    [
        (
            "opt = tf.keras.optimizers.Adam(1e-3)\nopt = tfa.optimizers.SWA(opt, 10)",
            "opt = tf.keras.optimizers.legacy.Adam(1e-3)\nopt = tfa.optimizers.SWA(opt, 10)",
        ),
        (
            "other = tf.keras.optimizers.Adam(0.1)\nopt = tfa.optimizers.SWA(optimizer=tf.keras.optimizers.Adam())",
            "other = tf.keras.optimizers.Adam(0.1)\n"
            "opt = tfa.optimizers.SWA(optimizer=tf.keras.optimizers.legacy.Adam())",
        ),
        (
            "from tensorflow.keras.optimizers import Adam\nopt = tfa.optimizers.SWA(Adam())",
            "from tensorflow.keras.optimizers.legacy import Adam\nopt = tfa.optimizers.SWA(Adam())",
        ),
    ],
)
def test_what_is_wrapped_becomes_a_legacy_optimizer(cell, works):
    (problem,) = refused(cell)
    assert problem.fixes[0].source == TF + works  # no record says that TensorFlow Addons is there


def test_an_optimizer_of_an_earlier_cell_is_named():
    (problem,) = refused("opt = tfa.optimizers.SWA(adam)")
    assert problem.title == "SWA takes legacy optimizers only, and this Adam is a new one"
    assert problem.fixes[0].title.startswith("Give SWA a tf.keras.optimizers.legacy.Adam, with the same arguments")


def test_one_that_has_no_legacy_class():
    (problem,) = refused("opt = tfa.optimizers.SWA(tf.keras.optimizers.AdamW())", kind="AdamW")
    assert [fix.kind for fix in problem.fixes] == ["manual"] and "tfa.optimizers.AdamW(" in problem.fixes[0].title


@pytest.mark.parametrize("root", ["tensorflow_addons.optimizers", "mine"])
def test_a_class_that_the_package_makes_of_a_new_optimizer(root):
    def use(self):
        raise AttributeError("'OptimizerWithDecoupledWeightDecay' object has no attribute '_set_hyper'")

    adam = type("Adam", (), {"__module__": "keras.src.optimizers.adam"})
    made = type("OptimizerWithDecoupledWeightDecay", (adam,), {"__module__": root, "use": use})
    cell = "Mine = tfa.optimizers.extend_with_decoupled_weight_decay(tf.keras.optimizers.Adam)\nMine(0.1)"
    try:
        made().use()
    except AttributeError as error:
        told = [problem for problem in failed("tensorflow==2.15.1", TF + cell, error) if problem.rule == "KO111"]
    titles = [problem.fixes[-1].title for problem in told]
    expected = "Give extend_with_decoupled_weight_decay the class tf.keras.optimizers.legacy.Adam."
    assert titles == ([expected] if root != "mine" else [])
