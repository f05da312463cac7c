"""What the running kernel can do, found out by trying, once per process.

Kernel versions say little: distributions carry features back and switch others off.
"""

from __future__ import annotations

import errno
import os
import struct
from functools import cache

from . import syscall
from .uapi import BPF_F_MMAPABLE, BPF_F_NO_PREALLOC, BPF_NOEXIST, AttachType, Command, MapType, ProgramType

# Each: the raw types of a smallest blob that uses the kind, and its strings. `x` is at offset 1.
_INT = struct.pack("=IIII", 0, 1 << 24, 4, 1 << 24 | 32)
_PROTO = struct.pack("=III", 0, 13 << 24, 0)


def _kind(name: int, kind: int, count: int, size: int, *words: int) -> bytes:
    return struct.pack(f"={3 + len(words)}I", name, kind << 24 | count, size, *words)


BTF_FEATURES: dict[str, tuple[bytes, bytes]] = {
    "btf": (_INT, b"\0"),
    "func": (_INT + _kind(0, 13, 1, 0, 1, 1) + _kind(1, 12, 0, 2), b"\0x\0"),
    "global_func": (_INT + _kind(0, 13, 1, 0, 1, 1) + _kind(1, 12, 1, 2), b"\0x\0"),
    "datasec": (_INT + _kind(1, 14, 0, 1, 0) + _kind(3, 15, 1, 4, 2, 0, 4), b"\0x\0.data\0"),
    "qmark_datasec": (_INT + _kind(1, 14, 0, 1, 0) + _kind(3, 15, 1, 4, 2, 0, 4), b"\0x\0?.data\0"),
    "float": (_kind(1, 16, 0, 4), b"\0x\0"),
    "decl_tag": (_INT + _kind(1, 14, 0, 1, 0) + _kind(1, 17, 0, 2, 0xFFFFFFFF), b"\0x\0"),
    "type_tag": (_INT + _kind(1, 18, 0, 1) + _kind(0, 2, 0, 2), b"\0x\0"),
    "enum64": (_kind(1, 19, 1, 8, 1, 0, 0), b"\0x\0"),
}

_RETURN_0 = struct.pack("=BBhiBBhi", 0xB7, 0, 0, 0, 0x95, 0, 0, 0)


@cache
def btf_features() -> frozenset[str]:
    """The names of `BTF_FEATURES` that the kernel accepts."""
    found = set()
    for name, (types, strings) in BTF_FEATURES.items():
        header = struct.pack("=HBBIIIII", 0xEB9F, 1, 0, 24, 0, len(types), len(types), len(strings))
        fd, _, _ = syscall.btf_load(header + types + strings)
        if fd >= 0:
            os.close(fd)
            found.add(name)
    return frozenset(found)


@cache
def has_context_tags() -> bool:
    """The declaration tag `arg:ctx` (6.8): a global function that hands a `void *` to bpf_get_func_ip() loads."""
    pointer, prototype = _kind(0, 2, 0, 0), _kind(0, 13, 1, 1, 1, 2)
    raw = (_INT + pointer + prototype + _kind(1, 12, 1, 3) + prototype + _kind(1, 12, 1, 5)
           + _kind(3, 17, 0, 6, 0))
    strings = b"\0x\0arg:ctx\0"
    header = struct.pack("=HBBIIIII", 0xEB9F, 1, 0, 24, 0, len(raw), len(raw), len(strings))
    btf_fd, _, _ = syscall.btf_load(header + raw + strings)
    if btf_fd < 0:
        return False
    exit_, bpf_get_func_ip = struct.pack("=BBhi", 0x95, 0, 0, 0), 173
    code = struct.pack("=BBhi", 0x85, 0x10, 0, 1) + exit_ + struct.pack("=BBhi", 0x85, 0, 0, bpf_get_func_ip) + exit_
    try:
        result = syscall.prog_load(syscall.ProgramLoad(
            ProgramType.BPF_PROG_TYPE_KPROBE, code, "GPL", btf_fd=btf_fd, function_info=struct.pack("=4I", 0, 4, 2, 6)))
    finally:
        os.close(btf_fd)
    if result.fd >= 0:
        os.close(result.fd)
    return result.fd >= 0


@cache
def has_mmapable_arrays() -> bool:
    """BPF_F_MMAPABLE (5.5)."""
    return _map_works(BPF_F_MMAPABLE)


@cache
def has_map_names() -> bool:
    """Names of maps and programs (4.15)."""
    return _map_works(0, name="probe")


def _map_works(flags: int, name: str = "") -> bool:
    fd, _ = syscall.map_create(MapType.BPF_MAP_TYPE_ARRAY, 4, 8, 1, flags, name)
    if fd >= 0:
        os.close(fd)
    return fd >= 0


@cache
def tries_know_noexist() -> bool:
    """Whether BPF_NOEXIST keeps an LPM trie from replacing a prefix (6.13); older kernels replace it all the same."""
    fd, error = syscall.map_create(MapType.BPF_MAP_TYPE_LPM_TRIE, 5, 1, 1, BPF_F_NO_PREALLOC)
    if error:
        return False
    try:
        return [syscall.map_element(Command.BPF_MAP_UPDATE_ELEM, fd, syscall.buffer(5), syscall.buffer(1), BPF_NOEXIST)
                for _ in range(2)] == [0, errno.EEXIST]
    finally:
        os.close(fd)


