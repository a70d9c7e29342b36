"""Draws a snapshot of the kernel: problems first, then what is here; and a report that can be posted in public."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, Mapping, Sequence, Tuple

from .. import __version__
from ..catalog.images import Image, like
from . import markup
from .problem import problem_html, problem_lines
from .result import Result

if TYPE_CHECKING:
    from ..diagnosis.model.problem import Problem
    from ..kernel.keras_identity import Face, KerasIdentity
    from ..kernel.settings import Setting
    from ..kernel.snapshot import Snapshot

_HEADERS = ("distribution", "on disk", "in memory", "installed by")

Row = Tuple[str, str]


def environment_result(
    snapshot: Snapshot, problems: Sequence[Problem], extra: Mapping[str, Any] | None = None
) -> Result:
    """What ``%keras_env`` shows.

    Arguments:
        extra: more data to carry in the JSON form, such as facts about a saved model.
    """
    image = _looks_like(snapshot)
    facts = {**snapshot.to_dict(), "image": image.to_dict() if image else None}
    data = {"problems": [problem.to_dict() for problem in problems], **facts, **(extra or {})}
    return Result("environment", data, _text(snapshot, problems), _html(snapshot, problems))


def environment_report(snapshot: Snapshot, problems: Sequence[Problem]) -> str:
    """The same as Markdown for a bug report, without user names, home directories, host names or values of variables
    that could be secret."""
    from ..kernel.private import anonymous, read_private

    private = read_private(snapshot)

    def cell(text: str) -> str:
        return _cell(anonymous(text, private))

    lines = ["### Environment", "", "| | |", "|---|---|"]
    lines += [f"| {cell(name)} | {cell(value)} |" for name, value in _facts(snapshot, short=True)]
    lines += ["", "| " + " | ".join(_HEADERS) + " |", "|---|---|---|---|"]
    lines += ["| " + " | ".join(map(cell, row)) + " |" for row in _distribution_rows(snapshot)]
    if problems:
        lines += ["", "Problems:", ""]
        lines += [f"- {problem.rule} {cell(problem.title)}. {cell(problem.cause)}".rstrip() for problem in problems]
    return "\n".join([*lines, "", f"(kerasmagic {__version__})"]) + "\n"


def _text(snapshot: Snapshot, problems: Sequence[Problem]) -> str:
    lines: list[str] = [_headline(snapshot, problems), ""]
    for problem in problems:
        lines += [*problem_lines(problem), ""]
    facts = list(_facts(snapshot))
    width = max(len(name) for name, _ in facts)
    lines += [f"{name:<{width}}  {markup.plain(value)}" for name, value in facts]
    rows = [_HEADERS, *_distribution_rows(snapshot)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADERS))]
    lines += [""]
    lines += ["  ".join(f"{value:<{width}}" for value, width in zip(row, widths)).rstrip() for row in map(_plain, rows)]
    return "\n".join(lines)


def _plain(row: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(markup.plain, row))


def _html(snapshot: Snapshot, problems: Sequence[Problem]) -> str:
    facts = [(markup.escape(name), markup.prose(value)) for name, value in _facts(snapshot)]
    rows = [[markup.escape(value) for value in row] for row in _distribution_rows(snapshot)]
    body = "".join(map(problem_html, problems))
    body += markup.table((), facts)
    body += markup.details(f"Installed packages of the stack ({len(rows)})", markup.table(_HEADERS, rows), open_=True)
    return markup.card(markup.escape(_headline(snapshot, problems)), body, "kerasmagic: environment", not problems)


def _headline(snapshot: Snapshot, problems: Sequence[Problem]) -> str:
    notes = sum(problem.severity not in ("error", "warning") for problem in problems)
    count = len(problems) - notes
    found = f"{count or 'no'} problem{'s' if count > 1 else ''} found"
    return f"This kernel: {found}" + (f", {notes} note{'s' if notes > 1 else ''}" if notes else "")


def _facts(snapshot: Snapshot, short: bool = False) -> Iterator[Row]:
    """What is here, a name and a sentence each.

    Arguments:
        short: without the paths.
    """
    advice, interpreter = snapshot.keras.advice, snapshot.interpreter
    yield "best import", " ".join((advice.line or "none works", "—", *advice.reasons))
    yield (
        "Python",
        f"{interpreter.version} ({interpreter.implementation}, {interpreter.home}) on {interpreter.platform} "
        f"{interpreter.machine}",
    )
    if not short:
        yield "executable", interpreter.executable
    yield "pip", _pip(snapshot, short)
    yield "front-end", _frontend(snapshot)
    if _image(snapshot):
        yield "image", _image(snapshot)
    for face in snapshot.keras.faces:
        yield face.name, _face(face)
    yield "same classes", _sameness(snapshot.keras)
    yield "backend", f"{snapshot.keras.backend}"
    for setting in (snapshot.settings.legacy_keras, snapshot.settings.backend):
        yield setting.name, _setting(setting)
    yield "keras.json", _keras_json(snapshot, short)
    yield "devices", _devices(snapshot)
    yield "GPU", _gpu(snapshot)


def _pip(snapshot: Snapshot, short: bool) -> str:
    pip = snapshot.interpreter.pip
    if pip is None:
        return "none on PATH; %pip installs into this kernel"
    answer = {
        True: "installs into this kernel",
        False: "installs somewhere else, not into this kernel",
        None: "may install somewhere else; %pip installs into this kernel",
    }
    where = "`pip` on PATH" if short else pip.path
    return f"{where} {answer[pip.installs_here]}"


def _frontend(snapshot: Snapshot) -> str:
    frontend = snapshot.frontend
    versions = (("IPython", frontend.ipython), ("ipykernel", frontend.ipykernel), ("ipywidgets", frontend.ipywidgets))
    return ", ".join([frontend.name, *(f"{name} {version or 'not installed'}" for name, version in versions)])


def _looks_like(snapshot: Snapshot) -> Image | None:
    versions = {"tensorflow": snapshot.tensorflow}
    versions.update({name: snapshot.installed.version(name) or "" for name in ("keras", "tf_keras")})
    return like(snapshot.interpreter.version, versions)


def _image(snapshot: Snapshot) -> str:
    """Which of Colab's images this kernel looks like; empty where there is no reason to speak of Colab."""
    found = _looks_like(snapshot)
    if found is not None:
        return f"looks like {found.words}: the same Python, TensorFlow and Keras"
    return "like none of Colab's that are recorded" if snapshot.frontend.name == "Colab" else ""


