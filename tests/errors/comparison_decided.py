"""Comparisons that every value answers alike, a case that an earlier one has."""

from pybpfc import XDP_DROP, XDP_PASS, s32, u8, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    queue = ctx.rx_queue_index
    if queue < 0:
        return XDP_DROP
    if 0 <= queue:
        queue += 1
    if u8(queue) > 255 or s32(queue) < 0:
        return XDP_DROP
    match queue:
        case 1 | 2:
            return XDP_DROP
        case 3 if ctx.ingress_ifindex == 1:
            return XDP_DROP
        case 3:
            return XDP_PASS
        case 2:
            return XDP_PASS
    return XDP_PASS
