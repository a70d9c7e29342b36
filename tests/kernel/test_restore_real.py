"""``kerasmagic restore`` with real kernels and the TensorFlow that is here."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest

from kerasmagic.cli import main
from kerasmagic.restore import kernel

pytestmark = pytest.mark.slow
MIME_TYPE = "application/vnd.kerasmagic.v1+json"


@pytest.fixture(autouse=True)
def nothing_of_ours_is_installed_in_the_kernel(monkeypatch, tmp_path):
    """The kernel gets kerasmagic from this process, and files from a folder of its own."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    (tmp_path / "course").mkdir()
    monkeypatch.chdir(tmp_path / "course")


def write(*sources, name="a.ipynb"):
    cells = [{"cell_type": "markdown", "metadata": {}, "source": ["# Größe"]}]
    cells += [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
        for source in sources
    ]
    Path(name).write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}))
    return name


def restore(*arguments):
    """Restore, with its answer as data: the exit status, what is said of the first file, and the restored notebook."""
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    status, told = _told([*map(str, arguments), "--format", "json"])
    for path, content in before.items():
        assert path.read_bytes() == content or ".restored." in path.name, f"{path} was touched"
    [said] = told["files"]
    output = Path(said["output"]) if said["output"] else None
    return status, said, json.loads(output.read_text()) if output and output.suffix == ".ipynb" else output


def _told(arguments):
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = main(["restore", *arguments])
    return status, json.loads(out.getvalue())


def sources(notebook):
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def statuses(said):
    return [cell["status"] for cell in said["cells"]]


def test_a_notebook_runs_again(capsys):
    path = write(
        "!pip install -q keras==2.2.4\nimport tensorflow as tf\nfrom tf.keras.layers import Dense  # kept\n",
        "def build():\n    return Dense(3)\n",
        "layer = build()",
        "%%time\nlayer(tf.zeros((2, 4))).shape[1]",
        "sequence.pad_sequences([[1], [2, 3]], maxlen=5).shape[1]",
    )
    status, said, notebook = restore(path)
    assert status == 0 and said["runs"] and said["confirmed"], capsys.readouterr().err
    assert said["output"] == "a.restored.ipynb"
    nbformat.validate(notebook)
    assert "from tensorflow.keras.layers import Dense  # kept\n" in sources(notebook)[0]
    assert sources(notebook)[0].startswith("!pip install -q keras==2.2.4\n")
    assert said["not_installed"] == [{"cell": 2, "line": "!pip install -q keras==2.2.4"}]
    assert notebook["cells"][-1]["outputs"][-1]["data"]["text/plain"] == "5"
    grades = {change["rule"]: (change["grade"], change["when"] == "before the run") for change in said["changes"]}
    assert grades["KI104"] == ("verified", True) and grades["KI130"] == ("verified", False)
    err = capsys.readouterr().err
    assert err.index("runs the code of this file, in a kernel of Python") < err.index("ran in")
    # What is restored needs no restoration.
    status, again, _ = restore("a.restored.ipynb", "--output", "b.ipynb")
    assert status == 0 and again["changes"] == []


def test_a_script_is_one_cell_with_its_own_name_and_arguments():
    script = "import sys, os.path\nassert __name__ == '__main__' and os.path.basename(__file__) == 'a.py'\n"
    script += "assert sys.argv[1:] == ['--data', 'my file'], sys.argv\nif True:\n    sys.exit()\nassert False\n"
    Path("a.py").write_text(script)
    status, said, output = restore("a.py", "--arguments", "--data 'my file'")
    assert status == 0 and statuses(said) == ["ran"]
    assert output.name == "a.restored.py" and output.read_text() == script


