"""struct_ops maps: a table of functions that the kernel calls, some or all of them programs.

In an object a variable of `.struct_ops` or `.struct_ops.link` is the table, a struct of the kernel's in the layout of
the object's own types; its function pointers are relocations against programs. The map's value is the kernel's
`struct bpf_struct_ops_X`, with the descriptors of the programs where the functions are.

Source: kernel/bpf/bpf_struct_ops.c, Documentation/bpf/; BPF_LINK_CREATE with BPF_STRUCT_OPS (6.4), BPF_MAP_UPDATE_ELEM
alone before.
"""

from __future__ import annotations

import errno
import os
import struct
from typing import TYPE_CHECKING, NamedTuple

from . import syscall
from .attach.links import CallbackLink, KernelLink
from .btf import types
from .errors import AttachError, AttachRefused, KernelSymbolError, SpecError
from .kernel_symbols import did_you_mean, find_symbol
from .maps import Map
from .uapi import BPF_F_LINK, AttachType, Command

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .attach.links import Link
    from .btf.types import Btf
    from .descriptor import Descriptor
    from .program import Program
    from .spec import MapSpec

SECTIONS = (".struct_ops", ".struct_ops.link")
_VALUE_PREFIX = "bpf_struct_ops_"
# What brings a kind: the kernel's option, and the version from which on.
_BROUGHT_BY = {
    "tcp_congestion_ops": "CONFIG_BPF_JIT and CONFIG_INET (5.6)",
    "sched_ext_ops": "CONFIG_SCHED_CLASS_EXT (6.12)",
    "Qdisc_ops": "CONFIG_NET_SCH_BPF (6.16)",
    "hid_bpf_ops": "CONFIG_HID_BPF (6.11)",
}


class StructOpsTable:
    """What an object declares.

    Attributes:
        type_id: of the struct in the object's types; `type_name` without a flavour behind `___`.
        data: the table as the object has it, function pointers as zero.
        programs: the names of programs by the members that they fill.
        by_link: whether it is registered by a link (`.struct_ops.link`).
        autoattach: whether `attach_all()` registers it.
    """

    __slots__ = ("autoattach", "by_link", "data", "programs", "type_id", "type_name")

    def __init__(self, type_id: int, type_name: str, data: bytes, *, by_link: bool) -> None:
        self.type_id = type_id
        self.type_name = type_name.partition("___")[0]
        self.data = bytearray(data)
        self.programs: dict[str, str] = {}
        self.by_link = by_link
        self.autoattach = True


class Slot(NamedTuple):
    """A function of the kernel's struct: what the program in it is checked against, and where its descriptor goes."""

    program: str
    type_id: int
    position: int  # of the member, which is the program's expected_attach_type
    offset: int  # in the map's value, in bytes


class KernelTable(NamedTuple):
    """A table in the kernel's layout.

    Attributes:
        value_type_id, value_size: of `struct bpf_struct_ops_X`.
        module: that has the types; "" for vmlinux.
        value: the map's value, descriptors missing.
    """

    value_type_id: int
    value_size: int
    module: str
    value: bytes
    slots: tuple[Slot, ...]


