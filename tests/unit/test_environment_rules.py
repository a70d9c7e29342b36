"""The environment rules, on site-packages directories made for each test."""

from __future__ import annotations

import pytest
from environments import commands, fail, problems, put

from kerasmagic.diagnosis.environment import environment_problems
from kerasmagic.kernel.snapshot import take_snapshot
from kerasmagic.rules import RULES


@pytest.mark.parametrize("tensorflow, keras", [("2.15.1", "2.15.0"), ("2.10.1", "2.10.0"), ("2.19.1", "3.5.0")])
def test_nothing_is_told_of_a_set_that_fits(site, tensorflow, keras):
    first, second = tensorflow.split(".")[:2]
    wants = f"keras<{first}.{int(second) + 1},>={first}.{second}" if keras.startswith("2") else "keras>=3.5.0"
    put(site, "tensorflow", tensorflow, wants, "numpy<2.0.0,>=1.23.5")
    put(site, "keras", keras, "numpy")
    put(site, "numpy", "1.26.4")
    assert problems(site) == []


def test_one_command_mends_all_that_does_not_fit(site):
    put(site, "tensorflow", "2.15.1", "keras<2.16,>=2.15.0", "numpy<2.0.0,>=1.23.5")
    put(site, "keras", "3.5.0")
    put(site, "numpy", "2.1.0")
    assert {pin for problem in problems(site) for pin in commands(problem)[0].split('"')[1::2]} == {
        "keras>=2.15.0,<2.16",
        "numpy>=1.23.5,<2.0.0",
    }


def test_causes_come_first(site):
    put(site, "tensorflow", "2.15.1", "keras<2.16,>=2.15.0")
    put(site, "tensorflow-cpu", "2.14.1", "ml-dtypes==0.2.0", "keras<2.15,>=2.14")
    put(site, "ml-dtypes", "0.3.2")
    put(site, "keras", "2.12.0")
    found = environment_problems(take_snapshot([str(site)], {}, {"HOME": "/nowhere"}), RULES)
    assert [problem.rule for problem in found] == ["KE112", "KE102"]


@pytest.mark.parametrize(
    "source",
    ["import json\njson.loads('{')", "import tf_keras.nonsense", "1 / 0", "import tf_keras\ntf_keras.fit('shape')"],
)
def test_other_failures_are_none_of_our_business(kernel, source):
    put(kernel, "tensorflow", "2.15.1", "protobuf<5")
    put(kernel, "tf_keras", "2.15.1")
    put(kernel, "protobuf", "5.0", package=False)
    (kernel / "tf_keras" / "__init__.py").write_text("def fit(x):\n    raise ValueError('shapes do not match')\n")
    assert fail(source) == []
