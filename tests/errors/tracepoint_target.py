"""A tracepoint has a category and a name."""

from pybpfc import tracepoint
from pybpfc.vmlinux import trace_event_raw_sys_enter


@tracepoint("sys_enter_openat")
def prog(ctx: trace_event_raw_sys_enter) -> int:
    return 0
