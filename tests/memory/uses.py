"""Every kind of memory that a program's struct may be in, and every use of it.

`module` writes all uses of one kind as programs of one module; what they share is above them.
"""

from __future__ import annotations

HEAD = """\
from typing import Annotated
from pybpfc import *
from pybpfc.helpers import *
from pybpfc.kfuncs import bpf_obj_drop, bpf_obj_new

LICENSE = "GPL"

class Inner(Struct):
    x: u32
    y: u16
    z: Annotated[Array[u8], 6]

class V(Struct):
    a: u32
    b: u64
    s: s32
    net: be32
    flag: bool
    low: Annotated[u8, bits(3)]
    high: Annotated[u8, bits(5)]
    name: Annotated[Str, 16]
    inner: Inner
    items: Annotated[Array[u32], 8]
    inners: Annotated[Array[Inner], 4]

class Local(Struct):
    a: u32
    name: Annotated[Str, 16]
    inner: Inner

values = HashMap[u32, V](max_entries=8)
inner_by = HashMap[Inner, u64](max_entries=8)
hits = HashMap[u32, u64](max_entries=8)
names = HashMap[Annotated[Str, 16], u64](max_entries=8)
slots = ArrayMap[V](max_entries=8)
per_cpu = PerCpuArray[V](max_entries=8)
ring = RingBuf[V](max_entries=4096)
perf = PerfEventArray[V](max_entries=8)
queue = Queue[V](max_entries=8)
sink: u64 = data(0)
glob: V = data(0)
fixed: V = rodata(0)
glob_inner: Inner = data(0)

@subprog
def sub_read(v: V) -> u64:
    return v.b + v.items[2]

@subprog
def sub_write(v: V, n: u64) -> None:
    v.b = n
    v.items[n & 7] = u32(n)

@subprog
def sub_inner(i: Inner) -> u32:
    return i.x + i.z[1]

@subprog
def sub_ptr(p: Ptr[u64]) -> u64:
    p.value += 1
    return p.value

@subprog
def sub_maybe(v: V | None) -> u64:
    return 0 if v is None else v.b

@subprog
def sub_back(v: V, other: bool) -> V | None:
    if other:
        return None
    return v

@subprog
def sub_inner_of(v: V) -> Inner:
    return v.inner

@global_subprog
def glob_read(v: V | None) -> u64:
    return 0 if v is None else v.b

@inline
def inl_read(v: V) -> u64:
    return v.b + v.items[2]

@inline
def inl_back(v: V, other: bool) -> V | None:
    if other:
        return None
    return v

@inline
def inl_inner(v: V) -> Inner:
    return v.inner

@callback
def each(index: u32, v: V) -> int:
    v.b += index
    return 0
"""
# The kinds: how the program begins, and how `v` comes to be a V that is not None, and `n` a number.
PRODUCERS = {
    "stack": (
        "@xdp\ndef NAME(ctx: xdp_md) -> int:",
        ["v = V.zero(a=ctx.rx_queue_index)", "n = u64(ctx.rx_queue_index)"],
    ),
    "map": (
        "@xdp\ndef NAME(ctx: xdp_md) -> int:",
        ["n = u64(ctx.rx_queue_index)", "v = values.lookup(u32(n))", "if v is None:", "    return 1"],
    ),
    "array": (
        "@xdp\ndef NAME(ctx: xdp_md) -> int:",
        ["n = u64(ctx.rx_queue_index)", "v = slots.lookup(u32(n))", "if v is None:", "    return 1"],
    ),
    "percpu": (
        "@xdp\ndef NAME(ctx: xdp_md) -> int:",
        ["n = u64(ctx.rx_queue_index)", "v = per_cpu.lookup(3)", "if v is None:", "    return 1"],
    ),
    "global": (
        "@xdp\ndef NAME(ctx: xdp_md) -> int:",
        ["n = u64(ctx.rx_queue_index)", "v = glob"],
    ),
    "rodata": (
        "@xdp\ndef NAME(ctx: xdp_md) -> int:",
        ["n = u64(ctx.rx_queue_index)", "v = fixed"],
    ),
    "pull": (
        "@xdp\ndef NAME(ctx: xdp_md) -> int:",
        ["n = u64(ctx.rx_queue_index)", "packet = ctx.cursor()", "v = packet.pull(V)", "if v is None:", "    return 1"],
    ),
    "pull_skip": (
        "@tc\ndef NAME(ctx: __sk_buff) -> int:",
        [
            "n = u64(ctx.mark)",
            "packet = ctx.cursor()",
            "packet.skip(ctx.mark & 63, limit=63)",
            "v = packet.pull(V)",
            "if v is None:",
            "    return 1",
        ],
    ),
    "raw": (
        "@xdp\ndef NAME(ctx: xdp_md) -> int:",
        [
            "n = u64(ctx.rx_queue_index)",
            "v = V.at(ctx.data)",
            "if ctx.data + sizeof(V) > ctx.data_end:",
            "    return 1",
        ],
    ),
    "record": (
        "@xdp\ndef NAME(ctx: xdp_md) -> int:",
        ["n = u64(ctx.rx_queue_index)", "v = ring.reserve()", "if v is None:", "    return 1"],
    ),
    "syscall": (
        "@syscall\ndef NAME(v: V) -> int:",
        ["n = v.b"],
    ),
    "arena": (
        "@syscall\ndef NAME(ctx: Local) -> int:",
        ["n = u64(ctx.a)", "v = arena.at(n, V)", "if v is None:", "    return 1"],
    ),
    "object": (
        "@tc\ndef NAME(ctx: __sk_buff) -> int:",
        ["n = u64(ctx.mark)", "v = bpf_obj_new(V)", "if v is None:", "    return 1"],
    ),
    "popped": (
        "@xdp\ndef NAME(ctx: xdp_md) -> int:",
        ["n = u64(ctx.rx_queue_index)", "v = queue.pop()", "if v is None:", "    return 1"],
    ),
    "user": (
        "@uprobe('/bin/ls', 'main')\ndef NAME(v: V, n: u64) -> int:",
        [],
    ),
    "untrusted": (
        "@kprobe('do_exit')\ndef NAME(ctx: pt_regs, n: u64) -> int:",
        ["v = cast(V, n)"],
    ),
    "tracepoint": (
        "@tracepoint('syscalls', 'sys_enter_openat')\ndef NAME(v: V) -> int:",
        ["n = v.b"],
    ),
    "element": (
        "@xdp\ndef NAME(ctx: xdp_md) -> int:",
        ["n = u64(ctx.rx_queue_index)", "w = slots.lookup(u32(n))", "if w is None:", "    return 1", "v = w"],
    ),
    "either": (
        "@xdp\ndef NAME(ctx: xdp_md) -> int:",
        [
            "n = u64(ctx.rx_queue_index)",
            "w = slots.lookup(u32(n))",
            "if w is None:",
            "    return 1",
            "v = w if n > 3 else glob",
        ],
    ),
    "from_sub": (
        "@xdp\ndef NAME(ctx: xdp_md) -> int:",
        [
            "n = u64(ctx.rx_queue_index)",
            "w = slots.lookup(u32(n))",
            "if w is None:",
            "    return 1",
            "v = sub_back(w, n > 4)",
            "if v is None:",
            "    return 1",
        ],
    ),
    "from_inline": (
        "@xdp\ndef NAME(ctx: xdp_md) -> int:",
        [
            "n = u64(ctx.rx_queue_index)",
            "packet = ctx.cursor()",
            "w = packet.pull(V)",
            "if w is None:",
            "    return 1",
            "v = inl_back(w, n > 4)",
            "if v is None:",
            "    return 1",
        ],
    ),
}

