"""Ring buffers, perf buffers, user ring buffers and trace_pipe, judged by a kernel that writes and reads them."""

from __future__ import annotations

import asyncio
import errno
import gc
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import pytest
import stream

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file
from pybpfc_runtime import features, syscall
from pybpfc_runtime.events import ordering, ring
from pybpfc_runtime.uapi import Command
from support import clang
from support.machine import check

pytestmark = pytest.mark.usefixtures("privileged")

C = Path(__file__).parent / "c"
FRAME = bytes(64)
XDP_DROP, XDP_PASS = 1, 2


@pytest.fixture(scope="module")
def image() -> bytes:
    return compile_file(str(stream.PROGRAM)).data


@pytest.fixture
def spec(image: bytes) -> rt.ObjectSpec:
    return rt.ObjectSpec.from_bytes(image, "numbered.o")


@pytest.fixture
def bpf(spec: rt.ObjectSpec) -> Iterator[rt.Object]:
    with spec.load() as loaded:
        yield loaded


def send(bpf: rt.Object, count: int, program: str = "send") -> int:
    return bpf.programs[program].test_run(FRAME, repeat=count).return_value


# Ring buffers


@pytest.mark.parametrize(("size", "paced"), [(64 << 10, False), (16 << 20, True)])
def test_every_record_is_read_once_or_counted(size: int, paced: bool) -> None:
    outcome = stream.stream(200_000, size=size, paced=paced)
    assert outcome.runs == 200_000
    assert outcome.read + outcome.dropped == outcome.runs
    assert (outcome.twice, outcome.strange) == (0, 0)
    assert outcome.read > 2000
    if paced:
        assert outcome.dropped == 0


def test_records_are_typed_from_the_object(spec: rt.ObjectSpec, tmp_path: Path, image: bytes) -> None:
    (tmp_path / "numbered.o").write_bytes(image)
    with rt.ObjectSpec.open(tmp_path / "numbered.o").load() as bpf, bpf.events("events", timeout=0) as events:
        send(bpf, 3)
        assert [(event.number, event.half, event.length) for event in events] == [(0, 0, 64), (1, 0, 64), (2, 1, 64)]
        send(bpf, 1)
        assert repr(events.read()) == "[Event(number=3, half=1, length=64)]"
        assert events.read() == []


def test_records_of_truth_values(tmp_path: Path) -> None:
    program = tmp_path / "truths.py"
    program.write_text("""from pybpfc import *
LICENSE = "GPL"
truths = RingBuf[bool](max_entries=4096)
others = PerfEventArray[bool]()
numbers = RingBuf[s16](max_entries=4096)

@xdp
def send(ctx: xdp_md) -> int:
    truths.output(ctx.data_end - ctx.data > 20)
    others.output(ctx, ctx.data_end - ctx.data > 20)
    numbers.output(s16(-2))
    return XDP_PASS
""")
    with rt.ObjectSpec.from_bytes(compile_file(str(program)).data).load() as bpf:
        for name, wanted in {"truths": True, "others": True, "numbers": -2}.items():
            with bpf.events(name, timeout=0) as events:
                send(bpf, 1)
                assert repr(next(iter(events))) == repr(wanted)


def test_types_of_the_caller(bpf: rt.Object) -> None:
    class Pair(rt.Struct):
        number: rt.u64
        rest: rt.u64

    send(bpf, 2)
    with bpf.events("events", type=Pair, timeout=0) as events:
        assert list(events) == [Pair(number=0, rest=64 << 32), Pair(number=1, rest=64 << 32)]
    send(bpf, 1)
    with bpf.events("events", type=bytes, timeout=0) as events:
        assert list(events) == [(2).to_bytes(8, "little") + (1).to_bytes(4, "little") + (64).to_bytes(4, "little")]
    send(bpf, 2)

    class Long(rt.Struct):
        many: rt.u64
        others: rt.u64
        more: rt.u64

    with bpf.events("events", type=Long, timeout=0) as events:
        for _ in range(2):
            with pytest.raises(rt.RecordError, match="16 bytes cannot hold Long, which has 24"):
                events.read()
        assert events.read() == []
    with pytest.raises(rt.SpecError, match="no width"):
        bpf.events("events", type=int)


