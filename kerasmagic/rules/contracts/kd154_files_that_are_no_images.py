"""A file among the images of a dataset that is none: the first bytes of each tell which one."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any, Iterator, NamedTuple

from ...diagnosis.contract.answer import Finding, problem
from ...diagnosis.contract.data import describe
from ...diagnosis.contract.training import failed_training
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World

_REFUSAL = re.compile(
    r"Unknown image file format|Input is empty|Invalid (?:PNG|JPEG|GIF) data|Incomplete bmp|jpeg::Uncompress failed"
    r"|Expected image \((?:JPEG|PNG)|cannot identify image file|got unknown format starting with"
)
_READ = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM")
"""How the files begin that TensorFlow reads: JPEG, PNG, GIF and BMP."""
_OTHERS = {
    b"WEBP": "a WebP image",
    b"ftyp": "a HEIC or AVIF image",
    b"II*\x00": "a TIFF image",
    b"MM\x00*": "a TIFF image",
}
_MOST_SECONDS = 1.0
_MOST_STEPS = 50
_MOST_NAMED = 3


class Wrong(NamedTuple):
    path: str
    what: str
    """What is in it: "is empty", "is a WebP image, which TensorFlow does not read"."""
    is_image: bool


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    said = f"{failure.message} {str(failure.exception)[-1000:]}"
    if not _REFUSAL.search(said) or not (failing.in_library(failure) or session.root(failure.exception) == "PIL"):
        return
    read = (*_READ, b"RIFF") if "WEBP" in said else _READ
    found = next((each for each in (_wrong_files(paths, read) for paths in _sources(failure)) if each), [])
    yield problem("KD154", _of_files(found) if found else _OF_A_FILE, None)


_OF_A_FILE = Finding(
    title="A file is no image that TensorFlow reads: JPEG, PNG, GIF or BMP",
    cause="It may be empty or cut off, a page of a web site that was downloaded in its place, or of another kind than "
    "its ending says.",
    advice=(
        "Go through the files, for f in paths: tf.io.decode_image(tf.io.read_file(f)): it stops at the first one that "
        "is broken. Remove it, and make the dataset anew.",
    ),
    reference="tf.io.decode_image",
)


def _of_files(found: list[Wrong]) -> Finding:
    first, more = found[0], len(found) - 1
    named = ", ".join(repr(each.path) for each in found[:_MOST_NAMED])
    rest = ", and so on with the others" if len(found) > _MOST_NAMED else ""
    convert = all(each.is_image for each in found)
    act = "PIL.Image.open(f).convert('RGB').save(f, 'JPEG')" if convert else "os.remove(f)"
    do = f"for f in [{named}]: {act}" if more else act.replace("(f", f"({first.path!r}")
    return Finding(
        title=f"{first.path} {first.what}{f', and so are {more} more files' if more else ''}",
        cause="The file's first bytes tell that; its ending does not count.",
        advice=(f"{'Write' if first.is_image else 'Look at it, then write'} {do}{rest}, and make the dataset anew.",),
        reference="tf.io.decode_image",
    )


def _sources(failure: Failure) -> Iterator[list[str]]:
    """The files of each dataset and generator: those of the call first."""
    call = failed_training(failure)
    given = [call.given.get(role) for role in ("x", "validation_data")] if call is not None else []
    values = [each.value for each in given if each is not None]
    for value in (*values, *(value for _, value in session.variables(failure.namespace))):
        paths = _paths(value)
        if paths:
            yield paths


def _paths(value: Any) -> list[str]:
    if session.is_kind(value, "Iterator"):
        held = session.members(session.own(value, "_filepaths"))
        return [each for each in held if type(each) is str]
    for _ in range(_MOST_STEPS if session.is_kind(value, "DatasetV2") else 0):
        held = session.members(session.own(value, "file_paths")) or _texts(session.own(value, "_tensors"))
        if held or value is None:
            return [each for each in held if type(each) is str]
        value = session.own(value, "_input_dataset")
    return []


def _texts(tensors: Any) -> tuple[str, ...]:
    """The names in a dataset made from a list of them."""
    for tensor in session.members(tensors):
        data = describe(tensor)
        array = data.array() if data.is_text and len(data.shape or ()) == 1 else None
        if array is not None:
            return tuple(each.decode(errors="replace") for each in array.tolist() if type(each) is bytes)
    return ()


def _wrong_files(paths: list[str], read: tuple[bytes, ...]) -> list[Wrong]:
    """Those that are no images; of very many files, or on a slow disk, only as far as there is time."""
    found, until = [], time.monotonic() + _MOST_SECONDS
    for path in paths:
        if time.monotonic() > until:
            break
        try:
            with Path(path).open("rb") as file:
                begins = file.read(24)
        except OSError:
            continue
        if not begins.startswith(read):
            found.append(_wrong(path, begins))
    return found


def _wrong(path: str, begins: bytes) -> Wrong:
    other = next((what for sign, what in _OTHERS.items() if sign in begins[:12]), "")
    if other:
        return Wrong(path, f"is {other}, which TensorFlow does not read", True)
    text = begins[:15].decode("ascii", errors="replace")
    what = f"is no image: it begins with {text!r}" if text.isprintable() else "is no JPEG, PNG, GIF or BMP"
    return Wrong(path, what if begins else "is empty", False)


RULE = Rule(
    code="KD154",
    name="file that is no image",
    lesson=Lesson(
        what="A dataset of image_dataset_from_directory ends fit in InvalidArgumentError: Unknown image file format. "
        "One of JPEG, PNG, GIF, BMP required.",
        why="Files are read when their batch comes. A page of a web site under the name of an image, an empty file or "
        "a WebP image with the ending .jpg is found only then.",
        since="tensorflow 2.3",
        before="import tensorflow as tf\nimage = tf.io.decode_image(b'<!DOCTYPE html>')",
        after="import tensorflow as tf\nimage = tf.io.decode_image(tf.io.encode_png(tf.zeros((2, 2, 3), tf.uint8)))",
        target="tensorflow==2.21.0",
        related=("KD125",),
    ),
    on_failure=on_failure,
)
