"""A real kernel, driven over its wire protocol: what a front-end would get, in order."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterator, Mapping, Sequence

from jupyter_client.manager import KernelManager

MIME_TYPE = "application/vnd.kerasmagic.v1+json"
ROOT = str(Path(__file__).parents[2])
PATIENCE = 300
"""Seconds, for a machine with much else to do."""


@dataclass
class Reply:
    """What one cell gave."""

    status: str
    outputs: list[dict[str, Any]] = field(default_factory=list)
    """Contents of the messages, each with its type by the name "is"."""
    payload: list[dict[str, Any]] = field(default_factory=list)
    widgets: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The states of the widgets that the cell made, by comm."""

    @property
    def story(self) -> list[str]:
        """The order of what is seen: "error", "hint", "result", "display", "stdout" and "stderr"."""
        words = []
        for output in self.outputs:
            kind = output["is"]
            if kind == "stream":
                kind = (
                    "traceback on stderr" if "Traceback (most recent call last)" in output["text"] else output["name"]
                )
            elif kind in ("display_data", "execute_result"):
                ours = output["data"].get(MIME_TYPE, {}).get("kind") == "diagnosis"
                kind = "hint" if ours else {"display_data": "display", "execute_result": "result"}[kind]
            if kind not in words[-1:] or kind in ("hint", "error"):
                words.append(kind)
        return words

    @property
    def hints(self) -> list[dict[str, Any]]:
        return [data for data in self.shown if data["kind"] == "diagnosis"]

    @property
    def shown(self) -> list[dict[str, Any]]:
        """What kerasmagic showed, as plain data."""
        return [output["data"][MIME_TYPE] for output in self.outputs if MIME_TYPE in output.get("data", {})]

    @property
    def error(self) -> str:
        return "\n".join(f"{output['ename']}: {output['evalue']}" for output in self.outputs if output["is"] == "error")

    def text(self) -> str:
        """All that a terminal would show, except for tracebacks."""
        parts = []
        for output in self.outputs:
            if output["is"] == "stream":
                parts.append(output["text"])
            elif "data" in output:
                parts.append(output["data"]["text/plain"] + "\n")
        return "".join(parts)


class Kernel:
    """A kernel of the running interpreter, with this checkout and more folders on its path."""

    def __init__(self, folder: Path, path: Sequence[Path] = (), environment: Mapping[str, str] | None = None) -> None:
        self._manager = KernelManager()
        self._manager.kernel_spec.argv[0] = sys.executable
        paths = os.pathsep.join([ROOT, *map(str, path), os.environ.get("PYTHONPATH", "")])
        self._manager.start_kernel(
            cwd=str(folder),
            env={**os.environ, "PYTHONPATH": paths, "IPYTHONDIR": str(folder / "ipython"), **(environment or {})},
        )
        self._client = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=PATIENCE)

    def run(self, code: str, silent: bool = False, interrupt_after: float | None = None, person: bool = False) -> Reply:
        """Run a cell.

        Arguments:
            person: as a front-end with somebody in front of it, who could answer a question.
        """
        message = self._client.execute(
            code, silent=silent, store_history=not silent, allow_stdin=person, stop_on_error=False
        )
        if interrupt_after is not None:
            time.sleep(interrupt_after)
            self._manager.interrupt_kernel()
        content = self._wait(self._client.get_shell_msg, message, "execute_reply")
        reply = Reply(content["status"], payload=content.get("payload", []))
        while True:
            found = self._client.get_iopub_msg(timeout=PATIENCE)
            if found["parent_header"].get("msg_id") != message:
                continue
            kind, content = found["msg_type"], found["content"]
            if kind == "status" and content["execution_state"] == "idle":
                return reply
            if kind in ("stream", "error", "display_data", "execute_result", "update_display_data"):
                reply.outputs.append({"is": kind, **content})
            elif kind == "comm_open":
                reply.widgets[content["comm_id"]] = content["data"]["state"]

    def complete(self, code: str) -> list[str]:
        """What Tab offers at the end of some code."""
        content = self._wait(self._client.get_shell_msg, self._client.complete(code), "complete_reply")
        return list(content["matches"])

    def click(self, button: str) -> str:
        """Click the button of this comm; all text that appears, wherever it goes."""
        content = {"comm_id": button, "data": {"method": "custom", "content": {"event": "click"}}}
        message = self._client.session.msg("comm_msg", content)
        self._client.shell_channel.send(message)
        texts = []
        while True:
            found = self._client.get_iopub_msg(timeout=60)
            if found["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            kind, content = found["msg_type"], found["content"]
            if kind == "status" and content["execution_state"] == "idle":
                return "".join(texts)
            texts += [content.get("text") or content.get("data", {}).get("text/plain") or ""]

    def _wait(self, get: Any, message: str, kind: str) -> Any:
        while True:
            found = get(timeout=PATIENCE)
            if found["parent_header"].get("msg_id") == message and found["msg_type"] == kind:
                return found["content"]

    def reset(self) -> None:
        """Empty the namespace and load kerasmagic anew; what is imported stays, and so do settings."""
        assert self.run("%reload_ext kerasmagic\n%reset -f", silent=True).status == "ok"

    def stop(self) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


@contextmanager
def started(kernel: Kernel) -> Iterator[Kernel]:
    """The kernel with kerasmagic loaded; it ends with the block."""
    try:
        assert kernel.run("%load_ext kerasmagic").status == "ok"
        yield kernel
    finally:
        kernel.stop()
