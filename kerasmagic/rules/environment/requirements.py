"""Packages that do not fit together: the unmet requirements of the stack, sorted into ideas, each told by its own rule.

The mechanism is one: read the requirements of what is installed, compare, and compute pins that satisfy everything
installed. The rules differ in what they teach.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Callable, Iterator, Sequence

from ...diagnosis.model.problem import Fix, Problem
from ...diagnosis.model.wanted import ATTRIBUTE, MODULE, NAME
from ...kernel.distributions import installed_on
from ...kernel.keras_identity import FIRST_THAT_KNOWS_KERAS_3
from ...kernel.measured import first_that_states, unstated_requirements
from ...kernel.places import PYTHONPATH, USER_SITE, place
from ...kernel.release import minor, release
from ...kernel.requirements import (
    Unmet,
    askers,
    install_beside_tensorflow,
    install_tensorflow,
    lacking,
    pins,
    unmet_requirements,
)
from ...kernel.snapshot import Snapshot
from ...kernel.stack import KERAS_VARIANTS, TENSORFLOW_VARIANTS, TF_KERAS_VARIANTS, module_of
from ...source.bindings import canonical

if TYPE_CHECKING:
    from ...diagnosis.evidence.failure import Failure
    from ...diagnosis.resolve.world import World

UNMET, KERAS_MINOR, KERAS_3, TF_KERAS, EXTENSION, PROTOBUF, NUMPY, ML_DTYPES, H5PY = (
    "KE101",
    "KE102",
    "KE103",
    "KE104",
    "KE105",
    "KE106",
    "KE107",
    "KE108",
    "KE109",
)

_BY_NAME = {"protobuf": PROTOBUF, "numpy": NUMPY, "ml-dtypes": ML_DTYPES, "h5py": H5PY}
_KERNEL = frozenset({"ipython", "ipykernel", "jupyter-client", "jupyter-core", "traitlets"})
"""What the kernel itself is made of: a fix that moves something from under these may be the last cell that runs."""

ENDED = {
    "keras-rl": "Use its successor keras-rl2, which is written for tf.keras",
    "keras-vggface": "Use the package deepface, which has the model VGG-Face",
    "keras-vis": "Use its successor tf-keras-vis, which is written for tf.keras",
    "tensorflow-addons": "Use what Keras has by now (AdamW, Lamb, GroupNormalization, F1Score), or a kernel with "
    "TensorFlow 2.15, the last that TensorFlow Addons supports",
}
"""Distributions that get no new releases, and what to do instead."""

FIRST_MADE_FOR_KERAS_3 = (2, 16)

_EXTENSIONS = ("keras-hub", "keras-nlp", "keras-cv", "keras-tuner")


def idea(unmet: Unmet) -> str:
    """The code of the rule that an unmet requirement belongs to."""
    if unmet.by in TENSORFLOW_VARIANTS and unmet.name in KERAS_VARIANTS and unmet.version:
        return KERAS_3 if release(unmet.version) >= (3,) else KERAS_MINOR
    if unmet.by in TF_KERAS_VARIANTS and unmet.name in TENSORFLOW_VARIANTS:
        return TF_KERAS
    if unmet.by in _EXTENSIONS and unmet.name in KERAS_VARIANTS and unmet.version:
        return EXTENSION
    if unmet.name == "numpy" and not _numpy_2_under_older_tensorflow(unmet):
        return UNMET
    return _BY_NAME.get(unmet.name, UNMET) if unmet.version else UNMET


def _numpy_2_under_older_tensorflow(unmet: Unmet) -> bool:
    """From 2.18 on TensorFlow is built with numpy 2, and asks for a range of it."""
    is_older = unmet.by in TENSORFLOW_VARIANTS and release(unmet.by_version) < (2, 18)
    return is_older and release(unmet.version) >= (2,)


def on_environment(code: str) -> Callable[[Snapshot], Iterator[Problem]]:
    """Tells the unmet requirements that belong to one rule."""

    def find(snapshot: Snapshot) -> Iterator[Problem]:
        return _problems(code, snapshot, snapshot.unmet)

    return find


def on_failure(code: str) -> Callable[[Failure, World], Iterator[Problem]]:
    """Tells why an import failed inside an installed package, if a requirement of one that took part is not met."""

    def find(failure: Failure, world: World) -> Iterator[Problem]:
        of_keras = _lacks_keras(failure) or _another_keras_has_it(code, failure)
        took_part = ["tensorflow", "keras"] if of_keras else packages(failure)
        if not took_part:
            return
        unmet = unmet_requirements(installed_on(sys.path))
        if not (
            of_keras or during_import(failure)
        ):  # Of the pairs that were measured it is known that they fail in use.
            unmet = tuple(entry for entry in unmet if not entry.stated and _both_in(entry, took_part))
        module = _missing_module(failure)
        if code == UNMET and module and not any(_root(entry.name) == module for entry in unmet):
            unmet = (*unmet, *lacking(module, installed_on(sys.path)))
        if any(idea(entry) == code for entry in unmet):
            for problem in _problems(code, failure.snapshot, _relevant(failure, unmet, took_part)):
                yield problem._replace(severity="error")

    return find


def _lacks_keras(failure: Failure) -> bool:
    """Whether TensorFlow has no Keras at all: it takes that of the package keras, and did not find it there."""
    return failure.wanted is not None and (failure.wanted.kind, failure.wanted.member) == (MODULE, "tensorflow.keras")


def _another_keras_has_it(code: str, failure: Failure) -> bool:
    """Whether a name was sought in vain in a Keras that is not TensorFlow's own, which has it as recorded.

    Arguments:
        code: of the rule that tells this Keras.
    """
    wanted = failure.wanted
    if code not in (KERAS_3, KERAS_MINOR) or wanted is None or wanted.kind not in (NAME, ATTRIBUTE, MODULE):
        return False
    owner = canonical(wanted.owner)
    name = canonical(wanted.member) if wanted.kind == MODULE else f"{owner}.{wanted.member}"
    misfit = next((entry for entry in unmet_requirements(installed_on(sys.path)) if idea(entry) == code), None)
    if misfit is None or name.partition(".")[0] not in ("keras", "tensorflow"):
        return False
    from ...catalog.target import CatalogError, Found, Target  # which a look at an environment does without

    try:
        target = Target.parse("tensorflow==" + ".".join(map(str, minor(misfit.by_version))))
        if wanted.kind == MODULE:
            return isinstance(target.import_module(name), Found)
        if wanted.kind == NAME:
            return isinstance(target.import_from(owner, wanted.member), Found)
        return isinstance(target.attribute(name), Found)
    except CatalogError:
        return False


def _both_in(unmet: Unmet, took_part: Sequence[str]) -> bool:
    return _root(unmet.by) in took_part and _root(unmet.name) in took_part


def during_import(failure: Failure) -> bool:
    """Whether an installed package failed to import something, failed while it was being imported itself, or looked for
    a name in another package that does not have it."""
    wanted = failure.wanted

    lacks_a_name = wanted is not None and wanted.kind == ATTRIBUTE and failure.message.startswith("module '")
    is_import_error = isinstance(failure.exception, ImportError) or lacks_a_name
    traceback = failure.exception.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        installed = "site-packages" in code.co_filename or "dist-packages" in code.co_filename
        if installed and (is_import_error or code.co_name == "<module>"):
            return True
        traceback = traceback.tb_next
    return False


def keras_not_imported(failure: Failure) -> bool:
    """Whether TensorFlow's lazy loader of ``tf.keras`` gave up, and hid why: at first it says that Keras cannot be
    imported, and from then on it asks itself for ever."""
    end = failure.end
    gave_up = isinstance(failure.exception, (ImportError, RecursionError))
    return gave_up and end is not None and "lazy_loader" in end.path


def _relevant(failure: Failure, unmet: Sequence[Unmet], took_part: Sequence[str]) -> list[Unmet]:
    """The unmet requirements that can have to do with a failure: both packages took part in it or are named by it;
    else what the package that raised asks for in vain."""
    text = f"{type(failure.exception).__name__} {failure.message}".lower()
    close = [
        entry
        for entry in unmet
        if {_root(entry.by), _root(entry.name)} & set(took_part)
        and all(_root(name) in took_part or _named(name, text) for name in (entry.by, entry.name))
    ]
    module = _missing_module(failure)
    missing = [
        entry
        for entry in unmet
        if not entry.version
        and (_root(entry.name) == module or (_named(entry.name, text) and _family(_root(entry.by)) & {*took_part}))
    ]
    return (
        close or missing or [entry for entry in unmet if _root(entry.by) == took_part[-1] and _may_be(entry, failure)]
    )


def _may_be(unmet: Unmet, failure: Failure) -> bool:
    """Whether a requirement of the package that raised can be the reason: where that looked in another package for a
    name, only a requirement on that one."""
    wanted = failure.wanted
    sought = wanted.owner.partition(".")[0] if wanted is not None and wanted.kind in (NAME, ATTRIBUTE) else ""
    return sought in ("", _root(unmet.by), _root(unmet.name))


def _missing_module(failure: Failure) -> str:
    """The top-level module that was not found; empty where something else failed."""
    wanted = failure.wanted
    return wanted.member.partition(".")[0] if wanted is not None and wanted.kind == MODULE else ""


def _family(root: str) -> frozenset[str]:
    """The packages that ask for what one of them says it needs: what Keras lacks, TensorFlow may have promised."""
    return _KERAS if root in _KERAS else frozenset([root])


_KERAS = frozenset(("tensorflow", "keras", "tf_keras"))


def packages(failure: Failure) -> list[str]:
    """The installed packages that a traceback passes through, from the cell inwards."""
    found: list[str] = []
    for frame in failure.frames:
        parts = frame.path.replace(os.sep, "/").split("/")
        for folder in ("site-packages", "dist-packages"):
            if folder in parts:
                package = parts[parts.index(folder) + 1].partition(".")[0]
                if package not in found[-1:]:
                    found.append(package)
    return found


# How messages speak of a package without naming it.
_SIGNS = {"numpy": ("convert function return value", "_array_api"), "protobuf": ("descriptor",)}


def _named(name: str, text: str) -> bool:
    return any(word in text for word in (name, _root(name), *_SIGNS.get(name, ())))


def _root(name: str) -> str:
    return module_of(name).partition(".")[0]


def _problems(code: str, snapshot: Snapshot, unmet: Sequence[Unmet]) -> Iterator[Problem]:
    """One problem for each package that does not fit, whoever complains about it."""
    by_subject: dict[str, list[Unmet]] = {}
    for entry in unmet:
        if idea(entry) == code and not _is_hidden(entry.name, snapshot):
            subject = entry.by if code in (TF_KERAS, EXTENSION) else entry.name
            by_subject.setdefault(subject, []).append(entry)
    for subject, entries in by_subject.items():
        yield Problem(
            rule=code,
            severity=_severity(code, entries[0]),
            title=_title(entries[0]),
            cause=" ".join(entry.sentence for entry in entries[:4]),
            reference=_root(subject),
            fixes=tuple(_fixes(code, snapshot, entries)),
        )


def _is_hidden(name: str, snapshot: Snapshot) -> bool:
    """A copy of the user's own hides the one of this environment: an install here would change nothing."""
    copies = snapshot.installed.copies(name)
    return len({copy.location for copy in copies}) > 1 and place(copies[0].location) in (USER_SITE, PYTHONPATH)


