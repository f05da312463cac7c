"""The functions that the kernel has for its test runs: traced, left, and given another result."""
from pybpfc import bpf_raw_tracepoint_args, data, fentry, fexit, fmod_ret, raw_tracepoint, s32, u8, u32, u64

LICENSE = "GPL"
entered: u32 = data(0)
arguments: u64 = data(0)
results: s32 = data(0)
modified: u32 = data(0)
answer: s32 = data(0)
fired: u64 = data(0)


@fentry("bpf_fentry_test1")
def on_entry(a: s32) -> int:
    global entered
    entered += u32(a)
    return 0


@fentry("bpf_fentry_test3")
def on_three(a: u8, b: s32, c: u64) -> int:
    global arguments
    arguments = u64(a) * 10000 + u64(b) * 100 + c
    return 0


@fexit("bpf_fentry_test2")
def on_exit(a: s32, b: u64, ret: s32) -> int:
    global results
    results += ret
    return 0


@fmod_ret("bpf_modify_return_test")
def another_result(a: s32, b: u64, ret: s32) -> int:
    global modified
    modified += 1
    return answer


@raw_tracepoint("task_rename")
def on_rename(ctx: bpf_raw_tracepoint_args) -> int:
    global fired
    fired = ctx.args[0] * 1000 + ctx.args[1]
    return 7
