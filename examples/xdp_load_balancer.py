"""Spread the flows to one service address over several servers, each reached by its MAC address (direct return)."""
from typing import Annotated

from pybpfc import (
    XDP_DROP,
    XDP_PASS,
    XDP_TX,
    Array,
    ArrayMap,
    Struct,
    be16,
    be32,
    rodata,
    to_bits,
    u8,
    u32,
    u64,
    xdp,
    xdp_md,
)
from pybpfc.net import ETH_P_IP, IPPROTO_TCP, IPPROTO_UDP, ethhdr, iphdr, ntohs

LICENSE = "GPL"
MOST_SERVERS = 64


class Ports(Struct):                               # what TCP and UDP begin with
    source: be16
    dest: be16


class Server(Struct):
    mac: Annotated[Array[u8], 6]
    padding: Annotated[Array[u8], 2]
    packets: u64


service: be32 = rodata(0)                          # the address that all servers have on their loopback
server_count: u32 = rodata(0)
servers = ArrayMap[Server](max_entries=MOST_SERVERS)


@xdp
def balance(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is None or ntohs(eth.h_proto) != ETH_P_IP:
        return XDP_PASS
    ip = packet.pull(iphdr)
    if ip is None or ip.daddr != service or ip.ihl != 5 or server_count == 0:
        return XDP_PASS
    if ip.protocol != IPPROTO_TCP and ip.protocol != IPPROTO_UDP:
        return XDP_PASS
    ports = packet.pull(Ports)
    if ports is None:
        return XDP_DROP
    # Fibonacci hashing: a flow keeps its server as long as their number is the same.
    flow = u64(to_bits(ip.saddr)) << 32 | u64(to_bits(ports.source)) << 16 | u64(to_bits(ports.dest))
    server = servers.lookup(u32((flow * 0x9E3779B97F4A7C15) >> 32) % server_count)
    if server is None:
        return XDP_DROP
    server.packets += 1
    eth.h_source = eth.h_dest
    eth.h_dest = server.mac
    return XDP_TX


if __name__ == "__main__":
    import sys
    import time
    from ipaddress import IPv4Address

    import pybpfc

    if len(sys.argv) < 4:
        sys.exit(f"usage: {sys.argv[0]} INTERFACE SERVICE MAC...")
    interface, address, *macs = sys.argv[1:]
    with pybpfc.load(rodata={"service": int(IPv4Address(address)), "server_count": len(macs)}) as bpf:
        view = bpf.map(servers)
        for index, mac in enumerate(macs):
            view[index] = Server(mac=bytes.fromhex(mac.replace(":", "")), padding=bytes(2), packets=0)
        with bpf.programs["balance"].attach(interface=interface):
            while True:
                time.sleep(1)
                print("  ".join(f"{mac} {view[index].packets}" for index, mac in enumerate(macs)))
