"""Packet bounds: every access to the packet is covered by a comparison with the packet's end.

A packet reference is followed as a *root* and a constant offset. The root of `ctx.data + 14` is the packet's
start; a variable part makes a root of its own, as it does in the verifier: a comparison of `data + n + 4`
with the end says nothing about `data`. Comparisons prove bytes of a root; what is proven travels with a
reference into joins, so a pointer or None stays checked.

Where this analysis cannot follow an address it accepts: the verifier decides. An error here is always a
refusal there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from ...record import field, replace, state_record, value_record
from ...tables.rows import Invalidates, Role
from ..diagnostics import Diagnostic
from ..diagnostics.safety import StalePacketReference, UncheckedPacketAccess
from ..ir.graph import used_elsewhere
from ..ir.module import (
    Atomic,
    Binary,
    Block,
    Branch,
    Compare,
    Constant,
    ContextLoad,
    Convert,
    CopyMemory,
    ElementAddress,
    FieldAddress,
    Function,
    FunctionCall,
    HelperCall,
    Instruction,
    Load,
    Local,
    LocalRead,
    LocalWrite,
    Opaque,
    PointerAdd,
    Predicate,
    Store,
    Value,
    ZeroMemory,
)
from ..source import Span
from ..types import MapType, Reference, Space, Type, VoidType
from .dataflow import Analysis, implied, solve
from .intervals import negated, swapped
from .ranges import Ranges

_Root = tuple[object, ...]

_DATA: _Root = ("packet",)
_META: _Root = ("packet_meta",)
_MERGED = "merged"
_SYMBOL_DEPTH = 8  # a longer expression is known by its last instruction alone


@value_record
class _Pointer:
    """A reference into the packet.

    `exact` is False where paths with different pointers met, or something was added that is not followed: then
    the root stands for this one pointer.
    """

    root: _Root
    offset: int
    exact: bool = True
    proven: int = 0  # bytes from here on that were proven on every path that brought this pointer


@value_record
class _End:
    """The packet's end."""


@value_record
class _Null:
    """None."""


@value_record
class _Stale:
    """A reference that was made before the packet may have moved."""

    call: Span
    name: str


_Address = _Pointer | _End | _Null | _Stale
_Key = TypeVar("_Key", Local, Value)
_Symbol = object  # what a number is, as far as two computations of it can be seen to be the same


@state_record
class _State:
    """A local or value that is missing holds nothing that is followed."""

    locals: dict[Local, _Address] = field(default_factory=dict)
    values: dict[Value, _Address] = field(default_factory=dict)
    holds: dict[Local, Value] = field(default_factory=dict)  # numbers and booleans in locals
    alias: dict[Value, Value] = field(default_factory=dict)  # a read, and what the local held
    checked: dict[_Root, int] = field(default_factory=dict)  # bytes from the root on that are proven
    lenient: bool = False  # a comparison with the end was made that is not followed

    def copy(self) -> _State:
        return _State(dict(self.locals), dict(self.values), dict(self.holds), dict(self.alias), dict(self.checked),
                      self.lenient)

    def resolve(self, value: Value) -> Value:
        return self.alias.get(value, value)

    def address(self, value: Value) -> _Address | None:
        if isinstance(value, Constant):
            return _Null() if isinstance(value.type, Reference) else None
        return self.values.get(value)

    def proven(self, pointer: _Pointer) -> int:
        """The bytes from `pointer` on that are known to be in the packet."""
        return max(pointer.proven, self.checked.get(pointer.root, 0) - pointer.offset)

    def carried(self, address: _Address) -> _Address:
        """The address with what is proven now, to be taken where this is no longer known."""
        return replace(address, proven=self.proven(address)) if isinstance(address, _Pointer) else address


def check_packets(function: Function, ranges: Ranges) -> Iterator[Diagnostic]:
    """Accesses that no check covers, and uses of references that a call has made stale."""
    if not any(_is_packet(item.type) for item in function.instructions()):
        return
    analysis = _Packets(function, ranges)
    states = solve(ranges.graph, analysis)
    analysis.stale.clear()
    for block, state in states.items():
        analysis.found = []
        analysis.transfer(block, state)
        yield from analysis.found


