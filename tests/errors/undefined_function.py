"""A helper that is not imported."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    now = bpf_ktime_get_ns()
    return XDP_PASS
