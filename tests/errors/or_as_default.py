"""`or` gives a bool, not the default that stands behind it."""

from pybpfc import XDP_PASS, data, xdp, xdp_md
from pybpfc import u64
from pybpfc.helpers import bpf_ktime_get_ns

clock: u64 = data(0)


@xdp
def prog(ctx: xdp_md) -> int:
    now = clock or bpf_ktime_get_ns()
    queue = ctx.rx_queue_index or 4
    return XDP_PASS if queue and now else 0
