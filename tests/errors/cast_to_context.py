"""The context of a program is no struct that an address could be cast to: the kernel's of that name is."""

from pybpfc import bpf_raw_tracepoint_args, cast, core_read, data, pt_regs, raw_tracepoint, u64

LICENSE = "GPL"
first: u64 = data(0)


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    global first
    first = core_read(cast(pt_regs, ctx.args[0]).di)
    return 0
