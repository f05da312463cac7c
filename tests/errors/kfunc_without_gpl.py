"""The kernel lends its functions to programs under the GPL alone."""

from pybpfc import XDP_PASS, xdp, xdp_md
from pybpfc.kfuncs import bpf_strlen


@xdp
def prog(ctx: xdp_md) -> int:
    if bpf_strlen("text") != 4:
        return XDP_PASS
    return XDP_PASS
