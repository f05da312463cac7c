"""Nothing calls these functions, and they are wrong all the same."""

from pybpfc import XDP_PASS, Cursor, HashMap, Struct, callback, global_subprog, inline, subprog, u32, u64, xdp, xdp_md


class Flow(Struct):
    packets: u64


flows = HashMap[u32, Flow](max_entries=16)


@subprog
def unknown(flow: Flow) -> u64:
    return flow.bytes


@global_subprog
def untested(key: u32) -> u64:
    return flows.lookup(key).packets


@inline
def undefined(packet: Cursor) -> u32:
    return nowhere


@callback
def counted(index: u32, flow: Flow) -> int:
    flow.packet = 1
    return 0


@subprog
def calls(key: u32) -> u64:
    return fine(key) + 1


@subprog
def fine(key: u32) -> u64:
    return u64(key)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
