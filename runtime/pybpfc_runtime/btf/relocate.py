"""CO-RE relocations applied: each place in the code that depends on the kernel's types gets this kernel's value.

An instruction whose field does not exist here becomes a call of a helper that does not exist, as libbpf does
it: code that checks for the field first never reaches it, and for code that does the verifier's refusal is
explained with the relocation's name.

Source: include/uapi/linux/bpf.h (`enum bpf_core_relo_kind`), libbpf's relo_core.c.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from ..errors import BtfError, RelocationError
from ..uapi import CALL, INSTRUCTION_SIZE, LDIMM64
from . import core, types
from .ext import CORE_KINDS
from .kernel import kernel_btf, module_btfs

if TYPE_CHECKING:
    from ..spec import Function
    from .ext import CoreRelocation
    from .index import IndexedBtf
    from .types import Btf, BtfType

POISON = 0xBAD2310  # the number of a helper that no kernel has: "bad relo"

_MOST_CANDIDATES = 4096  # a kernel has a handful

_ALU_CLASSES, _LDX, _ST, _STX = (4, 7), 1, 2, 3
_SIZE_BITS = {8: 0x18, 4: 0x00, 2: 0x08, 1: 0x10}


class Relocated(NamedTuple):
    """A function's code after relocation, and by slot the accesses that this kernel does not have."""

    code: bytearray
    poisoned: dict[int, str]


class Target:
    """Candidates in the kernel's types, remembered per local type.

    One relocation may rule candidates out (a field is missing in one of two types of a name); they stay ruled out
    for the next relocation of the same local type, so that all fields of a value come from one type.

    Args:
        local: the object's types.
        kernel: where to look, and where vmlinux has no candidate, in `modules`; by default the running kernel's.
    """

    def __init__(self, local: Btf, kernel: IndexedBtf | None = None, modules: tuple[IndexedBtf, ...] = ()) -> None:
        self.local = local
        self._kernel = kernel
        self._modules = modules
        self._candidates: dict[int, list[tuple[IndexedBtf, int]]] = {}

    def value(self, relocation: CoreRelocation) -> tuple[core.Value, core.Value]:
        """The local value and this kernel's.

        Raises:
            RelocationError: two types of the kernel fit and give different values.
        """
        path = core.local_path(self.local, relocation)
        before = core.value(path, relocation.kind)
        if relocation.kind == core.LOCAL_TYPE_ID:
            return before, before
        found = [(candidate, there) for candidate in self.candidates(relocation.type_id)
                 if (there := core.target_path(path, relocation.kind, *candidate)) is not None]
        if not found:
            return before, core.value(None, relocation.kind)
        values = [core.value(there, relocation.kind) for _, there in found]
        if len({value.number for value in values}) > 1 or len({there.bit_offset for _, there in found}) > 1:
            numbers = sorted({str(value.number) for value in values})
            raise RelocationError(f"{describe(relocation, self.local)}: the kernel has several types of this name, "
                                  f"which give {', '.join(numbers)}",
                                  help="name a field that only the right one has")
        self._candidates[relocation.type_id] = [candidate for candidate, _ in found]
        return before, values[0]

    def lack(self, relocation: CoreRelocation) -> str:
        """What more there is to say of an access that the kernel does not have: that it lacks the whole type."""
        if self.candidates(relocation.type_id):
            return ""
        wanted = self.local.type(relocation.type_id)
        return f" (it has no {types.KIND_NAMES[wanted.kind]} {core.essential(wanted.name)})"

    def candidates(self, type_id: int) -> list[tuple[IndexedBtf, int]]:
        """The types that have the local type's name, flavours apart, and its kind."""
        found = self._candidates.get(type_id)
        if found is None:
            wanted = self.local.type(type_id)
            if not wanted.name:
                raise BtfError(f"CO-RE relocation of BTF type {type_id}, which has no name")
            own, modules = self._kernel, self._modules
            found = _named(kernel_btf() if own is None else own, wanted)
            for module in () if found else module_btfs() if own is None else modules:
                found += _named(module, wanted)
            self._candidates[type_id] = found
        return found


def _named(btf: IndexedBtf, wanted: BtfType) -> list[tuple[IndexedBtf, int]]:
    stem = core.essential(wanted.name)
    named = btf.named(stem)
    if len(named) > _MOST_CANDIDATES:
        raise BtfError(f"{btf.what} has {len(named)} types called {stem}: it is corrupt")
    return [(btf, number) for number in named
            if core.same_kind(wanted, found := btf.type(number)) and core.essential(found.name) == stem]


