"""Drop IPv6 packets with a routing header, however deep in the chain of extension headers it stands."""
from typing import Final

from pybpfc import XDP_DROP, XDP_PASS, PerCpuArray, u64, xdp, xdp_md
from pybpfc.net import (
    ETH_P_IPV6,
    IPPROTO_DSTOPTS,
    IPPROTO_FRAGMENT,
    IPPROTO_HOPOPTS,
    IPPROTO_ROUTING,
    ethhdr,
    ipv6_opt_hdr,
    ipv6hdr,
    ntohs,
)

LICENSE = "GPL"
MAX_EXTENSION_HEADERS: Final = 8                   # the verifier walks the loop, so it needs an end

extension_headers = PerCpuArray[u64](max_entries=256)


@xdp
def drop_routing_headers(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is None or ntohs(eth.h_proto) != ETH_P_IPV6:
        return XDP_PASS
    ip = packet.pull(ipv6hdr)
    if ip is None:
        return XDP_PASS

    kind = ip.nexthdr
    for _ in range(MAX_EXTENSION_HEADERS):
        if kind not in (IPPROTO_HOPOPTS, IPPROTO_ROUTING, IPPROTO_FRAGMENT, IPPROTO_DSTOPTS):
            return XDP_PASS
        extension_headers[kind] += 1
        if kind == IPPROTO_ROUTING:
            return XDP_DROP
        header = packet.pull(ipv6_opt_hdr)
        if header is None:
            return XDP_PASS
        # hdrlen counts units of 8 bytes behind the first; in a fragment header, 8 bytes long, it is reserved
        packet.skip(6 if kind == IPPROTO_FRAGMENT else header.hdrlen * 8 + 6)
        kind = header.nexthdr
    return XDP_DROP                                # no honest packet has so long a chain


if __name__ == "__main__":
    import sys
    import time

    import pybpfc

    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} INTERFACE")
    with pybpfc.load() as bpf, bpf.programs["drop_routing_headers"].attach(interface=sys.argv[1]):
        print(f"filtering on {sys.argv[1]} for ten seconds")
        time.sleep(10)
        for number, per_cpu in bpf.map(extension_headers).items():
            if sum(per_cpu):
                print(f"next header {number:>3}  {sum(per_cpu):>8} packets")
