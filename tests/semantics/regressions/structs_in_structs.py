"""Classes that stand in a class, anonymous members among them, and annotations in quotes that are strings already."""
# ruff: noqa: UP037
from __future__ import annotations

from typing import Annotated, Final

from pybpfc import Array, ArrayMap, Struct, Union, bits, data, rodata, subprog, u8, u16, u32, u64, xdp, xdp_md


class In(Struct):
    number: u16


class Word(Union):
    class Parts(Struct):
        low: Annotated[u16, bits(3)]
        high: Annotated[u16, bits(13)]

    parts: Parts
    whole: u16
    bytes: Annotated[Array[u8], 2]


class Entry(Struct):
    class _Either(Union):
        class _Pair(Struct):
            first: u16
            second: u16

        _anonymous_pair: _Pair
        both: u32

    _anonymous_either: _Either
    words: Annotated[Array[Word], 2]
    next: "Annotated[Array[u8], 2]"


LICENSE = "GPL"
out = ArrayMap[u64](max_entries=8)
entry: Entry = data(0)
limit: Final[u32] = rodata(9)
step: "u32" = rodata(2)

EXPECTED = ((bytes.fromhex("3412"), (0x1234, 4, 0x246, 0x34, 0x20001, 0x1231, 1, 11)),)


@subprog
def halved(number: "u32", word: "Word | None") -> "u32":
    return number // step if word is not None else 0


@xdp
def program(ctx: "xdp_md") -> int:
    given = ctx.cursor().pull(In)
    if given is None:
        return 2
    word = Word(whole=given.number)
    out[0] = word.whole
    out[1] = word.parts.low
    out[2] = word.parts.high
    out[3] = word.bytes[0]
    pair = Entry(first=1, second=2, words=(word, Word(parts=Word.Parts(low=1, high=2))), next=(1, 2))
    out[4] = pair.both
    pair.words[0].parts.low = 1
    entry.words[0] = pair.words[0]
    out[5] = entry.words[0].whole
    same = Entry(both=0x20001, words=pair.words, next=(1, 2))
    out[6] = u64(same == pair)
    total: "u32" = halved(4, word)
    out[7] = total + limit
    return 2
