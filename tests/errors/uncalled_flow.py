"""What only flow analysis finds is found in functions that nothing calls, too: nothing is wrong with the first three."""

from pybpfc import (
    Cursor,
    HashMap,
    RingBuf,
    Struct,
    XDP_PASS,
    callback,
    global_subprog,
    inline,
    subprog,
    u32,
    u64,
    xdp,
    xdp_md,
)
from pybpfc.net import ethhdr, ntohs

class Flow(Struct):
    packets: u64
    bytes: u64

flows = HashMap[u32, Flow](max_entries=16)
events = RingBuf[Flow](max_entries=4096)

@inline
def fresh(n: u64) -> Flow:
    return Flow(packets=n, bytes=0)

@inline
def header(c: Cursor, a: u32, b: u32, d: u32, e: u32, f: u32) -> ethhdr | None:
    return c.pull(ethhdr)

@subprog
def pick(a: Flow, b: Flow) -> Flow:
    return a if a.packets > b.packets else b

@subprog
def unassigned(n: u32) -> u32:
    if n > 3:
        x = n
    return x

@subprog
def leaks() -> u32:
    r = events.reserve()
    if r is None:
        return 0
    r.packets = 1
    return 1

@subprog
def unchecked(ctx: xdp_md) -> u32:
    eth = ethhdr.at(ctx.data)
    return ntohs(eth.h_proto)


@subprog
def loops(n: u64) -> u32:
    s = u32(0)
    for i in range(n):
        s += 1
    return s

@inline
def unchecked2(ctx: xdp_md) -> u32:
    eth = ethhdr.at(ctx.data)
    return ntohs(eth.h_proto)

@inline
def unassigned2(n: u32) -> u32:
    if n > 3:
        x = n
    return x

@global_subprog
def g(f: Flow | None) -> u32:
    if f is None:
        return 0
    return narrow(f.packets)

@subprog
def narrow(x: u64) -> u32:
    return x

@callback
def cb(i: u32, f: Flow) -> int:
    return i * 3

@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
