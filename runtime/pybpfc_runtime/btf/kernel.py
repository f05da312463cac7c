"""The running kernel's types, decoded one by one as they are asked for.

/sys/kernel/btf/vmlinux has more than a hundred thousand types, of which a program needs a handful: the file is
mapped, one tight pass notes where each type begins, and the rest is found by name.
"""

from __future__ import annotations

import mmap
import struct
from functools import cache

from ..errors import BtfError, UnsupportedFeature
from . import types
from .decode import HEADER_SIZE, TRAILERS, Decoder, byte_order
from .types import Btf, BtfType

VMLINUX = "/sys/kernel/btf/vmlinux"

# How many words follow the three common ones: once, and per element.
_ONCE = [TRAILERS.get(kind, (0, 0))[0] // 4 for kind in range(32)]
_EACH = [TRAILERS.get(kind, (0, 0))[1] // 4 for kind in range(32)]


class KernelBtf(Btf):
    """Types that are decoded when they are first used.

    Args:
        data: a BTF blob in the host's byte order.

    Raises:
        BtfError: corrupt, or of a kind that is not known.
    """

    __slots__ = ("_by_name", "_decoded", "_decoder", "_offsets", "_words")

    def __init__(self, data: bytes | mmap.mmap) -> None:
        view = memoryview(data)
        byte_order(view)
        header, type_offset, type_length, string_offset, string_length = struct.unpack_from("=IIIII", view, 4)
        if header < HEADER_SIZE or header + max(type_offset + type_length, string_offset + string_length) > len(view):
            raise BtfError("the kernel's BTF is truncated")
        raw = view[header + type_offset : header + type_offset + type_length]
        super().__init__([types.Void()], bytes(view[header + string_offset :][:string_length]))
        self._words = raw.cast("I").tolist()
        self._decoder = Decoder(bytes(raw), self.strings, "=")
        self._decoded: dict[int, BtfType] = {0: types.Void()}
        self._offsets = self._walk()
        self._by_name: dict[int, list[int]] | None = None

    def _walk(self) -> list[int]:
        words, end = self._words, len(self._words)
        offsets = [0]
        at = 0
        while at < end:
            offsets.append(at)
            info = words[at + 1]
            kind = info >> 24 & 31
            if kind not in TRAILERS:
                raise BtfError(f"the kernel's BTF has a type of unknown kind {kind}",
                               help="the kernel is newer than this loader")
            at += 3 + _ONCE[kind] + _EACH[kind] * (info & 0xFFFF)
        return offsets

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def type(self, type_id: int) -> BtfType:
        found = self._decoded.get(type_id)
        if found is None:
            if not 0 < type_id < len(self._offsets):
                raise BtfError(f"the kernel's BTF has no type {type_id}")
            at = self._offsets[type_id]
            name, info, size = self._words[at : at + 3]
            found = self._decoded[type_id] = self._decoder.one(
                info >> 24 & 31, self._decoder.name(name), bool(info >> 31), info & 0xFFFF, size, at * 4 + 12)
        return found

    def find(self, kind: int, name: str) -> int | None:
        return next((number for number in self.named(name) if self.type(number).kind == kind), None)

    def named(self, name: str) -> list[int]:
        """The ids of all types called `name` or `name___...` (a flavour), of any kind."""
        if self._by_name is None:
            by_name: dict[int, list[int]] = {}
            words = self._words
            for number, at in enumerate(self._offsets[1:], 1):
                by_name.setdefault(words[at], []).append(number)
            self._by_name = by_name
        found: list[int] = []
        for ending in (b"\0", b"___"):
            wanted = b"\0" + name.encode() + ending
            at = self.strings.find(wanted)
            while at >= 0:
                found.extend(self._by_name.get(at + 1, ()))
                at = self.strings.find(wanted, at + 1)
        return sorted(found)


@cache
def kernel_btf() -> KernelBtf:
    """The running kernel's own types.

    Raises:
        UnsupportedFeature: the kernel does not show them.
    """
    try:
        with open(VMLINUX, "rb") as file:
            return KernelBtf(mmap.mmap(file.fileno(), 0, mmap.MAP_PRIVATE, mmap.PROT_READ))
    except OSError as error:
        raise UnsupportedFeature(f"CO-RE relocations need the kernel's types, but {VMLINUX} cannot be read "
                                 f"({error.strerror})",
                                 help="the kernel must be built with CONFIG_DEBUG_INFO_BTF") from error
