"""KE141: TensorFlow after 2.10 uses no GPU on Windows itself."""

from __future__ import annotations

from machines import MadeUp, lines


def windows(folder, version, name="tensorflow-intel"):
    made = MadeUp(folder).tensorflow(version, name=name, cuda="")
    made.platform, made.architecture = "win32", "AMD64"
    made.write("Windows/System32/nvcuda.dll")
    return made


def test_silent_without_a_card_and_with_2_10(tmp_path):
    assert windows(tmp_path / "one", "2.10.1", "tensorflow").told() == []
    made = windows(tmp_path / "two", "2.15.0")
    (made.root / "Windows/System32/nvcuda.dll").unlink()
    assert made.told() == []


def test_told_of_a_newer_one(tmp_path):
    problem = windows(tmp_path, "2.15.0").only("KE141")
    assert "2.10 was the last release" in problem.title
    assert lines(problem)[0] == 'pip install "tensorflow[and-cuda]"'
