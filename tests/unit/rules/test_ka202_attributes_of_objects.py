"""KA202: attribute that another release had. What it tells of real objects is in the cells of the kernel ring."""

from __future__ import annotations

import linecache
from types import SimpleNamespace

import pytest
from checked import failed
from refusals import told

INT = "'int' object has no attribute 'value'"
SILENT = [
    ("price = 3\nprice.value", AttributeError(INT)),
    ("dense.output_shape", AttributeError("'Dense' object has no attribute 'output_shape'")),
    ("frame.lr", AttributeError("'DataFrame' object has no attribute 'lr'")),
]


@pytest.mark.parametrize(("cell", "exception"), SILENT)
def test_nothing_is_said_of_an_object_that_is_not_there_or_not_ours(cell, exception):
    assert failed("tensorflow==2.16.2", cell, exception) == []


@pytest.mark.parametrize(
    ("cell", "works"),
    [
        ("rows = x.shape[0].value", "rows = x.shape[0]"),
        ("rows, columns = x.get_shape()[1].value, 2", "rows, columns = x.get_shape()[1], 2"),
    ],
)
def test_the_parts_of_a_shape_are_numbers(cell, works):
    (problem,) = failed("tensorflow==2.16.2", cell, AttributeError(INT))
    assert (problem.rule, problem.fixes[0].source) == ("KA202", works)


@pytest.mark.parametrize(("calls", "kind"), [([], "manual"), ([object()], "edit")])
def test_only_a_layer_that_was_called_has_an_output(calls, kind):
    base = type("Layer", (), {"__module__": "keras.src.layers.layer", "output": None})
    layer = type("Dense", (base,), {"__module__": "keras.src.layers.core.dense"})()
    layer._inbound_nodes = calls
    exception = AttributeError("'Dense' object has no attribute 'output_shape'")
    (problem,) = failed("tensorflow==2.16.2", "dense.output_shape", exception, {"dense": layer})
    assert [fix.kind for fix in problem.fixes] == [kind]


Callback = type("Callback", (), {"__module__": "keras.src.callbacks.callback"})
ASKS = "def begin(self):\n    return self.validation_data[0]\ntype(f1).begin = begin\n"


def set_before(fit):
    """What is offered where a call of fit fails of a callback that asks for its data."""
    made = type("F1", (Callback,), {"__module__": "__main__"})
    array = type("ndarray", (list,), {"__module__": "numpy"})()

    def run(*data, callbacks=(), **given):
        callbacks[0].begin()

    names = {"X": [1], "y": [2], "a": array, "pair": ([1], [2]), "several": iter([1])}
    (problem,) = told(ASKS + fit, fit=run, F1=made, f1=made(), **names)
    return problem.rule, [(each.applicability, each.source) for each in problem.fixes if each.kind == "edit"]


@pytest.mark.parametrize(
    "fit",
    [
        "fit(X, callbacks=[f1])",
        "fit(X, y, callbacks=[f1], validation_split=0.1)",
        "fit(a, callbacks=[f1], validation_split=0.1)",
        "fit(X, callbacks=[f1], validation_data=several)",
    ],
)
def test_a_callback_gets_no_data_where_none_are_written(fit):
    assert set_before(fit) == ("KA202", [])


@pytest.mark.parametrize(
    ("fit", "works"),
    [
        (
            "h = fit(X, callbacks=[f1], validation_data=(X, y))",
            "f1.validation_data = (X, y)\nh = fit(X, callbacks=[f1], validation_data=(X, y))",
        ),
        (
            "if X:\n    all = [f1]\n    fit(X, callbacks=all, validation_data=pair)",
            "if X:\n    all = [f1]\n    f1.validation_data = pair\n    fit(X, callbacks=all, validation_data=pair)",
        ),
        (
            "fit(X, callbacks=[F1()], validation_data=pair)",
            "F1.validation_data = pair\nfit(X, callbacks=[F1()], validation_data=pair)",
        ),
        (
            "fit(a, a, callbacks=[f1], validation_split=0.1)",
            "f1.validation_data = [a[int(len(a) * (1 - 0.1)):], a[int(len(a) * (1 - 0.1)):]]\n"
            "fit(a, a, callbacks=[f1], validation_split=0.1)",
        ),
    ],
)
def test_a_callback_gets_its_data_before_fit(fit, works):
    assert set_before(fit) == ("KA202", [("check the result", ASKS + works)])


