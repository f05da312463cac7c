from pybpfc import XDP_DROP, XDP_PASS, subprog, u32, xdp, xdp_md


@subprog
def scaled(number: u32, /, by: u32) -> u32:
    return number * 100 + by


@xdp
def prog(ctx: xdp_md) -> int:
    if scaled(3, by=4) == 304:
        return XDP_PASS
    return XDP_DROP if scaled(number=1, by=5) == 105 else XDP_PASS
