"""On which of Colab's images a program last ran, as far as the records of their releases tell."""

from __future__ import annotations

from typing import Sequence

from ..catalog.images import Image, images
from ..catalog.target import Target
from ..diagnosis.model.problem import ERROR
from .document import Document
from .findings import check_document
from .setup import own_target, setup_of
from .targets import world_of

PLATFORM = "colab"


def last_image(document: Document) -> Image | None:
    """The newest image on which nothing of the program is known to fail; None where that is the newest of all, or no
    image: then the program is older than they are, or was never right."""
    setup = setup_of(document.passages)
    if setup.installs:
        return None  # it brings its own releases, whatever the image has
    dated = [each for each in images() if each.platform == PLATFORM and each.is_dated]
    found = [(each, own_target(setup, f"{PLATFORM}@{each.name}")[0]) for each in reversed(dated)]
    distinct = _distinct(found)
    if _clean(document, [distinct[0][1]]):
        return None
    clean = _clean(document, [target for _, target in distinct[1:]])
    return distinct[clean[0] + 1][0] if clean else None


def _distinct(found: Sequence[tuple[Image, Target]]) -> list[tuple[Image, Target]]:
    """One image for each set of records: all others answer the same."""
    first: dict[tuple[tuple[str, str], ...], tuple[Image, Target]] = {}
    for image, target in found:
        first.setdefault(tuple(sorted(target.releases.items())), (image, target))
    return list(first.values())


def _clean(document: Document, targets: Sequence[Target]) -> list[int]:
    """The positions of the targets for which a check finds no error; the document is read once for all of them."""
    findings = check_document(document, [world_of(each) for each in targets], most=0)
    return [
        position
        for position, found in enumerate(findings)
        if not any(problem.severity == ERROR for _, problem in found)
    ]
