"""`pybpfc run` of the kinds that are rarely used, of maps of every type, and what it says where it cannot attach."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file
from pybpfc_runtime import system
from support.machine import pybpfc

pytestmark = [pytest.mark.usefixtures("privileged"), pytest.mark.xdist_group("trace_pipe")]

CGROUPS = Path("/sys/fs/cgroup/unified" if os.path.exists("/sys/fs/cgroup/unified") else "/sys/fs/cgroup")
MAPS = '''\
from enum import IntEnum
from typing import Annotated

from pybpfc import (Array, ArrayMap, BloomFilter, HashMap, HashOfMaps, LpmTrie, LruHashMap, PerCpuArray, PerCpuHashMap,
                    PerfEventArray, ProgArray, Queue, RingBuf, SkStorage, Stack, StackTrace, Str, Struct, __sk_buff,
                    be16, be32, bits, bpf_raw_tracepoint_args, data, from_bits, raw_tracepoint, tc, u8, u32, u64)
from pybpfc.helpers import bpf_get_current_pid_tgid
from pybpfc.net import in6_addr

LICENSE = "GPL"


class Color(IntEnum):
    RED = 1
    BLUE = 2


class Mixed(Struct):
    low: Annotated[u8, bits(3)]
    high: Annotated[u8, bits(5)]
    color: Color
    name: Annotated[Str, 8]
    mac: Annotated[Array[u8], 6]


class Prefix(Struct):
    prefixlen: u32
    addr: be32


class Endpoint(Struct):
    address: in6_addr
    port: be16


mixed = HashMap[u32, Mixed](max_entries=4)
colors = LruHashMap[Color, Color](max_entries=4)
per_cpu = PerCpuHashMap[u32, u64](max_entries=4)
prefixes = LpmTrie[Prefix, u32](max_entries=4)
endpoints = HashMap[u32, Endpoint](max_entries=4)
waiting = Queue[Prefix](max_entries=4)
pile = Stack[be32](max_entries=4)
known = BloomFilter[u32](max_entries=4)
stacks = StackTrace(max_entries=16)
inner = ArrayMap[u32](max_entries=4)
outer = HashOfMaps[u32, ArrayMap[u32]](inner=inner, max_entries=4, values={7: inner})
delays_hist = PerCpuArray[u64](max_entries=8)
storage = SkStorage[u64]()
records = RingBuf[Mixed](max_entries=4096)
samples = PerfEventArray[Prefix]()
runs: u64 = data(0)
color: Color = data(Color.RED)


@tc
def target(ctx: __sk_buff) -> int:
    return 0


jumps = ProgArray[__sk_buff](max_entries=4, values={2: target})


@raw_tracepoint("sys_enter")
def once(ctx: bpf_raw_tracepoint_args) -> int:
    global runs
    if runs:
        return 0
    runs += 1
    print(f"run {runs}")
    value = Mixed(low=5, high=17, color=Color.BLUE, name=b"abc", mac=b"\\1\\2\\3\\4\\5\\6")
    prefix = Prefix(prefixlen=24, addr=from_bits(be32, 0x0002000a))
    mixed.update(1, value)
    records.output(value)
    samples.output(ctx, prefix)
    colors.update(Color.RED, Color.BLUE)
    per_cpu.update(3, 1)
    prefixes.update(prefix, 9)
    endpoint = Endpoint.zero(port=from_bits(be16, 0x5000))
    endpoints.update(1, endpoint)
    waiting.push(prefix)
    pile.push(from_bits(be32, 0x0102000a))
    known.push(4)
    stacks.get_stackid(ctx, 0)
    delays_hist[3] += 1
    inner.update(1, 5)
    return 0
'''


def run(tmp_path: Path, source: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = tmp_path / "prog.py"
    program.write_text(source)
    return pybpfc("run", program, *arguments)


def objects(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def attached() -> set[int]:
    return {link.id for link in system.links()}


def test_maps_of_every_type(tmp_path: Path) -> None:
    found = objects(run(tmp_path, MAPS, "--attach", "target.interface=lo", "--duration", "0.3", "--json"))
    value = {"low": 5, "high": 17, "color": "BLUE", "name": "abc", "mac": "01:02:03:04:05:06"}
    prefix = {"prefixlen": 24, "addr": "10.0.2.0"}
    assert {"type": "event", "buffer": "records", "record": value} in found
    assert {"type": "event", "buffer": "samples", "record": prefix} in found
    entries = {one["map"]: (one["key"], one["value"]) for one in found if one["type"] == "map"}
    (stack,) = (entries.pop("stacks")[1],)
    assert any(frame.startswith("bpf_trace_run") for frame in stack), stack
    per_cpu = [entries.pop(name)[1] for name in ("per_cpu", "delays_hist")]
    assert [sum(each) for each in per_cpu] == [1, 1]
    assert entries == {
        "mixed": (1, value), "colors": ("RED", "BLUE"), "prefixes": (prefix, 9),
        "endpoints": (1, {"address": "::", "port": 80}), "waiting": (0, prefix), "pile": (0, "10.0.2.1"),
        "inner": (1, 5), "outer[7]": (1, 5), "jumps": (2, "target")}
    assert {one["name"]: one["value"] for one in found if one["type"] == "global"} == {"runs": 1, "color": "RED"}


ITERATORS = '''\
from pybpfc import HashMap, Ptr, iter_, u32, u64
from pybpfc.helpers import bpf_seq_write
from pybpfc.vmlinux import bpf_iter__bpf_map_elem, bpf_iter__task

LICENSE = "GPL"
counts = HashMap[u32, u64](max_entries=8)


@iter_("bpf_map_elem")
def show(ctx: bpf_iter__bpf_map_elem) -> int:
    if ctx.key != 0:
        bpf_seq_write(ctx.meta.seq, b"an element\\n")
    return 0


@iter_("task")
def count(ctx: bpf_iter__task) -> int:
    if ctx.task is not None:
        counts.update(1, 5)
        bpf_seq_write(ctx.meta.seq, b"a task\\n")
    return 0
'''


def test_iterators_end_by_themselves(tmp_path: Path) -> None:
    """Those over a map run last; nothing else is to come, so that nobody has to end the command."""
    found = objects(run(tmp_path, ITERATORS, "--attach", "show.map=counts", "--attach", f"count.pid={os.getpid()}",
                        "--json"))
    lines = [(one["program"], one["text"]) for one in found if one["type"] == "iterator"]
    assert lines[-1] == ("show", "an element")
    assert set(lines[:-1]) == {("count", "a task")}


PER_CPU = '''\
from pybpfc import PerCpuArray, PerCpuHashMap, Struct, iter_, u32, u64
from pybpfc.vmlinux import bpf_iter__task

LICENSE = "GPL"


class Seen(Struct):
    tasks: u64
    bytes: u64


slots = PerCpuArray[Seen](max_entries=2)
by_number = PerCpuHashMap[u32, Seen](max_entries=4)


@iter_("task")
def count(ctx: bpf_iter__task) -> int:
    slot = slots.lookup(1)
    if ctx.task is not None and slot is not None:
        slot.tasks += 1
        slot.bytes += 100
        by_number.update(7, Seen(tasks=1, bytes=9))
    return 0
'''


def test_structs_for_each_cpu(tmp_path: Path) -> None:
    found = objects(run(tmp_path, PER_CPU, "--attach", f"count.tid={os.getpid()}", "--json"))
    entries = {(one["map"], one["key"]): one["value"] for one in found if one["type"] == "map"}
    assert entries.keys() == {("slots", 1), ("by_number", 7)}
    for values, seen in zip(entries.values(), ({"tasks": 1, "bytes": 100}, {"tasks": 1, "bytes": 9}), strict=True):
        assert [value for value in values if any(value.values())] == [seen]
        assert all(value in (seen, {"tasks": 0, "bytes": 0}) for value in values)


TABLE = '''\
from pybpfc import StructOpsMap, struct_ops, u32
from pybpfc.vmlinux import sock, tcp_congestion_ops

LICENSE = "GPL"


@struct_ops("ssthresh")
def ssthresh(sk: sock) -> u32:
    return 2


@struct_ops("undo_cwnd")
def undo_cwnd(sk: sock) -> u32:
    return 2


@struct_ops("cong_avoid")
def cong_avoid(sk: sock, ack: u32, acked: u32) -> None:
    pass


control = StructOpsMap[tcp_congestion_ops](values={
    "ssthresh": ssthresh, "undo_cwnd": undo_cwnd, "cong_avoid": cong_avoid, "name": "pybpfc_run"})
'''


def test_a_table_is_registered(tmp_path: Path) -> None:
    available = Path("/proc/sys/net/ipv4/tcp_available_congestion_control")
    done = run(tmp_path, TABLE, "--duration", "0.1")
    assert done.returncode == 0, done.stderr
    assert "registered control (tcp_congestion_ops)" in done.stderr
    assert "pybpfc_run" not in available.read_text()


SOCKETS = '''\
from pybpfc import SockMap, bpf_sock_ops, data, sk_msg, sk_msg_md, sockops, u64
from pybpfc.helpers import bpf_sock_map_update

LICENSE = "GPL"
sockets = SockMap(max_entries=8)
messages: u64 = data(0)


@sockops
def remember(ctx: bpf_sock_ops) -> int:
    if ctx.op == 4:  # BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB
        bpf_sock_map_update(ctx, sockets, 0)
    return 1


@sk_msg
def count(ctx: sk_msg_md) -> int:
    global messages
    messages += 1
    return 1
'''


@pytest.fixture
def group() -> Iterator[Path]:
    """A control group for the test's process alone."""
    folder = CGROUPS / f"pybpfc-run-{os.getpid()}"
    before = next(line.split(":", 2)[2] for line in Path("/proc/self/cgroup").read_text().splitlines()
                  if line.startswith("0::"))
    folder.mkdir()
    (folder / "cgroup.procs").write_text(str(os.getpid()))
    try:
        yield folder
    finally:
        (CGROUPS / before.lstrip("/") / "cgroup.procs").write_text(str(os.getpid()))
        folder.rmdir()


