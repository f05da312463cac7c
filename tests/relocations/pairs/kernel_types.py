"""Types of the kernel at hand: the object describes the fields that are used, so only their names can be compared."""
from pybpfc import bpf_raw_tracepoint_args, cast, core_read, data, enum_value, enum_value_exists, field_exists, field_size, raw_tracepoint, s64, type_exists, type_id_kernel, type_size, u32, u64
from pybpfc.helpers import bpf_get_current_task, bpf_get_current_task_btf
from pybpfc.vmlinux import atomic_t, dentry, net_device_path_ctx, perf_event_state, sk_buff, task_struct

LICENSE = "GPL"
number: u64 = data(0)


@raw_tracepoint("sys_enter")
def chain(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = core_read(task.real_parent.mm.total_vm) + u64(core_read(task.thread_pid.numbers[0].nr))
    return 0


@raw_tracepoint("sys_enter")
def anonymous(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    entry = cast(dentry, bpf_get_current_task())
    number = u64(core_read(entry.d_name.len)) + core_read(entry.d_name.hash_len)
    return 0


@raw_tracepoint("sys_enter")
def bit_field(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = u64(core_read(task.in_execve))
    return 0


@raw_tracepoint("sys_enter")
def embedded_bit_field(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = u64(core_read(task.real_parent.dl.dl_throttled)) + u64(field_size(task.dl.dl_throttled))
    return 0


@raw_tracepoint("sys_enter")
def elements(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task_btf()
    number = core_read(task.signal.rlim[number & 15].rlim_cur) + task.signal.rlim[7].rlim_max + u64(task.comm[3])
    return 0


@raw_tracepoint("sys_enter")
def elements_without_a_name(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    path = cast(net_device_path_ctx, bpf_get_current_task())
    number = u64(core_read(path.vlan[number & 1].id))
    return 0


@raw_tracepoint("sys_enter")
def enumerators(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    number = (u64(s64(enum_value(perf_event_state.PERF_EVENT_STATE_OFF)))
              + u64(enum_value_exists(perf_event_state.PERF_EVENT_STATE_ACTIVE)) + u64(type_exists(perf_event_state))
              + u64(type_id_kernel(perf_event_state)))
    return 0


@raw_tracepoint("sys_enter")
def trusted(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task_btf()
    number = u64(u32(task.group_leader.tgid))
    return 0


@raw_tracepoint("sys_enter")
def type_names(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    count = cast(atomic_t, bpf_get_current_task())
    number = u64(u32(core_read(count.counter))) + u64(type_exists(atomic_t)) + u64(type_size(sk_buff))
    return 0


@raw_tracepoint("sys_enter")
def exists(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = u64(field_exists(task.mm)) + u64(type_exists(task_struct))
    return 0
