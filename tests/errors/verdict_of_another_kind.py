"""A verdict by the name that another kind has for the number: XDP_DROP is 1, and so is TC_ACT_RECLASSIFY."""

import pybpfc
from pybpfc import (
    BPF_OK, SK_PASS, TC_ACT_OK, TC_ACT_SHOT, XDP_DROP, XDP_PASS, __sk_buff, cgroup_skb_ingress, sk_msg, sk_msg_md, tc,
    xdp, xdp_md,
)


@tc
def at_tc(skb: __sk_buff) -> int:
    if skb.len > 1000:
        return XDP_DROP
    if skb.len > 500:
        return SK_PASS
    return TC_ACT_OK if skb.len > 100 else BPF_OK


@xdp
def at_xdp(ctx: xdp_md) -> int:
    return pybpfc.TC_ACT_SHOT if ctx.rx_queue_index else XDP_PASS


@sk_msg
def at_socket(msg: sk_msg_md) -> int:
    return SK_PASS if msg.size else TC_ACT_SHOT


@cgroup_skb_ingress
def at_group(skb: __sk_buff) -> int:
    return SK_PASS if skb.len else XDP_DROP
