"""Programs of Keras 1 and 2, rewritten and run: they compute what the old code says, in numbers.

What is expected is computed by tf_keras, which is Keras 2, by an optimizer of TensorFlow 1, or by NumPy.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from kerasmagic.diagnosis.engine import KernelWorld, check_cell
from kerasmagic.rules import RULES

try:
    HERE = version("keras") >= "3" and bool(version("tf_keras"))
except PackageNotFoundError:
    HERE = False
pytestmark = pytest.mark.skipif(not HERE, reason="needs Keras 3 and tf_keras beside it")


def rewritten(cell: str, *rules: str) -> str:
    """A cell after the first edit for each of some rules."""
    for rule in rules:
        problem = next(each for each in check_cell(cell, KernelWorld(RULES)) if each.rule == rule)
        cell = next(fix.source for fix in problem.fixes if fix.source)
    return cell


def run(cell: str, **names):
    """What a cell binds."""
    exec(compile(cell, "<cell>", "exec"), names)
    return names


def test_weights_of_layers():
    import numpy as np
    import tf_keras

    kernel, bias = np.random.rand(3, 2), np.random.rand(2)
    cell = "from keras.layers import Dense\nlayer = Dense(2, weights=[kernel, bias])"
    x = np.random.rand(4, 3).astype("float32")
    expected = tf_keras.layers.Dense(2, weights=[kernel, bias])(x)
    given = run(rewritten(cell, "KA310"), kernel=kernel, bias=bias)["layer"](x)
    np.testing.assert_allclose(given, expected, rtol=1e-6)


def test_a_batch_size_and_the_states_that_are_reset():
    import numpy as np

    cell = """from keras.layers import LSTM
from keras.models import Sequential
model = Sequential()
model.add(LSTM(2, input_shape=(3, 1), batch_size=4, stateful=True))
first = model.predict(x, verbose=0)
second = model.predict(x, verbose=0)
model.reset_states()
third = model.predict(x, verbose=0)"""
    got = run(rewritten(cell, "KA311", "KA201"), x=np.ones((4, 3, 1)))
    assert got["model"].input_shape == (4, 3, 1)
    np.testing.assert_allclose(got["third"], got["first"], rtol=1e-6)
    assert abs(got["second"] - got["first"]).max() > 1e-4


@pytest.mark.parametrize("units", [1, 5])
@pytest.mark.parametrize("said", ["units", "{units}"])
def test_predicted_classes(units, said):
    import numpy as np

    cell = f"""from keras.layers import Dense
from keras.models import Sequential
model = Sequential()
model.add(Dense({said.format(units=units)}, activation='sigmoid', input_shape=(3,)))
classes = model.predict_classes(x)"""
    got = run(rewritten(cell, "KA201"), x=np.random.randn(50, 3), units=units)
    output = got["model"].predict(got["x"])
    expected = output.argmax(axis=-1) if units > 1 else (output > 0.5).astype("int32")
    np.testing.assert_array_equal(got["classes"], expected)
    assert got["classes"].dtype.kind == "i"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("merge([a, b], mode='sum')", lambda a, b: a + b),
        ("merge([a, b], mode='mul')", lambda a, b: a * b),
        ("merge([a, b], mode='ave')", lambda a, b: (a + b) / 2),
        ("merge([a, b], mode='max')", lambda a, b: a * (a > b) + b * (b >= a)),
        ("merge([a, b], mode='dot', dot_axes=1)", lambda a, b: (a * b).sum(axis=1, keepdims=True)),
        ("merge([a, b], mode=lambda x: x[0] - x[1])", lambda a, b: a - b),
    ],
)
def test_merged_tensors(call, expected):
    import numpy as np

    cell = "from keras.layers import Input, merge\nfrom keras.models import Model\na, b = Input((3,)), Input((3,))\n"
    model = run(rewritten(cell + f"model = Model([a, b], {call})", "KI160"))["model"]
    a, b = np.random.rand(4, 3).astype("float32"), np.random.rand(4, 3).astype("float32")
    np.testing.assert_allclose(model.predict([a, b], verbose=0), expected(a, b), rtol=1e-5)


def test_a_sequential_model_over_two_others():
    import numpy as np

    cell = """from keras.layers import Dense, Input, Merge
