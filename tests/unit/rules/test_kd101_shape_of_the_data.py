"""KD101: the shape of the data."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from contracts import call, network, titles
from refusals import layer, predicting, tensor, told

from kerasmagic.diagnosis.contract.network import Layer
from kerasmagic.rules.contracts.kd101_shape_of_the_data import check


@pytest.mark.parametrize(
    "inputs, shape",
    [
        ((None, 4), (20, 4)),
        ((None, None), (20, 9)),
        ((None, 28, 28, 1), (20, 28, 28)),
        ((None, 4), (20, 4, 1)),
        ((None, 10, None), (20, 10, 3)),
        ((32, 4), (20, 4)),
    ],
)
def test_what_keras_takes_is_not_told(inputs, shape):
    assert titles(check, network((inputs,)), x=np.zeros(shape)) == []


def test_nothing_is_told_of_several_inputs_or_unknown_data():
    assert titles(check, network(((None, 4), (None, 5))), x=np.zeros((3, 9))) == []
    assert titles(check, network(), x=object()) == []
    assert titles(check, network(), x=None) == []
    assert titles(check, network()) == []


@pytest.mark.parametrize(
    "inputs, shape, says",
    [
        ((None, 4), (20, 5), "5 features, where the model is made for 4"),
        ((None, 4), (4,), "this is one sample"),
        ((None, 28, 28, 1), (28, 28, 1), "this is one sample"),
        ((None, 28, 28, 3), (20, 28, 28, 1), "1 channels"),
        ((None, 3, 28, 32), (20, 28, 32, 3), "in another order"),
        ((None, 10, 3), (20, 10), "2 axes"),
    ],
)
def test_what_it_refuses_is_told_with_the_shapes(inputs, shape, says):
    found = list(check(call(network((inputs,)), x=np.zeros(shape))))
    assert len(found) == 1
    assert str(shape) in found[0].title
    assert says in found[0].cause


def test_validation_data_is_looked_at():
    data = (np.zeros((3, 5)), np.zeros(3))
    assert titles(check, network(), x=np.zeros((3, 4)), validation_data=data) == [
        "The inputs of validation_data have shape (3, 5), and the model takes (None, 4)"
    ]


def test_a_model_without_an_input_says_how_many_axes_it_takes():
    recurrent = network((), (), layers=(Layer("LSTM", "lstm", rank=3),))
    assert titles(check, recurrent, x=np.zeros((20, 5, 2))) == []
    assert titles(check, recurrent, x=np.zeros((20, 5))) == [
        "x has shape (20, 5), and the layer lstm (LSTM) takes 3 axes"
    ]


def test_before_the_run_a_sequential_model_is_not_said_to_be_stricter_than_it_is():
    pooled = network(((None, 28, 28, 1),), layers=("Conv2D", "GlobalAveragePooling2D", "Dense"), kind="Sequential")
    found = list(check(call(pooled, failed=False, x=np.zeros((2, 32, 32, 1)))))
    assert [each.certain for each in found] == [False]


@pytest.mark.parametrize(("labels", "is_one"), [(32, False), (1, True)])
def test_as_many_labels_as_rows_are_no_single_sample(labels, is_one):
    (finding,) = check(call(network(((None, None, 8),)), x=np.zeros((32, 8)), y=np.zeros(labels)))
    assert finding.cause.endswith("this is one sample, without it.") == is_one


def test_inputs_and_labels_in_each_others_place():
    (finding,) = check(call(network(((None, 3),)), x=np.zeros(4), y=np.zeros((4, 3))))
    assert finding.advice == ("y has the shape of the inputs: write fit(y, x), the inputs first.",)


NINE = ValueError("Input 0 of layer sequential is incompatible with the layer: expected shape=(None, 9)")


def to_predict(cell, **names):
    """What is said of a cell that gives data to a model for nine features."""
    return told(cell, model=predicting(NINE, _inputs=[tensor((None, 9))]), **names)[0]


@pytest.mark.parametrize(
    "given, corrected",
    [
        ("seqs", "seqs, maxlen=max_len"),
        ("seqs, padding='post'", "seqs, padding='post', maxlen=max_len"),
        ("seqs, 6", "seqs, max_len"),
        ("seqs, maxlen=6, padding='post'", "seqs, maxlen=max_len, padding='post'"),
        ("seqs, maxlen=other", None),
    ],
)
def test_texts_are_padded_to_the_length_of_the_training(given, corrected):
    cell = "new = pad_sequences({})\nmodel.predict(new)"
    names = {"pad_sequences": lambda *given, **named: np.zeros((2, 6)), "seqs": [[1]], "other": 7, "max_len": 9}
    problem = to_predict(cell.format(given), **names)
    assert problem.fixes[0].source == (cell.format(corrected) if corrected else None)


class Column(tuple):
    ndim = 1

    def isin(self, values):
        return np.array([each in values for each in self])


class DataFrame(dict):
    """Has what the rule asks of pandas' own."""

    @property
    def columns(self):
        return list(self)

    @property
    def shape(self):
        return 2, len(self)

    @property
    def dtypes(self):
        return SimpleNamespace(to_numpy=lambda: np.array([np.dtype("float64")] * len(self)))


