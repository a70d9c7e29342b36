"""KA104: argument that is ignored."""

from __future__ import annotations

import pytest
from checked import KERAS_3, problems, told

from kerasmagic.catalog.target import Target
from kerasmagic.diagnosis.engine import TargetWorld, check_cell
from kerasmagic.files.document import Document, Passage
from kerasmagic.files.findings import check_document
from kerasmagic.rules import RULES


def test_nothing_is_said_where_the_example_works():
    assert told("tensorflow==2.10.1", RULES.get("KA104").lesson.before) == []


def test_what_is_ignored_and_was_of_no_use_is_taken_out():
    world = TargetWorld(Target.parse(KERAS_3), RULES)
    (problem,) = check_cell("from keras.layers import Embedding\nEmbedding(3, 2, input_length=5)", world)
    assert problem.severity == "warning" and (problem.fixes[0].source or "").endswith("\nEmbedding(3, 2)")


@pytest.mark.parametrize(
    "target, cell, ignored",
    [
        ("tensorflow==2.16.2", "Adam(learning_rate=0.1, decay=1e-4)", ["decay"]),
        ("tensorflow==2.15.1", "Adam(lr=0.1)", ["lr"]),
        ("tensorflow==2.10.1", "Adam(lr=0.1, decay=1e-4)", []),
        ("tensorflow==2.16.2", "Adam(learning_rate=0.1)", []),
    ],
)
def test_an_argument_that_changes_nothing_is_a_warning(target, cell, ignored):
    text = "from tensorflow.keras.optimizers import Adam\n" + cell
    found = problems(target, text)
    assert [problem.reference.rpartition("(")[2][:-1] for problem in found if problem.rule == "KA104"] == ignored
    assert all(problem.severity == "warning" and problem.fixes for problem in found)


COLAB = TargetWorld(Target.parse("colab"), RULES)
SETUP = "import keras\nfrom keras import optimizers\n"
SCHEDULE = "optimizers.schedules.InverseTimeDecay"

EDITS = [
    pytest.param(
        "optimizers.Adam(lr=1e-3, decay=1e-5)",
        f"optimizers.Adam(learning_rate={SCHEDULE}(1e-3, decay_steps=1, decay_rate=1e-5))",
        id="together with lr",
    ),
    pytest.param(
        "optimizers.SGD(0.1, momentum=0.9, decay=rate / epochs)",
        f"optimizers.SGD({SCHEDULE}(0.1, decay_steps=1, decay_rate=rate / epochs), momentum=0.9)",
        id="a rate without a name",
    ),
    pytest.param(
        "optimizers.Adam(decay=1e-4)",
        f"optimizers.Adam(learning_rate={SCHEDULE}(0.001, decay_steps=1, decay_rate=1e-4))",
        id="the default rate",
    ),
    pytest.param("optimizers.SGD(0.1, decay=0.0)", "optimizers.SGD(0.1)", id="no decay at all"),
]


@pytest.mark.parametrize("line, new", EDITS)
def test_the_schedule_is_written(line: str, new: str) -> None:
    found = check_cell(SETUP + line, COLAB)
    assert {fix.source for problem in found for fix in problem.fixes if fix.verified} == {SETUP + new}


def test_the_schedule_is_imported_where_it_has_no_name() -> None:
    (problem,) = check_cell("from keras.optimizers import Adam\nAdam(0.1, decay=1e-4)", COLAB)
    assert problem.fixes[0].source == (
        "from keras.optimizers.schedules import InverseTimeDecay\nfrom keras.optimizers import Adam\n"
        "Adam(InverseTimeDecay(0.1, decay_steps=1, decay_rate=1e-4))"
    )


def test_a_rate_that_the_program_sets_cannot_be_a_schedule() -> None:
    setup = SETUP + "from keras.callbacks import ReduceLROnPlateau\n"
    (problem,) = check_cell(setup + "optimizers.Adam(0.1, decay=1e-4)", COLAB)
    assert problem.fixes[0].verified is None and "ReduceLROnPlateau" in problem.fixes[0].differs
    assert problem.fixes[0].source == setup + "optimizers.Adam(0.1)"


def test_a_later_cell_that_sets_the_rate_counts() -> None:
    cells = [SETUP + "optimizers.Adam(0.1, decay=1e-4)", "from keras import backend as K\nK.set_value(rate, 1.0)"]
    passages = tuple(Passage(number, text) for number, text in enumerate(cells, 1))
    (found,) = check_document(Document("", "utf-8", passages, True, ()), [COLAB])
    fix = next(problem.fixes[0] for _, problem in found if problem.rule == "KA104")
    assert fix.verified is None and fix.source == SETUP + "optimizers.Adam(0.1)" and "set_value" in fix.differs


def test_a_keyword_that_is_swallowed_is_told() -> None:
    setup = "from keras.datasets import imdb, reuters\n"
    (problem,) = check_cell(setup + "imdb.load_data(nb_words=100)", COLAB)
    assert (problem.rule, problem.severity) == ("KA104", "warning")
    assert problem.fixes[0].source == setup + "imdb.load_data(num_words=100)" and problem.fixes[0].verified
    assert check_cell(setup + "imdb.load_data(num_words=100)", COLAB) == []


def test_the_old_name_of_min_delta_is_swallowed_by_keras_3() -> None:
    setup = "from keras.callbacks import ReduceLROnPlateau\n"
    (problem,) = check_cell(setup + "ReduceLROnPlateau(epsilon=1e-3)", COLAB)
    assert (problem.rule, problem.severity) == ("KA104", "warning")
    assert problem.fixes[0].source == setup + "ReduceLROnPlateau(min_delta=1e-3)" and problem.fixes[0].verified
