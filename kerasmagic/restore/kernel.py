"""A real kernel, run cell by cell: it may fail, never end, or die, and each is an answer."""

from __future__ import annotations

import importlib.util
import json
import queue
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Mapping, Sequence

from ..display.result import MIME_TYPE
from .inside import MARK
from .model import DIED, ENDLESS, FAILED, RAN, SUDDEN, CannotRun, Origin, Reply
from .outputs import Outputs

READY, INTERRUPT, SHORT = 120.0, 10.0, 60.0
"""Seconds: until a kernel must be there, until an interrupted cell must have stopped, for a question of ours."""
_POLL = 0.5
LONGEST = 500
"""Characters of an error; some list all that there is."""
_IN_KERNEL = """\
import sys
sys.path.insert(0, {root!r})
try:
    from kerasmagic.restore import inside
    inside.{call}
finally:
    sys.path.remove({root!r})
"""


class Kernel:
    """A kernel with kerasmagic loaded from where this process has it.

    Arguments:
        name: of an installed kernel; without: this interpreter.
        folder: where it works.
        argv: for a script: its path, and its arguments.

    Raises:
        CannotRun: there is no such kernel, or it does not start, or has no IPython.
    """

    def __init__(self, name: str, folder: Path, argv: Sequence[str] = ()) -> None:
        self._manager = kernel_manager(name)
        self._client = self._manager.client()
        try:
            self.facts = self._begin(name or "of this interpreter", folder, argv)
        except BaseException:  # also when a person does not want to wait any longer
            self.close()
            raise

    def _begin(self, label: str, folder: Path, argv: Sequence[str]) -> Mapping[str, Any]:
        try:
            # TensorFlow's native code writes notes straight to these streams; what cells write comes as messages.
            self._manager.start_kernel(
                cwd=str(folder),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                extra_arguments=["--HistoryManager.hist_file=:memory:"],
            )
            self._client.load_connection_info(self._manager.get_connection_info())
            self._client.start_channels()
            self._client.wait_for_ready(timeout=READY)
            return self._ask(f"begin(get_ipython(), {list(argv)!r})")
        except OSError as error:
            raise CannotRun(f"The kernel {label} can't be started: {error.strerror or error}.") from None
        except RuntimeError:
            raise CannotRun(f"The kernel {label} did not start: it died, or gave no answer in {READY:.0f} s.") from None
        except CannotRun as error:
            raise CannotRun(f"kerasmagic can't be loaded in the kernel {label}: {error}") from None

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)

    def run(self, code: str, timeout: float) -> Reply:
        """Run a cell as a person would; it is asked for no input, and stopped when its time is over."""
        reply = self._run(code, timeout, silent=False)
        if reply.status != FAILED:
            return reply
        try:
            told = self._ask("origin(get_ipython())")
        except CannotRun:  # the kernel is busy with what the cell began, or died just now
            return reply
        return replace(reply, origin=Origin.from_dict(told))

    def _ask(self, call: str) -> Mapping[str, Any]:
        """What a function of :mod:`.inside` tells, in the kernel.

        Raises:
            CannotRun: it told nothing.
        """
        source = _IN_KERNEL.format(root=str(Path(__file__).resolve().parents[2]), call=call)
        reply = self._run(f"exec({source!r}, {{}})", SHORT, silent=True)
        for output in reply.outputs:
            for line in "".join(output.get("text", ())).splitlines():
                if line.startswith(MARK):
                    told: Mapping[str, Any] = json.loads(line[len(MARK) :])
                    return told
        raise CannotRun(reply.error or "it gave no answer.")

    def _run(self, code: str, timeout: float, silent: bool) -> Reply:
        start = time.monotonic()
        outputs = Outputs()
        message = self._client.execute(
            code, silent=silent, store_history=not silent, allow_stdin=False, stop_on_error=False
        )
        status = self._listen(message, outputs, start + timeout)
        if status is None:  # its time is over
            self._manager.interrupt_kernel()
            status = self._listen(message, outputs, time.monotonic() + INTERRUPT)
            if status is None:
                self._manager.shutdown_kernel(now=True)
                return self._reply(
                    DIED, outputs, start, "It did not stop when it was interrupted: its kernel was ended."
                )
            sentence = f"It was interrupted after {timeout:.0f} s (--timeout)."
            return self._reply(ENDLESS, outputs, start, sentence)
        if status == DIED:
            return self._reply(DIED, outputs, start, SUDDEN)
        content = self._answer(message)
        failed = content.get("status") == "error"
        name, value = content.get("ename", ""), content.get("evalue", "")
        if not failed and outputs.error:  # %%time and %run show a traceback, and go on
            failed, (name, value) = True, outputs.error
        if failed and name == "SystemExit" and value in ("", "0", "None"):
            return replace(self._reply(RAN, outputs, start), ended=True, count=content.get("execution_count"))
        reply = self._reply(FAILED if failed else RAN, outputs, start, _one_line(f"{name}: {value}") if failed else "")
        left = any(payload.get("source") == "ask_exit" for payload in content.get("payload", ()))
        return replace(reply, count=content.get("execution_count"), ended=left)

    def _listen(self, message: str, outputs: Outputs, until: float) -> str | None:
        """Collect what a cell puts out until it is done; ``DIED`` when its kernel does, None when the time is over."""
        while time.monotonic() < until:
            try:
                found = self._client.get_iopub_msg(timeout=min(_POLL, max(0.01, until - time.monotonic())))
            except queue.Empty:
                if not self._manager.is_alive():
                    return DIED
                continue
            if found["parent_header"].get("msg_id") != message:
                continue
            if found["msg_type"] == "status" and found["content"]["execution_state"] == "idle":
                return RAN
            outputs.add(found["msg_type"], found["content"])
        return None

    def _answer(self, message: str) -> Mapping[str, Any]:
        while True:
            try:
                found = self._client.get_shell_msg(timeout=SHORT)
            except queue.Empty:
                return {}
            if found["parent_header"].get("msg_id") == message:
                content: Mapping[str, Any] = found["content"]
                return content

    @staticmethod
    def _reply(status: str, outputs: Outputs, start: float, error: str = "") -> Reply:
        problems = tuple(
            problem
            for output in outputs.kept
            for problem in output.get("data", {}).get(MIME_TYPE, {}).get("problems", ())
            if output["data"][MIME_TYPE]["kind"] == "diagnosis"
        )
        return Reply(status, error, problems, tuple(outputs.kept), seconds=time.monotonic() - start)


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def kernel_manager(name: str) -> Any:
    """What starts the kernel of this name; without a name, one of this interpreter.

    Raises:
        CannotRun: there is none.
    """
    try:
        from jupyter_client.kernelspec import NoSuchKernel
        from jupyter_client.manager import KernelManager
    except ImportError:
        raise CannotRun('jupyter_client is missing; pip install "kerasmagic[restore]" brings it.') from None
    if not name:
        if importlib.util.find_spec("ipykernel") is None:
            raise CannotRun('ipykernel is missing here: pip install "kerasmagic[restore]", or name a --kernel.')
        return KernelManager(kernel_spec_manager=this_interpreter())
    manager = KernelManager(kernel_name=name)
    try:
        language = manager.kernel_spec.language
    except NoSuchKernel:
        known = ", ".join(sorted(manager.kernel_spec_manager.find_kernel_specs())) or "none"
        raise CannotRun(f"There is no kernel named {name}; installed are: {known}.") from None
    if language.lower() != "python":
        raise CannotRun(f"The kernel {name} is for {language}, not for Python.")
    return manager


def this_interpreter(environment: Mapping[str, str] | None = None) -> Any:
    """The kernels of this very interpreter, whatever kernels are registered on the machine."""
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

    class ThisInterpreter(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            return KernelSpec(
                argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
                display_name="this interpreter",
                language="python",
                env=dict(environment or {}),
            )

    return ThisInterpreter()