def test_a_loop_that_ends_early_loses_nothing(bpf: rt.Object) -> None:
    send(bpf, 1000)
    events = bpf.events("events", timeout=0)
    first = []
    for event in events:
        first.append(event.number)
        if len(first) == 3:
            break
    with pytest.raises(rt.RecordError, match="not been read yet"):
        events.read_batch()
    some = [event.number for event in events.read(5)]
    assert first + some + [event.number for event in events] == list(range(1000))
    events.close()


def test_records_wait_for_the_next_reader(bpf: rt.Object) -> None:
    send(bpf, 2)
    with bpf.events("events", timeout=0) as events:
        assert len(list(events)) == 2
    send(bpf, 2)
    with bpf.maps["events"].events(timeout=0) as events:
        assert [event.number for event in events] == [2, 3]


def test_what_was_not_handed_out_is_the_next_readers(bpf: rt.Object) -> None:
    """A record's room goes back when it is handed out, and not when it is decoded together with others."""
    send(bpf, 1000)
    numbers = []
    for event in bpf.events("events", timeout=0):
        numbers.append(event.number)
        break
    with bpf.events("events", timeout=0) as events:
        for _, event in events.named():
            numbers.append(event.number)
            if len(numbers) == 3:
                break
        [statistics] = events.statistics()
        assert (statistics.read, statistics.pending) == (2, 997 * 24)
        numbers += [event.number for event in events.read(4)]
        assert events.wait(0), "it does not tell of what a loop left"
    with bpf.events("events", timeout=0) as events:
        for event in events:
            numbers.append(event.number)
            if len(numbers) == 10:
                events.close()
                assert events.statistics()[0].read == 3
                break
    with bpf.events("events", timeout=0) as events:
        numbers += [event.number for event in events]
        assert events.statistics()[0].pending == 0
    assert numbers == list(range(1000))


def test_a_loop_ends_where_its_reader_is_closed(bpf: rt.Object) -> None:
    send(bpf, 10)
    events = bpf.events("events", timeout=0)
    numbers = []
    with pytest.raises(rt.ClosedError):  # noqa: PT012
        for event in events:
            numbers.append(event.number)
            events.close()
    assert numbers == [0]
    with bpf.events("events", timeout=0) as events:
        assert [event.number for event in events] == list(range(1, 10))


def test_discarded_records_are_skipped_and_counted(spec: rt.ObjectSpec) -> None:
    spec.rodata.discard_odd = 1
    with spec.load() as bpf, bpf.events("events", timeout=0) as events:
        send(bpf, 101)
        assert [event.number for event in events] == list(range(0, 101, 2))
        [statistics] = events.statistics()
        assert (statistics.read, statistics.discarded, statistics.pending, statistics.lost) == (51, 50, 0, 0)
        assert statistics.size == 64 << 10


def test_batches_are_windows_on_the_buffer(bpf: rt.Object) -> None:
    with bpf.events("events") as events:
        assert events.read_batch() is None
        seen: list[int] = []
        while len(seen) < 9000:
            send(bpf, 1500)
            while (batch := events.read_batch(1000)) is not None:
                with batch:
                    assert batch.length == 16 and batch.stride == 24 and batch.memory.readonly
                    numbers = [int.from_bytes(record[:8], "little") for record in batch]
                    assert numbers == [event.number for event in batch.records()]
                    assert list(batch.column("number")) == numbers and set(batch.column("length")) == {64}
                    with pytest.raises(rt.UnknownNameError, match="did you mean 'number'"):
                        batch.column("numbers")
                    assert bytes(batch[-1])[:8] == numbers[-1].to_bytes(8, "little")
                    assert events.statistics()[0].pending > 0, "the room is given back before the batch is over"
                    seen += numbers
                with pytest.raises(rt.ClosedError, match="was released"):
                    _ = batch.memory
        assert seen == list(range(9000))
        assert bpf.globals.dropped == 0
        assert events.statistics()[0].read == 9000


