"""KD113: class that passes nothing on."""

from __future__ import annotations

import pytest
from refusals import refused, rules, told

LAYER = type("Layer", (), {"__module__": "keras.src.layers.layer"})
SCALE = (
    "class Scale(Layer):\n    def __init__(self, factor):\n        super().__init__()\n        self.factor = factor\n"
)


def test_classes_that_are_not_made_from_keras_are_not_told():
    assert rules(SCALE + "Scale(3, name='s')", Layer=object) == []
    assert rules("dict(3, name='s')") == []


def test_what_is_no_argument_of_layers_is_the_users_mistake():
    assert rules(SCALE + "Scale(3, power=2)", Layer=LAYER) == []


def test_the_class_takes_and_passes_on_what_keras_gives():
    (problem,) = told(SCALE + "Scale(3, name='s')", Layer=LAYER)
    assert problem.title == "Scale.__init__ takes no name, and passes nothing on to its base class"
    assert "def __init__(self, factor, **kwargs):\n        super().__init__(**kwargs)" in problem.fixes[0].source


def test_loading_wants_the_arguments_too():
    cell = "load_model('m.keras', custom_objects={'Scale': Scale})"
    scale = {"Layer": LAYER}
    exec(SCALE, scale)
    says = TypeError("Scale.__init__() got an unexpected keyword argument 'trainable'")
    (problem,) = told(cell, load_model=refused(says), Scale=scale["Scale"])
    assert any("get_config" in fix.title for fix in problem.fixes)


def test_super_comes_first():
    says = RuntimeError("In layer Scale, you forgot to call `super().__init__()` as the first statement")
    (problem,) = told("Scale(3)", Scale=refused(says))
    assert "super().__init__()" in problem.fixes[0].title


def test_super_that_is_given_what_was_changed_before_stays_in_its_place():
    says = RuntimeError("It looks like you are subclassing `Model` and you forgot to call `super().__init__()`.")
    start = "fails()\n        self.n = kwargs.pop('n')\n        super().__init__(**kwargs)"
    cell = f"class Net(Model):\n    def __init__(self, **kwargs):\n        {start}\nNet(n=1)"
    (problem,) = told(cell, Model=type("Model", (), MODEL), fails=refused(says))
    assert not any(fix.source for fix in problem.fixes)


MODEL = {"__module__": "keras.src.models.model", "_api_export_path": ["keras.Model"]}


@pytest.mark.parametrize(
    "late, works",
    [
        ("self.a = 1", "super().__init__(**kwargs)"),
        ("super(Net, self).__init__(n, **kwargs)", "super(Net, self).__init__(n, **kwargs)"),
        ("super().__init__(self.a, self.b)", "Model.__init__(self)"),
    ],
)
def test_the_call_of_super_is_made_first(late, works):
    says = RuntimeError("It looks like you are subclassing `Model` and you forgot to call `super().__init__()`.")
    start = f"fails()\n        {late}\n        self.c = 2"
    cell = f"class Net(Model):\n    def __init__(self, n, **kwargs):\n        {start}\nNet(1)"
    (problem,) = told(cell, Model=type("Model", (), MODEL), fails=refused(says))
    assert f"**kwargs):\n        {works}\n        fails()\n" in problem.fixes[0].source
    assert problem.fixes[0].source.count("(n, **kwargs)") == late.count("(n, **kwargs)")


@pytest.mark.parametrize("line, works", [("i = o = n", ""), ("self.n = i = o = n", "Model.__init__(self)\n        ")])
def test_a_functional_model_calls_super_once(line, works):
    says = TypeError("Functional.__init__() missing 2 required positional arguments: 'inputs' and 'outputs'")
    start = f"super().__init__()\n        {line}\n        super().__init__(i, o)"
    cell = f"class Net(Model):\n    def __init__(self, n):\n        {start}\nNet(1)"
    (problem,) = told(cell, Model=type("Model", (), {**MODEL, "__init__": refused(says)}))
    assert f"self, n):\n        {works}{line}\n        super().__init__(i, o)" in problem.fixes[0].source


def test_a_class_without_get_config_cannot_be_saved():
    says = NotImplementedError(
        "\nObject Scale was created by passing\nnon-serializable argument values in `__init__()`"
    )
    (problem,) = told("save()", save=refused(says))
    assert problem.title == "Scale cannot be saved: it does not say what it was made with"
    assert "get_config" in problem.fixes[0].title


