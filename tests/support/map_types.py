"""Asks the running kernel whether it takes a map in a sleepable program; for the guests' tests too, without pytest."""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Iterator

from pybpfc.tables.map_kinds import all_kinds
from pybpfc.tables.rows import MapKind
from pybpfc_runtime import syscall
from pybpfc_runtime.uapi import Command, ProgramType

BPF_F_SLEEPABLE = 1 << 4
_ARENA_ADDRESS = 1 << 44  # in user space, where a program's arena must be
_MOV, _LD_IMM64, _EXIT = 0xB7, 0x18, 0x95  # opcodes
_PSEUDO_MAP_FD = 1
_LIMIT = 1 << 16  # of the log in bytes

# Key and value size in bytes and max_entries, where they are not 4, 8 and 1.
_SIZES = {
    "ProgArray": (4, 4, 1), "PerfEventArray": (4, 4, 1), "CgroupArray": (4, 4, 1), "LpmTrie": (8, 8, 1),
    "ArrayOfMaps": (4, 4, 1), "HashOfMaps": (4, 4, 1), "DevMap": (4, 4, 1), "DevMapHash": (4, 4, 1),
    "SockMap": (4, 4, 1), "SockHash": (4, 4, 1), "CpuMap": (4, 4, 1), "XskMap": (4, 4, 1), "Queue": (0, 8, 1),
    "CgroupStorage": (16, 8, 0), "PerCpuCgroupStorage": (16, 8, 0), "Stack": (0, 8, 1), "BloomFilter": (0, 8, 1),
    "SkStorage": (4, 4, 0), "InodeStorage": (4, 4, 0), "TaskStorage": (4, 4, 0), "CgrpStorage": (4, 4, 0),
    "RingBuf": (0, 0, 4096), "UserRingBuf": (0, 0, 4096), "Arena": (0, 0, 1), "LruHashMap": (4, 8, 64),
    "LruPerCpuHashMap": (4, 8, 64),
}

# No program may name a table of functions, sleepable or not.
IN_PROGRAMS = tuple(kind for kind in all_kinds() if kind.class_name != "StructOpsMap")


@contextlib.contextmanager
def _map(kind: MapKind) -> Iterator[int]:
    key_size, value_size, max_entries = _SIZES.get(kind.class_name, (4, 8, 1))
    with contextlib.ExitStack() as stack:
        btf_fd = inner_fd = 0
        if kind.class_name.endswith("Storage") and key_size == 4:  # their values are described
            integer = struct.pack("=IIII", 1, 1 << 24, 4, 1 << 24 | 32)
            btf_fd, error, log = syscall.btf_load(struct.pack("=HBBIIIII", 0xEB9F, 1, 0, 24, 0, 16, 16, 5) + integer
                                                  + b"\0int\0", _LIMIT)
            assert btf_fd >= 0, (error, log)
            stack.callback(os.close, btf_fd)
        if kind.class_name.endswith("OfMaps"):
            inner_fd = stack.enter_context(_map(next(each for each in all_kinds() if each.class_name == "ArrayMap")))
        fd, error = syscall.map_create(
            kind.number, key_size, value_size, max_entries, kind.flags, inner_map_fd=inner_fd, btf_fd=btf_fd,
            btf_key_type_id=1 if btf_fd else 0, btf_value_type_id=1 if btf_fd else 0,
            map_extra=_ARENA_ADDRESS if kind.class_name == "Arena" else 0)
        if fd < 0:
            raise syscall.failure(Command.BPF_MAP_CREATE, error, kind.kernel_name)
        stack.callback(os.close, fd)
        yield fd


def refusal(kind: MapKind | None, *, sleepable: bool) -> str:
    """What the verifier says to a program that names one map of a type and does no more; "" where it loads.

    Args:
        kind: None for a program without a map.
        sleepable: a SEC("syscall") program, which always is, or a socket filter, which never is.
    """
    with contextlib.ExitStack() as stack:
        load_map = b""
        if kind is not None:
            load_map = struct.pack("=BBhiBBhi", _LD_IMM64, _PSEUDO_MAP_FD << 4 | 1, 0,
                                   stack.enter_context(_map(kind)), 0, 0, 0, 0)
        code = load_map + struct.pack("=BBhiBBhi", _MOV, 0, 0, 0, _EXIT, 0, 0, 0)
        program_type = ProgramType.BPF_PROG_TYPE_SYSCALL if sleepable else ProgramType.BPF_PROG_TYPE_SOCKET_FILTER
        result = syscall.prog_load(syscall.ProgramLoad(
            program_type, code, "GPL", flags=BPF_F_SLEEPABLE if sleepable else 0), 1, _LIMIT)
        if result.fd < 0:
            return f"{os.strerror(result.errno)}: {result.log}"
        os.close(result.fd)
        return ""