def test_batches_as_numpy_arrays(bpf: rt.Object) -> None:
    import numpy

    with bpf.events("events") as events:
        send(bpf, 2000)
        with events.read_batch() as batch:
            array = batch.array()
            assert not array.flags.owndata and not array.flags.writeable
            assert numpy.array_equal(array["number"], numpy.arange(2000))
            kept = batch.array(copy=True)
        assert numpy.array_equal(kept["half"], numpy.arange(2000) // 2)
        assert set(kept["length"]) == {64}


def test_waiting(bpf: rt.Object) -> None:
    with bpf.events("events", timeout=0.05) as events:
        start = time.monotonic()
        assert list(events) == []
        assert 0.04 < time.monotonic() - start < 2
        assert not events.wait(0)
        poll = select.poll()
        poll.register(events, select.POLLIN)
        assert poll.poll(0) == []
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.1)"])
        events.timeout = 10
        loop = iter(events)
        child.wait()
        send(bpf, 1)
        assert events.wait(5) and poll.poll(0)
        assert next(loop).number == 0


def test_async(bpf: rt.Object) -> None:
    async def collect() -> tuple[list[int], int]:
        turns = 0

        async def others() -> None:
            nonlocal turns
            for _ in range(5):
                turns += 1
                await asyncio.sleep(0.01)
                send(bpf, 2)

        running = asyncio.create_task(others())
        numbers = [event.number async for event in events]
        await running
        return numbers, turns

    with bpf.events("events", timeout=0.5) as events:
        assert asyncio.run(collect()) == (list(range(10)), 5)


def test_a_stream_without_a_pause_leaves_other_tasks_their_turns(bpf: rt.Object) -> None:
    read = 0

    async def endless() -> None:
        nonlocal read
        async for _ in bpf.events("events"):
            read += 1
            send(bpf, 1)
            assert read < 100_000, "nobody else gets a turn"

    async def limited() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(endless(), 0.2)

    send(bpf, 1)
    asyncio.run(limited())
    assert read > 1


def test_a_wait_that_ended_may_be_tried_again(bpf: rt.Object) -> None:
    async def one_by_one() -> list[int]:
        with bpf.events("events") as events:
            turns = aiter(events)
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(anext(turns), 0.05)
            send(bpf, 3)
            return [(await asyncio.wait_for(anext(turns), 5)).number for _ in range(3)]

    assert asyncio.run(one_by_one()) == [0, 1, 2]


def test_closed_while_a_task_waits(bpf: rt.Object) -> None:
    async def close_it() -> None:
        events = bpf.events("events")

        async def wait_for_ever() -> None:
            async for _ in events:
                pass

        task = asyncio.create_task(wait_for_ever())
        await asyncio.sleep(0.05)
        descriptor = events.fileno()
        events.close()
        assert not asyncio.get_running_loop().remove_reader(descriptor), "the loop still polls it"
        with pytest.raises(rt.ClosedError):
            await asyncio.wait_for(task, 5)

    asyncio.run(close_it())


@pytest.mark.parametrize(("buffer", "program"), [("samples", "sample"), ("events", "send")])
def test_a_loop_of_the_users_own(buffer: str, program: str, bpf: rt.Object) -> None:
    """Poll the descriptor, read what a read gives: nothing is left behind in the buffer."""
    numbers: list[int] = []

    async def collect() -> None:
        with bpf.events(buffer) as events:
            loop = asyncio.get_running_loop()
            loop.add_reader(events.fileno(), lambda: numbers.extend(event.number for event in events.read(100)))
            send(bpf, 1000, program)
            for _ in range(500):
                if len(numbers) == 1000:
                    break
                await asyncio.sleep(0.01)
            loop.remove_reader(events.fileno())

    asyncio.run(collect())
    assert sorted(numbers) == list(range(1000))
    with bpf.events(buffer) as events:
        send(bpf, 700, program)
        while events.wait(0.2):
            numbers += [event.number for event in events.read()]
        assert events.statistics()[0].pending == 0
    assert sorted(numbers) == list(range(1700))


