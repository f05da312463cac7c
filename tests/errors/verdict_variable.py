"""The ranges know what the variable holds."""

from pybpfc import xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    verdict = 7
    if ctx.rx_queue_index:
        verdict = 9
    return verdict
