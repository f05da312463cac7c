"""A map has a key and a value."""

from pybpfc import XDP_PASS, HashMap, xdp, xdp_md

hits = HashMap(max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
