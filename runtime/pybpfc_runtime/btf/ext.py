"""The `.BTF.ext` section: which instruction is which function, line, and CO-RE relocation.

Offsets are in bytes from the start of the section, as in the file.

Source: Documentation/bpf/btf.rst, section 4; include/uapi/linux/bpf.h (`bpf_func_info`, `bpf_line_info`,
`bpf_core_relo`).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from ..errors import BtfError
from .decode import byte_order

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from .types import Btf

    _Record = TypeVar("_Record")


class FunctionInfo(NamedTuple):
    """`bpf_func_info`: the function that begins at an instruction."""

    offset: int
    type_id: int  # of the FUNC


class LineInfo(NamedTuple):
    """`bpf_line_info`: the source line that begins at an instruction. Names are offsets into BTF's strings."""

    offset: int
    file_offset: int
    text_offset: int
    line_column: int

    @property
    def line(self) -> int:
        return self.line_column >> 10

    @property
    def column(self) -> int:
        return self.line_column & 1023


class CoreRelocation(NamedTuple):
    """`bpf_core_relo`: a field access, type or enum value that depends on the target kernel."""

    offset: int
    type_id: int
    access: str  # "0:1:2"
    kind: int


CORE_KINDS = ("byte_off", "byte_sz", "field_exists", "signed", "lshift_u64", "rshift_u64", "local_type_id",
              "target_type_id", "type_exists", "type_size", "enumval_exists", "enumval_value", "type_matches")


class BtfExt:
    """The three tables by section name."""

    __slots__ = ("core_relocations", "function_info", "line_info")

    def __init__(self) -> None:
        self.function_info: dict[str, list[FunctionInfo]] = {}
        self.line_info: dict[str, list[LineInfo]] = {}
        self.core_relocations: dict[str, list[CoreRelocation]] = {}


def decode_btf_ext(data: bytes | memoryview, btf: Btf) -> BtfExt:
    """Decode a `.BTF.ext` section.

    Raises:
        BtfError: truncated or corrupt.
    """
    order = byte_order(data, ".BTF.ext")
    if len(data) < 24:
        raise BtfError(f".BTF.ext has {len(data)} bytes, less than its header")
    version, header = struct.unpack_from(order + "BxI", data, 2)
    if version != 1:
        raise BtfError(f".BTF.ext has version {version}; only version 1 is known")
    words = struct.unpack_from(order + "6I" if header >= 32 and len(data) >= 32 else order + "4I", data, 8)
    ext = BtfExt()
    reader = _Reader(data, header, order, btf)
    reader.table(words[0], words[1], "II", FunctionInfo, ext.function_info)
    reader.table(words[2], words[3], "IIII", LineInfo, ext.line_info)
    if len(words) == 6:
        reader.table(words[4], words[5], "IIII",
                     lambda offset, type_id, access, kind: CoreRelocation(offset, type_id, btf.string(access), kind),
                     ext.core_relocations)
    return ext


class _Reader:
    def __init__(self, data: bytes | memoryview, header: int, order: str, btf: Btf) -> None:
        self.data, self.header, self.order, self.btf = data, header, order, btf

    def table(self, offset: int, length: int, layout: str, make: Callable[..., _Record],
              into: dict[str, list[_Record]]) -> None:
        if not length:
            return
        at, end = self.header + offset, self.header + offset + length
        known = 4 * len(layout)
        if end > len(self.data) or length < 4:
            raise BtfError(f".BTF.ext: a table ends at {end} of {len(self.data)} bytes: it is truncated or corrupt")
        (size,) = struct.unpack_from(self.order + "I", self.data, at)
        if size < known or size % 4 or size > 256:
            raise BtfError(f".BTF.ext: records of {size} bytes, where at least {known} are needed")
        at += 4
        record = struct.Struct(f"{self.order}{layout}{size - known}x")
        while at < end:
            if at + 8 > end:
                raise BtfError(".BTF.ext: a section header is truncated")
            name, count = struct.unpack_from(self.order + "II", self.data, at)
            at += 8
            if at + size * count > end:
                raise BtfError(f".BTF.ext: {count} records of {size} bytes do not fit: it is truncated or corrupt")
            rows = into.setdefault(self.btf.string(name), [])
            rows.extend(make(*fields) for fields in record.iter_unpack(self.data[at : at + size * count]))
            at += size * count