def test_a_read_takes_from_every_buffer(bpf: rt.Object) -> None:
    with bpf.events("events", "others", "samples") as events:
        send(bpf, 3)
        send(bpf, 2, "send_other")
        send(bpf, 2, "sample")
        found = events.read()
        assert sorted(getattr(record, "number", record) for record in found) == list(range(7))
        assert events.read() == []
        send(bpf, 3)
        send(bpf, 2, "send_other")
        assert [len(events.read(4)), len(events.read(4))] == [4, 1]


def test_several_buffers_in_one_loop(bpf: rt.Object) -> None:
    with bpf.events("events", "others", "samples", timeout=0) as events:
        send(bpf, 2)
        send(bpf, 1, "send_other")
        send(bpf, 1, "sample")
        send(bpf, 1)
        found = sorted((name, getattr(record, "number", record)) for name, record in events.named())
    assert found == [("events", 0), ("events", 1), ("events", 4), ("others", 2), ("samples", 3)]
    with bpf.events(timeout=0) as events:
        assert [statistics.name for statistics in events.statistics()] == ["events", "others", "samples"]


def test_one_reader_at_a_time(bpf: rt.Object) -> None:
    first = bpf.events("events")
    with pytest.raises(rt.BufferInUseError, match="map events is being read already"):
        bpf.events("others", "events")
    with bpf.events("others"):  # the failed try has let it go
        pass
    first.close()
    first.close()
    with pytest.raises(rt.ClosedError):
        first.read()
    with bpf.events("events") as second:
        assert second.read() == []
    for _ in bpf.events("events", timeout=0):
        pass
    gc.collect()
    bpf.events("events", timeout=0).close()


def test_closed_objects(spec: rt.ObjectSpec) -> None:
    bpf = spec.load()
    events = bpf.events("events", timeout=0)
    send(bpf, 1)
    bpf.close()
    with pytest.raises(rt.ClosedError, match="map events is closed"):
        list(events)
    events.close()
    for call in (lambda: bpf.events("events"), lambda: bpf.events()):
        with pytest.raises(rt.ClosedError):
            call()


def test_wrong_buffers(bpf: rt.Object) -> None:
    with pytest.raises(rt.UnknownNameError, match="did you mean 'events'"):
        bpf.events("event")
    with pytest.raises(rt.MapOperationError, match="carries no events"):
        bpf.events(".bss")


def test_nothing_is_left_open(bpf: rt.Object) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        with bpf.events(timeout=0) as events:
            list(events)
    assert len(os.listdir("/proc/self/fd")) == before


# Perf buffers


def test_perf_buffer_wraps_around(bpf: rt.Object) -> None:
    with bpf.events("samples", timeout=0, pages=1) as events:
        numbers: list[int] = []
        for _ in range(60):
            send(bpf, 50, "sample")
            numbers += sorted(event.number for event in events)
        assert numbers == list(range(3000))
        assert events.lost == bpf.globals.dropped == 0


def test_perf_buffer_counts_what_is_lost(bpf: rt.Object) -> None:
    with bpf.events("samples", timeout=0, pages=1) as events:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        try:
            send(bpf, 1000, "sample")
            early = len(list(events))
            assert early + bpf.globals.dropped == 1000
            assert events.lost == bpf.globals.dropped, "it is known at once since Linux 6.0"
            send(bpf, 1, "sample")
        finally:
            os.sched_setaffinity(0, range(features.possible_cpus()))
        assert [event.number for event in events] == [1000]
        assert events.lost == bpf.globals.dropped > 0
        [statistics] = events.statistics()
        assert statistics.read == early + 1


def test_perf_buffer_watermark(bpf: rt.Object) -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    try:
        with bpf.events("samples", pages=1, wakeup_bytes=2048) as events:
            send(bpf, 3, "sample")
            assert not events.wait(0.05), "it wakes before the watermark"
            send(bpf, 80, "sample")
            assert events.wait(5)
            assert len(events.read()) == 83
    finally:
        os.sched_setaffinity(0, range(features.possible_cpus()))
    with pytest.raises(ValueError, match="power of two"):
        bpf.events("samples", pages=3)


def test_perf_batches(bpf: rt.Object) -> None:
    with bpf.events("samples") as events:
        send(bpf, 40, "sample")
        numbers: list[int] = []
        while (batch := events.read_batch()) is not None:
            numbers += batch.array()["number"].tolist()
    assert sorted(numbers) == list(range(40))


