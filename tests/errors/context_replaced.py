"""The context is the kernel's."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    ctx = 5
    return XDP_PASS
