"""Wrong use of the loader: one typed error each, which says what is meant, and nothing is left attached or pinned."""

from __future__ import annotations

import asyncio
import gc
import math
import os
import socket
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file
from pybpfc_runtime import attach
from pybpfc_runtime.attach import options
from support.machine import check

pytestmark = pytest.mark.usefixtures("privileged")

PROGRAM = Path(__file__).parent / "programs" / "misused.py"
FRAME = bytes(64)
PINS = f"{tempfile.gettempdir()}/pybpfc-bad-use-{os.getpid()}"  # a bpf file system: the machine may have none
VALUE = {"number": 1, "small": -1, "text": "x", "raw": b"abcd", "address": IPv4Address("192.0.2.1")}


@pytest.fixture(scope="module")
def image() -> bytes:
    return compile_file(str(PROGRAM)).data


@pytest.fixture(scope="module", autouse=True)
def pins() -> Iterator[None]:
    os.mkdir(PINS)
    try:
        check("mount", "-t", "bpf", "bpf", PINS)
        try:
            yield
        finally:
            check("umount", PINS)
    finally:
        os.rmdir(PINS)


@pytest.fixture(scope="module")
def bpf(image: bytes) -> Iterator[Any]:
    with rt.ObjectSpec.from_bytes(image, "misused.o").load() as loaded:
        yield loaded


@pytest.fixture
def fresh(image: bytes) -> Iterator[Any]:
    with rt.ObjectSpec.from_bytes(image, "misused.o").load() as loaded:
        yield loaded


def link(bpf: Any) -> Any:
    """A link that was detached."""
    made = bpf.programs["enter"].attach()
    made.detach()
    made.detach()
    return made


def put(map_: str, value: object, key: object = 1) -> Callable[[Any], object]:
    return lambda bpf: bpf.maps[map_].store(key, value)


def with_field(**changed: object) -> Callable[[Any], object]:
    return put("table", {**VALUE, **changed})


def run(program: str, *arguments: Any, **keywords: Any) -> Callable[[Any], object]:
    return lambda bpf: bpf.programs[program].test_run(*arguments, **keywords)


def at(program: str, **keywords: Any) -> Callable[[Any], object]:
    return lambda bpf: bpf.programs[program].attach(**keywords)


