"""The command line as it behaves in a shell: terminals, statuses, streams."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import kerasmagic
from kerasmagic.cli import _with_progress, main

TARGET = "tensorflow==2.16.2"
BROKEN = "from keras.utils import np_utils\n"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(kerasmagic.__file__).parents[1])}


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("good.py").write_text("import keras\n")
    Path("bad.py").write_text(BROKEN)


def in_terminal(*arguments):
    """Run the command with its streams on a terminal: the status, and what a person sees."""
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "kerasmagic", *arguments]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=ENVIRONMENT) as process:
        os.close(theirs)
        seen = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # how a terminal ends
                break
            if not part:
                break
            seen += part
    os.close(ours)
    return process.returncode, seen.decode()


def test_what_takes_long_shows_a_bar_on_a_terminal_and_leaves_nothing_of_it(tmp_path):
    script = "import keras\n" + "keras.layers.Dense(1)\n" * 2_000
    for number in range(40):
        (tmp_path / f"{number}.py").write_text(script)
    status, seen = in_terminal("check", str(tmp_path), "--target", TARGET)
    assert status == 0
    bars = [part for part in seen.split("\r") if part.startswith("kerasmagic: [#")]
    assert bars and all(" of 40 files" in bar for bar in bars)
    assert seen.splitlines()[-1].lstrip("\x1b[K").startswith("Checked 40 files for ")


def test_what_is_quick_shows_no_bar(files):
    status, seen = in_terminal("check", "bad.py", "--target", TARGET, "--color", "never")
    assert status == 1 and "kerasmagic: [" not in seen and "use: from keras import utils as np_utils" in seen


def test_a_terminal_gets_colours_unless_it_is_asked_not_to(files, monkeypatch):
    arguments = ("check", "bad.py", "--target", TARGET)
    assert "\x1b[31merror\x1b[0m KI110" in in_terminal(*arguments)[1]
    assert "\x1b[" not in in_terminal(*arguments, "--color", "never")[1]
    monkeypatch.setitem(ENVIRONMENT, "NO_COLOR", "1")
    assert "\x1b[" not in in_terminal(*arguments)[1]


def test_a_pipe_gets_colours_only_where_they_are_asked_for(files, capsys):
    main(["check", "bad.py", "--target", TARGET])
    assert "\x1b[" not in capsys.readouterr().out
    main(["check", "bad.py", "--target", TARGET, "--color", "always"])
    assert "\x1b[31merror" in capsys.readouterr().out
    main(["check", "bad.py", "--target", TARGET, "--format", "json", "--color", "always"])
    assert json.loads(capsys.readouterr().out)["errors"] == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_complete_commands_and_options(shell, capsys):
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert all(word in script for word in ("check", "explain", "target"))
    if shell == "bash":
        assert subprocess.run(["bash", "-n"], input=script, text=True).returncode == 0


def test_the_bar_is_gone_while_a_report_is_shown(capsys):
    class Terminal(list):
        write = list.append

        def flush(self):
            pass

    def slow():
        import time

        for number in range(3):
            time.sleep(0.6)
            yield {"number": number}

    terminal = Terminal()
    for report in _with_progress(slow(), 3, terminal):
        assert not terminal or terminal[-1] == "\r\033[K", report
    assert any("2 of 3 files" in text for text in terminal) and terminal[-1] == "\r\033[K"


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "github", "sarif"])
@pytest.mark.parametrize(("file", "status"), [("good.py", 0), ("bad.py", 1), ("nowhere.py", 2)])
def test_the_status_is_the_same_in_every_format(files, capsys, form, file, status):
    assert main(["check", file, "--target", TARGET, "--format", form]) == status
    written = capsys.readouterr()
    assert written.err.count("\n") == (status == 2)


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "good.py", "--format", "pdf"],
        ["check", "good.py", "--jobs", "0"],
        ["check", "good.py", "--jobs", "many"],
        ["nonsense"],
        [],
    ],
)
def test_an_unknown_word_is_bad_usage(files, capsys, arguments):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "error: " in capsys.readouterr().err


def test_fix_and_diff_and_migrate_have_statuses_too(files, capsys):
    assert main(["check", "bad.py", "--diff", "--target", TARGET]) == 1
    assert main(["check", "bad.py", "--migrate", TARGET]) == 0
    assert main(["check", "bad.py", "--diff", "--target", TARGET]) == 0
    Path("bad.py").write_text("from keras.layers import Merge\n")
    assert main(["fix", "bad.py", "--target", TARGET]) == 1


@pytest.mark.parametrize("path", ["bad.py", "./bad.py"])
def test_a_diff_names_files_as_version_control_does(files, capsys, path):
    for named in (path, os.path.realpath(path)):
        main(["check", named, "--diff", "--target", TARGET])
        header = capsys.readouterr().out.splitlines()[:2]
        name = "bad.py" if named == path else os.path.realpath(path)[1:]
        assert header == [f"--- a/{name}", f"+++ b/{name}"]


def test_optimizer_says_which_class_a_name_is(capsys):
    assert main(["optimizer", "adam", "--target", "tensorflow==2.11.1", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["kind"] == "optimizer" and "legacy" in json.dumps(data)
    assert main(["optimizer", "--target", TARGET]) == 0
    assert "RMSprop" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["nonsense", "--target", TARGET], ["adam", "--target", "tensorflow==9.9"]])
def test_an_optimizer_that_is_not_known_is_bad_usage(capsys, arguments):
    assert main(["optimizer", *arguments]) == 2
    written = capsys.readouterr()
    assert written.err.startswith("kerasmagic: ") and not written.out


def test_a_list_of_files_is_continued_with_those_that_are_left(files):
    command = [
        sys.executable,
        "-m",
        "kerasmagic",
        "check",
        "--files-from",
        "-",
        "--target",
        TARGET,
        "--format",
        "jsonl",
    ]
    done = subprocess.run(command, input="bad.py\nmissing.py\n", capture_output=True, text=True, env=ENVIRONMENT)
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1 and [report["file"] for report in reports] == ["bad.py", "missing.py"]
    rest = subprocess.run(command, input="good.py\n", capture_output=True, text=True, env=ENVIRONMENT)
    assert rest.returncode == 0 and json.loads(rest.stdout)["errors"] == 0


def test_a_reader_that_has_read_enough_ends_it_quietly(files):
    for number in range(30):
        Path(f"{number}.py").write_text(BROKEN)
    command = f"{sys.executable} -m kerasmagic check . --target {TARGET} --format jsonl | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env=ENVIRONMENT)
    assert done.stdout.count("\n") == 1 and done.stderr == ""


SARIF = {
    "log": {"$schema", "version", "runs"},
    "run": {"tool", "results", "columnKind"},
    "result": {"ruleId", "ruleIndex", "level", "message", "locations", "properties"},
    "region": {"startLine", "startColumn", "endLine", "endColumn"},
}
"""What the schema of SARIF 2.1.0 allows, as far as it is used here; it refuses names that it doesn't have."""


def test_sarif_keeps_to_its_schema(files, capsys):
    Path("spaces and ü.py").write_text(BROKEN)
    Path("cut.ipynb").write_text('{"cells": [')
    main(["check", ".", "--target", TARGET, "--target", "colab", "--format", "sarif"])
    log = json.loads(capsys.readouterr().out)
    assert set(log) == SARIF["log"] and log["version"] == "2.1.0"
    [run] = log["runs"]
    assert set(run) == SARIF["run"] and run["columnKind"] == "unicodeCodePoints"
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in rules)
    assert len(run["results"]) == 6
    for result in run["results"]:
        assert set(result) == SARIF["result"] and result["message"]["text"]
        assert result["level"] in ("none", "note", "warning", "error")
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] in ("bad.py", "spaces%20and%20%C3%BC.py", "cut.ipynb")
        assert all(number >= 1 for number in place.get("region", {}).values())
        assert set(place.get("region", SARIF["region"])) == SARIF["region"]