def _severity(code: str, unmet: Unmet) -> str:
    if code == UNMET:
        return "error" if not unmet.version and unmet.name in ("keras", "numpy", "h5py", "protobuf") else "warning"
    if code == KERAS_MINOR and minor(unmet.version) < minor(unmet.by_version):
        return "warning"
    if code == TF_KERAS:
        # Measured: 2.15.1 fails with TensorFlow 2.17.1, 2.16.0 loads with it.
        return "error" if minor(unmet.by_version) < (2, 16) <= minor(unmet.version) else "warning"
    if code == KERAS_3 and release(unmet.by_version) >= FIRST_THAT_KNOWS_KERAS_3:
        return "warning"
    if code == PROTOBUF:
        return "error" if _protobuf_breaks(unmet) else "warning"
    return "warning" if code in (ML_DTYPES, H5PY) else "error"


def _protobuf_breaks(unmet: Unmet) -> bool:
    """Measured: 2.4.4 and 2.10.1 fail with protobuf 4 and newer, 2.15.1 with 3.19; 2.15.1 runs with 6.33, 2.19.1 with
    7.36. TensorFlow 2.12 is the first whose files were generated for protobuf 4."""
    of_tensorflow = unmet.by in TENSORFLOW_VARIANTS
    return of_tensorflow and (release(unmet.by_version) < (2, 12) or release(unmet.version) < (3, 20))


