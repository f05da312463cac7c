"""There are no dictionaries in the kernel; maps are declared."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    ports = {80: 1}
    return XDP_PASS
