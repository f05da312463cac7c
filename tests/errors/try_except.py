"""There are no exceptions in the kernel."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    try:
        return XDP_PASS
    except ValueError:
        return XDP_DROP
