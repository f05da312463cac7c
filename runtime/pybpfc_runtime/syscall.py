"""bpf(2) and perf_event_open(2): the only file that knows how their arguments lie in memory.

Each function is one command; sizes and addresses are the caller's Python values, errors are `KernelError`
(or the subclass that the caller passes). Structures are packed by hand because `union bpf_attr` grows with
every kernel: bytes a kernel does not know must be zero, and those an older caller does not send are taken as
zero.

Source: include/uapi/linux/bpf.h, include/uapi/linux/perf_event.h, bpf(2), perf_event_open(2).
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from typing import NamedTuple

from .errors import ENOTSUPP, KernelError, NotSupportedByKernel, UnsupportedFeature
from .uapi import BPF_F_TOKEN_FD, Command

# bpf, perf_event_open by `uname -m`.
_NUMBERS = {
    "x86_64": (321, 298), "aarch64": (280, 241), "riscv64": (280, 241), "s390x": (351, 331), "ppc64le": (361, 319),
    "loongarch64": (280, 241),
}
_MACHINE = os.uname().machine
_RETRIES = 5  # BPF_PROG_LOAD gives EAGAIN when a signal is pending
_PERF_FLAG_FD_CLOEXEC = 8

_libc = ctypes.CDLL(None, use_errno=True)
_syscall = _libc.syscall
_syscall.restype = ctypes.c_long

Buffer = ctypes.Array


def _number(index: int) -> int:
    numbers = _NUMBERS.get(_MACHINE)
    if numbers is None:
        raise UnsupportedFeature(f"the system call numbers of {_MACHINE} are not known to this loader")
    return numbers[index]


def buffer(data: bytes | int) -> Buffer[ctypes.c_char]:
    """Memory with an address: a copy of `data`, or that many zero bytes."""
    if isinstance(data, bytes):
        return ctypes.create_string_buffer(data, len(data))
    return ctypes.create_string_buffer(data)


def address(memory: Buffer[ctypes.c_char] | None) -> int:
    """The address; 0 (NULL) for None and for empty memory."""
    return ctypes.addressof(memory) if memory is not None and len(memory) else 0


def call(command: Command, attr: bytes | bytearray) -> tuple[int, int, bytes]:
    """One bpf(2): the result, the error number (0 for success) and the attributes as the kernel left them."""
    memory = ctypes.create_string_buffer(bytes(attr), len(attr))
    number = _number(0)
    for _ in range(_RETRIES):
        result = _syscall(ctypes.c_long(number), ctypes.c_int(command), memory, ctypes.c_uint(len(attr)))
        error = ctypes.get_errno() if result < 0 else 0
        if error != errno.EAGAIN:
            break
    return int(result), error, memory.raw


def checked(command: Command, attr: bytes | bytearray, doing: str = "",
            error_class: type[KernelError] = KernelError) -> int:
    """`call` that raises on failure."""
    result, error, _ = call(command, attr)
    if error:
        raise failure(command, error, doing, error_class)
    return result


_DOTTED = ("a bpf file system keeps names with a dot for itself: choose one without. Pins are possible in bpf file "
           "systems alone")
_PIN_HELP = {
    errno.EEXIST: "something has this name: unpin it, remove the file, or choose another name",
    errno.ENOENT: "there is no such folder: make it with os.makedirs()",
    errno.ENOTDIR: "a part of the path is a pin, not a folder",
    errno.EINVAL: "a name in a bpf file system is text without NUL",
    errno.ENAMETOOLONG: "a name has at most 255 characters",
}


def failure(command: Command, error: int, doing: str = "", error_class: type[KernelError] = KernelError) -> KernelError:
    """The exception for a failed command; a lack of privilege is explained."""
    if error == ENOTSUPP:
        return NotSupportedByKernel(command.name, error, doing)
    if error == errno.EPERM:
        from .permission import permission_denied

        return permission_denied(command.name, error, doing)
    return error_class(command.name, error, doing)


# Maps


def map_create(map_type: int, key_size: int, value_size: int, max_entries: int, map_flags: int = 0, name: str = "", *,
               inner_map_fd: int = 0, numa_node: int = 0, ifindex: int = 0, btf_fd: int = 0, btf_key_type_id: int = 0,
               btf_value_type_id: int = 0, map_extra: int = 0, btf_vmlinux_value_type_id: int = 0,
               value_type_btf_obj_fd: int = 0, token_fd: int = 0) -> tuple[int, int]:
    """BPF_MAP_CREATE: (descriptor, 0) or (-1, error number). Sizes in bytes, `name` at most 15 characters."""
    attr = struct.pack("=7I16s5IQii", map_type, key_size, value_size, max_entries,
                       map_flags | (BPF_F_TOKEN_FD if token_fd else 0), inner_map_fd, numa_node, name.encode(), ifindex,
                       btf_fd, btf_key_type_id, btf_value_type_id, btf_vmlinux_value_type_id, map_extra,
                       value_type_btf_obj_fd, token_fd)
    result, error, _ = call(Command.BPF_MAP_CREATE, attr)
    return result, error


class _Element(ctypes.Structure):
    """The part of `union bpf_attr` for one element: filled in place, which these commands are called often enough for.
    """

    _fields_ = (("map_fd", ctypes.c_uint32), ("key", ctypes.c_char_p), ("value", ctypes.c_char_p),
                ("flags", ctypes.c_uint64))


def map_element(command: Command, fd: int, key: Buffer[ctypes.c_char] | bytes | None,
                value_or_next: Buffer[ctypes.c_char] | bytes | None, flags: int = 0) -> int:
    """LOOKUP, UPDATE, DELETE, LOOKUP_AND_DELETE, GET_NEXT_KEY: the error number, 0 for success.

    Args:
        key, value_or_next: bytes for what the kernel only reads; memory of `buffer()` for what it writes.
    """
    attr = _Element(fd, key if isinstance(key, bytes) else address(key) or None,
                    value_or_next if isinstance(value_or_next, bytes) else address(value_or_next) or None, flags)
    result = _syscall(_number(0), int(command), ctypes.byref(attr), ctypes.sizeof(attr))
    return ctypes.get_errno() if result < 0 else 0


def map_batch(command: Command, fd: int, in_batch: Buffer[ctypes.c_char] | None,
              out_batch: Buffer[ctypes.c_char] | None, keys: Buffer[ctypes.c_char],
              values: Buffer[ctypes.c_char] | None, count: int, element_flags: int = 0) -> tuple[int, int]:
    """The *_BATCH commands: (error number, how many elements were done)."""
    attr = struct.pack("=QQQQIIQQ", address(in_batch), address(out_batch), address(keys), address(values), count, fd,
                       element_flags, 0)
    _, error, after = call(command, attr)
    return error, struct.unpack_from("=I", after, 32)[0]


def map_freeze(fd: int) -> int:
    """BPF_MAP_FREEZE: user space can no longer write; the error number."""
    return call(Command.BPF_MAP_FREEZE, struct.pack("=I", fd))[1]


# Programs


class ProgramLoad(NamedTuple):
    """The arguments of BPF_PROG_LOAD."""

    program_type: int
    instructions: bytes
    license: str
    name: str = ""
    expected_attach_type: int = 0
    flags: int = 0
    kernel_version: int = 0
    btf_fd: int = 0
    function_info: bytes = b""  # records of 8 bytes
    line_info: bytes = b""  # records of 16 bytes
    attach_btf_id: int = 0
    attach_fd: int = 0  # of a program, or of a module's BTF
    fd_array: bytes = b""  # int[]: descriptors of modules' BTF, by the index in a call of their functions
    token_fd: int = 0


class LoadResult(NamedTuple):
    fd: int
    errno: int
    log: str
    log_true_size: int  # bytes the whole log needs; 0 where the kernel does not say


def prog_load(program: ProgramLoad, log_level: int = 0, log_size: int = 0) -> LoadResult:
    """BPF_PROG_LOAD.

    Args:
        log_level: 0 for no log, 1 for the path to the failure, 2 for every instruction.
        log_size: bytes for the log.
    """
    instructions = buffer(program.instructions)
    license = buffer(program.license.encode() + b"\0")
    functions, lines = buffer(program.function_info), buffer(program.line_info)
    descriptors = buffer(program.fd_array)
    log = buffer(log_size) if log_size else None
    attr = struct.pack(
        "=IIQQIIQII16sIIIIQIIQIIIIQQIIiI",
        program.program_type, len(program.instructions) // 8, address(instructions), address(license),
        log_level, log_size, address(log), program.kernel_version,
        program.flags | (BPF_F_TOKEN_FD if program.token_fd else 0), program.name.encode(), 0,
        program.expected_attach_type, program.btf_fd,
        8 if program.function_info else 0, address(functions), len(program.function_info) // 8,
        16 if program.line_info else 0, address(lines), len(program.line_info) // 16,
        program.attach_btf_id, program.attach_fd, 0, address(descriptors), 0, 0, 0,
        program.token_fd, 0)
    result, error, after = call(Command.BPF_PROG_LOAD, attr)
    text = log.value.decode("utf-8", "replace") if log is not None else ""
    return LoadResult(result, error, text, struct.unpack_from("=I", after, 140)[0])


def btf_load(data: bytes, log_size: int = 0, token_fd: int = 0) -> tuple[int, int, str]:
    """BPF_BTF_LOAD: (descriptor, error number, log)."""
    blob = buffer(data)
    log = buffer(log_size) if log_size else None
    attr = struct.pack("=QQIII", address(blob), address(log), len(data), log_size, 1 if log_size else 0)
    if token_fd:
        attr += struct.pack("=IIi", 0, BPF_F_TOKEN_FD, token_fd)
    result, error, _ = call(Command.BPF_BTF_LOAD, attr)
    return result, error, log.value.decode("utf-8", "replace") if log is not None else ""


class TestRun(NamedTuple):
    """What BPF_PROG_TEST_RUN gives back; `duration` is nanoseconds a run on average."""

    errno: int
    return_value: int
    data_size: int
    ctx_size: int
    duration: int
    data: bytes
    ctx: bytes


TestRun.__test__ = False  # type: ignore[attr-defined]  # not a test class, whatever its name begins with


def prog_test_run(fd: int, data: bytes, data_out_size: int, ctx: bytes, ctx_out_size: int, repeat: int, flags: int,
                  cpu: int, batch_size: int) -> TestRun:
    """BPF_PROG_TEST_RUN. Sizes in bytes; a size of 0 passes no memory at all.

    Without a `ctx_out_size` the context that comes back is the memory of the one that went in, which programs of type
    `syscall` write to.
    """
    data_in, ctx_in = buffer(data), buffer(ctx)
    data_out = buffer(data_out_size) if data_out_size else None
    ctx_out = buffer(ctx_out_size) if ctx_out_size else None
    attr = struct.pack("=IIIIQQIIIIQQIII4x", fd, 0, len(data), data_out_size, address(data_in), address(data_out),
                       repeat, 0, len(ctx), ctx_out_size, address(ctx_in), address(ctx_out), flags, cpu, batch_size)
    _, error, after = call(Command.BPF_PROG_TEST_RUN, attr)
    return_value, _, data_size = struct.unpack_from("=III", after, 4)
    duration, _, ctx_size = struct.unpack_from("=III", after, 36)
    return TestRun(error, return_value, data_size, ctx_size, duration,
                   data_out.raw[: min(data_size, data_out_size)] if data_out is not None else b"",
                   ctx_out.raw[: min(ctx_size, ctx_out_size)] if ctx_out is not None else ctx_in.raw)


def prog_bind_map(prog_fd: int, map_fd: int) -> int:
    """BPF_PROG_BIND_MAP: the program holds the map, and tools find it; the error number."""
    return call(Command.BPF_PROG_BIND_MAP, struct.pack("=III", prog_fd, map_fd, 0))[1]


# Links and pins


def link_create(prog_fd: int, target: int, attach_type: int, flags: int = 0, extra: bytes = b"") -> tuple[int, int]:
    """BPF_LINK_CREATE: (descriptor, 0) or (-1, error number).

    Args:
        target: a descriptor or an interface index, as the attach type wants.
        extra: the part of the union behind `flags`.
    """
    result, error, _ = call(Command.BPF_LINK_CREATE, struct.pack("=IIII", prog_fd, target, attach_type, flags) + extra)
    return result, error


def link_update(link_fd: int, prog_fd: int, flags: int = 0, old_prog_fd: int = 0) -> int:
    """BPF_LINK_UPDATE: the error number."""
    return call(Command.BPF_LINK_UPDATE, struct.pack("=IIII", link_fd, prog_fd, flags, old_prog_fd))[1]


def link_detach(link_fd: int) -> int:
    """BPF_LINK_DETACH: the error number."""
    return call(Command.BPF_LINK_DETACH, struct.pack("=I", link_fd))[1]


def raw_tracepoint_open(name: str | None, prog_fd: int, cookie: int = 0) -> tuple[int, int]:
    """BPF_RAW_TRACEPOINT_OPEN: (descriptor of a link, 0) or (-1, error number).

    Args:
        name: None for programs whose attach_btf_id says where they belong.
    """
    text = buffer(name.encode() + b"\0") if name is not None else None
    attr = struct.pack("=QI4xQ", address(text), prog_fd, cookie)
    result, error, _ = call(Command.BPF_RAW_TRACEPOINT_OPEN, attr if cookie else attr[:16])
    return result, error


def iter_create(link_fd: int) -> tuple[int, int]:
    """BPF_ITER_CREATE: (descriptor that reads one run of the iterator, 0) or (-1, error number)."""
    result, error, _ = call(Command.BPF_ITER_CREATE, struct.pack("=II", link_fd, 0))
    return result, error


def prog_attach(target_fd: int, prog_fd: int, attach_type: int, flags: int = 0, replaced_fd: int = 0) -> int:
    """BPF_PROG_ATTACH: the error number."""
    return call(Command.BPF_PROG_ATTACH, struct.pack("=IIIII", target_fd, prog_fd, attach_type, flags, replaced_fd))[1]


def prog_detach(target_fd: int, prog_fd: int, attach_type: int) -> int:
    """BPF_PROG_DETACH: the error number."""
    return call(Command.BPF_PROG_DETACH, struct.pack("=III", target_fd, prog_fd, attach_type))[1]


def obj_pin(path: str, fd: int) -> int:
    """BPF_OBJ_PIN: the error number."""
    text = buffer(os.fsencode(path) + b"\0")
    return call(Command.BPF_OBJ_PIN, struct.pack("=QII", address(text), fd, 0))[1]


def pin(fd: int, where: str | os.PathLike[str], what: str, error_class: type[KernelError] = KernelError) -> None:
    """`obj_pin` that raises; `what` is "map hash" for the message.

    Raises:
        KernelError: EEXIST, or the folder is in no bpf file system.
    """
    path = os.fspath(where)
    doing = f"pinning {what} at {path!r}"
    error = obj_pin(path, fd) if "\0" not in path else errno.EINVAL
    if not error:
        return
    if error == errno.EPERM:
        from .permission import NO_BPF_FILE_SYSTEM, permission_denied

        dotted = "." in os.path.basename(path)
        raise permission_denied(Command.BPF_OBJ_PIN.name, error, doing, _DOTTED if dotted else NO_BPF_FILE_SYSTEM)
    made = failure(Command.BPF_OBJ_PIN, error, doing, error_class)
    made.help = made.help or _PIN_HELP.get(error, "")
    if error == errno.ENOENT:  # sysfs says so too, where no bpf file system is mounted on /sys/fs/bpf
        from .permission import NO_BPF_FILE_SYSTEM, in_bpf_file_system

        if not in_bpf_file_system(path):
            made.help = NO_BPF_FILE_SYSTEM
    raise made


def obj_get(path: str, flags: int = 0) -> tuple[int, int]:
    """BPF_OBJ_GET: (descriptor, 0) or (-1, error number)."""
    text = buffer(os.fsencode(path) + b"\0")
    result, error, _ = call(Command.BPF_OBJ_GET, struct.pack("=QII", address(text), 0, flags))
    return result, error


def token_create(bpffs_fd: int) -> tuple[int, int]:
    """BPF_TOKEN_CREATE: (descriptor, 0) or (-1, error number).

    Args:
        bpffs_fd: of the root of a bpf file system.
    """
    result, error, _ = call(Command.BPF_TOKEN_CREATE, struct.pack("=II", 0, bpffs_fd))
    return result, error


def fd_by_id(command: Command, number: int) -> int:
    """BPF_*_GET_FD_BY_ID: a descriptor.

    Raises:
        KernelError: ENOENT where no object has this id.
    """
    return checked(command, struct.pack("=III", number, 0, 0))


def next_id(command: Command, start: int) -> int | None:
    """BPF_*_GET_NEXT_ID: the id after `start`; None at the end."""
    _, error, after = call(command, struct.pack("=III", start, 0, 0))
    if error == errno.ENOENT:
        return None
    if error:
        raise failure(command, error)
    return int(struct.unpack_from("=I", after, 4)[0])


def obj_info(fd: int, size: int, request: bytes = b"") -> bytes:
    """BPF_OBJ_GET_INFO_BY_FD: as much of `struct bpf_*_info` as the kernel fills.

    Args:
        size: bytes of the structure that are asked for.
        request: its contents on the way in: sizes and addresses of what the kernel is to copy beside it.

    Raises:
        KernelError: not a BPF descriptor.
    """
    memory = buffer(request or size)
    _, error, after = call(Command.BPF_OBJ_GET_INFO_BY_FD, struct.pack("=IIQ", fd, size, address(memory)))
    if error:
        raise failure(Command.BPF_OBJ_GET_INFO_BY_FD, error)
    return memory.raw[: struct.unpack_from("=I", after, 4)[0]]


def prog_btf_id(fd: int) -> int:
    """The id of the types that a program was loaded with; 0 without."""
    info = obj_info(fd, 132)
    return int(struct.unpack_from("=I", info, 128)[0]) if len(info) >= 132 else 0


class BtfInfo(NamedTuple):
    """`struct bpf_btf_info`."""

    id: int
    size: int  # bytes of the types
    name: str  # "vmlinux", or of a module
    is_kernel: bool


def btf_info(fd: int) -> BtfInfo:
    """Whose types a descriptor stands for."""
    name = buffer(64)  # MODULE_NAME_LEN is at most that
    memory = buffer(struct.pack("=8xII QII", 0, 0, address(name), len(name), 0))
    _, error, _ = call(Command.BPF_OBJ_GET_INFO_BY_FD, struct.pack("=IIQ", fd, len(memory), address(memory)))
    if error == errno.E2BIG:  # before 5.11 there are no names: only programs have types
        memory = buffer(len(memory))
        checked(Command.BPF_OBJ_GET_INFO_BY_FD, struct.pack("=IIQ", fd, len(memory), address(memory)))
    elif error:
        raise failure(Command.BPF_OBJ_GET_INFO_BY_FD, error)
    size, number, _, _, is_kernel = struct.unpack_from("=8xII QII", memory.raw)
    return BtfInfo(number, size, name.value.decode("utf-8", "replace"), bool(is_kernel))


def btf_data(fd: int) -> bytes:
    """The types behind a descriptor, as the blob that BPF_BTF_LOAD took."""
    # the first 16 bytes are all that 5.10 knows of bpf_btf_info: it refuses a request with something behind them
    asked = buffer(16)
    checked(Command.BPF_OBJ_GET_INFO_BY_FD, struct.pack("=IIQ", fd, len(asked), address(asked)))
    data = buffer(struct.unpack_from("=8xI", asked.raw)[0])
    memory = buffer(struct.pack("=QII", address(data), len(data), 0))
    checked(Command.BPF_OBJ_GET_INFO_BY_FD, struct.pack("=IIQ", fd, len(memory), address(memory)))
    return data.raw


class MapInfo(NamedTuple):
    """`struct bpf_map_info`. What an older kernel does not report is 0."""

    type: int
    id: int
    key_size: int
    value_size: int
    max_entries: int
    map_flags: int
    name: str
    btf_id: int = 0  # of the types that the ids of key and value belong to
    btf_key_type_id: int = 0
    btf_value_type_id: int = 0
    map_extra: int = 0


def map_info(fd: int) -> MapInfo:
    """What the kernel knows about a map."""
    info = obj_info(fd, 88).ljust(88, b"\0")
    *numbers, name = struct.unpack_from("=6I16s", info)
    kind, number, key_size, value_size, entries, flags = numbers
    return MapInfo(kind, number, key_size, value_size, entries, flags, name.partition(b"\0")[0].decode(),
                   *struct.unpack_from("=III", info, 64), *struct.unpack_from("=Q", info, 80))


def enable_stats(kind: int) -> tuple[int, int]:
    """BPF_ENABLE_STATS: (descriptor, 0) or (-1, error number). The kernel counts until the descriptor is closed.

    Args:
        kind: of `enum bpf_stats_type`; 0 is BPF_STATS_RUN_TIME.
    """
    result, error, _ = call(Command.BPF_ENABLE_STATS, struct.pack("=I", kind))
    return result, error


# Perf events


class PerfEvent(NamedTuple):
    """The part of `struct perf_event_attr` that programs are attached with."""

    type: int
    config: int = 0
    sample_period: int = 0  # events between samples; with `flags` PERF_ATTR_FREQ samples a second
    sample_type: int = 0
    flags: int = 0  # the bit field behind read_format
    wakeup_events: int = 0
    config1: int = 0
    config2: int = 0
    read_format: int = 0


PERF_ATTR_FREQ = 1 << 10
_PERF_ATTR_SIZE = 112  # PERF_ATTR_SIZE_VER5; the rest is 0


def perf_event_open(event: PerfEvent, *, pid: int = -1, cpu: int = 0) -> tuple[int, int]:
    """perf_event_open(2): (descriptor, 0) or (-1, error number).

    Args:
        pid: -1 for every process, which needs a `cpu`.
        cpu: -1 for every CPU, which needs a `pid`.
    """
    packed = struct.pack("=IIQQQQQIIQQ", event.type, _PERF_ATTR_SIZE, event.config, event.sample_period,
                         event.sample_type, event.read_format, event.flags, event.wakeup_events, 0, event.config1,
                         event.config2)
    result = _syscall(ctypes.c_long(_number(1)), buffer(packed.ljust(_PERF_ATTR_SIZE, b"\0")), ctypes.c_int(pid),
                      ctypes.c_int(cpu), ctypes.c_int(-1), ctypes.c_ulong(_PERF_FLAG_FD_CLOEXEC))
    return (int(result), 0) if result >= 0 else (-1, ctypes.get_errno())