@cache
def loads_program_type(program_type: ProgramType, expected_attach_type: int) -> bool:
    """Whether a program that only returns 0 loads; False for a type this kernel does not know."""
    program = syscall.ProgramLoad(program_type, _RETURN_0, "GPL", expected_attach_type=expected_attach_type)
    result = syscall.prog_load(program)
    if result.fd >= 0:
        os.close(result.fd)
    return result.fd >= 0


@cache
def knows_attach_type(name: str) -> bool:
    """Whether the kernel's own `enum bpf_attach_type` has a name; True where the kernel has no types to look in."""
    from .btf import types
    from .kernel_symbols import find_symbol

    found = find_symbol(types.BTF_KIND_ENUM, "bpf_attach_type")
    kind = found.btf.type(found.type_id) if found is not None else None
    return not isinstance(kind, types.Enum) or any(each[0] == name for each in kind.values)


@cache
def has_expected_attach_type() -> bool:
    """`expected_attach_type` of BPF_PROG_LOAD (4.17); a kernel that does not know it says E2BIG."""
    probe = syscall.ProgramLoad(ProgramType.BPF_PROG_TYPE_CGROUP_SOCK, _RETURN_0, "GPL",
                                expected_attach_type=AttachType.BPF_CGROUP_INET_SOCK_CREATE)
    result = syscall.prog_load(probe)
    if result.fd >= 0:
        os.close(result.fd)
    return result.errno != errno.E2BIG


@cache
def has_bpf_cookie() -> bool:
    """bpf_get_attach_cookie() (5.15)."""
    code = struct.pack("=BBhiBBhi", 0x85, 0, 0, 174, 0x95, 0, 0, 0)
    result = syscall.prog_load(syscall.ProgramLoad(ProgramType.BPF_PROG_TYPE_TRACEPOINT, code, "GPL"))
    if result.fd >= 0:
        os.close(result.fd)
    return result.fd >= 0


@cache
def has_uprobe_multi() -> bool:
    """Links to many places of a binary that see one process where that is asked for (6.6)."""
    program = syscall.ProgramLoad(ProgramType.BPF_PROG_TYPE_KPROBE, _RETURN_0, "GPL",
                                  expected_attach_type=AttachType.BPF_TRACE_UPROBE_MULTI)
    result = syscall.prog_load(program)
    if result.fd < 0:
        return False
    # Only kernels that have them get as far as noticing that `/` is no file, and that -1 is no process.
    path, places = syscall.buffer(b"/\0"), syscall.buffer(8)
    wanted = {0: errno.EBADF, 0xFFFFFFFF: errno.EINVAL}
    try:
        return all(syscall.link_create(result.fd, 0, AttachType.BPF_TRACE_UPROBE_MULTI, 0, struct.pack(
            "=QQQQIII4x", syscall.address(path), syscall.address(places), 0, 0, 1, 0, pid))[1] == error
            for pid, error in wanted.items())
    finally:
        os.close(result.fd)


@cache
def syscall_wrapper() -> str | None:
    """What stands before `sys_` in the names of this machine's system calls (`__x64_`), where the kernel wraps them.

    Source: CONFIG_ARCH_HAS_SYSCALL_WRAPPER, arch/*/include/asm/syscall_wrapper.h.
    """
    machine = os.uname().machine
    prefix = {"x86_64": "__x64_", "aarch64": "__arm64_", "riscv64": "__riscv_", "s390x": "__s390x_"}.get(machine)
    if prefix is None:
        return None
    try:
        with open("/proc/kallsyms", "rb") as file:
            return prefix if f" {prefix}sys_bpf\n".encode() in file.read() else None
    except OSError:
        return None


@cache
def charges_memlock() -> bool:
    """Whether maps count against RLIMIT_MEMLOCK: before 5.11, which brought bpf_ktime_get_coarse_ns too."""
    code = struct.pack("=BBhiBBhi", 0x85, 0, 0, 160, 0x95, 0, 0, 0)
    result = syscall.prog_load(syscall.ProgramLoad(ProgramType.BPF_PROG_TYPE_SOCKET_FILTER, code, "GPL"))
    if result.fd >= 0:
        os.close(result.fd)
    return result.fd < 0 and result.errno == errno.EINVAL


@cache
def raise_memlock() -> bool:
    """Lift RLIMIT_MEMLOCK where the kernel needs that; whether it was lifted."""
    if not charges_memlock():
        return False
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except (ValueError, OSError):
        return False  # without CAP_SYS_RESOURCE the load itself says what is missing
    return True


@cache
def possible_cpus() -> int:
    """How many values a per-CPU map holds per key: one for each possible CPU."""
    with open("/sys/devices/system/cpu/possible", encoding="ascii") as file:
        return count_cpus(file.read())


def count_cpus(text: str) -> int:
    """How many CPUs are in a list such as `0-3,8`."""
    return len(cpu_numbers(text))


def cpu_numbers(text: str) -> list[int]:
    """The CPUs in a list such as `0-3,8`."""
    found: list[int] = []
    for part in text.strip().split(","):
        first, _, last = part.partition("-")
        found.extend(range(int(first), int(last or first) + 1))
    return found
