"""A lookup may find nothing, and what it finds cannot be written."""

from pybpfc import BPF_F_CURRENT_NETNS, TC_ACT_OK, Struct, __sk_buff, be16, be32, tc
from pybpfc.helpers import bpf_sk_lookup_tcp, bpf_sk_release

LICENSE = "GPL"


class Tuple(Struct):
    saddr: be32
    daddr: be32
    sport: be16
    dport: be16


@tc
def prog(skb: __sk_buff) -> int:
    socket = bpf_sk_lookup_tcp(skb, Tuple.zero(), BPF_F_CURRENT_NETNS)
    if socket.state == 1:
        return TC_ACT_OK
    socket.mark = 4
    bpf_sk_release(socket)
    return TC_ACT_OK
