"""KA201: method that was removed."""

from __future__ import annotations

import pytest
from checked import KERAS_2, KERAS_3, SETUP, edited, failed, problems, told


def test_an_optimizer_that_scales_losses_is_of_a_class_below_the_one_that_is_called():
    scaled = "import tensorflow as tf\no = tf.keras.mixed_precision.LossScaleOptimizer(tf.keras.optimizers.Adam())\no."
    for target in (KERAS_2, "tensorflow==2.15.1"):
        assert told(target, scaled + "apply_gradients([])") == told(target, scaled + "learning_rate") == []
    assert told(KERAS_3, scaled + "get_scaled_loss(1.0)") == [("KA201", "error")]


def test_layers_on_pytorch_are_modules_of_pytorch():
    backend = 'import os\nos.environ["KERAS_BACKEND"] = "{}"\n'
    cell = "import keras\nkeras.Sequential().zero_grad()\nkeras.layers.Dense(1).to('cpu')"
    assert told(KERAS_3, backend.format("torch") + cell) == told(KERAS_3, "%env KERAS_BACKEND=torch", cell) == []
    assert told(KERAS_3, backend.format("jax") + cell) == [("KA201", "error")] * 2


@pytest.mark.parametrize(("written", "said"), [("padding", False), ("add_wieght", True), ("get_input_shape_at", True)])
def test_what_a_class_below_may_set_is_not_missing_in_its_base(written, said):
    cell = f"import keras\nclass Base(keras.layers.Layer):\n    def get_config(self):\n        return self.{written}"
    assert told(KERAS_3, cell) == [("KA201", "error")] * said


CLASS = """
from tensorflow.keras import layers, models
class CNN(models.Model):
    def __init__({me}, classes):
        super().__init__()
        {me}.make(classes)
        super().__init__({me}.{read}, {me}.y)
    def make({me}, classes):
        {me}.x, {me}.y = layers.Input((4,)), classes
"""


@pytest.mark.parametrize("me", ["self", "model", "this"])
def test_what_a_method_sets_is_of_its_object_by_any_name(me):
    for target in (KERAS_2, KERAS_3):
        assert told(target, CLASS.format(me=me, read="x")) == []
        assert told(target, CLASS.format(me=me, read="z")) == []  # a class below may set it


def test_an_attribute_of_an_object_that_nobody_knows_is_not_ours():
    error = AttributeError("'Sequential' object has no attribute 'my_own'")
    assert failed("tensorflow==2.16.2,keras==3.15.1", SETUP + "model.my_own", error) == []


FAILED = [
    pytest.param(
        "model.fit_generator(g, 10, epochs=3)",
        AttributeError("'Sequential' object has no attribute 'fit_generator'"),
        "model.fit(g, steps_per_epoch=10, epochs=3)",
        id="fit_generator",
    ),
]


@pytest.mark.parametrize("line, exception, works", FAILED)
def test_a_failed_call_gets_the_form_that_works(line, exception, works):
    (problem,) = failed("tensorflow==2.16.2,keras==3.15.1", SETUP + line, exception)
    fix = problem.fixes[0]
    assert problem.rule == "KA201"
    assert (fix.kind, fix.source, fix.verified) == ("edit", SETUP + works, True)


def test_a_threshold_is_not_guessed():
    fix = failed(
        "tensorflow==2.16.2,keras==3.15.1",
        SETUP + "model.predict_classes(x)",
        AttributeError("'Sequential' object has no attribute 'predict_classes'"),
    )[0].fixes[0]
    assert fix.source == SETUP + EITHER and fix.verified


def test_a_model_of_inputs_and_outputs_has_them():
    cell = "import keras\nm = keras.Model(1, 2)\nm.inputs, m.outputs, m.output_names\nm.predict_classes"
    assert [problem.reference for problem in problems("tensorflow==2.16.2,keras==3.15.1", cell)] == [
        "keras.Model.predict_classes"
    ]


METHODS = "tensorflow==2.16.2"
MODEL = "from keras.layers import Activation, Dense\nfrom keras.models import Sequential\nmodel = Sequential()\n"
EITHER = "(lambda p: p.argmax(axis=-1) if p.shape[-1] > 1 else (p > 0.5).astype('int32'))(model.predict(x))"


@pytest.mark.parametrize(
    ("built", "works"),
    [
        (
            "model.add(Dense(8))\nmodel.add(Dense(1))\nmodel.add(Activation('sigmoid'))",
            "(model.predict(x) > 0.5).astype('int32')",
        ),
        ("model.add(Dense(1))\nmodel.add(Dense(10, activation='softmax'))", EITHER),  # one of two may be the last
        ("model.add(Dense(10, activation='softmax'))", "model.predict(x).argmax(axis=-1)"),
        ("model.add(Dense(n))\nmodel.compile('adam', 'categorical_crossentropy')", "model.predict(x).argmax(axis=-1)"),
        ("model.add(Dense(n))\nmodel.compile('adam', 'binary_crossentropy')", EITHER),
        ("other.add(Dense(10))", EITHER),
    ],
)
def test_classes_by_what_the_program_tells_of_the_last_layer(built, works):
    cell = f"{MODEL}{built}\ny = model.predict_classes(x)"
    assert edited(METHODS, cell, "KA201") == ("verified", f"{MODEL}{built}\ny = {works}")


