"""The parameter has no annotation."""

from pybpfc import XDP_DROP, XDP_PASS, subprog, xdp, xdp_md


@subprog
def odd(n) -> bool:
    return n % 2 == 1


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if odd(3) else XDP_PASS
