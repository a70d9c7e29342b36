"""KA304: tensor without a value."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
from checked import KERAS_3, failed
from refusals import refused, told

MESSAGES = [
    ("tf.ones(1).numpy()", AttributeError("'SymbolicTensor' object has no attribute 'numpy'")),
    ("len(model.output)", TypeError("Keras symbolic inputs/outputs do not implement `__len__`. You may")),
    ("np.log(x)", TypeError("Cannot convert a symbolic Keras input/output to a numpy array. This")),
    ("fit(x)", NotImplementedError("Cannot convert a symbolic tf.Tensor (loss/sub:0) to a numpy array.")),
]


@pytest.mark.parametrize("cell, exception", MESSAGES)
def test_messages_of_tensorflow_and_keras_are_known(cell, exception):
    problem = failed("tensorflow==2.16.2", cell, exception)[0]
    assert problem.rule == "KA304" and problem.fixes


def test_the_tensor_goes_into_the_lambda_wherever_it_stands():
    tensor = type("KerasTensor", (), {"__module__": "keras.src.backend.common.keras_tensor"})()
    says = TypeError(
        "Could not build a TypeSpec for <KerasTensor shape=(None, 6)> of unsupported type <class 'KerasTensor'>"
    )
    cell = "import tensorflow as tf\ny = tf.map_fn(lambda row: row * 2, x)"
    (problem,) = failed(KERAS_3, cell, says, {"x": tensor})
    works = "y = tf.keras.layers.Lambda(lambda inputs: tf.map_fn(lambda row: row * 2, inputs))(x)"
    assert problem.fixes[0].source.endswith(works)


def symbol():
    return type("KerasTensor", (), {"__module__": "keras.src.backend.common.keras_tensor"})()


CALLED = ValueError("A KerasTensor cannot be used as input to a TensorFlow function. A KerasTensor is a symbolic")


def works(cell, target=KERAS_3, says=CALLED, **names):
    """The cell with the first fix, where ``tf_fails`` is a function of TensorFlow that refuses such a tensor."""
    held = {"x": symbol(), "tf": ModuleType("tensorflow"), **names}
    held["tf"].fails = refused(says)
    return told(cell, target, **held)[0].fixes[0].source


def test_all_places_are_mended_at_once():
    cell = "y = tf.fails(x, 1)\nz = tf.fails(tf.nn.relu(y), n)\nk = tf.fails(3)\nfor i in x.shape:\n    z = tf.fails(z)"
    lambda_ = "tf.keras.layers.Lambda(lambda inputs: tf.fails(inputs{}))({})"
    assert works(cell).splitlines() == [
        f"y = {lambda_.format(', 1', 'x')}",
        "z = tf.keras.layers.Lambda(lambda inputs: tf.fails(tf.nn.relu(inputs), n))(y)",
        "k = tf.fails(3)",
        "for i in x.shape:",
        f"    z = {lambda_.format('', 'z')}",
    ]


def test_functions_that_are_called_later_are_mended_too():
    cell = "def head(t, n):\n    return tf.fails(t, n)\ndef other(n):\n    return tf.fails(n)\n"
    first, second = works(cell + "y = tf.fails(x)\nhead(y, other(1))").splitlines()[1::2][:2]
    assert first == "    return tf.keras.layers.Lambda(lambda inputs: tf.fails(inputs, n))(t)"
    assert second == "    return tf.fails(n)"


def test_several_tensors_go_into_one_layer_and_layers_stay_outside():
    cell = "y = tf.fails([x, m.output], x)"
    model = type("Model", (), {"__module__": "keras.src.models"})()
    model.output = symbol()
    layer = "tf.keras.layers.Lambda(lambda inputs: tf.fails([inputs[0], inputs[1]], inputs[0]))([x, m.output])"
    assert works(cell, m=model) == f"y = {layer}"
    layer = "tf.keras.layers.Lambda(lambda inputs: tf.fails(inputs))(dense(x))"
    assert works("z = tf.fails(x)\ny = tf.fails(dense(x))").splitlines()[1] == f"y = {layer}"


@pytest.mark.parametrize(
    "call, layer",
    [
        ("tf.nn.max_pool(x, ksize=13, padding='SAME', strides=1)", "MaxPooling2D(13, strides=1, padding='same')(x)"),
        ("tf.nn.avg_pool1d(x, 2, [1, 2, 1], 'VALID')", "AveragePooling1D(2, strides=2, padding='valid')(x)"),
        ("tf.nn.max_pool(x, [1, 2, 3, 1], k, 'SAME')", ""),
        ("tf.nn.max_pool(x, 2, 2, 'SAME', 'NCHW')", ""),
    ],
)
def test_a_pooling_layer_takes_the_place_of_its_function(call, layer):
    source = works(f"y = tf.fails(x)\nz = {call}").splitlines()[1]
    assert source == (f"z = tf.keras.layers.{layer}" if layer else source)
    assert bool(layer) == ("Pooling" in source)


def test_numpy_on_such_tensors_is_mended_in_all_lines(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", ModuleType("keras"))
    np = ModuleType("numpy")
    np.log = np.exp = refused(ValueError("A KerasTensor is symbolic: it's a placeholder"))
    cell = "import keras\na = np.log(x)\nb = np.exp(a)\nc = np.exp(1)"
    source = told(cell, x=symbol(), np=np, keras=ModuleType("keras"))[0].fixes[0].source
    assert source.splitlines()[1:] == ["a = keras.ops.log(x)", "b = keras.ops.exp(a)", "c = np.exp(1)"]


def test_a_class_with_weights_becomes_a_layer():
    weight = type("ResourceVariable", (), {"__module__": "tensorflow.python.ops"})()
    says = ValueError("A KerasTensor cannot be used as input to a TensorFlow function.")
    cell = (
        "import tensorflow as tf\nclass Own(object):\n    def __init__(self, n):\n        self.w = [tf.Variable(n)]\n"
        "    def __call__(self, x):\n        return tf.matmul(x, self.w[0])\ny = Own(3)(1)"
    )
    tf = ModuleType("tensorflow")
    tf.Variable, tf.matmul = lambda n: weight, refused(says)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "tensorflow", tf)
        (problem,) = told(cell)
    assert problem.title.startswith("Own has weights and is no layer")
    assert problem.fixes[0].source == (
        "import tensorflow as tf\nclass Own(tf.keras.layers.Layer):\n    def __init__(self, n):\n"
        "        super().__init__()\n        self.w = [tf.keras.Variable(n)]\n"
        "    def call(self, x):\n        return tf.matmul(x, self.w[0])\ny = Own(3)(1)"
    )


@pytest.mark.parametrize(
    ("line", "works"),
    [
        ("return tape.gradient(loss.numpy(), 1)", "return tape.gradient(loss, 1)"),
        ("return loss.numpy()", "return loss"),
        ("losses.append(loss.numpy())", ""),
    ],
)
def test_numpy_of_a_tensor_in_a_graph(line, works):
    """It is left out where the tensor itself is taken, or given to the caller."""
    of = {"__module__": "tensorflow.python.framework.ops"}
    tensor = type("SymbolicTensor", (), of)()
    tape = type("GradientTape", (), {"__module__": "tensorflow.python.eager.backprop", "gradient": print})()
    cell = f"def step():\n    {line}\nstep()"
    problem = told(cell, loss=tensor, tape=tape, losses=[])[0]
    assert problem.rule == "KA304"
    assert problem.fixes[0].source == (f"def step():\n    {works}\nstep()" if works else None)
