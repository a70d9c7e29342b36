"""KE137: install that failed."""

from __future__ import annotations

import subprocess
import sys

import pytest
from commands import only_on_path, own_pip, script

from kerasmagic.diagnosis.engine import diagnose
from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.resolve.kernel import KernelWorld
from kerasmagic.rules import RULES

BEFORE_ANY_WHEEL = "tensorflow==2.0.0"


@pytest.fixture(autouse=True)
def no_tensorflow(kernel, monkeypatch, tmp_path):
    only_on_path(monkeypatch, own_pip(tmp_path))


def told(error, source, **namespace):
    found = diagnose(Failure(error, source, namespace), KernelWorld(RULES, namespace))
    return [(problem.rule, problem.title) for problem in found]


NO_WHEEL = (
    "KE131",
    f"tensorflow==2.0.0 has no wheel for Python {sys.version_info[0]}.{sys.version_info[1]}: this install fails",
)


@pytest.mark.parametrize("magic", ["%%bash", "%%sh"])
def test_a_cell_of_the_shell(magic):
    body = f"pip install -q {BEFORE_ANY_WHEEL}\n"
    error = subprocess.CalledProcessError(1, body.encode())
    assert told(error, f"{magic}\n{body}") == [NO_WHEEL]


@pytest.mark.parametrize(
    "command",
    [
        [sys.executable, "-m", "pip", "install", BEFORE_ANY_WHEEL],
        ["pip", "install", BEFORE_ANY_WHEEL],
        f"pip install {BEFORE_ANY_WHEEL}",
    ],
)
def test_a_subprocess(command):
    source = "import subprocess\nsubprocess.run(command, check=True)"
    assert told(subprocess.CalledProcessError(1, command), source) == [NO_WHEEL]


@pytest.mark.parametrize("command", ["git clone https://…", ["pip", "install", "no-such-package-here"], b"false"])
def test_silent_of_what_is_not_known(command):
    assert told(subprocess.CalledProcessError(1, command), "subprocess.run(command, check=True)") == []


def missing():
    try:
        import tensorflow  # noqa: F401
    except ImportError as error:
        return error


def run(source, **namespace):
    try:
        exec(compile("import tensorflow", "<ipython-input-1>", "exec"), namespace)
    except ImportError as error:
        return told(error, source, **namespace)


def test_the_import_that_follows(monkeypatch, tmp_path):
    cell = f"!pip install {BEFORE_ANY_WHEEL}\nimport tensorflow"
    first, second = run(cell, _exit_code=1)
    assert first == NO_WHEEL
    assert second[0] == "KI105"
    assert run("import tensorflow", In=["", cell, "import tensorflow"])[0] == NO_WHEEL


def test_the_import_that_follows_an_install_into_another_python(monkeypatch, tmp_path):
    only_on_path(monkeypatch, script(tmp_path / "other" / "pip", "#!/nowhere/bin/python3").parent)
    assert run("!pip install tensorflow-cpu\nimport tensorflow", _exit_code=0)[0][0] == "KE133"


def test_silent_of_the_install_of_something_else():
    assert [rule for rule, _ in run("!pip install keras==1.0\nimport tensorflow", _exit_code=1)] == ["KI105"]
