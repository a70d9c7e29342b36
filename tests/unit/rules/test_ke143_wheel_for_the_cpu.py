"""KE143: the build for the CPU on a machine with a card."""

from __future__ import annotations

import pytest
from machines import MadeUp, lines, working


def machine(folder, **build):
    return MadeUp(folder).card().driver().device_files().libcuda().tensorflow(**build)


def test_silent_where_it_is_used_and_where_there_is_no_card(tmp_path):
    assert working(tmp_path / "one").told("CPU GPU") == []
    assert MadeUp(tmp_path / "two").tensorflow(name="tensorflow-cpu", cuda="").told("CPU") == []


def test_silent_in_a_container_that_was_not_given_the_card(tmp_path):
    made = MadeUp(tmp_path).card().driver().tensorflow(name="tensorflow-cpu", cuda="")
    made.write(".dockerenv")
    assert made.told() == []


@pytest.mark.parametrize(
    "name, line",
    [
        ("tensorflow-cpu", '%pip install "tensorflow[and-cuda]==2.19.1"'),
        ("intel-tensorflow", '%pip install "tensorflow[and-cuda]==2.19.1"'),
        ("tf-nightly-cpu", '%pip install "tf-nightly[and-cuda]==2.19.1"'),
    ],
)
def test_each_variant_is_replaced_by_its_build_for_cuda(tmp_path, name, line):
    problem = machine(tmp_path, name=name, cuda="").only("KE143")
    assert problem.title == f"{name} 2.19.1 is a build for the CPU, and there is an NVIDIA GeForce RTX 3060"
    assert lines(problem) == [f"%pip uninstall -y {name}", line]


def test_before_2_14_there_is_no_extra(tmp_path):
    made = MadeUp(tmp_path).card().driver().device_files().libcuda()
    made.tensorflow("2.12.1", "numpy", name="tensorflow-cpu", cuda="")
    assert lines(made.only("KE143"))[-1] == '%pip install "tensorflow==2.12.1"'


def test_a_program_that_looks_for_a_gpu_is_told_quietly_on_a_machine_that_shows_none(tmp_path):
    made = MadeUp(tmp_path).tensorflow(name="tensorflow-cpu", cuda="")
    problem = made.only("KE143", "CPU", ("device_name = tf.test.gpu_device_name()",))
    assert (problem.title, problem.severity) == (
        "tensorflow-cpu 2.19.1 is a build for the CPU, and never finds a GPU",
        "info",
    )
    assert "no NVIDIA card, in /dev or /proc; without one no build finds a GPU." in problem.cause
    assert lines(problem) == ["%pip uninstall -y tensorflow-cpu", '%pip install "tensorflow[and-cuda]==2.19.1"']
