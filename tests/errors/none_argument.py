"""A parameter without `| None` takes no None."""

from pybpfc import XDP_DROP, XDP_PASS, HashMap, Struct, subprog, u32, u64, xdp, xdp_md


class Traffic(Struct):
    packets: u64


traffic = HashMap[u32, Traffic](max_entries=64)


@subprog
def is_busy(seen: Traffic) -> bool:
    return seen.packets > 9


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if is_busy(traffic.lookup(1)) else XDP_PASS
