"""What a magic returns and shows: one display call, one mime bundle."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any, Callable, Mapping

from .. import __version__
from .markup import plain

MIME_TYPE = "application/vnd.kerasmagic.v1+json"


@dataclass(frozen=True, repr=False)
class Result:
    """Something to show, in the three forms that front-ends choose from.

    Arguments:
        kind: ``diagnosis``, ``check``, ``environment``, ``optimizer`` or ``lesson``.
        data: plain data; ``{"kind": …, "kerasmagic": version}`` are put before it.
        text: complete and copyable.
        html: static; no script, no ids.
    """

    kind: str
    data: Mapping[str, Any]
    text: str
    html: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", plain(self.text))  # whatever was in it: a terminal obeys

    def to_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "kerasmagic": __version__, **self.data}

    def __repr__(self) -> str:
        return self.text

    def mime_bundle(self) -> dict[str, Any]:
        return {"text/plain": self.text, "text/html": self.html, MIME_TYPE: self.to_dict()}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        return self.mime_bundle(), {}


@dataclass(frozen=True, repr=False)
class Shown(Result):
    """A result that its magic has put on the screen already.

    Arguments:
        on_screen: whether it is still in front of the user, so that the display hook, which sees it as the value of
            the cell's last line, must not show it a second time.
    """

    on_screen: Callable[[], bool] = field(compare=False)

    def _ipython_display_(self) -> None:
        if not self.on_screen():
            raise NotImplementedError  # IPython's way to say: use the mime bundle
        stream = sys.__stdout__
        if stream is not None and sys.stdout is stream and stream.isatty():
            # A terminal's display hook has written "Out[7]: " by now, and nothing will follow it.
            print("\r\x1b[K", end="", flush=True)
