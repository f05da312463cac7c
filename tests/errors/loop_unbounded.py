"""The number of rounds has no bound."""

from pybpfc import XDP_PASS, HashMap, u32, u64, xdp, xdp_md

hits = HashMap[u32, u64](max_entries=1024)


@xdp
def prog(ctx: xdp_md) -> int:
    for i in range(ctx.rx_queue_index):
        hits[i] += 1
    return XDP_PASS
