"""Bytes made wrong as files are: bits flipped, numbers replaced by telling ones, pieces cut out and doubled."""

from __future__ import annotations

import struct
from random import Random

_TELLING = (0, 1, 2, 7, 0xFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x04000010, 0x84000003)


def mutated(original: bytes, choice: Random) -> bytes:
    """A copy with one to eight changes."""
    data = bytearray(original)
    for _ in range(choice.choice((1, 1, 1, 2, 8))):
        if len(data) < 8:
            break
        at = choice.randrange(len(data))
        word = min(at, len(data) - 4) // 4 * 4
        match choice.randrange(5):
            case 0:
                data[at] ^= 1 << choice.randrange(8)
            case 1:
                struct.pack_into("<I", data, word, choice.choice(_TELLING))
            case 2:
                struct.pack_into("<I", data, word, choice.randrange(64))
            case 3:
                del data[at : at + choice.choice((1, 4, 12, len(data)))]
            case _:
                data[at:at] = data[at : at + choice.choice((4, 12, 24))]
    return bytes(data)
