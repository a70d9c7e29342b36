"""The magics: each parses its arguments, calls one function of a room, and shows the result.

Nothing of the rooms is imported before a magic needs it, so that ``%load_ext kerasmagic`` costs next to nothing.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import json
from typing import TYPE_CHECKING, Any, Callable, Sequence

from IPython.core.error import UsageError
from IPython.core.inputtransformer2 import cell_magic as transform_cell_magic
from IPython.core.inputtransformer2 import leading_empty_lines
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

from .guard import log_failure

if TYPE_CHECKING:
    from .diagnosis.problem import Problem
    from .display.result import Result
    from .extension import KerasMagic
    from .kernel.snapshot import Snapshot

CHECK = "%%keras_check"


def _guarded(magic: Callable[..., Any]) -> Callable[..., Any]:
    """Only a wrong use of a magic may stop the user's cell; an error of ours may not."""

    @functools.wraps(magic)
    def run(*arguments: Any) -> Any:
        try:
            return magic(*arguments)
        except UsageError:
            raise
        except Exception as error:
            log_failure(f"running {magic.__name__}", error)

    return run


@magics_class
class KerasMagics(Magics):
    """What a user types."""

    shell: Any

    def __init__(self, shell: Any, extension: KerasMagic) -> None:
        super().__init__(shell)
        self._extension = extension

    @line_magic
    @magic_arguments()
    @argument("--json", action="store_true", help="Print plain data as JSON.")
    @argument(
        "--report",
        action="store_true",
        help="Print Markdown for a bug report, without user names, home directories or secrets.",
    )
    @argument("--model", metavar="FILE", help="Describe a saved model instead, and say whether it can be loaded here.")
    @_guarded
    def keras_env(self, line: str) -> Result | None:
        """Show what is installed and loaded here: interpreter, TensorFlow and Keras packages, what ``keras``,
        ``tf.keras`` and ``tf_keras`` are in this kernel, settings and devices, and problems among them.

        Reads metadata and what is loaded already; never imports TensorFlow.

        ``env = %keras_env`` keeps the result: ``env.to_dict()`` is its plain data.
        """
        options = parse_argstring(self.keras_env, line)
        from .diagnosis.engine import environment_problems
        from .display.environment import environment_report, environment_result
        from .kernel.snapshot import take_snapshot

        snapshot = take_snapshot()
        if options.model:
            return self._show(self._saved_model(options.model.strip("'\""), snapshot))
        problems = environment_problems(snapshot)
        if options.report:
            print(environment_report(snapshot, problems), end="")
            return None
        result = environment_result(snapshot, problems)
        if options.json:
            print(json.dumps(result.to_dict(), indent=2))
            return None
        return self._show(result)

    def _saved_model(self, path: str, snapshot: Snapshot) -> Result:
        from .diagnosis.models import examine
        from .display.saved import saved_model_result

        examined = examine(path, snapshot)
        self._extension.problems = list(examined.problems)
        return saved_model_result(examined)

    @line_magic
    @magic_arguments()
    @argument("--replace", action="store_true", help="Put it in place of this cell, not into the next one.")
    @argument("--run", action="store_true", help="Run the corrected cell now. Installs are never run.")
    @_guarded
    def keras_fix(self, line: str) -> None:
        """Put the corrected cell of the last problem into the next cell, or the line that installs what is missing.

        The last problem is the one shown below the last cell that failed, or the first one that ``%%keras_check``
        found. Nothing is run unless ``--run`` is given.
        """
        options = parse_argstring(self.keras_fix, line)
        problems = self._extension.problems
        if not problems:
            print("Nothing to fix: kerasmagic has not seen a problem yet. Run the cell that fails, then %keras_fix.")
            return
        fix = next((fix for problem in problems for fix in problem.fixes if fix.source or fix.commands), None)
        if fix is None:
            ways = [fix.title for problem in problems for fix in problem.fixes]
            print(f"No automatic fix for: {problems[0].title}")
            print("\n".join(ways))
        elif fix.source and options.run:
            self._run(fix.source, fix.title)
        else:
            text = fix.source or "\n".join(fix.commands)
            self.shell.set_next_input(text, replace=options.replace)
            print(fix.title)
            if not fix.source:
                print("It changes this environment, so run it yourself:\n" + text)

    @cell_magic
    @magic_arguments()
    @argument(
        "--target",
        action="append",
        metavar="T",
        help='Check against a release instead of this kernel: "tensorflow==2.15.1", "tensorflow==2.16.2,legacy", '
        '"colab". May be given more than once.',
    )
    @argument("--all", action="store_true", help="Check against every recorded TensorFlow release.")
    @argument("--dry-run", action="store_true", help="Only check: do not run the cell.")
    @argument("--fix", action="store_true", help="Put the corrected cell in place of this one, and do not run it.")
    @_guarded
    def keras_check(self, line: str, cell: str) -> Result | None:
        """Check what the cell asks TensorFlow and Keras for, show the problems, then run the cell as usual.

        Nothing is imported for the check. The cell runs exactly as it would without this line; called from a program
        (``run_cell_magic``), this only checks.
        """
        options = parse_argstring(self.keras_check, line)
        from .catalog.target import CatalogError
        from .display.check import check_result

        # Lines are counted in the whole cell, in which this magic is the first one.
        text = f"{CHECK} {line}".rstrip() + "\n" + cell
        try:
            worlds = self._worlds(options.target or (), options.all)
        except CatalogError as error:
            raise UsageError(str(error)) from None
        findings = [(world.name, self._check(text, world)) for world in worlds]
        self._extension.problems = [problem for _, problems in findings for problem in problems]
        if options.fix:
            self.shell.set_next_input(self._corrected(text, worlds[0]), replace=True)
        return self._show(check_result(findings))

    def run_checked_cell(self, lines: list[str]) -> list[str]:
        """Let a cell run that begins with ``%%keras_check``: an input transformation of IPython's.

        The first line becomes the call that checks; the others stay where they are, and IPython runs them itself.
        So the value of the last line, top-level ``await``, other magics, and tracebacks with their line numbers are as
        without the magic.
        """
        try:
            return self._with_check(lines) if self._is_checked(lines) else lines
        except Exception as error:
            log_failure("preparing a checked cell", error)
            return lines

    def _is_checked(self, lines: list[str]) -> bool:
        words = lines[0].split(None, 1) if lines else []
        if words[:1] != [CHECK]:
            return False
        try:
            options = parse_argstring(self.keras_check, "".join(words[1:]))
        except UsageError:  # the magic itself will say so
            return False
        return not (options.dry_run or options.fix)

    def _with_check(self, lines: list[str]) -> list[str]:
        call, body = transform_cell_magic(lines)[0], lines[1:]
        if "".join(body).lstrip().startswith("%%"):
            body = transform_cell_magic(leading_empty_lines(body))
        return _after_future_imports(call, body)

    def _worlds(self, targets: Sequence[str], every: bool) -> list[Any]:
        from .diagnosis.world import KernelWorld, TargetWorld

        if every:
            from .catalog import targets as recorded

            return [TargetWorld(target) for target in recorded()]
        if targets:
            from .catalog.target import Target

            return [TargetWorld(Target.parse(target)) for target in targets]
        return [KernelWorld(self.shell.user_ns)]

    def _check(self, text: str, world: Any) -> list[Problem]:
        from .diagnosis.engine import check_cell
        from .source.bindings import Bindings

        return list(check_cell(text, world, Bindings.from_namespace(self.shell.user_ns)))

    def _corrected(self, text: str, world: Any) -> str:
        """The cell with every fix that is known to work, one after another, until there is nothing left to do."""
        done: dict[str, None] = {text: None}
        while True:
            fixes = (fix for problem in self._check(text, world) for fix in problem.fixes[:1])
            text = next((fix.source for fix in fixes if fix.source and fix.verified and fix.source not in done), "")
            if not text:
                return list(done)[-1]
            done[text] = None

    def _run(self, source: str, title: str) -> None:
        print(title)
        result = self.shell.run_cell(source)
        if not result.success:
            raise UsageError("The corrected cell fails too; its error is shown above.")

    def _show(self, result: Result) -> Result:
        from .display.result import Shown

        self.shell.display_pub.publish(result.mime_bundle())
        cell = self.shell.execution_count
        return Shown(
            result.kind, result.data, result.text, result.html, on_screen=lambda: self.shell.execution_count == cell
        )


def _after_future_imports(call: str, body: list[str]) -> list[str]:
    """A cell that makes a call before anything else; the lines of its body keep their numbers."""
    index = _last_future_import(body)
    if index is None:
        return [call, *body]
    # Python wants these imports first, so the call follows the last one, on its line.
    line = body[index].rstrip().rstrip(";")
    return ["\n", *body[:index], f"{line}; {call}", *body[index + 1 :]]


def _last_future_import(body: list[str]) -> int | None:
    """The index of the line on which the last ``from __future__ import`` ends; nothing but Python can stand before."""
    starts = [index for index, line in enumerate(body) if line.startswith("from __future__ import")]
    for index in range(starts[-1], len(body)) if starts else ():
        with contextlib.suppress(SyntaxError):
            ast.parse("".join(body[: index + 1]))
            return index
    return None