BAD: dict[str, tuple[Callable[[Any], object], type[Exception], str]] = {
    # Names
    "unknown map": (lambda bpf: bpf.maps["tabel"], rt.UnknownNameError, "did you mean 'table'"),
    "unknown program": (lambda bpf: bpf.programs["sent"], rt.UnknownNameError, "did you mean 'send'"),
    "unknown variable": (lambda bpf: bpf.globals.sen, rt.UnknownNameError, "did you mean 'seen'"),
    "map of a number": (lambda bpf: bpf.map(3), rt.UnknownNameError, "not by 3"),
    "events of a number": (lambda bpf: bpf.events(3), rt.UnknownNameError, "not by 3"),
    "events of a hash": (lambda bpf: bpf.events("table"), rt.MapOperationError, "carries no events"),
    "deleted variable": (lambda bpf: delattr(bpf.globals, "seen"), rt.SpecError, "cannot be deleted"),
    "constant": (lambda bpf: setattr(bpf.globals, "fixed", 1), rt.SpecError, "frozen"),
    "variable out of range": (lambda bpf: setattr(bpf.globals, "seen", 1 << 32), rt.CodecContextError, "does not fit"),
    # Keys and values
    "key of text": (lambda bpf: bpf.maps["table"]["a"], rt.CodecContextError, "key of map table"),
    "negative key": (lambda bpf: bpf.maps["table"][-1], rt.CodecContextError, "-1 does not fit u32"),
    "value of a number": (put("table", 1), rt.CodecContextError, "expected Value"),
    "unknown field": (with_field(nubmer=1), rt.CodecContextError, "no field 'nubmer'; it has number, small"),
    "number for text": (with_field(text=5), rt.CodecContextError, "takes bytes or text"),
    "text with NUL": (with_field(text="a\0b"), rt.CodecContextError, "NUL inside"),
    "long text": (with_field(text="123456789"), rt.CodecContextError, "holds 8"),
    "short array": (with_field(raw=b"abc"), rt.CodecContextError, "takes 4 elements"),
    "text for an array": (with_field(raw="abcd"), rt.CodecContextError, "takes 4 elements"),
    "number for an array": (with_field(raw=4), rt.CodecContextError, "takes 4 elements"),
    "element out of range": (with_field(raw=(1, 2, 3, 256)), rt.CodecContextError, "256 does not fit u8"),
    "IPv6 for be32": (with_field(address=IPv6Address("::1")), rt.CodecContextError, "has 16 bytes, be32 holds 4"),
    "NaN": (with_field(number=math.nan), rt.CodecContextError, "takes an integer"),
    "bit field out of range": (put("fields", {"low": 8, "high": 0}), rt.CodecContextError, "3 bits"),
    "per-CPU value": (put("counts", 1), rt.CodecContextError, "one per possible CPU"),
    "prefix too long": (put("prefixes", 1, {"prefixlen": 33, "addr": 0}), rt.CodecContextError, "longer than the 32"),
    "look-up of a prefix too long": (lambda bpf: bpf.maps["prefixes"][{"prefixlen": 33, "addr": 0}],
                                     rt.CodecContextError, "longer than the 32"),
    "prefixes too long": (lambda bpf: bpf.maps["prefixes"].update([({"prefixlen": 40, "addr": 0}, 1)]),
                          rt.CodecContextError, "longer than the 32"),
    "flags of text": (lambda bpf: bpf.maps["table"].store(1, VALUE, "x"), rt.CodecContextError, "flags are a number"),
    "flags of 65 bits": (lambda bpf: bpf.maps["table"].lookup(1, 1 << 64), rt.CodecContextError, "flags are a number"),
    "unknown flags": (lambda bpf: bpf.maps["table"].store(1, VALUE, 99), rt.MapError, "no such flags"),
    "update of numbers": (lambda bpf: bpf.maps["table"].update([1, 2]), rt.CodecContextError, "pairs of keys"),
    "array element deleted": (lambda bpf: bpf.maps["numbers"].pop(0), rt.MapOperationError, "cannot be deleted"),
    "array drained": (lambda bpf: bpf.maps["numbers"].drain(), rt.MapOperationError, "nothing can be taken"),
    "no mapped array": (lambda bpf: bpf.maps["numbers"].memory(), rt.MapOperationError, "BPF_F_MMAPABLE"),
    "value out of range": (lambda bpf: bpf.maps["queue"].push(-1), rt.CodecContextError, "does not fit"),
    "queue full": (lambda bpf: [bpf.maps["queue"].push(1) for _ in range(3)], rt.MapError, "max_entries=2"),
    "program of another type": (lambda bpf: [bpf.maps["jumps"].store(0, bpf.programs[name])
                                             for name in ("send", "classify")], rt.MapError, "programs of one type"),
    "text for a program": (put("jumps", "send"), rt.CodecContextError, "has no descriptor"),
    "file for a socket": (lambda bpf: bpf.maps["sockets"].store(0, bpf.maps["table"]), rt.MapError, "it takes TCP"),
    "socket that is not connected": (lambda bpf: put("sockets", socket.socket(), 0)(bpf), rt.MapError, "it takes TCP"),
    "program for a control group": (lambda bpf: bpf.maps["groups"].store(0, bpf.programs["send"]), rt.MapError,
                                    "control groups"),
    "unreadable map": (lambda bpf: bpf.maps["sockets"][0], rt.MapOperationError, "cannot read"),
    "owner of text": (put("tasks", 1, "me"), rt.CodecContextError, "is no descriptor"),
    "owner of another kind": (lambda bpf: bpf.maps["tasks"].store(bpf.maps["table"], 1), rt.MapError, "pidfd_open"),
    "local storage walked": (lambda bpf: list(bpf.maps["tasks"]), rt.MapOperationError, "cannot be walked"),
    # Buffers
    "timeout of text": (lambda bpf: bpf.events("events", timeout="1"), rt.CodecContextError, "number of seconds"),
    "timeout of NaN": (lambda bpf: bpf.events("events", timeout=math.nan), rt.CodecContextError, "number of seconds"),
    "negative wait": (lambda bpf: bpf.events("events").wait(-1.0), rt.CodecContextError, "number of seconds"),
    "type of Python": (lambda bpf: bpf.events("events", type=int), rt.SpecError, "no width"),
    "record of text": (lambda bpf: bpf.maps["commands"].writer().send("x"), rt.CodecContextError, "expected Command"),
    "record of a number": (lambda bpf: bpf.maps["commands"].writer(type=bytes).send(5), rt.CodecContextError, "bytes"),
    "record that never fits": (lambda bpf: bpf.maps["commands"].writer().reserve(1 << 40), rt.MapOperationError,
                               "fits"),
    # Test runs
    "packet of a number": (run("send", 100), rt.CodecContextError, "data of a test run is bytes"),
    "packet of text": (run("send", "abc"), rt.CodecContextError, "data of a test run is bytes"),
    "context of a number": (run("send", FRAME, 5), rt.CodecContextError, "ctx of a test run is bytes"),
    "short packet": (run("send", b"x"), rt.KernelError, "at least 14 bytes"),
    "large packet": (run("send", bytes(1 << 20)), rt.KernelError, "too large"),
    "negative repeat": (run("send", FRAME, repeat=-1), rt.CodecContextError, "repeat of a test run"),
    "large repeat": (run("send", FRAME, repeat=1 << 33), rt.CodecContextError, "repeat of a test run"),
    "flags of a test run": (run("send", FRAME, flags="x"), rt.CodecContextError, "flags of a test run"),
    "negative room": (run("send", FRAME, data_size_out=-1), rt.CodecContextError, "data_size_out of a test run"),
    "repeated tracing": (run("enter", ctx=bytes(96), repeat=5), rt.KernelError, "runs once"),
    "packet for a tracepoint": (run("enter", FRAME), rt.KernelError, "sees no packet"),
    "look-up of nothing": (run("look"), rt.KernelError, "struct bpf_sk_lookup"),
    "test run of a kprobe": (run("probe", FRAME), rt.NotSupportedByKernel, "attach the program"),
    # Attaching
    "no interface": (at("send"), rt.AttachError, "attach(interface=...)"),
    "unknown interface": (at("send", interface="nowhere7"), rt.AttachError, "'nowhere7'"),
    "unknown option": (at("send", iface="lo"), rt.AttachError, "no option 'iface'"),
    "option of another type": (at("classify", interface="lo", before="x"), rt.AttachError,
                               "before takes a link or a loaded program, not 'x'"),
    "negative revision": (at("classify", interface="lo", expected_revision=-1), rt.AttachError, "expected_revision"),
    "large cookie": (at("enter", cookie=1 << 64), rt.AttachError, "cookie is 0 to 18446744073709551615"),
    "name of a number": (at("enter", name=3), rt.AttachError, "name takes text"),
    "name with NUL": (at("enter", name="a\0b"), rt.AttachError, "NUL inside"),
    "unknown tracepoint": (at("enter", name="sys_entr"), rt.AttachRefused, "did you mean sys_enter"),
    "file for a namespace": (at("look", netns="/etc/passwd"), rt.AttachRefused, "no network namespace"),
    "no namespace": (at("look", netns="/run/netns/nowhere7"), rt.AttachError, "cannot be opened"),
    "namespace of a number": (at("look", netns=1.5), rt.AttachError, "netns takes"),
    "no control group": (at("walk", cgroup="/nowhere7"), rt.AttachError, "cannot be opened"),
    "map by its name": (at("walk", map="table"), rt.AttachError, "map takes a map of a loaded object"),
    "negative process": (at("walk", pid=-1), rt.AttachError, "pid is 0 to"),
    "program without a place": (at("request"), rt.AttachError, "not attached anywhere"),
    "pages of a perf buffer": (lambda bpf: bpf.maps["samples"].events(pages=3), rt.CodecContextError, "a power of two"),
    "unknown map of a description": (lambda bpf: bpf.spec.maps["tabel"], rt.UnknownNameError, "table"),
    "unknown program of a description": (lambda bpf: bpf.spec.programs["emter"], rt.UnknownNameError, "enter"),
    # Links
    "update of a detached link": (lambda bpf: link(bpf).update(bpf.programs["enter"]), rt.ClosedError, "closed"),
    "information of a detached link": (lambda bpf: link(bpf).info(), rt.ClosedError, "closed"),
    "pin of a detached link": (lambda bpf: link(bpf).pin(f"{PINS}/nowhere"), rt.ClosedError, "closed"),
    "block of a detached link": (lambda bpf: link(bpf).__enter__(), rt.ClosedError, "detached"),
    "no link": (lambda bpf: rt.Link.from_pin(f"{PINS}/nowhere"), rt.AttachError, "nothing is pinned"),
    # Pins
    "pin elsewhere": (lambda bpf: bpf.maps["table"].pin("/tmp/nowhere7"), rt.PermissionDenied, "bpf file system"),
    "pin of a program elsewhere": (lambda bpf: bpf.programs["send"].pin("/tmp/nowhere7"), rt.PermissionDenied,
                                   "bpf file system"),
    "pin with a dot": (lambda bpf: bpf.maps["table"].pin(f"{PINS}/nowhere.7"), rt.PermissionDenied, "dot"),
    "pin with NUL": (lambda bpf: bpf.maps["table"].pin(f"{PINS}/a\0b"), rt.MapError, "without NUL"),
    "pin in no folder elsewhere": (lambda bpf: bpf.maps["table"].pin("/tmp/nowhere7/x"), rt.MapError, "mount -t bpf"),
    "pin in no folder": (lambda bpf: bpf.maps["table"].pin(f"{PINS}/nowhere/x"), rt.MapError, "no such folder"),
    "unknown id": (lambda bpf: rt.open_program(0x7FFFFFFF), rt.KernelError, "no program with id"),
}


