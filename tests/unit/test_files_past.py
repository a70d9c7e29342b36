"""On which of Colab's images a program last ran, and which of them this kernel looks like."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from environments import put

from kerasmagic.cli import main
from kerasmagic.display.environment import environment_result
from kerasmagic.files.check import load
from kerasmagic.files.past import last_image
from kerasmagic.kernel.snapshot import take_snapshot

OLD = "from keras.utils import np_utils\nnp_utils.to_categorical([0, 1])\n"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        pytest.param("import keras\nkeras.layers.Dense(1)\n", None, id="runs on today's"),
        pytest.param("from keras.layers import kerasmagic_no_such_name\n", None, id="ran on none"),
        pytest.param("%pip install keras==2.2.4\n" + OLD, None, id="brings its own Keras"),
        pytest.param("print(" + OLD, None, id="cannot be read"),
        pytest.param("x = 1\n", None, id="has nothing to do with it"),
        pytest.param("from keras.layers import LocallyConnected1D\n", "Colab of March 2024", id="up to Keras 2"),
        pytest.param("from keras.layers.convolutional import Conv2D\n", "Colab of September 2023", id="up to 2.12"),
        pytest.param("import keras\nkeras.optimizers.SGD(lr=0.1)\n", "Colab of March 2024", id="an argument"),
    ],
)
def test_the_newest_image_on_which_nothing_fails(tmp_path: Path, source: str, words: str | None) -> None:
    file = tmp_path / "program.ipynb"
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
    file.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    found = last_image(load(str(file)))
    assert (found.words if found else None) == words


def test_it_is_told_across_all_releases_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "train.py"
    file.write_text(OLD)
    told = "last ran on Colab of September 2023, as far as the records tell: tensorflow 2.12.0, keras 2.12.0"
    main(["check", "--all", str(file), "--html", str(tmp_path / "page.html")])
    assert told in capsys.readouterr().out and told in (tmp_path / "page.html").read_text()
    main(["check", "--target", "colab", str(file)])
    assert "last ran" not in capsys.readouterr().out
    main(["check", "--all", "--format", "json", str(file)])
    images = json.loads(capsys.readouterr().out)["last_images"]
    assert images[str(file)]["name"] == "2023-09-05"


@pytest.mark.parametrize(
    ("releases", "on_colab", "told"),
    [
        ({"keras": "3.13.2", "tf_keras": "2.20.1"}, False, None),
        ({"tensorflow": "2.16.2", "keras": "3.3.3"}, False, None),
        ({"tensorflow": "2.16.2", "keras": "3.3.3"}, True, "like none of Colab's that are recorded"),
        ({"tensorflow": "2.8.2+zzzcolab20220929150707", "keras": "2.8.0"}, True, "looks like Colab of October 2022"),
        ({"tensorflow": "2.8.2", "keras": "2.8.0"}, False, "looks like Colab of October 2022"),
    ],
)
def test_which_image_a_kernel_looks_like(tmp_path: Path, releases: dict[str, str], on_colab: bool, told) -> None:
    for name, version in releases.items():
        put(tmp_path, name, version)
    modules = {"google.colab": sys} if on_colab else {}
    result = environment_result(take_snapshot([str(tmp_path)], modules, {}), [])
    lines = [line for line in result.text.splitlines() if line.startswith("image ")]
    assert len(lines) == (1 if told else 0) and all(str(told) in line for line in lines)
    assert (result.to_dict()["image"] is not None) == ("looks" in str(told))
