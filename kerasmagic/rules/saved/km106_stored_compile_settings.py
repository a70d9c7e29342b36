"""The model would load, but what ``compile`` was given does not."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Iterator

from ...catalog.target import Target
from ...diagnosis.contract.compiled import compiled_after_loading, metrics_of
from ...diagnosis.contract.training import trained_model, trained_variable
from ...diagnosis.evidence import session
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.evidence.load_call import load_call
from ...diagnosis.model.problem import ERROR, Fix, Problem, Proposal
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from ...diagnosis.saved_models import failed_model, when_loading_fails
from ...saved.compile_line import compile_call
from ...saved.loader import Loader
from ...saved.model import FOLDER, HDF5, ZIP, SavedModel
from .authors import authors_own, in_session
from .loading_again import MEASURED, recompiled


def on_model(model: SavedModel, loader: Loader) -> Iterator[Problem]:
    reason = unreadable_settings(model, loader)
    if reason:
        compiling = compile_call(model, loader, {part.name: part.name for part in authors_own(model)})
        again = (f"{loader.variable}.{compiling}",) if compiling else ()
        yield Problem(
            rule="KM106",
            severity=ERROR,
            title=f"{loader.name} cannot read the compile settings in this file",
            cause=f"{reason} The layers and their weights are fine.",
            fixes=(
                Fix(
                    "manual",
                    "Load it without them, then compile it again",
                    commands=(loader.line(model.path, "compile=False"), *again),
                    evidence=MEASURED,
                ),
            ),
        )


def unreadable_settings(model: SavedModel, loader: Loader) -> str:
    """Why a Keras cannot read what compile was given; empty where nothing speaks against it."""
    if not model.compiled or model.weights_only or (model.format == FOLDER and loader.major == 3):
        return ""
    return _keras_3(model, loader) if loader.major == 3 else _keras_2(model, loader)


def _keras_3(model: SavedModel, loader: Loader) -> str:
    if model.format == HDF5:
        own = {part.name for part in authors_own(model)}
        known = _losses(loader.version) | own
        unknown = [name for name in model.losses if name not in known]
        if unknown:
            return f"In HDF5 files Keras 3 does not find the loss {unknown[0]!r} by this name."
    if model.old_schedule and model.optimizer_family == "legacy":
        return f"The learning rate schedule of {model.optimizer} is stored in a form that Keras 3 does not read."
    if model.major == 2:
        if any(part.role == "loss" for part in model.components):
            return "The loss is stored as an object of Keras 2, with arguments that Keras 3 refuses."
        if model.format != HDF5 and model.optimizer_family in ("legacy", "Keras 2"):
            return f"The optimizer {model.optimizer} is of Keras 2 ({model.optimizer_family}), which Keras 3 refuses."
    return ""


@lru_cache(maxsize=4)
def _losses(version: str) -> frozenset[str]:
    """The names of losses that Keras 3 finds when it reads an HDF5 file: the public ones. It fails with the short ones,
    such as mse."""
    return frozenset(Target.from_installed({"keras": version, "tensorflow": None}).names("keras.losses"))


def _keras_2(model: SavedModel, loader: Loader) -> str:
    new = model.optimizer_family == "Keras 2" and model.format != ZIP
    if new and loader.minor < min(model.minor, (2, 11)):
        return (
            f"The optimizer is the newer {model.optimizer}, the default since Keras 2.11, which this release does "
            "not have."
        )
    if model.format == ZIP and model.optimizer_family == "legacy" and loader.minor in ((2, 12), (2, 13)):
        return "Keras 2.12 and 2.13 do not read legacy optimizers from .keras files, not even from their own."
    own = [part.name for part in authors_own(model) if part.name in model.metrics]
    if own and loader.package == "tensorflow":
        # Measured in TensorFlow 2.4: '<' not supported between instances of 'function' and 'str'.
        return f"Given the function, it puts it in the place of the metric's name, too ({own[0]}), and fit fails."
    loss_object = model.format != ZIP and any(
        part.role == "loss" and "fn" in part.arguments for part in model.components
    )
    if loss_object and model.minor >= (2, 13) and loader.minor < (2, 13):
        return f"The loss is stored as Keras {model.keras_version} does it, with an argument this release refuses."
    return ""


_told = when_loading_fails(
    on_model,
    r"KerasSaveable|attribute 'build'|Could not locate function|string indices|reduction|'fn'|weight_decay|'name'"
    r"|Unknown (optimizer|loss|metric)|is_legacy_optimizer|could not be deserialized|Could not deserialize",
)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if _USED.search(failure.message):
        yield from _metrics_of_keras_2(failure)
        return
    call = load_call(failure)
    if call is not None and getattr(call.argument("compile"), "value", None) is False:
        return  # the settings were not read
    for problem in _told(failure, world):
        found = failed_model(failure)
        proposal = recompiled(call, *found, failure.namespace) if call is not None and found is not None else None
        lost = in_session(authors_own(found[0]), failure.namespace).lost if found is not None else ()
        listed = ", ".join(lost)
        cause = f"{problem.cause} It was given {listed}, too: define or import that first." if lost else problem.cause
        yield problem._replace(cause=cause, proposals=(proposal,) if proposal is not None else ())


_USED = re.compile(r"'str' object is not callable|Expected all entries in the `metrics` list to be metric objects")


def _metrics_of_keras_2(failure: Failure) -> Iterator[Problem]:
    """Keras 3 loads an HDF5 file with the metrics of Keras 2, and fails when it uses them: each wraps the name of a
    function, and they are in a list too many (measured in Keras 3.13 and 3.15)."""
    variable, model = trained_variable(failure), trained_model(failure)
    wrapped = [session.own(each, "_fn") for each in metrics_of(model) if session.is_kind(each, "Metric")]
    if not variable or not any(type(function) is str for function in wrapped):
        return
    again, edits = compiled_after_loading(variable, model, failure)
    yield Problem(
        rule="KM106",
        severity=ERROR,
        title=f"Keras 2 wrote the metrics in the file of {variable}, and Keras 3 cannot use them",
        cause="load_model takes them from an HDF5 file, and evaluate and fit fail. The layers and their weights are "
        "fine.",
        reference="load_model",
        fixes=(Fix("manual", "Compile the model again after load_model", commands=(again,), evidence=_SAME),),
        proposals=(Proposal("Compile it again after load_model", tuple(edits), _SAME),) if edits else (),
    )


_SAME = "The loss, the metrics and the optimizer's settings stay."

RULE = Rule(
    code="KM106",
    name="compile settings that do not load",
    lesson=Lesson(
        what="load_model ends in Could not deserialize 'keras.metrics.mse', in an argument of a loss or "
        "optimizer that is refused, or in Unknown optimizer: Custom>Adam.",
        why="A saved model also contains what you gave to compile, and that format changed more often than the "
        "layers'. Keras 3 does not even read its own HDF5 files if the loss was given as mse.",
        since="keras 3.0",
        before=(
            "import keras\n"
            "\n"
            "model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])\n"
            'model.compile("adam", "mse")\n'
            'model.save("model.h5")\n'
            'keras.models.load_model("model.h5")'
        ),
        after=(
            'import keras\n\nmodel = keras.models.load_model("model.h5", compile=False)\nmodel.compile("adam", "mse")'
        ),
        target="tensorflow==2.21.0",
        related=("KM102", "KM104"),
    ),
    on_model=on_model,
    on_failure=on_failure,
    is_easy=True,
)
