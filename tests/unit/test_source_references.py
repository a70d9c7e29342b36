"""What cells refer to, and what they leave unknown."""

from __future__ import annotations

import sys
import types

import pytest

from kerasmagic.source.bindings import Bindings, canonical
from kerasmagic.source.cell import read_cell
from kerasmagic.source.references import find_references
from kerasmagic.source.values import Instance


def references(*cells):
    bindings = Bindings()
    found = ()
    for text in cells:
        found = find_references(read_cell(text), bindings)
    return found


def names(kind, *cells):
    return [reference.name for reference in references(*cells) if reference.kind == kind]


KERAS = "import tensorflow as tf\nfrom tensorflow import keras\nimport keras.backend as K\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("import tensorflow as tf\ntf.a.b", ["tensorflow.a.b"], id="an alias"),
        pytest.param("import keras.layers\nkeras.x", ["keras.x"], id="import a.b binds a"),
        pytest.param("import keras.layers as L\nL.x", ["keras.layers.x"], id="import a.b as c binds a.b"),
        pytest.param("from tensorflow import keras as k\nk.x", ["tensorflow.keras.x"], id="from with as"),
        pytest.param(
            "import keras\no = keras.optimizers\no.Adam", ["keras.optimizers", "keras.optimizers.Adam"], id="="
        ),
        pytest.param("import keras\na, b = keras.x, keras.y\nb.z", ["keras.x", "keras.y", "keras.y.z"], id="pairs"),
        pytest.param(
            "import importlib\nk = importlib.import_module('keras.x')\nk.y", ["keras.x.y"], id="import_module"
        ),
        pytest.param("k = __import__('keras.x')\nk.y", ["keras.y"], id="__import__ gives the root"),
        pytest.param(
            "from tf.keras import layers\nlayers.x", ["tensorflow.keras.layers.x"], id="tf taken for a module"
        ),
        pytest.param(
            "def f():\n    return tf.x\nimport tensorflow as tf", ["tensorflow.x"], id="a function sees later names"
        ),
        pytest.param("import keras\ng = lambda x: keras.y(x)", ["keras.y"], id="a lambda"),
        pytest.param("import keras\n[keras.x for i in j]", ["keras.x"], id="a comprehension"),
        pytest.param(
            "import keras\nfor i in j:\n    keras.x\n    keras = 1", ["keras.x"], id="the first turn of a loop"
        ),
        pytest.param(
            "try:\n    import keras\nexcept ImportError:\n    raise\nkeras.x", ["keras.x"], id="a handler that leaves"
        ),
        pytest.param(
            "if a:\n    import keras\nelse:\n    import keras\nkeras.x", ["keras.x"], id="branches that agree"
        ),
        pytest.param("if a:\n    import keras\nkeras.x", ["keras.x"], id="a branch without else"),
        pytest.param("import keras\nkeras.x().y.z", ["keras.x"], id="what a call returns is unknown"),
        pytest.param("import keras\n(keras\n  .x\n  .y)", ["keras.x.y"], id="a chain over lines"),
        pytest.param("import keras\n@keras.x\ndef f(): pass", ["keras.x"], id="a decorator alone"),
        pytest.param("import keras\nif (k := keras.x):\n    k.y", ["keras.x", "keras.x.y"], id="a walrus"),
    ],
)
def test_chains(source, expected):
    assert names("attribute", source) == expected


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("tf.x", id="a name that is not bound"),
        pytest.param("from . import keras\nkeras.x", id="a relative import"),
        pytest.param("import keras\nkeras = 1\nkeras.x", id="rebound"),
        pytest.param("import keras\ndel keras\nkeras.x", id="deleted"),
        pytest.param(
            "k = load()\nif a:\n    import keras as k\nk.x", id="bound to something else above, rebound in a branch"
        ),
        pytest.param("import keras\ndef f(keras):\n    keras.x", id="an argument"),
        pytest.param("import keras\ndef f(*keras, **k):\n    keras.x", id="a starred argument"),
        pytest.param("import keras\ndef f():\n    keras = 1\n    keras.x", id="a local name"),
        pytest.param("import keras\n[keras.x for keras in y]", id="a comprehension's variable"),
        pytest.param("import keras\nlambda keras: keras.x", id="a lambda's argument"),
        pytest.param("import keras\nfor keras in y:\n    keras.x", id="a loop's variable"),
        pytest.param("import keras\nwith a as keras:\n    keras.x", id="with as"),
        pytest.param("import keras\ntry:\n    pass\nexcept E as keras:\n    keras.x", id="except as"),
        pytest.param("import keras\n(keras := 1)\nkeras.x", id="a walrus"),
        pytest.param("import keras\nkeras += 1\nkeras.x", id="an augmented assignment"),
        pytest.param("import keras\ndef keras(): pass\nkeras.x", id="a function"),
        pytest.param("import keras\nclass keras: pass\nkeras.x", id="a class"),
        pytest.param("import keras\nimport numpy as keras\nkeras.x", id="another module of that name"),
        pytest.param("import keras\nif a:\n    keras = 1\nkeras.x", id="rebound under a condition"),
        pytest.param("import keras\nwhile a:\n    keras = 1\nkeras.x", id="rebound in a loop"),
        pytest.param("try:\n    import keras\nexcept E:\n    keras = None\nkeras.x", id="None where it is missing"),
        pytest.param("if a:\n    m = f()\nelse:\n    import keras as m\nm.x", id="one of two branches"),
        pytest.param(
            "if a:\n    import keras as m\nelse:\n    from tensorflow import keras as m\nm.x", id="other packages"
        ),
        pytest.param("import keras\ndef f():\n    keras.x\nkeras = 1", id="a function may run after the change"),
        pytest.param("import keras\nclass A:\n    keras = 1\n    keras.x", id="a name of the class"),
        pytest.param("import keras\nkeras.x = 1", id="an attribute that is assigned"),
        pytest.param("import keras\nkeras.x = 1\nkeras.x", id="an attribute that was assigned"),
        pytest.param("'import keras; keras.x'", id="a string"),
        pytest.param("from keras.layers import dot\nfrom numpy import *\ndot.x", id="a star import over a function"),
    ],
)
def test_unknown(source):
    assert names("attribute", source) == []


