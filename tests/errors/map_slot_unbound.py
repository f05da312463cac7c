"""A program in a slot is part of the object only under a name of the module."""

from pybpfc import XDP_DROP, XDP_PASS, ProgArray, xdp, xdp_md
from pybpfc.declarations import Function


def make(verdict: int) -> Function:
    @xdp(name=f"verdict_{verdict}")
    def step(ctx: xdp_md) -> int:
        return verdict

    return step


steps = ProgArray[xdp_md](max_entries=4, values={1: make(XDP_DROP)})


@xdp
def prog(ctx: xdp_md) -> int:
    steps.tail_call(ctx, 1)
    return XDP_PASS
