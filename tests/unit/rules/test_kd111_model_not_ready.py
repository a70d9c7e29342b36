"""KD111: model that is not ready."""

from __future__ import annotations

import linecache

import numpy as np
import pytest
from refusals import compiled, model, refused, rules, tensor, told

NEVER = "The layer sequential has never been called and thus has no defined input."


@pytest.mark.parametrize("message", ["You must do something", "The model has a loss", "It was built"])
def test_other_errors_are_not_these(message):
    assert rules("model.fit(1, 2)", model=model(ValueError(message))) == []


def test_the_users_own_words_are_not_told():
    def check():
        raise ValueError("this model has not yet been built")

    assert rules("check()", check=check) == []


def test_the_input_of_a_connected_sequential_model_is_another_rules():
    assert rules("model.input", model=model(AttributeError(NEVER), _functional=object())) == ["KA323"]


def test_a_model_that_is_not_compiled():
    says = ValueError("You must call `compile()` before calling `fit()`.")
    (problem,) = told("model.fit(1, 2)", model=model(says))
    assert problem.title == "The model is not compiled, and fit needs that"
    assert "model.compile(" in problem.fixes[0].title


def test_a_model_without_a_loss():
    (problem,) = told("model.fit(1, 2)", model=model(ValueError("No loss to compute. Provide a `loss` argument.")))
    assert problem.title == "The model was compiled without a loss"


def test_a_model_that_is_not_built():
    (problem,) = told("save()", save=refused(ValueError("You are saving a model that has not yet been built.")))
    assert problem.title.startswith("The model is not built")
    assert "keras.Input" in problem.fixes[0].title


def test_a_model_made_as_a_class_has_no_graph():
    (problem,) = told("mine.output", mine=model(AttributeError(NEVER.replace("input", "output")), "Mine"))
    assert problem.title == "A model made as a class has no input and output of its own"


def test_a_layer_is_called_a_layer():
    (problem,) = told("dense.output", dense=model(AttributeError(NEVER), "Dense", "Layer"))
    assert problem.title == "The layer Dense has no input and output yet"
    assert "layer(inputs)" in problem.fixes[0].title


def test_the_model_is_named_and_a_frozen_one_is_made_trainable_first():
    says = ValueError("You must call `compile()` before using the model.")
    (problem,) = told("disc.fit(1, 2)", disc=model(says, _trainable=False))
    assert problem.title == "disc is not compiled, and fit needs that"
    assert "disc.trainable = True" in problem.fixes[0].title
    assert "disc.compile(" in problem.fixes[0].title


NO_LOSS = ValueError("No loss to compute. Provide a `loss` argument in `compile()`.")


@pytest.mark.parametrize(
    "written, corrected",
    [
        ("model.compile('adam')", "model.compile('adam', loss='binary_crossentropy')"),
        ("model.compile(optimizer='adam', loss=None)", "model.compile(optimizer='adam', loss='binary_crossentropy')"),
        ("model.compile()", "model.compile(loss='binary_crossentropy')"),
    ],
)
def test_compile_gets_the_loss_that_fits(written, corrected):
    made = compiled(NO_LOSS, (None, 1), activation="sigmoid")
    made.compile = lambda *args, **given: None
    cell = f"{written}\nmodel.fit(x, y)"
    (problem,) = told(cell, model=made, x=np.ones((4, 3)), y=np.array([0, 1, 1, 0]))
    assert problem.fixes[0].source == f"{corrected}\nmodel.fit(x, y)"


def test_a_loss_that_is_none_is_named():
    made = compiled(NO_LOSS, (None, 1), activation="sigmoid")
    made.compile = lambda *args, **given: None
    cell = "model.compile('adam', make_loss())\nmodel.fit(x, y)"
    (problem,) = told(cell, model=made, make_loss=lambda: None, x=np.ones((4, 3)), y=np.ones(4))
    assert problem.title == "The model was compiled without a loss: make_loss() is None"
    assert "needs a return" in problem.fixes[0].title


def test_without_labels_that_are_known_no_loss_is_named():
    made = compiled(NO_LOSS, (None, 3), activation="softmax")
    (problem,) = told("model.fit(x, y)", model=made, x=np.ones((4, 3)), y=np.zeros((4, 7)))
    assert "crossentropy" not in problem.fixes[0].title


