"""``python -m kerasmagic env | check | restore | explain | optimizer | demo``: the engine of the magics, on files.

The process starts in the time of Python itself: each command imports what it needs, and none imports IPython or
TensorFlow unless it has to.
"""

from __future__ import annotations

import argparse
import atexit
import gc
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterable, Iterator, Sequence, TextIO

from . import __version__

if TYPE_CHECKING:
    from .display.tally import Tally

CLEAN, PROBLEMS, BAD_USAGE, INTERRUPTED = 0, 1, 2, 130
FIXES_IN_TEXT = 20
"""In a terminal, problems come with the code to use up to this many a file; more are for --diff, which seeks longer."""
BAR = 30
"""The length of the progress bar, in characters."""
FORMATS = ("text", "json", "jsonl", "github", "sarif")

_STATUS = "Exit status: 0 no error found (warnings and notes don't count), 1 errors found, 2 bad usage."
_CHECK = f"""Find what would fail in notebooks, scripts and folders of them, without running any code.

In a notebook, "cell" counts all cells from 1, markdown cells too, and lines count in the cell as typed.
For thousands of files: --format jsonl writes one object a file as soon as it is done, and --files-from - reads the
list of files from the standard input, so that a run can be continued with the files that are left. {_STATUS}"""

_RESTORE = """Correct notebooks and scripts until they run. This RUNS THEIR CODE, in a Jupyter kernel that works in the
folder of each file: edited as by check --fix, then cell by cell. Where a cell fails and its hint has an edit that means
the same, the edit is made and the cell runs again. The original is never touched: NAME.restored.ipynb or
NAME.restored.py is written beside it. Lines of the program that install packages are not run.
Exit status: 0 all of it runs now, 1 something does not, 2 bad usage."""