if sys.version_info >= (3, 10):  # match statements

    def test_a_captured_name_is_unknown():
        assert names("attribute", "import keras\nmatch a:\n    case keras:\n        keras.x") == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("import a.b", [("import", "a.b", "a.b", "", "a")], id="a module"),
        pytest.param(
            "import a.b as c, d", [("import", "a.b", "a.b", "", "c"), ("import", "d", "d", "", "d")], id="two"
        ),
        pytest.param("from a import b as c", [("from", "a.b", "a", "b", "c")], id="a member"),
        pytest.param("from a import *", [("from", "a", "a", "*", "")], id="a star"),
        pytest.param("from tf.keras import x", [("from", "tf.keras.x", "tf.keras", "x", "x")], id="as typed"),
        pytest.param("from .a import b", [], id="relative"),
        pytest.param("__import__('a')", [("import", "a", "a", "", "")], id="by function"),
    ],
)
def test_imports(source, expected):
    assert [(r.kind, r.name, r.module, r.member, r.bound) for r in references(source)] == expected


def test_ranges_of_imported_names():
    cell = read_cell("é = 1; from a import (b,  # import c\n    c as d)\nimport x . y as z, w")
    assert [cell.segment(r.range) for r in find_references(cell, Bindings())][-2].startswith("x . y")
    assert [r.range.line for r in find_references(cell, Bindings())] == [1, 2, 3, 3]


