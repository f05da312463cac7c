"""BPF has no floating point."""

from pybpfc import XDP_PASS, data, u32, xdp, xdp_md

rate: u32 = data(1.5)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
