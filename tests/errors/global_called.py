from pybpfc import XDP_PASS, data, u32, xdp, xdp_md

total: u32 = data(0)


@xdp
def prog(ctx: xdp_md) -> int:
    first = total(5)
    return XDP_PASS
