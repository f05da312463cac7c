"""A program array holds programs of one kind."""

from pybpfc import XDP_PASS, ProgArray, u32, xdp, xdp_md

steps = ProgArray[u32](max_entries=4)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
