"""CO-RE relocations: places in the code that depend on the types of the kernel they run on.

A relocation that needs only the object's own types (`local_type_id`) is applied; any other is refused by
name, because code with an unresolved offset would read the wrong memory.

Source: include/uapi/linux/bpf.h (`enum bpf_core_relo_kind`).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from ..errors import BtfError, SpecError, UnsupportedFeature
from ..uapi import INSTRUCTION_SIZE, LDIMM64
from .ext import CORE_KINDS

if TYPE_CHECKING:
    from ..spec import Function
    from .ext import CoreRelocation
    from .types import Btf, BtfType

_LOCAL_TYPE_ID = CORE_KINDS.index("local_type_id")
_MOV_IMM = (0xB4, 0xB7)  # BPF_ALU | BPF_MOV | BPF_K, and its 64-bit form


def relocate(function: Function, local: Btf, byteorder: str) -> bytearray:
    """A copy of the function's code with its CO-RE relocations applied.

    Args:
        function: with its relocations.
        local: the object's types.
        byteorder: of the code.

    Raises:
        UnsupportedFeature: a relocation depends on the kernel's types.
    """
    code = bytearray(function.instructions)
    for slot, relocation in function.core_relocations:
        if relocation.kind != _LOCAL_TYPE_ID:
            raise UnsupportedFeature(f"function {function.name}: {describe(relocation, local)}: "
                                     "this loader does not resolve CO-RE relocations yet",
                                     help="load the object with libbpf, or build it without relocatable accesses")
        _patch(code, slot, relocation.type_id, function, "<" if byteorder == "little" else ">")
    return code


def describe(relocation: CoreRelocation, local: Btf) -> str:
    """A relocation in words: `CO-RE relocation byte_off of task_struct.tgid`."""
    if relocation.kind >= len(CORE_KINDS):
        raise BtfError(f"unknown CO-RE relocation kind {relocation.kind}",
                       help="the object was built by a newer compiler than this loader knows")
    return f"CO-RE relocation {CORE_KINDS[relocation.kind]} of {_access(relocation, local)}"


def _access(relocation: CoreRelocation, local: Btf) -> str:
    """`task_struct.tgid` for the access string "0:12", as far as the types say."""
    from . import types

    type_id, root = local.resolve(relocation.type_id)
    parts = [root.name or f"type {type_id}"]
    indexes = relocation.access.split(":")
    if isinstance(root, (types.Enum, types.Enum64)):
        index = int(indexes[0]) if indexes[0].isdigit() else -1
        return f"{parts[0]}.{root.values[index][0]}" if 0 <= index < len(root.values) else parts[0]
    current: BtfType = root
    for text in indexes[1:]:
        if isinstance(current, (types.Struct, types.Union_)) and text.isdigit() and int(text) < len(current.members):
            member = current.members[int(text)]
            if member.name:
                parts.append(f".{member.name}")
            current = local.resolve(member.type)[1]
        elif isinstance(current, types.Array):
            parts.append(f"[{text}]")
            current = local.resolve(current.element)[1]
        else:
            raise BtfError(f"CO-RE access {relocation.access!r} does not fit {root.name or type_id}")
    return "".join(parts)


def _patch(code: bytearray, slot: int, value: int, function: Function, order: str) -> None:
    at = slot * INSTRUCTION_SIZE
    if code[at] != LDIMM64 and code[at] not in _MOV_IMM:
        raise SpecError(f"function {function.name}: the CO-RE relocation at instruction {slot} is for no constant")
    struct.pack_into(order + "i", code, at + 4, value)
    if code[at] == LDIMM64:
        struct.pack_into(order + "i", code, at + 12, 0)
