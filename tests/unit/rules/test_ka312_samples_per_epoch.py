"""KA312: epoch counted in samples."""

from __future__ import annotations

import numpy as np
import pytest
from checked import edited, problems, told

from kerasmagic.diagnosis.repair.written_out import DEFINITIONS

TARGET = "tensorflow==2.16.2"
START = "import math\nfrom keras.models import Sequential\nmodel = Sequential()\n"


@pytest.mark.parametrize("line", ["model.fit(flow, steps_per_epoch=9)", "train(flow, samples_per_epoch=9)"])
def test_an_epoch_that_is_counted_in_batches(line):
    assert told(TARGET, START + line) == []


@pytest.mark.parametrize(
    ("line", "grade", "works"),
    [
        (
            "model.fit(images.flow(x, y, batch_size=8), samples_per_epoch=len(x))",
            "verified",
            "model.fit(images.flow(x, y, batch_size=8), steps_per_epoch=math.ceil(len(x) / 8))",
        ),
        (
            "model.fit(images.flow(x, y, 16), samples_per_epoch=len(x), validation_data=(x, y), nb_val_samples=9)",
            "verified",
            "model.fit(images.flow(x, y, 16), steps_per_epoch=math.ceil(len(x) / 16), validation_data=(x, y))",
        ),
        (
            "model.fit(images.flow(x, y, 16), samples_per_epoch=x.shape[0])",
            "verified",
            "model.fit(images.flow(x, y, 16), steps_per_epoch=math.ceil(x.shape[0] / 16))",
        ),
        (
            "a = images.flow_from_directory(d, batch_size=n)\nb = images.flow_from_directory(v)\n"
            "model.fit(a, samples_per_epoch=2 * k, validation_data=b, nb_val_samples=800)",
            "check the result",
            "a = images.flow_from_directory(d, batch_size=n)\nb = images.flow_from_directory(v)\n"
            "model.fit(a, steps_per_epoch=math.ceil((2 * k) / n), validation_data=b, "
            "validation_steps=math.ceil(800 / 32))",
        ),
        (
            "def own(x, batch_size=8):\n    yield x\nmodel.fit(own(x), samples_per_epoch=2000)",
            "check the result",
            "def own(x, batch_size=8):\n    yield x\nmodel.fit(own(x), steps_per_epoch=math.ceil(2000 / 8))",
        ),
        (
            "def own(x, batch_size):\n    yield x\nmodel.fit(own(x, n), samples_per_epoch=2000)",
            "check the result",
            "def own(x, batch_size):\n    yield x\nmodel.fit(own(x, n), steps_per_epoch=math.ceil(2000 / n))",
        ),
        (
            "own = make(x, batch_size=n)\nmodel.fit(own, samples_per_epoch=2000)",
            "check the result",
            "own = make(x, batch_size=n)\nmodel.fit(own, steps_per_epoch=math.ceil(2000 / n))",
        ),
    ],
)
def test_samples_are_divided_by_the_size_of_a_batch(line, grade, works):
    assert edited(TARGET, START + line, "KA312") == (grade, START + works)


@pytest.mark.parametrize(
    "line",
    [
        "model.fit(own(), samples_per_epoch=2000)",
        "model.fit(flow, samples_per_epoch=2000)",
        "def own(x, batch_size):\n    yield x\nmodel.fit(own(*xs), samples_per_epoch=2000)",
        "model.fit(images.flow(x, **how), samples_per_epoch=2000)",
        "a = images.flow(x)\na = images.flow(y)\nmodel.fit(a, samples_per_epoch=2000)",
    ],
)
def test_a_batch_size_that_is_not_known_is_not_guessed(line):
    assert edited(TARGET, START + line, "KA312") == (None, None)


@pytest.mark.parametrize(
    ("made", "source"),
    [
        ("def own(n):\n    while True:\n        yield x[:n], y[:n]\n", "own(8)"),
        ("class Rows:\n    def own(self):\n        yield x, y\nrows = Rows()\n", "rows.own()"),
    ],
)
def test_a_generator_of_the_users_own_is_asked(made, source):
    grade, works = edited(TARGET, f"{START}{made}model.fit({source}, samples_per_epoch=2000)", "KA312")
    assert grade == "check the result"
    assert works.endswith(f"\n\n\nmodel.fit({source}, steps_per_epoch=math.ceil(2000 / batch_size_of({source})))")
    scope = {}
    exec(DEFINITIONS["batch_size_of"].text.replace("{name}", "size"), scope)
    batches = ([np.ones(2)], [3]), (np.ones((3, 2)), [4]), ({"a": np.ones(1)}, [5])
    assert [scope["size"](iter([each])) for each in batches] == [2, 3, 1]


