"""The tuple would always be true."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    assert (ctx.rx_queue_index < 8, "a queue of ours")
    return XDP_PASS
