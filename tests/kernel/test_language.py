"""Programs over more of the language than the examples, judged by what the kernel does with them."""

from __future__ import annotations

import itertools
import linecache
import os
import struct
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pybpfc
import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file
from support.libbpf import Libbpf
from support.machine import needs_libbpf

pytestmark = pytest.mark.usefixtures("privileged")

PROGRAMS = Path(__file__).parent / "programs"
XDP_DROP, XDP_PASS, XDP_TX = 1, 2, 3
TC_ACT_SHOT = 2


@pytest.fixture
def load() -> Iterator[Any]:
    """`load(path)`: a program compiled and loaded by our own loader; closed when the test ends."""
    opened: list[Any] = []

    def compile_and_load(path: Path, **rodata: int) -> Any:
        spec = rt.ObjectSpec.from_bytes(compile_file(str(path)).data, path.name)
        for name, value in rodata.items():
            setattr(spec.rodata, name, value)
        opened.append(spec.load())
        return opened[-1]

    yield compile_and_load
    for item in opened:
        item.close()


def source(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(textwrap.dedent(text))
    return path


def test_map_methods(load: Any) -> None:
    """Ring buffer, perf buffer, queue, stack, bloom filter, program array, device map."""
    bpf = load(PROGRAMS / "map_methods.py")
    assert bpf.programs["a"].test_run(data=bytes(64)).return_value == XDP_PASS
    # 2: the queue gave the event back; 7: the stack its number; 99: the bloom filter knows 3
    assert dict(bpf.map("hits").items()) == {2: 1, 7: 1, 99: 1}


def test_network_kinds(load: Any) -> None:
    """The verifier takes programs of the networking kinds that use their contexts, sockets in maps, and flow keys."""
    bpf = load(PROGRAMS / "network_kinds.py")
    assert len(bpf.programs) == 17
    frame = bytes(12) + b"\x08\x00" + bytes(50)
    assert bpf.programs["csi"].test_run(data=frame).return_value == 1
    assert bpf.programs["sf"].test_run(data=bytes(14 + 23) + b"\x11" + bytes(40)).return_value == 0


def test_callbacks(load: Any) -> None:
    bpf = load(PROGRAMS / "callbacks.py")
    assert bpf.programs["a"].test_run(data=bytes(64)).return_value == XDP_PASS
    assert dict(bpf.map("out").items()) == {0: sum(range(100)), 1: 100, 2: 5 + 6, 3: 2 * (1 + 2)}


def test_iterators_and_scopes(tmp_path: Path) -> None:
    """bpf_for with break, continue and else, bpf_repeat with return, a spin lock, an RCU section with return. libbpf
    finds the kernel functions."""
    needs_libbpf()
    target = tmp_path / "program.o"
    target.write_bytes(compile_file(str(PROGRAMS / "iterators_and_scopes.py")).data)
    loaded = Libbpf().open(target)
    try:
        assert loaded.test_run("a", bytes(64)).result == XDP_PASS
        out = {key: int.from_bytes(value, "little") for key, value in loaded.entries("out").items()}
    finally:
        loaded.close()
    assert list(out.values()) == [0 + 1 + 3 + 4 + 5, 5, 5, 9]


def test_kernel_types(load: Any) -> None:
    """Trusted reads, bit fields and CO-RE facts of the process that runs the program."""
    bpf = load(PROGRAMS / "kernel_types.py", only=os.getpid())
    with bpf.programs["bt"].attach():
        os.getppid()
    out = dict(bpf.map("out").items())
    assert (out[20], out[21]) == (os.getpid(), os.getppid())
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    assert out[22] == pytest.approx(pages, rel=0.2)
    assert (out[23], out[24]) == (0, 0)
    assert out[25] == ord(Path("/proc/self/comm").read_text()[0])


def test_other_modules_and_factories(load: Any, tmp_path: Path) -> None:
    """Declarations and functions come from another module; a factory makes programs whose closures are constants."""
    source(tmp_path, "shared_parts.py", """
        from pybpfc import HashMap, inline, subprog, u32, u64

        hits = HashMap[u32, u64](max_entries=16)
        STEP = 3

        @subprog
        def tally(key: u32, by: u64) -> u64:
            hits[key] += by
            return by * 2

        @inline
        def twice(x: u32) -> u32:
            return x * 2
        """)
    main = source(tmp_path, "factories.py", """
        from __future__ import annotations

        import shared_parts
        from pybpfc import XDP_PASS, data, u64, xdp, xdp_md
        from shared_parts import tally, twice

        LICENSE = "GPL"
        last: u64 = data(0)

        def make(port: int, result: int):
            @xdp(name=f"prog_{port}")
            def prog(ctx: xdp_md) -> int:
                global last
                last = tally(twice(port), shared_parts.STEP)
                return result
            return prog

        first = make(10, XDP_PASS)
        second = make(20, 1)
        """)
    bpf = load(main)
    try:
        assert bpf.programs["prog_10"].test_run(data=bytes(64)).return_value == XDP_PASS
        assert bpf.programs["prog_20"].test_run(data=bytes(64)).return_value == 1
        assert dict(bpf.map("hits").items()) == {20: 3, 40: 3}
        assert bpf.globals.last == 6
    finally:
        sys.modules.pop("shared_parts", None)


def test_notebook_cells() -> None:
    """Functions from several cells: Python shows their text through linecache, as IPython registers it."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    cells = ["""
        from pybpfc import *
        LICENSE = "GPL"
        hits = HashMap[u32, u64](max_entries=16)

        @inline
        def bump(key: u32) -> None:
            hits[key] += 1
        """, """
        @xdp
        def prog(ctx: xdp_md) -> int:
            bump(ctx.rx_queue_index)
            return XDP_TX
        """, """
        import pybpfc

        with pybpfc.load() as bpf:
            verdict = bpf.programs["prog"].test_run(data=bytes(64)).return_value
            seen = dict(bpf.map(hits).items())
        """]
    for number, cell in enumerate(cells):
        text = textwrap.dedent(cell)
        name = f"/tmp/ipykernel_1/cell{number}.py"
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        exec(compile(text, name, "exec"), namespace)
    assert namespace["verdict"] == XDP_TX
    assert namespace["seen"] == {0: 1}


def test_text(load: Any) -> None:
    bpf = load(PROGRAMS / "text.py")
    assert bpf.programs["write"].test_run(data=bytes(64)).return_value == XDP_PASS
    first, second, third = (bpf.map("lines")[index] for index in range(3))
    assert first.text == second.text == "-7 10000000000 0000 100%"
    assert first.length == len(first.text) + 1, "the kernel counts the NUL"
    assert (first.same, second.same, second.prefix) == (1, 1, 1)
    assert (third.text, third.same, third.prefix) == ("fixed", 1, 1)


def test_callbacks_with_arguments_of_their_own(load: Any) -> None:
    bpf = load(PROGRAMS / "timers.py")
    bpf.programs["start"].test_run(data=bytes(64))
    deadline = time.monotonic() + 5
    while bpf.map("fired")[5] < 3 and time.monotonic() < deadline:
        time.sleep(0.001)
    assert bpf.map("fired")[5] == 3
    assert bpf.map("alarms")[5].rounds == 3
    with bpf.map("commands").writer() as writer:
        for number in (1, 20, 300):
            writer.send({"number": number})
        bpf.programs["drain"].test_run(data=bytes(64))
    assert bpf.globals.last == 321


def test_dynptrs(load: Any) -> None:
    """Dynptrs of packets and of ring buffers, the kernel's struct behind a context."""
    bpf = load(PROGRAMS / "dynptrs.py")
    frame = bytes([0, 0, 0, 0, 0, 5]) + bytes(58)
    assert bpf.programs["look"].test_run(data=frame).return_value == XDP_PASS
    assert bpf.programs["look"].test_run(data=bytes(64)).return_value == XDP_DROP
    assert bpf.globals.numbers == 64
    assert bpf.programs["send"].test_run(data=frame).return_value == XDP_PASS
    assert [event.number for event in bpf.events("events", timeout=0)] == [7]
    with bpf.map("commands").writer() as writer:
        for number in (1, 20):
            writer.send({"number": number, "text": ""})
        result = bpf.programs["drain"].test_run(ctx=bytes(16))
    assert result.return_value == 0 and int.from_bytes(result.ctx[:4], "little") == 21
    assert bpf.programs["inside"].test_run(data=bytes(100)).return_value == 0
    assert bpf.programs["inside"].test_run(data=bytes(40)).return_value == TC_ACT_SHOT


def test_work_queue(load: Any) -> None:
    bpf = load(PROGRAMS.parents[1] / "typing" / "programs" / "work_queue.py")  # where type checkers see it, too
    assert bpf.programs["queue"].test_run(ctx=bytes(8)).return_value == 0
    deadline = time.monotonic() + 5
    while not bpf.map("works")[0].done and time.monotonic() < deadline:
        time.sleep(0.001)
    assert bpf.map("works")[0].done == 1


def test_storages(load: Any) -> None:
    """Values of a task: made from a value, absent, zeroed, found again, removed."""
    bpf = load(PROGRAMS / "storages.py", parent=os.getpid())
    bpf.map("counts")[0] = [11] * len(bpf.map("counts")[0])
    with bpf.programs["new_task"].attach():
        os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)
    assert (bpf.globals.seen, bpf.globals.absent, bpf.globals.other_cpu) == (8 + 5 + 5, 1, 11)


