"""A page of files by releases: its totals are those of its files."""

from __future__ import annotations

import re

import pytest

from kerasmagic.display.matrix import Page
from kerasmagic.files.check import file_report
from kerasmagic.files.targets import target

TARGETS = ("tensorflow==2.10.1", "tensorflow==2.16.2")
FILES = {
    "good.py": "from tensorflow.keras.layers import Dense\n",
    "mended.py": "from keras.layers.core import Dense\n",
    "bad.py": "from keras.layers import Dnse, CuDNNLSTM\nfrom keras.models import Graph\n",
}


@pytest.fixture
def page(tmp_path):
    shown = Page()
    shown.begin([{"target": each.name, "releases": dict(each.releases)} for each in map(target, TARGETS)])
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
        shown.row(file_report(str(tmp_path / name), TARGETS))
    return shown.end()


def test_the_totals_count_files_clean_files_the_best_release_places_and_edits(page):
    assert [int(number) for number in re.findall(r"<strong>(\d+)</strong>", page)] == [3, 1, 2, 4, 3]


def test_the_last_line_counts_the_files_that_run_in_each_release(page):
    foot = page.partition("</tfoot>")[0]
    assert sorted(map(int, re.findall(r"<td[^>]*>(\d+)</td>", foot))) == [1, 2]
