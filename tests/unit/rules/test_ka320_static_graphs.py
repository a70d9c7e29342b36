"""KA320: program that builds a static graph."""

from __future__ import annotations

from types import ModuleType

import pytest
from checked import failed

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, check_cell, diagnose, read
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.repair import keras2
from kerasmagic.rules import RULES
from kerasmagic.source.bindings import Bindings

COLAB = "tensorflow==2.20.0,keras==3.13.2,tf_keras==2.20.1"
NO_TF_KERAS = "tensorflow==2.20.0,keras==3.13.2"
VAE = """import numpy as np
from keras import Input, Model, backend as K
from keras.layers import Dense
from keras.optimizers import Adam
x = Input((4,))
y = Dense(4)(x)
vae = Model(x, y)
vae.add_loss(K.mean(y - x))
vae.compile(Adam(lr=0.1, decay=1e-5))"""
ON_KERAS_2 = """import numpy as np
from tf_keras import Input, Model, backend as K
from tf_keras.layers import Dense
from tf_keras.optimizers.legacy import Adam
x = Input((4,))
y = Dense(4)(x)
vae = Model(x, y)
vae.add_loss(K.mean(y - x))
vae.compile(Adam(lr=0.1, decay=1e-5))"""
SYMBOLIC = "A KerasTensor cannot be used as input to a TensorFlow function"


def raised(kind: type[Exception], message: str, line: str, module: str) -> Exception:
    """An exception from inside of a package, called by a line of the cell."""
    inside = {"__name__": module, "kind": kind, "message": message}
    path = "<ipython-input-1>" if module == "__main__" else f"/site-packages/{module}.py"
    exec(compile("def fail():\n    raise kind(message)", path, "exec"), inside)
    try:
        exec(compile("fail()", f"<ipython-input-1>{line}", "exec"), {"__name__": "__main__", "fail": inside["fail"]})
    except Exception as error:
        return error
    raise AssertionError


def told(
    cell: str, message: str, target: str = COLAB, module: str = "keras.src.models.model", kind=ValueError, **names
):
    error = raised(kind, message, "", module)
    return diagnose(Failure(error, cell, names), TargetWorld(Target.parse(target), RULES))


@pytest.mark.parametrize(
    "cell",
    [
        "import tensorflow as tf\nfrom keras import Input\ntf.concat([Input((2,)), Input((2,))], 1)",
        "class Own(keras.layers.Layer):\n    def call(self, x):\n        self.add_loss(tf.reduce_mean(x))\n"
        "        return x",
    ],
)
def test_one_line_that_is_wrong_is_not_the_whole_program(cell):
    assert "KA320" not in [problem.rule for problem in told(cell, SYMBOLIC)]


def test_an_error_of_the_programs_own():
    assert told(VAE, "my own mistake", module="own.package") == []


def test_the_whole_program_goes_to_keras_2():
    (problem,) = told(VAE, SYMBOLIC)
    edit = problem.fixes[0]
    assert (problem.rule, edit.applicability, edit.source) == ("KA320", "check the result", ON_KERAS_2)
    assert "do not mix" in edit.differs and "self.add_loss" in problem.fixes[1].title


def test_names_through_a_module_and_through_tensorflow_go_with_it():
    cell = """import tensorflow as tf
import keras
from keras import optimizers
vae = tf.keras.Model(x, y)
vae.add_loss(tf.keras.backend.mean(y))
vae.compile(optimizers.SGD(lr=0.1), loss=keras.losses.mse)"""
    (problem,) = told(cell, SYMBOLIC)
    assert (
        problem.fixes[0].source
        == """import tf_keras
import tensorflow as tf
import tf_keras as keras
from tf_keras import optimizers
vae = tf_keras.Model(x, y)
vae.add_loss(tf_keras.backend.mean(y))
vae.compile(optimizers.legacy.SGD(lr=0.1), loss=keras.losses.mse)"""
    )