class _Packets(Analysis[_State]):
    def __init__(self, function: Function, ranges: Ranges) -> None:
        self.function = function
        self.ranges = ranges
        self.found: list[Diagnostic] = []
        self.stale: set[tuple[Span, Local | Value]] = set()  # what was said: each reference once for each call
        self.context = next((parameter.name for parameter in function.parameters
                             if isinstance(parameter.type, Reference) and parameter.type.space is Space.CONTEXT), "ctx")
        self._kept = used_elsewhere(ranges.graph)

    # The lattice

    def entry(self) -> _State:
        state = _State()
        for parameter in self.function.parameters:
            if not isinstance(parameter.type, Reference):
                state.holds[parameter.local] = Value(parameter.type)  # stands for the argument
        return state

    def join(self, block: Block, left: _State, right: _State) -> _State:
        if left == right:
            return left
        result = _State(lenient=left.lenient and right.lenient)
        result.locals = _join_all(block, left, right, left.locals, right.locals)
        result.values = _join_all(block, left, right, left.values, right.values)
        result.holds = {local: value for local, value in left.holds.items() if right.holds.get(local) is value}
        result.alias = {read: value for read, value in left.alias.items() if right.alias.get(read) is value}
        result.checked = {root: min(proven, right.checked[root]) for root, proven in left.checked.items()
                          if root in right.checked and root[:2] != (_MERGED, block)}
        return result

    def edge(self, block: Block, index: int, state: _State) -> _State | None:
        if not self.ranges.live(block, index):
            return None
        result = state.copy()
        terminator = block.terminator
        if isinstance(terminator, Branch) and terminator.then is not terminator.otherwise:
            for item, holds in implied(terminator.condition, index == 0, state.resolve):
                self._learn(item, item.predicate if holds else negated(item.predicate), result)
        result.values = {value: address for value, address in result.values.items() if value in self._kept}
        result.alias = {read: value for read, value in result.alias.items() if read in self._kept}
        return result

    def _learn(self, item: Compare, predicate: Predicate, state: _State) -> None:
        """Takes what a comparison proves: `pointer <= end` or `pointer < end`."""
        left, right = state.address(item.left), state.address(item.right)
        if isinstance(right, _Pointer) and isinstance(left, (_End, _Pointer)) and _bounds(left, right):
            left, right, predicate = right, left, swapped(predicate)
        if not isinstance(left, _Pointer) or right is None or not _bounds(right, left):
            known = isinstance(left, (_Stale, _Null)) or isinstance(right, (_Stale, _Null))
            if not known and any(_is_end(side.type) for side in (item.left, item.right)):
                state.lenient = True
            return
        if predicate in (Predicate.ULE, Predicate.ULT, Predicate.EQ):
            proven = left.offset + (predicate is Predicate.ULT)
            state.checked[left.root] = max(state.checked.get(left.root, 0), proven)

    # Instructions

    def transfer(self, block: Block, state: _State) -> _State:
        after = state.copy()
        for item in block.instructions:
            self._access(item, after)
            self._step(item, after)
        return after

    def _step(self, item: Instruction, state: _State) -> None:
        address: _Address | None = None
        match item:
            case LocalWrite():
                self._write(item, state)
                return
            case LocalRead():
                address = state.locals.get(item.local)
                state.alias.pop(item, None)
                if item.local in state.holds:
                    state.alias[item] = state.holds[item.local]
            case ContextLoad():
                address = _context_address(item)
            case FieldAddress() | ElementAddress() | PointerAdd():
                address = self._moved(item, state)
            case Convert() | Opaque():
                address = state.address(item.value) if isinstance(item.type, Reference) else None
            case HelperCall() if item.helper.invalidates is Invalidates.PACKET:
                _invalidate(state, _Stale(item.span, item.helper.name))
            case FunctionCall() if item.invalidates_packet:
                _invalidate(state, _Stale(item.span, item.function))
        if address is None:
            state.values.pop(item, None)
        else:
            state.values[item] = address

    def _write(self, item: LocalWrite, state: _State) -> None:
        address = state.address(item.value)
        state.locals.pop(item.local, None)
        state.holds.pop(item.local, None)
        if not isinstance(item.value.type, Reference):
            state.holds[item.local] = state.resolve(item.value)
        elif address is not None and (not isinstance(address, _Null) or _is_packet(item.local.type)):
            state.locals[item.local] = address

    def _moved(self, item: FieldAddress | ElementAddress | PointerAdd, state: _State) -> _Address | None:
        base = state.address(item.base)
        if not isinstance(base, _Pointer):
            return None
        if isinstance(item, FieldAddress):
            return _shift(base, item.struct.layout.fields[item.index].offset)
        index = item.index if isinstance(item, ElementAddress) else item.offset
        stride = item.stride if isinstance(item, ElementAddress) else 1
        known = self.ranges.of(index)
        if known is not None and known.single is not None:
            return _shift(base, _signed(known.single) * stride)
        if isinstance(item, ElementAddress):
            # The index is below the count: it is enough that the whole array is in the packet.
            whole = state.proven(base) - item.count * stride
            return _Pointer((*base.root, item), base.offset, exact=False, proven=max(0, whole + stride))
        symbol = _symbol(index, state, _SYMBOL_DEPTH)
        if symbol is None:
            return _Pointer((*base.root, item), base.offset, exact=False)
        return _Pointer((*base.root, symbol), base.offset, base.exact)

    def _access(self, item: Instruction, state: _State) -> None:
        match item:
            case Load():
                self._touch(item, item.address, item.type.size, state)
            case Store():
                self._touch(item, item.address, item.value.type.size, state)
            case Atomic():
                self._touch(item, item.address, item.value.type.size, state)
            case CopyMemory():
                self._touch(item, item.target, item.size, state)
                self._touch(item, item.source, item.size, state)
            case ZeroMemory():
                self._touch(item, item.target, item.size, state)
            case HelperCall():
                for position, argument in enumerate(item.arguments):
                    self._touch(item, argument, _argument_size(item, position), state)
            case FunctionCall():
                for argument in item.arguments:
                    self._touch(item, argument, 0, state)
            case FieldAddress() | ElementAddress() | PointerAdd():
                self._touch(item, item.base, 0, state)
            case Compare():
                left, right = state.address(item.left), state.address(item.right)
                if not isinstance(left, _Null) and not isinstance(right, _Null):
                    self._touch(item, item.left, 0, state)
                    self._touch(item, item.right, 0, state)

    def _touch(self, item: Instruction, value: Value, size: int, state: _State) -> None:
        """Reports a use of a stale reference, or an access of `size` bytes that nothing covers."""
        address = state.address(value)
        if isinstance(address, _Stale):
            use = address.call, _holder(value)
            if use not in self.stale:
                self.stale.add(use)
                self.found.append(StalePacketReference(item.span, address.call, address.name, self.context))
        elif isinstance(address, _Pointer) and size > 0 and not self._covered(address, size, state):
            self.found.append(_unchecked(item.span, address, size, self.context))

    def _covered(self, pointer: _Pointer, size: int, state: _State) -> bool:
        if _before_start(pointer):
            return False
        if state.proven(pointer) >= size or state.lenient:
            return True
        if not pointer.exact:
            return bool(state.checked) or pointer.proven > 0
        variable = _leaves(pointer.root)
        # A check on an address made of the same numbers in another way may be the same check.
        return bool(variable) and any(root != pointer.root and variable & _leaves(root) for root in state.checked)


