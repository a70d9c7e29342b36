"""``kerasmagic restore`` by kernels that only pretend: what is run, what is edited, and whose a failure is."""

from __future__ import annotations

import pytest

from kerasmagic.diagnosis.model.problem import CHECK, VERIFIED
from kerasmagic.files.document import read_document
from kerasmagic.restore import program
from kerasmagic.restore.installs import hold
from kerasmagic.restore.model import (
    DIED,
    ENDLESS,
    FAILED,
    NOT_RUN,
    RAN,
    SUDDEN,
    Change,
    Origin,
    Plan,
    Reply,
    Rewritten,
    Wishes,
)

ERROR = "AttributeError: no lr"


def fix(source=None, grade=VERIFIED, kind="edit", commands=(), **more):
    return {
        "kind": kind,
        "title": f"Write {source}",
        "source": source,
        "commands": list(commands),
        "verified": {VERIFIED: True, CHECK: None}.get(grade),
        "applicability": grade,
        "differs": "",
        "cell": None,
        "evidence": "",
        **more,
    }


def failing(*fixes, error=ERROR, **more):
    problems = ({"rule": "KA202", "title": "it has no lr", "fixes": list(fixes)},) if fixes else ()
    return Reply(FAILED, error, problems, **more)


class FakeKernel:
    """Answers each code with what stands for it; what is not foreseen runs."""

    def __init__(self, answers):
        self.answers, self.code = answers, []

    def run(self, code, timeout):
        self.code.append(code)
        answer = self.answers.get(code, Reply(RAN))
        return answer if answer.count is None else Reply(**{**vars(answer), "count": len(self.code)})


def restore(texts, answers, whole=None, **wishes):
    """A program of these cells, numbered from 1, and kernels that all give these answers: the run, and the kernels."""
    kernels, told = [], []

    def fresh():
        while True:
            kernels.append(FakeKernel(answers))
            yield kernels[-1]

    plan = Plan("a.ipynb", read_document(b"", "a.py"), dict(enumerate(texts, 1)), whole=whole or (lambda cells: None))
    run = program.run_program(plan, fresh(), Wishes(**wishes), told.append)
    return run, kernels, told


def status(run):
    return [each.reply.status for each in run.cells]


def test_what_runs_is_run_once_and_not_changed():
    run, kernels, _ = restore(["a", "b"], {})
    assert [kernel.code for kernel in kernels] == [["a", "b"]]
    assert run.texts == {1: "a", 2: "b"} and run.changes == () and run.confirmed


def test_a_script_is_run_in_a_fresh_kernel_after_each_correction():
    run, kernels, _ = restore(["a"], {"a": failing(fix("b")), "b": failing(fix("c"))})
    assert [kernel.code for kernel in kernels] == [["a"], ["b"], ["c"]] and run.confirmed
    assert [change.title for change in run.changes] == ["Write b", "Write c"]


def test_a_correction_is_run_where_it_failed_and_then_all_of_it_in_a_fresh_kernel():
    run, kernels, told = restore(["a", "o.lr"], {"o.lr": failing(fix("o.learning_rate"))})
    assert [kernel.code for kernel in kernels] == [["a", "o.lr", "o.learning_rate"], ["a", "o.learning_rate"]]
    assert run.texts[2] == "o.learning_rate" and run.confirmed
    assert run.changes == (Change(2, "KA202", "it has no lr", "Write o.learning_rate", VERIFIED, "", f"after {ERROR}"),)
    assert any("fresh kernel" in line for line in told)


@pytest.mark.parametrize(
    "offered",
    [
        fix("b", CHECK),  # not without --unsafe-fixes
        fix("b", "has a blank"),
        fix("b", "advice"),
        fix(None, VERIFIED, "manual"),
        fix("b", VERIFIED, "manual"),
        fix("b", VERIFIED, "install", commands=["%pip install keras"]),  # not without --install
    ],
)
def test_nothing_else_is_applied(offered):
    run, kernels, _ = restore(["a", "c"], {"a": failing(offered)})
    assert run.texts == {1: "a", 2: "c"} and status(run) == [FAILED, RAN] and len(kernels) == 1
    assert run.cells[0].whose == "keras"


def test_unsafe_fixes_come_after_verified_ones_and_are_marked_in_words():
    both = failing(fix("safe", CHECK, differs="Its rate falls otherwise."), fix("b"))
    assert restore(["a"], {"a": both}, unsafe=True)[0].texts == {1: "b"}
    one = failing(fix("fit(1)\n", CHECK, differs="Its rate falls otherwise."))
    run, _, _ = restore(["fit()\n"], {"fit()\n": one}, unsafe=True)
    assert run.texts[1] == "# kerasmagic: check the result. Its rate falls otherwise.\nfit(1)\n"
    assert run.changes[0].grade == CHECK