@pytest.mark.parametrize("case", BAD)
def test_one_typed_error(case: str, bpf: Any) -> None:
    use, error, words = BAD[case]
    gc.collect()
    descriptors = sorted(os.listdir("/proc/self/fd"))
    with pytest.raises(error) as caught:
        use(bpf)
    assert isinstance(caught.value, rt.BpfError)
    assert words in str(caught.value)
    del caught
    gc.collect()
    assert sorted(os.listdir("/proc/self/fd")) == descriptors


CLOSED: dict[str, Callable[[Any], object]] = {
    "events": lambda bpf: bpf.events(),
    "look-up": lambda bpf: bpf.maps["table"][1],
    "iteration": lambda bpf: list(bpf.maps["table"].items()),
    "length": lambda bpf: len(bpf.maps["table"]),
    "update": lambda bpf: bpf.maps["table"].update({1: VALUE}),
    "clear": lambda bpf: bpf.maps["table"].clear(),
    "pin": lambda bpf: bpf.maps["table"].pin(f"{PINS}/nowhere"),
    "unpin": lambda bpf: bpf.maps["table"].unpin(f"{PINS}/nowhere"),
    "freeze": lambda bpf: bpf.maps["table"].freeze(),
    "queue": lambda bpf: bpf.maps["queue"].push(1),
    "slots": lambda bpf: bpf.maps["jumps"][0],
    "owners": lambda bpf: bpf.maps["tasks"][0],
    "memory": lambda bpf: bpf.maps["shared"].memory(),
    "writer": lambda bpf: bpf.maps["commands"].writer(),
    "test run": lambda bpf: bpf.programs["send"].test_run(FRAME),
    "attach": lambda bpf: bpf.programs["enter"].attach(),
    "attach_all": lambda bpf: bpf.attach_all().__enter__(),
    "variable": lambda bpf: bpf.globals.seen,
    "block": lambda bpf: bpf.__enter__(),
}


