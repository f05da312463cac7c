"""A number is no bool."""

from pybpfc import XDP_PASS, HashMap, Struct, u32, xdp, xdp_md


class State(Struct):
    active: bool


states = HashMap[u32, State](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    state = states.lookup(1)
    if state is not None:
        state.active = 1
    return XDP_PASS
