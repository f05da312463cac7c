"""A be16 is no be32."""

from pybpfc import XDP_DROP, XDP_PASS, Struct, be16, be32, xdp, xdp_md


class Flow(Struct):
    port: be16
    addr: be32


@xdp
def prog(ctx: xdp_md) -> int:
    flow = Flow.zero()
    flow.addr = flow.port
    return XDP_DROP if flow.addr == flow.port else XDP_PASS