def relocate(function: Function, local: Btf, byteorder: str, target: Target) -> Relocated:
    """A copy of the function's code with its CO-RE relocations applied.

    Args:
        function: with its relocations.
        local: the object's types.
        byteorder: of the code.
        target: where to look.

    Raises:
        RelocationError: an ambiguous relocation, or an instruction that cannot hold the value.
    """
    code = bytearray(function.instructions)
    poisoned: dict[int, str] = {}
    for slot, relocation in function.core_relocations:
        if relocation.kind >= len(CORE_KINDS):
            raise BtfError(f"unknown CO-RE relocation kind {relocation.kind}",
                           help="the object was built by a newer compiler than this loader knows")
        before, after = target.value(relocation)
        where = f"function {function.name}, instruction {slot}"
        patch = _Patch(code, slot, "<" if byteorder == "little" else ">", where)
        if after.number is None:
            patch.poison()
            poisoned[slot] = describe(relocation, local) + target.lack(relocation)
        elif not patch.apply(before, after):
            patch.poison()
            poisoned[slot] = f"{describe(relocation, local)} (it has another size here, and a sign or no integer type)"
    return Relocated(code, poisoned)


def describe(relocation: CoreRelocation, local: Btf) -> str:
    """A relocation in words: `CO-RE relocation byte_off of task_struct.tgid`."""
    return f"CO-RE relocation {CORE_KINDS[relocation.kind]} of {_access(relocation, local)}"


def _access(relocation: CoreRelocation, local: Btf) -> str:
    """`task_struct.tgid` for the access string "0:12", as far as the types say."""
    type_id, root = local.resolve(relocation.type_id)
    text = local.type(relocation.type_id).name or root.name or f"type {type_id}"
    indexes = relocation.access.split(":")
    if isinstance(root, (types.Enum, types.Enum64)):
        if relocation.kind not in (core.ENUM_VALUE_EXISTS, core.ENUM_VALUE):
            return text  # of the whole type
        index = int(indexes[0]) if indexes[0].isdecimal() else -1
        return f"{text}.{root.values[index][0]}" if 0 <= index < len(root.values) else text
    current: BtfType = root
    for index_text in indexes[1:]:
        if isinstance(current, types.Array):
            text += f"[{index_text}]"
            current = local.resolve(current.element)[1]
            continue
        if not isinstance(current, (types.Struct, types.Union_)) or not index_text.isdecimal() or int(
                index_text) >= len(current.members):
            raise BtfError(f"CO-RE access {relocation.access!r} does not fit {root.name or type_id}")
        member = current.members[int(index_text)]
        if member.name:
            text += f".{member.name}"
        current = local.resolve(member.type)[1]
    return text


class _Patch:
    """One instruction to be changed."""

    def __init__(self, code: bytearray, slot: int, order: str, where: str) -> None:
        self.code = code
        self.at = slot * INSTRUCTION_SIZE
        self.order = order
        self.where = where
        self.opcode = code[self.at]

    def poison(self) -> None:
        call = struct.pack(self.order + "BBhi", CALL, 0, 0, POISON)
        for at in (self.at, self.at + INSTRUCTION_SIZE) if self.opcode == LDIMM64 else (self.at,):
            self.code[at : at + INSTRUCTION_SIZE] = call

    def apply(self, before: core.Value, after: core.Value) -> bool:
        """Write the value; False where the access would need another width and cannot have it."""
        assert after.number is not None
        opcode, kind = self.opcode, self.opcode & 7
        if opcode == LDIMM64:
            self.expect(self.word(4) & 0xFFFFFFFF | (self.word(12) & 0xFFFFFFFF) << 32, before, 64)
            self.write(4, after.number, 32)
            self.write(12, after.number >> 32, 32)
            return True
        if kind in _ALU_CLASSES and not opcode & 8:
            self.expect(self.word(4), before, 32)
            if not -(1 << 31) <= after.number < 1 << 32:
                raise RelocationError(f"{self.where}: {after.number} does not fit the instruction's 32 bits")
            self.write(4, after.number, 32)
            return True
        if kind not in (_LDX, _ST, _STX):
            raise RelocationError(f"{self.where}: a CO-RE relocation on opcode {opcode:#x}")
        (offset,) = struct.unpack_from(self.order + "h", self.code, self.at + 2)
        self.expect(offset, before, 16)
        if after.number > 32767:
            raise RelocationError(f"{self.where}: offset {after.number} does not fit the instruction's 16 bits")
        if before.size != after.size and before.size and after.size:
            if not (before.resizable and after.resizable) or after.size not in _SIZE_BITS:
                return False
            if opcode & 0x18 != _SIZE_BITS.get(before.size):
                raise RelocationError(f"{self.where}: the access is not as wide as the field of {before.size} bytes, "
                                      f"which has {after.size} here",
                                      help="read the whole field, then take the part of it")
            self.code[self.at] = opcode & ~0x18 | _SIZE_BITS[after.size]
        struct.pack_into(self.order + "h", self.code, self.at + 2, after.number)
        return True

    def word(self, offset: int) -> int:
        return int(struct.unpack_from(self.order + "i", self.code, self.at + offset)[0])

    def write(self, offset: int, number: int, bits: int) -> None:
        struct.pack_into(self.order + "I", self.code, self.at + offset, number & (1 << bits) - 1)

    def expect(self, found: int, before: core.Value, bits: int) -> None:
        """The instruction must hold what the object's own types say: else record and code do not belong together."""
        mask = (1 << bits) - 1
        if before.checked and before.number is not None and found & mask != before.number & mask:
            raise RelocationError(f"{self.where} holds {found}, its CO-RE relocation says {before.number}",
                                  help="the object is damaged: build it again")
