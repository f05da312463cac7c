"""The global has no annotation."""

from pybpfc import XDP_DROP, XDP_PASS, rodata, xdp, xdp_md

limit = rodata(3)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if limit > 4 else XDP_PASS
