"""Objects broken on purpose: what each judge must refuse, or it is none."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Mapping

from elftools.elf.elffile import ELFFile

_SHF_EXECINSTR = 4
_INSTRUCTION = 8  # bytes
_BTF_HEADER = "<HBBIIIII"  # struct btf_header, include/uapi/linux/btf.h
_KIND_INT, _KIND_PTR, _KIND_ARRAY, _KIND_STRUCT = 1, 2, 3, 4
_TAIL = {_KIND_INT: 4, _KIND_ARRAY: 12, 14: 4, 17: 4}  # bytes behind struct btf_type; 14 is VAR, 17 DECL_TAG
_ROW = {_KIND_STRUCT: 12, 5: 12, 6: 8, 13: 8, 15: 12, 19: 12}  # per member: UNION, ENUM, FUNC_PROTO, DATASEC, ENUM64


def relocation_off_by_one(data: bytes) -> bytes:
    """The object with the first relocation of each code section moved by one instruction.

    Source: elf(5); an entry of SHT_REL is r_offset and r_info.
    """
    changed = bytearray(data)
    elf = ELFFile(io.BytesIO(data))
    for section in elf.iter_sections():
        if section["sh_type"] == "SHT_REL" and elf.get_section(section["sh_info"])["sh_flags"] & _SHF_EXECINSTR:
            offset, = struct.unpack_from("<Q", changed, section["sh_offset"])
            struct.pack_into("<Q", changed, section["sh_offset"], offset + _INSTRUCTION)
    return _really(changed, data)


def wrong_map_definition(data: bytes) -> bytes:
    """The object with map values declared smaller than the program writes: as the smallest integer there is.

    A map's definition is a struct in BTF whose member `value` is a pointer to the value's type.
    """
    changed = bytearray(data)
    start = _section(data, ".BTF")
    _, _, _, size, types, types_size, strings, strings_size = struct.unpack_from(_BTF_HEADER, data, start)
    text = data[start + size + strings:start + size + strings + strings_size]
    position, end = start + size + types, start + size + types + types_size
    places: list[int] = [0]  # of each type id
    values: list[int] = []
    short = 0
    while position < end:
        places.append(position)
        _, info, width = struct.unpack_from("<III", data, position)
        kind, count = info >> 24 & 0x1F, info & 0xFFFF
        if kind == _KIND_INT and (not short or width < struct.unpack_from("<I", data, places[short] + 8)[0]):
            short = len(places) - 1
        if kind == _KIND_STRUCT:
            for number in range(count):
                name, member, _ = struct.unpack_from("<III", data, position + 12 + 12 * number)
                if text[name:text.index(0, name)] == b"value":
                    values.append(member)
        position += 12 + _TAIL.get(kind, 0) + _ROW.get(kind, 0) * count
    for value in values:
        if struct.unpack_from("<I", data, places[value] + 4)[0] >> 24 & 0x1F == _KIND_PTR:
            struct.pack_into("<I", changed, places[value] + 8, short)
    return _really(changed, data)


def function_information_missing(data: bytes) -> bytes:
    """The object without func_info in .BTF.ext: a program with callbacks needs it.

    Source: struct btf_ext_header, tools/lib/bpf/libbpf_internal.h; func_info_len is at 12.
    """
    changed = bytearray(data)
    struct.pack_into("<I", changed, _section(data, ".BTF.ext") + 12, 0)
    return _really(changed, data)


BREAKS: Mapping[str, Callable[[bytes], bytes]] = {
    change.__name__: change for change in (relocation_off_by_one, wrong_map_definition, function_information_missing)}


def _section(data: bytes, name: str) -> int:
    section = ELFFile(io.BytesIO(data)).get_section_by_name(name)
    assert section is not None, f"the object has no {name}"
    return int(section["sh_offset"])


def _really(changed: bytearray, data: bytes) -> bytes:
    assert bytes(changed) != data, "nothing was broken"
    return bytes(changed)
