"""A result that can be None is declared so."""

from pybpfc import XDP_DROP, XDP_PASS, HashMap, Struct, subprog, u32, u64, xdp, xdp_md


class Traffic(Struct):
    packets: u64


traffic = HashMap[u32, Traffic](max_entries=64)


@subprog
def find(key: u32) -> Traffic:
    return traffic.lookup(key)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if find(1).packets else XDP_PASS
