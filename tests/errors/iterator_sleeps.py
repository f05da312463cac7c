"""An iterator that may sleep, in a program that may not."""

from pybpfc import XDP_PASS, bpf_for_each, xdp, xdp_md

LICENSE = "GPL"


@xdp
def prog(ctx: xdp_md) -> int:
    for cache in bpf_for_each("kmem_cache"):
        return XDP_PASS
    return XDP_PASS
