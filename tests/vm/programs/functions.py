"""Programs that the kernel's functions call: at the return of one, instead of one, and as a security hook."""
from pybpfc import ArrayMap, fexit, fmod_ret, lsm, rodata, s32, s64, u32
from pybpfc.helpers import bpf_get_current_pid_tgid
from pybpfc.vmlinux import file, filename

LICENSE = "GPL"
EACCES = 13
EPERM = 1

only: u32 = rodata(0)
seen = ArrayMap[s64](max_entries=4)


@fexit("do_unlinkat")
def on_unlinked(dfd: s32, name: filename, ret: s64) -> int:
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
