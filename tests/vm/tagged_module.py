"""A module's file whose types say of a member what the kernel's source says: that its pointer is `__percpu`.

Only clang, and gcc from 16 on, put that into BTF, and the kernels of the guests are built by older ones. What the
verifier makes of such a member can then be seen with a module alone, whose types are in its own file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from pybpfc_runtime.btf.decode import TRAILERS
from pybpfc_runtime.btf.index import IndexedBtf
from pybpfc_runtime.btf.types import BTF_KIND_STRUCT, Ptr, Struct

_TYPE_TAG = 18
_WHERE = 24  # sh_offset and sh_size in the header of a section
_HEADER = struct.Struct("<HBBIIIII")


def tagged(module: bytes, vmlinux: bytes, holder: str, member: str, tag: str) -> bytes:
    """A module whose pointer `member` of the struct `holder` has a type tag; the file as it is if it has no types.

    The new types go behind the signature, which makes it a module without one: kernels take it and say so.

    Args:
        module: the file.
        vmlinux: the types that the module's continue.
    """
    section = _section(module, ".BTF")
    if section is None:
        return module
    start, size = struct.unpack_from("<QQ", module, section + _WHERE)
    types = module[start : start + size]
    base = IndexedBtf(vmlinux, "vmlinux", cached=False)
    btf = IndexedBtf(types, "module", base, cached=False)
    number = btf.find(BTF_KIND_STRUCT, holder)
    assert number is not None
    described = btf.type(number)
    assert isinstance(described, Struct)
    pointer = next(each.type for each in described.members if each.name == member)
    pointed = btf.type(pointer)
    assert isinstance(pointed, Ptr) and pointer > len(base), "a pointer of the module's own"

    magic, version, flags, length, type_offset, type_length, string_offset, string_length = _HEADER.unpack_from(types)
    records = bytearray(types[length + type_offset : length + type_offset + type_length])
    strings = types[length + string_offset : length + string_offset + string_length]
    at = next(at for position, at in enumerate(_starts(records)) if position == pointer - len(base) - 1)
    struct.pack_into("<I", records, at + 8, len(btf) + 1)  # what was pointed to is behind the tag now
    name = _HEADER.unpack_from(vmlinux)[-1] + len(strings)
    records += struct.pack("<III", name, _TYPE_TAG << 24, pointed.type)
    strings += tag.encode() + b"\0"
    made = _HEADER.pack(magic, version, flags, _HEADER.size, 0, len(records), len(records), len(strings))
    contents = made + bytes(records) + strings
    file = bytearray(module) + bytes(-len(module) % 8)
    struct.pack_into("<QQ", file, section + _WHERE, len(file), len(contents))
    return bytes(file) + contents


def _starts(records: bytes | bytearray) -> Iterator[int]:
    """Where each type begins."""
    at = 0
    while at < len(records):
        yield at
        info = struct.unpack_from("<I", records, at + 4)[0]
        once, each = TRAILERS[info >> 24 & 31]
        at += 12 + once + each * (info & 0xFFFF)


def _section(file: bytes, name: str) -> int | None:
    """Where the header of a section is in an ELF file."""
    (headers,) = struct.unpack_from("<Q", file, 40)
    size, count, names = struct.unpack_from("<HHH", file, 58)
    (texts,) = struct.unpack_from("<Q", file, headers + names * size + _WHERE)
    for at in range(headers, headers + count * size, size):
        start = texts + struct.unpack_from("<I", file, at)[0]
        if file[start : file.index(0, start)] == name.encode():
            return at
    return None