def test_maps_of_sockets_come_before_the_sockets(tmp_path: Path, group: Path) -> None:
    (tmp_path / "prog.py").write_text(SOCKETS)
    command = [sys.executable, "-m", "pybpfc", "run", tmp_path / "prog.py", "--cgroup", group, "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line.strip())
        if line.startswith("running"):
            break
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as server, \
            socket.create_connection(server.getsockname()) as client:
        for _ in range(3):
            client.send(b"x")
    process.terminate()
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, ""), said
    assert said[:2] == ["attached count (sk_msg) to map sockets", f"attached remember (sockops) to {group}"]
    assert json.loads(out.splitlines()[-1]) == {"type": "global", "name": "messages", "value": 3}


REPLACED = '''\
from pybpfc import XDP_PASS, global_subprog, xdp, xdp_md

LICENSE = "GPL"


@global_subprog
def verdict(ctx: xdp_md) -> int:
    return XDP_PASS


@xdp
def decide(ctx: xdp_md) -> int:
    return verdict(ctx)
'''
REPLACING = '''\
from pybpfc import XDP_DROP, freplace, xdp_md

LICENSE = "GPL"


@freplace("verdict")
def drop(ctx: xdp_md) -> int:
    return XDP_DROP
'''


def test_a_function_of_a_loaded_program_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "replaced.py").write_text(REPLACED)
    with rt.ObjectSpec.from_bytes(compile_file(str(tmp_path / "replaced.py")).data, "replaced.o").load() as loaded:
        number = loaded.programs["decide"].info().id
        done = run(tmp_path, REPLACING, "--attach", f"target={number}", "--duration", "0.1")
        # Kernels that forbid such programs refuse the load, which comes after the target was looked into.
        forbidden = "program drop: BPF_PROG_LOAD failed with EPERM" in done.stderr
        assert forbidden or "attached drop (freplace/verdict)" in done.stderr, done.stderr
        assert done.returncode == forbidden
        assert loaded.programs["decide"].test_run(bytes(64)).return_value == 2
        other = run(tmp_path, REPLACING.replace("verdict", "verdcit"), "--attach", f"target={number}")
        assert (other.returncode, other.stdout) == (1, "")
        assert "program decide has no function verdcit" in other.stderr and "it has decide, verdict" in other.stderr


