"""Whether two types of different objects mean the same memory, whatever compilers called its parts.

Names of structs, typedefs and integers do not count, nor does what a pointer points at or which names an enum has: one
header is `unsigned int` to one compiler and `__u32` to another, and enums grow. Names and places of members count, and
widths and signs of numbers.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from . import types

if TYPE_CHECKING:
    from .types import Btf, BtfType

_DEEPEST = 32  # types within each other that are looked at
_NUMBERS = (types.Int, types.Enum, types.Enum64, types.Ptr)
_REPLACED = (types.Float, types.Enum64)  # what loaders put something else for where the kernel does not know it
_UNKNOWN = (types.Void, types.Fwd, types.FuncProto, types.Func)


class _Member(NamedTuple):
    bit_offset: int
    name: str
    bits: int  # 0 for one that is no bit field
    type: int


def difference(there: Btf, there_id: int, here: Btf, here_id: int, path: str = "it", depth: int = 0) -> str:
    """What makes two types different memory, such as "count is at byte 8 there, at byte 0 here"; "" where nothing does.

    Args:
        path: what the types are of.
    """
    a, b = there.resolve(there_id)[1], here.resolve(here_id)[1]
    if depth > _DEEPEST or isinstance(a, _UNKNOWN) or isinstance(b, _UNKNOWN):
        return ""
    if isinstance(a, _REPLACED) or isinstance(b, _REPLACED):
        same = there.size_of(there_id) == here.size_of(here_id)
        return "" if same else f"{path} is {_words(there, there_id)} there, {_words(here, here_id)} here"
    if isinstance(a, types.Array) and isinstance(b, types.Array):
        (count, element), (our_count, our_element) = _flat(there, a), _flat(here, b)
        if count != our_count:
            return f"{path} has {count} elements there, {our_count} here"
        return difference(there, element, here, our_element, path, depth + 1)
    if isinstance(a, (types.Struct, types.Union_)) and isinstance(b, (types.Struct, types.Union_)):
        # The kernel's own, of which headers show what they like: bpf_spin_lock, bpf_timer.
        if a.name == b.name and a.name.startswith("bpf_") and a.size == b.size:
            return ""
        return _members_differ(there, a, here, b, path, depth)
    if isinstance(a, _NUMBERS) and isinstance(b, _NUMBERS):
        size, our_size = there.size_of(there_id), here.size_of(here_id)
        same = size == our_size and (size == 1 or _sign(a) is None or _sign(b) is None or _sign(a) == _sign(b))
    else:
        same = type(a) is type(b) and there.size_of(there_id) == here.size_of(here_id)
    return "" if same else f"{path} is {_words(there, there_id)} there, {_words(here, here_id)} here"


def _members_differ(there: Btf, a: types.Struct | types.Union_, here: Btf, b: types.Struct | types.Union_, path: str,
                    depth: int) -> str:
    if a.size != b.size:
        return f"{path} has {a.size} bytes there, {b.size} here"
    prefix = "" if path == "it" else f"{path}."
    for mine, ours in zip_longest(sorted(_members(there, a)), sorted(_members(here, b))):
        if mine is None or ours is None:
            where, one = ("there", mine) if mine is not None else ("here", ours)
            return f"{prefix}{one.name} is {where} only"
        if mine.name != ours.name:
            return (f"{prefix}{mine.name} is at {_place(mine)} there, where {prefix}{ours.name} is here"
                    if mine.bit_offset == ours.bit_offset else
                    f"{prefix}{mine.name} is at {_place(mine)} there, {prefix}{ours.name} at {_place(ours)} here")
        if (mine.bit_offset, mine.bits) != (ours.bit_offset, ours.bits):
            return f"{prefix}{mine.name} is at {_place(mine)} there, at {_place(ours)} here"
        if mine.bits:  # the width of the unit does not count
            signs = _sign(there.resolve(mine.type)[1]), _sign(here.resolve(ours.type)[1])
            found = "" if None in signs or signs[0] == signs[1] else (
                f"{prefix}{mine.name} is {_signed(signs[0])} there, {_signed(signs[1])} here")
        else:
            found = difference(there, mine.type, here, ours.type, prefix + mine.name, depth + 1)
        if found:
            return found
    return ""


def _members(btf: Btf, type_: types.Struct | types.Union_, offset: int = 0, depth: int = 0) -> list[_Member]:
    """The members by name, those of anonymous structs and unions among them; what has no name is padding."""
    found: list[_Member] = []
    for member in type_.members:
        inner = btf.resolve(member.type)[1]
        bits, at = member.bits, offset + member.bit_offset
        if isinstance(inner, types.Int) and not bits and inner.bits != inner.size * 8:
            bits, at = inner.bits, at + inner.offset  # a bit field of an older compiler
        if isinstance(inner, (types.Int, types.Enum, types.Enum64)) and bits == inner.size * 8 and not at % bits:
            bits = 0  # as wide as its type
        if member.name:
            found.append(_Member(at, member.name, bits, member.type))
        elif isinstance(inner, (types.Struct, types.Union_)) and depth < _DEEPEST:
            found.extend(_members(btf, inner, at, depth + 1))
    return found


def _flat(btf: Btf, array: types.Array) -> tuple[int, int]:
    """How many elements an array of arrays has, and their type."""
    count, element = array.count, array.element
    for _ in range(_DEEPEST):
        inner = btf.resolve(element)[1]
        if not isinstance(inner, types.Array):
            break
        count, element = count * inner.count, inner.element
    return count, element


def _sign(type_: BtfType) -> bool | None:
    """Whether an integer is signed; None for what has no sign, or none that compilers agree about."""
    return bool(type_.encoding & types.INT_SIGNED) if isinstance(type_, types.Int) else None


def _signed(sign: bool | None) -> str:
    return "signed" if sign else "unsigned"


def _place(member: _Member) -> str:
    if member.bits:
        return f"bit {member.bit_offset} with {member.bits} bits"
    return f"byte {member.bit_offset // 8}"


def _words(btf: Btf, type_id: int) -> str:
    type_ = btf.resolve(type_id)[1]
    if isinstance(type_, types.Int):
        return f"{_signed(_sign(type_))}, {type_.size * 8} bits"
    if isinstance(type_, (types.Enum, types.Enum64)):
        return f"an enum of {type_.size * 8} bits"
    kind = types.KIND_NAMES[type_.kind]
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}{' ' if type_.name else ''}{type_.name}"
