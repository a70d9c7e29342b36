"""The messages of a running cell, as a notebook keeps them."""

from __future__ import annotations

from typing import Any, Mapping

MOST = 1_000_000
"""Characters of a stream that are kept: a cell that never ends may print for ten minutes."""


class Outputs:
    """Collects the outputs of one cell."""

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []
        self.error: tuple[str, str] | None = None
        """The name and the value of the last exception that was shown."""
        self._clear_first = False

    def add(self, kind: str, content: Mapping[str, Any]) -> None:
        if kind == "clear_output":
            self._clear_first = bool(content.get("wait"))
            if not self._clear_first:
                self.kept.clear()
            return
        if kind == "update_display_data":
            self._update(content)
            return
        output = _output(kind, content)
        if output is None:
            return
        if self._clear_first:
            self.kept.clear()
            self._clear_first = False
        if kind == "error":
            self.error = content["ename"], content["evalue"]
        last = self.kept[-1] if self.kept else {}
        if kind == "stream" and last.get("name") == content["name"]:
            last["text"] += content["text"][: MOST - len(last["text"])]
        else:
            self.kept.append(output)

    def _update(self, content: Mapping[str, Any]) -> None:
        shown = content.get("transient", {}).get("display_id")
        for output in self.kept:
            if shown is not None and output.get("transient") == shown:
                output.update(data=content["data"], metadata=content["metadata"])


def _output(kind: str, content: Mapping[str, Any]) -> dict[str, Any] | None:
    if kind == "stream":
        return {"output_type": kind, "name": content["name"], "text": content["text"][:MOST]}
    if kind == "error":
        return {"output_type": kind, **{key: content[key] for key in ("ename", "evalue", "traceback")}}
    if kind not in ("display_data", "execute_result"):
        return None
    output = {"output_type": kind, "data": content["data"], "metadata": content["metadata"]}
    if kind == "execute_result":
        output["execution_count"] = content["execution_count"]
    if content.get("transient", {}).get("display_id") is not None:
        output["transient"] = content["transient"]["display_id"]
    return output


def stored(output: Mapping[str, Any]) -> dict[str, Any]:
    """An output as it is written to a file."""
    return {key: value for key, value in output.items() if key != "transient"}