UNBUILT = ValueError("You are loading weights into a model that has not yet been built. Try building the model first")


def net(says=UNBUILT, kind="Net", **held):
    made = model(says, kind, **held)
    inside = {"__name__": "keras.src.models.model"}
    text = "def load_weights(self, filepath):\n    raise self.says.with_traceback(None)\n"
    exec(compile(text, "/x/site-packages/keras/src/models/model.py", "exec"), inside)
    type(made).load_weights = inside["load_weights"]
    return made


@pytest.mark.parametrize(
    ("later", "first"),
    [
        ("net.build((None, 3))\nx = 1", "net.build((None, 3))"),
        ("net.predict(data)", "net(data[:1])"),
        ("net.fit(x=data, y=1)", "net(data[:1])"),
        ("net([data, data])", "net([data[:1], data[:1]])"),
        ("net(data[:2])", "net(data[:2])"),
        ("other.predict(data)", None),
        ("data = 3\nnet.predict(data)", None),
    ],
)
def test_what_the_cell_has_builds_the_model_before_its_weights_are_loaded(later, first):
    numpy = pytest.importorskip("numpy")
    cell = f"net.load_weights(PATH)\n{later}"
    problem = told(cell, net=net(), other=net(), data=numpy.ones((4, 3)), PATH=1)[0]
    assert problem.title == "net is not built yet, and load_weights needs its weights"
    source = problem.fixes[0].source
    if first is None:
        assert source is None and "net(x[:1])" in problem.fixes[0].title
    else:
        rest = later.replace("net.build((None, 3))\n", "")
        assert source == f"{first}\nnet.load_weights(PATH)\n{rest}"


OTHERS = ["Layer 'd' expected 0 variables, but received 2 variables", "a Model which has not created its variables yet"]


@pytest.mark.parametrize("says", OTHERS)
def test_the_words_of_other_releases(says):
    assert told("net.load_weights(1)", net=net(ValueError(says)))[0].title.startswith("net is not built yet")


def test_a_sequential_model_may_begin_with_an_input():
    (problem,) = told("net.load_weights(1)", net=net(kind="Sequential"))
    assert "keras.Input(shape=(…))" in problem.fixes[0].title


CLASS = "class Net(Base):\n    def call(self, {0}):\n        {1}\n"


@pytest.mark.parametrize(
    ("taken", "body", "shape"),
    [
        ("x", "return self.body(x)", "(None, 3)"),
        ("inputs, training=False", "h = self.head(self.body(inputs))", "(None, 3)"),
        ("x", "return self.body(x * 2)", None),
        ("x", "return self.head(x)", None),
        ("x", "x = x / 255\n        return self.body(x)", None),
    ],
)
def test_a_model_of_a_class_is_built_for_the_first_of_its_parts(monkeypatch, taken, body, shape):
    written, cell = CLASS.format(taken, body), "net.load_weights(PATH)\nx = 1"
    lines = written.splitlines(True)
    monkeypatch.setitem(linecache.cache, "<ipython-input-9>", (len(written), None, lines, "<ipython-input-9>"))
    inside = {"Base": type(net()), "__name__": "__main__"}
    exec(compile(written, "<ipython-input-9>", "exec"), inside)
    part = model(None, "Functional", _inputs=[tensor((None, 3))], _outputs=[])
    made = inside["Net"](UNBUILT, body=part, head=model(None))
    problem = told(cell, net=made, PATH=1)[0]
    assert problem.fixes[0].source == (f"net.build({shape})\n{cell}" if shape else None)


def test_output_that_is_called_like_a_layer():
    """``self.output(x)`` in a class that has a layer of another name."""
    says = AttributeError("The layer net has never been called and thus has no defined output.")
    base = type("Layer", (), {"__module__": "keras.src.layers.layer"})
    model = type("Model", (base,), {"__module__": "keras.src.models.model"})
    keras_says = refused(says)
    model.output = property(lambda self: keras_says(self))
    cell = "class Net(Model):\n    def call(self, x):\n        return self.output(x)\n"
    cell += "net = Net()\nnet.out = Layer()\nnet.call(3)"
    (problem,) = told(cell, Model=model, Layer=base)
    assert "return self.out(x)" in problem.fixes[0].source
