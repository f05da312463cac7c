"""CO-RE matching: where a field, a type or an enum value of the program is in another set of types.

A local access such as `task_struct.real_parent` is a path of members and array indexes. The same path is
looked for, by name, in every type of the target that has the same name and kind; the part of a name behind
`___` (its flavour) does not count. What the relocation then asks for (an offset, a size, a bit position, mere
existence) is computed from either path.

Source: the rules are those of libbpf's relo_core.c and the kernel's copy of it, described in
Documentation/bpf/btf.rst and Documentation/bpf/llvm_reloc.rst.
"""

from __future__ import annotations

import re
import sys
from typing import NamedTuple

from ..errors import BtfError
from . import types
from .ext import CORE_KINDS, CoreRelocation
from .types import Btf, BtfType

(BYTE_OFFSET, BYTE_SIZE, FIELD_EXISTS, FIELD_SIGNED, LSHIFT_U64, RSHIFT_U64, LOCAL_TYPE_ID, TARGET_TYPE_ID, TYPE_EXISTS,
 TYPE_SIZE, ENUM_VALUE_EXISTS, ENUM_VALUE, TYPE_MATCHES) = range(len(CORE_KINDS))

_FIELD_KINDS = range(BYTE_OFFSET, RSHIFT_U64 + 1)
_TYPE_KINDS = (LOCAL_TYPE_ID, TARGET_TYPE_ID, TYPE_EXISTS, TYPE_SIZE, TYPE_MATCHES)
_ENUM_KINDS = (ENUM_VALUE_EXISTS, ENUM_VALUE)
_COMPOSITES = (types.Struct, types.Union_)
_ENUMS = (types.Enum, types.Enum64)
_FLAVOUR = re.compile(r"(.*[^_])___[^_]", re.DOTALL)
_DEEPEST = 32  # pointers and prototypes within each other that a type comparison follows


