"""KE151: CUDA's libraries are not there."""

from __future__ import annotations

from machines import MadeUp, lines, working


def machine(folder):
    return MadeUp(folder).card().driver().device_files().libcuda()


def test_silent_with_the_wheels_with_a_toolkit_and_with_conda(tmp_path):
    assert working(tmp_path / "one").told() == []
    made = machine(tmp_path / "two").tensorflow()
    names = ("libcudart.so.12", "libcublas.so.12", "libcufft.so.11", "libcusparse.so.12", "libcudnn.so.9")
    for name in names:
        made.write(f"opt/cuda/{name}")
    assert made.told(LD_LIBRARY_PATH=str(made.root / "opt/cuda")) == []
    made = machine(tmp_path / "three").tensorflow()
    made.known_to_the_loader(*names)
    assert made.told() == []
    made = machine(tmp_path / "four").tensorflow()
    next(made.site.glob("*.dist-info/INSTALLER")).write_text("conda")
    assert made.told() == []


def test_the_extra_brings_them(tmp_path):
    problem = machine(tmp_path).tensorflow().only("KE151")
    assert problem.title.startswith("CUDA's libraries are missing: libcudart.so.12, libcublas.so.12")
    assert lines(problem) == ['%pip install "tensorflow[and-cuda]==2.19.1"']


def test_one_is_enough(tmp_path):
    made = working(tmp_path)
    (made.site / "nvidia/cudnn/lib/libcudnn.so.9").unlink()
    assert made.only("KE151").title == "CUDA's libraries are missing: libcudnn.so.9"


def test_before_2_14_cuda_is_installed_by_hand_and_the_other_one_is_named(tmp_path):
    made = machine(tmp_path).tensorflow("2.12.1", "numpy", cuda="11.8", cudnn="8")
    made.write("usr/local/cuda-12.4/lib64/libcudart.so.12")
    problem = made.only("KE151")
    assert "Install CUDA 11.8 and cuDNN 8" in problem.fixes[0].title
    assert "usr/local/cuda-12.4/lib64" in problem.cause


def test_nvidia_smi_without_a_card_in_sight_is_told_where_the_program_looks_for_one(tmp_path):
    made = MadeUp(tmp_path).tensorflow()
    program = made.nvidia_smi()
    assert made.told("CPU", PATH=str(program.parent)) == []
    problem = made.only("KE151", "CPU", ("!nvidia-smi",), PATH=str(program.parent))
    assert problem.cause.endswith(
        f" This machine shows no NVIDIA card, in /dev or /proc; {program} is here, which comes with the driver."
    )
    assert lines(problem) == ['%pip install "tensorflow[and-cuda]==2.19.1"']