def _face(face: Face) -> str:
    if not face.package:
        return f"none: {face.missing}"
    package = "TensorFlow's own copy" if face.package == "tensorflow" else face.package
    how = "loaded" if face.live else "not loaded; predicted from what is installed"
    module = f", module {face.module}" if face.module != face.name else ""
    return f"{package} {face.version or '(no version)'}{module} ({how})"


def _sameness(keras: KerasIdentity) -> str:
    if not keras.same:
        return "nothing to compare"
    return "; ".join(f"{one} {'is' if same else 'is not'} {other}" for one, other, same in keras.same)


def _setting(setting: Setting) -> str:
    value = "not set" if setting.value is None else f"set to {setting.value!r}"
    source = {"live": "as loaded", "default": "by default"}.get(setting.source, f"from {setting.source}")
    late = ", changed after the import that reads it" if setting.late else ""
    return f"{value}; in effect: {setting.effective} ({source}{late})"


def _keras_json(snapshot: Snapshot, short: bool) -> str:
    file = snapshot.settings.keras_json
    if file is None:
        return "none"
    if file.unreadable:
        return f"{'there' if short else file.path}, cannot be read ({file.unreadable})"
    known = ("backend", "floatx", "epsilon", "image_data_format")
    values = ", ".join(f"{name}={file.values[name]}" for name in known if name in file.values)
    return values if short else f"{values} ({file.path})"


def _devices(snapshot: Snapshot) -> str:
    if snapshot.devices is None:
        loaded = snapshot.module("tensorflow") is not None
        no_list = "not known yet: TensorFlow has no list of them, tf.config.list_physical_devices() makes one"
        return no_list if loaded else "not asked, TensorFlow is not loaded"
    names = (device.name.replace("/physical_device:", "") for device in snapshot.devices if device.visible)
    return ", ".join(names) or "none"


def _gpu(snapshot: Snapshot) -> str:
    """What the machine has, and what TensorFlow could use of it."""
    gpu = snapshot.gpu
    cards = ", ".join(gpu.models) or ("an NVIDIA card" if gpu.nvidia else "none seen")
    driver = f", driver {gpu.driver}" if gpu.driver else ""
    if gpu.build is None:
        return cards + driver
    built = f"CUDA {gpu.build.cuda} and cuDNN {gpu.build.cudnn}" if gpu.build.cuda else "the CPU"
    return f"{cards}{driver}; tensorflow {snapshot.tensorflow} is built for {'ROCm' if gpu.build.rocm else built}"


def _distribution_rows(snapshot: Snapshot) -> Iterator[tuple[str, ...]]:
    loaded: dict[str, str] = {}
    for module in snapshot.modules:
        loaded[module.distribution] = "half loaded" if module.partial else module.version or "loaded"
        if module.stale:
            loaded[module.distribution] += " (stale)"
    for found in snapshot.distributions:
        version = found.version or "unknown"
        yield found.name, version, loaded.get(found.name, "-"), found.installer or "-"


def _cell(text: str) -> str:
    """Text inside a Markdown table or list: one line, no bars, no html."""
    return markup.escape(text).replace("|", "\\|").replace("\n", " ").replace("&#x27;", "'").replace("&quot;", '"')
