"""The kernel allows no atomic operation on packet memory."""

from pybpfc import XDP_DROP, XDP_PASS, Struct, atomic_or, u64, xdp, xdp_md


class Header(Struct):
    flags: u64


@xdp
def prog(ctx: xdp_md) -> int:
    header = ctx.cursor().pull(Header)
    if header is None:
        return XDP_DROP
    atomic_or(header.flags, 1)
    return XDP_PASS
