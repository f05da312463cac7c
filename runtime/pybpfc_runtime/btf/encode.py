"""BTF objects as the blob that BPF_BTF_LOAD takes, made palatable for older kernels.

`sanitised` replaces the kinds a kernel does not know by older ones of the same layout, on a copy and
without moving any id: functions, maps and .BTF.ext keep pointing at the right type.

Source: include/uapi/linux/btf.h; which kind stands in for which follows libbpf's documented behaviour.
"""

from __future__ import annotations

import struct
import sys
from typing import TYPE_CHECKING

from ..errors import BtfError
from . import types
from .decode import BTF_MAGIC, HEADER_SIZE
from .types import Btf, BtfType, Member

if TYPE_CHECKING:
    from collections.abc import Set


def encode_btf(btf: Btf, byteorder: str = sys.byteorder) -> bytes:
    """The blob. The string section of `btf` is kept in front, so that offsets into it stay valid.

    Raises:
        BtfError: a size or an offset does not fit the format.
    """
    order = "<" if byteorder == "little" else ">"
    strings = _Strings(btf.strings)
    try:
        body = b"".join(_encode_type(type_, strings, order) for type_ in btf.types[1:])
    except struct.error as error:
        raise BtfError(f"the types cannot be written as BTF: {error}") from None
    text = bytes(strings.data)
    header = struct.pack(order + "HBBIIIII", BTF_MAGIC, 1, 0, HEADER_SIZE, 0, len(body), len(body), len(text))
    return header + body + text


class _Strings:
    """A string section that only grows."""

    def __init__(self, data: bytes) -> None:
        self.data = bytearray(data or b"\0")
        self.offsets: dict[str, int] = {"": 0}
        at = 1
        for item in bytes(self.data[1:]).split(b"\0")[:-1]:
            self.offsets.setdefault(item.decode("utf-8", "replace"), at)
            at += len(item) + 1

    def offset(self, text: str) -> int:
        found = self.offsets.get(text)
        if found is None:
            found = self.offsets[text] = len(self.data)
            self.data += text.encode() + b"\0"
        return found


def _encode_type(type_: BtfType, strings: _Strings, order: str) -> bytes:
    flag, count, size, body = _parts(type_, strings, order)
    info = flag << 31 | type_.kind << 24 | count
    return struct.pack(order + "III", strings.offset(type_.name), info, size) + body


def _parts(type_: BtfType, strings: _Strings, order: str) -> tuple[int, int, int, bytes]:
    """The kind flag, the count, the size-or-type word and what follows the common part."""
    if isinstance(type_, types.Int):
        return 0, 0, type_.size, struct.pack(order + "I", type_.encoding << 24 | type_.offset << 16 | type_.bits)
    if isinstance(type_, types.Array):
        return 0, 0, 0, struct.pack(order + "III", type_.element, type_.index, type_.count)
    if isinstance(type_, (types.Struct, types.Union_)):
        flag = int(type_.kind_flag)
        return flag, len(type_.members), type_.size, b"".join(
            struct.pack(order + "III", strings.offset(member.name), member.type,
                        member.bits << 24 | member.bit_offset if flag else member.bit_offset)
            for member in type_.members)
    if isinstance(type_, types.Enum):
        return int(type_.signed), len(type_.values), type_.size, b"".join(
            struct.pack(order + "II", strings.offset(name), value & 0xFFFFFFFF) for name, value in type_.values)
    if isinstance(type_, types.Enum64):
        return int(type_.signed), len(type_.values), type_.size, b"".join(
            struct.pack(order + "III", strings.offset(name), value & 0xFFFFFFFF, value >> 32 & 0xFFFFFFFF)
            for name, value in type_.values)
    if isinstance(type_, types.Fwd):
        return int(type_.is_union), 0, 0, b""
    if isinstance(type_, types.Func):
        return 0, type_.linkage, type_.type, b""
    if isinstance(type_, types.FuncProto):
        return 0, len(type_.parameters), type_.result, b"".join(
            struct.pack(order + "II", strings.offset(name), parameter) for name, parameter in type_.parameters)
    if isinstance(type_, types.Var):
        return 0, 0, type_.type, struct.pack(order + "I", type_.linkage)
    if isinstance(type_, types.Datasec):
        return 0, len(type_.variables), type_.size, b"".join(
            struct.pack(order + "III", *variable) for variable in type_.variables)
    if isinstance(type_, types.Float):
        return 0, 0, type_.size, b""
    if isinstance(type_, types.DeclTag):
        return 0, 0, type_.type, struct.pack(order + "i", type_.component)
    if isinstance(type_, types.Void):
        raise AssertionError("void has no record of its own")
    return 0, 0, type_.type, b""


def copy_with(btf: Btf, replaced: dict[int, BtfType]) -> Btf:
    """A copy that shares every type but those replaced."""
    return Btf([replaced.get(index, type_) for index, type_ in enumerate(btf.types)], btf.strings)


def sanitised(btf: Btf, supported: Set[str]) -> Btf:
    """A copy for a kernel that knows only some kinds.

    Args:
        supported: names of `features.BTF_FEATURES` that the kernel has.
    """
    result: list[BtfType] = [types.Void()]
    added: list[BtfType] = []
    byte_id = len(btf.types)  # an integer that stands where a placeholder needs some type
    for type_ in btf.types[1:]:
        result.append(_replacement(type_, btf, supported, byte_id))
    if any(new is not old for new, old in zip(result[1:], btf.types[1:], strict=True)):
        added.append(types.Int("char", 1, 0, 0, 8))
    return Btf(result + added, btf.strings)


def _replacement(type_: BtfType, btf: Btf, supported: Set[str], byte_id: int) -> BtfType:
    if isinstance(type_, (types.Var, types.DeclTag)):
        needed = "datasec" if isinstance(type_, types.Var) else "decl_tag"
        return type_ if needed in supported else types.Int(type_.name or "tag", 1, 0, 0, 8)
    if isinstance(type_, types.Datasec):
        if "datasec" not in supported:
            return types.Struct(_identifier(type_.name), type_.size,
                                [Member(btf.type(variable).name, variable, offset * 8, 0)
                                 for variable, offset, _ in type_.variables])
        if type_.name.startswith("?") and "qmark_datasec" not in supported:
            return types.Datasec("_" + type_.name[1:], type_.size, type_.variables)
        return type_
    if isinstance(type_, types.FuncProto) and "func" not in supported:
        return types.Enum("", 4, False, [(name, parameter) for name, parameter in type_.parameters])
    if isinstance(type_, types.Func):
        if "func" not in supported:
            return types.Typedef(type_.name, type_.type)
        if type_.linkage == types.GLOBAL and "global_func" not in supported:
            return types.Func(type_.name, type_.type, types.STATIC)
        return type_
    if isinstance(type_, types.Float) and "float" not in supported:
        return types.Struct("", type_.size, [])
    if isinstance(type_, types.TypeTag) and "type_tag" not in supported:
        return types.Const("", type_.type)
    if isinstance(type_, types.Enum64) and "enum64" not in supported:
        return types.Union_(type_.name, type_.size, [Member(name, byte_id, 0, 0) for name, _ in type_.values])
    return type_


def _identifier(name: str) -> str:
    return "".join(character if character.isalnum() else "_" for character in name)
