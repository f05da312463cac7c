"""Ring and perf buffers, read by the readers of `pybpfc_runtime.events`."""

from __future__ import annotations

import os
from pathlib import Path

import pybpfc_runtime as rt

from ..guest_test import Need, guest_test

FRAME = bytes(64)


@guest_test("numbered", reaches="runs", needs=[
    Need("5.12", "atomics that give the old value", r"BPF_ATOMIC|BPF_STX uses reserved fields|unknown opcode|invalid")])
def numbered(path: Path) -> None:
    with rt.ObjectSpec.open(str(path)).load() as bpf:
        with bpf.events("events", "samples", timeout=0) as events:
            os.sched_setaffinity(0, {0})
            bpf.programs["send"].test_run(FRAME, repeat=5000)
            read = [event.number for event in events]
            assert read == list(range(len(read))) and len(read) + bpf.globals.dropped == 5000
            assert len(read) == 65536 // 24, "a record of 16 bytes takes 24"
            bpf.programs["sample"].test_run(FRAME, repeat=3)
            assert list(events.named()) == [("samples", bpf.maps["samples"].spec.record_type.python_class(  # type: ignore[union-attr]
                number=number, half=number // 2, length=7)) for number in range(5000, 5003)]
            bpf.programs["send"].test_run(FRAME, repeat=10)
            batch = events.read_batch()
            assert batch is not None
            with batch:
                assert sum(batch.column("number")) == sum(range(5003, 5013))
        with rt.trace_pipe(timeout=0.2) as lines:
            bpf.programs["say"].test_run(FRAME)
            assert any("numbered says 5013" in line for line in lines)
