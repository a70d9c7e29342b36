"""KI169: TensorFlow models of transformers."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
from environments import put
from refusals import rules, told


@pytest.fixture
def transformers(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    def installed(version):
        put(tmp_path, "transformers", version, package=False)
        module = ModuleType("transformers")
        module.__file__, module.__all__ = "/x/site-packages/transformers/__init__.py", ["BertModel"]
        monkeypatch.setitem(sys.modules, "transformers", module)

    return installed


@pytest.mark.parametrize(
    ("version", "cell"),
    [
        ("4.57.6", "from transformers import TFBertModel"),
        ("5.23.0", "from transformers import BertModl"),
        ("5.23.0", "from transformers import TF_USED"),
        ("5.23.0", "from transformers.models import TFBertModel"),
    ],
)
def test_what_is_no_model_for_tensorflow_or_not_gone_is_not_told(transformers, version, cell):
    transformers(version)
    assert "KI169" not in rules(cell)


@pytest.mark.parametrize(
    ("cell", "ways"),
    [
        ("from transformers import TFBertModel, BertConfig", 2),
        ("import transformers\ntransformers.TFBertModel(None)", 2),
        ("from transformers import TFNewerForTokenClassification", 1),
        ("from transformers import PushToHubCallback", 1),
    ],
)
def test_the_release_that_has_them_and_the_model_for_pytorch(transformers, cell, ways):
    transformers("5.23.0")
    (problem,) = told(cell)
    assert problem.rule == "KI169" and len(problem.fixes) == ways
    assert problem.fixes[0].commands == ('%pip install "transformers<5"',)
    assert ways == 1 or "PyTorch, BertModel," in problem.fixes[1].title
