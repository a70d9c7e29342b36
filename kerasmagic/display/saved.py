"""Draws what a saved model says about itself, and which Keras of this kernel can load it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, Mapping, Sequence

from . import markup
from .problem import problem_html, problem_lines
from .result import Result

if TYPE_CHECKING:
    from ..diagnosis.model.problem import Problem
    from ..diagnosis.saved_models import Examination, Verdict
    from ..saved.model import SavedModel

_FORMATS = {"keras": ".keras archive", "h5": "HDF5", "saved_model": "SavedModel folder"}


def saved_model_result(examined: Examination) -> Result:
    """What ``%keras_env --model FILE`` shows."""
    model, verdicts, problems = examined.model, examined.verdicts, examined.problems
    facts = list(_facts(model, verdicts)) if model else []
    description = {**model.to_dict(), "verdicts": [verdict.to_dict() for verdict in verdicts]} if model else None
    data: Mapping[str, Any] = {"problems": [problem.to_dict() for problem in problems], "model": description}
    headline = _headline(examined)
    return Result("environment", data, _text(headline, facts, problems), _html(headline, facts, problems))


def _headline(examined: Examination) -> str:
    name = examined.path.replace("\\", "/").rstrip("/").rpartition("/")[2]
    if examined.model is None:
        return f"{name}: not a model that can be loaded"
    if not examined.verdicts:
        return f"{name}: no Keras is installed here to load it"
    return f"{name}: {_answer(examined.verdicts[0])}"


def _answer(verdict: Verdict) -> str:
    name = verdict.loader.name
    if verdict.loads is False:
        return f"{name} cannot load it as it is"
    if verdict.problems:
        return f"{name} can load it, with the change below"
    return f"{name} can load it" if verdict.loads else f"{name} can probably load it"


def _facts(model: SavedModel, verdicts: Sequence[Verdict]) -> Iterator[tuple[str, str]]:
    yield "Format", _FORMATS[model.format] + (", weights only" if model.weights_only else "")
    writer = [f"{model.writer} {model.keras_version}"] if model.keras_version else []
    writer += [f"TensorFlow {model.tensorflow_version}"] if model.tensorflow_version else []
    yield (
        "Written by",
        (", ".join(writer) or "the file does not say")
        + (f" on {model.saved_on.replace('@', ' at ')}" if model.saved_on else ""),
    )
    if model.model_class:
        yield "Model", f"{model.model_class}, {len(model.layers)} layers"
    if not model.weights_only and (model.keras_version or model.optimizer):
        yield "Optimizer", _optimizer(model)
    needs = [part.key for part in model.custom]
    if needs:
        yield "Custom objects", ", ".join(needs)
    if model.lambdas:
        yield "Lambda layers", f"{model.lambdas}, stored as Python byte code"
    if model.endpoints:
        yield "Endpoints", ", ".join(model.endpoints)
    for verdict in verdicts:
        codes = ", ".join(problem.rule for problem in verdict.problems)
        yield f"With {verdict.loader.calls}", _answer(verdict) + (f" ({codes})" if codes else "")


def _optimizer(model: SavedModel) -> str:
    if not model.compiled:
        return "none: the model was not compiled"
    if not model.optimizer:
        return "the file does not say"
    family = {"legacy": "a legacy optimizer", "": ""}.get(model.optimizer_family, f"of {model.optimizer_family}")
    return f"{model.optimizer}, {family}" if family else model.optimizer


def _text(headline: str, facts: Sequence[tuple[str, str]], problems: Sequence[Problem]) -> str:
    lines = [markup.plain(headline)]
    for problem in problems:
        lines += problem_lines(problem)
    width = max((len(name) for name, _ in facts), default=0)
    lines += ["", *(f"{name:<{width}}  {markup.plain(value)}" for name, value in facts)] if facts else []
    return "\n".join(lines)


def _html(headline: str, facts: Sequence[tuple[str, str]], problems: Sequence[Problem]) -> str:
    body = "".join(map(problem_html, problems))
    if facts:
        body += markup.table((), [(markup.escape(name), markup.escape(value)) for name, value in facts])
    return markup.card(markup.escape(headline), body, "kerasmagic: saved model")
