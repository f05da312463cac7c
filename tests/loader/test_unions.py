"""Unions in user space: the members share memory, whatever was written last."""

from __future__ import annotations

import pytest

from pybpfc import ArrayMap, Struct, Union, data, u8, u16, u32, u64


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
