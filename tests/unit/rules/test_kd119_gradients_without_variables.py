"""KD119: gradients without their variables."""

from __future__ import annotations

import pytest
from refusals import keras, rules, told

UNPACK = ValueError("not enough values to unpack (expected 2, got 1)")


class Tape:
    def gradient(self, loss, sources):
        return [1.0 for each in sources]


def names(says=UNPACK):
    optimizer = type("Adam", (), {"__module__": "keras.src", "apply_gradients": keras(says)["call"]})
    return {"optimizer": optimizer(), "tape": Tape(), "w": 1, "loss": 2, "pairs": [(1.0, 2), (3.0, 4)]}


@pytest.mark.parametrize(
    "cell", ["optimizer.apply_gradients(zip(w, w))", "optimizer.apply_gradients(pairs)", "a, b = [1]"]
)
def test_pairs_are_not_told(cell):
    values = {**names(), "w": [1]}
    assert rules(cell, **values) == []


def test_another_error_is_not_told():
    assert rules("optimizer.apply_gradients([1.0])", **names(ValueError("No gradients provided"))) == []


@pytest.mark.parametrize(
    "gradients, works",
    [
        ("tape.gradient(loss, [w])", "zip(g, [w])"),
        ("tape.gradient(loss, sources=[w])", "zip(g, [w])"),
    ],
)
def test_they_are_paired_with_what_they_were_taken_of(gradients, works):
    (problem,) = told(f"g = {gradients}\noptimizer.apply_gradients(g)", **names())
    fix = problem.fixes[0]
    assert (problem.rule, fix.source) == ("KD119", f"g = {gradients}\noptimizer.apply_gradients({works})")


def test_where_that_is_not_written_it_is_for_a_person_to_say():
    (problem,) = told("optimizer.apply_gradients(g)", g=[1.0], **names())
    assert problem.fixes[0].kind == "manual"
    assert "zip(g, variables)" in problem.fixes[0].title


def variable():
    return type("ResourceVariable", (), {"__module__": "tensorflow.python.ops"})()


def a_tensor():
    return type("EagerTensor", (), {"__module__": "tensorflow.python.framework.ops"})()


NO_ID = AttributeError("'tensorflow.python.framework.ops.EagerTensor' object has no attribute '_unique_id'")


def test_pairs_that_are_turned_round():
    says = AttributeError("'tensorflow.python.framework.ops.EagerTensor' object has no attribute '_unique_id'")
    (problem,) = told("optimizer.apply_gradients(zip([w], [g]))", g=2, **{**names(says), "w": variable()})
    assert (problem.rule, problem.fixes[0].source) == ("KD119", "optimizer.apply_gradients(zip([g], [w]))")


def test_a_tensor_in_the_place_of_a_variable_is_not_turned_round():
    says = AttributeError("'tensorflow.python.framework.ops.EagerTensor' object has no attribute '_unique_id'")
    tensor = type("EagerTensor", (), {"__module__": "tensorflow.python.framework.ops"})()
    (problem,) = told("optimizer.apply_gradients(zip([g], [image]))", g=tensor, image=tensor, **names(says))
    assert problem.title == "apply_gradients changes variables, and image is a tensor"
    assert "image = tf.Variable(image)" in problem.fixes[0].title


@pytest.mark.parametrize(
    "pairs, works", [("zip(g, w)", "zip([g], [w])"), ("zip(w, g)", "zip([g], [w])"), ("zip(gs, w)", "zip(gs, [w])")]
)
def test_one_variable_is_put_into_a_list(pairs, works):
    given = {**names(NO_ID), "w": variable(), "g": a_tensor(), "gs": [a_tensor()], "zip": lambda *each: each}
    (problem,) = told(f"optimizer.apply_gradients({pairs})", **given)
    assert (problem.rule, problem.fixes[0].source) == ("KD119", f"optimizer.apply_gradients({works})")


def test_what_is_not_known_is_not_turned_round():
    assert rules("optimizer.apply_gradients(zip(w, [g]))", **{**names(NO_ID), "g": 1, "w": [2]}) == []


def test_the_variables_as_an_argument_of_their_own_are_paired():
    """Up to Keras 2 the second argument is a name, and the error is that of the pairs."""
    (problem,) = told("g = tape.gradient(loss, [w])\noptimizer.apply_gradients(g, [w])", **names())
    assert problem.fixes[0].source.endswith("\noptimizer.apply_gradients(zip(g, [w]))")


def test_a_name_behind_the_gradients_stays():
    (problem,) = told("g = tape.gradient(loss, [w])\noptimizer.apply_gradients(g, 'step')", **names())
    assert problem.fixes[0].source.endswith("\noptimizer.apply_gradients(zip(g, [w]), 'step')")
