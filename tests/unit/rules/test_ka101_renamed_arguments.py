"""KA101: argument that was renamed."""

from __future__ import annotations

import pytest
from checked import SETUP, edited, failed, problems, told

from kerasmagic.rules import RULES


def test_nothing_is_said_where_the_example_works():
    assert told("tensorflow==2.12.1", RULES.get("KA101").lesson.before) == []


FAILED = [
    pytest.param(
        "keras.utils.image_dataset_from_directory('imgs', target_size=(32, 32))",
        TypeError("image_dataset_from_directory() got an unexpected keyword argument 'target_size'"),
        "keras.utils.image_dataset_from_directory('imgs', image_size=(32, 32))",
        id="target_size",
    ),
    pytest.param(
        "keras.utils.image_dataset_from_directory('imgs', class_mode='sparse')",
        TypeError("image_dataset_from_directory() got an unexpected keyword argument 'class_mode'"),
        "keras.utils.image_dataset_from_directory('imgs', label_mode='int')",
        id="class_mode",
    ),
    pytest.param(
        "keras.optimizers.Adam(lr=0.1, clipnorm=1.)",
        ValueError("Argument(s) not recognized: {'lr': 0.1}"),
        "keras.optimizers.Adam(learning_rate=0.1, clipnorm=1.)",
        id="lr",
    ),
    pytest.param(
        "layers.Conv2D(8, 3, border_mode='same')",
        ValueError("Unrecognized keyword arguments passed to Conv2D: {'border_mode': 'same'}"),
        "layers.Conv2D(8, 3, padding='same')",
        id="border_mode",
    ),
    pytest.param(
        "layers.Dense(output_dim=3, init='uniform')",
        TypeError("Dense.__init__() missing 1 required positional argument: 'units'"),
        "layers.Dense(units=3, kernel_initializer='uniform')",
        id="several old names in one call",
    ),
]


@pytest.mark.parametrize("line, exception, works", FAILED)
def test_a_failed_call_gets_the_form_that_works(line, exception, works):
    (problem,) = failed("tensorflow==2.16.2,keras==3.15.1", SETUP + line, exception)
    fix = problem.fixes[0]
    assert problem.rule == "KA101"
    assert (fix.kind, fix.source, fix.verified) == ("edit", SETUP + works, True)


@pytest.mark.parametrize(
    ("call", "works"),
    [
        ("Conv2D(64, 3, dim_ordering='th')", "Conv2D(64, 3, data_format='channels_first')"),
        ('MaxPooling2D((2, 2), dim_ordering="tf")', 'MaxPooling2D((2, 2), data_format="channels_last")'),
        ("Conv2D(filters=64, nb_row=3, nb_col=5)", "Conv2D(filters=64, kernel_size=(3, 5))"),
        ("Conv2D(64, 3, 5, border_mode='same')", "Conv2D(64, (3, 5), padding='same')"),
    ],
)
def test_what_keras_1_said_in_two_arguments_or_in_other_words(call, works):
    start = "from keras.layers import Conv2D, MaxPooling2D\n"
    problem = problems("tensorflow==2.16.2,keras==3.15.1", start + call)[0]
    assert problem.rule == "KA101"
    assert (problem.fixes[0].source, problem.fixes[0].verified) == (start + works, True)


def test_an_order_of_dimensions_that_is_not_written_down_is_not_guessed():
    (problem,) = problems("tensorflow==2.16.2", "from keras.layers import Conv2D\nConv2D(64, 3, dim_ordering=order)")
    assert [fix.kind for fix in problem.fixes] == ["manual"]


def test_the_shape_of_a_batch_for_an_input():
    grade, works = edited("tensorflow==2.20.0", "import keras\nx = keras.Input(batch_input_shape=(3, 4))", "KA101")
    assert (grade, works) == ("verified", "import keras\nx = keras.Input(batch_shape=(3, 4))")