FILTER = '''\
from pybpfc import __sk_buff, data, socket, u64

LICENSE = "GPL"
packets: u64 = data(0)


@socket
def see(skb: __sk_buff) -> int:
    global packets
    packets += 1
    return 0
'''


def test_a_socket_filter_sees_an_interface(tmp_path: Path) -> None:
    done = run(tmp_path, FILTER, "--interface", "lo", "--duration", "0.1")
    assert done.returncode == 0, done.stderr
    assert "attached see (socket) to lo" in done.stderr
    alone = run(tmp_path, FILTER, "--duration", "0.1")
    assert (alone.returncode, alone.stdout) == (1, "")
    assert "nothing in " in alone.stderr and "see (socket)" in alone.stderr and "help:" in alone.stderr


KINDS = '''\
from pybpfc import (SockMap, bpf_nf_ctx, bpf_raw_tracepoint_args, bpf_sock_ops, netfilter, raw_tracepoint, sk_msg,
                    sk_msg_md, sockops)

LICENSE = "GPL"
sockets = SockMap(max_entries=8)
others = SockMap(max_entries=8)


'''
WRONG: dict[str, tuple[str, tuple[str, ...], int, str]] = {
    "cgroup": ("@sockops\ndef p(ctx: bpf_sock_ops) -> int:\n    return 1\n", (), 2,
               "`p` (sockops): say where it is to run: --cgroup PATH"),
    "map": ("@sk_msg\ndef p(ctx: sk_msg_md) -> int:\n    return 1\n", (), 2, "--attach map=NAME"),
    "unknown map": ("@sk_msg\ndef p(ctx: sk_msg_md) -> int:\n    return 1\n", ("map=socket",), 1, "no map 'socket'"),
    "priority": ("@netfilter\ndef p(ctx: bpf_nf_ctx) -> int:\n    return 1\n", ("hook=local_in", "priority=high"), 1,
                 "priority takes a number, not 'high'"),
    "cookie": ('@raw_tracepoint("sys_enter")\ndef p(ctx: bpf_raw_tracepoint_args) -> int:\n    return 1\n',
               ("cookie=-1",), 1, "cookie is 0 to"),
}


@pytest.mark.parametrize("case", WRONG)
def test_one_message_and_nothing_attached(tmp_path: Path, case: str) -> None:
    source, options, status, words = WRONG[case]
    before = attached()
    done = run(tmp_path, KINDS + source, *(part for option in options for part in ("--attach", option)),
               "--duration", "0.1")
    assert (done.returncode, done.stdout) == (status, ""), done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr and "bug in pybpfc" not in done.stderr
    assert not attached() - before
