from pybpfc import XDP_PASS, s32, s64, u32, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    queue = ctx.rx_queue_index
    mask = s32(queue)
    mask &= queue
    total: u32 = queue
    total += s64(queue)
    return XDP_PASS + (mask > 0) + (total > 4)