def test_comparisons(load: Any) -> None:
    bpf = load(PROGRAMS / "comparisons.py")
    names, run = bpf.map("names"), lambda: bpf.programs["prog"].test_run(data=bytes(64)).return_value
    text = "x" * 47
    for first, second, address, verdict in (
        (text, text, bytes(6), XDP_TX), (text, text[:-1] + "y", bytes(6), XDP_PASS), ("", "", bytes(6), XDP_TX),
        (text, "", b"\x02\0\0\0\0\x01", 1), (text, "", b"\x02\0\0\0\0\x02", XDP_PASS),
    ):
        value = names[0]
        value.first, value.second, value.address = first, second, address
        names[0] = value
        assert run() == verdict, (first, second, address)


def test_returned_references(load: Any) -> None:
    """Functions that return None on one way and a reference to a map value, a global or a packet on others."""
    bpf = load(PROGRAMS / "returned_references.py")
    entry = type(bpf.globals.common)
    bpf.map("entries").update({1: entry(number=0x11), 2: entry(number=0x22)})
    for key, number in ((1, 0x111111), (9, 0), (3, 0), (2, 0x333322)):
        bpf.globals.common = entry(number=0x33)
        assert bpf.programs["look_up"].test_run(data=bytes([key]) + bytes(63)).return_value == XDP_PASS
        assert bpf.globals.common.number == number