@pytest.fixture(scope="module")
def closed(image: bytes) -> Any:
    loaded = rt.ObjectSpec.from_bytes(image, "misused.o").load()
    loaded.close()
    loaded.close()
    return loaded


@pytest.mark.parametrize("case", CLOSED)
def test_a_closed_object(case: str, closed: Any) -> None:
    with pytest.raises(rt.ClosedError):
        CLOSED[case](closed)


def test_a_closed_reader(fresh: Any) -> None:
    reader = fresh.events("events")
    reader.close()
    reader.close()
    for use in (reader.read, reader.read_batch, reader.wait, reader.fileno, reader.__enter__,
                lambda: next(iter(reader)), lambda: next(reader.named())):
        with pytest.raises(rt.ClosedError):
            use()


def test_two_readers_and_two_writers(fresh: Any) -> None:
    with fresh.events("events"), pytest.raises(rt.BufferInUseError, match="being read already"):
        fresh.events("events")
    with fresh.maps["commands"].writer(), pytest.raises(rt.BufferInUseError, match="being written already"):
        fresh.maps["commands"].writer()


def test_a_forked_process_reads_nothing_and_ends_nothing(fresh: Any) -> None:
    with fresh.events("events", "samples", timeout=0) as reader:
        fresh.programs["send"].test_run(FRAME)
        child = os.fork()
        if not child:
            status = 1
            try:
                reader.read()
            except rt.BufferInUseError:
                status = 0
            finally:
                reader.close()
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert len(reader.read()) == 1
        fresh.programs["send"].test_run(FRAME)
        assert len(reader.read()) == 1


