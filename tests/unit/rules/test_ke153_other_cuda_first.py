"""KE153: LD_LIBRARY_PATH puts another cuDNN first."""

from __future__ import annotations

from environments import put
from machines import lines, working


def with_folder(made, version):
    folder = made.write(f"usr/local/cuda-12.3/lib64/libcudnn.so.{version}").parent
    (folder / "libcudnn.so.9").symlink_to(folder / f"libcudnn.so.{version}")
    put(made.site, "nvidia-cudnn-cu12", "9.3.0.75", package=False)
    return str(folder)


def test_silent_where_it_is_as_new(tmp_path):
    made = working(tmp_path)
    assert made.told(LD_LIBRARY_PATH=with_folder(made, "9.4.0")) == []


def test_told_of_an_older_one(tmp_path):
    made = working(tmp_path)
    folder = with_folder(made, "9.1.0")
    problem = made.only("KE153", LD_LIBRARY_PATH=folder)
    assert problem.title.startswith("LD_LIBRARY_PATH puts libcudnn.so.9 9.1.0 before the 9.3.0.75")
    assert folder in problem.cause
    assert lines(problem) == ["unset LD_LIBRARY_PATH"]
