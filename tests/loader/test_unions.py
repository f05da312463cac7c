"""Unions in user space: the members share memory, whatever was written last."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Annotated

import pytest

from pybpfc import Array, ArrayMap, Struct, Union, data, u8, u16, u32, u64


class Number(Union):
    word: u32
    byte: u8
    wide: u64


class _Either(Union):
    whole: u32
    half: u16


class Holder(Struct):
    before: u32
    _anonymous_either: _Either


def test_a_member_that_is_not_the_last_is_written() -> None:
    assert bytes(Number(word=7)) == bytes(Number.zero(word=7)) == (7).to_bytes(8, "little")
    number = Number.zero()
    number.word = 0x10002
    assert (number.byte, number.wide, bytes(number)) == (2, 0x10002, (0x10002).to_bytes(8, "little"))


def test_members_are_written_in_the_order_in_which_they_are_given() -> None:
    assert bytes(Number(word=0x101, byte=2))[:2] == b"\x02\x01"
    assert bytes(Number(byte=2, word=0x101))[:2] == b"\x01\x01"


def test_one_member_of_an_anonymous_union_is_enough() -> None:
    holder = Holder(before=1, whole=0x30002)
    assert (bytes(holder), holder.half) == (bytes([1, 0, 0, 0, 2, 0, 3, 0]), 2)
    holder.half = 9
    assert holder.whole == 0x30009
    assert Holder(before=1, whole=0x30009) == holder
    with pytest.raises(TypeError, match="missing: before"):
        Holder(half=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="missing: whole, half"):
        Holder(before=1)  # type: ignore[call-arg]


def test_as_initial_values() -> None:
    """What a declaration at module level holds."""
    assert bytes(data(Number.zero(word=5)).initial) == (5).to_bytes(8, "little")  # type: ignore[attr-defined]
    assert ArrayMap[Holder](max_entries=1) is not None


class Pair(Struct):
    low: u32
    high: u32


class Parts(Union):
    whole: u64
    pair: Pair
    halves: Annotated[Array[Pair], 1]


class Message(Struct):
    number: u32
    parts: Parts


class _Contents(Union):
    message: Message
    raw: Annotated[Array[u8], 16]


class Letter(Struct):
    to: u32
    _anonymous_contents: _Contents


def test_what_changes_within_a_member_changes_the_others() -> None:
    message = Message(number=1, parts=Parts(whole=5))
    message.parts.pair.high = 7
    assert (message.parts.whole, message.parts.halves[0].high) == (7 << 32 | 5, 7)
    message.parts.halves[0].low = 6
    assert (message.parts.whole, message.parts.pair) == (7 << 32 | 6, Pair(low=6, high=7))
    assert bytes(message)[8:] == bytes([6, 0, 0, 0, 7, 0, 0, 0])

    letter = Letter.zero()
    letter.message.parts.pair.low = 9
    assert letter.raw == bytes([0] * 8 + [9] + [0] * 7)
    assert bytes(letter)[8:] == letter.raw


def test_a_member_that_is_no_longer_there_changes_nothing() -> None:
    parts = Parts(whole=5)
    before = parts.pair
    parts.whole = 1
    before.high = 7
    assert (before, parts.whole, parts.pair) == (Pair(low=5, high=7), 1, Pair(low=1, high=0))


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_copies_are_apart(copied: Callable[[Message], Message]) -> None:
    message = Message(number=1, parts=Parts(whole=5))
    other = copied(message)
    other.parts.pair.low = 8
    assert (message.parts.whole, other.parts.whole, bytes(other)[8]) == (5, 8, 8)
    assert copy.copy(message) == message
