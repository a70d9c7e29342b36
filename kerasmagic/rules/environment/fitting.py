"""The installs that make packages fit together."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.problem import Fix
from ...kernel.distributions import Distribution
from ...kernel.install_lines import install_lines, install_tensorflow
from ...kernel.measured import first_that_states, unstated_requirements
from ...kernel.release import release
from ...kernel.requirements import Unmet, askers, excluding, pins, refusing
from ...kernel.snapshot import Snapshot
from ...kernel.stack import TENSORFLOW_VARIANTS, module_of
from .companions import beside_tensorflow, with_companion, with_tf_keras
from .misfits import EXTENSION, KERAS_3, TF_KERAS, UNMET, idea

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


def fixes(code: str, snapshot: Snapshot, entries: list[Unmet]) -> Iterator[Fix]:
    """First what leaves TensorFlow as it is, then what moves it."""
    installed = snapshot.installed
    restart = ", then restart the kernel" if snapshot.modules else ""
    if code == TF_KERAS:
        yield with_tf_keras(snapshot, restart)
        return
    ended = ENDED.get(entries[0].by)
    if ended:
        yield Fix("manual", ended, evidence=f"{entries[0].by} gets no new releases.")
        return
    needs = entries[0]
    newer = first_that_states(needs.by, needs.by_version, needs.name) if code == UNMET and not needs.stated else ""
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
            evidence="TensorFlow asks for Keras 2 up to 2.15, and for Keras 3 from 2.16 on.",
        )
    elif subject in TENSORFLOW_VARIANTS:
        yield from with_companion(entries[0], snapshot, restart)
    elif found:
        if any(not entry.version for entry in (*entries, *snapshot.unmet)):
            found = (*beside_tensorflow(snapshot), *found)
        who = ", ".join(askers(subject, installed)[:4])
        yield Fix(
            kind="install",
            title=f"Install versions that fit{restart}",
            commands=install_lines(found, installed, snapshot.conda),
            evidence=f"It fits all that needs {subject} here: {who}." if who else "",
        )
    else:
        yield from _others_move(snapshot, subject, restart)
    if code == KERAS_3:
        yield Fix(
            kind="install",
            title=f"Or keep Keras 3, and install a TensorFlow that is made for it{restart}",
            commands=install_tensorflow(">=2.16", installed, "keras", "--upgrade"),
            evidence="From 2.16 on, TensorFlow asks for Keras 3.",
        )


def _others_move(snapshot: Snapshot, subject: str, restart: str) -> Iterator[Fix]:
    """No version of one package satisfies all that ask for it: so some of those have to move."""
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
    tensorflow = snapshot.installed.first(TENSORFLOW_VARIANTS)
    if tensorflow:
        title, pinned, moving = _moving(subject, tensorflow, snapshot)
        line = " ".join(["%pip install", *(f'"{pin}"' for pin in pinned), *moving])
        yield Fix(kind="install", title=f"{title}{restart}", commands=(line,), evidence=why)
    others = [name for name in (text.split()[0] for text in asking) if name not in TENSORFLOW_VARIANTS]
    names = dict.fromkeys([*([tensorflow.name] if tensorflow else []), *others, subject])
    yield Fix(
        kind="install",
        title=f"{'Or u' if tensorflow else 'U'}pgrade all of them{restart}",
        commands=("%pip install --upgrade " + " ".join(names),),
        evidence=why,
    )


def _moving(subject: str, tensorflow: Distribution, snapshot: Snapshot) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """What pip is to do, which versions stay, and what it may choose anew."""
    installed = snapshot.installed
    version, refusers = installed.version(subject), refusing(subject, installed)
    stays = beside_tensorflow(snapshot)
    if version and refusers and not any(module_of(name) in _CENTRE for name in refusers):
        title = f"Let pip choose a release of {' and '.join(refusers)} that fits {subject} {version}"
        return title, (*stays, f"{subject}=={version}"), refusers
    title = f"Let pip choose versions that fit TensorFlow {tensorflow.version}"
    unstated = unstated_requirements(tensorflow.name, tensorflow.version)
    others = excluding(subject, tensorflow.name, installed) or tuple(
        text.split()[0] for text in askers(subject, installed)
    )
    moving = dict.fromkeys(name for name in (*others, subject) if name not in TENSORFLOW_VARIANTS)
    return title, (*stays, *unstated), tuple(moving)


_CENTRE = ("tensorflow", "keras", "tf_keras")
"""The modules whose wishes decide: what else is here moves before they do."""
