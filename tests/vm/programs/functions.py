"""Programs that the kernel's functions call: at the return of one, instead of one, and as a security hook."""
from pybpfc import ArrayMap, fexit, fmod_ret, lsm, rodata, s32, s64, u32
from pybpfc.helpers import bpf_get_current_pid_tgid
from pybpfc.vmlinux import file

LICENSE = "GPL"
EACCES = 13
EPERM = 1

only: u32 = rodata(0)
# 0: returns of security_file_open, 1: the last returned value, 2: denied by fmod_ret, 3: denied by lsm
seen = ArrayMap[s64](max_entries=4)


@fexit("security_file_open")
def on_opened(ret: s32) -> int:  # the arguments before it are left out
    if u32(bpf_get_current_pid_tgid() >> 32) == only:
        seen[0] += 1
        seen[1] = ret
    return 0


@fmod_ret("security_file_open")
def deny_by_result(opened: file, ret: s32) -> int:
    if u32(bpf_get_current_pid_tgid() >> 32) == only:
        seen[2] += 1
        return -EACCES
    return ret


@lsm("file_open")
def deny_by_hook(opened: file, ret: s32) -> int:
    if u32(bpf_get_current_pid_tgid() >> 32) == only:
        seen[3] += 1
        return -EPERM
    return 0
