"""Five thousand copies are too many."""

from pybpfc import XDP_PASS, unrolled, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    for i in unrolled(range(5000)):
        pass
    return XDP_PASS
