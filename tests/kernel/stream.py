"""Numbered records under load: two threads run the program, this one reads.

`python tests/kernel/stream.py 10000000` does it with so many records (the tests with fewer): once with a small buffer
that the writers overrun, once with a large one whose writers wait for the reader.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file

PROGRAM = Path(__file__).parent / "programs" / "numbered.py"
WRITERS = 2
_PART = 20_000  # runs a system call


class Outcome(NamedTuple):
    """What came of a stream."""

    runs: int
    read: int
    twice: int  # numbers that came a second time
    dropped: int  # as the program counted
    strange: int  # records whose other fields do not belong to their number
    seconds: float


def stream(runs: int, *, size: int, paced: bool) -> Outcome:
    """Run the program `runs` times from several threads while its records are read.

    Args:
        size: of the buffer in bytes.
        paced: the writers wait while half of the buffer is to be read.
    """
    spec = rt.ObjectSpec.from_bytes(compile_file(str(PROGRAM)).data, "numbered")
    spec.maps["events"].max_entries = size
    with spec.load() as bpf, bpf.events("events", timeout=0) as events:
        program = bpf.programs["send"]

        def write(part: int) -> None:
            while part:
                now = min(part, _PART)
                program.test_run(bytes(64), repeat=now)
                part -= now
                while paced and events.statistics()[0].pending > size // 2:
                    time.sleep(0.001)

        parts = [runs // WRITERS + (runs % WRITERS if not number else 0) for number in range(WRITERS)]
        writers = [threading.Thread(target=write, args=(part,)) for part in parts]
        start = time.perf_counter()
        for writer in writers:
            writer.start()
        seen = bytearray(runs)
        read = twice = strange = 0
        while True:
            alive = any(writer.is_alive() for writer in writers)
            for event in events:
                read += 1
                number = event.number
                twice += seen[number]
                seen[number] = 1
                strange += event.half != number >> 1 or event.length != 64
            if not alive:
                break
            events.wait(0.05)
        seconds = time.perf_counter() - start
        for writer in writers:
            writer.join()
        return Outcome(bpf.globals.runs, read, twice, bpf.globals.dropped, strange, seconds)


def main(runs: int) -> int:
    """Both streams with so many runs; 0 where every record was read once or counted."""
    status = 0
    for size, paced in ((64 << 10, False), (16 << 20, True)):
        outcome = stream(runs, size=size, paced=paced)
        print(outcome)
        whole = outcome.read + outcome.dropped == outcome.runs == runs and not outcome.twice and not outcome.strange
        status |= not whole
    return status


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
