"""A map of every family and a few programs: what tests/kernel/test_bad_use.py uses wrongly."""
from typing import Annotated

from pybpfc import (
    XDP_PASS, Array, ArrayMap, CgroupArray, DevMap, HashMap, LpmTrie, PerCpuHashMap, PerfEventArray, ProgArray, Queue, RingBuf,
    SockMap, Str, Struct, TaskStorage, UserRingBuf, __sk_buff, be32, bits, bpf_raw_tracepoint_args,
    bpf_sk_lookup, data, iter_, kprobe, pt_regs, raw_tracepoint, rodata, s16, sk_lookup, syscall, tc, u8, u32, u64, xdp,
    xdp_md,
)

from pybpfc.vmlinux import bpf_iter__task

LICENSE = "GPL"
BPF_F_MMAPABLE = 1 << 10


class Value(Struct):
    number: u32
    small: s16
    text: Annotated[Str, 8]
    raw: Annotated[Array[u8], 4]
    address: be32


class Bits(Struct):
    low: Annotated[u8, bits(3)]
    high: Annotated[u8, bits(5)]


class Prefix(Struct):
    prefixlen: u32
    addr: be32


class Command(Struct):
    number: u32


table = HashMap[u32, Value](max_entries=4)
fields = HashMap[u8, Bits](max_entries=4)
counts = PerCpuHashMap[u32, u64](max_entries=4)
numbers = ArrayMap[u64](max_entries=4)
shared = ArrayMap[u32](max_entries=10, map_flags=BPF_F_MMAPABLE)
prefixes = LpmTrie[Prefix, u32](max_entries=4)
jumps = ProgArray[xdp_md](max_entries=4)
groups = CgroupArray(max_entries=2)
devices = DevMap(max_entries=4)
sockets = SockMap(max_entries=4)
queue = Queue[u32](max_entries=2)
tasks = TaskStorage[u64]()
events = RingBuf[u64](max_entries=4096)
samples = PerfEventArray[Value]()
commands = UserRingBuf[Command](max_entries=4096)
seen: u32 = data(0)
fixed: u32 = rodata(0)


@xdp
def send(ctx: xdp_md) -> int:
    global seen
    seen += 1 + fixed
    events.output(u64(seen))
    return XDP_PASS


@tc
def classify(skb: __sk_buff) -> int:
    return 0


@sk_lookup
def look(ctx: bpf_sk_lookup) -> int:
    return 1


@kprobe("do_nanosleep")
def probe(ctx: pt_regs) -> int:
    return 0


@syscall
def request(ctx: Command) -> int:
    return 0


@raw_tracepoint("sys_enter")
def enter(ctx: bpf_raw_tracepoint_args) -> int:
    return 0


@iter_("task")
def walk(ctx: bpf_iter__task) -> int:
    return 0