def test_hints_that_go_in_a_circle_end():
    run, _, _ = restore(["a"], {"a": failing(fix("b")), "b": failing(fix("a"))})
    assert run.texts == {1: "b"} and status(run) == [FAILED]


def test_hints_without_end_end(monkeypatch):
    monkeypatch.setattr(program, "ROUNDS", 3)
    monkeypatch.setattr(program, "PASSES", 2)

    class Longer(dict):
        def get(self, code, default):
            return failing(fix(code + "+"))

    run, kernels, _ = restore(["a", "b"], Longer())
    assert len(kernels) == 2 and not run.confirmed and status(run) == [FAILED, FAILED]


def test_an_edit_of_an_earlier_cell_is_made_there_and_both_run_again():
    answers = {
        "def f(): old": Reply(RAN, count=1),
        "f()": Reply(FAILED, ERROR, failing(fix("def f(): new", cell=1)).problems),
    }

    class Remembers(FakeKernel):
        def run(self, code, timeout):
            if code == "f()" and "def f(): new" in self.code:
                return Reply(RAN)
            return super().run(code, timeout)

    plan = Plan("a.ipynb", read_document(b"", "a.py"), {3: "def f(): old", 5: "f()"})
    kernels = []

    def fresh():
        while True:
            kernels.append(Remembers(answers))
            yield kernels[-1]

    run = program.run_program(plan, fresh(), Wishes(), lambda line: None)
    assert kernels[0].code == ["def f(): old", "f()", "def f(): new"]  # and then f() runs
    assert run.texts == {3: "def f(): new", 5: "f()"} and run.changes[0].cell == 3
    assert [each.reply.status for each in run.cells] == [RAN, RAN]


def test_installs_are_run_only_when_asked_and_count_from_the_next_kernel_on():
    asked = failing(fix(None, "advice", "install", commands=["%pip install tf_keras"]))

    class Installs(FakeKernel):
        installed = False

        def run(self, code, timeout):
            if code.startswith("%pip install tf_keras"):
                Installs.installed = True
            elif Installs.installed:
                return Reply(RAN)
            return super().run(code, timeout)

    kernels = []

    def fresh():
        while True:
            kernels.append(Installs({"import tf_keras": asked}))
            yield kernels[-1]

    plan = Plan("a.ipynb", read_document(b"", "a.py"), {1: "import tf_keras", 2: "b"})
    run = program.run_program(plan, fresh(), Wishes(install=True), lambda line: None)
    assert "b" not in kernels[0].code and len(kernels) == 2
    assert run.installed == ("%pip install tf_keras",) and status(run) == [RAN, RAN] and run.confirmed


def test_an_install_that_fails_is_tried_once():
    answers = {
        "a": failing(fix(None, "advice", "install", commands=["%pip install x"])),
        "%pip install x" + program._INSTALLED: failing(),
    }
    run, kernels, told = restore(["a", "b"], answers, install=True)
    assert [len(kernel.code) for kernel in kernels] == [3] and run.installed == () and "the install failed" in told


def test_after_a_dead_kernel_nothing_is_run_and_after_an_endless_cell_all_the_rest():
    assert status(restore(["a", "b"], {"a": Reply(DIED, "The kernel died in this cell.")})[0]) == [DIED, NOT_RUN]
    assert status(restore(["a", "b"], {"a": Reply(ENDLESS, "It was interrupted.")})[0]) == [ENDLESS, RAN]
    assert status(restore(["a", "b"], {"a": Reply(RAN, ended=True)})[0]) == [RAN, NOT_RUN]


@pytest.mark.parametrize(
    ("origin", "whose", "says"),
    [
        (Origin(name="model"), "follows", "model comes from cell 1, which did not run."),
        (Origin(name="other"), "program", "the program itself"),
        (Origin(about="gensim.models"), "package", "about gensim"),
        (Origin(about="keras.layers"), "keras", "knows no edit"),
        (Origin(packages=("keras", "numpy")), "keras", "knows no edit"),
        (Origin(packages=("sklearn", "numpy")), "package", "numpy raises this"),
        (Origin(kinds=("builtins.FileNotFoundError", "builtins.OSError")), "data", "is not here"),
        (Origin(kinds=("IPython.core.error.StdinNotImplementedError",)), "input", "type an answer"),
        (Origin(), "program", "the program itself"),
    ],
)
def test_whose_a_failure_is(origin, whose, says):
    answers = {"model = 1/0": failing(error="ZeroDivisionError: …"), "b": failing(origin=origin)}
    run, _, _ = restore(["model = 1/0", "b"], answers)
    assert run.cells[1].whose == whose and says in run.cells[1].sentence


