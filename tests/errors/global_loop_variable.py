"""A loop's variable is a local."""

from pybpfc import XDP_PASS, data, u32, xdp, xdp_md

limit: u32 = data(8)


@xdp
def prog(ctx: xdp_md) -> int:
    global limit
    for limit in range(4):
        pass
    return XDP_PASS
