"""What the ranges decide: conversions that nobody wrote a cast for, and indexes into fixed arrays."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Diagnostic
from ..diagnostics.safety import ConstantIndexOutOfRange, IndexOutOfRange, MixedSignedness, Narrowing
from ..ir.module import Binary, ContextLoad, Convert, ElementAddress, Instruction, Load, Opaque, Value
from ..types import IntType
from .intervals import Interval, full, number_type
from .ranges import Ranges


def check_ranges(ranges: Ranges) -> Iterator[Diagnostic]:
    """The implicit conversions that may lose something and the indexes that may be out of range."""
    found: dict[Value, Diagnostic] = {}
    answered: set[Value] = set()
    for item, known in ranges.converted.items():
        diagnostic = _conversion(item, known) if item.implicit else None
        if diagnostic is not None:
            found[item] = diagnostic
            combined = _augmented(item)
            if combined is not None:
                answered.add(combined.left)  # a cast of the value answers for the place too
    yield from (diagnostic for item, diagnostic in found.items() if item not in answered)
    for element, known in ranges.indexes.items():
        yield from _index(element, known)


def _augmented(item: Convert) -> Binary | None:
    """What `place &= value` computes, if this is the way back: it stands at the value, which alone can take a cast."""
    combined = item.value
    if isinstance(combined, Binary) and isinstance(combined.right, Instruction) and combined.right.span == item.span:
        return combined
    return None


def _conversion(item: Convert, known: Interval) -> Diagnostic | None:
    source, target = number_type(item.value.type), number_type(item.type)
    if source is None or target is None:
        return None
    words = _words(known, source)
    if item.bits:
        limit = full(IntType(item.bits, target.signed))
        if known.within(limit):
            return None
        text = f"({item.span.text})" if " " in item.span.text else item.span.text
        return Narrowing(item.span, str(item.value.type), f"{item.bits} bits", "this", words, str(limit),
                         f"{text} & {(1 << item.bits) - 1:#x}", _compare(item.value))
    if known.within(full(target)):
        return None
    subject = "this" if _augmented(item) is None else "the result"
    same_sign = source.signed == target.signed
    loses_width = source.bits > target.bits and known.low >= target.minimum
    if same_sign or loses_width:
        return Narrowing(item.span, str(item.value.type), str(item.type), subject, words, str(full(target)),
                         f"{item.type}({item.span.text})", _compare(item.value))
    return MixedSignedness(item.span, str(item.value.type), str(item.type), subject, words, str(full(target)),
                           item.span.text)


def _index(item: ElementAddress, known: Interval) -> Iterator[Diagnostic]:
    if item.count > 0 and known.within(Interval(0, item.count - 1)):
        return
    if not item.count and item.relocatable and known.low >= 0:
        return  # a flexible array of the kernel's
    type_ = item.index.type
    assert isinstance(type_, IntType)  # the IR verifier has seen to it
    span = item.span
    if item.count == 0 or known.high < 0 or known.low >= item.count:
        last = f"the last element has the index {item.count - 1}" if item.count else "the array has no elements"
        yield ConstantIndexOutOfRange(span, item.count, str(known), last)
        return
    test = f"`if 0 <= i < {item.count}:`" if type_.signed and known.low < 0 else f"`if i < {item.count}:`"
    compare = f"keep it in a local and compare that, {test}" if _is_read(item.index) else f"compare it first, {test}"
    power = item.count & item.count - 1 == 0
    bounded = f"mask it, `i & {item.count - 1:#x}`" if power else f"bound it, `i % {item.count}`"
    yield IndexOutOfRange(span, item.count, item.count - 1, _words(known, type_), f"{bounded}, or {compare}")


def _compare(value: Value) -> str:
    return "keep the value in a local and compare that first" if _is_read(value) else "compare the value first"


def _is_read(value: Value) -> bool:
    """Whether a value comes straight from memory, which a comparison says nothing about: it is read anew each time."""
    while isinstance(value, (Convert, Opaque)):
        value = value.value
    return isinstance(value, (Load, ContextLoad))


def _words(known: Interval, type_: IntType) -> str:
    return f"any `{type_}`" if known == full(type_) else str(known)