def _title(unmet: Unmet) -> str:
    if not unmet.version:
        return f"{unmet.by} {unmet.by_version} needs {unmet.name}, which is not installed"
    if idea(unmet) == TF_KERAS:  # it is tf_keras that is to be changed, not TensorFlow
        return f"{unmet.by} {unmet.by_version} does not fit {unmet.name} {unmet.version}"
    return f"{unmet.name} {unmet.version} does not fit {unmet.by} {unmet.by_version}"


def _fixes(code: str, snapshot: Snapshot, entries: list[Unmet]) -> Iterator[Fix]:
    """First what leaves TensorFlow as it is, then what moves it."""
    installed = snapshot.installed
    restart = ", then restart the kernel" if snapshot.modules else ""
    if code == TF_KERAS:
        yield with_tf_keras(snapshot, restart)
        return
    ended = ENDED.get(entries[0].by)
    if ended:
        yield Fix("manual", ended, evidence=f"{entries[0].by} gets no new releases")
        return
    newer = first_that_states(entries[0].by, entries[0].by_version) if code == UNMET and not entries[0].stated else ""
    if newer and entries[0].by not in TENSORFLOW_VARIANTS:
        wanted = (*beside_tensorflow(snapshot), f"{entries[0].by}>={newer}")
        yield Fix(
            kind="install",
            title=f"Upgrade {entries[0].by}{restart}: from {newer} on it says what it needs",
            commands=("%pip install " + " ".join(f'"{pin}"' for pin in wanted),),
        )
        return
    # Everything that does not fit is pinned in one command, so that mending one does not break another.
    subject = entries[0].name
    wrong = [
        entry.name for entry in snapshot.unmet if idea(entry) != TF_KERAS and entry.name not in TENSORFLOW_VARIANTS
    ]
    found = pins(dict.fromkeys([subject, *wrong]), installed) or pins([subject], installed)
    tensorflow = installed.first(TENSORFLOW_VARIANTS)
    if code == EXTENSION and tensorflow and release(tensorflow.version) < FIRST_MADE_FOR_KERAS_3:
        yield Fix(
            kind="install",
            title=f"Upgrade TensorFlow, too{restart}: {entries[0].by} is for Keras 3",
            commands=(f'%pip install --upgrade "{tensorflow.name}>=2.16" keras {entries[0].by}',),
            evidence="TensorFlow asks for Keras 2 up to 2.15, and for Keras 3 from 2.16 on",
        )
    elif found and subject not in TENSORFLOW_VARIANTS:
        if any(not entry.version for entry in (*entries, *snapshot.unmet)):
            found = (*beside_tensorflow(snapshot), *found)
        who = ", ".join(askers(subject, installed)[:4])
        yield Fix(
            kind="install",
            title=f"Install versions that fit{restart}",
            commands=("%pip install " + " ".join(f'"{pin}"' for pin in found),),
            evidence=f"It fits all that needs {subject} here: {who}." if who else "",
        )
    else:
        yield from _left_to_pip(snapshot, subject, restart)
    if code == KERAS_3:
        yield Fix(
            kind="install",
            title=f"Or keep Keras 3, and install a TensorFlow that is made for it{restart}",
            commands=install_tensorflow(">=2.16", installed, "keras", "--upgrade"),
            evidence="from 2.16 on, TensorFlow asks for Keras 3",
        )


