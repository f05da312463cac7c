"""The kernel itself reads which type a kptr is of, and finds none of that name: flavours are for relocations."""

from pybpfc import HashMap, KernelStruct, Struct, bpf_raw_tracepoint_args, kptr, raw_tracepoint, s32, u32

LICENSE = "GPL"


class task_struct___mine(KernelStruct):
    pid: s32


class Kept(Struct):
    number: u32
    task: kptr[task_struct___mine]


kept = HashMap[u32, Kept](max_entries=1)


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    return 0
