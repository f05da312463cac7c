"""Count packets and bytes per IPv4 source address."""
from pybpfc import XDP_PASS, HashMap, Struct, be32, u64, xdp, xdp_md
from pybpfc.net import ETH_P_IP, ethhdr, iphdr, ntohs

LICENSE = "GPL"


class Traffic(Struct):
    packets: u64
    bytes: u64


traffic = HashMap[be32, Traffic](max_entries=10_240)


@xdp
def count_by_source(ctx: xdp_md) -> int:
    packet = ctx.cursor()

    eth = packet.pull(ethhdr)                      # ethhdr | None: None where the packet is too short
    if eth is None or ntohs(eth.h_proto) != ETH_P_IP:
        return XDP_PASS
    ip = packet.pull(iphdr)
    if ip is None:
        return XDP_PASS

    seen = traffic.lookup(ip.saddr)                # Traffic | None, a reference into the map
    if seen is None:
        traffic.update(ip.saddr, Traffic(packets=1, bytes=ntohs(ip.tot_len)))
    else:
        seen.packets += 1
        seen.bytes += ntohs(ip.tot_len)
    return XDP_PASS


if __name__ == "__main__":
    import sys
    import time
    from ipaddress import IPv4Address

    import pybpfc

    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} INTERFACE")
    with pybpfc.load() as bpf, bpf.programs["count_by_source"].attach(interface=sys.argv[1]):
        print(f"counting on {sys.argv[1]} for ten seconds")
        time.sleep(10)
        for source, seen_by_user in sorted(bpf.map(traffic).items()):
            print(f"{IPv4Address(source)!s:>15}  {seen_by_user.packets:>8} packets  {seen_by_user.bytes:>10} bytes")
