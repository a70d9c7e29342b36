"""The extension: one object for each shell, which registers everything and takes all of it away again."""

from __future__ import annotations

import sys
from typing import Any

from IPython.core.error import UsageError
from traitlets import Bool, observe
from traitlets.config import Configurable

from . import __version__
from .guard import guarded
from .magics import CHECK, KerasMagics
from .watcher import Watcher, causes

_MAGIC_KINDS = ("line", "cell")
_COMPLETE = "complete_command"
"""The hook that completes the arguments of IPython's own magics."""


class KerasMagic(Configurable):
    """The settings of kerasmagic, for ``%config KerasMagic`` and for configuration files."""

    watch = Bool(
        True,
        help="Look at cells that fail, and explain errors that come from TensorFlow or Keras below the traceback.",
    ).tag(config=True)
    quiet = Bool(
        False,
        help="Speak only when asked: failing cells are still looked at, so that %keras_fix knows the last problem, but "
        "nothing is shown below them, and loading the extension prints nothing.",
    ).tag(config=True)

    def __init__(self, shell: Any) -> None:
        super().__init__(parent=shell)
        self.shell = shell
        self.magics = KerasMagics(shell)
        self._watcher = Watcher(shell, self.explain, self.prepare, self.explain_command)
        self._offer: Any = None

    def register(self) -> None:
        self.shell.configurables.append(self)
        self.shell.register_magics(self.magics)
        self.shell.input_transformer_manager.line_transforms.insert(0, self.magics.run_checked_cell)
        for name in self._completed():
            self.shell.set_hook(_COMPLETE, self._complete, str_key=name)
        if self.watch:
            self._watcher.start()

    def unregister(self) -> None:
        self._watcher.stop()
        self._end_offer()
        transforms = self.shell.input_transformer_manager.line_transforms
        if self.magics.run_checked_cell in transforms:
            transforms.remove(self.magics.run_checked_cell)
        self._unregister_completion()
        self._unregister_magics()
        self.shell.configurables[:] = [each for each in self.shell.configurables if each not in (self, self.magics)]

    def _completed(self) -> list[str]:
        """The words behind which Tab asks us."""
        signs = {"line": ("%",), "cell": ("%", "%%")}
        return [sign + name for kind in _MAGIC_KINDS for name in self.magics.magics[kind] for sign in signs[kind]]

    @guarded("completing a magic")
    def _complete(self, _: Any, event: Any) -> Any:
        from .completion import candidates

        return candidates(self.magics, self.shell.user_ns, event.command, event.text_until_cursor)

    def _unregister_completion(self) -> None:
        """IPython has no way to do this, either."""
        table = getattr(self.shell.strdispatchers.get(_COMPLETE), "strs", {})
        for name in self._completed():
            table.pop(name, None)

    def _unregister_magics(self) -> None:
        """IPython has no way to do this: take our names out of its tables, where they are still ours."""
        manager = self.shell.magics_manager
        for kind in _MAGIC_KINDS:
            for name, function in self.magics.magics[kind].items():
                if manager.magics[kind].get(name) == function:
                    del manager.magics[kind][name]
        name = type(self.magics).__name__
        if manager.registry.get(name) is self.magics:
            del manager.registry[name]

    @observe("watch")
    def _watch_changed(self, change: Any) -> None:
        if self not in self.shell.configurables:  # being made
            return
        if change["new"]:
            self._watcher.start()
        else:
            self._watcher.stop()

    def prepare(self) -> None:
        """Load what explaining needs, by a rehearsal that nobody sees."""
        from .diagnosis.engine import diagnose
        from .diagnosis.evidence.failure import Failure
        from .diagnosis.resolve.kernel import KernelWorld
        from .rules import RULES

        cell = "from keras.layers.core import Dense"
        error = ModuleNotFoundError("No module named 'keras.layers.core'", name="keras.layers.core")
        problems = diagnose(Failure(error, "from keras.layers.core import Dense", {}), KernelWorld(RULES, {}))
        if problems:
            _drawn(problems, cell).mime_bundle()

    def explain(self, error: BaseException, source: str) -> None:
        """Say what is behind an exception, where it has to do with TensorFlow or Keras and we are sure."""
        if not isinstance(error, Exception):  # interrupts, exits
            return
        from .diagnosis.engine import diagnose
        from .diagnosis.evidence.failure import Failure
        from .diagnosis.resolve.kernel import KernelWorld
        from .rules import RULES

        namespace = self.shell.user_ns
        world = KernelWorld(RULES, namespace)
        for exception in causes(error):
            problems = diagnose(Failure(exception, source, namespace), world)
            if problems:
                announced = CHECK in source and _subject(problems[0]) in map(_subject, self.magics.problems)
                if not announced:  # else the check has told it, and corrects all that it found
                    self.magics.remember(problems, source)
                    if not self.quiet:
                        self._show(problems, source)
                return
        if not isinstance(error, UsageError):  # a misspelt magic, which may be one of ours
            self.magics.forget(error)

    def explain_command(self, source: str) -> None:
        """Say why an install failed, or why this kernel has nothing of it, or why TensorBoard did not start, where we
        are sure."""
        from .diagnosis.installs import explain_commands, explain_installs
        from .diagnosis.resolve.kernel import KernelWorld
        from .rules import RULES

        namespace = self.shell.user_ns
        world = KernelWorld(RULES, namespace)
        problems = explain_installs(source, namespace.get("_exit_code"), world) or explain_commands(source, world)
        if problems and CHECK not in source:
            self.magics.remember(problems, source)
            if not self.quiet:
                self._show(problems, source, button=False)  # what changes the environment is not run by a click

    def _show(self, problems: list[Any], cell: str, button: bool = True) -> None:
        # The traceback of an exception group is text on stderr, which would otherwise come after this.
        sys.stdout.flush()
        sys.stderr.flush()
        self.shell.display_pub.publish(_drawn(problems, cell).mime_bundle())
        fix = next(iter(problems[0].fixes), None)
        if button and fix is not None and fix.source and fix.verified and _has_buttons(self.shell):
            self._make_offer(fix.source)

    def _make_offer(self, corrected: str) -> None:
        """A button below the hint, until the next cell runs."""
        from .display.offer import Offer

        if self._offer is not None:  # this is the output of a corrected cell, below its button
            return
        offer = Offer(self.shell.display_pub.publish, corrected, self.shell.run_cell)
        if offer.show():
            self._offer = offer
            self.shell.events.register("pre_run_cell", self.pre_run_cell)

    def pre_run_cell(self, info: Any) -> None:
        self._end_offer()

    @guarded("taking a button away")
    def _end_offer(self) -> None:
        if self._offer is not None and not self._offer.running:
            offer, self._offer = self._offer, None
            self.shell.events.unregister("pre_run_cell", self.pre_run_cell)
            offer.end()


