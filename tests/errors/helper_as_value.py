"""A helper is called."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md
from pybpfc.helpers import bpf_ktime_get_ns


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if bpf_ktime_get_ns else XDP_PASS