def test_calls_carry_their_arguments():
    (call,) = [r for r in references("from keras.layers import Dense\nDense(1, *a, units=2, **b)") if r.kind == "call"]
    assert (call.name, call.positional, call.keywords, call.open_ended) == ("keras.layers.Dense", 1, ("units",), True)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("m = keras.Sequential()\nm.fit(1)", ["tensorflow.keras.Sequential.fit"], id="an object"),
        pytest.param("m = keras.Sequential()\nm.a.b", ["tensorflow.keras.Sequential.a"], id="only its own attribute"),
        pytest.param("x = keras.Input(1)\nx.shape", [], id="Input returns a tensor"),
        pytest.param("x = keras.layers.Dense(1)(y)\nx.foo", [], id="what a layer returns"),
        pytest.param("m = keras.applications.VGG16()\nm.foo", [], id="an application is a function"),
        pytest.param("m = keras.Sequential()\nm.a = 1\nm.a()", [], id="an attribute that is assigned"),
        pytest.param("m = keras.Sequential()\nm.a()\nsetattr(m, 'a', 1)", [], id="an attribute that is set"),
        pytest.param("m = keras.Sequential()\nsetattr(m, n, 1)\nm.a()", [], id="some attribute is set"),
        pytest.param("m = keras.Sequential()\nm = f(m)\nm.a()", [], id="rebound"),
        pytest.param(
            "class A(keras.Model):\n  def f(self):\n    self.add_loss(1)\n    self.f()\n    self.g()\n  def g(self): 1",
            ["tensorflow.keras.Model.add_loss"],
            id="self",
        ),
        pytest.param(
            "class A(keras.Model):\n    def f(self):\n        super().f()\nA().fit()",
            ["tensorflow.keras.Model.f", "tensorflow.keras.Model.fit"],
            id="super, and an object of the class",
        ),
        pytest.param("class A(B, keras.Model):\n    def f(self):\n        self.g()", [], id="two bases"),
        pytest.param("class A(keras.Model):\n    @staticmethod\n    def f(self):\n        self.g()", [], id="no self"),
        pytest.param("class A(keras.Model):\n    def __getattr__(self, n): pass\nA().b", [], id="any attribute"),
    ],
)
def test_methods(source, expected):
    assert names("method", KERAS + source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("m.compile('adam', 'mse', ['acc'])", ["optimizer:adam", "loss:mse", "metric:acc"], id="compile"),
        pytest.param("m.compile(loss={'a': 'mse'}, optimizer=o)", ["loss:mse"], id="a dictionary"),
        pytest.param("re.compile('adam')", [], id="another compile"),
        pytest.param(
            "K.x(activation='relu', kernel_initializer='zeros')", ["activation:relu", "initializer:zeros"], id="call"
        ),
        pytest.param("keras.layers.Activation('relu')", ["activation:relu"], id="Activation"),
        pytest.param("keras.optimizers.get('adam')", ["optimizer:adam"], id="get"),
        pytest.param("plot(activation='relu', loss='mse')", [], id="a function of somebody else"),
    ],
)
def test_strings(source, expected):
    assert names("string", KERAS + source) == expected


@pytest.mark.parametrize(
    ("source", "guarded"),
    [
        pytest.param("try:\n    tf.x\nexcept AttributeError:\n    pass", [True], id="try"),
        pytest.param("try:\n    pass\nexcept:\n    tf.x", [True], id="the fallback"),
        pytest.param("try:\n    tf.x\nexcept (ValueError, ImportError):\n    pass", [True], id="a tuple"),
        pytest.param("try:\n    tf.x\nexcept ValueError:\n    pass", [False], id="another error"),
        pytest.param("try:\n    tf.x\nfinally:\n    tf.y", [False, False], id="finally"),
        pytest.param("if tf.__version__ < '2':\n    tf.x\nelse:\n    tf.y", [False, True, True], id="a version test"),
        pytest.param("if hasattr(tf, 'x'):\n    tf.x", [True], id="hasattr"),
        pytest.param("y = tf.x if hasattr(tf, 'x') else tf.y", [True, True], id="a conditional expression"),
        pytest.param("hasattr(tf, 'x') and tf.x", [True], id="and"),
        pytest.param("with contextlib.suppress(ImportError):\n    tf.x\ntf.y", [True, False], id="suppress"),
        pytest.param("if TYPE_CHECKING:\n    tf.x", [True], id="type checking"),
        pytest.param("if 0:\n    tf.x", [True], id="never true"),
        pytest.param("if a:\n    tf.x", [False], id="another test"),
        pytest.param(
            "try:\n    def f(): tf.x\nexcept ImportError:\n    pass", [True], id="a function defined in a try"
        ),
    ],
)
def test_guards(source, guarded):
    found = references("import tensorflow as tf\n" + source)
    assert [r.guarded for r in found if r.kind == "attribute"] == guarded


