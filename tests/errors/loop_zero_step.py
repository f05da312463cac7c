"""Python raises where the step is 0."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    for i in range(0, 64, 0):
        pass
    return XDP_PASS
