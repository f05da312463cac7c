"""User-space binaries: where they are, and where in the file a function begins.

A uprobe is placed at an offset in a file. Symbols hold addresses; the program header that maps an address says
which offset it comes from.

Source: elf(5), ld.so(8); the System V ABI, chapters 4 and 5.
"""

from __future__ import annotations

import mmap
import os
import struct
from typing import NamedTuple

from ..errors import AttachError

_SHT_SYMTAB, _SHT_DYNSYM = 2, 11
_STT_FUNC, _STT_GNU_IFUNC = 2, 10
_STB_GLOBAL = 1
_PT_LOAD = 1
_LIBRARIES = ("/usr/local/lib", "/lib64", "/usr/lib64", "/lib", "/usr/lib")
_BINARIES = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


def find_binary(name: str, program: str) -> str:
    """The path of a binary or a library.

    Args:
        name: a path, or a name that is looked up in PATH, or if it has `.so` in it where libraries are.
        program: for the message.

    Raises:
        AttachError: there is none.
    """
    if "/" in name:
        if os.path.isfile(name):
            return os.path.abspath(name)
        raise AttachError(f"program {program}: there is no file {name}", help="give the path of a binary or a library")
    if ".so" in name:
        machine = f"{os.uname().machine}-linux-gnu"
        folders = os.environ.get("LD_LIBRARY_PATH", "").split(":")
        folders += [os.path.join(folder, part) for folder in _LIBRARIES for part in (machine, "")]
    else:
        folders = [*os.environ.get("PATH", "").split(":"), *_BINARIES]
    for folder in folders:
        path = os.path.join(folder, name)
        if folder and os.path.isfile(path):
            return path
    raise AttachError(f"program {program}: {name} is not in {'the library folders' if '.so' in name else 'PATH'}",
                      help="give its whole path")


def function_offset(path: str, name: str, program: str) -> int:
    """The offset in a file at which a function begins, in bytes.

    Args:
        name: of a symbol; `name@version` where a library has several versions.

    Raises:
        AttachError: not an ELF file, or no such function, or several.
    """
    try:
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, mmap.MAP_PRIVATE, mmap.PROT_READ) as data:
            return _Binary(data).offset(name)
    except (struct.error, OverflowError, IndexError, ValueError, OSError) as error:
        reason = str(error) if isinstance(error, _NotThere) else f"it is no ELF file that can be read ({error})"
        help_ = error.help if isinstance(error, _NotThere) else ""
        raise AttachError(f"program {program}: function {name} in {path}: {reason}", help=help_) from error


class _NotThere(ValueError):
    def __init__(self, reason: str, help: str = "") -> None:
        super().__init__(reason)
        self.help = help


class _Symbol(NamedTuple):
    value: int
    is_global: bool


class _Binary:
    """The tables of an ELF file of either class and byte order."""

    def __init__(self, data: mmap.mmap) -> None:
        if data[:4] != b"\x7fELF" or len(data) < 16 or data[4] not in (1, 2) or data[5] not in (1, 2):
            raise ValueError("it does not begin as one")
        self.data = data
        self.wide = data[4] == 2
        self.order = "<" if data[5] == 1 else ">"
        header = struct.unpack_from(self.order + ("HHIQQQIHHHHHH" if self.wide else "HHIIIIIHHHHHH"), data, 16)
        self.programs = header[4], header[8], header[9]  # offset, size of an entry, count
        self.sections = header[5], header[10], header[11]

    def offset(self, name: str) -> int:
        symbols = self.functions(name)
        chosen = {symbol.value for symbol in symbols if symbol.is_global} or {symbol.value for symbol in symbols}
        if not chosen:
            raise _NotThere("it has no such symbol", "see `nm -D FILE` and `nm FILE`; a stripped binary has only "
                                                     "dynamic symbols: give offset= instead")
        if len(chosen) > 1:
            places = ", ".join(f"{self.place(value):#x}" for value in sorted(chosen))
            raise _NotThere(f"there are several, at {places}", "give offset= instead of function=")
        return self.place(chosen.pop())

    def place(self, address: int) -> int:
        """The offset in the file of an address."""
        first, size, count = self.programs
        for at in range(first, first + count * size, size or 1):
            if self.wide:
                kind, _, offset, start, _, length = struct.unpack_from(self.order + "IIQQQQ", self.data, at)
            else:
                kind, offset, start, _, length = struct.unpack_from(self.order + "IIIII", self.data, at)
            if kind == _PT_LOAD and start <= address < start + length:
                return int(address - start + offset)
        raise _NotThere(f"its address {address:#x} is not in the file")

    def functions(self, name: str) -> list[_Symbol]:
        """All symbols of functions that have this name, with or without a version."""
        at, size, count = self.sections
        layout = self.order + ("IIQQQQII" if self.wide else "IIIIIIII")
        sections = [struct.unpack_from(layout, self.data, at + index * size) for index in range(count)]
        found = []
        for section in sections:
            if section[1] in (_SHT_SYMTAB, _SHT_DYNSYM):
                found += self.named(name.encode(), section, sections[section[6]])
        return found

    def named(self, name: bytes, table: tuple[int, ...], strings: tuple[int, ...]) -> list[_Symbol]:
        texts = self.data[strings[4] : strings[4] + strings[5]]
        places = _places(texts, name)
        layout = struct.Struct(self.order + ("IBBHQQ" if self.wide else "IIIBBH"))
        found = []
        for fields in layout.iter_unpack(self.data[table[4] : table[4] + table[5] // layout.size * layout.size]):
            if fields[0] not in places:
                continue
            value, info, section = (fields[4], fields[1], fields[3]) if self.wide else (fields[1], fields[3], fields[5])
            if section and info & 15 in (_STT_FUNC, _STT_GNU_IFUNC):
                found.append(_Symbol(value, info >> 4 == _STB_GLOBAL))
        return found


def _places(texts: bytes, name: bytes) -> set[int]:
    """Where a string table holds a name, also as the end of a longer one, or with a version behind it."""
    found = set()
    for ending in (b"\0", b"@"):
        at = texts.find(name + ending)
        while at >= 0:
            found.add(at)
            at = texts.find(name + ending, at + 1)
    return found
