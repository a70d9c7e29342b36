"""``python -m kerasmagic.optimizers measure FILE``: what the record has of optimizers, measured here."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    from .record import measure_here

    if len(arguments) != 2 or arguments[0] != "measure":
        print("usage: python -m kerasmagic.optimizers measure FILE", file=sys.stderr)
        return 2
    Path(arguments[1]).write_text(json.dumps(measure_here()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
