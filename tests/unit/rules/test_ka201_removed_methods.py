"""KA201: method that was removed."""

from __future__ import annotations

import pytest
from checked import KERAS_2, KERAS_3, SETUP, failed, problems, told


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


def test_an_attribute_of_an_object_that_nobody_knows_is_not_ours():
    error = AttributeError("'Sequential' object has no attribute 'my_own'")
    assert failed("tensorflow==2.16.2,keras==3.15.1", SETUP + "model.my_own", error) == []


FAILED = [
    pytest.param(
        "model.fit_generator(g, 10, nb_epoch=3)",
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
    assert fix.source == SETUP + "model.predict(x).argmax(axis=-1)" and fix.verified is None


def test_a_model_of_inputs_and_outputs_has_them():
    cell = "import keras\nm = keras.Model(1, 2)\nm.inputs, m.outputs, m.output_names\nm.predict_classes"
    assert [problem.reference for problem in problems("tensorflow==2.16.2,keras==3.15.1", cell)] == [
        "keras.Model.predict_classes"
    ]


def test_what_needs_another_way_is_advised_and_not_edited():
    (problem,) = problems(KERAS_3, "from keras.models import Sequential\nSequential().reset_states()")
    assert (problem.rule, [fix.kind for fix in problem.fixes]) == ("KA201", ["manual"])
    assert "layer.reset_state()" in problem.fixes[0].title
