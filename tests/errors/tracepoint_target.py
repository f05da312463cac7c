"""A tracepoint has a category and a name."""

from pybpfc import pt_regs, tracepoint


@tracepoint("sys_enter_openat")
def prog(ctx: pt_regs) -> int:
    return 0
