"""The helper takes a context."""

from pybpfc import XDP_ABORTED, XDP_PASS, xdp, xdp_md
from pybpfc.helpers import bpf_xdp_adjust_head


@xdp
def prog(ctx: xdp_md) -> int:
    if bpf_xdp_adjust_head(5, 8) != 0:
        return XDP_ABORTED
    return XDP_PASS
