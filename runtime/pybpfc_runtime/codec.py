"""Keys and values of maps: Python on one side, bytes of the exact size on the other."""

from __future__ import annotations

import contextlib
import gc
import struct
import sys
from typing import TYPE_CHECKING, Any

from .decoders import decoder, encoder, integer_packer
from .errors import CodecContextError
from .layout import CodecError, IntegerType, OpaqueType, StructType, as_key

if TYPE_CHECKING:
    from .layout import AnyType


_PREFIX_LENGTH = 4  # bytes: `__u32 prefixlen`, include/uapi/linux/bpf.h, struct bpf_lpm_trie_key_u8


class Codec:
    """Encodes and decodes one place (the key, or the value) of a map.

    Args:
        what: "key of map traffic", for messages.
        type: the layout; None for raw bytes.
        size: bytes.
    """

    __slots__ = ("_pack", "size", "type", "what")

    def __init__(self, what: str, type: AnyType | None, size: int) -> None:
        self.what = what
        self.type = type if type is not None and type.size == size else None
        self.size = size
        # Most keys, and many values, are integers; what does not fit goes the long way, which says why.
        self._pack = integer_packer(self.type) if isinstance(self.type, IntegerType) else None

    def encode(self, value: Any) -> bytes:
        """Bytes of the exact size.

        An integer, a struct instance or a dict, text, a tuple: what the type takes. Bytes of the right
        length stand for themselves. An `ipaddress` object stands for a be32 or for 16 bytes.

        Raises:
            CodecContextError: the value does not fit.
        """
        if self._pack is not None and type(value) is int:
            with contextlib.suppress(struct.error):
                return self._pack(value)
        try:
            return self._encode(value)
        except (CodecError, TypeError, ValueError, OverflowError) as error:
            raise CodecContextError(f"{self.what}: {error}") from error

    def decode(self, data: bytes | memoryview) -> Any:
        """The Python value; bytes where no type is known."""
        return bytes(data) if self.type is None else self.type.decode(data)

    def decode_many(self, data: bytes | memoryview, after: int = 0) -> list[Any]:
        """The values that lie one behind the other, with `after` bytes to skip behind each."""
        if not data:
            return []
        decode = decoder(self.type if self.type is not None else OpaqueType("bytes", self.size, 1), 0, after)
        if not gc.isenabled():
            return decode(data)
        gc.disable()  # it would go through the growing list again and again, and what is made here has no cycles
        try:
            return decode(data)
        finally:
            gc.enable()

    def encode_many(self, values: list[Any]) -> bytes:
        """What `encode` gives for each, joined.

        Raises:
            CodecContextError: a value does not fit.
        """
        fast = encoder(self.type) if self.type is not None else None
        if fast is not None:
            with contextlib.suppress(struct.error, AttributeError, TypeError):  # the slow way says what is wrong
                return fast(values)
        return b"".join(map(self.encode, values))

    def _encode(self, value: Any) -> bytes:
        type_ = self.type
        if isinstance(value, (bytes, bytearray, memoryview)) and len(value) == self.size:
            return bytes(value)
        packed = getattr(value, "packed", None)
        if isinstance(packed, bytes):
            return self._address(value, packed)
        if type_ is not None:
            return type_.encode(value)
        if isinstance(value, int):
            return IntegerType(f"{self.size} bytes", self.size * 8, signed=value < 0).encode(value)
        if hasattr(value, "__bytes__"):
            raw = bytes(value)
            if len(raw) == self.size:
                return raw
        raise CodecError(f"{self.size} bytes are wanted, not {value!r}")

    def _address(self, value: Any, packed: bytes) -> bytes:
        if isinstance(self.type, IntegerType) and not self.type.big_endian:
            raise CodecError(f"{value} is in network order, but {self.type.name} in the host's: declare be32 (or "
                             "__be32), or say which is meant with int.from_bytes(address.packed, ...)")
        if len(packed) != self.size:
            raise CodecError(f"{value} has {len(packed)} bytes, {self.size} are wanted")
        return packed


class TextKeyCodec(Codec):
    """Keys that are text: two that read alike stay two."""

    __slots__ = ()

    def decode(self, data: bytes | memoryview) -> Any:
        return as_key(super().decode(data))

    def decode_many(self, data: bytes | memoryview, after: int = 0) -> list[Any]:
        keys = super().decode_many(data, after)
        return keys if set(map(type, keys)) <= {str} else list(map(as_key, keys))  # most have nothing behind the NUL


class PrefixCodec(Codec):
    """The key of an LPM trie: a number of bits in the host's order, and the bits. `ip_network("10.0.0.0/8")` is one."""

    __slots__ = ()

    def _encode(self, value: Any) -> bytes:
        address = getattr(getattr(value, "network_address", None), "packed", None)
        if not isinstance(address, bytes):
            return super()._encode(value)
        bits = self.type.fields[-1].type if isinstance(self.type, StructType) and self.type.fields else None
        if isinstance(bits, IntegerType) and not bits.big_endian:
            raise CodecError(f"{value} is in network order, but {bits.name} in the host's: declare be32 (or __be32)")
        if len(address) != self.size - _PREFIX_LENGTH:
            raise CodecError(f"{value} has {len(address)} bytes of address, {self.size - _PREFIX_LENGTH} are wanted")
        return int(value.prefixlen).to_bytes(_PREFIX_LENGTH, sys.byteorder) + address

    def encode(self, value: Any) -> bytes:
        return self._checked(super().encode(value))

    def encode_many(self, values: list[Any]) -> bytes:
        return b"".join(map(self.encode, values))

    def _checked(self, data: bytes) -> bytes:
        length, most = int.from_bytes(data[:_PREFIX_LENGTH], sys.byteorder), 8 * (self.size - _PREFIX_LENGTH)
        if length > most:
            raise CodecContextError(f"{self.what}: a prefix of {length} bits is longer than the {most} of its data")
        return data


def checked_flags(flags: Any, what: str) -> int:
    """The flags of a command for a map.

    Raises:
        CodecContextError: no number, or more than 64 bits.
    """
    if not isinstance(flags, int) or not 0 <= flags < 1 << 64:
        raise CodecContextError(f"{what}: flags are a number such as BPF_NOEXIST, not {flags!r}")
    return flags
