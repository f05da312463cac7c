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


@guest_test("overwriting", reaches="runs", needs=[
    Need("6.19", "ring buffers that overwrite", r"EINVAL|Invalid argument|does not make|refuses the map")])
def overwriting(path: Path) -> None:
    """The newest records are there, each once, and with the lost ones they are all that were sent."""
    room = 4096 // 24  # a record of 16 bytes takes 24
    with rt.ObjectSpec.open(str(path)).load() as bpf, bpf.events("events", timeout=0) as events:
        send = bpf.programs["send"]
        send.test_run(FRAME, repeat=100)
        assert [event.number for event in events] == list(range(100)) and events.lost == 0
        send.test_run(FRAME, repeat=1000)
        read = [event.number for event in events]
        assert read == list(range(1100 - len(read), 1100)) and len(read) in (room - 1, room), read
        assert events.lost == 1000 - len(read) and bpf.globals.refused == 0
        assert bpf.globals.overwritten == (1100 - len(read)) * 24
        before = events.lost
        send.test_run(FRAME, repeat=300)
        batch = events.read_batch()
        assert batch is not None
        with batch:
            numbers = list(batch.column("number"))
            assert list(batch.column("complement")) == [~number & (1 << 64) - 1 for number in numbers]
        assert numbers == list(range(1400 - len(numbers), 1400))
        assert events.lost - before == 300 - len(numbers)
        _read_while_it_is_written(bpf, events)


def _read_while_it_is_written(bpf: rt.Object, events: rt.events.Events) -> None:
    first, before = bpf.globals.sent, events.lost
    writer = os.fork()
    if writer == 0:
        bpf.programs["send"].test_run(FRAME, repeat=200_000)
        os._exit(0)
    last, read, over = first - 1, 0, False
    while True:
        for event in events:
            assert event.number > last and event.complement == ~event.number & (1 << 64) - 1, (event, last)
            last = event.number
            read += 1
        if over:
            break
        over = os.waitpid(writer, os.WNOHANG)[0] == writer
    assert last == bpf.globals.sent - 1 == first + 200_000 - 1
    assert read + events.lost - before == 200_000, (read, events.lost - before)
