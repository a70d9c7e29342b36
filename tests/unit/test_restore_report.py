"""What ``kerasmagic restore`` tells: the plan before a run, marks in the code, the restored file, the report."""

from __future__ import annotations

import io
import json

import pytest

from kerasmagic.diagnosis.model.problem import CHECK
from kerasmagic.display.restored_text import outcome_text
from kerasmagic.display.terminal import dresser
from kerasmagic.files.document import read_document
from kerasmagic.files.targets import world
from kerasmagic.restore.choose import marked
from kerasmagic.restore.model import (
    FAILED,
    NOT_RUN,
    RAN,
    CellOutcome,
    Change,
    Origin,
    Outcome,
    Reply,
    Run,
)
from kerasmagic.restore.outputs import MOST, Outputs, stored
from kerasmagic.restore.plan import make_plan
from kerasmagic.restore.restored import restored_text
from kerasmagic.restore.session import corrected_session

HERE = world("tensorflow==2.16.2")


def notebook(*sources):
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": ["old"], "execution_count": 9, "source": source}
        for source in sources
    ]
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kept": "ü"}, "cells": cells}
    return read_document(json.dumps(content).encode(), "a.ipynb")


# The plan.


def test_the_plan_is_what_fix_makes_of_it_and_says_why():
    plan = make_plan("a.ipynb", notebook("from keras.layers.core import Dense", "Dense(1)"), HERE)
    assert plan.texts == {1: "from keras.layers import Dense", 2: "Dense(1)"}
    [change] = plan.changes
    assert (change.cell, change.grade, change.when) == (1, "verified", "before the run")
    assert "keras.layers.core" in change.problem and "Import Dense from keras.layers" in change.title


def test_an_install_of_the_program_is_not_what_it_finds():
    plan = make_plan("a.ipynb", notebook("!pip install -q keras==2.2.4\nfrom keras.layers.core import Dense"), HERE)
    assert plan.texts == {1: "!pip install -q keras==2.2.4\nfrom keras.layers import Dense"}
    assert plan.held == {1: ("!pip install -q keras==2.2.4",)}


def test_without_tensorflow_nothing_is_edited():
    assert make_plan("a.ipynb", notebook("import keras.layers.core"), None).texts == {1: "import keras.layers.core"}


# The mark of an edit to be checked.

MARK = "# kerasmagic: check the result. Why.\n"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("f(1)", "f(2)", MARK + "f(2)"),
        ("a\nf(1,\n  x=2)\n", "a\nf(1,\n  y=2)\n", "a\n" + MARK + "f(1,\n  y=2)\n"),
        ("if a:\n    f(1)\n", "if a:\n    f(2)\n", "if a:\n    " + MARK + "    f(2)\n"),
        (
            "if a:\n    b\nelif c(1):\n    d\n",
            "if a:\n    b\nelif c(2):\n    d\n",
            "if a:\n    b\n" + MARK + "elif c(2):\n    d\n",
        ),
        ("@f(1)\ndef g():\n    pass\n", "@f(2)\ndef g():\n    pass\n", MARK + "@f(2)\ndef g():\n    pass\n"),
        ('x = """\n1\n"""; f(1)', 'x = """\n1\n"""; f(2)', MARK + 'x = """\n1\n"""; f(2)'),
        ("%%time\nf(1)", "%%time\nf(2)", "%%time\n" + MARK + "f(2)"),
        ("!ls\nf(1)", "!ls\nf(2)", "!ls\n" + MARK + "f(2)"),
        ("g(1)\n", "from k import f\nf(1)\n", "from k import f\n" + MARK + "f(1)\n"),
        ("g(1)\na\ng(2)\n", "f(1)\na\nf(2)\n", MARK + "f(1)\na\n" + MARK + "f(2)\n"),
        ("from k import g\n", "from k import f as g\n", MARK + "from k import f as g\n"),
        (MARK + "g(1)\n", MARK + "f(1)\n", MARK + "f(1)\n"),
        ("a\nb\nc\n", "a\nc\n", "a\n" + MARK + "c\n"),  # taken out: above what follows
        ("a\nb\n", "a\n", MARK + "a\n"),
    ],
)
def test_a_mark_stands_above_the_statement_and_changes_nothing(old, new, expected):
    text = marked(old, new, "Why.")
    assert text == expected
    assert [line for line in text.splitlines() if "kerasmagic" not in line] == new.replace(MARK, "").splitlines()


def test_a_long_mark_is_wrapped():
    lines = marked("f(1)", "f(2)", "word " * 60).splitlines()
    assert len(lines) > 3 and all(line.startswith("# ") and len(line) <= 100 for line in lines[:-1])


# Outputs, and the restored file.


def outputs(*messages):
    collected = Outputs()
    for kind, content in messages:
        collected.add(kind, content)
    return [stored(output) for output in collected.kept]


def stream(text):
    return "stream", {"name": "stdout", "text": text}


def display(text, **more):
    return "display_data", {"data": {"text/plain": text}, "metadata": {}, **more}


