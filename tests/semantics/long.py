"""A long run: `python -m tests.semantics.long --programs 100000 --seed 1` from the project's root, as root."""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from .generate import PROGRAMS_IN_A_MODULE, module
from .judge import judge
from .minimise import minimise


def one(arguments: tuple[int, int]) -> list[str]:
    """Judge one module; what its failures say, each made small."""
    seed, number = arguments
    drawn = module(seed, number)
    found = []
    for failure in judge(drawn):
        smallest = minimise(drawn, failure)
        found.append(f"seed {seed}, module {number}, cpu {drawn.cpu}, program {failure.program.name}: {smallest.kind}\n"
                     f"{smallest.detail}\n{smallest.program.text}")
    return found


def main() -> int:
    """Run the programs and return 1 if one of them failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--first", type=int, default=0, help="the module to begin with: to go on with a run that ended")
    given = parser.parse_args()
    modules = -(-given.programs // PROGRAMS_IN_A_MODULE)
    numbers = range(given.first, given.first + modules)
    print(f"seed {given.seed}, modules {numbers[0]} to {numbers[-1]} of {PROGRAMS_IN_A_MODULE} programs", flush=True)
    failures = 0
    start = time.monotonic()
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for number, found in enumerate(pool.map(one, ((given.seed, number) for number in numbers)), 1):
            failures += len(found)
            for text in found:
                print(text, flush=True)
            if number % 40 == 0:
                done = number * PROGRAMS_IN_A_MODULE
                rate = done / (time.monotonic() - start)
                print(f"{done} programs, {failures} failures, {rate:.0f} a second", flush=True)
    print(f"{modules * PROGRAMS_IN_A_MODULE} programs, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
