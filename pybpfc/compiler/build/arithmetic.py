"""Arithmetic with Python's meaning out of what BPF has: unsigned division, shifts below the width."""

from __future__ import annotations

from ..ir import module as ir
from ..source import Span
from ..types import BOOL, S32, U32, IntType, Type
from .function import FunctionBuilder

_DIRECT = {"+": ir.Operator.ADD, "-": ir.Operator.SUB, "*": ir.Operator.MUL, "&": ir.Operator.AND,
           "|": ir.Operator.OR, "^": ir.Operator.XOR}


def arithmetic(b: FunctionBuilder, operator: str, left: ir.Value, right: ir.Value, type_: Type,
               span: Span, *, bounded: bool = True) -> ir.Value:
    """`left operator right`, both of `type_` but for a shift's count.

    `bounded`: the verifier is to know that `x % n` is below the constant `n`.
    """
    if operator in _DIRECT:
        return b.binary(_DIRECT[operator], left, right, span)
    assert isinstance(type_, IntType)
    if operator in ("<<", ">>"):
        return _shift(b, operator, left, right, type_, span)
    if operator == "%" and isinstance(right, ir.Constant) and right.value > 0:
        return _remainder(b, left, right, type_, span, bounded)
    return _divided(b, operator, left, right, type_, span)


def _divided(b: FunctionBuilder, operator: str, left: ir.Value, right: ir.Value, type_: IntType,
             span: Span) -> ir.Value:
    if type_.bits < 32:  # BPF divides 32 and 64 bits
        wide = S32 if type_.signed else U32
        result = _division(b, operator, b.convert(left, wide, span), b.convert(right, wide, span), wide, span)
        return b.convert(result, type_, span)
    return _division(b, operator, left, right, type_, span)


def _remainder(b: FunctionBuilder, left: ir.Value, divisor: ir.Constant, type_: IntType, span: Span,
               bounded: bool) -> ir.Value:
    """`left % n` of a positive constant: the low bits for a power of two, of negative numbers too.

    For the verifier a remainder may be any number, so an index or a loop's bound would be refused: it is shown the
    bound by a comparison that the optimiser cannot see through.
    """
    last = ir.Constant(type_, divisor.value - 1)
    if divisor.value & last.value == 0:
        return b.binary(ir.Operator.AND, left, last, span)
    rest = _divided(b, "%", left, divisor, type_, span)
    if not bounded:
        return rest
    held = b.register("rest", type_)
    if type_.bits == 64:  # a narrower one is hidden already
        rest = b.emit(ir.Opaque(type_, span, rest))
    b.write(held, rest, span)
    beyond, done = b.block("beyond"), b.block("remainder")
    b.branch(b.compare(ir.Predicate.UGT, rest, last, span), beyond, done, span)
    b.start(beyond)
    b.write(held, last, span)
    b.jump(done, span)
    b.start(done)
    return b.read(held, span)


def _shift(b: FunctionBuilder, operator: str, left: ir.Value, count: ir.Value, type_: IntType, span: Span) -> ir.Value:
    if not isinstance(count, ir.Constant):
        # A count is taken modulo the width: LLVM leaves a larger one undefined.
        count = b.convert(count, type_, span)
        count = b.binary(ir.Operator.AND, count, ir.Constant(type_, type_.bits - 1), span)
    kind = ir.Operator.SHL if operator == "<<" else ir.Operator.ASHR if type_.signed else ir.Operator.LSHR
    result = b.binary(kind, left, count, span)
    return result if isinstance(count, ir.Constant) else _widened(b, result, span)


def _widened(b: FunctionBuilder, result: ir.Value, span: Span) -> ir.Value:
    """A narrow result that the verifier cannot follow, of a shift by a variable or a division: it then forgets that a
    32-bit operation clears the upper half of its register, and LLVM relies on that. What is hidden from LLVM it
    clears itself."""
    return b.emit(ir.Opaque(result.type, span, result)) if result.type.size <= 4 else result


def _division(b: FunctionBuilder, operator: str, left: ir.Value, right: ir.Value, type_: IntType,
              span: Span) -> ir.Value:
    if not type_.signed:
        kind = ir.Operator.UDIV if operator == "//" else ir.Operator.UMOD
        return _quotient(b, kind, left, right, span)
    if isinstance(right, ir.Constant) and right.value > 0 and right.value & right.value - 1 == 0:
        # Rounding down is what an arithmetic shift does, and the rest is the low bits, whatever the sign.
        if operator == "//":
            return b.binary(ir.Operator.ASHR, left, ir.Constant(type_, right.value.bit_length() - 1), span)
        return b.binary(ir.Operator.AND, left, ir.Constant(type_, right.value - 1), span)
    return _floor_division(b, operator, left, right, type_, span)


