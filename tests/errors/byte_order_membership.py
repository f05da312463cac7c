"""The tuple holds host constants."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md
from pybpfc.net import ETH_P_IP, ETH_P_IPV6, ethhdr


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is None:
        return XDP_PASS
    return XDP_DROP if eth.h_proto in (ETH_P_IP, ETH_P_IPV6) else XDP_PASS
