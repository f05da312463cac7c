"""Names are the object file's."""

from pybpfc import XDP_DROP, xdp, xdp_md


@xdp(name="drop all")
def prog(ctx: xdp_md) -> int:
    return XDP_DROP