DataFrame.__module__ = "pandas"
TRAIN = DataFrame({f"kind_{place}": Column((0, 1)) for place in range(9)})


def test_the_table_gets_the_columns_of_the_training():
    test = DataFrame({name: TRAIN[name] for name in TRAIN.columns[:7]})
    problem = to_predict("model.predict(test)", test=test, train=TRAIN)
    assert problem.fixes[0].source == "model.predict(test.reindex(columns=train.columns, fill_value=0))"
    assert problem.fixes[0].evidence == "It lacks kind_7, kind_8."
    problem = to_predict("model.predict(scaled)", scaled=np.zeros((2, 7)), test=test, train=TRAIN)
    assert "test = test.reindex(columns=train.columns, fill_value=0), and make scaled of it" in problem.fixes[0].title


def test_a_column_of_numbers_is_not_filled_with_zeros():
    train = DataFrame({**TRAIN, "kind_8": Column((1.5, 2.5))})
    test = DataFrame({name: train[name] for name in train.columns[:8]})
    problem = to_predict("model.predict(test)", test=test, train=train)
    assert problem.fixes[0].title == "Prepare test as the training data was: its samples had the shape (9,)."


@pytest.mark.parametrize("last, told_so", [("steps = 6", True), ("steps = int('6')", True), ("size = 6", False)])
def test_the_number_that_the_windows_were_cut_with_has_changed(last, told_so):
    name = last.split()[0]
    cells = ["", "steps = 9\nx = cut(steps)", last, "x_test = cut(steps)", "model.predict(x_test)"]
    names = {"steps": 9, name: 6, "x_test": np.zeros((2, 6)), "In": cells}
    problem = to_predict(cells[-1], **names)
    assert ("steps is 6 now (In [2], line 1), and was 9 for the training" in problem.fixes[0].title) == told_so


def test_a_tuple_of_an_array_and_a_dictionary_has_no_shape():
    assert titles(check, network(((None, 4),)), "predict", x=(np.zeros(4), {})) == []


SEVERAL = ValueError(
    'Input 1 of layer "model" is incompatible with the layer: expected shape=(None, 15), found (1, 14)'
)
MAKES = "n = 15\nif not n:\n    b = Input(shape=(n,))\n"


def of_several(cell):
    b = tensor((None, 15), layer(name="words"))
    names = {"b": b, "x": np.zeros((5, 7)), "y": np.zeros((5, 15)), "z": np.zeros(5)}
    fitted = predicting(SEVERAL, _inputs=[tensor((None, 7), layer(name="image")), b], _outputs=[])
    return told(cell, m=fitted, **names)


@pytest.mark.parametrize(
    ("written", "size", "mended"), [("y[:, :-1]", "n", "n - 1"), ("y[:, 2:]", "15", "13"), ("y[:, :3]", "n", "n - 12")]
)
def test_the_input_is_made_for_its_data_where_the_cell_makes_it(written, size, mended):
    makes = MAKES.replace("(n,)", f"({size},)")
    problem = of_several(f"{makes}m.fit([x, {written}], z)")[0]
    assert problem.title.startswith(f"The second input, {written}, has shape (5, ")
    assert problem.fixes[0].source == f"{makes.replace(f'({size},)', f'({mended},)')}m.fit([x, {written}], z)"


def test_a_trained_model_keeps_its_input():
    (fix,) = of_several(f"{MAKES}m.predict([x, y[:, :-1]])")[0].fixes
    assert fix.title == "Prepare y[:, :-1] as the training data was: its samples had the shape (15,)."


def test_an_input_of_another_cell_is_called_by_its_name():
    (fix,) = of_several("m.fit([x, y[:, :-1]], z)")[0].fixes
    assert fix.title.startswith("Make the model for this data, b = keras.Input(shape=(14,)); or give y[:, :-1] the")


def test_inputs_in_another_order():
    problem = of_several("m.fit([y, x], z)")[0]
    assert problem.title == "The inputs are given in another order: the model takes (None, 7), (None, 15)"
    assert problem.fixes[0].source.endswith("m.fit([x, y], z)")


def test_inputs_by_name_and_those_of_validation_data():
    found = of_several("m.fit({'words': y[:, :3], 'image': x}, z)")[0]
    assert found.title == "The input words, y[:, :3], has shape (5, 3), and the model takes (None, 15)"
    found = of_several("m.fit([x, y], z, validation_data=([x, y[:, :3]], z))")[0]
    assert found.title.startswith("The second input of validation_data, y[:, :3], has shape (5, 3)")


def test_inputs_that_fit_are_not_told():
    assert [each for each in of_several("m.fit([x, y], z)") if each.rule == "KD101"] == []
