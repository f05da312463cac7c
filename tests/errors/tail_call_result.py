"""A tail call that comes back has no result."""

from pybpfc import XDP_DROP, XDP_PASS, ProgArray, xdp, xdp_md

steps = ProgArray[xdp_md](max_entries=4)


@xdp
def prog(ctx: xdp_md) -> int:
    if steps.tail_call(ctx, 0) < 0:
        return XDP_DROP
    return XDP_PASS