@pytest.mark.parametrize(
    "line", ["g = K.gradients(K.sum(model.output), model.input)", "x = K.placeholder((1, 2))", "i = Input(tensor=t)"]
)
def test_what_only_a_graph_has_gets_one(line):
    cell = f"from keras import backend as K\nfrom keras.layers import Input\n{line}\nmodel.save_weights('w.weights.h5')"
    (problem, *_) = told(cell, SYMBOLIC)
    assert problem.fixes[0].source == (
        "from tensorflow.compat.v1 import disable_eager_execution\ndisable_eager_execution()\n"
        f"from tf_keras import backend as K\nfrom tf_keras.layers import Input\n{line}\nmodel.save_weights('w.h5')"
    )


def test_a_program_that_computes_at_once_gets_no_graph():
    cell = VAE + "\nprint(vae(data).numpy())"
    (problem,) = told(cell, SYMBOLIC)
    assert "disable_eager" not in (problem.fixes[0].source or "")


def test_a_loss_that_holds_tensors_of_the_model_gets_a_graph():
    cell = "from keras.layers import Dense\nmodel.compile('adam', loss=lambda t, p: z)\nmodel.fit(a, b)"
    (problem,) = told(cell, SYMBOLIC, module="keras.src.trainers.compile_utils")
    assert (problem.fixes[0].source or "").startswith("from tensorflow.compat.v1 import disable_eager_execution\n")


def test_a_call_that_uses_tensors_of_the_model_gets_a_graph():
    cell = "from keras.layers import Dense\ny = Own()(Dense(2)(x))"
    for module in ("keras.src.layers.layer", "__main__"):  # Keras hides its own frames
        (problem,) = told(cell, f"Exception encountered when calling Own.call().\n\n{SYMBOLIC}", module=module)
        assert (problem.fixes[0].source or "").startswith("from tensorflow.compat.v1 import disable_eager_execution\n")


def test_only_a_whole_program_is_moved():
    first, second = VAE.split("vae.add_loss")
    world, bindings = TargetWorld(Target.parse(COLAB), RULES), Bindings()
    check_cell(first, world, bindings)
    facts = read("vae.add_loss" + second, bindings)
    assert keras2.whole_program(facts, world) is None


def test_without_tf_keras_no_line_asks_for_it():
    sources = [fix.source or "" for problem in told(VAE, SYMBOLIC, NO_TF_KERAS) for fix in problem.fixes]
    assert sources and not any("tf_keras" in source for source in sources)


def test_what_a_layer_was_called_with_is_no_sign_of_a_graph():
    message = "Exception encountered when calling F.call().\n\nInput 0 is incompatible: expected shape=(None, 4)"
    message += "\n\nArguments received by F.call():\n  • args=('<KerasTensor shape=(None, 1, 4)>',)"
    assert [each.rule for each in told("import keras\nkeras.Model()(x)", message)] == []


def test_a_string_that_the_old_backend_takes_for_a_type():
    cell = "from tensorflow.keras import backend as K\nimport keras\nloss = K.mean(x)\ng = K.gradients(loss, x)[0]"
    (problem,) = told(cell, "'str' object has no attribute 'base_dtype'", COLAB, "keras.legacy.backend", AttributeError)
    assert problem.rule == "KA320" and "tf_keras" in problem.fixes[0].source


LOSS = """from keras import Input, Model, backend as K
from keras.layers import Dense
z = Input((4,))
model = Model(z, Dense(2)(z))
def loss(true, predicted):
    return K.mean(z)
model.compile(loss=loss)
fit()"""


@pytest.mark.parametrize("module, codes", [("keras.src.utils.traceback_utils", ["KA320"]), ("own.helpers", [])])
def test_a_loss_that_holds_a_tensor_of_the_model(module, codes):
    """Keras calls the function, and what it gives to it is no such tensor."""
    inside = {"__name__": "keras.src.ops", "message": SYMBOLIC}
    exec(compile("def mean():\n    raise ValueError(message)", "/site-packages/ops.py", "exec"), inside)
    between = {"__name__": module}
    exec(compile("def call(f):\n    f()", "/site-packages/between.py", "exec"), between)
    cell = {"__name__": "__main__", "mean": inside["mean"], "call": between["call"]}
    code = "def loss():\n    mean()\ndef fit():\n    call(loss)\nfit()"
    with pytest.raises(ValueError) as error:
        exec(compile(code, "<ipython-input-9>", "exec"), cell)
    found = diagnose(Failure(error.value, LOSS, {}), TargetWorld(Target.parse(COLAB), RULES))
    assert [problem.rule for problem in found if problem.rule == "KA320"] == codes


