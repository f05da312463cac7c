"""Values that the kernel keeps with its own objects, values of other CPUs, redirects to sockets, pointers in contexts."""

from pybpfc import (
    BPF_F_INGRESS,
    BPF_SOCK_OPS_STATE_CB,
    CgroupStorage,
    PerCpuArray,
    SkStorage,
    SockHash,
    SockMap,
    Struct,
    TaskStorage,
    __sk_buff,
    bpf_perf_event_data,
    bpf_sock_ops,
    cgroup_skb_egress,
    data,
    perf_event,
    rodata,
    s32,
    sk_msg,
    sk_msg_md,
    sk_skb_verdict,
    sockops,
    tp_btf,
    u32,
    u64,
)
from pybpfc.helpers import bpf_get_current_pid_tgid, bpf_sk_fullsock
from pybpfc.vmlinux import task_struct

LICENSE = "GPL"


class Life(Struct):
    flags: u64
    children: u64


lives = TaskStorage[Life]()
numbers = TaskStorage[u64]()
counts = PerCpuArray[u64](max_entries=1)
by_index = SockMap(max_entries=4)
by_key = SockHash[u32](max_entries=4)
of_cgroup = CgroupStorage[Life]()
of_socket = SkStorage[u64]()
parent: u32 = rodata(0)
seen: u64 = data(0)
absent: u64 = data(0)
other_cpu: u64 = data(0)


@tp_btf("task_newtask")
def new_task(task: task_struct, flags: u64) -> int:
    global seen, absent, other_cpu
    if u32(bpf_get_current_pid_tgid() >> 32) != parent:
        return 0
    life = lives.get(task, create=Life(flags=flags, children=7))
    if life is not None:
        life.children += 1
        seen += life.children
    if numbers.get(task) is None:
        absent += 1
    number = numbers.get(task, create=True)
    if number is not None:
        number.value += 5
        seen += number.value
    again = numbers.get(task, create=9)
    if again is not None:
        seen += again.value
    numbers.delete(task)
    slot = counts.lookup_percpu(0, 0)
    if slot is not None:
        other_cpu = slot.value
    return 0


@sockops
def states(ctx: bpf_sock_ops) -> int:
    if ctx.op == BPF_SOCK_OPS_STATE_CB:
        by_index.update(ctx, 1)
        by_key.update(ctx, 1)
    return 1


@sk_msg
def message(ctx: sk_msg_md) -> int:
    return s32(by_index.redirect(ctx, 1))


@sk_skb_verdict
def verdict(ctx: __sk_buff) -> int:
    return s32(by_key.redirect(ctx, 1, BPF_F_INGRESS))


@cgroup_skb_egress
def egress(skb: __sk_buff) -> int:
    of_cgroup.get().children += 1
    socket = skb.sk
    if socket is None:
        return 1
    whole = bpf_sk_fullsock(socket)
    if whole is not None and whole.family == 2:
        number = of_socket.get(whole, create=True)
        if number is not None:
            number.value += whole.protocol
    return 1


@perf_event
def sample(ctx: bpf_perf_event_data) -> int:
    print(f"{ctx.sample_period} {ctx.regs.ip:x} {ctx.regs.sp:x}")
    return 0
