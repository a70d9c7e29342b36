"""The .keras format: a zip with metadata.json, config.json and the weights.

Nothing is unpacked to disk, so names with ``..`` do no harm; two members are read, after their sizes were looked at,
and never beyond a limit whatever the sizes claim.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import Any

from . import config
from .model import ZIP, SavedModel, SavedModelError

_MEMBERS = 10_000
_BYTES = {"metadata.json": 1_000_000, "config.json": 50_000_000}
_RATIO = 200
"""Real configurations compress to a tenth at most; Keras itself stores them uncompressed."""


def read_archive(path: str) -> SavedModel:
    """Raises SavedModelError."""
    try:
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > _MEMBERS:
                raise SavedModelError(f"It holds more than {_MEMBERS} files, which no .keras file does.")
            metadata = _json(archive, "metadata.json")
            model = _json(archive, "config.json")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OverflowError):
        raise SavedModelError("The archive is damaged or incomplete: copy or download it again.") from None
    compiled = model.get("compile_config")
    settings: dict[str, Any] = compiled if isinstance(compiled, dict) else {}
    name, family = config.optimizer(settings)
    return SavedModel(
        path=path,
        format=ZIP,
        keras_version=str(metadata.get("keras_version") or ""),
        saved_on=str(metadata.get("date_saved") or ""),
        model_class=str(model.get("class_name") or ""),
        components=config.components(model),
        optimizer=name,
        optimizer_family=family,
        losses=config.losses(settings),
        metrics=config.metrics(settings),
        settings=settings,
        compiled=bool(settings),
    )


def _json(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    try:
        member = archive.getinfo(name)
    except KeyError:
        raise SavedModelError(f"It is a zip without {name}, so it is not a .keras file.") from None
    limit = _BYTES[name]
    if member.file_size > limit or member.file_size > _RATIO * max(member.compress_size, 1_000):
        raise SavedModelError(f"Its {name} would unpack to {member.file_size:,} bytes, so it was not read.")
    with archive.open(member) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise SavedModelError(f"Its {name} unpacks to more than it says, so it was not read.")
    return config.parse(content.decode("utf-8", errors="replace"), name)
