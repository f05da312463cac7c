"""A dynptr is made without arguments and filled by the kernel; what it holds is given back."""

from pybpfc import XDP_PASS, bpf_dynptr, bpf_timer, xdp, xdp_md

from pybpfc.kfuncs import bpf_cast_to_kern_ctx


LICENSE = "GPL"


@xdp
def prog(ctx: xdp_md) -> int:
    one = bpf_dynptr(5)
    timer = bpf_timer()
    bpf_cast_to_kern_ctx(ctx.data)
    return XDP_PASS