@pytest.mark.parametrize(("member", "owner"), [("predict", "Model"), ("texts_to_sequences", "Tokenizer")])
def test_a_method_of_another_class(member, owner):
    history = type("History", (), {"__module__": "keras.src.callbacks.history"})()
    exception = AttributeError(f"'History' object has no attribute '{member}'")
    (problem,) = failed("tensorflow==2.10.1", f"model.{member}(x)", exception, {"model": history})
    assert problem.title == f"History has no {member}: it is a method of {owner}"
    assert problem.fixes[0].title.startswith(f"model is a History: call {member} on the {owner}.")
    own = type("Mine", (), {})()
    assert failed("tensorflow==2.10.1", f"model.{member}(x)", exception, {"model": own}) == []


def test_a_model_that_its_own_method_has_made_none():
    exception = AttributeError("'NoneType' object has no attribute 'fit'")
    earlier = ["", "model = model.compile('sgd', 'mse')", "model.fit(x)"]
    (problem,) = failed("tensorflow==2.21.0", "model.fit(x)", exception, {"model": None, "In": earlier})
    assert problem.title.startswith("model is None: compile returns nothing")
    made = ["", "model = build(3)", "model.fit(x)"]
    assert failed("tensorflow==2.21.0", "model.fit(x)", exception, {"model": None, "In": made}) == []


Optimizer = type("Optimizer", (), {"__module__": "keras.src.optimizers.optimizer", "learning_rate": 0.1})
SGD = type("SGD", (Optimizer,), {"__module__": "keras.src.optimizers.sgd"})
LR = AttributeError("'SGD' object has no attribute 'lr'")


def rates(cell, **names):
    """The first fix for a cell that asks an optimizer of Keras 3 for lr in its first line."""
    linecache.cache["<ipython-input-1>"] = (len(cell), None, cell.splitlines(True), "<ipython-input-1>")
    settings, K = SimpleNamespace(lr=1), SimpleNamespace(set_value=print, get_value=print)
    problem = told(cell, a=SGD(), b=SGD(), both=[SGD(), SGD()], settings=settings, K=K, **names)[0]
    del linecache.cache["<ipython-input-1>"]
    assert problem.rule == "KA202"
    return problem.fixes[0]


@pytest.mark.parametrize(
    "places",
    [
        "b.lr",
        "[each.lr for each in both]",
        "both[1].lr",
        "def f():\n    return a.lr",
        "for number, one in enumerate(both[1:]):\n    one.lr",
    ],
)
def test_all_objects_of_one_kind_get_the_name_of_today_at_once(places):
    fix = rates(f"a.lr\n{places}")
    assert (fix.source, fix.verified) == (f"a.lr\n{places}".replace(".lr", ".learning_rate"), True)


@pytest.mark.parametrize("other", ["settings.lr", "def f(config):\n    return config.lr", "both.lr"])
def test_what_another_object_has_by_this_name_stays(other):
    assert rates(f"a.lr, settings.lr\n{other}").source == f"a.learning_rate, settings.lr\n{other}"


def test_what_is_not_known_is_said():
    fix = rates("a.lr\ndef f(a):\n    return a.lr")
    assert fix.source == "a.learning_rate\ndef f(a):\n    return a.learning_rate"
    assert (fix.applicability, fix.differs) == (
        "check the result",
        "Look at line 3: whether a has .learning_rate is not known.",
    )


def test_a_variable_of_keras_3_is_set_by_its_own_method():
    fix = rates("K.set_value(a.lr, K.get_value(a.lr) / 2)\nK.set_value(b.lr, 2)")
    rate = "learning_rate"
    assert fix.source == f"a.{rate}.assign(K.get_value(a.{rate}) / 2)\nb.{rate}.assign(2)"


def test_a_text_that_is_to_be_an_optimizer():
    cell = "optimizer = 'adam'\noptimizer.apply_gradients([])"
    (problem,) = told(cell)
    assert problem.title == "optimizer is the text 'adam', and has no apply_gradients"
    assert "optimizer = keras.optimizers.get('adam')" in problem.fixes[0].title


def test_another_method_of_a_text_is_the_users():
    assert told("name = 'adam'\nname.decode()") == []


@pytest.mark.parametrize(
    ("cell", "works"),
    [
        ("words.fit(texts)", "words.adapt(texts)"),
        ("x = words.transform(texts[:2])", "x = words(texts[:2])"),
    ],
)
def test_a_layer_that_learns_from_data_has_adapt_and_is_called(cell, works):
    base = type("Layer", (), {"__module__": "keras.src.layers.layer", "adapt": lambda self, data: None})
    layer = type("TextVectorization", (base,), {"__module__": "keras.src.layers.preprocessing"})()
    member = cell.partition("words.")[2].partition("(")[0]
    exception = AttributeError(f"'TextVectorization' object has no attribute '{member}'")
    (problem,) = failed("tensorflow==2.16.2", cell, exception, {"words": layer})
    assert (problem.rule, problem.fixes[0].source) == ("KA202", works)
