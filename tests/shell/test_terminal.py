"""A result that its magic has shown leaves no empty "Out[7]: " in a terminal."""

from __future__ import annotations

import io
import sys

from kerasmagic.display.result import Shown


class Terminal(io.StringIO):
    def isatty(self):
        return True


def shown(on_screen=True):
    return Shown("lesson", {}, "text", "<p>html</p>", on_screen=lambda: on_screen)


def test_the_empty_prompt_is_taken_away_in_a_terminal_only(monkeypatch):
    for stream, expected in ((Terminal(), "Out[7]: \r\x1b[K"), (io.StringIO(), "Out[7]: ")):
        stream.write("Out[7]: ")
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setattr(sys, "__stdout__", stream)
        shown()._ipython_display_()
        assert stream.getvalue() == expected