class Steps:
    """Counts what one comparison looks at: corrupt types can be their own members several times over.

    Raises:
        BtfError: from `take`, beyond what any sound types need.
    """

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = 100_000

    def take(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise BtfError("CO-RE: the types are nested too deep within each other to be compared")


class Step(NamedTuple):
    """One step of a path: a named member of a composite, or (name None) an array index."""

    type_id: int  # of the composite, or of the array's element
    place: int
    name: str | None


class Path(NamedTuple):
    """A resolved access."""

    btf: Btf
    root: int
    steps: tuple[Step, ...]
    bit_offset: int
    number: int | None = None  # the value, of an enumerator


class Value(NamedTuple):
    """What a relocation puts into the instruction. None: there is nothing, and reaching the instruction is an error."""

    number: int | None
    checked: bool = True  # whether the instruction must hold the local value so far
    size: int = 0  # bytes of the field, where a load or a store may have to change its width
    resizable: bool = False  # a pointer or an unsigned integer: other widths read the same value


def essential(name: str) -> str:
    """A name without its flavour, the part behind the last `___`: `task_struct` for `task_struct___old`."""
    found = _FLAVOUR.match(name)
    return found[1] if found else name


def local_path(btf: Btf, relocation: CoreRelocation) -> Path:
    """The access as the object describes it.

    Raises:
        BtfError: the access string does not fit the type.
    """
    text = relocation.access
    try:
        numbers = [int(part) for part in text.split(":")]
    except ValueError:
        raise BtfError(f"CO-RE access {text!r} is no list of numbers") from None
    if relocation.kind in _TYPE_KINDS:
        if numbers != [0]:
            raise BtfError(f"CO-RE access {text!r} of a whole type is not 0")
        return Path(btf, relocation.type_id, (), 0)
    root, type_ = btf.resolve(relocation.type_id)
    if relocation.kind in _ENUM_KINDS:
        if not isinstance(type_, _ENUMS) or len(numbers) != 1 or not 0 <= numbers[0] < len(type_.values):
            raise BtfError(f"CO-RE access {text!r} is no value of enum {type_.name}")
        name, value = type_.values[numbers[0]]
        return Path(btf, root, (Step(root, numbers[0], name),), 0, value)
    if numbers[0] < 0:
        raise BtfError(f"CO-RE access {text!r} begins before the type")
    steps = [Step(root, numbers[0], None)]
    offset = numbers[0] * btf.size_of(root) * 8
    for index in numbers[1:]:
        type_id, type_ = btf.resolve(root)
        if isinstance(type_, _COMPOSITES) and 0 <= index < len(type_.members):
            member = type_.members[index]
            offset += member.bit_offset
            if member.name:
                steps.append(Step(type_id, index, member.name))
            root = member.type
        elif isinstance(type_, types.Array) and _has_element(btf, steps[-1], type_, index):
            root, _ = btf.resolve(type_.element)
            steps.append(Step(root, index, None))
            offset += index * btf.size_of(root) * 8
        else:
            raise BtfError(f"CO-RE access {text!r} does not fit {types.KIND_NAMES[type_.kind]} {type_.name}")
    return Path(btf, relocation.type_id, tuple(steps), offset)


def target_path(local: Path, kind: int, target: Btf, type_id: int) -> Path | None:
    """The same access in a candidate type; None where it is not there.

    Args:
        kind: of the relocation.
        type_id: of the candidate, in `target`.
    """
    if kind == TYPE_MATCHES:
        return Path(target, type_id, (), 0) if types_match(local.btf, local.root, target, type_id) else None
    if kind in _TYPE_KINDS:
        return Path(target, type_id, (), 0) if types_compatible(local.btf, local.root, target, type_id) else None
    if kind in _ENUM_KINDS:
        return _enumerator(local, target, type_id)
    steps: list[Step] = []
    offset = 0
    current = type_id
    for position, step in enumerate(local.steps):
        resolved, type_ = target.resolve(current)
        if step.name is not None:
            found = _member(local.btf, step, target, resolved, Steps())
            if found is None:
                return None
            inner, more, current = found
            steps.append(inner)
            offset += more
            continue
        if position:
            if not isinstance(type_, types.Array) or not _has_element(target, steps[-1], type_, step.place):
                return None
            resolved, _ = target.resolve(type_.element)
        steps.append(Step(resolved, step.place, None))
        offset += step.place * target.size_of(resolved) * 8
        current = resolved
    return Path(target, type_id, tuple(steps), offset)


def _has_element(btf: Btf, holder: Step, array: types.Array, index: int) -> bool:
    """Whether an array has this element: a flexible array, the last member of its struct, has any."""
    if array.count or holder.name is None:
        return 0 <= index < array.count
    struct = btf.type(holder.type_id)
    return index >= 0 and isinstance(struct, _COMPOSITES) and holder.place == len(struct.members) - 1


def _enumerator(local: Path, target: Btf, type_id: int) -> Path | None:
    resolved, type_ = target.resolve(type_id)
    wanted = essential(local.steps[0].name or "")
    declared = local.btf.type(local.root)
    signed = isinstance(declared, _ENUMS) and declared.signed and isinstance(type_, types.Enum)
    if isinstance(type_, _ENUMS):
        for index, (name, value) in enumerate(type_.values):
            if essential(name) == wanted:
                if signed and value >> 31 == 1:
                    value -= 1 << 32  # the types of older kernels do not say that an enum is signed
                return Path(target, resolved, (Step(resolved, index, name),), 0, value)
    return None


def _member(local: Btf, step: Step, target: Btf, type_id: int, steps: Steps,
            depth: int = _DEEPEST) -> tuple[Step, int, int] | None:
    """The member of that name, also inside anonymous structs: its step, its bit offset, its type."""
    if not depth:
        raise BtfError(f"CO-RE: type {type_id} has anonymous members that are nested too deep")
    type_ = target.type(type_id)
    if not isinstance(type_, _COMPOSITES):
        return None
    declared = local.type(step.type_id)
    assert isinstance(declared, _COMPOSITES)
    for index, member in enumerate(type_.members):
        steps.take()
        if not member.name:
            found = _member(local, step, target, target.resolve(member.type)[0], steps, depth - 1)
            if found is not None:
                return found[0], member.bit_offset + found[1], found[2]
        elif member.name == step.name:
            if not fields_compatible(local, declared.members[step.place].type, target, member.type):
                return None
            return Step(type_id, index, member.name), member.bit_offset, member.type
    return None


def fields_compatible(local: Btf, local_id: int, target: Btf, target_id: int) -> bool:
    """Whether two fields may stand for each other: sizes and signs may differ, sorts may not."""
    for _ in range(_DEEPEST):
        _, ours = local.resolve(local_id)
        _, theirs = target.resolve(target_id)
        if isinstance(ours, _COMPOSITES) and isinstance(theirs, _COMPOSITES):
            return True
        if not _same_sort(ours, theirs):
            return False
        if isinstance(ours, types.Array) and isinstance(theirs, types.Array):
            local_id, target_id = ours.element, theirs.element
            continue
        if isinstance(ours, (types.Fwd, *_ENUMS)):
            names = essential(ours.name), essential(theirs.name)
            return not all(names) or names[0] == names[1]
        if isinstance(ours, types.Int) and isinstance(theirs, types.Int):
            return ours.offset == theirs.offset == 0
        return isinstance(ours, (types.Ptr, types.Float))
    return False


def types_compatible(local: Btf, local_id: int, target: Btf, target_id: int, depth: int = _DEEPEST,
                     steps: Steps | None = None) -> bool:
    """Whether two types of the same name are the same for `type_exists` and its like: kinds count, contents do not."""
    steps = steps or Steps()
    while depth:
        depth -= 1
        steps.take()
        _, ours = local.resolve(local_id)
        _, theirs = target.resolve(target_id)
        if not _same_sort(ours, theirs):
            return False
        if isinstance(ours, types.Int) and isinstance(theirs, types.Int):
            return ours.offset == theirs.offset == 0
        if isinstance(ours, types.Ptr) and isinstance(theirs, types.Ptr):
            local_id, target_id = ours.type, theirs.type
        elif isinstance(ours, types.Array) and isinstance(theirs, types.Array):
            local_id, target_id = ours.element, theirs.element
        elif isinstance(ours, types.FuncProto) and isinstance(theirs, types.FuncProto):
            if len(ours.parameters) != len(theirs.parameters):
                return False
            pairs = zip(ours.parameters, theirs.parameters, strict=True)
            if not all(types_compatible(local, one, target, other, depth, steps) for (_, one), (_, other) in pairs):
                return False
            local_id, target_id = ours.result, theirs.result
        else:
            return isinstance(ours, (types.Void, types.Fwd, *_COMPOSITES, *_ENUMS))
    return False


def types_match(local: Btf, local_id: int, target: Btf, target_id: int, *, behind_pointer: bool = False,
                depth: int = _DEEPEST, steps: Steps | None = None) -> bool:
    """Whether the target has all that the local type declares: members, enumerators, parameters, by name and type.

    Behind a pointer only the names of structs and unions count, so that circles of types end.
    """
    steps = steps or Steps()
    while depth:
        depth -= 1
        steps.take()
        _, ours = local.resolve(local_id)
        _, theirs = target.resolve(target_id)
        if essential(ours.name) != essential(theirs.name):
            return False
        if isinstance(ours, _ENUMS):
            return isinstance(theirs, _ENUMS) and _enumerators_match(ours, theirs)
        if isinstance(ours, (types.Fwd, *_COMPOSITES)):
            if behind_pointer:
                return isinstance(theirs, (types.Fwd, *_COMPOSITES)) and _is_union(ours) == _is_union(theirs)
            if isinstance(ours, _COMPOSITES):
                return isinstance(theirs, _COMPOSITES) and ours.kind == theirs.kind and _members_match(
                    local, ours, target, theirs, depth, steps)
            return isinstance(theirs, types.Fwd) and _is_union(ours) == _is_union(theirs)
        if isinstance(ours, types.Int) and isinstance(theirs, types.Int):
            return ours.size == theirs.size and not (ours.encoding ^ theirs.encoding) & types.INT_SIGNED
        if isinstance(ours, types.Ptr) and isinstance(theirs, types.Ptr):
            behind_pointer = True
            local_id, target_id = ours.type, theirs.type
        elif isinstance(ours, types.Array) and isinstance(theirs, types.Array):
            if ours.count != theirs.count:
                return False
            local_id, target_id = ours.element, theirs.element
        elif isinstance(ours, types.FuncProto) and isinstance(theirs, types.FuncProto):
            if len(ours.parameters) != len(theirs.parameters):
                return False
            pairs = zip(ours.parameters, theirs.parameters, strict=True)
            if not all(types_match(local, one, target, other, behind_pointer=behind_pointer, depth=depth, steps=steps)
                       for (_, one), (_, other) in pairs):
                return False
            local_id, target_id = ours.result, theirs.result
        else:
            return isinstance(ours, types.Void) and isinstance(theirs, types.Void)
    raise BtfError("CO-RE type_matches: the types are nested too deep to be compared")


def _is_union(type_: types.Fwd | types.Struct | types.Union_) -> bool:
    return type_.is_union if isinstance(type_, types.Fwd) else isinstance(type_, types.Union_)


def _enumerators_match(ours: types.Enum | types.Enum64, theirs: types.Enum | types.Enum64) -> bool:
    """Whether each name is there; values may differ."""
    names = {essential(name) for name, _ in theirs.values}
    return len(ours.values) <= len(theirs.values) and all(essential(name) in names for name, _ in ours.values)


def _members_match(local: Btf, ours: types.Struct | types.Union_, target: Btf, theirs: types.Struct | types.Union_,
                   depth: int, steps: Steps) -> bool:
    return len(ours.members) <= len(theirs.members) and all(
        any(essential(member.name) == essential(other.name)
            and types_match(local, member.type, target, other.type, depth=depth, steps=steps)
            for other in theirs.members)
        for member in ours.members)


def same_kind(ours: BtfType, theirs: BtfType) -> bool:
    """Whether a type can be a candidate for another at all."""
    return _same_sort(ours, theirs)


def _same_sort(ours: BtfType, theirs: BtfType) -> bool:
    return ours.kind == theirs.kind or (isinstance(ours, _ENUMS) and isinstance(theirs, _ENUMS))


def value(path: Path | None, kind: int) -> Value:
    """What a relocation of a kind comes to on one side; None for a path that does not exist there."""
    if kind in _FIELD_KINDS:
        return _field_value(path, kind)
    if kind in _ENUM_KINDS:
        if kind == ENUM_VALUE_EXISTS:
            return Value(int(path is not None))
        return Value(path.number if path is not None else None)
    if path is None:
        return Value(0)
    if kind in (LOCAL_TYPE_ID, TARGET_TYPE_ID):
        return Value(path.root, checked=kind != TARGET_TYPE_ID or path.root != 0)
    return Value(path.btf.size_of(path.root) if kind == TYPE_SIZE else 1)


def _field_value(path: Path | None, kind: int) -> Value:
    if kind == FIELD_EXISTS:
        return Value(int(path is not None))
    if path is None:
        return Value(None)
    btf, last = path.btf, path.steps[-1]
    if last.name is None:
        size = btf.size_of(last.type_id)
        if kind == BYTE_OFFSET:
            return Value(path.bit_offset // 8, size=size, resizable=_resizable(btf, last.type_id))
        if kind == BYTE_SIZE:
            return Value(size)
        raise BtfError(f"CO-RE relocation {CORE_KINDS[kind]} of an array element or a whole type")
    composite = btf.type(last.type_id)
    assert isinstance(composite, _COMPOSITES)
    member = composite.members[last.place]
    _, type_ = btf.resolve(member.type)
    bits = member.bits
    if not bits and isinstance(type_, types.Int) and type_.bits != type_.size * 8:
        bits = type_.bits
    size = btf.size_of(member.type)
    first = path.bit_offset // 8
    if bits:
        if not size:
            raise BtfError(f"bit field {member.name} is of a type without a size")
        first = path.bit_offset // 8 // size * size
        while path.bit_offset + bits - first * 8 > size * 8:
            if size >= 8:
                raise BtfError(f"bit field {member.name} cannot be read with one load")
            size *= 2
            first = path.bit_offset // 8 // size * size
    width = bits or size * 8
    if kind == BYTE_OFFSET:
        return Value(first, checked=not bits, size=0 if bits else size,
                     resizable=not bits and _resizable(btf, member.type))
    if kind == BYTE_SIZE:
        return Value(size, checked=not bits)
    if kind == FIELD_SIGNED:
        signed = type_.signed if isinstance(type_, _ENUMS) else (
            isinstance(type_, types.Int) and bool(type_.encoding & types.INT_SIGNED))
        return Value(int(signed), checked=False)
    if kind == RSHIFT_U64:
        return Value(64 - width, checked=False)
    if sys.byteorder == "little":
        return Value(64 - (path.bit_offset + width - first * 8), checked=False)
    return Value((8 - size) * 8 + path.bit_offset - first * 8, checked=False)


def _resizable(btf: Btf, type_id: int) -> bool:
    _, type_ = btf.resolve(type_id)
    return isinstance(type_, types.Ptr) or (isinstance(type_, types.Int) and not type_.encoding & types.INT_SIGNED)