from keras.models import Sequential
left, right = Sequential([Input((3,)), Dense(2)]), Sequential([Input((4,)), Dense(2)])
model = Sequential()
model.add(Merge([left, right], mode='concat'))
model.add(Dense(1))"""
    got = run(rewritten(cell, "KI160"))
    model, left, right = got["model"], got["left"], got["right"]
    assert model.count_params() == (3 * 2 + 2) + (4 * 2 + 2) + (4 + 1)
    a, b = np.random.rand(5, 3), np.random.rand(5, 4)
    joined = np.concatenate([left.predict(a, verbose=0), right.predict(b, verbose=0)], axis=-1)
    kernel, bias = model.layers[-1].get_weights()
    np.testing.assert_allclose(model.predict([a, b], verbose=0), joined @ kernel + bias, rtol=1e-5)


@pytest.mark.parametrize(
    "made",
    [
        "GradientDescentOptimizer(0.1)",
        "MomentumOptimizer(0.1, 0.9)",
        "MomentumOptimizer(0.1, 0.9, use_nesterov=True)",
        "AdamOptimizer(0.1)",
        "AdamOptimizer(0.1, beta1=0.5, beta2=0.9, epsilon=0.01)",
        "AdagradOptimizer(0.1)",
        "AdadeltaOptimizer(0.5)",
    ],
)
def test_optimizers_of_tensorflow_1_take_the_same_steps(made):
    import keras
    import numpy as np
    import tensorflow as tf

    old = tf.Variable([1.0, -2.0, 0.5])
    new = keras.Variable([1.0, -2.0, 0.5])
    theirs = eval(f"tf.compat.v1.train.{made}", {"tf": tf})
    cell = f"import tensorflow as tf\noptimizer = tf.train.{made}\nmodel.compile(optimizer, 'mse')"
    fixed = rewritten(cell, "KI161").rpartition("\n")[0]
    ours = run(fixed)["optimizer"]
    for step in range(20):
        gradient = tf.constant([0.3, -1.0, 1e-4 * (step + 1)])
        theirs.apply_gradients([(gradient, old)])
        ours.apply([gradient], [new])
    np.testing.assert_allclose(np.asarray(new), old.numpy(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("call", "spread"), [("normal(shape, scale=0.1)", 0.1), ("uniform(shape, 0.2)", 0.2 / 3**0.5), ("one(shape)", 0)]
)
def test_initializers_draw_what_the_functions_drew(call, spread):
    import numpy as np

    cell = f"from keras.initializations import {call.partition('(')[0]}\nw = {call}"
    w = np.asarray(run(rewritten(cell, "KI162"), shape=(300, 300))["w"])
    assert w.shape == (300, 300) and abs(w.std() - spread) < 0.01


@pytest.mark.parametrize("wanted", [(0,), (0, 1)], ids=["one", "two"])
def test_a_function_of_tensors_is_a_model(wanted):
    import numpy as np
    import tf_keras

    outputs = ", ".join(f"model.layers[{index}].output" for index in wanted)
    cell = f"""from keras import backend as K
from keras.layers import Dense
from keras.models import Sequential
model = Sequential([Dense(4, input_shape=(3,), activation='relu'), Dense(2)])
look = K.function([model.layers[0].input], [{outputs}])"""
    got = run(rewritten(cell, "KI112"))
    old = tf_keras.Sequential([tf_keras.layers.Dense(4, input_shape=(3,), activation="relu"), tf_keras.layers.Dense(2)])
    old.set_weights(got["model"].get_weights())
    x = np.random.rand(6, 3).astype("float32")
    expected = tf_keras.backend.function([old.input], [old.layers[index].output for index in wanted])([x])
    given = got["look"]([x])
    assert isinstance(given, list) and len(given) == len(wanted)
    for one, other in zip(given, expected):
        np.testing.assert_allclose(one, other, rtol=1e-5)


GRAPH = """import numpy as np
from keras import backend as K
from keras.layers import Dense
from keras.models import Sequential
from keras.optimizers import SGD
model = Sequential([Dense(2, input_shape=(3,), kernel_initializer='ones')])
model.compile(SGD(lr=0.1, decay=0.01), 'mse')
loss = K.mean(K.square(model.output))
step = K.function([model.input], [loss, K.gradients(loss, model.input)[0]])
value, gradient = step([np.ones((1, 3))])
np.testing.assert_allclose(value, 9)
np.testing.assert_allclose(gradient, np.full((1, 3), 6.0))
model.fit(np.ones((4, 3)), np.zeros((4, 2)), verbose=0)"""
LOSS = """import numpy as np
from keras import Input, Model
from keras.layers import Dense
from tensorflow.keras import backend as K
x = Input((3,))
y = Dense(3, kernel_initializer='zeros')(x)
model = Model(x, y)
model.add_loss(K.mean(K.square(y - x)))
model.compile('sgd')
np.testing.assert_allclose(model.evaluate(np.ones((4, 3)), verbose=0), 1)"""


@pytest.mark.parametrize(("cell", "message"), [(GRAPH, ""), (LOSS, "symbolic")], ids=["gradients", "add_loss"])
def test_a_whole_program_on_keras_2(cell, message, tmp_path):
    if message:
        from kerasmagic.diagnosis.engine import read
        from kerasmagic.diagnosis.repair import keras2
        from kerasmagic.source.edits import apply_edits

        proposal = keras2.whole_program(read(cell), KernelWorld(RULES))
        assert proposal is not None
        fixed = apply_edits(cell, proposal.edits)
    else:
        fixed = rewritten(cell, "KI112")
    path = Path(tmp_path, "program.py")
    path.write_text(fixed)
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("member", ["input", "output"])
def test_the_input_of_a_sequential_model(member):
    from kerasmagic.diagnosis.engine import diagnose
    from kerasmagic.diagnosis.evidence.failure import Failure

    cell = f"""from keras import Sequential
from keras.layers import Dense
model = Sequential([Dense(1, input_shape=(3,))])
tensor = model.{member}"""
    names = {"__name__": "__main__"}
    with pytest.raises(AttributeError) as raised:
        exec(compile(cell, "<cell>", "exec"), names)
    problem, *_ = diagnose(Failure(raised.value, cell, names), KernelWorld(RULES, names))
    fix = problem.fixes[0]
    assert (problem.rule, fix.applicability) == ("KA323", "verified")
    assert run(fix.source)["tensor"].shape == ((None, 3) if member == "input" else (None, 1))
