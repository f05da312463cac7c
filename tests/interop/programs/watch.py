"""What an embedding program gets: a packet program and a tracepoint program that share an object."""
from typing import Annotated

from pybpfc import XDP_PASS, HashMap, RingBuf, Str, Struct, be32, data, rodata, tracepoint, u16, u32, u64, xdp, xdp_md
from pybpfc.helpers import bpf_get_current_comm, bpf_get_current_pid_tgid, bpf_probe_read_user_str
from pybpfc.net import ETH_P_IP, ethhdr, iphdr, ntohs
from pybpfc.vmlinux import trace_event_raw_sys_enter

LICENSE = "GPL"


class Traffic(Struct):
    packets: u64
    bytes: u64


class Opened(Struct):
    pid: u32
    flags: u32
    comm: Annotated[Str, 16]
    filename: Annotated[Str, 64]


traffic = HashMap[be32, Traffic](max_entries=1024)
opened = RingBuf[Opened](max_entries=4096)
smallest: u16 = rodata(0)                          # set before load
only_pid: u32 = rodata(0xFFFF_FFFF)
ignored: u64 = data(0)


@xdp
def on_packet(ctx: xdp_md) -> int:
    global ignored
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is None or ntohs(eth.h_proto) != ETH_P_IP:
        return XDP_PASS
    ip = packet.pull(iphdr)
    if ip is None:
        return XDP_PASS
    if ntohs(ip.tot_len) < smallest:
        ignored += 1
        return XDP_PASS
    seen = traffic.lookup(ip.saddr)
    if seen is None:
        traffic.update(ip.saddr, Traffic(packets=1, bytes=ntohs(ip.tot_len)))
    else:
        seen.packets += 1
        seen.bytes += ntohs(ip.tot_len)
    return XDP_PASS


@tracepoint("syscalls", "sys_enter_openat")
def on_open(ctx: trace_event_raw_sys_enter) -> int:
    pid = u32(bpf_get_current_pid_tgid() >> 32)
    if pid != only_pid:
        return 0
    event = opened.reserve()
    if event is None:
        return 0
    event.pid = pid
    event.flags = u32(ctx.args[2])
    bpf_get_current_comm(event.comm)
    bpf_probe_read_user_str(event.filename, ctx.args[1])
    opened.submit(event)
    return 0
