"""BPF has no floating point."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    rate: float = 0
    return XDP_PASS