def test_a_loss_of_symbols_that_is_added_below_is_told_as_such():
    says = ValueError("A KerasTensor cannot be used as input to a TensorFlow function.")
    cell = "kl = tf.reduce_mean(z)\nvae.add_loss(kl)"
    try:
        exec(
            compile("raise says", "/x/site-packages/keras/src/backend/common/keras_tensor.py", "exec"),
            {"says": says, "__name__": "keras.src.x"},
        )
    except ValueError as error:
        found = failed("tensorflow==2.20.0,keras==3.13.2", "import tensorflow as tf\n" + cell, error)
        assert [problem.rule for problem in found] == ["KA320"]


ADDED = """
x = keras.Input((4,))
mean, log_var = keras.layers.Dense(2)(x), keras.layers.Dense(2)(x)
y = keras.layers.Dense(4)(mean)
vae = keras.Model(x, {output})
loss = tf.reduce_mean(tf.square(x - y))
loss += tf.reduce_mean(
    log_var)
vae.add_loss({loss})
{rest}
"""


def with_loss(output="y", loss="loss", rest="vae.compile('adam')"):
    """The cell with the loss in a layer; None where no edit does it."""
    cell = f"import keras\nimport tensorflow as tf\n{ADDED.format(output=output, loss=loss, rest=rest)}"
    names = {"keras": ModuleType("keras"), "tf": ModuleType("tensorflow")}
    (problem,) = told(cell, SYMBOLIC, NO_TF_KERAS, **names)
    return problem.fixes[0].source


def test_a_loss_from_outside_is_computed_in_a_layer():
    assert (with_loss() or "").splitlines()[6:] == [
        "class WithLoss(keras.layers.Layer):",
        "    def call(self, tensors):",
        "        x, y, log_var = tensors",
        "        loss = tf.reduce_mean(tf.square(x - y))",
        "        loss += tf.reduce_mean(",
        "            log_var)",
        "        self.add_loss(loss)",
        "        return y",
        "",
        "vae = keras.Model(x, WithLoss()([x, y, log_var]))",
        "vae.compile('adam')",
    ]


def test_an_output_without_a_name_is_given_to_the_layer():
    source = with_loss(output="decoder(mean)")
    assert source and "x, y, log_var, outputs = tensors" in source
    assert "keras.Model(x, WithLoss()([x, y, log_var, decoder(mean)]))" in source


@pytest.mark.parametrize(
    "changed",
    [
        {"rest": "print(loss)"},
        {"output": "[y, mean]"},
        {"loss": "loss + keras.layers.Dense(1)(y)"},
        {"loss": "loss + weight(y)", "rest": "def weight(y):\n    return 2\nweight = half"},
        {"loss": "scale * loss", "rest": "scale = 2"},
        {"output": "y)\nz = tf.abs(y)\ny = keras.layers.Dense(1)(y)\nvae = keras.Model(x, y", "loss": "z"},
    ],
)
def test_what_is_not_certain_is_for_the_person_to_write(changed):
    assert with_loss(**changed) is None


@pytest.mark.parametrize("target, proposes", [(COLAB, True), (NO_TF_KERAS, False)])
def test_gradients_between_tensors_are_the_whole_of_it(target, proposes):
    cell = "from tensorflow.keras import backend as K\nloss = K.mean(y)\ng = K.gradients(loss, x)[0]"
    (problem,) = told(cell, SYMBOLIC, target)
    assert problem.rule == "KA320" and any("GradientTape" in fix.title for fix in problem.fixes)
    assert any(fix.source for fix in problem.fixes) == proposes


@pytest.mark.parametrize("message", ["'SymbolicTensor' object has no attribute 'cumprod'", "a symbolic tf.Tensor"])
def test_tensors_of_a_traced_function_are_none_of_the_model(message):
    assert not keras2.speaks_of_symbols(message)
    assert keras2.speaks_of_symbols(SYMBOLIC)
