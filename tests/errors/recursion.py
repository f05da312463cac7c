"""A subprogram calls itself."""

from pybpfc import XDP_DROP, XDP_PASS, subprog, u32, xdp, xdp_md


@subprog
def down(n: u32) -> u32:
    if n == 0:
        return 0
    return down(n - 1)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if down(5) > 0 else XDP_PASS
