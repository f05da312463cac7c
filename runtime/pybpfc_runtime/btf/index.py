"""A kernel's types by name, without decoding the hundred thousand that nobody asks for.

The file is mapped. One tight pass notes where each type begins and where its name is; the result, two columns
of 32-bit numbers, is kept in the user's cache directory and checked before use. A name is then found with one
search in the string section and one in the column of names, and only the types that are looked at are decoded.

Names are taken to begin where a string of the string section begins, as all writers of BTF store them.

Source: Documentation/bpf/btf.rst, section 2; limits from include/uapi/linux/btf.h.
"""

from __future__ import annotations

import mmap
import os
import re
import struct
import sys
from array import array
from bisect import bisect_left
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from ..errors import BtfError
from . import cache, types
from .decode import HEADER_SIZE, TRAILERS, Decoder, byte_order
from .types import Btf, BtfType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    _Column = array[int] | memoryview

MAX_SIZE = 64 << 20  # bytes; the largest distribution kernels have 12 MB
MAX_TYPES = 0x000FFFFF  # BTF_MAX_TYPE
_CACHED = "if the types are sound, remove the index in ~/.cache/pybpfc: it is made anew"
_ENUMERATOR_WORDS = {types.BTF_KIND_ENUM: 2, types.BTF_KIND_ENUM64: 3}


