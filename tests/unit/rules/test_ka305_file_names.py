"""KA305: ending of a file name."""

from __future__ import annotations

import pytest
from checked import KERAS_2, KERAS_3, failed, problems, told
from refusals import told as raised

START = "import os\nfrom tensorflow import keras\nfrom tensorflow.keras import layers\nmodel = keras.Sequential()\n"


@pytest.mark.parametrize(
    "line",
    [
        'model.save("model.keras")',
        'model.save("model.hdf5")',
        'model.save(f"model_{number}")',
        'model.save(name + "5")',
        'model.save("folder", zipped=False)',
        'model.save("m_{}.keras".format(number))',
        'model.save("model.{}".format(ending))',
        'model.save_weights("w_%d.weights.h5" % number)',
        'path = "folder"\npath = other\nmodel.save(path)',
        'def write(path="folder"):\n    model.save(path)',
        'model.save_weights("model.weights.h5")',
        'keras.callbacks.ModelCheckpoint("best.keras")',
        'keras.callbacks.ModelCheckpoint("best.h5", save_weights_only=only)',
        'keras.callbacks.ModelCheckpoint("best.h5", **options)',
    ],
)
def test_a_file_name_that_is_taken_or_not_known(line):
    assert told(KERAS_3, START + line) == []


@pytest.mark.parametrize(
    "line",
    [
        'model.save("my_model")',
        'model.save(filepath="model.pb")',
        'path = "my_model"\nmodel.save(path)',
        'model.save(os.path.join(folder, "model"))',
        'model.save(f"{name}_model")',
        'keras.models.save_model(model, "my_model")',
        'model.save_weights("weights.h5")',
        'model.save_weights("./checkpoints/my_checkpoint")',
        'keras.callbacks.ModelCheckpoint("weights-{epoch:02d}.hdf5", save_best_only=True)',
        'model.save_weights("w_{0:03d}.hdf5".format(number), True)',
        'model.save_weights("w_%03d.hdf5" % number)',
        'model.save(os.path.join(folder, "%s_model" % name))',
        'keras.callbacks.ModelCheckpoint("cp.ckpt", save_weights_only=True)',
    ],
)
def test_a_file_name_that_keras_3_refuses(line):
    assert told(KERAS_3, START + line) == [("KA305", "error")]
    assert told(KERAS_2, START + line) == []
    for fix in problems(KERAS_3, START + line)[0].fixes:
        assert fix.source is None or (fix.applicability == "check the result" and told(KERAS_3, fix.source) == [])


MESSAGES = [
    ("ModelCheckpoint('m.h5')", ValueError("The filepath provided must end in `.keras` (Keras model")),
    ("m.save_weights('w')", ValueError("The filename must end in `.weights.h5`. Received: filepath=w")),
]


@pytest.mark.parametrize("cell, exception", MESSAGES)
def test_messages_of_tensorflow_and_keras_are_known(cell, exception):
    problem = failed("tensorflow==2.16.2", cell, exception)[0]
    assert problem.rule == "KA305" and problem.fixes


@pytest.mark.parametrize(
    "cell, works",
    [
        ("ModelCheckpoint('a/best.hdf5', monitor='loss')", "ModelCheckpoint('a/best.keras', monitor='loss')"),
        ("ModelCheckpoint(filepath=f'{x}/m.h5')", "ModelCheckpoint(filepath=f'{x}/m.keras')"),
        ("save_model(model, 'folder')", "save_model(model, 'folder.keras')"),
        ("ModelCheckpoint(path)", ""),
    ],
)
def test_only_the_ending_of_a_file_name_changes(cell, works):
    error = ValueError("The filepath provided must end in `.keras` (Keras model format). Received: filepath=x")
    fixes = failed("tensorflow==2.16.2", cell, error)[0].fixes
    assert (fixes[0].source or "") == works
    assert fixes[-1].kind == "manual"


@pytest.mark.parametrize("name", ['"w_%d.hdf5" % 1', '"w_{}.hdf5".format(1)'])
def test_a_name_that_is_filled_in_changes_where_it_is_read_too(name):
    cell = f"{START}model.save_weights({name})\nmodel.load_weights({name})"
    (fix, *_) = problems(KERAS_3, cell)[0].fixes
    assert (fix.applicability, fix.source) == ("verified", cell.replace(".hdf5", ".weights.h5"))