def test_the_method_and_its_steps_change_together():
    line = "model.fit_generator(images.flow(x, y), samples_per_epoch=len(x), nb_epoch=3, max_q_size=2, nb_worker=1)"
    works = "model.fit(images.flow(x, y), steps_per_epoch=math.ceil(len(x) / 32), epochs=3)"
    assert edited(TARGET, START + line, "KA201") == ("verified", START + works)


def test_steps_that_nobody_knows_are_a_blank_to_fill():
    line = "model.fit_generator(own(), samples_per_epoch=2000, nb_epoch=3)"
    assert edited(TARGET, START + line, "KA201")[0] == "has a blank"


FLOW = "flow = images.flow(x, y, batch_size=8)\n"


@pytest.mark.parametrize(
    ("line", "grade", "works"),
    [
        ("model.fit_generator(flow, 20, epochs=3)", "verified", "model.fit(flow, steps_per_epoch=20, epochs=3)"),
        ("model.fit_generator(flow, 160 // 8, 3)", "verified", "model.fit(flow, steps_per_epoch=160 // 8, epochs=3)"),
        ("model.predict_generator(flow, nb_steps)", "verified", "model.predict(flow, steps=nb_steps)"),
        (
            "model.fit_generator(flow, len(x), nb_epoch=3)",
            "verified",
            "model.fit(flow, steps_per_epoch=math.ceil(len(x) / 8), epochs=3)",
        ),
        (
            "model.fit_generator(flow, 160, 3, 1, [], flow, nb_val_samples=80)",
            "check the result",
            "model.fit(flow, steps_per_epoch=math.ceil(160 / 8), epochs=3, verbose=1, callbacks=[], "
            "validation_data=flow, validation_steps=math.ceil(80 / 8))",
        ),
        (
            "model.fit_generator(flow, len(x), nb_epoch=3, validation_data=(x, y), nb_val_samples=80)",
            "verified",
            "model.fit(flow, steps_per_epoch=math.ceil(len(x) / 8), epochs=3, validation_data=(x, y))",
        ),
        (
            "model.fit_generator(flow, len(x), nb_epoch=3, validation_data=(x, y), nb_worker=1, nb_val_samples=80)",
            "verified",
            "model.fit(flow, steps_per_epoch=math.ceil(len(x) / 8), epochs=3, validation_data=(x, y))",
        ),
        (
            "model.fit_generator(flow, 20, epochs=3, validation_data=held, nb_val_samples=80)",
            "has a blank",
            "model.fit(flow, steps_per_epoch=20, epochs=3, validation_data=held, nb_val_samples=80)",
        ),
        (
            "model.evaluate_generator(own(), 160, max_q_size=2)",
            "has a blank",
            "model.evaluate(own(), steps=160)",
        ),
        ("model.predict_generator(flow, 160)", "check the result", "model.predict(flow, steps=160)"),
    ],
)
def test_a_count_without_a_name_is_of_samples_in_keras_1_and_of_batches_since(line, grade, works):
    assert edited(TARGET, START + FLOW + line, "KA201") == (grade, START + FLOW + works)


@pytest.mark.parametrize(
    ("made", "says"),
    [
        ("def own(x, batch_size):\n    yield x, y\nit = own(x, 8)\n", True),
        ("it = ImageDataGenerator().flow(x, y, batch_size=8)\n", False),
    ],
)
def test_a_batch_size_that_a_generator_of_ones_own_is_given_is_no_promise(made, says):
    cell = f"{START}{made}model.fit(it, samples_per_epoch=2000)"
    (fix,) = [fix for each in problems(TARGET, cell) for fix in each.fixes if fix.kind == "edit"]
    assert "steps_per_epoch=math.ceil(2000 / 8)" in fix.source
    assert ("one that gives more at a time" in fix.differs) is says