@pytest.mark.parametrize(
    ("source", "guarded"),
    [
        pytest.param("try:\n    tf.x(a=1)\nexcept KeyError:\n    pass\ntf.y(b=1)", [False, False], id="another error"),
        pytest.param("try:\n    tf.x(a=1)\nexcept TypeError:\n    pass\ntf.y(b=1)", [True, False], id="a refusal"),
        pytest.param("try:\n    tf.x(a=1)\nexcept (TypeError, OSError):\n    tf.y(b=1)", [True, True], id="a tuple"),
        pytest.param("try:\n    def f(): tf.x(a=1)\nexcept TypeError:\n    pass", [False], id="called elsewhere"),
    ],
)
def test_calls_whose_refusal_is_caught(source, guarded):
    found = references("import tensorflow as tf\n" + source)
    assert [r.guarded for r in found if r.kind == "call"] == guarded
    assert not any(r.guarded for r in found if r.kind == "attribute"), "a name that is not there is not caught"


def test_names_go_from_cell_to_cell():
    assert names("attribute", "import tensorflow as tf", "m = tf.keras.Sequential()", "m.fit()\ntf.x") == [
        "tensorflow.x"
    ]


def test_an_f_string_is_never_pointed_into_wrongly():
    cell = read_cell("import keras\nprint('é', f'{keras.x} é {keras.y}')")
    for reference in find_references(cell, Bindings()):
        assert cell.segment(reference.range) in ("keras", "x", "y", "f'{keras.x} é {keras.y}'")


def test_deep_nesting_makes_a_name_unknown():
    deep = "import keras\nkeras.x\nkeras = f" + "(f" * 60 + ")" * 60 + ".a(1)" * 800 + "\nkeras.y"
    assert names("attribute", deep) in (["keras.x"], [])


def test_what_keras_3_keeps_for_tf_keras_has_the_name_by_which_it_is_imported():
    path = "keras._legacy.preprocessing.image.ImageDataGenerator"
    made = type("ImageDataGenerator", (), {"__module__": "keras.src.legacy.preprocessing.image"})
    made._api_export_path = path
    bindings = Bindings.from_namespace({"gen": made()})
    assert bindings.names["gen"].base == "tensorflow.keras.preprocessing.image.ImageDataGenerator"


def test_a_live_namespace():
    def module(name):
        return types.ModuleType(name)

    class Hostile:
        __slots__ = ()

        def __getattribute__(self, name):
            raise RuntimeError(name)

    model = type("Sequential", (), {"__module__": "keras.src.models", "_api_export_path": ["keras.Sequential"]})
    graph = type("Function", (), {"__module__": "keras.src.ops", "_api_export_path": ["keras.Function"]})
    whole = type("Model", (), {"__module__": "keras.src.models", "_api_export_path": ["keras.Model"]})
    functional = type("Functional", (graph, whole), {"__module__": "keras.src.models.functional"})
    legacy = type("Dense", (), {"__module__": "tf_keras.src.layers", "_keras_api_names": ("keras.layers.Dense",)})
    bundled = type("Dense", (), {"__module__": "tensorflow.python.keras", "_keras_api_names": ("keras.layers.Dense",)})
    mine = type("Mine", (model,), {"__module__": "__main__", "extra": 1})
    thing = mine()
    thing.mark = 1
    namespace = {"tf": module("tensorflow"), "k": module("keras._tf_keras.keras.layers"), "np": module("numpy")}
    namespace.update(bad=Hostile(), m=model(), t=thing, S=model, x=1, f=functional(), old=legacy(), b=bundled())
    bindings = Bindings.from_namespace(namespace)
    assert bindings.names.pop("f").base == "keras.Model", "a functional model is a Model, not a keras.Function"
    assert {name: value for name, value in bindings.names.items() if name != "t"} == {
        "old": Instance("tf_keras.layers.Dense"),
        "b": Instance("tensorflow.keras.layers.Dense"),
        "tf": "tensorflow",
        "k": "tensorflow.keras.layers",
        "m": Instance("keras.Sequential"),
        "S": "keras.Sequential",
    }
    kept = bindings.names["t"]
    assert isinstance(kept, Instance) and kept.base == "keras.Sequential" and {"mark", "extra"} <= kept.own


def test_what_the_methods_of_a_live_class_assign_belongs_to_its_objects():
    base = type("Callback", (), {"__module__": "keras.src.callbacks", "_api_export_path": ["keras.callbacks.Callback"]})

    class Rates(base):
        def __init__(self):
            self.history, self.rate = {}, self.model

        def on_train_begin(self, logs=None):
            self.losses = []

    bindings = Bindings.from_namespace({"Rates": Rates})
    kept = bindings.names["Rates"]
    assert {"history", "rate", "losses"} <= kept.own and "model" not in kept.own
    asked = find_references(read_cell("r = Rates()\nr.history, r.losses, r.model"), bindings)
    assert [each.name for each in asked] == ["keras.callbacks.Callback.model"]


