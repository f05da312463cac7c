"""User probes at the entry and the return of a function of the C library."""
from pybpfc import ArrayMap, pt_regs, s64, u64, uprobe, uretprobe

LICENSE = "GPL"

seen = ArrayMap[s64](max_entries=3)


@uprobe("libc.so.6", "getppid")
def on_call(ctx: pt_regs) -> int:
    seen[0] += 1
    return 0


@uretprobe("libc.so.6", "getppid")
def on_result(ctx: pt_regs, ret: u64) -> int:
    seen[1] += 1
    seen[2] = s64(ret)
    return 0
