"""``kerasmagic check``, as a user sees it."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

import kerasmagic
from kerasmagic.cli import main

TARGET = "tensorflow==2.16.2"
BROKEN = "from keras.utils import np_utils\n"
FINE = "import tensorflow as tf\ntf.keras.layers.Dense(1)\n"


def notebook(*sources):
    cells = [{"cell_type": "markdown", "metadata": {}, "source": ["# text"]}]
    for source in sources:
        cells.append({"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source})
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("good.py").write_text(FINE)
    Path("bad.py").write_text("import os\n" + BROKEN)
    Path("week.ipynb").write_text(notebook("x = 1", ["import os\n", "from keras.utils import np_utils"]))
    Path("broken.ipynb").write_text(notebook("x = 1")[:100])
    return tmp_path


def check(*arguments, target=TARGET):
    return main(["check", *arguments, *(["--target", target] if target else [])])


def test_exit_status_says_whether_something_would_raise(course, capsys):
    assert check("good.py") == 0
    assert check("bad.py") == 1
    assert check("broken.ipynb") == 1
    with pytest.raises(SystemExit) as caught:
        main(["check", "good.py", "--format", "pdf"])
    assert caught.value.code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "nowhere.py", "--target", TARGET],
        ["check", "good.py", "--target", "tensorflow==9.9"],
        ["check", "good.py", "--target", "nonsense"],
        ["check", "good.py", "--all", "--target", TARGET],
        ["check", "good.py", "--fix", "--all"],
        ["check", "-", "--fix", "--target", TARGET],
        ["check", "--files-from", "nowhere.txt"],
        ["check", "good.py", "--target", TARGET, "--html", "no/such/folder.html"],
    ],
)
def test_bad_usage_is_one_sentence(course, capsys, arguments):
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("kerasmagic: ")


def test_text_names_place_problem_and_the_code_to_use(course, capsys):
    check("week.ipynb", "bad.py")
    out = capsys.readouterr().out
    assert "week.ipynb:cell 3:2:" in out and "bad.py:2:" in out
    assert "use: from keras" in out
    assert out.splitlines()[-1].startswith("Checked 2 files for ") and "2 errors" in out.splitlines()[-1]


def test_json_has_each_problem_with_file_cell_and_range(course, capsys):
    check("week.ipynb", "bad.py", "--format", "json")
    data = json.loads(capsys.readouterr().out)
    assert data["kind"] == "check" and data["kerasmagic"] == kerasmagic.__version__ and data["errors"] == 2
    assert "2.16.2" in data["target"]
    in_notebook, in_script = data["problems"]
    assert (in_notebook["file"], in_notebook["cell"], in_notebook["range"]["line"]) == ("week.ipynb", 3, 2)
    assert (in_script["file"], in_script["cell"], in_script["range"]["line"]) == ("bad.py", None, 2)
    place = in_notebook["file_range"]
    text = Path("week.ipynb").read_text().splitlines()[place["line"] - 1]
    assert text[place["column"] : place["end_column"]] in BROKEN
    assert in_script["file_range"] == in_script["range"]


def test_json_of_several_targets_is_one_object(course, capsys):
    assert check("bad.py", "--format", "json", "--target", "tensorflow==2.11.1") == 1
    data = json.loads(capsys.readouterr().out)
    assert [part["errors"] for part in data["targets"]] == [0, 1]


def test_json_lines_come_file_by_file(course, capsys):
    check(".", "--format", "jsonl")
    reports = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [report["file"] for report in reports] == ["bad.py", "broken.ipynb", "good.py", "week.ipynb"]
    assert [report["errors"] for report in reports] == [1, 1, 0, 1]


def test_a_list_of_files_continues_a_run(course, capsys, monkeypatch):
    Path("list.txt").write_text("good.py\nmissing.py\nbad.py\n")
    assert check("--files-from", "list.txt", "--format", "jsonl") == 1
    reports = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [report["file"] for report in reports] == ["good.py", "missing.py", "bad.py"]
    assert "can't be read" in reports[1]["problems"][0]["title"]


def test_several_processes_give_the_same_answers_in_the_same_order(course, capsys):
    check(".", "--format", "json")
    alone = capsys.readouterr().out
    check(".", "--format", "json", "--jobs", "2")
    assert capsys.readouterr().out == alone


def test_a_problem_in_one_file_does_not_stop_the_next(course, capsys):
    Path("binary.py").write_bytes(b"\xff\xfe\0")
    Path("long.py").write_text("x = '" + "a" * 1_000_000 + "'\n" + BROKEN)
    Path("deep.py").write_text("x = " + "(" * 5000 + ")" * 5000 + "\n")
    Path("unparsable.ipynb").write_text(notebook("def (:", "from keras.utils import np_utils"))
    assert check(".", "--format", "json") == 1
    data = json.loads(capsys.readouterr().out)
    found = {(problem["file"], problem["rule"]) for problem in data["problems"]}
    assert {("binary.py", "KF101"), ("broken.ipynb", "KF101"), ("unparsable.ipynb", "KF102")} <= found
    files = [problem["file"] for problem in data["problems"] if problem["rule"].startswith("KI")]
    assert files == ["bad.py", "long.py", "unparsable.ipynb", "week.ipynb"]


def test_the_standard_input_may_be_a_script_or_a_notebook(course):
    for content, cell in ((BROKEN, None), (notebook(BROKEN), 2)):
        command = [sys.executable, "-m", "kerasmagic", "check", "-", "--target", TARGET, "--format", "json"]
        folder = Path(kerasmagic.__file__).parents[1]
        done = subprocess.run(command, input=content, capture_output=True, text=True, cwd=folder)
        assert done.returncode == 1, done.stderr
        assert json.loads(done.stdout)["problems"][0]["cell"] == cell


def test_all_says_where_it_works_and_what_breaks_where(course, capsys):
    assert check("bad.py", "--all", target=None) == 1
    out = capsys.readouterr().out
    assert "bad.py: runs on TensorFlow 2.6 to 2.12" in out
    assert "line 2 (TensorFlow ≤ 2.5): " in out and "line 2 (TensorFlow ≥ 2.13): " in out
    assert "1.15" not in out
    check("bad.py", "--all", "--since", "1.15", target=None)
    assert "line 2 (TensorFlow ≤ 2.5): " in capsys.readouterr().out


def test_the_same_problem_is_told_once_with_its_places(course, capsys):
    Path("many.py").write_text(
        "from keras.layers.core import Dense, Dropout\nx = 1\nfrom keras.layers.core import Flatten\n"
    )
    check("many.py")
    out = capsys.readouterr().out
    assert out.count("There is no module keras.layers.core") == 1
    assert "also line 3" in out and out.count("use: from keras.layers import") == 2


def test_what_a_failing_import_hides_is_not_said_to_work(course, capsys):
    Path("hidden.py").write_text("from keras.layers.core import Dense\nDense(1, init='uniform')\n")
    check("hidden.py", "--all", target=None)
    out = capsys.readouterr().out
    assert "line 2 (TensorFlow 2.6 to 2.12; not known on 2.0 to 2.5, 2.13 to 2.21, where its import fails)" in out


def test_a_folder_ends_with_what_is_most_frequent_and_where_most_runs(course, capsys):
    check(".", "--all", target=None)
    out = capsys.readouterr().out
    assert "Most frequent:" in out and "Files without an error, of " in out


def test_the_page_is_one_file_and_escapes_what_it_shows(course, capsys):
    Path("<script>alert(1)<b>.py").write_text(BROKEN)
    check(".", "--all", "--html", "report.html", target=None)
    page = Path("report.html").read_text()
    assert page.count("<script>") == 1 and "&lt;script&gt;alert(1)&lt;b&gt;" in page
    assert page.count("<tbody><tr><th scope='row'>") == 5 and "http" not in page and page.rstrip().endswith("</html>")
    assert page.index(">2.21<") < page.index(">2.0<"), "the newest release comes first"


def test_github_commands_are_escaped(course, capsys):
    Path("a,b:c%.py").write_text(BROKEN)
    check("a,b:c%.py", "--format", "github")
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith("::error file=a%2Cb%3Ac%25.py,line=1,endLine=1,col=") and "%0A" in line


def test_sarif_points_into_the_file_and_explains_its_rules(course, capsys):
    check("week.ipynb", "broken.ipynb", "--format", "sarif")
    log = json.loads(capsys.readouterr().out)
    [run] = log["runs"]
    assert log["version"] == "2.1.0" and len(run["results"]) == 2
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] and rules[result["ruleIndex"]]["help"]["text"]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    line = Path("week.ipynb").read_text().splitlines()[region["startLine"] - 1]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] in BROKEN


def test_hostile_text_does_not_reach_the_terminal_raw(course, capsys):
    Path("evil.py").write_text("import keras\nkeras.layers.\u0130\u202eevil\n")
    Path("\x1b[31mred.py").write_text(BROKEN)
    check(".")
    out = capsys.readouterr().out
    assert "\x1b" not in out and "\u202e" not in out


def test_check_file_takes_and_gives_plain_data(course):
    report = kerasmagic.check_file("week.ipynb", TARGET)
    assert report["errors"] == 1 and report["problems"][0]["cell"] == 3
    assert json.loads(json.dumps(report)) == report == pickle.loads(pickle.dumps(report))
    several = kerasmagic.check_file(Path("bad.py"), ["tensorflow==2.11.1", TARGET])
    assert [part["errors"] for part in several["targets"]] == [0, 1]
    with ProcessPoolExecutor(1) as pool:
        assert pool.submit(kerasmagic.check_file, "week.ipynb", TARGET).result() == report


def test_neither_ipython_nor_tensorflow_is_imported(course):
    program = (
        "import sys; from kerasmagic.cli import main; main(['check', 'bad.py', '--target', 'tensorflow==2.16.2']);"
        "print(sorted({'IPython', 'tensorflow', 'keras', 'nbformat', 'ipywidgets'} & set(sys.modules)))"
    )
    folder = str(Path(kerasmagic.__file__).parents[1])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env={"PYTHONPATH": folder})
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_explain_shows_names_and_rules(capsys):
    assert main(["explain"]) == 0
    assert "KI101" in capsys.readouterr().out
    assert main(["explain", "ki101"]) == 0
    assert "Instead of" in capsys.readouterr().out
    assert main(["explain", "keras.layers.LocallyConnected1D"]) == 0
    assert "LocallyConnected1D" in capsys.readouterr().out


def test_env_as_json(capsys):
    assert main(["env", "--json"]) in (0, 1)
    assert json.loads(capsys.readouterr().out)["kind"] == "environment"
