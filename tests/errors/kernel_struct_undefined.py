"""Annotations of kernel structs may name what stands behind them; what stands nowhere is said at the field."""

from pybpfc import KernelStruct, Ptr, bpf_raw_tracepoint_args, cast, core_read, raw_tracepoint, s32, u32


class Outer(KernelStruct):
    first: "Inner"
    number: u32


class Inner(KernelStruct):
    missing: "Ptr[Nope]"
    gone: Ptr["Nowhere"]


class Fine(KernelStruct):
    later: Ptr["Later"]


class Later(KernelStruct):
    back: Ptr["Fine"]
    number: s32


class Embedded(KernelStruct):
    other: "Back"


class Back(KernelStruct):
    other: "Embedded"


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    outer = cast(Outer, ctx.args[0])
    return core_read(outer.number) & core_read(cast(Fine, ctx.args[0]).later.number) & 1
