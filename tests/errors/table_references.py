"""What the kernel hands to a program of a table with a reference is given back, or passed on, on every path."""

from pybpfc import StructOpsMap, rodata, struct_ops, u32
from pybpfc.kfuncs import bpf_qdisc_skb_drop
from pybpfc.vmlinux import Qdisc, Qdisc_ops, bpf_sk_buff_ptr, sk_buff

LICENSE = "GPL"
longest: u32 = rodata(100)


@struct_ops
def leaks(skb: sk_buff, sch: Qdisc, to_free: bpf_sk_buff_ptr) -> int:
    if skb.len > longest:
        return 1
    bpf_qdisc_skb_drop(skb, to_free)
    return 1


@struct_ops
def used_after(skb: sk_buff, sch: Qdisc, to_free: bpf_sk_buff_ptr) -> int:
    bpf_qdisc_skb_drop(skb, to_free)
    return 1 if skb.len else 0


@struct_ops
def not_its_own(sch: Qdisc) -> sk_buff | None:
    if sch.q.qlen == 0:
        return None
    return sch.gso_skb.next


first = StructOpsMap[Qdisc_ops](values={"enqueue": leaks})
second = StructOpsMap[Qdisc_ops](values={"enqueue": used_after, "dequeue": not_its_own})