BY_NAME = 'model.save_weights("w.h5", overwrite=True)\nother.load_weights("w.h5", by_name=True)'


def test_weights_that_are_loaded_by_name_come_from_a_file_of_the_whole_model():
    (fix, *_) = problems(KERAS_3, START + BY_NAME)[0].fixes
    assert (fix.applicability, fix.source) == ("verified", START + BY_NAME.replace("save_weights", "save"))
    assert told(KERAS_3, fix.source) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [("by_name=True", "by_name=False"), ('load_weights("w.h5"', 'load_weights("v.h5"'), ("by_name=True", "by_name=x")],
)
def test_a_file_that_is_not_loaded_by_name_gets_another_ending(old, new):
    (fix, *_) = problems(KERAS_3, START + BY_NAME.replace(old, new))[0].fixes
    assert 'model.save_weights("w.weights.h5"' in fix.source


def test_a_checkpoint_that_is_loaded_by_name_is_left_to_a_person():
    cell = (
        'keras.callbacks.ModelCheckpoint("w.ckpt", save_weights_only=True)\nmodel.load_weights("w.ckpt", by_name=True)'
    )
    assert [fix.kind for fix in problems(KERAS_3, START + cell)[0].fixes] == ["manual"]


def test_a_file_of_keras_3_that_is_loaded_by_name():
    error = ValueError("`by_name` only supports loading legacy '.h5' or '.hdf5' files. Received: w.weights.h5")
    (problem,) = failed("tensorflow==2.16.2", "m.load_weights('w.weights.h5', by_name=True, skip_mismatch=s)", error)
    assert problem.rule == "KA305" and "model.save('name.h5')" in problem.fixes[1].title
    assert problem.fixes[0].source == "m.load_weights('w.weights.h5', skip_mismatch=s)"
    assert problem.fixes[0].applicability == "check the result"


@pytest.mark.parametrize(
    "name, corrected",
    [
        ('prefix + "-%d.h5" % n', 'prefix + "-%d.weights.h5" % n'),
        ('"w{}.hdf5".format(n)', '"w{}.weights.h5".format(n)'),
    ],
)
def test_a_name_that_a_function_puts_together(name, corrected):
    cell = f"def write(model, prefix, n):\n    path = {name}\n    model.save_weights(path)\nwrite(model, 'a', 1)"
    error = ValueError("The filename must end in `.weights.h5`. Received: filepath=a-1.h5")
    (problem,) = failed(KERAS_3, cell, error)
    assert problem.fixes[0].source == cell.replace(name, corrected)


@pytest.mark.parametrize("line", ["path = other", "for path in ['x']:\n        pass"])
def test_a_name_that_a_function_binds_twice(line):
    cell = f"def write(model):\n    path = 'a.h5'\n    {line}\n    model.save_weights(path)\nwrite(model)"
    error = ValueError("The filename must end in `.weights.h5`. Received: filepath=a-1.h5")
    (problem,) = failed(KERAS_3, cell, error)
    assert all(fix.source is None for fix in problem.fixes)


AGENT = """\
class Agent:
    model = model
    def save(self, name):
        self.model.save_weights(name)
    def load(self, name):
        self.model.load_weights(name)
agent = Agent()
{use}
"""


@pytest.mark.parametrize(
    ("use", "works"),
    [
        ('agent.save("a.h5")\nagent.load("a.h5")', 'agent.save("a.weights.h5")\nagent.load("a.weights.h5")'),
        ('agent.save(name="a.h5")', 'agent.save(name="a.weights.h5")'),
    ],
)
def test_the_name_that_a_method_is_given(use, works):
    says = ValueError("The filename must end in `.weights.h5`. Received: filepath=a.h5")
    cell = AGENT.format(use=use)
    refuses = type("Model", (), {"__module__": "keras.src.models.model", "save_weights": lambda self, name: fail(says)})
    (problem,) = raised(cell, model=refuses())
    assert problem.fixes[0].source == cell.replace(use, works)


def fail(says):
    raise says