def test_the_lasting_one_of_several_public_names():
    names = ["keras.optimizers.experimental.SGD", "keras.optimizers.SGD"]
    made = type("SGD", (), {"__module__": "keras.optimizers.sgd", "_keras_api_names": names})
    assert Bindings.from_namespace({"opt": made()}).names == {"opt": Instance("keras.optimizers.SGD")}


@pytest.mark.parametrize(
    ("live", "public"),
    [
        ("keras._tf_keras.keras", "tensorflow.keras"),
        ("keras.api._v2.keras.layers", "tensorflow.keras.layers"),
        ("keras.api.layers", "keras.layers"),
        ("tensorflow._api.v2.nn", "tensorflow.nn"),
        ("tensorflow.python.keras.api._v2.keras", "tensorflow.keras"),
        ("keras.apiary", "keras.apiary"),
    ],
)
def test_what_live_modules_are_called(live, public):
    assert canonical(live) == public


def test_what_held_before_a_cell_is_known_after_later_ones():
    bindings = Bindings()
    find_references(read_cell("import keras\nmodel = keras.Sequential()\nkeras.extra = 1"), bindings)
    moment, before = bindings.now(), bindings.copy()
    find_references(
        read_cell("import keras.ops\nif x:\n    model = 1\nelse:\n    del model\nopt = keras.Adam()"), bindings
    )
    find_references(read_cell("model = opt = keras.Model()\nopt.other = 2"), bindings)
    assert bindings.at(moment) == before
    assert bindings.names["opt"] == Instance("keras.Model")


@pytest.mark.parametrize(
    ("body", "evident"),
    [
        ("return keras.Sequential()", True),
        ("m = keras.Sequential()\n    m.add(x)\n    return m", True),
        ("m = keras.Sequential()\n    m = x\n    return m", False),
        ("if x:\n        return None\n    return keras.Sequential()", True),
        ("m = keras.Sequential()\n    yield m\n    return m", False),
        ("keras = x\n    return keras.Sequential()", False),
        ("from other import keras\n    return keras.Sequential()", False),
        ("m = wrap(keras.Sequential())\n    return m", False),
    ],
)
def test_what_a_function_gives_back(body, evident):
    cell = f"import keras\ndef build(x):\n    {body}\nnet = build(1)\nnet.fit_generator(y)"
    assert ("keras.Sequential.fit_generator" in names("method", cell)) is evident


def test_a_decorated_function_may_give_back_anything():
    cell = "import keras\n@wrapped\ndef build():\n    return keras.Sequential()\nbuild().fit_generator(y)"
    assert names("method", cell) == []


def test_each_call_of_a_function_gives_another_object():
    bindings = Bindings()
    find_references(
        read_cell("import keras\ndef f():\n    return keras.optimizers.Adam()\na = f()\nb = f()\nc = a"), bindings
    )
    assert bindings.names["a"] == bindings.names["b"] and bindings.names["a"] is not bindings.names["b"]
    assert bindings.names["a"] is bindings.names["c"]


def test_a_name_that_a_cell_imports_anew_is_that_in_its_functions():
    """After a cell has failed, the session holds what its imports bound, by another name of the same thing."""
    cell = "from keras.models import Model\ndef build(x):\n    return Model(input=x)\n"
    asked = find_references(read_cell(cell), Bindings({"Model": "keras.Model"}))
    assert [each.name for each in asked if each.kind == "call"] == ["keras.models.Model"]
    changed = "def build(x):\n    return Model(input=x)\nbuild(1)\nfrom keras.models import Model\n"
    asked = find_references(read_cell(changed), Bindings({"Model": "keras.Model"}))
    assert [each.name for each in asked if each.kind == "call"] == []


def test_what_methods_of_the_users_class_set_is_its_own():
    base = type("Model", (), {"__module__": "keras.src.models.model", "_api_export_path": "keras.Model"})

    class Gan(base):
        def __init__(self, generator):
            self.generator = generator
            self.copy = self.generator.clone()

    bindings = Bindings.from_namespace({"Gan": Gan})
    assert {"generator", "copy"} <= bindings.names["Gan"].own
    assert "clone" not in bindings.names["Gan"].own  # it is asked for, not set
