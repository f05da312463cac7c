"""`or` gives a bool, not the default that stands behind it."""

from pybpfc import XDP_PASS, data, xdp, xdp_md
from pybpfc import u64
from pybpfc.helpers import bpf_ktime_get_ns

clock: u64 = data(0)


@xdp
def prog(ctx: xdp_md) -> int:
    now = clock or bpf_ktime_get_ns()
    queue = ctx.rx_queue_index or 4
    other = ctx.ingress_ifindex
    limit = other > 4 and other or 64
    return XDP_PASS if now and limit else 0
