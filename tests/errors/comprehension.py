"""There are no lists in the kernel."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    sizes = [i for i in range(4)]
    return XDP_PASS
