"""`break` skips the else branch."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    for i in range(8):
        if i == ctx.rx_queue_index:
            break
    else:
        verdict = XDP_PASS
    return verdict
