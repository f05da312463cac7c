"""Rebinding a global needs `global`."""

from pybpfc import XDP_PASS, data, u64, xdp, xdp_md

seen: u64 = data(0)


@xdp
def prog(ctx: xdp_md) -> int:
    seen += 1
    return XDP_PASS
