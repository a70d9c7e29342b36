"""KE162: no GPU."""

from __future__ import annotations

import linecache
from types import SimpleNamespace

import pytest
from machines import MadeUp, lines, working
from refusals import told


def no_devices(*kind, **settings):
    return []


CONFIG = dict.fromkeys(
    ("list_physical_devices", "list_logical_devices", "set_memory_growth", "set_logical_device_configuration"),
    no_devices,
)
CONFIG.update(set_visible_devices=no_devices)
TF = SimpleNamespace(config=SimpleNamespace(experimental=SimpleNamespace(**CONFIG), **CONFIG))


@pytest.fixture
def on(monkeypatch):
    """Says what machine it is, and which devices TensorFlow has found."""

    def set_machine(made, devices="CPU"):
        monkeypatch.setattr("kerasmagic.kernel.snapshot.take_snapshot", lambda: made.snapshot(devices))

    return set_machine


@pytest.fixture
def no_card(on, tmp_path):
    on(MadeUp(tmp_path).tensorflow())


def of_gpus(cell, **names):
    lines = (len(cell), None, cell.splitlines(keepends=True), "<ipython-input-1>")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(linecache.cache, "<ipython-input-1>", lines)
        return [problem for problem in told(cell, tf=TF, **names) if problem.rule == "KE162"]


def only(cell, **names):
    (problem,) = of_gpus(cell, **names)
    return problem


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("rows = []\nrows[0]", {}),
        ("tf.config.experimental.set_memory_growth(gpus[1], True)", {"gpus": ["GPU:0"]}),
        ("print(rows[0])", {"rows": []}),
        ("tf.config.list_physical_devices('GPU')[0.5]", {}),
    ],
)
def test_other_mistakes_with_lists_are_not_told(no_card, cell, names):
    assert of_gpus(cell, **names) == []


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("gpu = tf.config.list_physical_devices('GPU')[0]", {}),
        ("gpu = tf.config.experimental.list_physical_devices('GPU')[0]", {}),
        ("gpus = tf.config.list_physical_devices('GPU')\nprint(gpus[0])", {}),
        ("names = [each.name for each in tf.config.list_logical_devices('GPU')]\nprint(names[0])", {}),
        ("tf.config.experimental.set_memory_growth(gpus[0], True)", {"gpus": []}),
        ("tf.config.set_visible_devices(gpus[0], 'GPU')", {"gpus": []}),
        ("tf.config.set_logical_device_configuration(device=gpus[0], logical_devices=[])", {"gpus": []}),
    ],
)
def test_an_empty_list_of_gpus_is_told_with_what_runs_without(no_card, cell, names):
    problem = only(cell, **names)
    assert problem.title == "TensorFlow sees no GPU in this kernel, and the program takes the first"
    assert problem.cause.startswith("This machine shows no NVIDIA GPU: TensorFlow runs on the CPU. ")
    loop = "for gpu in tf.config.list_physical_devices('GPU'): tf.config.experimental.set_memory_growth(gpu, True)"
    where = "if tf.config.list_physical_devices('GPU')"
    assert (loop if "set_memory_growth" in cell else where) in problem.fixes[0].title


@pytest.mark.parametrize(
    "cell",
    [
        "if not tf.config.list_physical_devices('GPU'):\n    raise SystemError('GPU device not found')",
        "gpus = tf.config.list_physical_devices('GPU')\nn = len(gpus)\nif n == 0:\n    raise RuntimeError(n)",
        "if len(tf.config.list_physical_devices('GPU')) > 0:\n    pass\nelse:\n    raise Exception('no GPU')",
        "assert len(tf.config.list_physical_devices('GPU')) > 0, 'Not enough GPU hardware devices available'",
        "def check():\n    if not tf.config.list_physical_devices('GPU'):\n        raise OSError('GPU')\ncheck()",
    ],
)
def test_a_programs_own_check_is_told_with_the_reason_first(no_card, cell):
    problem = only(cell)
    assert problem.title == "TensorFlow sees no GPU in this kernel, and the program stops for that"
    first, last = problem.fixes
    assert first.title.startswith("Run it on a machine with an NVIDIA GPU")
    assert last.title.startswith("Leave the check out")


def test_a_variable_of_an_earlier_cell_may_hold_the_answer(no_card):
    before = "device_name = tf.test.gpu_device_name()"
    cell = "if device_name != '/device:GPU:0':\n    raise SystemError('GPU device not found')"
    assert only(cell, In=["", before, cell], device_name="").title.endswith("the program stops for that")


@pytest.mark.parametrize(
    "cell",
    [
        "gpus = tf.config.list_physical_devices('GPU')\nrows = []\nif not rows:\n    raise ValueError('no rows')",
        "if not tf.config.list_physical_devices('GPU'):\n    rows = []\n    if not rows:\n        raise ValueError(0)",
        "count = len(tf.config.list_physical_devices('GPU'))\nbatch = 33\nassert batch % 2 == count, batch",
        "gpus = tf.config.list_physical_devices('GPU')\nraise ValueError('something else')",
    ],
)
def test_checks_of_something_else_are_not_told(no_card, cell):
    assert of_gpus(cell) == []


@pytest.mark.parametrize(
    "error", [ValueError("No matching devices found for 'GPU:0'"), RuntimeError("GPU:0 unknown device.")]
)
def test_a_gpu_that_is_asked_for_by_its_name(no_card, error):
    def get_memory_info(device):
        raise error

    config = SimpleNamespace(experimental=SimpleNamespace(get_memory_info=get_memory_info))
    (problem,) = told("used = tf.config.experimental.get_memory_info('GPU:0')", tf=SimpleNamespace(config=config))
    assert problem.title == "TensorFlow sees no GPU in this kernel, and the program asks for one"
    assert problem.cause.startswith("This machine shows no NVIDIA GPU")
    assert "if tf.config.list_physical_devices('GPU')" in problem.fixes[0].title


def test_where_a_card_is_there_its_reason_comes_first(on, tmp_path):
    on(MadeUp(tmp_path).card().driver().device_files().libcuda().tensorflow())
    problem = only("gpu = tf.config.list_physical_devices('GPU')[0]")
    assert problem.cause.startswith("CUDA's libraries are missing")
    assert list(problem.fixes[0].commands) == lines(problem) == ['%pip install "tensorflow[and-cuda]==2.19.1"']


def test_silent_where_tensorflow_has_a_gpu(on, tmp_path):
    on(working(tmp_path), "CPU GPU")
    assert of_gpus("assert len(tf.config.list_physical_devices('GPU')) > 1, 'two are needed'") == []
