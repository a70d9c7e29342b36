"""All benchmarks, or those whose names are given: one table, and JSON with ``--json FILE``.

python tests/benchmarks/run.py [kernel ...] [--json FILE]

What must be reached and is not is said in the table; a person decides what follows, since a busy machine can be the
reason. The exit status is 1 where a benchmark could not be run.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parents[1])]

from table import heading  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="benchmarks to run: kernel for bench_kernel.py; all if none is given")
    parser.add_argument("--json", metavar="FILE", help="write the rows there, too")
    options = parser.parse_args()
    names = options.names or sorted(path.stem.partition("_")[2] for path in FOLDER.glob("bench_*.py"))
    rows: list[dict[str, Any]] = []
    print(heading(), flush=True)
    for name in names:
        try:
            found = importlib.import_module(f"bench_{name}").run()
        except ImportError as error:
            print(f"{name}: not measured, {error}", flush=True)
            rows.append({"benchmark": name, "missing": str(error)})
            continue
        for row in found:
            print(row, flush=True)
            rows.append({"benchmark": name, **row.to_dict()})
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    return int(any("missing" in row for row in rows))


if __name__ == "__main__":
    sys.exit(main())
