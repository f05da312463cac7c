from pybpfc import XDP_PASS, Ptr, callback, u32, u64, xdp, xdp_md
from pybpfc.helpers import bpf_loop


@callback
def step(index: u32, total: Ptr[u64]) -> int:
    return 0


@callback
def alone(index: u32) -> int:
    return 0


@xdp
def prog(ctx: xdp_md) -> int:
    bpf_loop(10, step, None)
    bpf_loop(10, alone, None)
    return XDP_PASS
