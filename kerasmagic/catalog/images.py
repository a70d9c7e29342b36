"""What the images of hosted notebooks brought: Colab's, since September 2022.

``images.csv`` has a line for each change of TensorFlow, Keras, tf_keras or Python, by the date of the image, and one
for each runtime version that Colab offers by name (2025.07). Sources: the history of ``pip-freeze.txt`` in Colab's
public backend-info repository, and its list of runtime versions.
"""

from __future__ import annotations

import csv
import io
import pkgutil
import re
from functools import lru_cache
from typing import Any, Mapping, NamedTuple

_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?$")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class UnknownImage(ValueError):
    """No image of this name or date is recorded; the message says which are."""


class Image(NamedTuple):
    """The packages of one image."""

    platform: str
    """``colab``."""
    name: str
    """A date (``2024-03-11``: in use from then on) or the name of a runtime version (``2025.07``)."""
    python: str
    """"3.10.12"; empty where it is not recorded."""
    releases: Mapping[str, str]
    """Product -> release: ``{"tensorflow": "2.15.0", "keras": "2.15.0"}``."""

    @property
    def is_dated(self) -> bool:
        return "-" in self.name

    @property
    def words(self) -> str:
        """ "Colab of March 2024", "Colab's runtime 2025.07"."""
        if not self.is_dated:
            return f"{self.platform.capitalize()}'s runtime {self.name}"
        year, month, _ = self.name.split("-")
        return f"{self.platform.capitalize()} of {_MONTHS[int(month) - 1]} {year}"

    def to_dict(self) -> dict[str, Any]:
        return {"platform": self.platform, "name": self.name, "words": self.words, "releases": dict(self.releases)}


@lru_cache(maxsize=1)
def images() -> tuple[Image, ...]:
    """All recorded images, the dated ones first, oldest first."""
    text = (pkgutil.get_data(__package__, "images.csv") or b"").decode()
    found = []
    for row in csv.DictReader(io.StringIO(text)):
        releases = {product: row[product] for product in ("tensorflow", "keras", "tf_keras") if row[product]}
        found.append(Image(row["platform"], row["name"], row["python"], releases))
    return tuple(found)


def image(platform: str, name: str) -> Image:
    """The image of a runtime's name, or the one in use at the end of a day, month or year.

    Arguments:
        platform: ``colab``.
        name: ``2025.07``, ``2024-03-15``, ``2024-03`` or ``2024``; "" for the newest.

    Raises:
        UnknownImage: there is none.
    """
    of_platform = [each for each in images() if each.platform == platform]
    dated = [each for each in of_platform if each.is_dated]
    named = [each for each in of_platform if not each.is_dated and each.name == name]
    if named:
        return named[0]
    if _DAY.match(name) or not name:
        until = f"{name}~" if name else "~"  # after every day of that month or year
        earlier = [each for each in dated if each.name < until]
        if earlier:
            return earlier[-1]
    runtimes = ", ".join(each.name for each in of_platform if not each.is_dated)
    raise UnknownImage(
        f"'{platform}@{name}' is no image: write a month from {dated[0].name[:7]} on "
        f"({platform}@{dated[-1].name[:7]}), or a runtime version ({runtimes})."
    )


def like(python: str, versions: Mapping[str, str]) -> Image | None:
    """The newest image with this Python, TensorFlow and Keras; None where there is none.

    Arguments:
        python: "3.12.13"; what stands behind the minor release does not matter.
        versions: product -> what is installed: ``{"tensorflow": "2.8.2+zzzcolab20220719082949"}``.
    """
    plain = {product: version.partition("+")[0] for product, version in versions.items()}
    for each in sorted(images(), key=lambda found: (not found.is_dated, found.name), reverse=True):
        same = all(plain.get(product) == release for product, release in each.releases.items())
        if same and each.python.split(".")[:2] in (python.split(".")[:2], [""]):
            return each
    return None
