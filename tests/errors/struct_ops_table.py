"""A table of functions for the kernel is not compiled yet, and not silently dropped."""

from pybpfc import XDP_PASS, StructOpsMap, struct_ops, xdp, xdp_md
from pybpfc.vmlinux import tcp_congestion_ops

LICENSE = "GPL"


@struct_ops("init")
def begin() -> int:
    return 0


table = StructOpsMap[tcp_congestion_ops](values={"init": begin})


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