def test_outputs_are_kept_as_a_notebook_keeps_them():
    assert outputs(stream("a"), stream("b")) == [{"output_type": "stream", "name": "stdout", "text": "ab"}]
    assert [each["data"]["text/plain"] for each in outputs(display("a"), display("b"))] == ["a", "b"]
    cleared = outputs(display("a"), ("clear_output", {"wait": True}), display("b"))
    assert [each["data"]["text/plain"] for each in cleared] == ["b"]
    assert outputs(display("a"), ("clear_output", {"wait": False})) == []
    bar = {"transient": {"display_id": "bar"}}
    update = ("update_display_data", display("100 %", **bar)[1])
    [after] = outputs(display("0 %", **bar), update)
    assert after == {"output_type": "display_data", "data": {"text/plain": "100 %"}, "metadata": {}}


def test_what_is_printed_without_end_is_kept_to_some_length():
    for step in (300_000, 2 * MOST):
        [output] = outputs(*[stream("x" * step)] * 10)
        assert len(output["text"]) == MOST


def test_the_restored_notebook_has_the_new_code_and_outputs_and_all_else_of_the_old():
    document = notebook("old", "same")
    replies = [Reply(RAN, outputs=(outputs(stream("hi"))[0],), count=1), Reply(RAN, count=2)]
    cells = [CellOutcome(number, reply) for number, reply in enumerate(replies, 1)]
    restored = json.loads(restored_text(document, {1: "new", 2: "same"}, cells))
    assert restored["metadata"] == {"kept": "ü"} and [cell["source"] for cell in restored["cells"]] == ["new", "same"]
    assert restored["cells"][0]["outputs"][0]["text"] == "hi" and restored["cells"][1]["outputs"] == []
    assert [cell["execution_count"] for cell in restored["cells"]] == [1, 2]


def test_a_script_keeps_every_byte_that_does_not_change():
    document = read_document("# é\r\nold = 1\r\n".encode(), "a.py")
    assert restored_text(document, {None: "# é\nnew = 1\n"}, ()) == "# é\r\nnew = 1\r\n"


# The report.


def test_the_report_says_what_was_changed_and_why_and_what_is_left_to_whom():
    hint = {"rule": "KI114", "title": "no contrib", "fixes": [{"kind": "manual", "title": "Use tfa.", "commands": []}]}
    cells = (
        CellOutcome(2, Reply(RAN)),
        CellOutcome(3, Reply(FAILED, "AttributeError: contrib", (hint,), origin=Origin(line=7)), "keras"),
        CellOutcome(4, Reply(FAILED, "ModuleNotFoundError: gensim"), "package", "This is about gensim."),
        CellOutcome(5, Reply(NOT_RUN)),
    )
    change = Change(2, "KO101", "decay is ignored", "Write the schedule", CHECK, "Its rate falls otherwise.")
    run = Run({}, cells, (change,))
    text = outcome_text(Outcome("a.ipynb", output="a.restored.ipynb", kernel="Python 3", run=run).to_dict())
    assert text == (
        "a.ipynb: does not run to the end: 1 of 4 cells ran\n"
        "  written: a.restored.ipynb\n"
        "  ran in a kernel of Python 3\n"
        "  Changed:\n"
        "    cell 2: Write the schedule (KO101, check the result)\n"
        "      why: decay is ignored\n"
        "      to check: Its rate falls otherwise.\n"
        "  A person must decide:\n"
        "    cell 3: line 7: AttributeError: contrib\n"
        "      KI114: no contrib\n"
        "      help: Use tfa.\n"
        "  Left as it is, not about TensorFlow or Keras:\n"
        "    cell 4: ModuleNotFoundError: gensim\n"
        "      This is about gensim.\n"
        "  Not run: cell 5\n"
    )


def test_a_terminal_shows_the_verdict_and_what_to_do_in_colour():
    dress = dresser(io.StringIO(), "always")
    assert dress("a.py: runs now, after 2 changes") == "a.py: \x1b[32mruns now\x1b[0m, after 2 changes"
    assert dress("a.py: does not run to the end: 1 of 4 cells ran").startswith("a.py: \x1b[31mdoes not run to the end")
    assert dress("      to check: Its rate falls.") == "      \x1b[32mto check\x1b[0m: Its rate falls."
    assert dresser(io.StringIO(), "auto")("a.py: runs now") == "a.py: runs now"


def test_trouble_is_one_line():
    assert outcome_text(Outcome("a.ipynb", trouble="No.\x1b[31m").to_dict()) == "a.ipynb: No.\n"


# The session.


def test_a_session_becomes_one_program():
    cells = [
        "",
        "%load_ext kerasmagic",
        "from keras.layers.core import Dense",
        "%%bash\nls",
        "Dense(1)",
        "Dense(1)",
        "model.lr",
        "%keras_fix --all",
    ]
    session = corrected_session(cells, HERE, {"model.lr": "model.learning_rate"})
    assert session.text == (
        "# In [2], corrected\nfrom keras.layers import Dense\n\n# In [4]\nDense(1)\n\n"
        "# In [6], corrected\nmodel.learning_rate\n"
    )
    assert session.changed == (2, 6) and session.left_out == (3,)
