"""Network order is no place to compute in."""

from pybpfc import XDP_DROP, XDP_PASS, Struct, be32, xdp, xdp_md


class Flow(Struct):
    addr: be32


@xdp
def prog(ctx: xdp_md) -> int:
    flow = Flow.zero()
    return XDP_DROP if flow.addr >> 8 == flow.addr else XDP_PASS
