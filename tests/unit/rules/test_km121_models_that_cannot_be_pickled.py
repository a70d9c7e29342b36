"""KM121: models that cannot be pickled."""

from __future__ import annotations

import pytest
from refusals import model, told

SAYS = TypeError("cannot pickle 'weakref' object")
NET = model(SAYS)
OWN = model(SAYS, "Net")


def refuse(*given):
    raise SAYS.with_traceback(None)


def answer(cell, target="tensorflow==2.4.4", **names):
    found = told(cell, target, dump=refuse, dumps=refuse, deepcopy=refuse, net=NET, own=OWN, **names)
    return next((problem for problem in found if problem.rule == "KM121"), None)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("f = open('best.p', 'wb')\ndump(net, f)", "best.h5"),
        ("with open('best.pkl', 'wb') as f:\n    dump(net, f)", "best.h5"),
        ("text = dumps({'model': net})", "net.h5"),
    ],
)
def test_the_model_is_saved_under_that_name(cell, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    problem = answer(cell)
    assert problem.fixes[0].commands == (f"net.save('{name}')",)


def test_a_copy_of_a_model():
    assert (
        answer("target = deepcopy(net)")
        .fixes[0]
        .source.endswith("target = clone_model(net)\ntarget.set_weights(net.get_weights())")
    )
    assert "second Net(…)" in answer("target = deepcopy(own)").fixes[0].title


@pytest.mark.parametrize("cell", ["dump(3, 4)", "refused(net)"])
def test_nothing_is_said_of_other_things(cell):
    assert answer(cell, refused=refuse) is None
