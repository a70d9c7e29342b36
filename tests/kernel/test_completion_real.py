"""Tab behind a magic, asked over the kernel's protocol, as a front-end asks."""

from __future__ import annotations

import pytest
from driver import Kernel


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    kernel = Kernel(tmp_path_factory.mktemp("kernel"))
    kernel.run("%load_ext kerasmagic")
    yield kernel
    kernel.stop()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("%keras_env --", "--report"),
        ("x = 1\n%keras_explain keras.layers.Den", "keras.layers.Dense"),
        ("%%keras_check --target tensorflow==2.15", "2.15.1"),
        ("%keras_optimizer ad", "adam"),
    ],
)
def test_the_kernel_offers_it(kernel, code, expected):
    found = kernel.complete(code)
    assert expected in found
    assert "abs" not in found