class BadUsage(Exception):
    """What is wrong with the command line, in one sentence."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _make_encodable(sys.stdout, sys.stderr)
    try:
        if arguments[:1] == ["demo"]:
            from .demo import main as demo

            return demo(arguments[1:])
        options = _parser().parse_args(arguments)
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except BadUsage as error:
        print(f"kerasmagic: {error}", file=sys.stderr)
        return BAD_USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # "| head" has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PROBLEMS


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kerasmagic", description="What TensorFlow and Keras are here, and what would fail in your notebooks."
    )
    parser.add_argument("--version", action="version", version=f"kerasmagic {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    coloured = argparse.ArgumentParser(add_help=False)
    coloured.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colours: in a terminal, unless NO_COLOR is set (auto), always or never",
    )

    env = commands.add_parser("env", parents=[coloured], help="what is installed here, and what keras and tf.keras are")
    env.add_argument("--json", action="store_true", help="as JSON")
    env.add_argument("--report", action="store_true", help="as markdown for a bug report, without private facts")
    env.add_argument("--model", metavar="FILE", help="describe a saved model, and say whether it can be loaded here")
    env.set_defaults(run=_env)

    check = commands.add_parser(
        "check", parents=[coloured], help="what would fail in notebooks and scripts", description=_CHECK
    )
    _add_check_options(check)
    check.add_argument("--fix", action="store_true", help="apply verified edits to the files, and show the diff")
    check.set_defaults(run=_check)

    fix = commands.add_parser("fix", parents=[coloured], help="check --fix", description=_CHECK)
    _add_check_options(fix)
    fix.set_defaults(run=_check, fix=True)

    restore = commands.add_parser(
        "restore",
        parents=[coloured],
        help="run notebooks and scripts, and correct them until they run",
        description=_RESTORE,
    )
    _add_restore_options(restore)
    restore.set_defaults(run=_restore)

    explain = commands.add_parser("explain", parents=[coloured], help="a name's history, two releases, or a rule")
    explain.add_argument("name", nargs="?", help="keras.layers.LocallyConnected1D, or KI101; none: a list of the rules")
    explain.add_argument(
        "--releases",
        nargs=2,
        metavar=("OLD", "NEW"),
        help="compare two releases of a package instead, as keras==3.12.0 keras==3.13.2: what came, went and changed",
    )
    explain.add_argument("--json", action="store_true", help="as JSON")
    explain.set_defaults(run=_explain)

    optimizer = commands.add_parser(
        "optimizer", parents=[coloured], help="which class an optimizer's name turns into here"
    )
    optimizer.add_argument("name", nargs="?", help='an identifier such as "adam"')
    optimizer.add_argument("--target", metavar="T", help="a release, as tensorflow==2.15; without: what is here")
    optimizer.add_argument("--json", action="store_true", help="as JSON")
    optimizer.set_defaults(run=_optimizer)

    commands.add_parser("demo", help="the quickstart notebook in a real kernel")

    completion = commands.add_parser("completion", help="a script that lets Tab complete these commands in a shell")
    completion.add_argument("shell", choices=("bash", "zsh", "fish"), help='e.g. eval "$(kerasmagic completion bash)"')
    completion.set_defaults(run=lambda options: _completion(options, parser))
    return parser


def _add_check_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help=".ipynb, .py, a folder, or - for the standard input")
    parser.add_argument(
        "--target",
        action="append",
        default=[],
        metavar="T",
        help="a release, as tensorflow==2.15, tensorflow==2.16.2,keras==3.4.1, colab or colab@2024-03; may be given "
        "several times; without: what is installed here",
    )
    _add_origin(parser)
    parser.add_argument("--all", action="store_true", help="all recorded TensorFlow releases from 2.0 on")
    parser.add_argument("--since", metavar="RELEASE", help="with --all: begin with another release, such as 1.15")
    parser.add_argument("--migrate", metavar="T", help="like --fix for this target, and list what a person must decide")
    parser.add_argument("--diff", action="store_true", help="show what --fix would change, and change nothing")
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to show it (default: text)")
    parser.add_argument("--html", metavar="FILE", help="also write a page, files by releases")
    parser.add_argument("--jobs", type=_positive, default=1, metavar="N", help="check in N processes")
    parser.add_argument("--files-from", metavar="FILE", help="a list of paths, one a line; - for the standard input")


def _add_origin(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from",
        dest="origin",
        default="",
        metavar="T",
        help="the release that the code was written for: also tell what stays legal and changes",
    )


def _add_restore_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help=".ipynb, .py, or a folder")
    parser.add_argument("--kernel", default="", metavar="NAME", help="a Jupyter kernel; without: this Python")
    parser.add_argument("--timeout", type=_positive, default=600, metavar="SECONDS", help="for each cell (600)")
    parser.add_argument(
        "--unsafe-fixes",
        action="store_true",
        help="also make edits that may compute something else; a comment in the restored cell says what to check",
    )
    _add_origin(parser)
    parser.add_argument("--install", action="store_true", help="run the installs that hints ask for, in the kernel")
    parser.add_argument("--output", metavar="PATH", help="the file, or an existing folder, to write to")
    parser.add_argument(
        "--arguments", default="", metavar="LINE", help="what a script finds in sys.argv, in one string"
    )
    parser.add_argument("--jobs", type=_positive, default=1, metavar="N", help="this many files at a time")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to show it (default: text)")


def _positive(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError("not a number from 1 on")
    return number


def _env(options: argparse.Namespace) -> int:
    from .diagnosis.environment import environment_problems
    from .display.environment import environment_report, environment_result
    from .kernel.snapshot import take_snapshot
    from .rules import RULES

    snapshot = take_snapshot()
    if options.model:
        from .diagnosis.saved_models import examine
        from .display.saved import saved_model_result

        examined = examine(options.model, snapshot, RULES)
        _show(saved_model_result(examined), options)
        return PROBLEMS if any(problem.severity == "error" for problem in examined.problems) else CLEAN
    problems = environment_problems(snapshot, RULES)
    if options.report:
        print(environment_report(snapshot, problems))
    else:
        _show(environment_result(snapshot, problems), options)
    return PROBLEMS if any(problem.severity == "error" for problem in problems) else CLEAN


def _explain(options: argparse.Namespace) -> int:
    from .explain import NoAnswer, explained

    try:
        _show(explained(options.name, options.releases), options)
    except NoAnswer as error:
        raise BadUsage(str(error)) from None
    return CLEAN


def _optimizer(options: argparse.Namespace) -> int:
    from .catalog.store import CatalogError
    from .display.optimizer import optimizer_result
    from .optimizers import examine

    try:
        examined = examine(options.name, target=options.target)
    except (ValueError, CatalogError) as error:
        raise BadUsage(str(error)) from None
    _show(optimizer_result(examined), options)
    return CLEAN


def _show(result: Any, options: argparse.Namespace) -> None:
    print(json.dumps(result.to_dict(), indent=2) if options.json else _dresser(options)(result.text))


def _dresser(options: argparse.Namespace) -> Callable[[str], str]:
    from .display.terminal import dresser

    return dresser(sys.stdout, options.color)


def _completion(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from .display.shell_completion import script

    print(script(options.shell, parser))
    return CLEAN


def _check(options: argparse.Namespace) -> int:
    # Trees of code are large, and die with their file or with this process: looking through them only takes time.
    gc.set_threshold(50_000)
    atexit.register(gc.freeze)
    from .catalog.store import CatalogError
    from .files.discovery import find_files
    from .files.run import Task, run

    try:
        names, notes = _targets(options)
    except CatalogError as error:
        raise BadUsage(str(error)) from None
    edit = options.fix or options.diff or options.migrate is not None
    paths = _paths(options)
    if edit and len(names) > 1:
        raise BadUsage("Edits are made for one target; name it with --target or --migrate.")
    if edit and not options.diff and "-" in paths:
        raise BadUsage("The standard input can't be edited; --diff shows what would change.")
    missing = [path for path in paths if path != "-" and not os.path.lexists(path)]
    most = FIXES_IN_TEXT if options.format == "text" and len(names) == 1 else None
    task = Task(names, fix=edit, write=not options.diff, origin=options.origin, past=options.all, most=most)
    jobs = 1 if "-" in paths else options.jobs  # the standard input belongs to this process
    status = CLEAN
    output = _Output(options, names, notes)
    files: Iterable[str] = find_files(paths)
    if sys.stderr.isatty():
        files = list(files)
        reports = _with_progress(run(task, files, jobs), len(files), sys.stderr)
    else:
        reports = run(task, files, jobs)
    for report in reports:
        output.add(report)
        if any(part["errors"] for part in report["targets"]) or (options.diff and report.get("diff")):
            status = PROBLEMS
    output.end()
    if missing and not options.files_from:
        raise BadUsage(f"There is no {missing[0]}.")
    return status


def _restore(options: argparse.Namespace) -> int:
    import shlex

    from .display.restored_text import outcome_text, summary
    from .files.discovery import find_files
    from .files.run import run
    from .files.targets import target
    from .restore.kernel import kernel_manager
    from .restore.model import CannotRun, Wishes
    from .restore.restored import is_restored
    from .restore.run import Restoration

    missing = [path for path in options.paths if not os.path.lexists(path)]
    if missing:
        raise BadUsage(f"There is no {missing[0]}.")
    files = [path for path in find_files(options.paths) if path in options.paths or not is_restored(path)]
    if options.output and len(files) > 1 and not Path(options.output).is_dir():
        raise BadUsage(f"There are {len(files)} files to restore, so --output must be a folder that is there.")
    if options.output and len({Path(path).name for path in files}) < len(files):
        raise BadUsage("Several of the files have the same name, so they can't be written to one folder.")
    try:
        kernel_manager(options.kernel)
    except CannotRun as error:
        raise BadUsage(str(error)) from None
    if options.origin:
        target(options.origin)
    arguments = tuple(shlex.split(options.arguments))
    wishes = Wishes(options.kernel, options.timeout, options.unsafe_fixes, options.install, arguments, options.origin)
    outcomes, dress = [], _dresser(options)
    for outcome in run(Restoration(wishes, options.output, _tell), files, options.jobs):
        outcomes.append(outcome)
        if options.format == "text":
            print(dress(outcome_text(outcome)), end="", flush=True)
    running = sum(outcome["runs"] for outcome in outcomes)
    if options.format == "json":
        print(json.dumps({"kind": "restore", "kerasmagic": __version__, "files": outcomes}, indent=2))
    else:
        print(dress(summary(len(outcomes), running)))
    return CLEAN if running == len(outcomes) else PROBLEMS


def _tell(path: str, line: str) -> None:
    """How far a restoration is, where it does not disturb the results."""
    from .display.file_text import file_name
    from .display.markup import plain

    print(f"{file_name(path)}: {plain(line)}", file=sys.stderr, flush=True)


def _targets(options: argparse.Namespace) -> tuple[tuple[str, ...], list[str]]:
    from .catalog import FIRST
    from .files.targets import INSTALLED, all_targets, notes, target

    chosen = [*options.target, *([options.migrate] if options.migrate else [])]
    if options.all and chosen:
        raise BadUsage("--all checks every recorded release; leave the target out.")
    if options.since and not options.all:
        raise BadUsage("--since goes with --all.")
    names = all_targets(options.since or FIRST) if options.all else tuple(dict.fromkeys(chosen)) or (INSTALLED,)
    for name in (*names, *([options.origin] if options.origin else [])):
        target(name)
    return names, [] if options.all else [note for name in names for note in notes(name)]


def _paths(options: argparse.Namespace) -> list[str]:
    from .files.discovery import listed_files

    paths = list(options.paths)
    if options.files_from == "-":
        if "-" in paths:
            raise BadUsage("The standard input can't be both a file and a list of files.")
        paths += listed_files(sys.stdin)
    elif options.files_from:
        try:
            with Path(options.files_from).open(encoding="utf-8") as lines:
                paths += listed_files(lines)
        except OSError as error:
            raise BadUsage(f"The list {options.files_from} can't be read: {error.strerror}.") from None
    elif not paths:
        raise BadUsage("Which files? Name notebooks, scripts or folders, or - for the standard input.")
    return paths


class _Output:
    """Shows reports in the format that was asked for: those that can be are written file by file."""

    def __init__(self, options: argparse.Namespace, names: Sequence[str], notes: Sequence[str]) -> None:
        self.options, self.names, self.notes = options, names, notes
        self.kept: list[dict[str, Any]] = []
        self.page: Any = None
        self.tally: Any = None
        self.dress: Callable[[str], str] = str
        self.files = self.errors = self.warnings = self.solvable = self.fixed = self.longest = 0
        if options.format == "text":
            from .display.tally import Tally

            self.tally, self.dress = Tally(), _dresser(options)
            for note in notes:
                print(f"note: {note}", file=sys.stderr)
        if options.html:
            from .display.matrix import Page
            from .files.targets import target

            self.page = Page()
            chosen = [target(name) for name in names]
            self._write_page(self.page.begin([{"target": t.name, "releases": dict(t.releases)} for t in chosen]), "w")

    def add(self, report: dict[str, Any]) -> None:
        self._count(report)
        if self.tally:
            self.tally.add(report)
        if self.page:
            self._write_page(self.page.row(report))
        if self.options.format == "text":
            self._add_text(report)
        elif self.options.format == "jsonl":
            from .files.report import public

            print(json.dumps(public(report)), flush=True)
        elif self.options.format == "github":
            from .display.github import commands

            sys.stdout.write(commands(report))
        else:
            self.kept.append(report)

    def end(self) -> None:
        if self.page:
            self._write_page(self.page.end(self.notes, _rule_names(self.page.tally)))
        if self.tally:
            sys.stdout.write(self.dress(self.tally.text(_rule_names(self.tally))))
            print(self.dress(self._summary()))
        elif self.options.format == "json":
            from .files.report import merged
            from .files.targets import target

            print(json.dumps(merged(self.kept, [target(name).name for name in self.names], self.notes), indent=2))
        elif self.options.format == "sarif":
            from .display.sarif import sarif_log
            from .files.trouble import RULES as OF_FILES
            from .rules import RULES

            print(json.dumps(sarif_log(self.kept, (*RULES.all(), *OF_FILES)), indent=2))

    def _write_page(self, html: str, mode: str = "a") -> None:
        try:
            with Path(self.options.html).open(mode, encoding="utf-8", errors="backslashreplace") as page:
                page.write(html)
        except OSError as error:
            raise BadUsage(f"The page {self.options.html} can't be written: {error.strerror}.") from None

    def _add_text(self, report: dict[str, Any]) -> None:
        from .display.file_text import problems_text
        from .display.markup import plain

        if len(self.names) > 1:
            from .display.matrix import matrix_text

            sys.stdout.write(self.dress(matrix_text(report)))
            return
        if report.get("diff"):
            sys.stdout.write(self.dress(plain(report["diff"])))
        sys.stdout.write(self.dress(problems_text(report)))

    def _count(self, report: dict[str, Any]) -> None:
        from .files.releases import has_edit

        self.files += 1
        self.fixed += report.get("fixed", 0)
        for part in report["targets"]:
            self.errors += part["errors"]
            self.longest = max(self.longest, len(part["problems"]))
            self.warnings += part["warnings"]
            self.solvable += sum(has_edit(each) for each in part["problems"] if each["severity"] != "info")

    def _summary(self) -> str:
        from .display.file_text import count_text
        from .files.targets import target

        files = count_text(self.files, "file")
        if len(self.names) > 1:
            return f"Checked {files} for {len(self.names)} releases."
        found = f"{count_text(self.errors, 'error')}, {count_text(self.warnings, 'warning')}"
        checked = f"Checked {files} for {target(self.names[0]).name}: {found}"
        if self.options.migrate:
            return f"{checked} left for a person to decide; {self.fixed} solved by edits."
        if self.options.fix or self.options.diff:
            return f"{checked} left; {self.fixed} {'would be ' if self.options.diff else ''}solved by edits."
        if self.longest > FIXES_IN_TEXT:
            return f"{checked}; --diff shows what edits solve."
        return f"{checked}; --fix solves {self.solvable}." if self.solvable else f"{checked}."


def _rule_names(tally: Tally) -> dict[str, str]:
    """The names of the rules that found the most, which are loaded already."""
    from .files.trouble import RULES as OF_FILES
    from .rules import RULES

    names = {rule.code: rule.name for rule in OF_FILES}
    return {code: names.get(code) or RULES.get(code).name for code, _, _ in tally.most_frequent()}


def _with_progress(reports: Iterable[dict[str, Any]], total: int, stream: TextIO) -> Iterator[dict[str, Any]]:
    """The reports as they come; what takes longer than a second shows how far it is, below what else is written."""
    from time import monotonic

    start = shown = monotonic()
    bar = False
    for number, report in enumerate(reports, 1):
        if bar:
            stream.write("\r\033[K")
            stream.flush()
        yield report
        now = monotonic()
        bar = now - start > 1 and number < total and (bar or now - shown > 0.1)
        if bar:
            stream.write(f"kerasmagic: [{'#' * (number * BAR // total):<{BAR}}] {number} of {total} files")
            stream.flush()
            shown = now


def _make_encodable(*streams: Any) -> None:
    """A terminal that can't show a character gets an escape of it, not an error."""
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