def _quotient(b: FunctionBuilder, kind: ir.Operator, left: ir.Value, right: ir.Value, span: Span) -> ir.Value:
    """Unsigned division as BPF defines it, by zero too.

    LLVM takes division by zero as undefined: it deletes tests for it, and makes `x // y != 0` of `x >= y`. So the
    optimiser must see neither the divisor nor where the result comes from.
    """
    if isinstance(right, ir.Constant) and right.value:
        return _widened(b, b.binary(kind, left, right, span), span)
    hidden = b.emit(ir.Opaque(right.type, span, right))
    result = b.binary(kind, left, hidden, span)
    return b.emit(ir.Opaque(result.type, span, result))


def _floor_division(b: FunctionBuilder, operator: str, left: ir.Value, right: ir.Value, type_: IntType,
                    span: Span) -> ir.Value:
    """Signed `//` and `%` that round down, from unsigned division of the magnitudes.

    Signed division instructions exist from v4 on only, and the smallest number divided by -1 is undefined in LLVM.
    """
    unsigned = IntType(type_.bits, False)
    operator_ = ir.Operator

    def bits(value: ir.Value) -> ir.Value:
        return b.convert(value, unsigned, span)

    def sign(value: ir.Value) -> ir.Value:
        """All ones for a negative number, else zero."""
        if isinstance(value, ir.Constant):
            return ir.Constant(unsigned, unsigned.maximum if value.value < 0 else 0)
        return bits(b.binary(operator_.ASHR, value, ir.Constant(type_, type_.bits - 1), span))

    def negate_if(mask: ir.Value, value: ir.Value) -> ir.Value:
        return b.binary(operator_.SUB, b.binary(operator_.XOR, value, mask, span), mask, span)

    def magnitude(value: ir.Value, mask: ir.Value) -> ir.Value:
        if isinstance(value, ir.Constant):
            return ir.Constant(unsigned, abs(value.value))
        return negate_if(mask, bits(value))

    def flag(value: ir.Value) -> ir.Value:
        """1 where the value is not zero, else 0."""
        if isinstance(value, ir.Constant):
            return ir.Constant(unsigned, int(value.value != 0))
        test = b.compare(ir.Predicate.NE, value, ir.Constant(value.type, 0), span)
        return b.emit(ir.Convert(unsigned, span, ir.Conversion.ZERO_EXTEND, test))

    left_sign, right_sign = sign(left), sign(right)
    divisor = magnitude(right, right_sign)
    dividend = magnitude(left, left_sign)
    rest = _quotient(b, operator_.UMOD, dividend, divisor, span)
    if operator == "%":
        # The rest has the dividend's sign; where that is not the divisor's, one divisor more makes it Python's.
        signed_rest = negate_if(left_sign, rest)
        differs = b.binary(operator_.AND, b.binary(operator_.XOR, left_sign, right_sign, span),
                           b.binary(operator_.SUB, ir.Constant(unsigned, 0), flag(rest), span), span)
        added = b.binary(operator_.AND, differs, bits(right), span)
        return b.convert(b.binary(operator_.ADD, signed_rest, added, span), type_, span)
    quotient = _quotient(b, operator_.UDIV, dividend, divisor, span)
    negative = b.binary(operator_.XOR, left_sign, right_sign, span)
    rounded = b.binary(operator_.AND, b.binary(operator_.AND, flag(rest), flag(right), span), negative, span)
    result = b.binary(operator_.SUB, negate_if(negative, quotient), rounded, span)
    return b.convert(result, type_, span)


def extremum(b: FunctionBuilder, smallest: bool, values: list[ir.Value], type_: Type, span: Span) -> ir.Value:
    """min() or max(): the first of the best."""
    best = b.register("min" if smallest else "max", type_)
    b.write(best, values[0], span)
    signed = isinstance(type_, IntType) and type_.signed
    if smallest:
        predicate = ir.Predicate.SLT if signed else ir.Predicate.ULT
    else:
        predicate = ir.Predicate.SGT if signed else ir.Predicate.UGT
    for candidate in values[1:]:
        better, done = b.block("better"), b.block("best")
        b.branch(b.compare(predicate, candidate, b.read(best, span), span), better, done, span)
        b.start(better)
        b.write(best, candidate, span)
        b.jump(done, span)
        b.start(done)
    return b.read(best, span)


def absolute(b: FunctionBuilder, value: ir.Value, span: Span) -> ir.Value:
    held = b.register("abs", value.type)
    b.write(held, value, span)
    negative, done = b.block("negative"), b.block("absolute")
    zero = ir.Constant(value.type, 0)
    b.branch(b.compare(ir.Predicate.SLT, value, zero, span), negative, done, span)
    b.start(negative)
    b.write(held, b.binary(ir.Operator.SUB, zero, value, span), span)
    b.jump(done, span)
    b.start(done)
    return b.read(held, span)


def inverted(b: FunctionBuilder, value: ir.Value, span: Span) -> ir.Value:
    """`~x`."""
    ones = -1 if isinstance(value.type, IntType) and value.type.signed else (1 << value.type.size * 8) - 1
    return b.binary(ir.Operator.XOR, value, ir.Constant(value.type, ones), span)


def truth(value: bool) -> ir.Constant:
    return ir.Constant(BOOL, int(value))
