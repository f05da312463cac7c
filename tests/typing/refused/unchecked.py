"""What a checker must flag: a `# refused` line needs an error, every other line none."""
from pybpfc import ArrayMap, HashMap, RingBuf, Struct, u32, u64, xdp, xdp_md
from pybpfc.helpers import bpf_get_current_comm, bpf_ktime_get_ns, bpf_sk_lookup_tcp
from pybpfc.net import ethhdr
from pybpfc.uapi import bpf_sock_tuple_ipv4


class Event(Struct):
    time_ns: u64


events = RingBuf[Event](max_entries=4096)
flows = HashMap[u32, Event](max_entries=4)
slots = ArrayMap[u64](max_entries=4)


@xdp
def program(ctx: xdp_md) -> int:
    found = flows.lookup(1)
    found.time_ns = 3  # refused
    slot = slots.lookup(1)
    slot.value += 1  # refused
    record = events.reserve()
    record.time_ns = bpf_ktime_get_ns()  # refused
    eth = ctx.cursor().pull(ethhdr)
    print(eth.h_proto)  # refused
    print(flows[1])  # refused
    flows.update(1, 2)  # refused
    flows.push(1)  # refused
    bpf_get_current_comm(3)  # refused
    bpf_ktime_get_ns(3)  # refused
    print(ctx.no_such_field)  # refused
    sock = bpf_sk_lookup_tcp(ctx, bpf_sock_tuple_ipv4.zero(), 0)
    print(sock.family)  # refused
    Event(time=1)  # refused
    return 0