# User ring buffers


class Order(rt.Struct):
    add: rt.u64
    to: rt.u32
    name: Annotated[rt.Str, 12]


@pytest.fixture
def orders(tmp_path: Path, vmlinux_include: Path) -> Iterator[rt.Object]:
    with rt.ObjectSpec.open(clang.build(C / "user_ring.bpf.c", tmp_path / "user_ring.o", vmlinux_include)).load() as it:
        yield it


def drained(bpf: rt.Object) -> int:
    return bpf.programs["drain"].test_run(FRAME).return_value


def test_user_ring_buffer(orders: rt.Object) -> None:
    """Many times around the buffer; the answers have two lengths and no type."""
    expected = [0, 0, 0, 0]
    with orders.maps["commands"].writer(type=Order) as writer, orders.events("answers", timeout=0) as answers:
        for turn in range(50):
            names = [f"{turn}-{number}" for number in range(20)]
            for number, name in enumerate(names):
                writer.send(Order(add=number, to=number % 4, name=name))
                expected[number % 4] += number
            assert drained(orders) == 20
            assert orders.globals.sums == tuple(expected)
            received = list(answers)
            assert [len(answer) for answer in received] == [12, 4] * 10
            assert [answer.rstrip(b"\0").decode() for answer in received] == [
                name if number % 2 == 0 else name[:4] for number, name in enumerate(names)]
    assert orders.globals.seen == 1000


def test_user_ring_buffer_reservations(orders: rt.Object) -> None:
    with orders.maps["commands"].writer(type=Order) as writer:
        first, second, third = writer.reserve(), writer.reserve(), writer.reserve()
        assert first is not None and second is not None and third is not None
        first.fill(Order(add=1, to=0, name=""))
        third.fill({"add": 4, "to": 0, "name": ""})
        third.commit()
        assert drained(orders) == 0, "the program must not look behind a record that is still open"
        first.commit()
        assert drained(orders) == 1
        second.discard()
        assert drained(orders) == 1
        assert orders.globals.sums[0] == 5
        with pytest.raises(rt.ClosedError, match="committed or discarded"):
            second.commit()
        with pytest.raises(ZeroDivisionError), writer.reserve() as record:
            record.fill(Order(add=1 // (len(record.memory) - 24), to=0, name=""))
        with writer.reserve() as record:
            record.fill(Order(add=10, to=0, name=""))
        assert drained(orders) == 1
        assert orders.globals.sums[0] == 15


def test_what_stays_reserved_holds_nothing_back(orders: rt.Object) -> None:
    writer = orders.maps["commands"].writer(type=Order)
    kept = writer.reserve()
    assert kept is not None
    kept.fill(Order(add=100, to=0, name=""))
    writer.close()
    with pytest.raises(rt.ClosedError, match="the writer of commands is closed"):
        kept.commit()
    with orders.maps["commands"].writer(type=Order) as writer:
        assert writer.reserve() is not None  # nobody keeps it
        gc.collect()
        writer.send(Order(add=1, to=0, name=""))
        assert drained(orders) == 1
        assert orders.globals.sums[0] == 1


def test_user_ring_buffer_misuse(orders: rt.Object) -> None:
    with orders.maps["commands"].writer() as writer:
        with pytest.raises(rt.MapOperationError, match="how many bytes"):
            writer.reserve()
        with pytest.raises(rt.MapOperationError, match="never fits"):
            writer.reserve(4096)
        with pytest.raises(rt.BufferInUseError):
            orders.maps["commands"].writer()
        while (record := writer.reserve(24)) is not None:
            record.commit()
        start = time.monotonic()
        with pytest.raises(rt.BufferFullError, match="no room for 24 bytes"):
            writer.send(bytes(24), timeout=0.1)
        assert time.monotonic() - start > 0.09
        assert drained(orders) == 4096 // 32
        writer.send(bytes(24))
    with orders.maps["commands"].writer(type=Order) as writer:
        with pytest.raises(rt.CodecContextError, match="record of commands"):
            writer.send(Order(add=-1, to=0, name=""))
        with pytest.raises(rt.CodecContextError, match="24 bytes are wanted"):
            writer.send(bytes(3))
    with pytest.raises(rt.ClosedError):
        writer.send(bytes(24))


# What programs print


@pytest.mark.xdist_group("trace_pipe")
def test_trace_pipe(bpf: rt.Object) -> None:
    with rt.trace_pipe(timeout=0.3) as pipe:
        send(bpf, 3, "say")
        said = [line.partition("bpf_trace_printk: ")[2] for line in pipe]
    assert [line for line in said if line.startswith("numbered says")] == [
        f"numbered says {number}" for number in range(3)]


# Ends


READER = """
import sys
import pybpfc_runtime as rt
with rt.ObjectSpec.open(sys.argv[1]).load() as bpf, bpf.programs["send"].attach(interface="lo", mode="generic"):
    print(bpf.programs["send"].info().id, flush=True)
    for event in bpf.events():
        print(event.number, flush=True)
"""


DATAGRAM = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))"


