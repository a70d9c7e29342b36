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

from .arguments import argument, arguments, parse
from .guard import guarded, log_failure

if TYPE_CHECKING:
    from .diagnosis.model.problem import Fix, Problem
    from .display.result import Result
    from .kernel.snapshot import Snapshot

CHECK = "%%keras_check"

_AS_JSON = argument("--json", action="store_true", help="Print plain data as JSON.")
_AS_WIDGET = argument("--widget", action="store_true", help="Show a panel to operate, where ipywidgets is installed.")


def _guarded(magic: Callable[..., Any]) -> Callable[..., Any]:
    """Only a wrong use of a magic may stop the user's cell; an error of ours may not."""

    @functools.wraps(magic)
    def run(*given: Any) -> Any:
        try:
            return magic(*given)
        except UsageError as error:  # it quotes what was typed, or pasted
            from .display.markup import plain

            raise UsageError(plain(error)) from None

    return guarded(f"running {magic.__name__}", UsageError)(run)


@magics_class
class KerasMagics(Magics):
    """What a user types."""

    shell: Any

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self.problems: list[Problem] = []
        """What was found last, by the watcher or by a check: what ``%keras_fix`` fixes."""
        self.corrected: dict[str, str] = {}
        """Cells that failed, and the corrected cell that was offered for each: what ``%keras_fix --all`` adds."""
        self._cell = self._corrected_cell = self._unexplained = ""

    def remember(self, problems: list[Problem], cell: str = "", corrected: str = "") -> None:
        """What ``%keras_fix`` is to fix.

        Arguments:
            cell: the cell as typed.
            corrected: the same with all corrections, where a check has made them.
        """
        self.problems, self._cell, self._corrected_cell, self._unexplained = problems, cell, corrected, ""
        edit = next((fix for problem in problems for fix in problem.fixes if fix.source and fix.verified), None)
        if edit is not None and edit.source and cell and not corrected:
            self.corrected[cell] = edit.source

    def forget(self, error: BaseException) -> None:
        """After an error that nothing is known about, an earlier fix is not the answer."""
        self.remember([])
        self._unexplained = type(error).__name__

    @line_magic
    @arguments(
        _AS_JSON,
        argument(
            "--report",
            action="store_true",
            help="Print Markdown for a bug report, without user names, home directories or secrets.",
        ),
        argument("--model", metavar="FILE", help="Describe a saved model instead, and say whether it loads here."),
        _AS_WIDGET,
    )
    @_guarded
    def keras_env(self, line: str) -> Result | None:
        """Show what is installed and loaded here: Python, the TensorFlow and Keras packages, what keras, tf.keras and
        tf_keras are in this kernel, settings and devices, and what does not fit together.

        It reads metadata and what is already loaded; it never imports TensorFlow.

        Examples:

            %keras_env                       what is here
            %keras_env --report              the same as Markdown, for a bug report
            %keras_env --model model.h5      which Keras wrote a saved model, and whether it loads here
            env = %keras_env                 keeps the answer: env.to_dict() is plain data
        """
        options = parse(self.keras_env, line)
        from .diagnosis.environment import environment_problems
        from .diagnosis.evidence import session
        from .display.environment import environment_report, environment_result
        from .kernel.snapshot import take_snapshot
        from .rules import RULES

        snapshot = take_snapshot(cells=session.cells(self.shell.user_ns))
        if options.model:
            return self._answer(self._saved_model(options.model, snapshot), options.json)
        problems = environment_problems(snapshot, RULES)
        if options.report:
            print(environment_report(snapshot, problems), end="")
            return None
        if options.widget:
            from .display.widgets import environment_panel

            return self._answer(environment_panel(snapshot, problems), options.json)
        return self._answer(environment_result(snapshot, problems), options.json)

    def _saved_model(self, path: str, snapshot: Snapshot) -> Result:
        from .diagnosis.saved_models import examine
        from .display.saved import saved_model_result
        from .rules import RULES

        examined = examine(path, snapshot, RULES)
        self.problems = list(examined.problems)
        return saved_model_result(examined)

    @line_magic
    @arguments(
        argument(
            "what",
            nargs="*",
            metavar="OPTIMIZER",
            help='A name ("adam"), a config dict, or a variable that holds a class, an optimizer or a compiled model; '
            "all optimizers unless given.",
        ),
        argument(
            "--target", metavar="T", help='Answer from the record of another release: "tensorflow==2.15.1,legacy".'
        ),
        argument(
            "--compare",
            nargs=2,
            metavar=("A", "B"),
            help="Compare two optimizers step by step: adam sgd, or written as in the answer: keras.optimizers.Adam "
            "keras.optimizers.legacy.Adam.",
        ),
        _AS_JSON,
        _AS_WIDGET,
    )
    @_guarded
    def keras_optimizer(self, line: str) -> Result | None:
        """Show which class each way of writing an optimizer gives: "adam", keras.optimizers.Adam, legacy, get,
        deserialize and compile, in every TensorFlow release and in this kernel. For a model or an optimizer of yours,
        also its learning rate, schedule and state.

        If Keras is loaded, the answer is measured in this kernel; if not, it comes from the record of the installed
        release. Nothing is imported.

        Examples:

            %keras_optimizer adam                                   what "adam" means
            %keras_optimizer model                                  the optimizer of your model
            %keras_optimizer --compare adam sgd                     50 steps of both, side by side
            %keras_optimizer adam --target tensorflow==2.11.1       in another release
        """
        options = parse(self.keras_optimizer, line)
        from .display.optimizer import optimizer_result
        from .optimizers import examine
        from .optimizers.compare import class_for, compare
        from .rules import RULES

        namespace = self.shell.user_ns
        try:
            computes = bool(options.widget or options.compare)
            examination = examine(options.what or None, namespace, options.target, RULES.of_optimizers(), computes)
            classes = [class_for(text, examination.optimizers) for text in options.compare or ()]
        except (AttributeError, LookupError, ValueError) as error:
            raise UsageError(str(error)) from None
        if examination.live is not None:
            self.remember(list(examination.live.problems))
        if options.widget:
            from .display.widgets import optimizer_panel

            return self._answer(optimizer_panel(examination, namespace), options.json)
        comparison = compare(*classes) if classes else None
        return self._answer(optimizer_result(examination, comparison), options.json)

    @line_magic
    @arguments(
        argument("name", nargs="?", metavar="NAME", help="A dotted name, old or new, or the code of a rule: KI101."),
        argument(
            "--releases",
            nargs=2,
            metavar=("OLD", "NEW"),
            help="Compare two releases of a package instead: what came, what went, and what takes other arguments.",
        ),
        _AS_JSON,
    )
    @_guarded
    def keras_explain(self, line: str) -> Result | None:
        """Show the history of a name: which releases have it, what else it is called, and what to write today. Or show
        the lesson of a rule. Or compare two releases. Without an argument, list the rules.

        Examples:

            %keras_explain keras.layers.LocallyConnected1D      a name
            %keras_explain Adam.decay                           an argument
            %keras_explain KI101                                a rule
            %keras_explain --releases keras==3.12.0 keras==3.13.2
        """
        options = parse(self.keras_explain, line)
        from .explain import NoAnswer, explained

        try:
            return self._answer(explained(options.name, options.releases), options.json)
        except NoAnswer as error:
            raise UsageError(str(error)) from None

    @line_magic
    @arguments(
        argument(
            "way",
            nargs="?",
            type=int,
            metavar="NUMBER",
            help="Which way out, as numbered below the error; the first unless given.",
        ),
        argument("--diff", action="store_true", help="Show what would change, and change nothing."),
        argument("--replace", action="store_true", help="Put it in place of this cell, not into the next one."),
        argument("--run", action="store_true", help="Run the corrected cell now. Installs are never run."),
        argument(
            "--all",
            action="store_true",
            help="Correct all cells run so far, and put the whole program into the next cell, without running it.",
        ),
    )
    @_guarded
    def keras_fix(self, line: str) -> None:
        """Put the corrected cell of the last problem into the next cell, or the line that installs what is missing.

        The last problem is the one below the last cell that failed; after a %%keras_check, everything it found is
        corrected together. Nothing runs unless you say --run.

        Examples:

            %keras_fix              the corrected cell goes into the next cell
            %keras_fix 2            the second way out
            %keras_fix --diff       only show what would change
            %keras_fix --run        run the corrected cell now
        """
        options = parse(self.keras_fix, line)
        if options.all:
            self._fix_session()
            return
        ways = self._ways()
        if not ways:
            print(self._nothing_to_fix())
            return
        fix = self._way(ways, options.way)
        if not (fix.source or fix.commands):
            print(f"No automatic fix for: {self.problems[0].title}")
            print("\n".join(each.title for each in ways) if options.way is None else fix.title)
        elif options.diff:
            from .source.edits import unified_diff

            print(unified_diff(self._cell, fix.source) if fix.source else "\n".join(fix.commands), end="")
        elif fix.source and options.run:
            self._run(fix.source, fix.title)
        else:
            text = fix.source or "\n".join(fix.commands)
            self.shell.set_next_input(text, replace=options.replace)
            print(fix.title)
            if not fix.source:
                print("It changes this environment, so run it yourself:\n" + text)
            if options.replace:
                print("It stands in this cell now. The cell that failed can't be reached from here: delete it.")

    def _ways(self) -> list[Fix]:
        """The ways out that ``%keras_fix`` takes by number, as they are shown."""
        if self._corrected_cell != self._cell and self._corrected_cell:
            from .diagnosis.model.problem import VERIFIED, Fix

            return [Fix("edit", "The checked cell, corrected", source=self._corrected_cell, applicability=VERIFIED)]
        told = next((p for p in self.problems if any(f.source or f.commands for f in p.fixes)), None)
        return list(told.fixes) if told else [fix for problem in self.problems for fix in problem.fixes]

    def number_of_ways(self) -> int:
        """How many ways out ``%keras_fix NUMBER`` can take."""
        return len(self._ways())

    def _way(self, ways: list[Fix], number: int | None) -> Fix:
        if number is None:
            return next((fix for fix in ways if fix.source or fix.commands), ways[0])
        if not 1 <= number <= len(ways):
            raise UsageError(f"There is no way out {number}: the last problem has {len(ways)}.")
        return ways[number - 1]

    def _nothing_to_fix(self) -> str:
        if self.problems:
            return f"No automatic fix for: {self.problems[0].title}"
        if self._unexplained:
            return f"Nothing to fix: kerasmagic has no answer to the last error ({self._unexplained})."
        return "Nothing to fix: kerasmagic has not seen a problem yet. Run the cell that fails, then %keras_fix."

    def _fix_session(self) -> None:
        from .display.restored_text import session_text
        from .restore.session import corrected_session

        [here] = self._worlds("", (), False, None)
        session = corrected_session(self.shell.history_manager.input_hist_raw, here, self.corrected)
        if session.changed:
            self.shell.set_next_input(session.text)
        image = session.last_image.to_dict() if session.last_image else None
        print(session_text(session.changed, session.left_out, image))

    @cell_magic
    @arguments(
        argument(
            "--target",
            action="append",
            metavar="T",
            help='Check against a release instead of this kernel: "tensorflow==2.15.1", "tensorflow==2.16.2,legacy", '
            '"colab". May be given more than once.',
        ),
        argument("--all", action="store_true", help="Check against every recorded TensorFlow release from 2.0 on."),
        argument("--since", metavar="RELEASE", help="With --all: begin with another release, such as 1.15 or 2.10."),
        argument("--dry-run", action="store_true", help="Only check: do not run the cell."),
        argument("--fix", action="store_true", help="Put the corrected cell in place of this one, and do not run it."),
        argument(
            "--widget",
            action="store_true",
            help="Show a panel with the corrected cell and a button that runs it; the cell itself is not run.",
        ),
    )
    @_guarded
    def keras_check(self, line: str, cell: str) -> Result | None:
        """Find what would fail in the cell, be ignored, or need a restart; then run the cell as usual.

        Nothing is imported for the check. The cell runs exactly as it would without this line; called from a program
        (run_cell_magic), this only checks.

        Examples:

            %%keras_check                                      check for this kernel, then run
            %%keras_check --dry-run --all                      in which releases would it run?
            %%keras_check --dry-run --target tensorflow==2.15.1
            %%keras_check --fix                                put the corrected cell in place of this one
        """
        options = parse(self.keras_check, line)
        if options.all and options.target:
            raise UsageError("--all checks every recorded release; leave --target out.")
        if options.since and not options.all:
            raise UsageError("--since goes with --all.")
        from .catalog import CatalogError

        # Lines are counted in the whole cell, in which this magic is the first one.
        text = f"{CHECK} {line}".rstrip() + "\n" + cell
        try:
            worlds = self._worlds(text, options.target or (), options.all, options.since)
        except CatalogError as error:
            raise UsageError(str(error)) from None
        findings = [(world, self._problems(text, world)) for world in worlds]
        corrected = _body(self._corrected(text, worlds[0])) if _has_edit(findings[0][1]) else cell
        if len(worlds) == 1:
            self.remember(list(findings[0][1]), cell, corrected)
        if options.fix:
            self.shell.set_next_input(corrected, replace=True)
        return self._answer(self._checked(text, corrected, findings, options))

    def _checked(
        self, text: str, corrected: str, findings: Sequence[tuple[Any, list[Problem]]], options: Any
    ) -> Result:
        """The findings as a matrix of releases, as a panel or as a list."""
        if options.all:
            from .display.matrix import matrix_result
            from .files.report import target_report

            found = [target_report("", None, world.target, [(None, each) for each in told]) for world, told in findings]
            return matrix_result({"file": "", "targets": found})
        named = [(world.name, problems) for world, problems in findings]
        if options.widget:
            from .display.widgets import check_panel

            return check_panel(_body(text), named, corrected, self.shell.run_cell)
        from .display.check import check_result

        return check_result(named, text, correctable=corrected != _body(text))

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
            options = parse(self.keras_check, "".join(words[1:]))
        except UsageError:  # the magic itself will say so
            return False
        return not (options.dry_run or options.fix or options.widget)

    def _with_check(self, lines: list[str]) -> list[str]:
        call, body = transform_cell_magic(lines)[0], lines[1:]
        if "".join(body).lstrip().startswith("%%"):
            body = transform_cell_magic(leading_empty_lines(body))
        return _after_future_imports(call, body)

    def _worlds(self, text: str, targets: Sequence[str], every: bool, since: str | None) -> list[Any]:
        """Where the cell would run, with what it sets itself."""
        from .catalog import FIRST
        from .diagnosis.resolve.kernel import KernelWorld
        from .diagnosis.resolve.target import TargetWorld
        from .files.document import Passage
        from .files.setup import own_target, setup_of
        from .files.targets import all_targets
        from .rules import RULES

        setup = setup_of([Passage(None, text)])
        names = all_targets(since or FIRST) if every else targets
        if names:
            return [TargetWorld(own_target(setup, name)[0], RULES) for name in names]
        return [KernelWorld(RULES, self.shell.user_ns, legacy=setup.legacy is not None)]

    def _problems(self, text: str, world: Any) -> list[Problem]:
        from .diagnosis.engine import judge, read
        from .files.trouble import unchecked
        from .source.bindings import Bindings

        facts = read(text, Bindings.from_namespace(self.shell.user_ns))
        if facts.cell.error:
            return [unchecked(f"This cell was not checked, because it can't be read as Python. {facts.cell.error}")]
        return judge(facts, world)

    def _corrected(self, text: str, world: Any) -> str:
        """The cell with every fix that is known to work, one after another, until there is nothing left to do."""
        done: dict[str, None] = {text: None}
        while True:
            fixes = (fix for problem in self._problems(text, world) for fix in problem.fixes[:1])
            text = next((fix.source for fix in fixes if fix.source and fix.verified and fix.source not in done), "")
            if not text:
                return list(done)[-1]
            done[text] = None

    def _run(self, source: str, title: str) -> None:
        print(title)
        result = self.shell.run_cell(source)
        if not result.success:
            raise UsageError("The corrected cell fails too; its error is shown above.")

    def _answer(self, result: Result, as_json: bool = False) -> Result | None:
        """Show a result, and give it back; or print its plain data."""
        if as_json:
            print(json.dumps(result.to_dict(), indent=2))
            return None
        from .display.result import Shown

        if getattr(result, "widget", self) is None:
            print("ipywidgets is not installed in this kernel, so this is the answer without a panel.")
        self.shell.display_pub.publish(result.mime_bundle())
        cell = self.shell.execution_count
        return Shown(
            result.kind, result.data, result.text, result.html, on_screen=lambda: self.shell.execution_count == cell
        )


def _body(text: str) -> str:
    """A checked cell without its first line, the magic."""
    return text.partition("\n")[2]


def _has_edit(problems: Sequence[Problem]) -> bool:
    return any(fix.source and fix.verified for problem in problems for fix in problem.fixes[:1])


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
