"""Only map entries are deleted."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    queue = ctx.rx_queue_index
    del queue
    return XDP_PASS
