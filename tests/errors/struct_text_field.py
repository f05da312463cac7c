"""Text has a size."""

from pybpfc import XDP_PASS, Str, Struct, xdp, xdp_md


class Task(Struct):
    comm: Str


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
