"""A factory whose programs no name is bound to."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


def limit_to(limit: int):
    @xdp(name=f"limit_to_{limit}")
    def program(ctx: xdp_md) -> int:
        return XDP_DROP if ctx.rx_queue_index > limit else XDP_PASS

    return program


programs = [limit_to(4), limit_to(64)]
named = limit_to(8)
