"""KA328: value of a tensor in a session."""

from __future__ import annotations

import pytest
from refusals import refused, rules, told

SAYS = "eval is not supported when eager execution is enabled, is .numpy() what you're looking for?"


def tensor(says=SAYS):
    return type("EagerTensor", (), {"__module__": "tensorflow.python", "eval": refused(NotImplementedError(says))})()


def test_other_calls_of_eval_are_not_told():
    assert rules("x.eval()", x=tensor("not yet")) == []
    assert rules("eval('1 +')") == []


@pytest.mark.parametrize(
    "cell, works",
    [
        ("y = x.eval()", "y = x.numpy()"),
        ("y = x.eval(session=s)", "y = x.numpy()"),
        ("print(x.eval({}))", "print(x.numpy())"),
    ],
)
def test_numpy_gives_the_value(cell, works):
    (problem,) = told(cell, x=tensor(), s=None)
    assert (problem.rule, problem.fixes[0].source, problem.fixes[0].verified) == ("KA328", works, True)


def test_a_session_without_a_graph_names_what_has_its_value():
    says = RuntimeError("The Session graph is empty. Add operations to the graph before calling run().")
    base = type("BaseSession", (), {"__module__": "tensorflow.python.client.session", "run": refused(says)})
    value = type("EagerTensor", (), {"__module__": "tensorflow.python.framework.ops"})()
    (problem,) = told("s.run([y, 1])", s=base(), y=value)
    assert problem.title == "y has its value already: a session of TensorFlow 1 finds no graph to run"
    assert problem.fixes[0].title.startswith("Write y.numpy() for what the session gives")
