"""A Lambda layer whose function is stored as Python byte code."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Iterator

from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence import session
from ...diagnosis.evidence.cell import CellFacts
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import ERROR, WARNING, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...diagnosis.saved_models import failed_load, when_loading_fails
from ...saved.loader import Loader
from ...saved.model import FOLDER, ZIP, SavedModel
from ...source.edits import Edit


def on_model(model: SavedModel, loader: Loader) -> Iterator[Problem]:
    if not model.lambdas or model.format == FOLDER:
        return
    refused = loader.major == 3 or (loader.minor >= (2, 12) and model.format == ZIP)
    weights = f"{loader.variable}.load_weights({loader.path(model.path)})"
    rebuild = Fix(
        "manual",
        f"In the place of load_model, build the model with the code that made it, the Lambda layers too; then load the "
        f"weights alone: {weights}.",
        evidence="Weights can be loaded without the byte code.",
    )
    trust = Fix(
        "manual",
        "Or, for a file you trust, saved with the same version of Python",
        commands=(loader.line(model.path, "safe_mode=False"),),
        evidence="Measured: byte code of Python 3.10 fails in 3.12 (bad marshal data).",
    )
    yield Problem(
        rule="KM108",
        severity=ERROR if refused else WARNING,
        title=f"Lambda layers in this model are stored as Python byte code ({model.lambdas})",
        cause="Loading it runs code from the file, "
        + ("which Keras refuses by itself" if refused else "without asking")
        + ", and byte code is good for one version of Python only.",
        fixes=(rebuild, trust) if refused else (rebuild,),
    )


_told = when_loading_fails(on_model, r"Lambda|marshal|lambda|EOF read")
_DIFFERS = "Loading runs the Python code that the file holds; this program wrote the file itself."


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    facts = failing.facts_of(failure) if "safe_mode" in failure.message else None
    for problem in _told(failure, world):
        found = failed_load(failure)
        own = facts is not None and found is not None and _is_written_here(PurePath(found[0]).name, failure)
        edits = [*_trusted(facts)] if own and facts is not None else []
        proposal = Proposal("Load it with safe_mode=False", tuple(edits), differs=_DIFFERS)
        yield problem._replace(proposals=(proposal,)) if edits else problem


def _is_written_here(name: str, failure: Failure) -> bool:
    """Whether the code of this session saves a model in a file of this name."""
    saves = re.compile(rf"(?:ModelCheckpoint|\.save|\bsave_model)\([^)\n]*{re.escape(name)}")
    return any(saves.search(text) for text in (failure.source, *session.cells(failure.namespace)))


def _trusted(facts: CellFacts) -> Iterator[Edit]:
    for call in failing.calls_of("load_model", facts):
        given = [*call.args, *(item.value for item in call.keywords)]
        if given and not any(item.arg in ("safe_mode", None) for item in call.keywords):
            last = max((failing.end_range(node, facts) for node in given), key=lambda each: (each.line, each.column))
            yield Edit(last, ", safe_mode=False")


RULE = Rule(
    code="KM108",
    name="Lambda layers stored as byte code",
    lesson=Lesson(
        what="load_model says Requested the deserialization of a Lambda layer, or bad marshal data.",
        why="A Lambda layer around a Python lambda is saved as Python byte code: it can run anything, and another "
        "Python version may not be able to read it. A layer class or a registered function has neither problem.",
        since="keras 2.13",
        before=(
            "import keras\n"
            "\n"
            "model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Lambda(lambda x: x * 2)])\n"
            'model.save("model.keras")\n'
            'keras.models.load_model("model.keras")'
        ),
        after=(
            "import keras\n"
            "\n"
            "model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Rescaling(2)])\n"
            'model.save("model.keras")\n'
            'keras.models.load_model("model.keras")'
        ),
        target="tensorflow==2.21.0",
        related=("KM107",),
    ),
    on_model=on_model,
    on_failure=on_failure,
)
