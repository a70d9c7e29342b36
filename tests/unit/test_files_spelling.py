"""An edit touches the characters it means, and no other byte of the file."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kerasmagic.files.spelling import spell_json, spell_plain

PIECES = ["a", "b", " ", '"', "\\", "/", "é", "😀", "\ud83d", "\t", "\r", "\n", "\r\n", "\u2028"]
texts = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


def says(value: str) -> str:
    content = json.loads(value)
    return "".join(content) if isinstance(content, list) else content


@given(st.lists(texts, min_size=1, max_size=5), st.booleans(), st.sampled_from([",", ", ", ",\n    "]), st.booleans())
def test_what_does_not_change_is_spelled_as_before(parts, ascii_only, separator, as_list):
    strings = [json.dumps(part, ensure_ascii=ascii_only) for part in parts]
    value = f"[ {separator.join(strings)}\n]" if as_list else json.dumps("".join(parts), ensure_ascii=ascii_only)
    spelling = spell_json(value, ascii_only)
    assert spelling.rewrite(spelling.text) == value


@given(st.lists(texts, max_size=5), texts, st.booleans(), st.booleans())
def test_a_rewritten_value_says_the_new_text(parts, new, ascii_only, as_list):
    value = json.dumps(parts if as_list else "".join(parts), ensure_ascii=ascii_only, indent=1)
    new = new.replace("\r\n", "\n").replace("\r", "")
    rewritten = spell_json(value, ascii_only).rewrite(new)
    assert says(rewritten).replace("\r\n", "\n") == new
    assert spell_json(rewritten, ascii_only).rewrite(new) == rewritten


@given(texts)
def test_each_character_is_found_where_it_stands(text):
    value = json.dumps(text.splitlines(keepends=True) or [""], indent=2)
    spelling = spell_json(value)
    for position, spelled in enumerate(spelling.spelled):
        start = spelling.offset(position)
        assert value[start : start + len(spelled)] == spelled


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        pytest.param(r'"caf\u00e9 lr=1"', "café rate=1", r'"caf\u00e9 rate=1"', id="an escape elsewhere stays"),
        pytest.param(r'["a\n", "b"]', "a\nB", r'["a\n", "B"]', id="one line of a list"),
        pytest.param(
            '["a\\n",\n  "b"]', "a\nx\nb", '["a\\n",\n  "x\\n",\n  "b"]', id="a new line is laid out like the others"
        ),
        pytest.param(r'["a\n", "b"]', "b", r'["b"]', id="the first line goes"),
        pytest.param(r'["a"]', "a\nb", r'["a\n", "b"]', id="a second line"),
        pytest.param(r'["a\nb\n", "c"]', "a\nb\nC", r'["a\nb\n", "C"]', id="a string of two lines stays one"),
        pytest.param(r'"a\r\nb"', "a\nx\nb", r'"a\r\nx\r\nb"', id="line ends of Windows"),
        pytest.param(r'"a\/b"', "a/c", r'"a\/c"', id="an escaped slash stays"),
        pytest.param("[]", "a", '"a"', id="an empty list"),
    ],
)
def test_the_rest_stays_byte_for_byte(before, new, after):
    assert spell_json(before).rewrite(new) == after


def test_a_new_character_follows_the_style_of_the_file():
    assert spell_json('"x"', ascii_only=True).rewrite("é") == r'"\u00e9"'
    assert spell_json('"x"', ascii_only=False).rewrite("é") == '"é"'


def test_a_script_keeps_mixed_line_ends():
    assert spell_plain("a\r\nb\nc\r\n").rewrite("a\nb\nC\n") == "a\r\nb\nC\r\n"
