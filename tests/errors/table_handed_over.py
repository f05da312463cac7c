"""References that come with an argument, and results that are pointers, are declared as what they are."""

from pybpfc import StructOpsMap, s32, struct_ops, u64
from pybpfc.kfuncs import bpf_kfree_skb
from pybpfc.vmlinux import Qdisc, Qdisc_ops, bpf_sk_buff_ptr, sched_ext_ops, sk_buff, sock, task_struct

LICENSE = "GPL"


@struct_ops
def as_number(skb: u64, sch: Qdisc, to_free: bpf_sk_buff_ptr) -> int:
    return 1


@struct_ops
def left_out() -> int:
    return 1


@struct_ops
def other_type(skb: sk_buff, sch: Qdisc, to_free: sk_buff) -> int:
    bpf_kfree_skb(skb)
    return 1


@struct_ops
def other_result(sch: Qdisc) -> sock | None:
    return None


@struct_ops
def no_result(sch: Qdisc) -> int:
    return 0


@struct_ops
def dispatch(cpu: s32, prev: task_struct) -> None:
    pass


scheduler = StructOpsMap[sched_ext_ops](values={"dispatch": dispatch})
first = StructOpsMap[Qdisc_ops](values={"enqueue": as_number, "dequeue": other_result})
second = StructOpsMap[Qdisc_ops](values={"enqueue": left_out, "dequeue": no_result})
third = StructOpsMap[Qdisc_ops](values={"enqueue": other_type})
