"""A pickle that names modules of another Keras than the one that is here."""

from __future__ import annotations

import re
from typing import Iterator

from ...catalog.target import Found
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, Fix, Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.model.wanted import ATTRIBUTE, MODULE
from ...diagnosis.resolve.world import World

_READS_A_PICKLE = re.compile(r"\b(?:pickle|cloudpickle|dill|joblib|pd|pandas|np|numpy)\.(?:load|loads|read_pickle)\b")
_OURS = ("keras", "tf_keras", "tensorflow")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    wanted = failure.wanted
    if wanted is None or wanted.kind not in (MODULE, ATTRIBUTE) or not _READS_A_PICKLE.search(failure.source):
        return
    module = wanted.member if wanted.kind == MODULE else wanted.owner
    if module.partition(".")[0] not in _OURS or re.search(rf"\b(?:import|from) +{re.escape(module)}\b", failure.source):
        return
    yield Problem(
        rule="KM113",
        severity=ERROR,
        title=f"This pickle was written with another Keras: it names {module}",
        cause="A pickle stores the place of each class, and this Keras has the class elsewhere, or not at all.",
        reference=module,
        fixes=(*_alias(module, world), _AGAIN),
    )


def _alias(module: str, world: World) -> Iterator[Fix]:
    """Another module with the same content, under the old name."""
    for root in ("tensorflow.keras", "tf_keras"):
        new = root + module[len("keras") :] if module.startswith("keras.") else ""
        if new and isinstance(world.import_module(new), Found):
            yield Fix(
                "manual",
                f"Make {new} known under its old name before loading; only for a pickle that you trust",
                commands=("import importlib, sys", f'sys.modules["{module}"] = importlib.import_module("{new}")'),
                evidence=f"{new} is here",
            )
            return


_AGAIN = Fix(
    "manual",
    "Load it with the release that wrote it, and save it in a lasting format: model.save, Tokenizer.to_json",
    evidence="pickles of Keras objects work only with the release that wrote them",
)

RULE = Rule(
    code="KM113",
    name="pickle of another Keras",
    lesson=Lesson(
        what="pickle.load ends in No module named 'keras.preprocessing.text' or 'keras.src'.",
        why="A pickle stores the names of classes and of their modules, and Keras has moved its modules many "
        "times. model.save and Tokenizer.to_json do not depend on that.",
        since="keras 2.13",
        before=(
            "import pickle\n"
            "\n"
            'stored = b"ckeras.preprocessing.text\\nTokenizer\\n."  # what a Tokenizer of Keras 2 begins with\n'
            "pickle.loads(stored)"
        ),
        after=(
            "import importlib, pickle, sys\n"
            "\n"
            'sys.modules["keras.preprocessing.text"] = importlib.import_module("tensorflow.keras.preprocessing.text")\n'
            'pickle.loads(b"ckeras.preprocessing.text\\nTokenizer\\n.")'
        ),
        target="tensorflow==2.21.0",
        related=("KM107",),
    ),
    on_failure=on_failure,
)
