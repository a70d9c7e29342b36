"""KO107: optimizer of the user's."""

from __future__ import annotations

from types import ModuleType

import pytest
from environments import put
from refusals import told

KERAS_3 = """
class BaseOptimizer:
    __module__ = "keras.src.optimizers.base_optimizer"
    def __init__(self, learning_rate, **kwargs): pass
    def update_step(self, gradient, variable, learning_rate): raise NotImplementedError
    def apply(self): self.update_step(1, 2, 3)
    iterations = property(lambda self: 1)
"""
KERAS_2 = """
class Optimizer:
    __module__ = "keras.src.optimizers.optimizer"
    def __init__(self, name, **kwargs): pass
    def update_step(self, gradient, variable): raise NotImplementedError
    def apply(self): self.update_step(1, 2)
"""
SLOTS = """
class OptimizerV2:
    __module__ = "keras.optimizers.optimizer_v2.optimizer_v2"
    def __init__(self, name, **kwargs): pass
"""


def base(text):
    """A class of Keras, whose code lies in its package."""
    inside = {"__name__": "keras.src.optimizers"}
    exec(compile(text, "/x/site-packages/keras/src/optimizers/optimizer.py", "exec"), inside)
    return next(value for value in inside.values() if isinstance(value, type))


@pytest.mark.parametrize(
    "cell",
    [
        "class Own:\n    def __init__(self, name): pass\nOwn()",
        "class Own(Base):\n    def __init__(self, name, **kwargs): super().__init__(0.1)\ndict(1, 2)",
        "Base()",
        "class Own(Base):\n    def __init__(self, learning_rate): super().__init__(learning_rate)\nOwn()",
    ],
)
def test_other_classes_and_those_of_keras_are_not_told(cell):
    assert "KO107" not in [problem.rule for problem in told(cell, Base=base(KERAS_3))]


RATE = "class Own(Base):\n    def __init__(self, lr=0.1, **kwargs):\n        super().__init__(**kwargs)\nOwn()"


@pytest.mark.parametrize(
    ("text", "write"),
    [
        (
            KERAS_3,
            "super().__init__(learning_rate={}, **kwargs), and write update_step(self, gradient, variable, learn",
        ),
        (KERAS_2, 'super().__init__(name="Own", **kwargs), and write update_step(self, gradient, variable).'),
        (SLOTS, 'super().__init__(name="Own", **kwargs), and write _resource_apply_dense(self, grad, var, apply_state'),
    ],
)
@pytest.mark.parametrize(("cell", "rate"), [(RATE, "lr"), ("class Own(Base):\n    pass\nOwn()", "0.001")])
def test_what_this_keras_wants_of_the_class_in_its_own_names(cell, rate, text, write):
    (problem,) = told(cell, Base=base(text))
    assert problem.rule == "KO107"
    assert problem.fixes[0].title.startswith(f"Begin __init__ with {write.format(rate)}")


OLD = """class Own(Base):
    def __init__(self, lr=0.1):
        super().__init__(lr)
        {}
    def get_updates(self, loss, params):
        return []
Own().apply()"""


@pytest.mark.parametrize("text", [KERAS_3, KERAS_2])
@pytest.mark.parametrize("line", ["self.beta = 0.9", "self.iterations = 0", "self._set_hyper('lr', lr)"])
def test_whatever_fails_first_of_a_class_of_old_is_told_with_all_that_it_needs(line, text):
    problem = told(OLD.format(line), Base=base(text))[0]
    assert problem.rule == "KO107"
    assert " in place of get_updates" in problem.fixes[0].title
    assert ("leave self.iterations out" in problem.fixes[0].title) == ("iterations" in line)


@pytest.mark.parametrize("body", ["1 / 0", "self.missing", "raise ValueError(lr)"])
def test_a_mistake_of_the_class_itself_is_another_matter(body):
    assert "KO107" not in [problem.rule for problem in told(OLD.format(body), Base=base(KERAS_3))]


def test_a_class_with_the_step_of_today_is_not_old():
    cell = OLD.format("self.beta = 0.9").replace("get_updates(self, loss, params)", "update_step(self, *given)")
    assert "KO107" not in [problem.rule for problem in told(cell.replace("return []", "nowhere()"), Base=base(KERAS_3))]


SLOTTED = """class AdamW(Base):
    def __init__(self, lr=0.1):
        super().__init__("AdamW")
        self._set_hyper("lr", lr)
AdamW()"""


