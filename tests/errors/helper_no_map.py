"""The first argument is a map."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md
from pybpfc.helpers import bpf_map_lookup_elem


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if bpf_map_lookup_elem(1, 2) else XDP_PASS
