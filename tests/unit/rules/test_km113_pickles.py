"""KM113: pickle of another Keras."""

from __future__ import annotations

import pytest

from kerasmagic.diagnosis.evidence.failure import Failure
from kerasmagic.diagnosis.resolve.kernel import KernelWorld
from kerasmagic.rules import RULES
from kerasmagic.rules.saved import km113_pickles


@pytest.mark.parametrize("module", ["keras.preprocessing.text", "keras.src"])
def test_a_pickle_of_another_keras(module):
    source = "import pickle\ntokenizer = pickle.load(open('tokenizer.pickle', 'rb'))"
    error = ModuleNotFoundError(f"No module named '{module}'", name=module)
    (problem,) = km113_pickles.on_failure(Failure(error, source, {}), KernelWorld(RULES))
    assert module in problem.title and problem.fixes[-1].kind == "manual"