@pytest.mark.parametrize(
    ("line", "works"),
    [
        (
            "    model.reset_states()",
            "    for layer in model.layers:\n        if getattr(layer, 'stateful', False):\n"
            "            layer.reset_state()",
        ),
        (
            "    f = lambda: model.reset_states()",
            "    f = lambda: [layer.reset_state() for layer in model.layers if getattr(layer, 'stateful', False)]",
        ),
        (
            "    layer = 1; model.reset_states()",
            "    layer = 1; [stateful_layer.reset_state() for stateful_layer in model.layers "
            "if getattr(stateful_layer, 'stateful', False)]",
        ),
    ],
)
def test_the_states_of_each_stateful_layer(line, works):
    assert edited(METHODS, f"{MODEL}if True:\n{line}", "KA201") == ("verified", f"{MODEL}if True:\n{works}")


@pytest.mark.parametrize(
    ("call", "works"),
    [
        ("fit_generator(generator=g, steps_per_epoch=3)", "fit(x=g, steps_per_epoch=3)"),
        ("evaluate_generator(generator=g, steps=2)", "evaluate(x=g, steps=2)"),
        ("predict_generator(steps=2, generator=g, pickle_safe=True)", "predict(steps=2, x=g)"),
    ],
)
def test_the_generator_that_is_named_is_x(call, works):
    start = "import keras\ng = iter([])\nmodel = keras.Sequential()\nmodel."
    assert edited("tensorflow==2.20.0,keras==3.13.2", start + call, "KA201") == ("verified", start + works)


def test_the_methods_of_one_object_are_corrected_at_once():
    cell = SETUP + "model.fit_generator(g, steps_per_epoch=3)\nmodel.predict_generator(g, steps=3)"
    error = AttributeError("'Sequential' object has no attribute 'fit_generator'")
    fix = failed("tensorflow==2.21.0", cell, error)[0].fixes[0]
    assert fix.source == SETUP + "model.fit(g, steps_per_epoch=3)\nmodel.predict(g, steps=3)"
    assert (fix.title, fix.verified) == ("Call fit, and correct 1 other line", True)


@pytest.mark.parametrize(
    ("target", "variables"), [("tensorflow==2.11.1", "variables()"), ("tensorflow==2.15.1", "variables")]
)
def test_the_values_of_an_optimizer_by_what_its_variables_are_in_the_release(target, variables):
    cell = "import tensorflow as tf\nopt = tf.keras.optimizers.Adam()\nkept = opt.get_weights()"
    works = cell.replace("opt.get_weights()", f"[v.numpy() for v in opt.{variables}]")
    assert edited(target, cell, "KA201") == ("check the result", works)


SCALED = """import tensorflow as tf
@tf.function
def step(x):
    loss = opt.get_scaled_loss(x)
    return opt.get_unscaled_gradients([loss])
step(1.0)"""


def test_a_method_in_a_function_that_became_a_graph():
    base = type("Optimizer", (), {"__module__": "keras.src.optimizers.optimizer"})
    names = {"__module__": "keras.src.optimizers.loss_scale_optimizer"}
    names["_api_export_path"] = ["keras.optimizers.LossScaleOptimizer"]
    opt = type("LossScaleOptimizer", (base,), names)()
    said = "AttributeError: 'LossScaleOptimizer' object has no attribute 'get_scaled_loss'"
    shown = '    File "<ipython-input-1-0>", line 4, in step  *\n        loss = opt.get_scaled_loss(x)\n'
    error = AttributeError(f"in user code:\n\n{shown}\n    {said}\n")
    fix = failed("tensorflow==2.21.0", SCALED, error, {"opt": opt})[0].fixes[0]
    assert fix.source == SCALED.replace("get_scaled_loss", "scale_loss").replace(
        "opt.get_unscaled_gradients([loss])", "[loss]"
    )


GENERATED = """from keras.models import Sequential
model = Sequential()
def parts():
    while True:
        yield {}
model.{}(parts(), {}2)"""


@pytest.mark.parametrize(
    ("yielded", "works"), [("np.array(x)", "(np.array(x),)"), ("(np.array(x),)", "(np.array(x),)"), ("x", "x")]
)
def test_a_generator_of_arrays_gives_tuples_to_predict_of_keras_3(yielded, works):
    (problem,) = problems(KERAS_3, GENERATED.format(yielded, "predict_generator", ""))
    assert problem.fixes[0].source == GENERATED.format(works, "predict", "steps=")
