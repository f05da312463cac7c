"""A symbol of the object with the name of a section; a static subprogram may have it."""

import pybpfc as bpf
from pybpfc import TC_ACT_OK, TC_ACT_SHOT, XDP_PASS, HashMap, sk_buff_ctx, u32, xdp_md

LICENSE = "GPL"
license = HashMap[u32, u32](max_entries=1)


@bpf.subprog
def tc(x: u32) -> bool:
    return x > 1


@bpf.xdp
def xdp(ctx: xdp_md) -> int:
    return XDP_PASS


@bpf.tc
def classify(ctx: sk_buff_ctx) -> int:
    return TC_ACT_OK if tc(3) else TC_ACT_SHOT
