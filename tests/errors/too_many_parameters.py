"""BPF passes five arguments."""

from pybpfc import XDP_DROP, XDP_PASS, subprog, u32, xdp, xdp_md


@subprog
def total(a: u32, b: u32, c: u32, d: u32, e: u32, f: u32) -> u32:
    return a + b + c + d + e + f


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if total(1, 2, 3, 4, 5, 6) > 9 else XDP_PASS