def test_contexts_in_tracing(load: Any) -> None:
    """A tracepoint's context is one for the verifier; a typed program asks for stacks with the one that it names."""
    bpf = load(PROGRAMS / "contexts_in_tracing.py", only_pid=os.getpid())
    with bpf.programs["switched"].attach():
        time.sleep(0.01)
    (key, count), *_ = bpf.map("sleeps").items()
    assert count > 0 and key.kernel_stack >= 0 and key.comm == Path("/proc/self/comm").read_text().strip()
    assert bpf.globals.same_argument >= count


def test_checksums_take_fields_as_they_are(load: Any, tmp_path: Path) -> None:
    """bpf_l3_csum_replace with the addresses of the packet: what comes out has the checksum of its new header."""
    bpf = load(source(tmp_path, "rewritten.py", """
        from pybpfc import TC_ACT_OK, TC_ACT_SHOT, __sk_buff, be32, offsetof, rodata, sizeof, tc
        from pybpfc.helpers import bpf_l3_csum_replace, bpf_skb_store_bytes
        from pybpfc.net import ethhdr, htonl, iphdr

        LICENSE = "GPL"
        HEADER = sizeof(ethhdr)
        public: be32 = rodata(htonl(0xC0000201))


        @tc
        def prog(skb: __sk_buff) -> int:
            packet = skb.cursor()
            eth, ip = packet.pull(ethhdr), packet.pull(iphdr)
            if eth is None or ip is None:
                return TC_ACT_SHOT
            before = ip.saddr
            if bpf_l3_csum_replace(skb, HEADER + offsetof(iphdr, "check"), before, public, sizeof(be32)):
                return TC_ACT_SHOT
            if bpf_skb_store_bytes(skb, HEADER + offsetof(iphdr, "saddr"), public):
                return TC_ACT_SHOT
            return TC_ACT_OK
    """))
    header = bytes.fromhex("4500002800004000400600000a0000010a000002")
    header = header[:10] + _checksum(header).to_bytes(2, "big") + header[12:]
    result = bpf.programs["prog"].test_run(data=bytes(12) + b"\x08\x00" + header + bytes(20))
    rewritten = result.data[14:34]
    assert rewritten[12:16] == bytes((192, 0, 2, 1)) and _checksum(rewritten) == 0


def _checksum(header: bytes) -> int:
    total = sum(int.from_bytes(header[at:at + 2], "big") for at in range(0, len(header), 2))
    return ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF


def test_contexts_of_callers(load: Any) -> None:
    bpf = load(PROGRAMS / "contexts_of_callers.py")
    form = "IIQII8I16s4s4x"

    def ask(key: int, wanted: int) -> tuple[Any, ...]:
        given = struct.pack(form, key, wanted, 100, 5, 6, *range(10, 18), b"", b"")
        done = bpf.programs["answer"].test_run(ctx=given)
        assert done.return_value == 0
        return struct.unpack(form, done.ctx)

    with bpf.events("events") as events:
        for key, wanted, point in ((3, 8, (5, 6)), (2, 9, (6, 6)), (1, 1, (5, 1))):
            found = ask(key, wanted)
            assert found[2] == 100 + (10 + key) + sum(range(10, 18)) + key
            assert found[3:5] == point
            assert found[13].rstrip(b"\0").decode() == Path("/proc/self/comm").read_text().strip()
            assert found[14] == b"abcd"
        assert [event.key for event in itertools.islice(events, 3)] == [3, 2, 1]
    assert dict(bpf.map("sums")) == {1: 100, 2: 100, 3: 100}


def test_what_is_compiled_is_named_by_its_path() -> None:
    path = Path(__file__).parent / "programs" / "comparisons.py"
    assert pybpfc.compile(path).programs.keys() == pybpfc.compile(str(path)).programs.keys()
    with pytest.raises(TypeError, match=r"load\(\) takes the path of a Python file.*__file__.*not module"):
        pybpfc.load(os)  # type: ignore[arg-type]
