"""Strings are not built in the kernel."""

from pybpfc import XDP_PASS, xdp, xdp_md

LICENSE = "GPL"


@xdp
def prog(ctx: xdp_md) -> int:
    name = "eth" + "0"
    print(name)
    return XDP_PASS
