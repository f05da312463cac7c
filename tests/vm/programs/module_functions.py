"""Functions, a tracepoint and a struct of kernel modules: veth, and the transport of vsock."""
from pybpfc import (
    KernelStruct,
    bpf_raw_tracepoint_args,
    data,
    fentry,
    fexit,
    field_exists,
    field_size,
    kprobe,
    kretprobe,
    pt_regs,
    raw_tracepoint,
    s32,
    tp_btf,
    type_exists,
    type_size,
    u32,
    u64,
)
from pybpfc.vmlinux import net_device, sk_buff

LICENSE = "GPL"


class veth_priv(KernelStruct):
    requested_headroom: u32


class no_such_priv(KernelStruct):
    requested_headroom: u32


entered: u32 = data(0)
lengths: u64 = data(0)
left: u32 = data(0)
verdict: s32 = data(-1)
probed: u32 = data(0)
returned: u32 = data(0)
packets: u32 = data(0)
bytes_sent: u64 = data(0)
raw_packets: u32 = data(0)
size_of_priv: u64 = data(0)
size_of_headroom: u64 = data(0)
no_size: u64 = data(1)


@fentry("veth_xmit")
def on_entry(skb: sk_buff, dev: net_device) -> int:
    global entered, lengths, size_of_priv, size_of_headroom, no_size
    entered += 1
    lengths += skb.len
    if type_exists(veth_priv) and field_exists(veth_priv.requested_headroom):
        size_of_priv = type_size(veth_priv)
        size_of_headroom = field_size(veth_priv.requested_headroom)
    if not type_exists(no_such_priv):
        no_size = 0
    return 0


@fexit("veth:veth_xmit")
def on_exit(skb: sk_buff, dev: net_device, ret: s32) -> int:
    global left, verdict
    left += 1
    verdict = ret
    return 0


@kprobe("veth_xmit")
def on_probe(ctx: pt_regs) -> int:
    global probed
    probed += 1
    return 0


@kretprobe("veth_xmit")
def on_return(ctx: pt_regs, ret: s32) -> int:
    global returned
    if ret == 0:
        returned += 1
    return 0


@tp_btf("virtio_transport_alloc_pkt")
def on_packet(src_cid: u32, src_port: u32, dst_cid: u32, dst_port: u32, length: u32) -> int:
    global packets, bytes_sent
    packets += 1
    bytes_sent += length
    return 0


@raw_tracepoint("virtio_transport_alloc_pkt")
def on_raw_packet(ctx: bpf_raw_tracepoint_args) -> int:
    global raw_packets
    raw_packets += 1
    return 0
