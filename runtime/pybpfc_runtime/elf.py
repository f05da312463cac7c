"""A reader for the ELF64 files that hold BPF objects.

Both byte orders are read. Every offset and size of the file is checked against the file before it is
followed, so a truncated or hostile file ends in `ElfError`, never in a huge allocation.

Source: the System V ABI, chapter 4; elf(5); EM_BPF from include/uapi/linux/elf-em.h.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from .errors import ElfError

EM_NONE = 0
EM_BPF = 247
ET_REL = 1

SHT_PROGBITS = 1
SHT_SYMTAB = 2
SHT_RELA = 4
SHT_NOBITS = 8
SHT_REL = 9

SHF_WRITE = 1
SHF_ALLOC = 2
SHF_EXECINSTR = 4

SHN_UNDEF = 0
SHN_LORESERVE = 0xFF00

STB_LOCAL = 0
STB_GLOBAL = 1
STB_WEAK = 2
STT_NOTYPE = 0
STT_OBJECT = 1
STT_FUNC = 2
STT_SECTION = 3
STV_INTERNAL = 1
STV_HIDDEN = 2

MAX_NOBITS = 64 << 20  # bytes of a .bss that are believed: a corrupt size must not take the memory

_MACHINES = {3: "x86", 40: "ARM", 62: "x86-64", 183: "AArch64", 243: "RISC-V", 22: "s390", 21: "PowerPC64"}
_COMPILE_HELP = ("this is a file for the host's processor; build a BPF object with `pybpfc build` or "
                 "`clang -target bpf -c`")


class Symbol(NamedTuple):
    """One entry of the symbol table."""

    name: str
    value: int  # offset in its section, bytes
    size: int
    section: int  # index of its section; SHN_UNDEF for an extern
    binding: int
    type: int
    visibility: int


class Relocation(NamedTuple):
    """One place to be patched."""

    offset: int  # in the section, bytes
    type: int
    symbol: Symbol
    addend: int


class Section:
    """A section header; `data` is a view of the file, without a copy."""

    __slots__ = ("_elf", "entry_size", "flags", "index", "info", "link", "name", "offset", "size", "type")

    def __init__(self, elf: ElfFile, index: int, fields: tuple[int, ...]) -> None:
        self._elf = elf
        self.index = index
        self.name = ""
        _, self.type, self.flags, _, self.offset, self.size, self.link, self.info, _, self.entry_size = fields

    @property
    def is_executable(self) -> bool:
        return self.type == SHT_PROGBITS and bool(self.flags & SHF_EXECINSTR)

    @property
    def data(self) -> memoryview:
        """The contents; zeros for a NOBITS section."""
        if self.type == SHT_NOBITS:
            if self.size > MAX_NOBITS:
                raise self._elf.error(f"section {self.name} claims {self.size} bytes of zeros")
            return memoryview(bytes(self.size))
        return self._elf.bytes_at(self.offset, self.size, f"section {self.name or self.index}")


class ElfFile:
    """An ELF64 relocatable file for BPF.

    Args:
        data: the whole file.
        name: its path, for messages.

    Raises:
        ElfError: not ELF, truncated, another processor's, not ELF64, not relocatable.
    """

    def __init__(self, data: bytes, name: str = "") -> None:
        self.name = name or "the object"
        self._view = memoryview(data)
        self._check_identification(data)
        self.byteorder = "little" if data[5] == 1 else "big"
        self._order = "<" if data[5] == 1 else ">"
        header = self.unpack("HHIQQQIHHHHHH", 16, "the ELF header")
        kind, self.machine = header[0], header[1]
        if self.machine not in (EM_BPF, EM_NONE):
            machine = _MACHINES.get(self.machine, f"machine {self.machine}")
            raise self.error(f"it is for {machine}, not for BPF", help=_COMPILE_HELP)
        if kind != ET_REL:
            raise self.error(f"ELF type {kind} is not a relocatable object", help=_COMPILE_HELP)
        self.sections = self._read_sections(header[5], header[10], header[11], header[12])
        self.by_name = {section.name: section for section in reversed(self.sections)}
        self.symbols = self._read_symbols()

    def error(self, message: str, *, help: str = "") -> ElfError:
        return ElfError(f"{self.name}: {message}", help=help)

    def bytes_at(self, offset: int, size: int, what: str) -> memoryview:
        """A checked view of the file."""
        if offset < 0 or size < 0 or offset + size > len(self._view):
            raise self.error(f"{what} lies beyond the end of the file ({offset}+{size} of {len(self._view)} bytes): "
                             "the file is truncated or corrupt")
        return self._view[offset : offset + size]

    def unpack(self, layout: str, offset: int, what: str) -> tuple[int, ...]:
        """`struct.unpack` in the file's byte order at a checked offset."""
        size = struct.calcsize(self._order + layout)
        return struct.unpack(self._order + layout, self.bytes_at(offset, size, what))

    def relocations(self, *, everywhere: bool = False) -> dict[int, list[Relocation]]:
        """The relocations of every section that is loaded into memory, by the index of the section they patch.

        Those of `.BTF`, `.BTF.ext` and debug information say what these already hold; `everywhere` gives them too.
        """
        found: dict[int, list[Relocation]] = {}
        for section in self.sections:
            if section.type not in (SHT_REL, SHT_RELA):
                continue
            patched = self.sections[section.info] if section.info < len(self.sections) else None
            if not everywhere and (patched is None or not patched.flags & SHF_ALLOC):
                continue
            layout, size = ("QQ", 16) if section.type == SHT_REL else ("QQq", 24)
            records = self._records(section, layout, size)
            target = found.setdefault(section.info, [])
            for record in records:
                index = record[1] >> 32
                if index >= len(self.symbols):
                    raise self.error(f"a relocation in {section.name} names symbol {index} of {len(self.symbols)}")
                target.append(Relocation(record[0], record[1] & 0xFFFFFFFF, self.symbols[index],
                                         record[2] if size == 24 else 0))
        return found

    def _check_identification(self, data: bytes) -> None:
        if len(data) == 0:
            raise self.error("the file is empty")
        if data[:4] != b"\x7fELF":
            hint = "LLVM bitcode; compile it with `llc`" if data[:2] == b"BC" else "not an ELF file"
            raise self.error(hint)
        if len(data) < 64:
            raise self.error(f"the ELF header is truncated ({len(data)} of 64 bytes)")
        if data[4] != 2:
            raise self.error("it is a 32-bit ELF file; BPF objects are 64-bit", help=_COMPILE_HELP)
        if data[5] not in (1, 2):
            raise self.error(f"unknown byte order {data[5]}")

    def _records(self, section: Section, layout: str, size: int) -> list[tuple[int, ...]]:
        data = section.data
        if len(data) % size:
            raise self.error(f"section {section.name} has {len(data)} bytes, not a multiple of {size}")
        return list(struct.iter_unpack(self._order + layout, data))

    def _read_sections(self, offset: int, entry_size: int, count: int, names: int) -> list[Section]:
        if offset == 0:
            raise self.error("it has no sections")
        if entry_size != 64:
            raise self.error(f"section headers of {entry_size} bytes, not 64")
        if count == 0:  # more than 0xff00 sections: the count stands in the first header
            count = self.unpack("IIQQQQIIQQ", offset, "the first section header")[5]
        raw = self.bytes_at(offset, count * 64, "the section header table")
        sections = [Section(self, index, fields)
                    for index, fields in enumerate(struct.iter_unpack(self._order + "IIQQQQIIQQ", raw))]
        if names == 0xFFFF and sections:
            names = sections[0].link
        if names >= len(sections):
            raise self.error("the section of section names does not exist")
        strings = bytes(sections[names].data)
        for section, fields in zip(sections, struct.iter_unpack(self._order + "I60x", raw), strict=True):
            section.name = self._string(strings, fields[0])
        return sections

    def _read_symbols(self) -> list[Symbol]:
        table = next((section for section in self.sections if section.type == SHT_SYMTAB), None)
        if table is None:
            return []
        if table.link >= len(self.sections):
            raise self.error("the symbol table has no string table")
        strings = bytes(self.sections[table.link].data)
        symbols = []
        for name, info, other, section, value, size in self._records(table, "IBBHQQ", 24):
            if section < SHN_LORESERVE and section >= len(self.sections):
                raise self.error(f"a symbol lies in section {section} of {len(self.sections)}")
            kind = info & 15
            named = kind == STT_SECTION and not name and section < len(self.sections)  # some numbers are reserved
            text = self.sections[section].name if named else self._string(strings, name)
            symbols.append(Symbol(text, value, size, section, info >> 4, kind, other & 3))
        return symbols

    def _string(self, strings: bytes, offset: int) -> str:
        end = strings.find(b"\0", offset)
        if end < 0:
            raise self.error(f"a name at {offset} lies beyond its string table of {len(strings)} bytes")
        return strings[offset:end].decode("utf-8", "replace")
