"""Drop TCP and UDP packets by destination port; the blocked ports are changed while the program runs."""
from pybpfc import XDP_DROP, XDP_PASS, HashMap, PerCpuHashMap, be16, data, rodata, sizeof, u8, u32, u64, xdp, xdp_md
from pybpfc.net import ETH_P_IP, IPPROTO_TCP, IPPROTO_UDP, ethhdr, iphdr, ntohs

LICENSE = "GPL"
IP_OFFSET = 0x1FFF                                 # the fragment offset in iphdr.frag_off

only_count: u32 = rodata(0)                        # 1: let everything pass, set before load
later_fragments: u64 = data(0)                     # they carry no port and always pass

blocked = HashMap[be16, u8](max_entries=1024)
drops = PerCpuHashMap[be16, u64](max_entries=1024)


@xdp
def drop_ports(ctx: xdp_md) -> int:
    global later_fragments
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is None or ntohs(eth.h_proto) != ETH_P_IP:
        return XDP_PASS
    ip = packet.pull(iphdr)
    if ip is None or ip.ihl < 5 or ip.protocol not in (IPPROTO_TCP, IPPROTO_UDP):
        return XDP_PASS
    if ntohs(ip.frag_off) & IP_OFFSET:
        later_fragments += 1
        return XDP_PASS
    packet.skip(ip.ihl * 4 - sizeof(iphdr))
    source = packet.pull(be16)
    destination = packet.pull(be16)                # both protocols begin with the two ports
    if source is None or destination is None:
        return XDP_PASS

    port = destination.value
    if port not in blocked:
        return XDP_PASS
    drops[port] += 1
    return XDP_PASS if only_count else XDP_DROP


if __name__ == "__main__":
    import sys
    import time

    import pybpfc

    if len(sys.argv) < 3:
        sys.exit(f"usage: {sys.argv[0]} INTERFACE PORT...")
    interface, *ports = sys.argv[1:]
    with pybpfc.load(rodata={"only_count": 0}) as bpf:
        bpf.map(blocked).update({int(number): 1 for number in ports})
        with bpf.programs["drop_ports"].attach(interface=interface):
            print(f"dropping on {interface} for ten seconds")
            time.sleep(10)
        for number, per_cpu in sorted(bpf.map(drops).items()):
            print(f"port {number:>5}  {sum(per_cpu):>8} packets dropped")
        print(f"fragments without a port: {bpf.globals.later_fragments}")
