"""A map is no argument."""

from pybpfc import XDP_PASS, HashMap, subprog, u32, u64, xdp, xdp_md

hits = HashMap[u32, u64](max_entries=64)


@subprog
def count(table: HashMap[u32, u64]) -> None:
    table[0] += 1


@xdp
def prog(ctx: xdp_md) -> int:
    count(hits)
    return XDP_PASS
