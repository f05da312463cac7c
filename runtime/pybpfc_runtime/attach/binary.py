"""User-space binaries: where in the file a function begins.

A uprobe is placed at an offset in a file. Symbols hold addresses; the program header that maps an address says
which offset it comes from, in executables, position-independent ones and libraries alike.

Source: elf(5); the System V ABI, chapters 4 and 5; GNU symbol versions, LSB Core 10.7.
"""

from __future__ import annotations

import mmap
import os
import re
import struct
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from ..errors import AttachError
from .functions import glob_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHT_SYMTAB, _SHT_DYNSYM, _SHT_GNU_VERDEF, _SHT_GNU_VERSYM = 2, 11, 0x6FFFFFFD, 0x6FFFFFFF
_STT_FUNC, _STT_GNU_IFUNC = 2, 10
_STB_GLOBAL = 1
_PT_LOAD = 1
_PF_X = 1


class Symbol(NamedTuple):
    """A function of a binary.

    Attributes:
        version: "GLIBC_2.34" where the library versions its symbols, else "".
        is_default: whether programs that ask for no version get this one.
        address: as linked, in bytes.
    """

    name: str
    version: str
    is_default: bool
    is_global: bool
    address: int


class Section(NamedTuple):
    """A section header: name, type, address, place and size in the file, and the table it refers to."""

    name: str
    type: int
    address: int
    offset: int
    size: int
    link: int


class NotThere(ValueError):
    """What is looked for is not in the file; `help` says what to do."""

    def __init__(self, reason: str, help: str = "") -> None:
        super().__init__(reason)
        self.help = help


def function_offset(path: str, name: str, program: str) -> int:
    """The offset in a file at which a function begins, in bytes.

    Args:
        name: of a symbol; `name@version` where a library has several versions.

    Raises:
        AttachError: not an ELF file, or no such function, or several.
    """
    with opened(path, program, f"function {name}") as binary:
        return binary.offset(name)


def matching_functions(path: str, pattern: str, program: str) -> dict[str, int]:
    """The functions that a glob with `*` and `?` matches: their offsets in the file, by name.

    Raises:
        AttachError: not an ELF file, or none matches.
    """
    with opened(path, program, f"functions {pattern}") as binary:
        wanted = re.compile(glob_pattern(pattern))
        found = {symbol.name: binary.place(symbol.address) for symbol in binary.symbols()
                 if wanted.fullmatch(symbol.name)}
        if not found:
            raise NotThere("none matches", binary.similar(pattern.strip("*?")))
        return dict(sorted(found.items()))


@contextmanager
def opened(path: str, program: str, what: str) -> Iterator[Binary]:
    """A binary, for the length of a block. What goes wrong in the block is an AttachError that names the file.

    Args:
        what: is looked for: "function main".
    """
    try:
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, mmap.MAP_PRIVATE, mmap.PROT_READ) as data:
            yield Binary(data)
    except (struct.error, OverflowError, IndexError, ValueError, OSError) as error:
        reason = str(error) if isinstance(error, NotThere) else f"it is no ELF file that can be read ({error})"
        help_ = error.help if isinstance(error, NotThere) else ""
        raise AttachError(f"program {program}: {what} in {path}: {reason}", help=help_) from error


