"""Without `global` this is a local that nobody reads."""

from pybpfc import XDP_PASS, data, u32, xdp, xdp_md

limit: u32 = data(8)


@xdp
def prog(ctx: xdp_md) -> int:
    limit = ctx.rx_queue_index
    return XDP_PASS
