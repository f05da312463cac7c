"""Takes out of an object what only a debugger reads: DWARF, which LLVM needs to make BTF of.

What stays is what `llvm-strip -g` keeps, less `.llvm_addrsig`, a linker's hint: code, data, `.maps`,
`license`, `.BTF`, `.BTF.ext`, their relocations and the symbols. Each section is followed by its relocations;
the string table comes first and the symbol table last, as LLVM orders them.

Source: the System V ABI, chapter 4; elf(5).
"""

from __future__ import annotations

import struct

from pybpfc_runtime import elf as runtime_elf
from pybpfc_runtime.elf import (
    SHN_LORESERVE,
    SHT_NOBITS,
    SHT_SYMTAB,
    STB_LOCAL,
    STT_NOTYPE,
    STT_SECTION,
    ElfFile,
    Relocation,
    Section,
    Symbol,
)

_SHT_STRTAB = 3
_SHF_INFO_LINK = 0x40
_STT_FILE = 4

_FILE_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SECTION_HEADER = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_RELOCATION = struct.Struct("<QQ")

_DROPPED = frozenset({".llvm_addrsig", ".comment", ".note.GNU-stack", ".eh_frame"})
_MADE_ANEW = frozenset({0, SHT_SYMTAB, _SHT_STRTAB, runtime_elf.SHT_REL})


def strip(data: bytes) -> bytes:
    """The object without debugging sections, their relocations, and the symbols that served only those.

    Args:
        data: a little-endian object as LLVM writes it for BPF.

    Raises:
        ElfError: it is not.
    """
    elf = ElfFile(data)
    sections = [section for section in elf.sections if section.type not in _MADE_ANEW and not _is_dropped(section)]
    kept = {section.index for section in sections}
    relocations = {index: found for index, found in elf.relocations(everywhere=True).items() if index in kept and found}
    referenced = {relocation.symbol for found in relocations.values() for relocation in found}
    symbols = [symbol for symbol in elf.symbols[1:] if symbol in referenced or _is_kept(symbol, kept)]
    return _Writer(data, sections, relocations, symbols).write()


def _is_dropped(section: Section) -> bool:
    return section.name.startswith(".debug") or section.name in _DROPPED


def _is_kept(symbol: Symbol, sections: set[int]) -> bool:
    """Whether a symbol that nothing refers to stays: if it names a function or an object that does."""
    if symbol.type in (STT_SECTION, _STT_FILE):
        return False
    if symbol.section >= SHN_LORESERVE:
        return True
    # A local without a type is a label that LLVM made for DWARF.
    return symbol.section in sections and not (symbol.binding == STB_LOCAL and symbol.type == STT_NOTYPE)


class _Strings:
    def __init__(self) -> None:
        self.data = bytearray(b"\0")
        self._known: dict[str, int] = {"": 0}

    def add(self, text: str) -> int:
        offset = self._known.get(text)
        if offset is None:
            offset = self._known[text] = len(self.data)
            self.data += text.encode() + b"\0"
        return offset


class _Writer:
    """Puts an object together from parts of another."""

    def __init__(self, original: bytes, sections: list[Section], relocations: dict[int, list[Relocation]],
                 symbols: list[Symbol]) -> None:
        self._original = original
        self._headers_start: int = struct.unpack_from("<Q", original, 40)[0]  # e_shoff
        self._sections = sections
        self._relocations = relocations
        # Locals first, as sh_info of the symbol table demands; the order is LLVM's otherwise.
        self._symbols = sorted(symbols, key=lambda symbol: symbol.binding != STB_LOCAL)
        self._numbers = {symbol: number for number, symbol in enumerate(self._symbols, 1)}
        self._strings = _Strings()
        self._body = bytearray(_FILE_HEADER.size)
        self._headers: list[tuple[int, ...]] = []
        self._indices: dict[int, int] = {}  # section index before to index after
        following = 2
        for section in sections:
            self._indices[section.index] = following
            following += 2 if section.index in relocations else 1
        self._symbol_table = following

    def write(self) -> bytes:
        for section in self._sections:
            self._section(section)
        self._symbols_section()
        name = self._strings.add(".strtab")
        strings = bytes(self._strings.data)
        string_table = (name, _SHT_STRTAB, 0, 0, self._place(strings, 1), len(strings), 0, 0, 1, 0)
        headers = [(0,) * 10, string_table, *self._headers]
        start = self._place(b"".join(_SECTION_HEADER.pack(*header) for header in headers), 8)
        _FILE_HEADER.pack_into(self._body, 0, self._original[:16], runtime_elf.ET_REL, runtime_elf.EM_BPF, 1, 0, 0,
                               start, 0, _FILE_HEADER.size, 0, 0, _SECTION_HEADER.size, len(headers), 1)
        return bytes(self._body)

    def _place(self, content: bytes | bytearray | memoryview, align: int) -> int:
        self._body.extend(bytes(-len(self._body) % max(align, 1)))
        offset = len(self._body)
        self._body.extend(content)
        return offset

    def _section(self, section: Section) -> None:
        align: int = struct.unpack_from("<Q", self._original, self._headers_start + 64 * section.index + 48)[0]
        offset = self._place(b"" if section.type == SHT_NOBITS else section.data, align)
        self._headers.append((self._strings.add(section.name), section.type, section.flags, 0, offset, section.size,
                              0, 0, align, section.entry_size))
        relocations = self._relocations.get(section.index)
        if relocations:
            content = b"".join(_RELOCATION.pack(found.offset, self._numbers[found.symbol] << 32 | found.type)
                               for found in relocations)
            self._headers.append((self._strings.add(f".rel{section.name}"), runtime_elf.SHT_REL, _SHF_INFO_LINK, 0,
                                  self._place(content, 8), len(content), self._symbol_table,
                                  self._indices[section.index], 8, _RELOCATION.size))

    def _symbols_section(self) -> None:
        table = bytearray(_SYMBOL.size)
        for symbol in self._symbols:
            name = 0 if symbol.type == STT_SECTION else self._strings.add(symbol.name)
            home = self._indices.get(symbol.section, symbol.section)
            table += _SYMBOL.pack(name, symbol.binding << 4 | symbol.type, symbol.visibility, home, symbol.value,
                                  symbol.size)
        first_global = 1 + sum(symbol.binding == STB_LOCAL for symbol in self._symbols)
        self._headers.append((self._strings.add(".symtab"), SHT_SYMTAB, 0, 0, self._place(table, 8), len(table), 1,
                              first_global, 8, _SYMBOL.size))
