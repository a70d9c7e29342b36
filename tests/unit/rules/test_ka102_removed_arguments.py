"""KA102: argument that is gone."""

from __future__ import annotations

import pytest
from checked import SETUP, edited, failed, told

from kerasmagic.diagnosis.repair.written_out import DEFINITIONS
from kerasmagic.display.diagnosis import diagnosis_result
from kerasmagic.rules import RULES


def test_nothing_is_said_where_the_example_works():
    assert told("tensorflow==2.15.1", RULES.get("KA102").lesson.before) == []


FAILED = [
    pytest.param(
        "model.fit(x, y, epochs=1, workers=8)",
        TypeError("TensorFlowTrainer.fit() got an unexpected keyword argument 'workers'"),
        "model.fit(x, y, epochs=1)",
        id="argument that is left out",
    ),
]


@pytest.mark.parametrize("line, exception, works", FAILED)
def test_a_failed_call_gets_the_form_that_works(line, exception, works):
    (problem,) = failed("tensorflow==2.16.2,keras==3.15.1", SETUP + line, exception)
    fix = problem.fixes[0]
    assert problem.rule == "KA102"
    assert (fix.kind, fix.source, fix.verified) == ("edit", SETUP + works, True)


REPORTED = [
    pytest.param(
        "keras==2.2.4",
        "from keras.models import save_model\nsave_model(m, 'x', save_format='h5')",
        TypeError("save_model() got an unexpected keyword argument 'save_format'"),
        "from keras.models import save_model\nsave_model(m, 'x.h5')",
        id="an argument of later releases",
    ),
    pytest.param(
        "tensorflow==2.13.1",
        "from keras.optimizers import Adam\nAdam(0.1, decay=0.01)",
        ValueError("decay is deprecated in the new Keras optimizer, pleasecheck the docstring"),
        "from keras.optimizers.legacy import Adam\nAdam(0.1, decay=0.01)",
        id="decay where a legacy optimizer takes it",
    ),
]


@pytest.mark.parametrize("target, cell, exception, works", REPORTED)
def test_the_line_that_works_in_the_release_of_the_report(target, cell, exception, works):
    problem = failed(target, cell, exception)[0]
    fix = problem.fixes[0]
    assert (problem.rule, fix.kind, fix.source) == ("KA102", "edit", works)
    assert fix.verified is not False


def test_an_accuracy_that_fit_showed_is_said_to_be_shown_no_more():
    grade, text = edited("tensorflow==2.16.2", SETUP + "model.fit(x, y, show_accuracy=True)", "KA102")
    assert (grade, text) == ("check the result", SETUP + "model.fit(x, y)")


@pytest.mark.parametrize(("value", "grade"), [("one", "verified"), ("zero", "check the result")])
def test_a_forget_bias_of_ones_is_what_it_is_without_the_argument(value, grade):
    line = f"layers.LSTM(8, forget_bias_init='{value}')"
    assert edited("tensorflow==2.16.2", SETUP + line, "KA102") == (grade, SETUP + "layers.LSTM(8)")


CHECKPOINT = "from keras.callbacks import ModelCheckpoint\nModelCheckpoint('m.keras', period={}, verbose=1)"


def test_a_model_is_saved_after_each_epoch_without_being_told():
    works = CHECKPOINT.replace(" period={},", "")
    assert edited("tensorflow==2.16.2", CHECKPOINT.format(1), "KA102") == ("verified", works)


@pytest.mark.parametrize("period", ["5", "n"])
def test_other_periods_are_counted(period):
    grade, works = edited("tensorflow==2.16.2", CHECKPOINT.format(period), "KA102")
    assert grade == "verified"
    assert "\ndef every_few_epochs(epochs, checkpoint):\n" in works
    assert works.endswith(f"\n\n\nevery_few_epochs({period}, ModelCheckpoint('m.keras', verbose=1))")