USES = {
    "read": ["sink = v.b + v.a"],
    "read_narrow": ["sink = u64(v.flag) + v.low + v.high + u64(v.s & 7)"],
    "read_be": ["sink = u64(to_bits(v.net))", "if v.net == from_bits(be32, 5):", "    sink = 1"],
    "read_array": ["sink = v.items[3]"],
    "read_index": ["sink = v.items[n & 7]"],
    "read_nested": ["sink = v.inner.x + v.inner.z[2]"],
    "read_inners": ["sink = v.inners[2].x + v.inners[n & 3].z[n % 6]"],
    "write": ["v.b = n", "v.a += 1", "v.flag = n > 3", "v.low = 5", "v.high ^= 3"],
    "write_array": ["v.items[3] = 5", "v.items[n & 7] = 6"],
    "write_nested": ["v.inner.x = 3", "v.inners[n & 3].y = 9"],
    "write_struct": ["v.inner = Inner(x=1, y=2, z=b'abcdef')", "v.inners[1] = v.inner"],
    "write_text": ["v.name = b'abc'", "v.items = (1, 2, 3, 4, 5, 6, 7, 8)"],
    "swap": ["v.inners[0], v.inners[1] = v.inners[1], v.inners[0]", "v.a, v.items[2] = v.items[2], v.a"],
    "equal": ["if v.inner == v.inners[1]:", "    sink = 1"],
    "equal_glob": ["if v == glob:", "    sink = 1", "if v.inner != glob_inner:", "    sink = 2"],
    "text": ["if v.name == 'abc' or v.name.startswith('x'):", "    sink = 1"],
    "copy": ["w2 = copy(v)", "sink = w2.b"],
    "copy_inner": ["i = copy(v.inner)", "sink = i.x"],
    "to_glob": ["glob.inner = v.inner", "glob.items = v.items", "glob_inner.z = v.inner.z"],
    "from_glob": ["v.inner = glob.inner", "v.name = glob.name"],
    "print": ["print(f'{v.b} {v.a:x} {v.name} {v.flag}')"],
    "print_inner": ["print(f'{v.inner.x} {v.items[1]}')"],
    "key": ["hits[v.a] = v.b"],
    "key_struct": ["inner_by[v.inner] = 1"],
    "key_text": ["names[v.name] += 1"],
    "lookup": ["found = inner_by.lookup(v.inner)", "if found is not None:", "    found.value += 1"],
    "value": ["values[1] = v"],
    "update": ["sink = u64(values.update(v.a, v) != 0)"],
    "augment": ["hits[v.a] += 1"],
    "contains": ["if v.a in hits:", "    del hits[v.a]"],
    "output": ["ring.output(v)"],
    "push": ["queue.push(v)"],
    "comm": ["bpf_get_current_comm(v.name)"],
    "probe_read": ["bpf_probe_read_kernel(v.inner, n)"],
    "probe_str": ["bpf_probe_read_kernel_str(v.name, n)"],
    "csum": ["sink = u64(bpf_csum_diff(None, v.items, 0) & 0xff)"],
    "strncmp": ["sink = u64(bpf_strncmp(v.name, 'abc') == 0)"],
    "snprintf": ["bpf_snprintf(v.name, f'{n}')"],
    "sub": ["sink = sub_read(v)"],
    "sub_write": ["sub_write(v, n)"],
    "sub_inner": ["sink = sub_inner(v.inner)", "sink += sub_inner(v.inners[n & 3])"],
    "sub_maybe": ["sink = sub_maybe(v)"],
    "sub_back": ["x = sub_back(v, n > 3)", "if x is not None:", "    sink = x.b"],
    "sub_inner_of": ["x = sub_inner_of(v)", "sink = x.x"],
    "glob": ["sink = glob_read(v)"],
    "inl": ["sink = inl_read(v)"],
    "inl_back": ["x = inl_back(v, n > 3)", "if x is not None:", "    x.b = 3"],
    "inl_inner": ["x = inl_inner(v)", "sink = x.x"],
    "ptr": ["sink = sub_ptr(ptr(v.b))"],
    "atomic": ["atomic_add(v.b, 1)", "atomic_or(v.a, 2)"],
    "atomic_old": ["sink = atomic_add(v.b, n)", "sink += atomic_xchg(v.a, 7)"],
    "loop_cb": ["bpf_loop(4, each, v)"],
    "loop": ["for i in range(8):", "    sink += v.items[i]", "    v.inners[i & 3].x = i"],
    "loop_for": ["for i in bpf_for(0, 8):", "    sink += v.items[i & 7]"],
    "alias": ["w2 = v", "w2.b = 4", "i = v.inner", "i.x = 3", "sink = v.inner.x"],
    "alias_elem": ["e = v.inners[n & 3]", "e.x = 4", "e.z[n % 6] = 1", "sink = e.x"],
    "maybe": ["m = v if n > 3 else None", "if m is not None:", "    sink = m.b"],
    "start_none": ["m: V | None = None", "if n > 3:", "    m = v", "if m is not None:", "    m.b = 1"],
    "switch": ["i = v.inner", "if n > 3:", "    i = v.inners[1]", "sink = i.x"],
    "walrus": ["if (w2 := v).b > 3:", "    sink = w2.a"],
    "match": ["match v.a:", "    case 1 | 2:", "        v.b = 1", "    case 3:", "        sink = v.b"],
    "address": ["sink = u64(v)"],
    "cast": ["i = cast(Inner, v)", "sink = i.x"],
    "core": ["sink = core_read(v.b)"],
    "user": ["sink = core_read_user(v.b)"],
    "while": ["k = 0", "while k < 8:", "    sink += v.items[k]", "    k += 1"],
    "ternary": ["sink = v.b if v.flag else v.a"],
    "max": ["sink = max(v.b, v.a, n)", "sink += min(v.items[1], v.items[2])"],
    "len": ["sink = len(v.items) + sizeof(V)"],
    "in": ["if v.a in (1, 2, n):", "    sink = 3"],
    "any": ["if any((v.a > 1, v.flag, v.b == n)):", "    sink = 3"],
    "chain": ["if 1 < v.a < v.b <= 100:", "    sink = 3"],
    "divide": ["sink = v.b // v.a + v.b % v.a"],
    "shift": ["sink = (v.b >> (v.a & 31)) << 2", "v.b <<= v.low"],
    "perf": ["perf.output(ctx, v)"],
}

TAIL = {"record": ["ring.discard(v)"], "object": ["bpf_obj_drop(v)"]}

ARENA = "arena = Arena(max_entries=4)\n"


def program(kind: str, use: str) -> str:
    """The source of one use."""
    head, lines = PRODUCERS[kind]
    body = [*lines, *USES[use], *TAIL.get(kind, []), "return 0"]
    if any("sink" in line for line in USES[use]):
        body.insert(0, "global sink")
    return "\n".join(["", "", head.replace("NAME", f"use_{use}"), *(f"    {line}" for line in body), ""])