def test_failures_of_others_are_named_and_left():
    path = write(
        "import no_such_package",
        "no_such_package.read('x')",
        "open('missing.csv')",
        "name = input('Who? ')",
        "1 / 0",
        "%%capture\nimport os\nprint(os.getcwd())",
        "os.getcwd()",
    )
    status, said, notebook = restore(path)
    assert status == 1 and not said["runs"] and said["changes"] == []
    assert [cell["whose"] for cell in said["cells"]] == ["package", "follows", "data", "input", "program", "", ""]
    assert "no_such_package" in said["cells"][0]["sentence"] and "cell 2" in said["cells"][1]["sentence"]
    assert repr(str(Path.cwd())) in notebook["cells"][-1]["outputs"][0]["data"]["text/plain"]
    assert sources(notebook) == sources(json.loads(Path(path).read_text()))


def test_a_kernel_that_dies():
    status, said, _ = restore(write("x = 1", "import os; os._exit(1)", "x"))
    assert status == 1 and statuses(said) == ["ran", "killed the kernel", "not run"]
    assert said["cells"][1]["error"] == "The kernel died in this cell."


def test_a_cell_that_never_ends_is_interrupted_and_the_next_one_runs(monkeypatch):
    monkeypatch.setattr(kernel, "INTERRUPT", 60.0)  # a machine with other work to do takes its time
    status, said, notebook = restore(write("while True: print('x' * 1000)", "1 + 1"), "--timeout", "2")
    assert status == 1 and statuses(said) == ["did not end", "ran"]
    assert "after 2 s (--timeout)" in said["cells"][0]["error"]
    assert len(json.dumps(notebook)) < 10_000_000


def test_a_cell_that_can_not_be_interrupted_ends_with_its_kernel(monkeypatch):
    monkeypatch.setattr(kernel, "INTERRUPT", 1.0)
    stubborn = "import time\nwhile True:\n    try:\n        time.sleep(1)\n    except KeyboardInterrupt: pass"
    status, said, _ = restore(write(stubborn, "1 + 1"), "--timeout", "1")
    assert status == 1 and statuses(said) == ["killed the kernel", "not run"]


def test_another_kernel_need_not_have_kerasmagic(monkeypatch, tmp_path):
    folder = tmp_path / "share" / "kernels" / "other"
    folder.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Other", "language": "python", "env": {"OTHER": "yes"}}
    (folder / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    # The folder that kerasmagic came from does not stay on the path; an editable install has it there by itself.
    home = str(Path(kernel.__file__).parents[2])
    installed = subprocess.check_output([sys.executable, "-c", f"import sys; print(sys.path.count({home!r}))"])
    code = f"import os, sys\nassert os.environ['OTHER'] == 'yes' and sys.path.count({home!r}) == {int(installed)}"
    _, said, _ = restore(write(code, "import keras.layers.no_such_module"), "--kernel", "other")
    assert statuses(said) == ["ran", "failed"] and said["cells"][1]["whose"] == "keras"


def test_several_files_at_a_time(capfd):
    for number in range(3):
        write(f"print({number})", name=f"{number}.ipynb")
    Path("2.restored.ipynb").write_text("of an earlier restoration")
    assert main(["restore", ".", "--jobs", "2"]) == 0
    out, _ = capfd.readouterr()
    assert [line.split(":")[0] for line in out.splitlines() if "runs as it is" in line] == [
        "0.ipynb",
        "1.ipynb",
        "2.ipynb",
    ]
    assert "Restored 3 files: 3 of 3 run now." in out and "2.restored.restored" not in out
    assert [Path(f"{number}.restored.ipynb").is_file() for number in range(3)] == [True] * 3


# Nothing is run.


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x89PNG", "is not UTF-8 text"),
        (b"{}", "no list of cells"),
        (b'{"cells": [', "cut off"),
        (b'{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}', "is for r"),
        (b'{"cells": []}', "There is no code in this file."),
    ],
)
def test_what_is_no_program_is_told_in_a_sentence(content, says):
    Path("a.ipynb").write_bytes(content)
    status, said, _ = restore("a.ipynb")
    assert (
        status == 1 and says in said["trouble"] and said["cells"] == [] and list(Path().iterdir()) == [Path("a.ipynb")]
    )