def test_a_hint_shows_the_line_that_counts_the_epochs_not_how_it_is_done():
    error = TypeError("ModelCheckpoint.__init__() got an unexpected keyword argument 'period'")
    cell = CHECKPOINT.format(5)
    lines = diagnosis_result(failed("tensorflow==2.16.2", cell, error), cell=cell).text.splitlines()
    assert "    def every_few_epochs(epochs, checkpoint): …" in lines
    assert "    every_few_epochs(5, ModelCheckpoint('m.keras', verbose=1))" in lines


def test_what_counts_the_epochs():
    class Checkpoint:
        def on_epoch_end(self, epoch, logs=None):
            saved.append(epoch)

    saved, scope = [], {}
    exec(DEFINITIONS["every_few_epochs"].text.replace("{name}", "every"), scope)
    checkpoint = scope["every"](2, Checkpoint())
    for epoch in range(5, 10):
        checkpoint.on_epoch_end(epoch, {})
    assert saved == [6, 8]


IN_ONE_CALL = "keras.callbacks.TensorBoard('a', batch_size=3, write_grads=True, embeddings_data=None)"
REFUSED = TypeError("TensorBoard.__init__() got an unexpected keyword argument 'batch_size'")


def test_all_that_a_call_refuses_is_left_out_at_once_and_what_is_lost_is_said():
    fix = failed("tensorflow==2.21.0", SETUP + f"a = {IN_ONE_CALL}\nb = {IN_ONE_CALL}", REFUSED)[0].fixes[0]
    assert fix.source == SETUP + "a = keras.callbacks.TensorBoard('a')\nb = keras.callbacks.TensorBoard('a')"
    assert fix.title == "Leave batch_size=, write_grads= and embeddings_data= out"
    assert (fix.applicability, fix.differs) == ("check the result", "Gradients are not written any more.")
    assert fix.evidence == "keras 3.15.1 accepts this call of TensorBoard."


def test_a_call_is_said_to_be_accepted_only_as_a_whole():
    cell = SETUP + IN_ONE_CALL.replace("write_grads", "nonsense")
    fix = failed("tensorflow==2.21.0", cell, REFUSED)[0].fixes[0]
    assert (fix.evidence, fix.applicability) == ("", "check the result")
    assert "TensorBoard takes no nonsense here." in fix.differs


def test_what_one_call_refuses_is_left_out_of_one_that_hides_its_arguments():
    cell = SETUP + "model.fit(x, workers=2)\nmodel.evaluate(x, workers=2)"
    error = TypeError("TensorFlowTrainer.fit() got an unexpected keyword argument 'workers'")
    fix = failed("tensorflow==2.21.0", cell, error)[0].fixes[0]
    assert fix.source == SETUP + "model.fit(x)\nmodel.evaluate(x)"


SAVE_FORMAT = [
    ("p = 'runs/{}'.format(3)\nmodel.save(p, save_format='tf')", "p = 'runs/{}.keras'.format(3)\n%smodel.save(p)"),
    ("p = f'runs/{n}'\nmodel.save(p, save_format='tf')", "p = f'runs/{n}.keras'\n%smodel.save(p)"),
    ("model.save('runs/a', save_format='tf')", "%smodel.save('runs/a.keras')"),
    ("model.save('a', save_format='tf')\nload_model('a')", "model.save('a.keras')\nload_model('a.keras')"),
]
_DEPRECATED = "The `save_format` argument is deprecated in Keras 3. Please remove this argument and pass a file path."


@pytest.mark.parametrize(("old", "new"), SAVE_FORMAT)
def test_the_file_name_says_the_format_and_its_folder_is_made(old, new, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = "import os\nos.makedirs('runs', exist_ok=True)\n"
    problem = failed("tensorflow==2.16.2", SETUP + old, ValueError(_DEPRECATED))[0]
    assert problem.fixes[0].source == SETUP + new.replace("%s", made)
