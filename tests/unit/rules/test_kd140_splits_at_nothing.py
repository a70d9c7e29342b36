"""KD140: split where nothing is."""

from __future__ import annotations

import pytest
from refusals import rules, told


@pytest.mark.parametrize(
    "cell",
    [
        "import re\n[x.strip() for x in [None]]",
        "import re\n[x.strip() for x in re.split('(a)|b', 'cbc')]",
        "import re\n[x.strip() for x in re.split('(a|b)?', 'cbc')]",
        "import re\n[x.strip() for x in re.split('(\\\\W+)?(x)', 'cxc')]",
        "import re\npattern = '(\\\\W+)?'\n[x.strip() for x in re.split(pattern, 'a b')]",
        "re = type('R', (), {'split': lambda *given: [None]})\n[x.strip() for x in re.split('(\\\\W+)?', 'a b')]",
        "import re\n[x.strp() for x in re.split('(\\\\W+)', 'a b')]",
    ],
)
def test_other_splits_and_other_errors_are_not_this(cell):
    assert "KD140" not in rules(cell)


@pytest.mark.parametrize(
    ("line", "works"),
    [
        ("[x.strip() for x in re.split('(\\\\W+)?', 'a b') if x.strip()]", "'(\\\\W+)'"),
        ("[x.strip() for x in re.split(r'(\\W+)?', 'a b')]", "r'(\\W+)'"),
        ("''.join(re.split('([ ,;])?', 'a b'))", "'([ ,;])'"),
        ("def words(s):\n    return [len(x) for x in re.split('(-)?', s)]\nwords('a-b')", "'(-)'"),
    ],
)
def test_the_question_mark_goes(line, works):
    (problem,) = told(f"import re\n{line}")
    assert (problem.rule, problem.fixes[0].applicability) == ("KD140", "verified")
    assert problem.fixes[0].source == f"import re\n{line}".replace(works.replace(")'", ")?'"), works)
    exec(problem.fixes[0].source, {})
