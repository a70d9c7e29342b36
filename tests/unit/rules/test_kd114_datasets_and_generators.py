"""KD114: datasets and generators."""

from __future__ import annotations

import linecache

import numpy as np
import pytest
from contracts import call, network, titles
from refusals import compiled, model, predicting, rules, tensor, told

from kerasmagic.diagnosis.contract.answer import problem
from kerasmagic.diagnosis.contract.data import ARRAY, DATASET, Data
from kerasmagic.diagnosis.contract.training import Training
from kerasmagic.diagnosis.evidence.cell import read
from kerasmagic.rules.contracts.kd114_datasets_and_generators import check
from kerasmagic.source.edits import apply_edits


def batches():
    yield [1, 2]


def dataset(*shapes):
    return Data(None, DATASET, parts=tuple(Data(None, ARRAY, shape, "float32") for shape in shapes))


@pytest.mark.parametrize("data", [None, [1, 2], object()])
def test_what_is_no_generator_is_not_told(data):
    assert titles(check, network(), x=data) == []


def test_nothing_is_told_of_a_generator_before_it_ran():
    assert titles(check, network(), failed=False, x=batches()) == []


def test_batched_pairs_are_not_told():
    made = Training("fit", network(), {"x": dataset((None, 4), (None,))})
    assert list(check(made)) == []


def test_other_errors_with_a_generator_are_not_told():
    assert rules("model.fit(g)", model=model(ValueError("something else")), g=batches()) == []


def test_a_function_is_called():
    (problem,) = told("model.fit(g)", model=model(ValueError("Unrecognized data type: x=<function g>")), g=batches)
    assert problem.title == "g is a function, and fit takes what it gives"
    assert problem.fixes[0].source == "model.fit(g())"


def test_a_generator_gives_tuples():
    says = ValueError("Output of generator should be a tuple `(x, y)`")
    (problem,) = told("model.fit(g)", model=model(says), g=batches())
    assert problem.rule == "KD114"
    assert "yield x_batch, y_batch" in problem.fixes[0].title


def test_a_dataset_is_not_split_by_fit():
    given = {
        "x": dataset((None, 4), (None,)),
        "validation_split": call(network(), validation_split=0.2).given["validation_split"],
    }
    (found,) = check(Training("fit", network(), given))
    assert "validation_split works with arrays only" in found.title


IMAGES = network(inputs=((None, 8, 8, 1),))


def written(text, **given):
    """The finding about a call as it is written, and the call that comes of it."""
    facts = read(text)
    node = facts.cell.tree.body[0].value
    places = {"x": node.args[0], **{each.arg: each.value for each in node.keywords}}
    (found,) = check(Training("fit", IMAGES, given, places, node, facts))
    (proposal,) = problem("KD114", found, facts).proposals
    return found.title, apply_edits(text, proposal.edits)


@pytest.mark.parametrize(
    "shapes", [[(8, 8, 1), (3,)], [(8, 8, 1)], [(8, 8, 1), ()]], ids=["one-hot labels", "no labels", "numbers"]
)
def test_single_samples_are_batched(shapes):
    title, new = written("model.fit(ds.shuffle(9), epochs=2)", x=dataset(*shapes))
    assert title == "The dataset ds.shuffle(9) gives single samples, and fit takes batches"
    assert new == "model.fit(ds.shuffle(9).batch(32), epochs=2)"


def test_both_datasets_are_batched_by_the_size_of_the_call():
    text = "model.fit(a, batch_size=bs, validation_data=b)"
    title, new = written(text, x=dataset((8, 8, 1), ()), validation_data=dataset((8, 8, 1), ()))
    assert title.startswith("The datasets a and b give")
    assert new == "model.fit(a.batch(bs), validation_data=b.batch(bs))"


@pytest.mark.parametrize("shape", [(None, 8, 1), (4, 8, 8, 1), (8, 8, 3), None])
def test_other_elements_are_no_single_samples(shape):
    assert list(check(Training("fit", IMAGES, {"x": dataset(shape, (None, 3))}))) == []


LISTS = TypeError(
    "`output_signature` must contain objects that are subclass of `tf.TypeSpec` but found <class 'list'> which is not."
)


@pytest.mark.parametrize(
    "cell",
    [
        "data = [[1], 2]",
        "def f(x):\n    yield [*x], 1",
        "def f(x):\n    return [x], 1",
        "class A(Base):\n    def __getitem__(self, i):\n        return [i], 1",
    ],
)
def test_lists_of_other_functions_stay(cell):
    assert "KD114" not in [each.rule for each in told(f"{cell}\nmodel.fit(g)", model=model(LISTS), g=object())]


@pytest.mark.parametrize(
    "old, new",
    [("[x], y", "x, y"), ("[x, x], y", "(x, x), y"), ("[x], [y], w", "x, y, w")],
)
def test_batches_with_lists_in_them(old, new):
    cell = f"class Data(Sequence):\n    def __getitem__(self, i):\n        return {old}\nmodel.fit(g)"
    (problem,) = told(cell, model=model(LISTS), g=object(), Sequence=object, x=1, y=1, w=1)
    assert problem.fixes[0].source == cell.replace(old, new)
    cell = f"def batches():\n    while True:\n        yield {old}\nmodel.fit(g)"
    (problem,) = told(cell, model=model(LISTS), g=object(), x=1, y=1, w=1)
    assert problem.fixes[0].source == cell.replace(old, new)


