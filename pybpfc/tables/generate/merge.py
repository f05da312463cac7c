"""Adds to the types of one kernel what another has of the same version, built with other options.

No kernel is built with everything: what one has in modules or not at all, another has in itself. Types that both have
keep the shape of the first; of the second kernel come the structs, unions, enums and typedefs whose names the first
lacks, and the functions that BPF programs may call.
"""

from __future__ import annotations

from pybpfc_runtime.btf import types
from pybpfc_runtime.btf.decode import references
from pybpfc_runtime.btf.types import Btf, BtfType, Member

_NAMED = (types.Int, types.Float, types.Struct, types.Union_, types.Enum, types.Enum64, types.Typedef, types.Func)
_ADDED = (types.Struct, types.Union_, types.Enum, types.Enum64, types.Typedef)
_CALLABLE = "bpf_kfunc"  # the tag of functions that programs may call


def merged(first: Btf, second: Btf) -> Btf:
    """The types of both; ids of the first stay as they are.

    Args:
        second: of it only what the first lacks is taken.
    """
    known = {(_family(type_), type_.name): number for number, type_ in enumerate(first.types)
             if isinstance(type_, _NAMED) and type_.name}
    tags = [type_ for type_ in second.types if isinstance(type_, types.DeclTag) and type_.name == _CALLABLE]
    wanted = [number for number, type_ in enumerate(second.types)
              if isinstance(type_, _ADDED) and type_.name and (_family(type_), type_.name) not in known]
    new_tags = [tag for tag in tags if (types.Func, second.type(tag.type).name) not in known]
    wanted += [tag.type for tag in new_tags]
    numbers = _numbered(first, second, known, wanted)
    added = [_renumbered(second.type(old), numbers) for old, new in numbers.items() if new >= len(first.types)]
    added += [types.DeclTag(tag.name, numbers[tag.type], tag.component) for tag in new_tags]
    return Btf([*first.types, *added], first.strings)


def _numbered(first: Btf, second: Btf, known: dict[tuple[type, str], int], wanted: list[int]) -> dict[int, int]:
    """For each type of the second that is wanted or referred to its id in the whole, in the order of new ids."""
    numbers = {0: 0}
    next_id = len(first.types)
    open_ids = list(reversed(wanted))
    while open_ids:
        number = open_ids.pop()
        if number in numbers:
            continue
        type_ = second.type(number)
        there = known.get((_family(type_), type_.name)) if type_.name else None
        if there is None and isinstance(type_, types.Fwd):
            there = known.get((types.Union_ if type_.is_union else types.Struct, type_.name))
        if there is None:
            there, next_id = next_id, next_id + 1
            open_ids += references(type_)
        numbers[number] = there
    return numbers


def _family(type_: BtfType) -> type:
    """Enums of either width are one: a constant that was added makes the difference."""
    return types.Enum if isinstance(type_, types.Enum64) else type(type_)


def _renumbered(type_: BtfType, numbers: dict[int, int]) -> BtfType:
    if isinstance(type_, types.Array):
        return types.Array(numbers[type_.element], numbers[type_.index], type_.count)
    if isinstance(type_, (types.Struct, types.Union_)):
        members = [Member(each.name, numbers[each.type], each.bit_offset, each.bits) for each in type_.members]
        return type(type_)(type_.name, type_.size, members, type_.kind_flag)
    if isinstance(type_, types.FuncProto):
        return types.FuncProto(numbers[type_.result], [(name, numbers[each]) for name, each in type_.parameters])
    if isinstance(type_, types.Func):
        return types.Func(type_.name, numbers[type_.type], type_.linkage)
    if isinstance(type_, (types.Ptr, types.Typedef, types.Const, types.Volatile, types.Restrict, types.TypeTag)):
        return type(type_)(type_.name, numbers[type_.type])
    assert not references(type_), type_  # variables and sections are not taken
    return type_