def kernel_table(name: str, table: StructOpsTable, btf: Btf) -> KernelTable:
    """Match a table with the running kernel's types, member by member, by name.

    Args:
        name: of the map.
        btf: the object's types.

    Raises:
        KernelSymbolError: the kernel has no such struct_ops, or lacks a member that is set.
    """
    kind = table.type_name
    found = find_symbol(types.BTF_KIND_STRUCT, kind)
    wrapped = find_symbol(types.BTF_KIND_STRUCT, _VALUE_PREFIX + kind)
    if found is None or wrapped is None or wrapped.module != found.module:
        raise KernelSymbolError(f"map {name}: this kernel has no struct_ops {kind}",
                                help=_way_to(kind))
    theirs, value_type = found.btf.type(found.type_id), wrapped.btf.type(wrapped.type_id)
    ours = btf.resolve(table.type_id)[1]
    assert isinstance(theirs, types.Struct) and isinstance(value_type, types.Struct) and isinstance(ours, types.Struct)
    start = next(member.bit_offset // 8 for member in value_type.members if member.name == "data")
    value = bytearray(value_type.size)
    known = {member.name: (index, member) for index, member in enumerate(theirs.members)}
    slots = []
    for member in ours.members:
        at, size = member.bit_offset // 8, btf.size_of(member.type)
        data, program = bytes(table.data[at : at + size]), table.programs.get(member.name)
        if member.name not in known:
            if program is not None or any(data):
                raise KernelSymbolError(f"map {name}: this kernel's {kind} has no member {member.name}",
                                        help="leave it 0 on this kernel: table.programs.pop(...), or run a newer one")
            continue
        index, place = known[member.name]
        offset = start + place.bit_offset // 8
        if program is not None:
            slots.append(Slot(program, found.type_id, index, offset))
        elif not isinstance(found.btf.resolve(place.type)[1], types.Ptr):
            if found.btf.size_of(place.type) != size or member.bits or place.bits:
                raise KernelSymbolError(f"map {name}: member {member.name} of {kind} has another size in this kernel",
                                        help="build the object with types of the kernel that it is for")
            value[offset : offset + size] = data
    return KernelTable(wrapped.type_id, value_type.size, found.module, bytes(value), tuple(slots))


def _way_to(kind: str) -> str:
    """What to do about a kind that the kernel lacks."""
    option = _BROUGHT_BY.get(kind)
    if option is not None:
        return f"run a kernel with {option}"
    return did_you_mean(types.BTF_KIND_STRUCT, kind, _VALUE_PREFIX) or "run a kernel that has it, or load its module"


class StructOpsMap(Map):
    """A loaded table. `attach()` registers it with the kernel."""

    def __init__(self, descriptor: Descriptor, spec: MapSpec, table: KernelTable,
                 programs: Mapping[str, Program]) -> None:
        super().__init__(descriptor, spec)
        assert spec.struct_ops is not None  # what the loader makes this view for
        self.declared = spec.struct_ops
        self.table = table
        self._programs = programs

    @property
    def autoattach(self) -> bool:
        """Whether `attach_all()` registers it."""
        return self.declared.autoattach

    def with_types(self, key_type: object, value_type: object) -> Map:
        return self

    def attach(self) -> Link:
        """Register the table: from now on the kernel can choose it, or calls its functions.

        Returns:
            A link; detaching it takes the table away, for uses that begin later.

        Raises:
            AttachError: a program of it was not loaded.
            AttachRefused: EINVAL: the kernel does not accept the table, which may lack a function or have a bad name;
                EEXIST: there is one of this name.
        """
        value = bytearray(self.table.value)
        for slot in self.table.slots:
            program = self._programs.get(slot.program)
            if program is None:
                raise AttachError(f"map {self.name}: program {slot.program} was not loaded",
                                  help=f"spec.programs[{slot.program!r}].autoload = True, or take it out of the table")
            struct.pack_into("=Q", value, slot.offset, program.fd)
        where = f"struct_ops {self.declared.type_name}"
        error = syscall.map_element(Command.BPF_MAP_UPDATE_ELEM, self.fd, syscall.buffer(4),
                                    syscall.buffer(bytes(value)))
        if error and not (error == errno.EBUSY and self.declared.by_link):  # EBUSY: it was registered before
            raise self._refused(Command.BPF_MAP_UPDATE_ELEM, error, where)
        if not self.declared.by_link:
            kept = os.dup(self.fd)
            return CallbackLink(self.name, where, "map", lambda: _unregister(kept, self.name, where))
        fd, error = syscall.link_create(self.fd, 0, AttachType.BPF_STRUCT_OPS)
        if error:
            raise self._refused(Command.BPF_LINK_CREATE, error, where)
        return StructOpsLink(self.name, where, fd)

    def _refused(self, command: Command, error: int, where: str) -> Exception:
        made = syscall.failure(command, error, f"registering map {self.name} ({where})", AttachRefused)
        made.help = made.help or {
            errno.EINVAL: "the kernel does not accept the table: see what it demands of one (names, functions, flags)",
            errno.EEXIST: "there is one of this name: give the table another",
        }.get(error, "")
        return made


class StructOpsLink(KernelLink):
    """A registered table."""

    def replace(self, other: StructOpsMap, expected: StructOpsMap | None = None) -> None:
        """Put another table of the same kind and name in the place of this one (6.4).

        Raises:
            AttachRefused: the kernel refuses, or `expected` is not what is registered.
        """
        value = bytearray(other.table.value)
        for slot in other.table.slots:
            struct.pack_into("=Q", value, slot.offset, other._programs[slot.program].fd)
        error = syscall.map_element(Command.BPF_MAP_UPDATE_ELEM, other.fd, syscall.buffer(4),
                                    syscall.buffer(bytes(value)))
        if error not in (0, errno.EBUSY):
            raise other._refused(Command.BPF_MAP_UPDATE_ELEM, error, self.where)
        self._update(other, other.fd, expected.fd if expected is not None else 0)


def _unregister(fd: int, name: str, where: str) -> None:
    try:
        error = syscall.map_element(Command.BPF_MAP_DELETE_ELEM, fd, syscall.buffer(4), None)
    finally:
        os.close(fd)
    if error not in (0, errno.ENOENT):
        raise syscall.failure(Command.BPF_MAP_DELETE_ELEM, error, f"map {name} ({where})", AttachRefused)


def needs_table(program: str, section: str) -> SpecError:
    """The error for a program that no table of the object has."""
    return SpecError(f"program {program} (SEC({section!r})) is in no struct_ops map of the object",
                     help='SEC(".struct_ops.link") struct tcp_congestion_ops ops = { .init = (void *)program, ... };')


def map_flags(spec: MapSpec) -> int:
    """BPF_F_LINK for a table that is registered by a link."""
    assert spec.struct_ops is not None
    return spec.map_flags | (BPF_F_LINK if spec.struct_ops.by_link else 0)


__all__ = ["SECTIONS", "KernelTable", "Slot", "StructOpsLink", "StructOpsMap",
           "StructOpsTable", "kernel_table", "map_flags", "needs_table"]