class IndexedBtf(Btf):
    """Types that are decoded when they are first looked at.

    Args:
        data: a BTF blob.
        what: the file it came from, for messages.
        base: the types that this blob continues (`/sys/kernel/btf/MODULE` continues vmlinux): ids and string
            offsets count on from there.
        cached: look for the index in the user's cache directory, and put it there.

    Raises:
        BtfError: truncated, corrupt, too large, or of a kind that is not known.
    """

    __slots__ = ("_base", "_by", "_by_constant", "_decoded", "_decoder", "_first", "_first_string", "_key", "_order",
                 "_raw", "_strings", "what")

    def __init__(self, data: bytes | mmap.mmap, what: str = ".BTF", base: IndexedBtf | None = None, *,
                 cached: bool = False) -> None:
        self.what = what
        self._base = base
        self._strings: _Part
        self._first = len(base) + 1 if base is not None else 1
        self._first_string: int = base._first_string + len(base._strings) if base is not None else 0
        self._order = byte_order(data[:2], what)
        type_section, string_section = self._sections(data)
        strings = _Part(data, string_section)
        if not len(strings) or strings.byte(-1) or (strings.byte(0) and base is None):
            raise BtfError(f"{what}: the string section does not begin and end with NUL")
        self._strings = strings  # those of the base class are copied only where somebody asks for them
        self.types = [types.Void()]
        self._ids = None
        self._raw = memoryview(data)[type_section]  # the file stays mapped: only the pages looked at are read
        self._key = ""  # of the index in the cache
        self._by = self._index(data[:HEADER_SIZE]) if cached else self._walk()
        self._by_constant: _Column | None = None
        self._decoder = _LazyDecoder(self)
        self._decoded: dict[int, BtfType] = {0: types.Void()}

    @staticmethod
    def open(path: str | os.PathLike[str], base: IndexedBtf | None = None, *, cached: bool = True) -> IndexedBtf:
        """The types in a file: raw BTF such as /sys/kernel/btf/vmlinux.

        Raises:
            OSError: the file cannot be read.
            BtfError: it is no BTF, or corrupt.
        """
        name = os.fspath(path)
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_SIZE:
                raise BtfError(f"{name}: {size} bytes are no kernel's BTF")
            if size < HEADER_SIZE:
                raise BtfError(f"{name} has {size} bytes, less than the header of BTF",
                               help="give a file of raw BTF, such as a copy of /sys/kernel/btf/vmlinux")
            try:
                data: bytes | mmap.mmap = mmap.mmap(file.fileno(), 0, mmap.MAP_PRIVATE, mmap.PROT_READ)
            except OSError:  # kernels before 6.16 do not map it
                data = file.read(MAX_SIZE)
        if data[:4] == b"\x7fELF":
            raise BtfError(f"{name} is an ELF file, not BTF",
                           help=f"take the section out of it: objcopy --dump-section .BTF=types.btf {name} /dev/null")
        return IndexedBtf(data, name, base, cached=cached)

    def _sections(self, data: bytes | mmap.mmap) -> tuple[slice, slice]:
        if not HEADER_SIZE <= len(data) <= MAX_SIZE:
            raise BtfError(f"{self.what}: {len(data)} bytes are no BTF")
        _, version, _, header, type_at, type_length, string_at, string_length = struct.unpack_from(
            self._order + "HBBIIIII", data)
        if version != 1:
            raise BtfError(f"{self.what} has BTF version {version}; only version 1 is known")
        ends = header + type_at + type_length, header + string_at + string_length
        if header < HEADER_SIZE or max(ends) > len(data) or type_at % 4 or type_length % 4 or header % 4:
            raise BtfError(f"{self.what}: it ends after {len(data)} of {max(ends)} bytes, or is corrupt")
        return slice(header + type_at, ends[0]), slice(header + string_at, ends[1])

    # The index

    def _index(self, header: bytes) -> _Index:
        key = self._key = cache.key(self.what, header, self._raw, self._strings.view())
        stored = cache.read(key)
        if stored is not None:
            index = _Index.from_bytes(stored)
            if index is not None and self._plausible(index.offsets):
                return index
        index = self._walk()
        cache.write(key, bytes(index))
        return index

    def _plausible(self, offsets: _Column) -> bool:
        """Whether stored offsets can be of these types: their ends fit. Their checksum was right already."""
        if not offsets or offsets[0] or not offsets[-1] <= len(self._raw) // 4 - 3:
            return False
        (info,) = struct.unpack_from(self._order + "I", self._raw, offsets[-1] * 4 + 4)
        once, each = TRAILERS.get(info >> 24 & 31, (0, 0))
        return bool(offsets[-1] * 4 + 12 + once + each * (info & 0xFFFF) == len(self._raw))

    def _walk(self) -> _Index:
        words = self._words()
        infos = words[1:]  # where a type begins, its info word is in this one
        lengths: dict[int, int] = {}  # of a type by its info word; few words are different
        enums: list[int] = []  # the numbers of those that have enumeration constants
        offsets = [0]
        note = offsets.append
        at = 0
        while True:
            try:
                while True:
                    at += lengths[infos[at]]
                    note(at)
            except KeyError:
                info = infos[at]
                length = self._length(info)
                if info >> 24 & 31 in _ENUMERATOR_WORDS:  # never among the lengths, so that each comes by here
                    enums.append(len(offsets) - 1)
                    at += length
                    note(at)
                else:
                    lengths[info] = length
            except IndexError:
                break
        end = offsets.pop()
        if end != len(words):
            raise BtfError(f"{self.what}: type {len(offsets) + (end < len(words))} is truncated")
        if len(offsets) > MAX_TYPES:
            raise BtfError(f"{self.what} has more than {MAX_TYPES} types")
        by_name = [name << 32 | number for number, name in enumerate(_chosen(words, offsets)) if name]
        by_name.sort()
        return _Index(array("I", offsets), array("Q", by_name), array("I", enums))

    def _constants(self) -> _Column:
        """The names of the enumeration constants, as `_Index.by_name` has those of types: made when one is asked for,
        which most programs never do."""
        if self._by_constant is None:
            name = self._key and self._key + "-constants"
            stored = cache.read(name) if name else None
            if stored is not None and len(stored) % 8 == 0:
                self._by_constant = stored.cast("Q")
            else:
                self._by_constant = self._read_constants()
                if name:
                    cache.write(name, self._by_constant.tobytes())
        return self._by_constant

    def _read_constants(self) -> array[int]:
        words = self._words()
        found: list[int] = []
        for number in self._by.enums:
            at = self._place(number + self._first) // 4
            info = words[at + 1]
            names = words[at + 3 : at + self._length(info) : _ENUMERATOR_WORDS.get(info >> 24 & 31, 1)].tolist()
            found += [name << 32 | number for name in names]
        found.sort()
        return array("Q", found)

    def _length(self, info: int) -> int:
        """The length of a type in 32-bit units, by its info word."""
        kind = info >> 24 & 31
        if kind not in TRAILERS:
            raise BtfError(f"{self.what} has a type of unknown kind {kind}", help="it comes from a newer kernel than "
                                                                                 "this version knows, or is corrupt")
        once, each = TRAILERS[kind]
        return (12 + once + each * (info & 0xFFFF)) // 4

    def _words(self) -> memoryview | array[int]:
        """The type section as 32-bit numbers."""
        if self._order == ("<" if sys.byteorder == "little" else ">"):
            return self._raw.cast("I")
        words = array("I", bytes(self._raw))
        words.byteswap()
        return words

    # Lookup

    def __len__(self) -> int:
        return self._first + len(self._by.offsets) - 1

    def type(self, type_id: int) -> BtfType:
        found = self._decoded.get(type_id)
        if found is None:
            found = self._decoded[type_id] = self._decode(type_id)
        return found

    def _decode(self, type_id: int) -> BtfType:
        if 0 < type_id < self._first and self._base is not None:
            return self._base.type(type_id)
        at, decoder = self._place(type_id), self._decoder
        name, info, size = decoder.common.unpack_from(self._raw, at)
        kind, count = info >> 24 & 31, info & 0xFFFF
        once, each = TRAILERS.get(kind, (len(self._raw), 0))
        if at + 12 + once + each * count > len(self._raw):
            raise BtfError(f"{self.what}: type {type_id} is corrupt")
        return decoder.one(kind, decoder.name(name), bool(info >> 31), count, size, at + 12)

    def _place(self, type_id: int) -> int:
        """Where a type begins in the type section. An index out of the cache may say anything."""
        index = type_id - self._first
        if not 0 <= index < len(self._by.offsets):
            raise BtfError(f"{self.what} has no type {type_id}; ids end at {len(self)}")
        at = self._by.offsets[index] * 4
        if at + 12 > len(self._raw):
            raise BtfError(f"{self.what}: type {type_id} lies beyond the end", help=_CACHED)
        return at

    def __getattr__(self, attribute: str) -> Any:  # called only for attributes without a value yet
        if attribute != "strings":
            raise AttributeError(attribute)
        self.strings = bytes(self._strings.view())
        return self.strings

    def string(self, offset: int) -> str:
        if offset < self._first_string and self._base is not None:
            return self._base.string(offset)
        return self._strings.text(offset - self._first_string, self.what)

    def kind_of(self, type_id: int) -> int:
        """The kind of a type without decoding it."""
        if type_id < self._first:
            return self._base.kind_of(type_id) if self._base is not None else types.BTF_KIND_UNKN
        (info,) = struct.unpack_from(self._order + "I", self._raw, self._place(type_id) + 4)
        return int(info) >> 24 & 31

    def find(self, kind: int, name: str) -> int | None:
        return next((number for number in self.ids_named(name) if self.kind_of(number) == kind), None)

    def ids_named(self, name: str) -> list[int]:
        """The ids of all types of exactly this name, of any kind, in order; those of the base come first."""
        found = self._base.ids_named(name) if self._base is not None else []
        for offset in self._string_offsets(name):
            found.extend(number for number in self._ids_at(offset) if self._has_name(number, offset))
        return found

    def has_own(self, name: str) -> bool:
        """Whether a type or an enumeration constant of exactly this name is here, and not in the base alone."""
        return any(self._ids_at(offset) or self._enums_at(offset) for offset in self._string_offsets(name))

    def named(self, name: str) -> list[int]:
        """The ids of all types called `name` or `name___...` (a flavour), of any kind, in order.

        Those of the base are not among them: CO-RE looks at a module only where vmlinux has no candidate.
        """
        found: list[int] = []
        btf: IndexedBtf | None = self
        while btf is not None:  # a module's type has its name from vmlinux where that has such a string
            for at in _beginning(btf._strings, name.encode()):
                offset = at + btf._first_string
                found.extend(number for number in self._ids_at(offset) if self._has_name(number, offset))
            btf = btf._base
        return sorted(found)

    def enumerators(self, name: str) -> list[tuple[int, int]]:
        """The enumeration constants of this name: (id of the enum, value)."""
        found = self._base.enumerators(name) if self._base is not None else []
        for offset in self._string_offsets(name):
            for number in self._enums_at(offset):
                enum = self.type(number)
                if isinstance(enum, (types.Enum, types.Enum64)):
                    found.extend((number, value) for text, value in enum.values if text == name)
        return found

    def names_like(self, name: str, kinds: Iterable[int]) -> list[str]:
        """Names of types that begin like this one and are of about its length, for "did you mean"."""
        stem = re.escape(name[: max(2, len(name) * 2 // 3)].encode())
        wanted = frozenset(kinds)
        found = self._base.names_like(name, wanted) if self._base is not None else []
        pattern = rb"(?:\A|\0)(" + stem + rb"[^\0]{0," + str(len(name)).encode() + rb"})(?=\0)"
        for match in re.finditer(pattern, self._strings.view()):
            offset = match.start(1) + self._first_string
            if any(self.kind_of(number) in wanted for number in (*self._ids_at(offset), *self._enums_at(offset))):
                found.append(bytes(match[1]).decode("utf-8", "replace"))
            if len(found) >= 500:
                break
        return found

    def _string_offsets(self, name: str) -> list[int]:
        """Where the string section has this name. A second place is looked for only where nothing is named by the
        first: all writers of BTF store a string once, and to make sure costs more than all else here."""
        encoded = name.encode()
        if not encoded or b"\0" in encoded:
            return []
        found = self._base._string_offsets(name) if self._base is not None else []
        text = b"\0" + encoded + b"\0"
        if self._base is not None and self._strings.find(text[1:], 0, len(text) - 1) == 0:
            found.append(self._first_string)  # the strings of a continuation do not begin with NUL
        at = self._strings.find(text)
        while at >= 0:
            found.append(at + 1 + self._first_string)
            at = -1 if self._ids_at(found[-1]) else self._strings.find(text, at + 1)
        return found

    def _ids_at(self, offset: int) -> list[int]:
        """The ids of the types that have the string at an offset as their name."""
        return [number + self._first for number in _numbers(self._by.by_name, offset)]

    def _enums_at(self, offset: int) -> list[int]:
        """The ids of the enums that have a constant whose name is the string at an offset."""
        return [number + self._first for number in _numbers(self._constants(), offset)]

    def _has_name(self, type_id: int, offset: int) -> bool:
        """Whether the string at an offset is a type's own name."""
        return bool(struct.unpack_from(self._order + "I", self._raw, self._place(type_id))[0] == offset)


def _beginning(strings: _Part, name: bytes) -> Iterator[int]:
    """Where a string section has the name, alone or with a flavour behind it. bytes.find() is much faster than a
    pattern that says the same."""
    text, length = b"\0" + name, len(name)
    at = 0 if strings.find(name, 0, length) == 0 else strings.find(text) + 1 or -1
    while at >= 0:
        if strings.find(b"\0", at + length, at + length + 1) >= 0 or strings.find(b"___", at + length,
                                                                                 at + length + 3) >= 0:
            yield at
        at = strings.find(text, at + length) + 1 or -1


def continues(path: str | os.PathLike[str]) -> bool:
    """Whether the types in a file are a module's, which continue its kernel's: only then does the string section not
    begin with the empty string.

    Raises:
        OSError: the file cannot be read.
    """
    with open(path, "rb") as file:
        head = file.read(HEADER_SIZE)
        if len(head) < HEADER_SIZE or head[:2] not in (b"\x9f\xeb", b"\xeb\x9f"):
            return False
        header, _, _, string_at, length = struct.unpack_from(byte_order(head[:2], os.fspath(path)) + "IIIII", head, 4)
        file.seek(header + string_at)
        return bool(length) and file.read(1) != b"\0"


def _chosen(words: memoryview | array[int], places: list[int]) -> tuple[int, ...]:
    """The numbers at these places."""
    if len(places) < 2:
        return tuple(words[place] for place in places)
    found: tuple[int, ...] = itemgetter(*places)(words)  # three times as fast as a loop
    return found


def _numbers(by_name: _Column, name: int) -> Iterator[int]:
    """The numbers, counted from 0, of the types that have the name at this offset of the string section."""
    at = bisect_left(by_name, name << 32)
    while at < len(by_name) and by_name[at] >> 32 == name:
        yield by_name[at] & 0xFFFFFFFF
        at += 1


class _Index:
    """Where types begin, and which type has which name.

    Attributes:
        offsets: of each type, in 32-bit units of the type section.
        by_name: the offset of a name << 32 | the number of the type that has it; sorted.
        enums: the numbers of the types that have enumeration constants.
    """

    __slots__ = ("by_name", "enums", "offsets")

    def __init__(self, offsets: _Column, by_name: _Column, enums: _Column) -> None:
        self.offsets = offsets
        self.by_name = by_name
        self.enums = enums

    def __bytes__(self) -> bytes:
        padding = bytes((len(self.offsets) + len(self.enums)) % 2 * 4)
        head = struct.pack("=II", len(self.offsets), len(self.enums))
        return head + self.offsets.tobytes() + self.enums.tobytes() + padding + self.by_name.tobytes()

    @staticmethod
    def from_bytes(data: memoryview) -> _Index | None:
        """What `bytes()` gave; None if it has another length."""
        if len(data) < 8:
            return None
        types_, enums = struct.unpack_from("=II", data)
        middle = 8 + (types_ + enums + (types_ + enums) % 2) * 4
        if middle > len(data) or (len(data) - middle) % 8:
            return None
        at = 8 + types_ * 4
        return _Index(data[8:at].cast("I"), data[middle:].cast("Q"), data[at : at + enums * 4].cast("I"))


class _Part:
    """The string section where it lies in the file: a copy of some megabytes takes longer than all searches in it."""

    __slots__ = ("_data", "_end", "_start")

    def __init__(self, data: bytes | mmap.mmap, part: slice) -> None:
        self._data = data
        self._start: int = part.start
        self._end: int = part.stop

    def __len__(self) -> int:
        return self._end - self._start

    def view(self) -> memoryview:
        return memoryview(self._data)[self._start : self._end]

    def place(self) -> tuple[bytes | mmap.mmap, int, int]:
        """The file, and where the section begins and ends in it."""
        return self._data, self._start, self._end

    def byte(self, at: int) -> int:
        """The byte at a place; -1 is the last."""
        return self._data[(self._end if at < 0 else self._start) + at]

    def find(self, text: bytes, start: int = 0, end: int | None = None) -> int:
        """Where a text first is between two places; -1 where it is not."""
        found = self._data.find(text, self._start + start,
                                self._end if end is None else min(self._end, self._start + end))
        return found if found < 0 else found - self._start

    def text(self, offset: int, what: str) -> str:
        """The string at an offset.

        Raises:
            BtfError: it lies beyond the section.
        """
        end = self.find(b"\0", offset) if 0 <= offset < len(self) else -1
        if end < 0:
            raise BtfError(f"{what}: a name at {offset} lies beyond the string section of {len(self)} bytes")
        return self._data[self._start + offset : self._start + end].decode("utf-8", "replace")


class _LazyDecoder(Decoder):
    """Takes names from where they lie, and reads the members of a struct when they are first looked at."""

    def __init__(self, btf: IndexedBtf) -> None:
        super().__init__(btf._raw, b"", btf._order)
        self.btf = btf
        self.data, self.start, self.end = btf._strings.place()

    def name(self, offset: int) -> str:
        name = self.names.get(offset)
        if name is None:
            own = self.start + offset - self.btf._first_string
            end = self.data.find(b"\0", own, self.end) if own >= self.start else -1
            # what lies in the base, or is corrupt, takes the long way
            name = self.data[own:end].decode("utf-8", "replace") if end >= 0 else self.btf.string(offset)
            self.names[offset] = name
        return name

    def members_at(self, flag: bool, count: int, body: int) -> list[types.Member] | Callable[[], list[types.Member]]:
        return partial(self.members, flag, count, body)
