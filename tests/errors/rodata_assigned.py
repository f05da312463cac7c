"""`rodata` is set before the program is loaded."""

from pybpfc import XDP_PASS, rodata, u32, xdp, xdp_md

limit: u32 = rodata(8)


@xdp
def prog(ctx: xdp_md) -> int:
    global limit
    limit = 9
    return XDP_PASS
