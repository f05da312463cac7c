from pybpfc import XDP_PASS, data, s64, u64, xdp, xdp_md

total: s64 = data(0)
length: u64 = data(0)


@xdp
def prog(ctx: xdp_md) -> int:
    global total
    change = s64(length)
    change -= length
    total += length
    return XDP_PASS