def listed(kind):
    """What Keras 3 says of a batch that is a list."""
    if kind == "Sequence":
        return ValueError(
            "PyDataset.__getitem__() must return a tuple or a dict. Received: [1]... of type <class 'list'>"
        )
    received = {"generator": "[array([1.])", "array": "[[1. 2.]"}[kind]
    says = "When passing a Python generator to a Keras model, the generator must return a tuple. Received: "
    return ValueError(says + received)


@pytest.mark.parametrize(
    ("old", "new"), [("shuffle(x, y)", "tuple(shuffle(x, y))"), ("[x, y]", "(x, y)"), ("x", "tuple(x)")]
)
def test_a_batch_that_is_a_list_becomes_a_tuple(old, new):
    others = "def lines():\n    yield [1, 2]\n"
    cell = f"{others}def batches():\n    while True:\n        yield {old}\nmodel.fit(g)"
    (problem,) = told(cell, model=model(listed("generator")), g=batches(), x=[1], y=1, shuffle=list)
    assert (problem.rule, problem.fixes[0].source) == (
        "KD114",
        cell.replace(f"yield {old}\nmodel", f"yield {new}\nmodel"),
    )
    cell = f"class Data(Sequence):\n    def __getitem__(self, i):\n        return {old}\nmodel.fit(g)"
    (problem,) = told(cell, model=model(listed("Sequence")), g=object(), Sequence=object, x=[1], y=1, shuffle=list)
    assert problem.fixes[0].source == cell.replace(f"return {old}", f"return {new}")


def test_a_batch_that_is_a_tuple_stays():
    cell = "def batches():\n    yield x, y\nmodel.fit(g)"
    (problem,) = told(cell, model=model(listed("generator")), g=batches(), x=1, y=1)
    assert problem.fixes[0].kind == "manual"


def test_an_array_is_no_batch_to_be_taken_apart():
    cell = "def batches():\n    yield x\nmodel.fit(g)"
    (problem,) = told(cell, model=model(listed("array")), g=batches(), x=1)
    assert problem.fixes[0].kind == "manual"


RANK = ValueError("When passing a dataset to a Keras model, the arrays must be at least rank 1. Received: 1 of rank 0.")
GENERATOR = "def gen():\n    while True:\n{}\nmodel.fit(began(gen()))"


def yielding(body, monkeypatch, inputs=1, error=RANK):
    """What is told of a generator that waits at its yield."""
    cell = GENERATOR.format("\n".join(f"        {line}" for line in body.splitlines()))
    monkeypatch.setitem(
        linecache.cache, "<ipython-input-1>", (len(cell), None, cell.splitlines(True), "<ipython-input-1>")
    )

    def began(generator):
        next(generator)
        return generator

    made = compiled(error, (None, 1), loss="mse", inputs=inputs)
    return told(cell, model=made, began=began, np=np, a=np.ones(3), b=np.ones(2))


@pytest.mark.parametrize(
    "body, inputs, written",
    [
        ("xs, ys = [[a, b]] * 4, [0] * 4\nyield xs, ys", 2, "tuple(np.array(each) for each in zip(*xs)), np.array(ys)"),
        ("xs, ys = [a] * 4, [0] * 4\nyield xs, ys", 1, "np.array(xs), np.array(ys)"),
        ("ys = [0] * 4\nyield np.ones((4, 3)), ys", 1, "np.ones((4, 3)), np.array(ys)"),
        ("x, y, w = a, 1, 2\nyield x, y, w", 1, "x[None], np.array([y]), w"),
        ("yield [np.ones((4, 3)), np.ones(4)]", 1, "np.ones((4, 3)), np.ones(4)"),
    ],
)
def test_what_a_generator_yields_is_read_where_it_waits(body, inputs, written, monkeypatch):
    (problem,) = yielding(body, monkeypatch, inputs)
    assert problem.rule == "KD114"
    assert f"yield {written}\n" in problem.fixes[0].source


def test_of_batches_that_are_right_no_more_is_told_than_the_form():
    with pytest.MonkeyPatch.context() as patch:
        (problem,) = yielding("x, y = np.ones((4, 3)), np.ones(4)\nyield x, y", patch)
    assert "yield x_batch, y_batch" in problem.fixes[0].title


ALONE = "def halves():\n    while True:\n        yield {}\nmodel.predict(halves(), steps=2)"


@pytest.mark.parametrize(
    ("yielded", "works", "inputs"),
    [
        ("np.array([x, x])", "(np.array([x, x]),)", 1),
        ("x", "(x,)", 1),
        ("[x]", "(x,)", 1),
        ("[x, x]", "((x, x),)", 2),
    ],
)
def test_predict_takes_the_inputs_alone_in_a_tuple(monkeypatch, yielded, works, inputs):
    cell = ALONE.format(yielded)
    lines = (len(cell), None, cell.splitlines(True), "<ipython-input-1>")
    monkeypatch.setitem(linecache.cache, "<ipython-input-1>", lines)
    says = ValueError("When passing a Python generator to a Keras model, the generator must return a tuple.")
    made = predicting(says, _inputs=[tensor((None, 3))] * inputs, _outputs=[tensor((None, 1))])
    type(made).predict = begun(type(made).predict)
    (problem,) = told(cell, model=made, x=np.ones((2, 3)), np=np)
    assert problem.rule == "KD114"
    assert problem.fixes[0].source == ALONE.format(works)


def begun(predict):
    """A predict that has taken the first batch of its generator."""

    def taken(self, x, **others):
        next(x)
        return predict(self, x, **others)

    return taken
