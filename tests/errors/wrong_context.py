"""tc programs get an `__sk_buff`."""

from pybpfc import TC_ACT_OK, tc, xdp_md


@tc
def accept(skb: xdp_md) -> int:
    return TC_ACT_OK