def _has_buttons(shell: Any) -> bool:
    """Whether a person with a front-end is at the other end, not a program that runs notebooks.

    The protocol does not say whether a front-end has widgets, but every request says whether somebody can be asked
    for input: nbclient, papermill and nbconvert say no. One without widgets shows an empty line.
    """
    kernel: Any = getattr(shell, "kernel", None)
    try:
        return bool(kernel.get_parent("shell")["content"]["allow_stdin"])
    except (AttributeError, KeyError, TypeError):  # no kernel, an old one, or a request of another kind
        return False


def _drawn(problems: list[Any], cell: str) -> Any:
    from .catalog.history import spans
    from .catalog.store import CatalogError
    from .display.diagnosis import diagnosis_result

    try:
        return diagnosis_result(problems, spans(problems[0].reference), cell)
    except CatalogError:  # the loaded modules know enough without it
        return diagnosis_result(problems, cell=cell)


def _subject(problem: Any) -> tuple[str, str]:
    return problem.rule, problem.reference


def load(shell: Any) -> None:
    """Register everything, unless it is there already."""
    if _loaded(shell) is not None:
        return
    extension = KerasMagic(shell)
    extension.register()
    if not extension.quiet:
        print(
            f"kerasmagic {__version__} explains TensorFlow and Keras errors below the traceback; "
            "%keras_env shows what is installed here."
        )


def unload(shell: Any) -> None:
    extension = _loaded(shell)
    if extension is not None:
        extension.unregister()


def _loaded(shell: Any) -> KerasMagic | None:
    return next((each for each in shell.configurables if isinstance(each, KerasMagic)), None)
