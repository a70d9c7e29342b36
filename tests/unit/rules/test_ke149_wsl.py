"""KE149: WSL passes no card on, or a driver for Linux hides Windows' own."""

from __future__ import annotations

from machines import MadeUp, lines


def wsl(folder, dxg=True):
    made = MadeUp(folder).tensorflow().libraries()
    made.write("proc/version", "Linux version 5.15.153.1-microsoft-standard-WSL2")
    made.write("mnt/c/Windows/System32/nvcuda.dll")
    if dxg:
        made.write("dev/dxg")
    return made


def test_silent_where_it_works_and_without_a_card(tmp_path):
    made = wsl(tmp_path / "one")
    made.write("usr/lib/wsl/lib/libcuda.so.1")
    assert made.told() == []
    made = wsl(tmp_path / "two")
    (made.root / "mnt/c/Windows/System32/nvcuda.dll").unlink()
    assert made.told() == []


def test_no_card_is_passed_on(tmp_path):
    assert lines(wsl(tmp_path, dxg=False).only("KE149"))[0] == "wsl --update"


def test_no_library_is_passed_on(tmp_path):
    assert "Install the newest NVIDIA driver in Windows" in wsl(tmp_path).only("KE149").fixes[0].title


def test_a_linux_driver_in_the_way(tmp_path):
    made = wsl(tmp_path).libcuda()
    made.write("usr/lib/wsl/lib/libcuda.so.1")
    assert lines(made.only("KE149")) == ["sudo apt purge '^libnvidia-compute.*' '^nvidia-driver.*'"]
