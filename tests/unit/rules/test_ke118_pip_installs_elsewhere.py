"""KE118: pip of another Python."""

from __future__ import annotations

from environments import only, put


def test_pip_of_another_python(site, tmp_path):
    pip = tmp_path / "bin" / "pip"
    pip.parent.mkdir()
    pip.write_text("#!/nowhere/bin/python3.5\n")
    pip.chmod(0o755)
    put(site, "tensorflow", "2.19.1")
    assert "/nowhere/bin/python3.5" in only("KE118", site, PATH=str(pip.parent)).cause
