"""KD135: argument of another kind. What it tells of Keras's own functions is in the cells of the kernel ring."""

from __future__ import annotations

import pytest
from refusals import told

KERAS = '''
class Model:
    """A model."""
    __module__ = "keras.src.models.model"
    def fit(self, x=None, batch_size=None, epochs=1, verbose="auto", shuffle=True):
        """Trains the model.

        Args:
            x: Input data.
            batch_size: Integer or `None`. Number of samples per update.
            epochs: Integer. Number of epochs, see the guides' "final epoch".
            verbose: `"auto"`, 0, 1, or 2.
            shuffle: Boolean, whether to shuffle.
        """
        raise says.with_traceback(None)
class Wrapped:
    """A layer.

    Args:
        units: Positive integer.
        strides: int or tuple of 2 integers, the stride length.
        steps: Length of input sequences, when it is constant.
    """
    __module__ = "keras.src.layers.wrapped"
    def __init__(self, units, strides=1, steps=None, **kwargs):
        raise says.with_traceback(None)
'''
NOT_COUNTED = TypeError("'str' object cannot be interpreted as an integer")


def keras(says):
    """Some of Keras, which refuses everything in these words."""
    inside = {"__name__": "keras.src.models.model", "says": says}
    exec(compile(KERAS, "/x/site-packages/keras/src/models/model.py", "exec"), inside)
    return {"model": inside["Model"](), "Wrapped": inside["Wrapped"]}


@pytest.mark.parametrize(
    ("call", "title"),
    [
        ("model.fit(1, epochs='five')", "fit gets 'five', a text, for epochs, and takes a number"),
        ("model.fit(1, epochs=None)", "fit gets None for epochs, and takes a number"),
        ("model.fit(1, (2, 2))", "fit gets a list or tuple for batch_size, and takes None or a number"),
        ("n = {'a': 1}\nmodel.fit(1, epochs=n)", "fit gets a dict for epochs, and takes a number"),
        ("model.fit(1, verbose=[1])", "fit gets a list or tuple for verbose, and takes a number or a text"),
        ("Wrapped([3])", "Wrapped gets a list or tuple for units, and takes a number"),
        ("Wrapped(3, strides='a')", "Wrapped gets 'a', a text, for strides, and takes a list or tuple or a number"),
    ],
)
def test_the_argument_is_named(call, title):
    (problem,) = told(call, **keras(NOT_COUNTED))
    assert (problem.rule, problem.title) == ("KD135", title)


@pytest.mark.parametrize(
    "call",
    [
        "model.fit('data')",  # nothing tells what x is
        "model.fit(1, batch_size=None, epochs=3, verbose=0, shuffle=1)",
        "model.fit(1, epochs=True)",
        "Wrapped(3, strides=(1, 2), steps=5, name=['n'])",
        "Wrapped(*[1])",
    ],
)
def test_what_fits_and_what_is_not_known_is_not_told(call):
    assert told(call, **keras(NOT_COUNTED)) == []


@pytest.mark.parametrize(
    ("call", "says", "title"),
    [
        (
            "Wrapped(3, strides=(1,))",
            ValueError("The `strides` argument must be a tuple of 2 integers. Received strides=(1,)"),
            "Wrapped does not take this strides",
        ),
        (
            "Wrapped(-3)",
            ValueError("Received an invalid value for argument `units`, expected a positive integer, got -3."),
            "Wrapped does not take this units",
        ),
        ("model.fit(1)", ValueError("You must pass a `batch_size` argument."), "fit needs batch_size"),
    ],
)
def test_what_keras_names_is_told_with_what_its_documentation_says(call, says, title):
    (problem,) = told(call, **keras(says))
    assert (problem.rule, problem.title) == ("KD135", title)
    assert "nteger" in problem.fixes[0].title or "int or tuple" in problem.fixes[0].title
    assert "Received strides" not in problem.cause


def test_names_in_the_data_that_keras_shows_are_not_told():
    says = ValueError("Unrecognized keyword arguments: {'inputs': <KerasTensor `units` shape=(None, 3)>}")
    assert told("Wrapped(3)", **keras(says)) == []


def test_functions_of_others_are_not_told():
    assert told("def mine(epochs=1):\n    raise says\nmine(epochs='five')", says=NOT_COUNTED) == []


@pytest.mark.parametrize(
    ("call", "written"),
    [
        ("data.shuffle()", "Write shuffle(buffer_size=…)."),
        ("data.take(3).shuffle()", "Write shuffle(buffer_size=…)."),
        ("data.shuffle(seed=1)", "Write shuffle(…, buffer_size=…)."),
    ],
)
def test_what_a_method_of_tensorflow_needs(call, written):
    made = {"__module__": "tensorflow.python.data.ops.dataset_ops"}
    exec("def shuffle(self, buffer_size, seed=None): pass\ndef take(self, n): return self", made)
    data = type("DatasetV2", (), {name: made[name] for name in ("shuffle", "take", "__module__")})()
    (problem,) = told(call, data=data)
    assert (problem.rule, problem.fixes[0].title) == ("KD135", written)
