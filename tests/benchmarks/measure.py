"""Measuring for `make bench`: whole processes in interleaved rounds, and the rows of its table."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ROUNDS = 9

Job = Callable[[], float]


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, in which unit, and the target where there is one."""

    name: str
    value: float
    unit: str
    spread: str = ""
    target: str = ""


def process(command: Sequence[str | Path]) -> Job:
    """A job that runs a command in a fresh process and gives its wall time in ms."""

    def measure() -> float:
        start = time.perf_counter()
        subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
        return (time.perf_counter() - start) * 1000

    return measure


def reported(code: str) -> Job:
    """A job that runs Python code in a fresh process and gives the number that the code prints."""

    def measure() -> float:
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        return float(done.stdout.splitlines()[-1])

    return measure


def interleaved(jobs: dict[str, Job]) -> dict[str, list[float]]:
    """Run the jobs in turn, round after round, so that a slow phase of the machine hits all; warm up once."""
    for job in jobs.values():
        job()
    results: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(ROUNDS):
        for name, job in jobs.items():
            results[name].append(job())
    return results


def spread(samples: list[float]) -> str:
    return f"{min(samples):.1f} to {max(samples):.1f}"


def peak_memory(command: Sequence[str | Path]) -> float:
    """The largest resident set of a command and its children, in MiB."""
    code = ("import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); "
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    done = subprocess.run([sys.executable, "-S", "-c", code, *map(str, command)], check=True,
                          capture_output=True, text=True)
    return int(done.stdout) / 1024
