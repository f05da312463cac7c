"""The `.BTF` section as objects.

Every count and offset is checked against the section first: corrupt input ends in `BtfError`.

Source: Documentation/bpf/btf.rst, section 2; include/uapi/linux/btf.h.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from ..errors import BtfError
from . import types
from .types import Btf, BtfType, Member

if TYPE_CHECKING:
    from collections.abc import Callable

BTF_MAGIC = 0xEB9F
HEADER_SIZE = 24

# Bytes behind the 12 common ones: per kind (once, per element of vlen).
TRAILERS = {
    types.BTF_KIND_INT: (4, 0), types.BTF_KIND_PTR: (0, 0), types.BTF_KIND_ARRAY: (12, 0),
    types.BTF_KIND_STRUCT: (0, 12), types.BTF_KIND_UNION: (0, 12), types.BTF_KIND_ENUM: (0, 8),
    types.BTF_KIND_FWD: (0, 0), types.BTF_KIND_TYPEDEF: (0, 0), types.BTF_KIND_VOLATILE: (0, 0),
    types.BTF_KIND_CONST: (0, 0),
    types.BTF_KIND_RESTRICT: (0, 0), types.BTF_KIND_FUNC: (0, 0), types.BTF_KIND_FUNC_PROTO: (0, 8),
    types.BTF_KIND_VAR: (4, 0), types.BTF_KIND_DATASEC: (0, 12), types.BTF_KIND_FLOAT: (0, 0),
    types.BTF_KIND_DECL_TAG: (4, 0), types.BTF_KIND_TYPE_TAG: (0, 0), types.BTF_KIND_ENUM64: (0, 12),
}

_REFERENCES: dict[int, Callable[[str, int], BtfType]] = {
    types.BTF_KIND_PTR: types.Ptr, types.BTF_KIND_TYPEDEF: types.Typedef, types.BTF_KIND_VOLATILE: types.Volatile,
    types.BTF_KIND_CONST: types.Const, types.BTF_KIND_RESTRICT: types.Restrict, types.BTF_KIND_TYPE_TAG: types.TypeTag,
}


def byte_order(data: bytes | memoryview, what: str = ".BTF") -> str:
    """`<` or `>`, from the magic number at the front."""
    for order in "<>":
        if len(data) >= 2 and struct.unpack_from(order + "H", data)[0] == BTF_MAGIC:
            return order
    raise BtfError(f"{what} does not begin with the BTF magic number")


def decode_btf(data: bytes | memoryview) -> Btf:
    """Decode a whole BTF blob.

    Args:
        data: the contents of a `.BTF` section or of /sys/kernel/btf/NAME.

    Raises:
        BtfError: truncated, corrupt, or of a kind or version that is not known.
    """
    order = byte_order(data)
    if len(data) < HEADER_SIZE:
        raise BtfError(f".BTF has {len(data)} bytes, less than its header of {HEADER_SIZE}")
    _, version, _, header, type_offset, type_length, string_offset, string_length = struct.unpack_from(
        order + "HBBIIIII", data)
    if version != 1:
        raise BtfError(f".BTF has version {version}; only version 1 is known")
    strings = _slice(data, header + string_offset, string_length, "string section")
    if not strings or strings[0] or strings[-1]:
        raise BtfError(".BTF: the string section does not begin and end with NUL")
    raw = _slice(data, header + type_offset, type_length, "type section")
    return Btf(Decoder(raw, strings, order).run(), strings)


def _slice(data: bytes | memoryview, offset: int, length: int, what: str) -> bytes:
    if offset + length > len(data):
        raise BtfError(f".BTF: the {what} ends at {offset + length} of {len(data)} bytes: it is truncated or corrupt")
    return bytes(data[offset : offset + length])


class Decoder:
    def __init__(self, raw: bytes | memoryview, strings: bytes, order: str) -> None:
        self.raw = raw
        self.strings = strings
        self.names: dict[int, str] = {0: ""}
        self.common = struct.Struct(order + "III")
        self.word = struct.Struct(order + "I")
        self.pair = struct.Struct(order + "II")
        self.signed_pair = struct.Struct(order + "Ii")

    def run(self) -> list[BtfType]:
        found: list[BtfType] = [types.Void()]
        at, end = 0, len(self.raw)
        while at < end:
            if at + 12 > end:
                raise BtfError(f".BTF: type {len(found)} is truncated")
            name_offset, info, size = self.common.unpack_from(self.raw, at)
            kind, count = info >> 24 & 31, info & 0xFFFF
            if kind not in TRAILERS:
                raise BtfError(f".BTF: type {len(found)} is of unknown kind {kind}",
                               help="the object was built by a newer compiler than this loader knows")
            once, each = TRAILERS[kind]
            body, at = at + 12, at + 12 + once + each * count
            if at > end:
                raise BtfError(f".BTF: type {len(found)} ({types.KIND_NAMES[kind]}) is truncated")
            found.append(self.one(kind, self.name(name_offset), bool(info >> 31), count, size, body))
        self.check_references(found)
        return found

    def name(self, offset: int) -> str:
        name = self.names.get(offset)
        if name is None:
            end = self.strings.find(b"\0", offset)
            if end < 0:
                raise BtfError(f".BTF: a name at {offset} lies beyond the string section of {len(self.strings)} bytes")
            name = self.names[offset] = self.strings[offset:end].decode("utf-8", "replace")
        return name

    def one(self, kind: int, name: str, flag: bool, count: int, size: int, body: int) -> BtfType:
        raw = self.raw
        if kind in _REFERENCES:
            return _REFERENCES[kind](name, size)
        if kind == types.BTF_KIND_INT:
            (word,) = self.word.unpack_from(raw, body)
            return types.Int(name, size, word >> 24 & 15, word >> 16 & 255, word & 255)
        if kind == types.BTF_KIND_ARRAY:
            return types.Array(*self.common.unpack_from(raw, body))
        if kind in (types.BTF_KIND_STRUCT, types.BTF_KIND_UNION):
            composite = types.Struct if kind == types.BTF_KIND_STRUCT else types.Union_
            return composite(name, size, self.members_at(flag, count, body), flag)
        if kind == types.BTF_KIND_ENUM:
            layout = self.signed_pair if flag else self.pair
            return types.Enum(name, size, flag, [(self.name(offset), value) for offset, value in
                                                 layout.iter_unpack(raw[body : body + 8 * count])])
        if kind == types.BTF_KIND_ENUM64:
            return types.Enum64(name, size, flag, self.wide_values(flag, count, body))
        if kind == types.BTF_KIND_FWD:
            return types.Fwd(name, flag)
        if kind == types.BTF_KIND_FUNC:
            return types.Func(name, size, count)  # linkage stands in the place of the count
        if kind == types.BTF_KIND_FUNC_PROTO:
            return types.FuncProto(size, [(self.name(offset), type_) for offset, type_ in
                                          self.pair.iter_unpack(raw[body : body + 8 * count])])
        if kind == types.BTF_KIND_VAR:
            return types.Var(name, size, self.word.unpack_from(raw, body)[0])
        if kind == types.BTF_KIND_DATASEC:
            return types.Datasec(name, size, list(self.common.iter_unpack(raw[body : body + 12 * count])))
        if kind == types.BTF_KIND_FLOAT:
            return types.Float(name, size)
        assert kind == types.BTF_KIND_DECL_TAG
        (component,) = self.word.unpack_from(raw, body)
        return types.DeclTag(name, size, component - (1 << 32) if component >> 31 else component)

    def members_at(self, flag: bool, count: int, body: int) -> list[Member] | Callable[[], list[Member]]:
        """The members of a struct, or what reads them."""
        return self.members(flag, count, body)

    def members(self, flag: bool, count: int, body: int) -> list[Member]:
        found = []
        for offset, type_, position in self.common.iter_unpack(self.raw[body : body + 12 * count]):
            bits = position >> 24 if flag else 0
            found.append(Member(self.name(offset), type_, position & 0xFFFFFF if flag else position, bits))
        return found

    def wide_values(self, signed: bool, count: int, body: int) -> list[tuple[str, int]]:
        values = []
        for offset, low, high in self.common.iter_unpack(self.raw[body : body + 12 * count]):
            value = high << 32 | low
            values.append((self.name(offset), value - (1 << 64) if signed and value >> 63 else value))
        return values

    @staticmethod
    def check_references(found: list[BtfType]) -> None:
        """No id may point outside, so that whoever follows one need not check."""
        last = len(found)
        for index, type_ in enumerate(found):
            for target in references(type_):
                if target >= last:
                    raise BtfError(f".BTF: type {index} refers to type {target}; ids end at {last - 1}")


def references(type_: BtfType) -> list[int]:
    """The ids that a type points at."""
    if isinstance(type_, types.Array):
        return [type_.element, type_.index]
    if isinstance(type_, (types.Struct, types.Union_)):
        return [member.type for member in type_.members]
    if isinstance(type_, types.FuncProto):
        return [type_.result, *(parameter for _, parameter in type_.parameters)]
    if isinstance(type_, types.Datasec):
        return [variable for variable, _, _ in type_.variables]
    target = getattr(type_, "type", None)
    return [] if target is None else [target]
