"""What a magic returns and shows: one display call, one mime bundle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Mapping, Tuple

from .. import __version__

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

    def to_dict(self) -> Dict[str, Any]:
        return {"kind": self.kind, "kerasmagic": __version__, **self.data}

    def __repr__(self) -> str:
        return self.text

    def mime_bundle(self) -> Dict[str, Any]:
        return {"text/plain": self.text, "text/html": self.html, MIME_TYPE: self.to_dict()}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Tuple[Dict[str, Any], Dict[str, Any]]:
        return self.mime_bundle(), {}
