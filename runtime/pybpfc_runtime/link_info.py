"""What the kernel tells about a link.

Source: `struct bpf_link_info` and `enum bpf_link_type` in include/uapi/linux/bpf.h; bpf_link_show_fdinfo().
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import NamedTuple

from . import syscall
from .uapi import AttachType, Command


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


class _Field(NamedTuple):
    """A member of the union.

    Attributes:
        format: of `struct`; "text" for a pointer to a buffer of the caller's, "attach_type" for that enum.
        size_at: of a text, where its length in bytes is, from the start of the structure.
    """

    name: str
    offset: int
    format: str
    size_at: int = 0


def _numbers(*fields: tuple[str, int, str]) -> tuple[_Field, ...]:
    return tuple(_Field(*each) for each in fields)


_DEVICE = (_Field("ifindex", 16, "I"), _Field("attach_type", 20, "attach_type"))
_FIELDS: dict[int, tuple[_Field, ...]] = {
    1: (_Field("tp_name", 16, "text", 24), _Field("cookie", 32, "Q")),
    2: _numbers(("attach_type", 16, "attach_type"), ("target_obj_id", 20, "I"), ("target_btf_id", 24, "I"),
                ("cookie", 32, "Q")),
    3: _numbers(("cgroup_id", 16, "Q"), ("attach_type", 24, "attach_type")),
    4: (_Field("target_name", 16, "text", 24),),
    5: _numbers(("netns_ino", 16, "I"), ("attach_type", 20, "attach_type")),
    6: _DEVICE[:1],
    8: _numbers(("count", 24, "I"), ("flags", 28, "I"), ("missed", 32, "Q")),
    9: _numbers(("map_id", 16, "I")),
    10: _numbers(("pf", 16, "I"), ("hooknum", 20, "I"), ("priority", 24, "i"), ("flags", 28, "I")),
    11: _DEVICE,
    12: (_Field("path", 16, "text", 48), *_numbers(("count", 52, "I"), ("flags", 56, "I"), ("pid", 60, "I"))),
    13: _DEVICE,
    14: _numbers(("map_id", 16, "I"), ("attach_type", 20, "attach_type")),
}
# Of perf events, by the type of the event; enum bpf_perf_event_type.
_TRACED = _Field("cookie", 40, "Q")
_PERF_FIELDS: dict[int, tuple[_Field, ...]] = {
    1: (_Field("file_name", 24, "text", 32), _Field("offset", 36, "I"), _TRACED, _Field("ref_ctr_offset", 48, "Q")),
    3: (_Field("func_name", 24, "text", 32), _Field("offset", 36, "I"), _Field("addr", 40, "Q"),
        _Field("missed", 48, "Q"), _Field("cookie", 56, "Q")),
    5: (_Field("tp_name", 24, "text", 32), _TRACED),
    6: _numbers(("config", 24, "Q"), ("type", 32, "I"), ("cookie", 40, "Q")),
}
_PERF_FIELDS[2], _PERF_FIELDS[4] = _PERF_FIELDS[1], _PERF_FIELDS[3]
_PERF_EVENTS = {1: "uprobe", 2: "uretprobe", 3: "kprobe", 4: "kretprobe", 5: "tracepoint", 6: "event"}
_UPDATES = frozenset((3, 5, 6, 9, 11, 13, 14))
_SIZE = 80  # bytes; what older kernels do not fill stays zero
_LONGEST_TEXT = 4096


class LinkInfo(NamedTuple):
    """`struct bpf_link_info`.

    Attributes:
        type: the kind of link.
        id: the kernel's number for the link.
        program_id: of the attached program; 0 for struct_ops.
        detail: what the kind adds, under the kernel's names: `ifindex`, `attach_type`, `cgroup_id`, `cookie`, ...
            A perf event's has `event`: "kprobe", "uprobe", "tracepoint", ... What this kernel does not tell is 0 or "".
    """

    type: LinkType | int
    id: int
    program_id: int
    detail: dict[str, int | str]

    @property
    def can_update(self) -> bool:
        """Whether links of this type can take another program."""
        return self.type in _UPDATES

    def __str__(self) -> str:
        name = self.type.name.removeprefix("BPF_LINK_TYPE_").lower() if isinstance(self.type, LinkType) else self.type
        more = "".join(f", {key} {value.name if isinstance(value, AttachType) else value}"
                       for key, value in self.detail.items())
        return f"{name} link {self.id}, program {self.program_id}{more}"


def link_info(fd: int) -> LinkInfo:
    """What the kernel knows about a link.

    Raises:
        KernelError: not the descriptor of a link.
    """
    data = syscall.obj_info(fd, _SIZE).ljust(_SIZE, b"\0")
    kind, number, program = struct.unpack_from("=III", data)
    fields, detail = _FIELDS.get(kind, ()), dict[str, "int | str"]()
    if kind == LinkType.BPF_LINK_TYPE_PERF_EVENT:
        (event,) = struct.unpack_from("=I", data, 16)
        fields = _PERF_FIELDS.get(event, ())
        detail["event"] = _PERF_EVENTS.get(event, "")
    for field in fields:
        if field.format == "text":
            detail[field.name] = _text(fd, field)
        elif field.format == "attach_type":
            (value,) = struct.unpack_from("=I", data, field.offset)
            detail[field.name] = AttachType(value) if value in AttachType._value2member_map_ else value
        else:
            (detail[field.name],) = struct.unpack_from("=" + field.format, data, field.offset)
    return LinkInfo(LinkType(kind) if kind in LinkType._value2member_map_ else kind, number, program, detail)


def _text(fd: int, field: _Field) -> str:
    """A text of the kernel's, which it copies to where the structure points."""
    memory = syscall.buffer(_LONGEST_TEXT)
    request = bytearray(_SIZE)
    struct.pack_into("=Q", request, field.offset, syscall.address(memory))
    struct.pack_into("=I", request, field.size_at, len(memory))
    whole = syscall.buffer(bytes(request))
    syscall.checked(Command.BPF_OBJ_GET_INFO_BY_FD, struct.pack("=IIQ", fd, _SIZE, syscall.address(whole)))
    return memory.value.decode("utf-8", "replace")
