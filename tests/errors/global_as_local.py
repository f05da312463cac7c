"""A global as a loop's variable and as the target of `:=`: one message each, whether `global` names it or not."""

from pybpfc import XDP_DROP, XDP_PASS, bpf_for, data, s32, u32, xdp, xdp_md

LICENSE = "GPL"
total: u32 = data(0)


@xdp
def loops(ctx: xdp_md) -> int:
    for total in range(4):
        if total == ctx.rx_queue_index:
            return XDP_DROP
    for total in bpf_for(0, 4):
        pass
    return XDP_PASS


@xdp
def walrus(ctx: xdp_md) -> int:
    if (total := ctx.rx_queue_index) > 3:
        return XDP_DROP
    return s32(total % 4)


@xdp
def both(ctx: xdp_md) -> int:
    for total in (1, 2):
        if (total := ctx.rx_queue_index) > 3:
            return XDP_DROP
    return XDP_PASS


@xdp
def declared(ctx: xdp_md) -> int:
    global total
    for total in range(4):
        pass
    if (total := ctx.rx_queue_index) > 3:
        return XDP_DROP
    return XDP_PASS