def exists(program: int) -> bool:
    try:
        os.close(syscall.fd_by_id(Command.BPF_PROG_GET_FD_BY_ID, program))
    except rt.KernelError as error:
        if error.errno != errno.ENOENT:
            raise
        return False
    return True


def test_a_killed_reader_leaves_nothing(image: bytes, tmp_path: Path) -> None:
    (tmp_path / "numbered.o").write_bytes(image)
    inside = ["unshare", "--net", "sh", "-ec", 'ip link set lo up; exec "$@"', "sh"]
    reader = subprocess.Popen([*inside, sys.executable, "-c", READER, tmp_path / "numbered.o"], text=True,
                              stdout=subprocess.PIPE)
    try:
        assert reader.stdout is not None
        number = int(reader.stdout.readline())
        assert exists(number)
        for _ in range(2):
            subprocess.run(["nsenter", f"--net=/proc/{reader.pid}/ns/net", sys.executable, "-c", DATAGRAM], check=True)
        assert [reader.stdout.readline().strip() for _ in range(2)] == ["0", "1"]
        reader.send_signal(signal.SIGKILL)
        reader.wait()
        end = time.monotonic() + 10
        while exists(number):
            assert time.monotonic() < end, "the program is still loaded"
            time.sleep(0.05)
    finally:
        reader.kill()
        reader.communicate()


def test_the_barrier_of_other_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    """The barrier by futex(2) executes on this machine too, and the reader works with it."""
    number = {"x86_64": 202, "aarch64": 98}[os.uname().machine]
    calls = 0
    real = ordering.barrier_by_futex(number)

    def counted() -> None:
        nonlocal calls
        calls += 1
        real()

    monkeypatch.setattr(ring, "barrier", lambda: counted)
    outcome = stream.stream(20_000, size=64 << 10, paced=False)
    assert outcome.read + outcome.dropped == outcome.runs
    assert 3 < calls < outcome.read
    with pytest.raises(rt.UnsupportedFeature, match="alpha"):
        ordering.barrier_of("alpha")


OPENS = """
import os, sys
import pybpfc_runtime as rt

spec = rt.ObjectSpec.open(sys.argv[1])
spec.rodata.only_pid = os.getpid()
with spec.load() as bpf, bpf.attach_all():
    open("/etc/hostname").close()
    for event in bpf.events("events", timeout=5):
        if event.filename == "/etc/hostname":
            print(event.pid == os.getpid(), event.comm, event.flags & os.O_ACCMODE, bpf.globals.dropped)
            break
"""


def test_the_contract(tmp_path: Path) -> None:
    """The second program of the contract as its user runs it, on this process alone."""
    source = Path(__file__).parents[1] / "typing" / "programs" / "report_openat.py"
    (tmp_path / "report.o").write_bytes(compile_file(str(source)).data)
    (tmp_path / "opens.py").write_text(OPENS)
    shown = check("unshare", "-m", "sh", "-ec", 'mount -t tracefs tracefs /sys/kernel/tracing\n"$@"', "sh",
                  sys.executable, tmp_path / "opens.py", tmp_path / "report.o")
    assert shown.split() == ["True", Path(sys.executable).name[:15], "0", "0"]
