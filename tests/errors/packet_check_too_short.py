"""The comparison covers one header, the access the next one."""

from pybpfc import XDP_DROP, XDP_PASS, data, sizeof, xdp, xdp_md
from pybpfc.net import ethhdr, iphdr


@xdp
def prog(ctx: xdp_md) -> int:
    eth = ethhdr.at(ctx.data)
    ip = iphdr.at(ctx.data + sizeof(ethhdr))
    if ctx.data + sizeof(ethhdr) > ctx.data_end:
        return XDP_PASS
    return XDP_DROP if ip.protocol == 6 else XDP_PASS
