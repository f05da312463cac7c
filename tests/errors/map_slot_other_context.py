"""A program in a slot takes the context of the array."""

from pybpfc import TC_ACT_OK, XDP_PASS, ProgArray, __sk_buff, tc, xdp, xdp_md


@tc
def other(skb: __sk_buff) -> int:
    return TC_ACT_OK


steps = ProgArray[xdp_md](max_entries=4, values={1: other})


@xdp
def prog(ctx: xdp_md) -> int:
    steps.tail_call(ctx, 1)
    return XDP_PASS
