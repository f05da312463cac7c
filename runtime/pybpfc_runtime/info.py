"""What the kernel tells about one program: BPF_OBJ_GET_INFO_BY_FD as typed values.

A kernel fills as much of a structure as it knows; the rest is 0 or empty here.

Source: `struct bpf_prog_info` in include/uapi/linux/bpf.h.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import NamedTuple

from . import syscall
from .uapi import ProgramType

_PROGRAM_INFO = 232  # bytes of struct bpf_prog_info since 5.16


class ProgramInfo(NamedTuple):
    """A program as the kernel holds it. Sizes in bytes, times in nanoseconds."""

    type: ProgramType | int
    id: int
    tag: str  # a hash of the code, 16 hexadecimal digits
    jited_length: int
    name: str
    instructions: bytes  # after the verifier's rewriting; empty without privilege
    load_time: int  # since boot
    created_by_uid: int
    map_ids: tuple[int, ...]
    gpl_compatible: bool
    btf_id: int  # of the types it was loaded with; 0 without
    function_info: bytes  # struct bpf_func_info[]
    line_info: bytes  # struct bpf_line_info[], as the verifier left them
    run_time: int  # counted while `stats_enabled()` or kernel.bpf_stats_enabled
    run_count: int
    recursion_misses: int
    verified_instructions: int  # that the verifier looked at, on all paths
    attach_btf_obj_id: int
    attach_btf_id: int


def prog_info(fd: int) -> ProgramInfo:
    """What the kernel knows about a loaded program.

    Raises:
        KernelError: not the descriptor of a program.
    """
    first = syscall.obj_info(fd, _PROGRAM_INFO)
    size = len(first)
    first = first.ljust(_PROGRAM_INFO, b"\0")
    (xlated,) = struct.unpack_from("=I", first, 20)
    (maps,) = struct.unpack_from("=I", first, 52)
    functions, lines = struct.unpack_from("=II", first, 144)
    code, map_ids = syscall.buffer(xlated), syscall.buffer(4 * maps)
    function_info, line_info = syscall.buffer(8 * functions), syscall.buffer(16 * lines)
    request = bytearray(size)
    for layout, at, *values in (("=I", 20, xlated), ("=Q", 32, syscall.address(code)), ("=I", 52, maps),
                                ("=Q", 56, syscall.address(map_ids)), ("=I", 132, 8),
                                ("=Q", 136, syscall.address(function_info)), ("=II", 144, functions, lines),
                                ("=Q", 152, syscall.address(line_info)), ("=I", 172, 16)):
        if at + struct.calcsize(layout) <= size:
            struct.pack_into(layout, request, at, *values)
    after = syscall.obj_info(fd, size, bytes(request)).ljust(_PROGRAM_INFO, b"\0")
    kind, number, tag, jited = struct.unpack_from("=II8sI", after)
    load_time, uid = struct.unpack_from("=QI", after, 40)
    (btf_id,) = struct.unpack_from("=I", after, 128)
    return ProgramInfo(
        _member(ProgramType, kind), number, tag.hex(), jited, _text(after[64:80]), code.raw[:xlated], load_time, uid,
        struct.unpack(f"={maps}I", map_ids.raw), bool(after[84] & 1), btf_id, function_info.raw, line_info.raw,
        *struct.unpack_from("=QQQIII", after, 192))


def _member(enumeration: type[IntEnum], number: int) -> int:
    """The named value, or the bare number of one that is newer than this table."""
    return enumeration(number) if number in enumeration._value2member_map_ else number


def _text(data: bytes) -> str:
    return data.partition(b"\0")[0].decode("utf-8", "replace")
