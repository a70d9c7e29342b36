"""What an exception says itself, without what Keras and AutoGraph put around it."""

from __future__ import annotations

import pytest

from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.evidence.said import error_itself, said_by

INNER = "too many positional arguments"
KERAS_3 = (
    "Exception encountered when calling Block.call().\n\n\x1b[1m{}\x1b[0m\n\n"
    "Arguments received by Block.call():\n  • inputs=tf.Tensor(shape=(None, 3), dtype=float32)"
)
KERAS_2 = (
    'Exception encountered when calling layer "block" (type Block).\n\n{}\n\n'
    'Call arguments received by layer "block" (type Block):\n  • inputs=tf.Tensor(shape=(None, 3), dtype=float32)'
)
GUESS = (
    "Could not automatically infer the output shape / dtype of 'block' (of type Block). Either the `Block.call()` "
    "method is incorrect, or you need to implement the `Block.compute_output_spec() / compute_output_shape()` method. "
    "Error encountered:\n\n{}"
)
GRAPH = 'in user code:\n\n    File "<cell>", line 2, in f  *\n        return x.numpy()\n\n{}\n'


def graph(text):
    return GRAPH.format("\n".join(f"    {line}" for line in f"TypeError: {text}".split("\n")))


@pytest.mark.parametrize(
    "text, calling",
    [
        (INNER, ""),
        (KERAS_3.format(INNER), "Block.call()"),
        (KERAS_2.format(INNER), 'layer "block" (type Block)'),
        (KERAS_3.format(GUESS.format(INNER)), "Block.call()"),
        (graph(INNER), ""),
        (graph(KERAS_2.format(graph(INNER))), 'layer "block" (type Block)'),
        (graph(KERAS_3.format(f"{INNER}")), "Block.call()"),
        (f"Exception encountered when calling Block.call().\n\n\x1b[1m{INNER}\x1b[0m", "Block.call()"),
    ],
)
def test_the_inner_error_is_read(text, calling):
    assert said_by(TypeError(text)) == (INNER, calling)
    assert said_by(KeyError(text)) == (INNER, calling)


def test_paragraphs_of_the_inner_error_are_kept():
    text = f"{INNER}\n\n```\nclass MyLayer(Layer):\n    pass\n```"
    for wrapped in (KERAS_3.format(text), KERAS_2.format(text), graph(text), graph(KERAS_2.format(text))):
        assert said_by(ValueError(wrapped)).text == text


def test_what_python_told_of_the_inner_error_is_found():
    inner = outer = None
    try:
        try:
            print(object().numpy)
        except AttributeError as error:
            inner = error
            raise AttributeError(KERAS_3.format(error)) from None
    except AttributeError as error:
        outer = error
    assert error_itself(outer) is inner
    failure = Failure(outer)
    assert failure.error is inner
    assert failure.wanted is not None and failure.wanted.member == "numpy"


def test_another_error_before_is_not_taken_for_it():
    try:
        try:
            raise KeyError("first")
        except KeyError:
            raise ValueError("second") from None
    except ValueError as error:
        assert error_itself(error) is error


def test_the_steps_of_the_inner_error_go_on_where_those_of_the_outer_end():
    def inside(size):
        raise TypeError(INNER)

    def call():
        try:
            inside(3)
        except TypeError as error:
            raise TypeError(graph(error)) from None

    try:
        call()
    except TypeError as error:
        names = [step.tb_frame.f_code.co_name for step in Failure(error).steps]
    assert names[1:] == ["call", "inside"]
