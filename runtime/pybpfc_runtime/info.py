"""What the kernel tells about one program or link: BPF_OBJ_GET_INFO_BY_FD as typed values.

A kernel fills as much of a structure as it knows; the rest is 0 or empty here.

Source: `struct bpf_prog_info` and `struct bpf_link_info` in include/uapi/linux/bpf.h.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import NamedTuple

from . import syscall
from .uapi import AttachType, ProgramType

_PROGRAM_INFO = 232  # bytes of struct bpf_prog_info since 5.16
_LINK_INFO = 64  # bytes: more than any variant of struct bpf_link_info
_LONGEST_NAME = 256  # bytes, of a tracepoint or of what an iterator walks
_NAME_AT = 16  # where the text's address stands in the variants that have one


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


class LinkType(IntEnum):
    """`enum bpf_link_type`."""

    BPF_LINK_TYPE_UNSPEC = 0
    BPF_LINK_TYPE_RAW_TRACEPOINT = 1
    BPF_LINK_TYPE_TRACING = 2
    BPF_LINK_TYPE_CGROUP = 3
    BPF_LINK_TYPE_ITER = 4
    BPF_LINK_TYPE_NETNS = 5
    BPF_LINK_TYPE_XDP = 6
    BPF_LINK_TYPE_PERF_EVENT = 7
    BPF_LINK_TYPE_KPROBE_MULTI = 8
    BPF_LINK_TYPE_STRUCT_OPS = 9
    BPF_LINK_TYPE_NETFILTER = 10
    BPF_LINK_TYPE_TCX = 11
    BPF_LINK_TYPE_UPROBE_MULTI = 12
    BPF_LINK_TYPE_NETKIT = 13
    BPF_LINK_TYPE_SOCKMAP = 14


class LinkInfo(NamedTuple):
    """A link. Which of the fields behind `program_id` say something depends on the type."""

    type: LinkType | int
    id: int
    program_id: int  # 0 for a struct_ops link
    name: str = ""  # RAW_TRACEPOINT: the tracepoint; ITER: what it walks
    attach_type: AttachType | int | None = None  # TRACING, CGROUP, NETNS, TCX, NETKIT, SOCKMAP
    target_object_id: int = 0  # TRACING: the program, or the BTF, whose function it is on
    target_btf_id: int = 0
    cgroup_id: int = 0
    netns_inode: int = 0
    ifindex: int = 0  # XDP, TCX, NETKIT; 0 after the interface is gone
    map_id: int = 0  # STRUCT_OPS, SOCKMAP


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


def link_info(fd: int) -> LinkInfo:
    """What the kernel knows about a link.

    Raises:
        KernelError: not the descriptor of a link.
    """
    first = syscall.obj_info(fd, _LINK_INFO).ljust(_LINK_INFO, b"\0")
    kind, number, program = struct.unpack_from("=III", first)
    info = LinkInfo(_member(LinkType, kind), number, program)
    if kind in (LinkType.BPF_LINK_TYPE_RAW_TRACEPOINT, LinkType.BPF_LINK_TYPE_ITER):
        text = syscall.buffer(_LONGEST_NAME)
        request = struct.pack(f"={_NAME_AT}xQI", syscall.address(text), _LONGEST_NAME).ljust(_LINK_INFO, b"\0")
        syscall.obj_info(fd, _LINK_INFO, request)
        return info._replace(name=_text(text.raw))
    word, second, third = struct.unpack_from("=III", first, _NAME_AT)
    (wide,) = struct.unpack_from("=Q", first, _NAME_AT)
    if kind == LinkType.BPF_LINK_TYPE_TRACING:
        return info._replace(attach_type=_member(AttachType, word), target_object_id=second, target_btf_id=third)
    if kind == LinkType.BPF_LINK_TYPE_CGROUP:
        return info._replace(cgroup_id=wide, attach_type=_member(AttachType, third))
    if kind == LinkType.BPF_LINK_TYPE_NETNS:
        return info._replace(netns_inode=word, attach_type=_member(AttachType, second))
    if kind in (LinkType.BPF_LINK_TYPE_TCX, LinkType.BPF_LINK_TYPE_NETKIT):
        return info._replace(ifindex=word, attach_type=_member(AttachType, second))
    if kind == LinkType.BPF_LINK_TYPE_XDP:
        return info._replace(ifindex=word)
    if kind == LinkType.BPF_LINK_TYPE_SOCKMAP:
        return info._replace(map_id=word, attach_type=_member(AttachType, second))
    if kind == LinkType.BPF_LINK_TYPE_STRUCT_OPS:
        return info._replace(map_id=word)
    return info


def _member(enumeration: type[IntEnum], number: int) -> int:
    """The named value, or the bare number of one that is newer than this table."""
    return enumeration(number) if number in enumeration._value2member_map_ else number


def _text(data: bytes) -> str:
    return data.partition(b"\0")[0].decode("utf-8", "replace")
