"""A struct made by Python is in Python's memory; a global of the object takes it."""

from pybpfc import XDP_PASS, HashMap, Struct, u32, u64, xdp, xdp_md


class Counters(Struct):
    packets: u64
    bytes: u64


counters = HashMap[u32, Counters](max_entries=64)
empty: Counters = Counters.zero()


@xdp
def prog(ctx: xdp_md) -> int:
    counters[0] = empty
    return XDP_PASS
