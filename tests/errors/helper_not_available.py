"""No task sends a packet to XDP."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md
from pybpfc.helpers import bpf_get_socket_cookie


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if bpf_get_socket_cookie(ctx) == 0 else XDP_PASS
