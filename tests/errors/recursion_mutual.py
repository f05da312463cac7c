"""Two subprograms call each other."""

from pybpfc import XDP_DROP, XDP_PASS, subprog, u32, xdp, xdp_md


@subprog
def even(n: u32) -> bool:
    return True if n == 0 else odd(n - 1)


@subprog
def odd(n: u32) -> bool:
    return False if n == 0 else even(n - 1)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if even(4) else XDP_PASS