def test_a_second_task_and_a_cancelled_one(fresh: Any) -> None:
    async def first(reader: Any) -> Any:
        async for record in reader:
            return record
        return None

    async def tasks() -> None:
        with fresh.events("events") as reader:
            waiting = asyncio.create_task(first(reader))
            await asyncio.sleep(0.01)
            with pytest.raises(rt.BufferInUseError, match="another task"):
                await first(reader)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            fresh.programs["send"].test_run(FRAME)
            assert await asyncio.wait_for(first(reader), 5) == fresh.globals.seen

    asyncio.run(tasks())


def test_arrays_outlive_what_they_came_from(fresh: Any) -> None:
    """A NumPy array holds the mapping: reading it after close() must not end the process."""
    pytest.importorskip("numpy")
    memory = fresh.maps["shared"].memory()
    memory[3] = 7
    numbers = memory.array()
    memory.close()
    with pytest.raises(rt.ClosedError):
        memory[3]
    fresh.programs["send"].test_run(FRAME)
    reader = fresh.events("events")
    records = reader.read_batch().array()
    reader.close()
    gc.collect()
    assert (numbers[3], len(records), records[0]) == (7, 1, fresh.globals.seen)


def fill(writer: Any) -> None:
    while True:
        writer.send({"number": 1})


def test_a_full_user_ring_buffer(fresh: Any) -> None:
    with fresh.maps["commands"].writer() as writer:
        with pytest.raises(rt.BufferFullError):
            fill(writer)
        with pytest.raises(rt.BufferFullError):
            writer.send({"number": 1}, timeout=0.01)
        assert writer.reserve() is None


def test_a_frozen_map(fresh: Any) -> None:
    map_ = fresh.maps["numbers"]
    map_.freeze()
    for use in (lambda: map_.store(0, 1), lambda: map_.update({0: 1})):
        with pytest.raises(rt.MapError, match="the map is frozen"):
            use()
    assert map_[0] == 0


def test_a_pin_over_a_pin(fresh: Any) -> None:
    path = f"{PINS}/table"
    fresh.maps["table"].pin(path)
    try:
        for other in (fresh.maps["table"], fresh.maps["queue"], fresh.programs["send"]):
            with pytest.raises(rt.KernelError, match="EEXIST") as caught:
                other.pin(path)
            assert "another name" in caught.value.help
        with pytest.raises(rt.MapError, match="is not map queue"):
            fresh.maps["queue"].unpin(path)
    finally:
        fresh.maps["table"].unpin(path)
    assert not os.path.exists(path)


@pytest.mark.parametrize("entries", [-1, 1 << 32, "many"])
def test_a_size_that_is_none(image: bytes, entries: Any) -> None:
    spec = rt.ObjectSpec.from_bytes(image, "misused.o")
    spec.maps["table"].max_entries = entries
    with pytest.raises(rt.SpecError, match="map table: max_entries is"):
        spec.load()


def test_the_process_lives(image: bytes) -> None:
    """What the interpreter finalises in any order: readers, mappings and links that nobody closed."""
    script = textwrap.dedent(f"""
        import pybpfc_runtime as rt
        bpf = rt.ObjectSpec.from_bytes({image!r}, "misused.o").load()
        reader, memory, writer = bpf.events("events"), bpf.maps["shared"].memory(), bpf.maps["commands"].writer()
        link, walk = bpf.programs["enter"].attach(), bpf.programs["walk"].attach()
        bpf.programs["send"].test_run(bytes(64))
        batch = reader.read_batch()
        held = [list(batch), memory.memory, iter(walk), iter(reader)]
    """)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_type_of_an_option_is_known() -> None:
    for module, _ in attach.KINDS.values():
        for name, types in options.types_of(module).items():
            unknown = [each for each in types if each not in options._TESTS]
            assert not unknown, f"{module}.attach({name}=)"
            assert all(each in options._WORDS for each in types if each != "None")
