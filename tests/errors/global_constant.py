"""`rodata` cannot be written."""

from pybpfc import XDP_PASS, rodata, u32, xdp, xdp_md

limit: u32 = rodata(3)


@xdp
def prog(ctx: xdp_md) -> int:
    global limit
    limit = 4
    return XDP_PASS
