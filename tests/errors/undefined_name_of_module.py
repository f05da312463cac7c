"""Names that a module of the language or the kernel has are only not imported."""

from pybpfc import TC_ACT_OK, __sk_buff, tc

LICENSE = "GPL"


@tc
def prog(skb: __sk_buff) -> int:
    key = bpf_tunnel_key.zero(tunnel_id=7)
    bpf_skb_set_tunnel_key(skb, key)
    if skb.protocol == htons(5) or skb.len > u32(skb.mark):
        return TC_ACT_SHOT
    bpf_ct_release(None)
    return TC_ACT_OK
