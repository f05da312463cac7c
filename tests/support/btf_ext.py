"""A second reader of .BTF.ext, independent of the project's own, for tests to judge objects with.

Layout: Documentation/bpf/btf.rst, section ".BTF.ext section".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from elftools.elf.elffile import ELFFile

BTF_MAGIC = 0xEB9F


@dataclass(frozen=True)
class LineInfo:
    offset: int  # bytes from the start of the section
    file: str
    text: str
    line: int
    column: int


@dataclass(frozen=True)
class DebugInfo:
    """Per section name: the byte offsets that have a function record, and the line records in order."""

    functions: dict[str, list[int]]
    lines: dict[str, list[LineInfo]]


def read(elf: ELFFile) -> DebugInfo:
    """Decode the function and line records of an object file."""
    btf = elf.get_section_by_name(".BTF").data()
    magic, _, _, header_size, _, _, strings_offset, strings_size = struct.unpack_from("<HBBIIIII", btf)
    assert magic == BTF_MAGIC
    strings = btf[header_size + strings_offset :][:strings_size]

    def string(offset: int) -> str:
        return str(strings[offset : strings.index(0, offset)].decode())

    ext = elf.get_section_by_name(".BTF.ext").data()
    magic, _, _, header_size, func_offset, func_size, line_offset, line_size = struct.unpack_from("<HBBIIIII", ext)
    assert magic == BTF_MAGIC
    functions = {
        string(name): [struct.unpack_from("<I", record)[0] for record in records]
        for name, records in _sections(ext[header_size + func_offset :][:func_size])
    }
    lines = {}
    for name, records in _sections(ext[header_size + line_offset :][:line_size]):
        found = []
        for record in records:
            offset, file, text, position = struct.unpack_from("<IIII", record)
            found.append(LineInfo(offset, string(file), string(text), position >> 10, position & 0x3FF))
        lines[string(name)] = found
    return DebugInfo(functions, lines)


def _sections(data: bytes) -> list[tuple[int, list[bytes]]]:
    (record_size,) = struct.unpack_from("<I", data)
    found = []
    position = 4
    while position < len(data):
        name, count = struct.unpack_from("<II", data, position)
        position += 8
        found.append((name, [data[position + i * record_size :][:record_size] for i in range(count)]))
        position += count * record_size
    return found