def test_the_legacy_class_of_the_same_name_where_there_is_one():
    adam = type("Adam", (base(KERAS_2),), {"__module__": "keras.src.optimizers.adam"})
    problem = told(SLOTTED, target="tensorflow==2.15.1", Base=adam, tf=ModuleType("tensorflow"))[0]
    assert problem.fixes[0].source == SLOTTED.replace("(Base)", "(tf.keras.optimizers.legacy.Adam)")
    assert problem.fixes[0].verified
    assert problem.fixes[1].title.startswith("Keras has AdamW itself here: use tf.keras.optimizers.AdamW(")


SEVERAL = """class Own(Base):
    def __init__(self, {}, **kwargs):
        super().__init__(**kwargs)
    def get_updates(self, loss, params):
        return []
Own({})"""


@pytest.mark.parametrize(
    ("taken", "given", "rate"),
    [
        ("lr=[1e-7, 1e-4]", "", "lr[0]"),
        ("lr", "(0.1, 0.2)", "lr[0]"),  # it has no default: the base class lacks it, not the class
        ("learning_rate=0.1", "{'head': 0.1, 'base': 0.2}", "list(learning_rate.values())[0]"),
    ],
)
@pytest.mark.parametrize(("text", "begins"), [(KERAS_3, "learning_rate={}"), (KERAS_2, 'name="Own"')])
def test_of_several_rates_keras_gets_one_and_the_class_keeps_them(taken, given, rate, text, begins):
    (problem,) = told(SEVERAL.format(taken, given), Base=base(text))
    title, name = problem.fixes[0].title, "learning_rate" if "learning_rate" in taken else "lr"
    assert f"super().__init__({begins.format(rate)}, **kwargs)" in title
    assert title.endswith(
        f"{name} holds several numbers: keep them, self.rates = {name}, and choose one in update_step."
    )
    assert text is KERAS_3 or f"_build_learning_rate({rate})" in problem.cause


def test_a_rate_that_is_none_is_a_number_and_no_variables_are_made_of_others():
    cell = SEVERAL.format("lr=None", "").replace("(**kwargs)", "(**kwargs)\n        self.beta = K.variable(0.9)")
    (problem,) = told(cell, Base=base(KERAS_3))
    assert "super().__init__(learning_rate=0.001, **kwargs), keep all other numbers without K.variable" in (
        problem.fixes[0].title
    )


def test_the_scope_of_such_variables_goes_with_them():
    body = "with K.name_scope('a'):\n            self.beta = K.variable(0.9)"
    cell = SEVERAL.format("lr=0.1", "").replace("(**kwargs)", f"(**kwargs)\n        {body}")
    (problem,) = told(cell, Base=base(KERAS_3))
    assert "without K.name_scope and K.variable" in problem.fixes[0].title


def of_a_package(site, monkeypatch, cell, text=KERAS_3):
    """The hint on a class that an installed package brings."""
    put(site, "keras-bound", "0.6.0", package=False)
    (site / "keras_bound-0.6.0.dist-info" / "top_level.txt").write_text("keras_bound\n")
    monkeypatch.syspath_prepend(str(site))
    (problem,) = told(cell + "Own()", Base=base(text))
    return problem


PACKAGED = """class {}(Base):
    __module__ = "keras_bound.bound"
    def __init__(self, {}, **kwargs):
        super().__init__(**kwargs)
    def _resource_apply_dense(self, grad, var): pass
Own = {}
"""


@pytest.mark.parametrize("text", [KERAS_3, KERAS_2])
@pytest.mark.parametrize(
    ("name", "settings", "use"),
    [
        ("AdaBound", "lr=0.1", "tf.keras.optimizers.Adam(learning_rate=0.1)"),
        ("SGDW", "learning_rate=0.01", "tf.keras.optimizers.SGD(learning_rate=0.01)"),
        (
            "RAdam",
            "learning_rate=0.001, total_steps=10000, warmup_proportion=0.1, min_lr=1e-5",
            "tf.keras.optimizers.Adam(tf.keras.optimizers.schedules.CosineDecay(0.0, 9000, warmup_target=0.001, "
            "warmup_steps=1000, alpha=0.01))",
        ),
        ("AdamWarmup", "decay_steps=10, warmup_steps=20", "tf.keras.optimizers.Adam(learning_rate=0.001)"),
    ],
)
def test_a_class_of_a_package_is_not_for_the_user_to_write_anew(site, monkeypatch, name, settings, use, text):
    problem = of_a_package(site, monkeypatch, PACKAGED.format(name, settings, name), text)
    assert problem.title == f"{name} of keras-bound 0.6.0 is written for the optimizers of another Keras"
    assert [fix.title for fix in problem.fixes] == [f"Use an optimizer of Keras in its place: {use}."]
    assert "_resource_apply_dense" in problem.cause