class Binary:
    """The tables of an ELF file of either class and byte order.

    Attributes:
        machine: EM_*.
        is_executable: ET_EXEC: linked to the addresses at which it runs.
    """

    def __init__(self, data: mmap.mmap) -> None:
        if data[:4] != b"\x7fELF" or len(data) < 16 or data[4] not in (1, 2) or data[5] not in (1, 2):
            raise ValueError("it does not begin as one")
        self.data = data
        self.wide = data[4] == 2
        self.order = "<" if data[5] == 1 else ">"
        header = struct.unpack_from(self.order + ("HHIQQQIHHHHHH" if self.wide else "HHIIIIIHHHHHH"), data, 16)
        self.is_executable = header[0] == 2
        self.machine: int = header[1]
        self._programs = header[4], header[8], header[9]  # offset, size of an entry, count
        self.sections = self._read_sections(header[5], header[10], header[11], header[12])

    def _read_sections(self, at: int, size: int, count: int, names: int) -> list[Section]:
        layout = self.order + ("IIQQQQII" if self.wide else "IIIIIIII")
        raw = [struct.unpack_from(layout, self.data, at + index * size) for index in range(count)]
        texts = self.data[raw[names][4] : raw[names][4] + raw[names][5]] if raw else b""
        return [Section(_text(texts, fields[0]), fields[1], fields[3], fields[4], fields[5], fields[6])
                for fields in raw]

    def section(self, name: str) -> Section | None:
        return next((section for section in self.sections if section.name == name), None)

    def contents(self, section: Section) -> bytes:
        return self.data[section.offset : section.offset + section.size]

    def offset(self, name: str) -> int:
        """See `function_offset`."""
        plain, _, version = name.partition("@")
        version = version.lstrip("@")
        symbols = [symbol for symbol in self.symbols(plain) if not version or symbol.version == version]
        if not version and any(symbol.is_default for symbol in symbols):
            symbols = [symbol for symbol in symbols if symbol.is_default]
        chosen = {symbol.address for symbol in symbols if symbol.is_global} or {symbol.address for symbol in symbols}
        if not chosen:
            versions = sorted({symbol.version for symbol in self.symbols(plain)})
            raise NotThere("it has no such symbol",
                           f"it has {plain} with version {', '.join(versions)}" if versions else self.similar(plain))
        if len(chosen) > 1:
            places = ", ".join(f"{self.place(value):#x}" for value in sorted(chosen))
            raise NotThere(f"there are several, at {places}", "give offset= instead of function=")
        return self.place(chosen.pop())

    def segment(self, address: int) -> tuple[int, bool] | None:
        """The offset in the file of an address, and whether what is there may be executed; None for none."""
        first, size, count = self._programs
        for at in range(first, first + count * size, size or 1):
            if self.wide:
                kind, flags, offset, start, _, length = struct.unpack_from(self.order + "IIQQQQ", self.data, at)
            else:
                kind, offset, start, _, length, _, flags = struct.unpack_from(self.order + "IIIIIII", self.data, at)
            if kind == _PT_LOAD and start <= address < start + length:
                return int(address - start + offset), bool(flags & _PF_X)
        return None

    def place(self, address: int) -> int:
        """The offset in the file of an address."""
        found = self.segment(address)
        if found is None:
            raise NotThere(f"its address {address:#x} is not in the file")
        return found[0]

    def symbols(self, name: str | None = None) -> Iterator[Symbol]:
        """The functions in the symbol tables, all of them or those of one name."""
        for section in self.sections:
            if section.type in (_SHT_SYMTAB, _SHT_DYNSYM):
                yield from self._table(section, self.sections[section.link], name)

    def _table(self, table: Section, strings: Section, name: str | None) -> Iterator[Symbol]:
        texts = self.contents(strings)
        places = _places(texts, name.encode()) if name is not None else None
        layout = struct.Struct(self.order + ("IBBHQQ" if self.wide else "IIIBBH"))
        versions = self._versions() if table.type == _SHT_DYNSYM else {}
        whole = self.data[table.offset : table.offset + table.size // layout.size * layout.size]
        for index, fields in enumerate(layout.iter_unpack(whole)):
            if places is not None and fields[0] not in places:
                continue
            value, info, section = (fields[4], fields[1], fields[3]) if self.wide else (fields[1], fields[3], fields[5])
            if not section or info & 15 not in (_STT_FUNC, _STT_GNU_IFUNC):
                continue
            # Static tables carry the version in the name: `name@old`, `name@@default`.
            plain, at, version = _text(texts, fields[0]).partition("@")
            default = not at or version.startswith("@")
            version, default = (version.lstrip("@"), default) if at else versions.get(index, ("", True))
            yield Symbol(plain, version, default, info >> 4 == _STB_GLOBAL, value)

    def _versions(self) -> dict[int, tuple[str, bool]]:
        """The version of dynamic symbols by their index, and whether it is the default one."""
        numbers = next((each for each in self.sections if each.type == _SHT_GNU_VERSYM), None)
        defined = next((each for each in self.sections if each.type == _SHT_GNU_VERDEF), None)
        if numbers is None or defined is None:
            return {}
        texts, names = self.contents(self.sections[defined.link]), dict[int, str]()
        at = defined.offset
        while at < defined.offset + defined.size:
            _, _, number, _, _, first, following = struct.unpack_from(self.order + "HHHHIII", self.data, at)
            (name,) = struct.unpack_from(self.order + "I", self.data, at + first)
            names[number] = _text(texts, name)
            if not following:
                break
            at += following
        count = numbers.size // 2
        values = struct.unpack_from(f"{self.order}{count}H", self.data, numbers.offset)
        return {index: (names[value & 0x7FFF], not value & 0x8000) for index, value in enumerate(values)
                if value & 0x7FFF > 1 and value & 0x7FFF in names}

    def similar(self, name: str) -> str:
        """Words for a help: the functions whose names are near a wrong one."""
        import difflib

        known = {symbol.name for symbol in self.symbols()}
        near = difflib.get_close_matches(name, known, n=3)
        if near:
            return f"did you mean {' or '.join(near)}?"
        return "see `nm -D FILE` and `nm FILE`; a stripped binary has only dynamic symbols: give offset= instead"


def _text(texts: bytes, at: int) -> str:
    return texts[at : texts.index(b"\0", at)].decode("utf-8", "replace")


def _places(texts: bytes, name: bytes) -> set[int]:
    """Where a string table holds a name, also as the end of a longer one, or with a version behind it."""
    found = set()
    for ending in (b"\0", b"@"):
        at = texts.find(name + ending)
        while at >= 0:
            found.add(at)
            at = texts.find(name + ending, at + 1)
    return found


def native_machine() -> tuple[int, bool] | None:
    """EM_* of this process and whether it is of 64 bits; None where that cannot be read."""
    try:
        with open("/proc/self/exe", "rb") as file:
            start = file.read(20)
    except OSError:
        return None
    order = "<" if start[5] == 1 else ">"
    return struct.unpack_from(order + "H", start, 18)[0], start[4] == 2


def runs_here(path: str | os.PathLike[str]) -> bool:
    """Whether a file is an ELF file for the processor and the word size of this process."""
    try:
        with open(path, "rb") as file:
            start = file.read(20)
    except OSError:
        return False
    if len(start) < 20 or start[:4] != b"\x7fELF":
        return False
    order = "<" if start[5] == 1 else ">"
    return (struct.unpack_from(order + "H", start, 18)[0], start[4] == 2) == native_machine()