def _before_start(pointer: _Pointer) -> bool:
    """Whether a reference leads to bytes before the packet or its metadata: no comparison makes them readable."""
    return pointer.exact and pointer.root in (_DATA, _META) and pointer.offset < 0


def _signed(offset: int) -> int:
    """A u64 offset as the distance it means: the complement of 4 moves back by 4."""
    return offset - (1 << 64) if offset >> 63 > 0 else offset


def _holder(value: Value) -> Local | Value:
    """The variable that an address is reached by, or what it comes from."""
    while isinstance(value, (FieldAddress, ElementAddress, PointerAdd, Convert)):
        value = value.value if isinstance(value, Convert) else value.base
    return value.local if isinstance(value, LocalRead) else value


def _shift(base: _Pointer, by: int) -> _Pointer:
    return replace(base, offset=base.offset + by, proven=max(0, base.proven - by) if by >= 0 else 0)


def _join_all(block: Block, left: _State, right: _State, one: dict[_Key, _Address],
              other: dict[_Key, _Address]) -> dict[_Key, _Address]:
    # Stale on one path is stale: the use is refused on that path.
    found: dict[_Key, _Address] = {}
    for side in (one, other):
        found.update((key, address) for key, address in side.items() if isinstance(address, _Stale))
    for key in one.keys() & other.keys() - found.keys():
        address = _join((_MERGED, block, key), left.carried(one[key]), right.carried(other[key]))
        if address is not None:
            found[key] = address
    return found


