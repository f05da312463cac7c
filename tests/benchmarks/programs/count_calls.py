"""Count execve(2) by process: what every front end can say."""
from pybpfc import HashMap, tracepoint, u32, u64
from pybpfc.helpers import bpf_get_current_pid_tgid
from pybpfc.vmlinux import trace_event_raw_sys_enter

LICENSE = "GPL"

calls = HashMap[u32, u64](max_entries=1024)


@tracepoint("syscalls", "sys_enter_execve")
def count(ctx: trace_event_raw_sys_enter) -> int:
    process = u32(bpf_get_current_pid_tgid() >> 32)
    seen = calls.lookup(process)
    if seen is not None:
        calls.update(process, seen.value + 1)
    else:
        calls.update(process, 1)
    return 0
