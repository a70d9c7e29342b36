"""KE166: AutoGraph that is off."""

from __future__ import annotations

import pytest
from environments import commands, fail, put

API = """
class OperatorNotAllowedInGraphError(TypeError):
    pass


def converted_call(function):
    return _fall_back_unconverted(function)


def _fall_back_unconverted(function):
    return function()


def not_converted(function):
    return function()


def truth():
    raise OperatorNotAllowedInGraphError("using a `tf.Tensor` as a Python `bool` is not allowed in Graph execution.")
"""


def install(kernel, gast):
    put(kernel, "tensorflow", "2.4.4", "gast==0.3.3")
    put(kernel, "gast", gast)
    folder = kernel / "tensorflow" / "python" / "autograph"
    folder.mkdir(parents=True)
    (folder / "api.py").write_text(API)


CELL = "from tensorflow.python.autograph import api\napi.{}(lambda: 1 if api.truth() else 2)"


def test_told_where_autograph_has_given_up(kernel):
    install(kernel, "0.6.0")
    (problem,) = fail(CELL.format("converted_call"))
    assert problem.title.endswith("gast 0.6.0 does not fit tensorflow 2.4.4")
    assert (problem.rule, commands(problem)) == ("KE166", ['%pip install "gast==0.3.3"'])


@pytest.mark.parametrize(("function", "gast"), [("converted_call", "0.3.3"), ("not_converted", "0.6.0")])
def test_silent_where_gast_fits_or_has_no_part_in_it(kernel, function, gast):
    install(kernel, gast)
    assert fail(CELL.format(function)) == []
