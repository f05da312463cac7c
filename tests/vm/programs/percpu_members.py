"""A `__percpu` member of a kernel object that the verifier trusts: this processor's copy, and the sum of all."""

from pybpfc import data, fentry, u64
from pybpfc.helpers import bpf_per_cpu_ptr, bpf_this_cpu_ptr
from pybpfc.vmlinux import ipvl_dev

LICENSE = "GPL"
CPUS = 16

calls: u64 = data(0)
here: u64 = data(0)
packets: u64 = data(0)
bytes_: u64 = data(0)
copies: u64 = data(0)


@fentry("ipvlan_add_addr")
def on_address(ipvlan: ipvl_dev) -> int:
    global calls, here, packets, bytes_, copies
    calls += 1
    here = u64(bpf_this_cpu_ptr(ipvlan.pcpu_stats).rx_pkts.v.a.a.counter)
    packets = bytes_ = copies = 0
    stats = ipvlan.pcpu_stats
    for cpu in range(CPUS):
        copy = bpf_per_cpu_ptr(stats, cpu)
        if copy is not None:
            copies += 1
            packets += u64(copy.rx_pkts.v.a.a.counter)
            bytes_ += u64(copy.rx_bytes.v.a.a.counter)
    return 0