def test_a_folder_that_can_not_be_written_to(monkeypatch):
    path = write("open('ran', 'w')")

    def refuse(*_, **__):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    status, said, _ = restore(path)
    assert status == 1 and said["trouble"].startswith("a.restored.ipynb can't be written: Read-only file system.")
    assert list(Path().iterdir()) == [Path("a.ipynb")]


def test_the_original_is_no_output():
    status, said, _ = restore(write("1"), "--output", "../course/a.ipynb")
    assert status == 1 and "is the original, which is never touched" in said["trouble"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["missing.ipynb"], "There is no missing.ipynb."),
        (["a.ipynb", "--kernel", "no-such"], "There is no kernel named no-such; installed are:"),
        (["a.ipynb", "b.ipynb", "--output", "c.ipynb"], "must be a folder"),
        (["a.ipynb", "sub", "--output", "sub"], "have the same name"),
    ],
)
def test_bad_usage(arguments, says, capsys):
    Path("sub").mkdir()
    for name in ("a.ipynb", "b.ipynb", "sub/a.ipynb"):
        write("open('ran', 'w')", name=name)
    assert main(["restore", *arguments]) == 2
    assert says in capsys.readouterr().err and not Path("ran").exists()


@pytest.mark.parametrize("missing", ["jupyter_client.manager", "ipykernel"])
def test_without_jupyter(monkeypatch, capsys, missing):
    write("open('ran', 'w')")
    monkeypatch.setitem(sys.modules, missing, None)
    assert main(["restore", "a.ipynb"]) == 2
    assert 'pip install "kerasmagic[restore]"' in capsys.readouterr().err


def test_a_kernel_that_does_not_start(monkeypatch, tmp_path):
    folder = tmp_path / "share" / "kernels" / "broken"
    folder.mkdir(parents=True)
    spec = {"argv": [sys.executable, "-c", "1/0"], "display_name": "Broken", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    status, said, _ = restore(write("1"), "--kernel", "broken")
    assert status == 1 and said["trouble"].startswith("The kernel broken did not start")


def test_a_function_of_an_earlier_cell_is_corrected_there():
    path = write(
        "import tensorflow as tf\ntf.keras.layers",
        "def pad(rows):\n    return sequence.pad_sequences(rows)\n",
        "import math",
        "pad([[1], [2, 3]]).shape[1]",
    )
    status, said, notebook = restore(path)
    assert status == 0, said["cells"]
    assert sources(notebook)[1].startswith("from ") and sources(notebook)[3] == "pad([[1], [2, 3]]).shape[1]"
    assert [(change["cell"], change["when"] != "before the run") for change in said["changes"]] == [(3, True)]


def test_a_setting_of_the_program_is_what_it_is_corrected_for():
    path = write("import os\nos.environ['TF_USE_LEGACY_KERAS'] = '1'", "x = 1")
    assert restore(path)[0] == 0


def test_a_program_of_tensorflow_1_keeps_its_layers():
    """From 2.16 on they need Keras 2 behind tf.keras; without tf_keras they stay advice."""
    path = write(
        "import tensorflow as tf\nimport numpy as np",
        "x = tf.placeholder(tf.float32, [None, 4])\ny = tf.layers.dense(x, 3, name='out')",
        "with tf.Session() as s:\n"
        "    s.run(tf.global_variables_initializer())\n"
        "    print(s.run(y, {x: np.zeros((2, 4))}).shape)",
    )
    status, said, notebook = restore(path, "--unsafe-fixes")
    has_keras_2 = version("tensorflow-cpu").split(".")[1] in ("4", "10", "11", "12", "15")
    can = has_keras_2 or find_spec("tf_keras") is not None
    assert (status == 0) is can, said["cells"]
    if can:
        assert notebook["cells"][-1]["outputs"][0]["text"] == "(2, 3)\n"
