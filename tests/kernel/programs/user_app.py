"""Probes of a user program as people write them: allocations, payloads, latencies, requests, lines that are typed."""
from typing import Annotated

from pybpfc import (
    Array,
    ArrayMap,
    HashMap,
    Ptr,
    RingBuf,
    Str,
    Struct,
    atomic_add,
    core_read_str,
    core_read_user,
    data,
    pt_regs,
    s32,
    s64,
    u8,
    u16,
    u32,
    u64,
    uprobe,
    uretprobe,
)
from pybpfc.helpers import (
    bpf_get_current_comm,
    bpf_get_current_pid_tgid,
    bpf_ktime_get_ns,
    bpf_probe_read_user,
    bpf_probe_read_user_str,
)

LICENSE = "GPL"

# Allocations: their sizes as a histogram, and what is still allocated.

sizes = HashMap[u64, u64](max_entries=1024)
allocated = HashMap[u64, u64](max_entries=4096)
histogram = ArrayMap[u64](max_entries=64)
live: u64 = data(0)


@uprobe
def on_take(size: u64) -> int:
    sizes[bpf_get_current_pid_tgid()] = size
    slot: u32 = 0
    rest = size
    while rest > 1 and slot < 63:
        rest >>= 1
        slot += 1
    histogram[slot] += 1
    return 0


@uretprobe
def on_taken(ret: u64) -> int:
    thread = bpf_get_current_pid_tgid()
    size = sizes.lookup(thread)
    if size is None:
        return 0
    if ret:
        allocated[ret] = size.value
        atomic_add(live, size.value)
    del sizes[thread]
    return 0


@uprobe
def on_give_back(address: u64) -> int:
    size = allocated.lookup(address)
    if size is not None:
        atomic_add(live, u64(0) - size.value)
        del allocated[address]
    return 0


# What a library reads and writes: the buffer is full when the function returns.


class Call(Struct):
    buffer: u64
    write: bool


class Payload(Struct):
    pid: u32
    length: s32
    write: bool
    comm: Annotated[Str, 16]
    data: Annotated[Array[u8], 64]


transfers = HashMap[u64, Call](max_entries=1024)
payloads = RingBuf[Payload](max_entries=64 * 1024)


@uprobe
def on_write(connection: u64, buffer: Ptr[u8], length: s32) -> int:
    transfers[bpf_get_current_pid_tgid()] = Call(buffer=u64(buffer), write=True)
    return 0


@uprobe
def on_read(connection: u64, buffer: Ptr[u8], length: s32) -> int:
    transfers[bpf_get_current_pid_tgid()] = Call(buffer=u64(buffer), write=False)
    return 0


@uretprobe
def on_transferred(ret: s32) -> int:
    thread = bpf_get_current_pid_tgid()
    call = transfers.lookup(thread)
    if call is None:
        return 0
    if ret > 0:
        payload = payloads.reserve()
        if payload is not None:
            payload.pid = u32(thread >> 32)
            payload.length = ret
            payload.write = call.write
            bpf_get_current_comm(payload.comm)
            bpf_probe_read_user(payload.data, call.buffer)
            payloads.submit(payload)
    del transfers[thread]
    return 0


# How long a function takes, by the text of its first argument.


class Key(Struct):
    name: Annotated[Str, 16]


class Start(Struct):
    since: u64
    key: Key


class Latency(Struct):
    calls: u64
    total_ns: u64
    most_ns: u64


started = HashMap[u64, Start](max_entries=1024)
latencies = HashMap[Key, Latency](max_entries=1024)


@uprobe
def on_work(name: Ptr[u8]) -> int:
    start = Start.zero(since=bpf_ktime_get_ns())
    bpf_probe_read_user_str(start.key.name, name)
    started[bpf_get_current_pid_tgid()] = start
    return 0


@uretprobe
def on_worked(ctx: pt_regs) -> int:
    thread = bpf_get_current_pid_tgid()
    start = started.lookup(thread)
    if start is None:
        return 0
    took = bpf_ktime_get_ns() - start.since
    latency = latencies.lookup(start.key)
    if latency is None:
        latencies[start.key] = Latency(calls=1, total_ns=took, most_ns=took)
    else:
        latency.calls += 1
        latency.total_ns += took
        latency.most_ns = max(latency.most_ns, took)
    del started[thread]
    return 0


# A struct that a function is given, and what it leads to.


class address(Struct):
    ip: u32
    port: u16


class peer(Struct):
    address: address
    name: Ptr[u8]


class request(Struct):
    id: s32
    peer: Ptr[peer]
    path: Ptr[u8]
    method: Annotated[Array[u8], 8]
    sizes: Annotated[Array[s32], 4]
    next: "Ptr[request]"


class Seen(Struct):
    id: s32
    next_id: s32
    last_id: s32
    port: u16
    ip: u32
    path: Annotated[Str, 32]
    name: Annotated[Str, 16]
    method: Annotated[Str, 8]
    total: s32
    whole: s32
    second: s64
    third: s32
    flag: bool


seen: Seen = data(0)


@uprobe
def on_handle(req: request, second: s64, third: s32, flag: bool) -> int:
    seen.id = core_read_user(req.id)
    seen.next_id = core_read_user(req.next.id)
    seen.last_id = core_read_user(req.next.next.id)
    seen.ip = core_read_user(req.peer.address.ip)
    seen.port = core_read_user(req.peer.address.port)
    core_read_str(seen.path, req.path)
    bpf_probe_read_user_str(seen.name, core_read_user(req.peer.name))
    bpf_probe_read_user_str(seen.method, req.method)
    for index in range(4):
        seen.total += core_read_user(req.sizes[index])
    whole = core_read_user(req)
    seen.whole = whole.id + whole.sizes[3]
    seen.second = second
    seen.third = third
    seen.flag = flag
    return 0


# What a function that reads a line returns.


class Line(Struct):
    pid: u32
    length: s32
    text: Annotated[Str, 80]


lines = RingBuf[Line](max_entries=64 * 1024)


@uretprobe
def on_line(ret: Ptr[u8] | None) -> int:
    if ret is None:
        return 0
    line = lines.reserve()
    if line is None:
        return 0
    line.pid = u32(bpf_get_current_pid_tgid() >> 32)
    line.length = s32(bpf_probe_read_user_str(line.text, ret))
    lines.submit(line)
    return 0