def _left_to_pip(snapshot: Snapshot, subject: str, restart: str) -> Iterator[Fix]:
    """No version of one package satisfies all that ask for it: so some of those have to move."""
    tensorflow = snapshot.installed.first(TENSORFLOW_VARIANTS)
    asking = askers(subject, snapshot.installed)
    own = [text for text in asking if text.split()[0] in _KERNEL]
    if own:
        # Measured: TensorFlow 2.12.1 runs with typing-extensions 4.14; with the 4.5 it asks for no kernel starts.
        yield Fix(
            kind="manual",
            title=f"Leave {subject} as it is: this kernel ({own[0]}) needs it and might not start without it",
            evidence=f"These need it: {', '.join(asking[:6])}.",
        )
        return
    why = f"No version of {subject} fits all that need it here: {', '.join(asking[:6])}."
    moving = [text.split()[0] for text in asking if not tensorflow or text.split()[0] != tensorflow.name]
    if tensorflow:
        fixed = [
            f"{tensorflow.name}=={tensorflow.version}",
            *unstated_requirements(tensorflow.name, tensorflow.version),
        ]
        names = dict.fromkeys(name for name in (*moving, subject) if name not in TENSORFLOW_VARIANTS)
        yield Fix(
            kind="install",
            title=f"Let pip choose versions that fit TensorFlow {tensorflow.version}{restart}",
            commands=("%pip install " + " ".join([*(f'"{pin}"' for pin in fixed), *names]),),
            evidence=why,
        )
    names = dict.fromkeys([*([tensorflow.name] if tensorflow else []), *moving, subject])
    yield Fix(
        kind="install",
        title=f"{'Or u' if tensorflow else 'U'}pgrade all of them{restart}",
        commands=("%pip install --upgrade " + " ".join(names),),
        evidence=why,
    )