def test_a_sequence_without_a_length():
    says = NotImplementedError("You need to implement the `num_batches` property:\n\n@property\ndef num_batches(self):")
    (problem,) = told("fit(1)", fit=refused(says))
    assert problem.rule == "KD113"
    assert "__len__" in problem.fixes[0].title


@pytest.mark.parametrize(
    ("call", "works"),
    [
        ("super().__init__(self)", "super().__init__()"),
        ("super(Scale, self).__init__(self, name='s')", "super(Scale, self).__init__(name='s')"),
    ],
)
def test_self_is_not_given_to_super(call, works):
    cell = f"class Scale(Layer):\n    def __init__(self):\n        {call}\nScale()"
    (problem,) = told(cell, Layer=LAYER)
    assert (problem.rule, problem.title) == ("KD113", "super().__init__ is given self")
    assert works in problem.fixes[0].source


def test_a_class_that_compiles_itself():
    model = type("Model", (), {"__module__": "keras.src.models.model"})
    cell = "class Pair(Model):\n    def compile(self, optimizer):\n        pass\n"
    (problem,) = told(f"{cell}Pair().compile(optimizer=1, loss=2)", Model=model)
    assert problem.title in (
        "Pair has a compile of its own, which takes no loss",
        "The class has a compile of its own, which takes no loss",  # Python up to 3.9 does not say whose it is
    )
    assert rules(f"{cell}Pair().compile(optimizer=1, loss=2)", Model=object) == []


@pytest.mark.parametrize(
    ("start", "rules_told"),
    [("self.factor = 3", ["KD113"]), ("super().__init__()\n        self.factor = 3", [])],
)
def test_what_the_base_class_makes_is_lacking(start, rules_told):
    cell = f"class Scale(Layer):\n    def __init__(self):\n        {start}\nScale().built"
    assert rules(cell, Layer=LAYER) == rules_told


@pytest.mark.parametrize(
    ("method", "title"),
    [
        ("def call(x): return x", "call of Scale has no self"),
        ("def call(self): return 1", "The method call takes no inputs"),
    ],
)
def test_a_method_without_self_or_inputs(method, title):
    says = refused(TypeError("too many positional arguments"))
    (problem,) = told(f"class Scale(Layer):\n    {method}\nrun(Scale, 1)", Layer=LAYER, run=says)
    assert problem.title == title


def test_a_start_with_one_underscore():
    cell = "class Scale(Layer):\n    def _init_(self, factor):\n        self.factor = factor\nScale(3)"
    says = TypeError("Layer.__init__() takes 1 positional argument but 2 were given")
    start = {"__module__": "keras.src.layers.layer", "__init__": lambda self, *given: refused(says)()}
    problem, *_ = told(cell, Layer=type("Layer", (), start))
    assert problem.title == "Scale has no __init__: it is written _init_"
    assert "def __init__(self, factor):" in problem.fixes[0].source


@pytest.mark.parametrize(
    ("method", "called", "works"),
    [
        ("def build(self):\n        return input_shape[-1]", "build()", "def build(self, input_shape):"),
        ("def call(self, x):\n        return x if training else 1", "call(1)", "def call(self, x, training=None):"),
        ("def call(self, x, y=2):\n        return mask", "call(1)", "def call(self, x, y=2, mask=None):"),
    ],
)
def test_a_method_that_does_not_take_what_keras_gives(method, called, works):
    problem, *_ = told(f"class Scale(Layer):\n    {method}\nScale().{called}", Layer=LAYER)
    assert problem.rule == "KD113"
    assert works in problem.fixes[0].source


def test_build_that_takes_nothing():
    says = refused(TypeError("Scale.build() takes 1 positional argument but 2 were given"))
    (problem,) = told("class Scale(Layer):\n    def build(self): pass\nrun(Scale, 1)", Layer=LAYER, run=says)
    assert "def build(self, input_shape): pass" in problem.fixes[0].source


@pytest.mark.parametrize(
    "method",
    ["def call(self, x):\n        return speed", "def other(self):\n        return training"],
)
def test_other_names_are_the_users(method):
    name = method.split("(")[0][4:]
    given = "1" if name == "call" else ""
    assert rules(f"class Scale(Layer):\n    {method}\nScale().{name}({given})", Layer=LAYER) == []
