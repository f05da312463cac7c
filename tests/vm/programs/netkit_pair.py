"""Both programs of a pair of netkit devices: what leaves through the host's end, and through the container's."""
from pybpfc import TC_ACT_SHOT, ArrayMap, __sk_buff, netkit_peer, netkit_primary, u64

LICENSE = "GPL"
NETKIT_NEXT = -1

seen = ArrayMap[u64](max_entries=2)


@netkit_primary
def leaves_host(skb: __sk_buff) -> int:
    seen[0] += 1
    return NETKIT_NEXT


@netkit_peer
def leaves_container(skb: __sk_buff) -> int:
    seen[1] += 1
    return TC_ACT_SHOT