# Installs.

UNTOUCHED = [
    "x = 1\n",
    "!ls\n",
    "%matplotlib inline\n",
    "print('!pip install x')\n",
    "!pip list\n",
    '"""\n!pip install x\n"""\n',
]
HELD = [
    ("!pip install -q keras==2.2.4\nimport keras", "import keras"),
    ("%pip install a \\\n    b\nx = 1\n", "x = 1\n"),
    ("if colab:\n    !apt-get -qq install graphviz\n", "if colab:\n"),
    ("out = !pip uninstall -y tensorflow\n", "out = "),
    ("%%bash\npip install a\necho done\n", "echo done\n"),
    ("!conda install -y keras && echo done\n", ""),
]


@pytest.mark.parametrize("text", UNTOUCHED)
def test_what_installs_nothing_is_run_as_it_is(text):
    assert hold(text).text == text and not hold(text).lines


@pytest.mark.parametrize(("text", "stays"), HELD)
def test_what_installs_is_held_back_and_stands_in_what_comes_out(text, stays):
    held = hold(text)
    code = "".join(line.partition("#")[0] for line in held.text.splitlines(keepends=True))
    assert "install" not in code and stays.strip() in held.text
    assert held.text.count("\n") == text.count("\n")
    assert held.release(held.text) == text


def dies(*codes):
    return {code: Reply(DIED, SUDDEN) for code in codes}


@pytest.mark.parametrize(
    "code, wishes",
    [
        ("import keras\n", {}),  # not without --unsafe-fixes
        ("import numpy\n", {"unsafe": True}),
        ("import keras\nos.environ['TF_ENABLE_ONEDNN_OPTS'] = '1'\n", {"unsafe": True}),
    ],
)
def test_a_kernel_that_dies_is_told_and_that_is_all(code, wishes):
    run, kernels, _ = restore([code], dies(code), **wishes)
    assert (run.texts, run.changes, len(kernels)) == ({1: code}, (), 1)


def test_a_kernel_that_dies_in_native_code_is_tried_with_tensorflows_plain_code():
    run, kernels, _ = restore(["import keras\n", "fit()"], {"fit()": Reply(RAN), **dies("import keras\n")}, unsafe=True)
    assert run.texts[1].startswith("from os import environ\n")
    assert run.texts[1].endswith('environ["TF_ENABLE_ONEDNN_OPTS"] = "0"\nimport keras\n')
    assert "# kerasmagic: check the result." in run.texts[1]
    assert status(run) == [RAN, RAN] and [change.grade for change in run.changes] == [CHECK] and len(kernels) == 2


def test_where_that_does_not_help_the_program_stays_as_it_was():
    always = {"import keras\n": Reply(RAN), "fit()": Reply(DIED, SUDDEN)}
    run, kernels, _ = restore(["import keras\n", "fit()"], always, unsafe=True)
    assert (run.texts, run.changes, len(kernels)) == ({1: "import keras\n", 2: "fit()"}, (), 2)


@pytest.mark.parametrize(("again", "texts"), [(Reply(RAN), {1: "new", 2: "use"}), (failing(), {1: "old", 2: "used"})])
def test_where_cell_by_cell_is_not_enough_the_program_is_edited_as_a_whole_if_that_helps(again, texts):
    change = Change(1, "KA320", "it builds a graph", "Keep it on Keras 2", CHECK)
    answers = {"use": failing(fix("used")), "used": failing(fix(grade="advice", kind="manual")), "new": again}

    def whole(cells):
        assert [each.whose for each in cells] == ["", "keras"]
        answers["use"] = again
        return Rewritten({1: "new", 2: "use"}, change)

    run, _, told = restore(["old", "use"], answers, whole)
    assert run.texts == texts
    assert (change in run.changes) == (again.status == RAN)
    assert told.count("Keep it on Keras 2 (check the result)") == 1 and run.confirmed


def test_a_program_that_fails_of_something_else_is_not_edited_as_a_whole():
    def whole(cells):
        raise AssertionError

    restore(["use"], {"use": Reply(FAILED, "OSError: no space")}, whole)