def _join(merged: _Root, left: _Address, right: _Address) -> _Address | None:
    """The address where two paths meet; `merged` is the root of two pointers that differ."""
    if left == right or isinstance(right, _Null):
        return left
    if isinstance(left, _Null):
        return right
    if not isinstance(left, _Pointer) or not isinstance(right, _Pointer):
        return None
    proven = min(left.proven, right.proven)
    if left.root == right.root and left.offset == right.offset:
        return replace(left, exact=left.exact and right.exact, proven=proven)
    return _Pointer(merged, 0, exact=False, proven=proven)


def _bounds(end: _Address, pointer: _Pointer) -> bool:
    """Whether `end` bounds `pointer`: the packet's end, or its start for what lies before it."""
    if isinstance(end, _Pointer):
        return end.root == _DATA and end.offset == 0 and end.exact and pointer.root[:1] == _META
    return isinstance(end, _End)


def _context_address(item: ContextLoad) -> _Address | None:
    match item.field.type:
        case "packet":
            return _Pointer(_DATA, 0)
        case "packet_meta":
            return _Pointer(_META, 0)
        case "packet_end":
            return _End()
    return None


def _invalidate(state: _State, stale: _Stale) -> None:
    state.locals = {key: stale if isinstance(address, (_Pointer, _End)) else address
                    for key, address in state.locals.items()}
    state.values = {key: stale if isinstance(address, (_Pointer, _End)) else address
                    for key, address in state.values.items()}
    state.checked = {}
    state.lenient = False


def _symbol(value: Value, state: _State, depth: int) -> _Symbol | None:
    """Something equal for two computations of one number; None where nothing is known of it."""
    value = state.resolve(value)
    if isinstance(value, Constant):
        return value.value
    if isinstance(value, LocalRead):
        return None  # of a local in which several values met
    if depth and isinstance(value, Convert):
        inner = _symbol(value.value, state, depth - 1)
        return None if inner is None else (value.conversion, str(value.type), inner)
    if depth and isinstance(value, Binary):
        left, right = _symbol(value.left, state, depth - 1), _symbol(value.right, state, depth - 1)
        return None if left is None or right is None else (value.operator, left, right)
    return value


def _leaves(root: object) -> frozenset[Value]:
    """The values that the variable parts of a root are computed from."""
    if isinstance(root, Value):
        return frozenset((root,))
    if isinstance(root, tuple):
        return frozenset().union(*map(_leaves, root))
    return frozenset()


def _is_packet(type_: Type) -> bool:
    return isinstance(type_, Reference) and type_.space is Space.PACKET


def _is_end(type_: Type) -> bool:
    return isinstance(type_, Reference) and type_.space is Space.PACKET_END


def _argument_size(item: HelperCall, position: int) -> int:
    """The bytes that a helper touches at an argument: those of the size argument, else of the type."""
    rows = item.helper.arguments
    for size, row in zip(item.arguments, rows, strict=False):
        if row.role is Role.SIZE_OF and row.of == position:
            return size.value if isinstance(size, Constant) else 1
    type_ = item.arguments[position].type
    if not isinstance(type_, Reference) or isinstance(type_.target, (VoidType, MapType)):
        return 0
    return type_.target.size


def _unchecked(span: Span, pointer: _Pointer, size: int, context: str) -> UncheckedPacketAccess:
    if _before_start(pointer):
        return UncheckedPacketAccess(span, f"touches bytes from {-pointer.offset} before the packet's start",
                                     f"nothing before the start can be read; `{context}.data_meta` leads to metadata")
    if pointer.exact and pointer.root == _DATA:
        needed = pointer.offset + size
        return UncheckedPacketAccess(span, f"touches the packet's bytes {pointer.offset} to {needed - 1}",
                                     f"`if {context}.data + {needed} > {context}.data_end: return ...`")
    if pointer.exact and pointer.root == _META:
        needed = pointer.offset + size
        return UncheckedPacketAccess(span, f"touches the metadata's bytes {pointer.offset} to {needed - 1}",
                                     f"`if {context}.data_meta + {needed} > {context}.data: return ...`")
    return UncheckedPacketAccess(span, f"touches {size} bytes at a variable place in the packet",
                                 f"compare the address just after these bytes with `{context}.data_end`")
