"""``python -m kerasmagic.optimizers record tensorflow==2.22.0``, and the ``measure`` that it runs there."""

from __future__ import annotations

import json
import sys


def main(arguments: list[str]) -> int:
    from .record import measure_here, record

    if arguments == ["measure"]:
        print(json.dumps(measure_here()))
        return 0
    if len(arguments) >= 2 and arguments[0] == "record":
        for requirement in arguments[1:]:
            record(requirement)
            print(f"recorded {requirement}")
        return 0
    print("usage: python -m kerasmagic.optimizers record tensorflow==X.Y.Z[,legacy] …", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
