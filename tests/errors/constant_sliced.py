from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md

PORTS = (80, 443, 8080)
NAMES = {80: "http"}
RATES = {"slow": 10}


@xdp
def prog(ctx: xdp_md) -> int:
    for port in PORTS[1:]:
        if ctx.rx_queue_index == port:
            return XDP_DROP
    if ctx.rx_queue_index in PORTS[:2] or ctx.rx_queue_index in NAMES:
        return XDP_DROP
    rate = RATES[b"slow"]
    return XDP_PASS
