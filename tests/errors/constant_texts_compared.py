from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md

MODE = "fast"


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if MODE == "fast" else XDP_PASS
