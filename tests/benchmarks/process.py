"""What a command costs as a whole process on one core, from the start of its interpreter to its last line."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, Sequence

ROOT = Path(__file__).parents[2]


class Cost(NamedTuple):
    seconds: float
    """Of the processor, the process's own and the system's for it; what else the machine does counts little."""
    megabytes: float
    """The most that it had in memory at a time, with its largest child."""
    stdout: bytes


def cost(command: Sequence[str], repeats: int = 1, cores: int = 1) -> Cost:
    """The least of some runs."""
    return min(_run(command, cores) for _ in range(repeats))


def check(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "kerasmagic", "check", *arguments]


def _run(command: Sequence[str], cores: int) -> Cost:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    program = [sys.executable, __file__, str(cores), *command]
    done = subprocess.run(program, stdout=subprocess.PIPE, env=environment, check=True)
    stdout, _, measured = done.stdout.rpartition(b"\n")
    seconds, kilobytes = measured.split()
    return Cost(float(seconds), int(kilobytes) / 1024, stdout)


def main() -> None:
    """Run a command on some cores, and write what it used after what it wrote: no other child is counted here."""
    cores = sorted(os.sched_getaffinity(0))[: int(sys.argv[1])]
    os.sched_setaffinity(0, cores)
    subprocess.run(sys.argv[2:], stderr=subprocess.DEVNULL, check=False)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"\n{used.ru_utime + used.ru_stime} {used.ru_maxrss}", end="")


if __name__ == "__main__":
    main()
