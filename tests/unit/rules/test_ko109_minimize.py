"""KO109: loss of minimize."""

from __future__ import annotations

import pytest
from checked import failed

MISSING = TypeError("OptimizerV2.minimize() missing 1 required positional argument: 'var_list'")
TAPE = ValueError("`tape` is required when a `Tensor` loss is passed. Received: loss=1.0, tape=None.")


def thing(kind, base, **held):
    above = type(base, (), {"__module__": "tensorflow.python.ops"})
    return type(kind, (above,), {"__module__": "tensorflow.python.ops", **held})()


OPT = thing("SGD", "OptimizerV2")
W, B = thing("ResourceVariable", "BaseResourceVariable"), thing("ResourceVariable", "BaseResourceVariable")
NET = thing("Sequential", "Model")


def told(cell, exception, **names):
    namespace = {"opt": OPT, "w": W, "b": B, "net": NET, "number": 3.0, **names}
    exec("def line(x):\n    return w * x + b\ndef total(x, y):\n    return (line(x) - y) ** 2", namespace)
    return failed("tensorflow==2.10.1", cell, exception, namespace)


@pytest.mark.parametrize(
    ("cell", "exception", "works"),
    [
        ("opt.minimize(total(x, y))", MISSING, "opt.minimize(lambda: total(x, y), var_list=[w, b])"),
        ("opt.minimize(loss=(w - 1) ** 2)", MISSING, "opt.minimize(loss=lambda: (w - 1) ** 2, var_list=[w])"),
        ("opt.minimize(lambda: total(x, y))", MISSING, "opt.minimize(lambda: total(x, y), var_list=[w, b])"),
        (
            "opt.minimize(mse(net(x), y))",
            MISSING,
            "opt.minimize(lambda: mse(net(x), y), var_list=net.trainable_variables)",
        ),
        ("opt.minimize(total(x, y), [w, b])", TAPE, "opt.minimize(lambda: total(x, y), [w, b])"),
        (
            "opt.minimize(total(1, 2), [w])\nopt.minimize(total(3, 4), [b])",
            TAPE,
            "opt.minimize(lambda: total(1, 2), [w])\nopt.minimize(lambda: total(3, 4), [b])",
        ),
    ],
)
def test_a_function_and_the_variables_that_it_computes_with(cell, exception, works):
    problem = told(cell, exception)[0]
    assert (problem.rule, problem.fixes[0].source, problem.fixes[0].verified) == ("KO109", works, True)


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("opt.minimize(loss)", "def compute(): … return loss, and write opt.minimize(compute, var_list=[…])."),
        ("loss = (w - b) ** 2\nopt.minimize(loss)", "and write opt.minimize(compute, var_list=[w, b])."),
        ("opt.minimize(mse(number, y))", "Write opt.minimize(lambda: mse(number, y), var_list=[…])."),
    ],
)
def test_what_is_computed_already_leads_to_no_variables(cell, says):
    problem = told(cell, MISSING, loss=3.0)[0]
    assert problem.rule == "KO109" and not any(fix.source for fix in problem.fixes)
    assert problem.fixes[0].title.endswith(says)


def test_a_minimize_of_another_object_is_not_ours():
    error = TypeError("Search.minimize() missing 1 required positional argument: 'var_list'")
    assert told("search.minimize(total(x, y))", error, search=object()) == []
    assert told("Search().minimize(total(x, y))", error) == []
