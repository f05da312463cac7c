"""A wide value is passed for a narrow parameter."""

from pybpfc import XDP_DROP, XDP_PASS, data, subprog, u8, xdp, xdp_md


@subprog
def too_many(count: u8) -> bool:
    return count > 9


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if too_many(ctx.data_end - ctx.data) else XDP_PASS
