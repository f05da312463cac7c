"""A factory that is called twice makes two functions of one name."""

from pybpfc import XDP_DROP, XDP_PASS, subprog, u32, xdp, xdp_md


def make(limit: int):
    @subprog
    def is_over(queue: u32) -> bool:
        return queue > limit

    return is_over


is_high = make(8)
is_huge = make(64)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if is_high(ctx.rx_queue_index) or is_huge(ctx.rx_queue_index) else XDP_PASS
