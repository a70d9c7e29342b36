"""KE101: a package that fails in use with another one, by measurement and not by its metadata."""

from __future__ import annotations

import pytest
from test_environment_rules import commands, fail
from test_kernel_facts import put

CELL = "import scikeras\nscikeras.fit()"


def install(site, scikeras, keras):
    put(site, "tensorflow", "2.20.0", "keras>=3.10.0")
    put(site, "keras", keras)
    put(site, "scikeras", scikeras)
    (site / "keras" / "__init__.py").write_text("def get(name):\n    raise ValueError(f'Could not interpret {name}')\n")
    (site / "scikeras" / "__init__.py").write_text("import keras\n\ndef fit():\n    keras.get('loss')\n")


def test_silent_where_they_fit(kernel):
    install(kernel, "0.13.0", "3.13.2")
    assert fail(CELL) == []


@pytest.mark.parametrize("cell", ["import scikeras\nint('x')", "import keras\nkeras.get('los')"])
def test_silent_where_only_one_of_them_took_part(kernel, cell):
    install(kernel, "0.12.0", "3.13.2")
    assert fail(cell) == []


def test_told_with_the_release_that_fits(kernel):
    install(kernel, "0.12.0", "3.13.2")
    (problem,) = fail(CELL)
    assert problem.title == "keras 3.13.2 does not fit scikeras 0.12.0"
    assert commands(problem) == ['%pip install "tensorflow==2.20.0" "scikeras>=0.13"']
