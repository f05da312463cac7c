"""The first value must fit."""

from pybpfc import XDP_PASS, data, u8, xdp, xdp_md

limit: u8 = data(256)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
