"""A plain variable has no address."""

from pybpfc import XDP_PASS, u64, xdp, xdp_md
from pybpfc.helpers import bpf_get_current_comm


@xdp
def prog(ctx: xdp_md) -> int:
    comm = u64(0)
    bpf_get_current_comm(comm)
    return XDP_PASS
