"""One program at many kernel functions at once: at their entries, at their returns, and at both."""
from pybpfc import ArrayMap, kprobe_multi, kprobe_session, kretprobe_multi, pt_regs, rodata, u32, u64
from pybpfc.helpers import bpf_get_attach_cookie, bpf_get_current_pid_tgid

LICENSE = "GPL"

only: u32 = rodata(0)
# 0: entries, 1: returns, 2: calls of the session program, 3: the sum of cookies
seen = ArrayMap[u64](max_entries=4)


@kprobe_multi("vfs_stat*")
def on_entry(ctx: pt_regs) -> int:
    if u32(bpf_get_current_pid_tgid() >> 32) == only:
        seen[0] += 1
        seen[3] += bpf_get_attach_cookie(ctx)
    return 0


@kretprobe_multi("vfs_statx")
def on_return(ctx: pt_regs) -> int:
    if u32(bpf_get_current_pid_tgid() >> 32) == only:
        seen[1] += 1
    return 0


@kprobe_session("vfs_statx")
def on_both(ctx: pt_regs) -> int:
    if u32(bpf_get_current_pid_tgid() >> 32) == only:
        seen[2] += 1
    return 0
