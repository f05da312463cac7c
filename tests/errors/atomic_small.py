"""The kernel has atomics of 32 and 64 bits."""

from pybpfc import XDP_PASS, HashMap, Struct, atomic_add, u16, u32, xdp, xdp_md


class State(Struct):
    count: u16


states = HashMap[u32, State](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    state = states.lookup(1)
    if state is not None:
        atomic_add(state.count, 1)
    return XDP_PASS