def beside_tensorflow(snapshot: Snapshot) -> tuple[str, ...]:
    """The TensorFlow that is here, to be named in an install: what is new may bring more that is new, such as numpy,
    and pip minds only what the packages ask for that it was given."""
    tensorflow = snapshot.installed.first(TENSORFLOW_VARIANTS)
    return (f"{tensorflow.name}=={tensorflow.version}",) if tensorflow else ()


def with_tf_keras(snapshot: Snapshot, restart: str) -> Fix:
    """The install of the tf_keras that fits."""
    line = install_beside_tensorflow(tf_keras_pin(snapshot), snapshot.installed)
    tensorflow = snapshot.installed.first(TENSORFLOW_VARIANTS)
    why = f"tf_keras has the minor number of TensorFlow {snapshot.tensorflow}"
    if tensorflow and "--no-deps" in line:
        why += f"; without --no-deps, pip puts tensorflow over {tensorflow.name}"
    return Fix("install", f"Install the tf_keras of this TensorFlow{restart}", commands=(line,), evidence=why)


def tf_keras_pin(snapshot: Snapshot) -> str:
    """The tf_keras of the installed TensorFlow: their minor numbers are the same."""
    numbers = minor(snapshot.tensorflow)
    if len(numbers) < 2:
        return "tf_keras"
    return f"tf_keras>={numbers[0]}.{numbers[1]},<{numbers[0]}.{numbers[1] + 1}"
