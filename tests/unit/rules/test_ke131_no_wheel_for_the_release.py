"""KE131: an install of a TensorFlow that has no wheel for the Python it goes to."""

from __future__ import annotations

import sys

import pytest
from checked import problems
from commands import only, own_pip, told
from environments import put

from kerasmagic.diagnosis.installs import explain_installs
from kerasmagic.diagnosis.resolve.kernel import KernelWorld
from kerasmagic.kernel.measured import WHEELS
from kerasmagic.rules import RULES

FIRST, LAST = WHEELS[sys.version_info[:2]]


@pytest.mark.parametrize(
    "line",
    [
        "%pip install tensorflow",
        "%pip install 'tensorflow>=2.3'",
        f"%pip install tensorflow=={LAST}",
        f"%pip install -q 'tensorflow-cpu~={FIRST}' numpy",
        "%pip install tensorflow==2.99",
        "%pip install tensorflow==3.0.0",
        "!uv pip install tensorflow==2.1.0",
        "!conda install tensorflow==2.1.0",
        "%pip install -r requirements.txt",
        "print('pip install tensorflow==2.1.0')",
    ],
)
def test_silent(line):
    assert [rule for rule, _ in told(line) if rule == "KE131"] == []


@pytest.mark.parametrize(
    "line",
    [
        "%pip install tensorflow==2.1.0",
        "%pip install tensorflow==1.15",
        "%pip install 'tensorflow<2'",
        "!{sys.executable} -m pip install -q tensorflow-cpu==2.1",
        "get_ipython().system('pip install keras')\n%pip install tensorflow-gpu==1.14",
    ],
)
def test_told_before(line):
    assert ("KE131", "error") in told(line)


def test_with_the_pip_on_path_where_it_is_this_kernels(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(own_pip(tmp_path)))
    assert told("!pip install tensorflow==2.1.0") == [("KE131", "error")]


def test_says_which_pythons_and_what_to_install(kernel, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 13, 1, "final", 0))
    problem = only("KE131", "%pip install tensorflow==2.15.0")
    assert problem.title == "tensorflow==2.15.0 has no wheel for Python 3.13: this install fails"
    assert "tensorflow==2.15.0 is for Python 3.9 to 3.11" in problem.cause
    assert problem.fixes[0].commands == ('%pip install "tensorflow>=2.20.0"',)
    assert "Python 3.11" in problem.fixes[1].title


def test_for_a_target_only_where_no_python_of_it_has_both():
    assert problems("tensorflow==2.21.0", "!pip install tensorflow==2.15.0") == []
    (problem,) = problems("tensorflow==2.21.0", "!pip install tensorflow==2.4.0")
    assert problem.title.startswith("tensorflow==2.4.0 has no wheel for any Python that runs tensorflow 2.21.0")


@pytest.mark.parametrize(("code", "expected"), [(1, ["KE131"]), (None, ["KE131"]), (0, [])])
def test_told_after_the_cell_only_where_it_failed(code, expected):
    found = explain_installs("%pip install tensorflow==2.1.0", code, KernelWorld(RULES, {}))
    assert [problem.rule for problem in found] == expected


def test_the_exit_code_is_that_of_the_last_command():
    cell = "%pip install tensorflow==2.1.0\n!true"
    assert [problem.rule for problem in explain_installs(cell, 0, KernelWorld(RULES, {}))] == ["KE131"]


def fixes(line):
    return only("KE131", line).fixes


@pytest.mark.parametrize(
    ("variant", "named"),
    [
        ("tensorflow", "TensorFlow 2.16.2"),
        ("tensorflow-cpu", "TensorFlow 2.16.2 (tensorflow-cpu)"),
        ("tensorflow-macos", "TensorFlow 2.16.2 (tensorflow-macos)"),
        ("tf-nightly", "TensorFlow 2.16.2 (tf-nightly)"),
    ],
)
def test_no_other_tensorflow_is_offered_where_one_is_installed(kernel, variant, named):
    put(kernel, variant, "2.16.2")
    first, *others = fixes("%pip install tensorflow==1.15")
    assert first.title.startswith(f"{named} is installed already: delete this line")
    assert not any(fix.commands for fix in (first, *others))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("%pip install -q keras==2.2.4 tensorflow==1.14.0", "delete this line"),
        ("%pip install numpy tensorflow==1.14.0", "take tensorflow==1.14.0 out of this line"),
        ("%pip install keras==2.2 tensorflow-gpu==1.14 h5py", "take keras==2.2 and tensorflow-gpu==1.14 out of this"),
    ],
)
def test_only_what_is_there_goes(kernel, line, said):
    put(kernel, "tensorflow-cpu", "2.16.2")
    put(kernel, "keras", "3.3.3")
    assert said in fixes(line)[0].title


@pytest.mark.parametrize(("variant", "option"), [("tensorflow", ""), ("tensorflow-cpu", "--no-deps ")])
def test_a_package_with_the_numbers_of_tensorflow(kernel, variant, option):
    put(kernel, variant, "2.16.2")
    (first, *_) = fixes("%pip install tensorflow_text==1.15")
    assert first.commands == (f'%pip install {option}"tensorflow-text==2.16.*"',)


def test_a_line_that_is_the_whole_cell_needs_no_sign(kernel):
    """IPython takes ``pip`` for its own magic then."""
    put(kernel, "tensorflow-cpu", "2.16.2")
    (problem,) = explain_installs("pip install tensorflow==1.15\n", 1, KernelWorld(RULES, {}))
    assert problem.rule == "KE131" and "TensorFlow 2.16.2" in problem.fixes[0].title
    assert explain_installs("pip = 1\npip install tensorflow==1.15", 1, KernelWorld(RULES, {})) == []
