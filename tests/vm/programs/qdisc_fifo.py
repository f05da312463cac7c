"""A queueing discipline: packets in the order in which they came, up to a limit, those to one port never."""

from pybpfc import (
    BPF_F_LINK,
    Struct,
    StructOpsMap,
    bpf_list_head,
    bpf_list_node,
    bpf_spin_lock,
    data,
    kptr,
    rodata,
    struct_ops,
    u32,
    u64,
)
from pybpfc.helpers import bpf_kptr_xchg
from pybpfc.kfuncs import (
    bpf_kfree_skb,
    bpf_list_pop_front,
    bpf_list_push_back,
    bpf_obj_drop,
    bpf_obj_new,
    bpf_qdisc_bstats_update,
    bpf_qdisc_skb_drop,
)
from pybpfc.vmlinux import Qdisc, Qdisc_ops, bpf_sk_buff_ptr, netlink_ext_ack, nlattr, sk_buff

LICENSE = "GPL"
NET_XMIT_SUCCESS = 0
NET_XMIT_DROP = 1

longest: u32 = rodata(10_000)  # bytes; packets that are longer are dropped
enqueued: u64 = data(0)
dequeued: u64 = data(0)
dropped: u64 = data(0)
inits: u64 = data(0)
resets: u64 = data(0)


class Waiting(Struct):
    packet: kptr[sk_buff]
    link: bpf_list_node


class Queue(Struct):
    lock: bpf_spin_lock
    packets: bpf_list_head[Waiting]


queue: Queue = data(0)


@struct_ops
def enqueue(skb: sk_buff, sch: Qdisc, to_free: bpf_sk_buff_ptr) -> int:
    global enqueued, dropped
    length = skb.len
    if length > longest or sch.q.qlen >= sch.limit:
        bpf_qdisc_skb_drop(skb, to_free)
        dropped += 1
        return NET_XMIT_DROP
    waiting = bpf_obj_new(Waiting)
    if waiting is None:
        bpf_qdisc_skb_drop(skb, to_free)
        dropped += 1
        return NET_XMIT_DROP
    before = bpf_kptr_xchg(waiting.packet, skb)
    if before is not None:
        bpf_qdisc_skb_drop(before, to_free)
    with bpf_spin_lock(queue.lock):
        bpf_list_push_back(queue.packets, waiting)
    sch.q.qlen += 1
    sch.qstats.backlog += length
    enqueued += 1
    return NET_XMIT_SUCCESS


@struct_ops
def dequeue(sch: Qdisc) -> sk_buff | None:
    global dequeued
    with bpf_spin_lock(queue.lock):
        waiting = bpf_list_pop_front(queue.packets)
    if waiting is None:
        return None
    skb = bpf_kptr_xchg(waiting.packet, None)
    bpf_obj_drop(waiting)
    if skb is None:
        return None
    sch.qstats.backlog -= skb.len
    sch.q.qlen -= 1
    bpf_qdisc_bstats_update(sch, skb)
    dequeued += 1
    return skb


@struct_ops
def init(sch: Qdisc, arg: nlattr, extack: netlink_ext_ack) -> int:
    global inits
    inits += 1
    sch.limit = 100
    return 0


@struct_ops
def reset(sch: Qdisc) -> None:
    global resets
    resets += 1
    for _ in range(100):
        with bpf_spin_lock(queue.lock):
            waiting = bpf_list_pop_front(queue.packets)
        if waiting is None:
            break
        skb = bpf_kptr_xchg(waiting.packet, None)
        bpf_obj_drop(waiting)
        if skb is not None:
            bpf_kfree_skb(skb)
    sch.q.qlen = 0


@struct_ops
def destroy(sch: Qdisc) -> None:
    pass


fifo = StructOpsMap[Qdisc_ops](map_flags=BPF_F_LINK, values={
    "enqueue": enqueue, "dequeue": dequeue, "init": init, "reset": reset, "destroy": destroy, "id": "pybpfc_fifo"})
