"""KD154: file that is no image."""

from __future__ import annotations

import pytest
from refusals import keras, refused, rules, told

UNKNOWN = ValueError(
    "Unknown image file format. One of JPEG, PNG, GIF, BMP required. [[{{node decode_image/DecodeImage}}]]"
)
PNG, PAGE = b"\x89PNG\r\n\x1a\n and so on", b"<!DOCTYPE html><html>"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 "


def dataset(tmp_path, *contents):
    """What image_dataset_from_directory gives of these files."""
    paths = []
    for place, content in enumerate(contents):
        path = tmp_path / f"{place}.jpg"
        path.write_bytes(content)
        paths.append(str(path))
    made = type("DatasetV2", (keras()["Layer"],), {"__module__": "tensorflow.python.data.ops.dataset_ops"})(None)
    made.file_paths = paths
    return made


def test_other_errors_are_not_told(tmp_path):
    assert rules("f(ds)", f=refused(ValueError("No such thing")), ds=dataset(tmp_path, PAGE)) == []


def test_what_a_program_raises_itself_is_not_told(tmp_path):
    assert rules("raise says", says=UNKNOWN, ds=dataset(tmp_path, PAGE)) == []


@pytest.mark.parametrize(
    "content, title, act",
    [
        (PAGE, "1.jpg is no image: it begins with '<!DOCTYPE html>'", "os.remove"),
        (b"", "1.jpg is empty", "os.remove"),
        (b"\x00\x01\x02\x03", "1.jpg is no JPEG, PNG, GIF or BMP", "os.remove"),
        (WEBP, "1.jpg is a WebP image, which TensorFlow does not read", "convert('RGB').save"),
    ],
)
def test_the_file_is_named(tmp_path, content, title, act):
    (problem,) = told("f(ds)", f=refused(UNKNOWN), ds=dataset(tmp_path, PNG, content))
    assert problem.title.endswith(title)
    assert act in problem.fixes[0].title


def test_where_all_begin_as_images_the_way_to_find_it_is_told(tmp_path):
    (problem,) = told("f(ds)", f=refused(UNKNOWN), ds=dataset(tmp_path, PNG))
    assert problem.title.startswith("A file is no image") and "decode_image" in problem.fixes[0].title


def test_several_are_counted(tmp_path):
    (problem,) = told("f(ds)", f=refused(UNKNOWN), ds=dataset(tmp_path, PAGE, PNG, PAGE))
    assert problem.title.endswith(", and so are 1 more files") or "1 more" in problem.title
    assert "for f in [" in problem.fixes[0].title
