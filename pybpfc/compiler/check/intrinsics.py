"""What the compiler knows by itself: sizes, byte order, copies, atomics, Python's own functions."""

from __future__ import annotations

import ast
from typing import Any

from pybpfc_runtime.values import Struct

from ...externs import KERNEL_VERSION
from ...intrinsics import offset_in
from ..diagnostics.declarations import UnsupportedSyntax
from ..diagnostics.types import (
    CannotAssign,
    NotAReference,
    TypeMismatch,
    WrongArguments,
)
from ..source import Span
from ..tree import (
    Absolute,
    AddressOf,
    AtomicOperation,
    ByteSwapped,
    Construct,
    Expression,
    Extremum,
    FieldPlace,
    IntegerConstant,
    Logical,
    NoneConstant,
    Place,
    Read,
    Reinterpret,
    StringConstant,
    VariablePlace,
)
from ..types import (
    BOOL,
    LITERAL,
    PLAIN,
    ArrayType,
    BeType,
    IntType,
    Reference,
    Space,
    StringType,
    StructType,
    Type,
    is_aggregate,
    is_scalar,
)
from . import externs, kernel, kernel_calls, printing, registers
from .calls import positional, type_argument, type_argument_or_value
from .conversions import (
    TO_HOST,
    adopt,
    coerce,
    convert,
    describe,
    error_at,
    is_error,
    is_literal,
    not_none,
    promoted,
    settle,
    text_of,
)
from .expressions import check, check_place, integer, kind_of, space_of, unify, value, value_of
from .function import FunctionChecker, Static


def _swap(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    """ntohs and its kin."""
    span = c.span(node)
    if not positional(c, node, name, 1):
        return error_at(span)
    bits = {"s": 16, "l": 32}.get(name[-1], 64)
    network, host = BeType(bits), IntType(bits, False)
    source, target = (network, host) if name in ("ntohs", "ntohl", "be64_to_cpu") else (host, network)
    operand = value(c, node.args[0])
    if isinstance(operand, IntegerConstant) and is_literal(operand):
        operand = adopt(c, operand, host)
        if is_error(operand):
            return error_at(span)
        assert isinstance(operand, IntegerConstant)
        return IntegerConstant(target, span, _swapped(operand.value, bits))
    if isinstance(operand.type, (IntType, BeType)) and type(operand.type) is not type(source):
        way = "it is in network order already" if isinstance(operand.type, BeType) else "it is in host order already"
        c.report(TypeMismatch(operand.span, str(source), describe(operand), way))
        return error_at(span)
    if isinstance(source, BeType) and isinstance(operand.type, BeType) and operand.type != source:
        c.report(TypeMismatch(operand.span, str(source), describe(operand),
                              f"`{TO_HOST[operand.type.bits]}` converts {operand.type}"))
        return error_at(span)
    operand = coerce(c, operand, source)
    if is_error(operand):
        return error_at(span)
    if isinstance(operand, IntegerConstant):
        return IntegerConstant(target, span, _swapped(operand.value, bits))
    return ByteSwapped(target, span, operand)


def _swapped(number: int, bits: int) -> int:
    return int.from_bytes(number.to_bytes(bits // 8, "little"), "big")


def _sizeof(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    span = c.span(node)
    if not positional(c, node, name, 1):
        return error_at(span)
    type_ = _with_known_layout(c, node.args[0], "`type_size(T)` asks the kernel that the program is loaded into")
    return error_at(span) if type_ is None else IntegerConstant(LITERAL, span, type_.size)


def _with_known_layout(c: FunctionChecker, node: ast.expr, way_out: str) -> Type | None:
    """The type that an argument names or has, unless its layout is that of a kernel that is not known here."""
    type_ = type_argument_or_value(c, node)
    item = type_
    while isinstance(item, ArrayType):
        item = item.element
    if isinstance(item, StructType) and item.layout.kernel:
        c.report(NotAReference(c.span(node), ast.unparse(node), "a kernel struct, whose layout belongs to the target",
                               way_out))
        return None
    return type_


def _offsetof(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    span = c.span(node)
    if not positional(c, node, name, 2):
        return error_at(span)
    type_ = _with_known_layout(c, node.args[0], "name the field: each access is relocated when the program is loaded")
    field = value(c, node.args[1])
    if type_ is None or is_error(field):
        return error_at(span)
    if not isinstance(type_, StructType) or not isinstance(field, StringConstant):
        c.report(WrongArguments(span, name, "takes a struct and a field's name", 'offsetof(iphdr, "saddr")'))
        return error_at(span)
    text = field.text.decode()
    try:
        return IntegerConstant(LITERAL, span, offset_in(type_.layout, text))
    except AttributeError:
        c.report(WrongArguments(span, name, f"finds no field `{text}` in {type_.name}", ""))
    except TypeError:
        c.report(WrongArguments(span, name, f"has no answer for the bit field `{text}`",
                                "a bit field has no offset in bytes"))
    return error_at(span)


def _copy(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    span = c.span(node)
    if not positional(c, node, name, 1):
        return error_at(span)
    source = not_none(c, value(c, node.args[0]))
    if isinstance(source.type, Reference):
        source = kernel.plainly_read(c, source)
    if is_error(source):
        return error_at(span)
    if not isinstance(source.type, Reference) or not is_aggregate(source.type.target):
        c.report(TypeMismatch(source.span, "a struct or an array", describe(source),
                              "a scalar is copied by assignment"))
        return error_at(span)
    return Construct(Reference(source.type.target, Space.STACK), span, f"copy of {text_of(source)}", (), source)


def _ptr(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    """`ptr(record.number)`: where a scalar is kept, for a helper that fills it or a subprogram."""
    span = c.span(node)
    if not positional(c, node, name, 1):
        return error_at(span)
    found = value(c, node.args[0])
    if is_error(found):
        return error_at(span)
    what = describe(found)
    if isinstance(found, Read) and is_scalar(found.type):
        place = found.place
        if isinstance(place, VariablePlace):
            what = "a variable, which has no address"
        elif isinstance(place, FieldPlace) and place.struct.layout.fields[place.path[-1]].bits:
            what = "a bit field, which has no address"
        elif space_of(place) in (*PLAIN, Space.PACKET, Space.ARENA):
            return AddressOf(Reference(found.type, space_of(place)), span, place)
        else:
            what = f"memory of another kind ({space_of(place).value})"
    c.report(TypeMismatch(found.span, "a scalar in memory of the program", what,
                          "name a field of a Struct, an element of an array or a global"))
    return error_at(span)


def _from_bits(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    span = c.span(node)
    if not positional(c, node, name, 2):
        return error_at(span)
    target = type_argument(c, node.args[0])
    operand = value(c, node.args[1])
    if target is None or is_error(operand):
        return error_at(span)
    if not isinstance(target, BeType):
        c.report(WrongArguments(span, name, f"makes be16, be32 or be64, not {target}", "a cast converts host integers"))
        return error_at(span)
    operand = coerce(c, operand, IntType(target.bits, False))
    if isinstance(operand, IntegerConstant) and not is_error(operand):
        return IntegerConstant(target, span, operand.value)
    return error_at(span) if is_error(operand) else Reinterpret(target, span, operand)


def _to_bits(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    span = c.span(node)
    if not positional(c, node, name, 1):
        return error_at(span)
    operand = value(c, node.args[0])
    if is_error(operand):
        return error_at(span)
    if not isinstance(operand.type, BeType):
        c.report(TypeMismatch(operand.span, "a network-order integer", describe(operand), ""))
        return error_at(span)
    target = IntType(operand.type.bits, False)
    if isinstance(operand, IntegerConstant):
        return IntegerConstant(target, span, operand.value)
    return Reinterpret(target, span, operand)


def _atomic(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    """`atomic_add(place, n)`: each returns the old value."""
    from ..ir.module import AtomicOperator
    from .assignments import target_place

    span = c.span(node)
    compare = name == "atomic_cmpxchg"
    if not positional(c, node, name, 3 if compare else 2):
        return error_at(span)
    place: Place | None = target_place(c, node.args[0], atomic=True)
    if place is None:
        return error_at(span)
    type_ = place.type
    if not isinstance(type_, IntType) or type_.bits < 32 or isinstance(place, VariablePlace):
        c.report(TypeMismatch(place.span, "a place of 32 or 64 bits in memory", f"`{type_}`",
                              "atomics work on fields, elements, `.value` and globals of u32, u64, s32 or s64"))
        return error_at(span)
    if space_of(place) in (Space.PACKET, Space.CALLER):
        where = "packets" if space_of(place) is Space.PACKET else "a program's context"
        c.report(CannotAssign(place.span, place.span.text, f"the kernel allows no atomic operation on {where}",
                              "nothing else writes it meanwhile: assign to it"))
        return error_at(span)
    operands = [value_of(c, item, type_) for item in node.args[1:]]
    if any(map(is_error, operands)):
        return error_at(span)
    operator = {"atomic_add": AtomicOperator.ADD, "atomic_or": AtomicOperator.OR, "atomic_and": AtomicOperator.AND,
                "atomic_xor": AtomicOperator.XOR, "atomic_xchg": AtomicOperator.EXCHANGE,
                "atomic_cmpxchg": AtomicOperator.COMPARE_EXCHANGE}[name]
    return AtomicOperation(type_, span, operator, place, operands[-1], operands[0] if compare else None)


def _kernel_version(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    span = c.span(node)
    if not positional(c, node, name, 3):
        return error_at(span)
    parts = [value(c, item) for item in node.args]
    numbers = [item.value for item in parts if isinstance(item, IntegerConstant) and is_literal(item)]
    if len(numbers) != 3:
        c.report(WrongArguments(span, name, "takes three constants", "KERNEL_VERSION(6, 1, 0)"))
        return error_at(span)
    return IntegerConstant(LITERAL, span, KERNEL_VERSION(*numbers))


# --- builtins


def _len(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    span = c.span(node)
    if not positional(c, node, name, 1):
        return error_at(span)
    given = node.args[0]
    if isinstance(given, ast.Tuple):
        return IntegerConstant(LITERAL, span, len(given.elts)) if _constants(c, given) else error_at(span)
    if isinstance(given, (ast.List, ast.Set)):
        c.report(UnsupportedSyntax(c.span(given), "a list or set display", "there is no memory to allocate",
                                   "write a tuple: `len((a, b))`"))
        return error_at(span)
    found = check_place(c, given)
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        return IntegerConstant(LITERAL, span, len(given.value))  # characters, as Python counts them
    if isinstance(found, Static) and isinstance(found.value, (str, bytes, tuple, list, dict, type, range)) \
            and not (isinstance(found.value, type) and issubclass(found.value, Struct)):
        try:
            return IntegerConstant(LITERAL, span, len(found.value))  # type: ignore[arg-type]
        except TypeError as error:
            c.report(WrongArguments(span, name, str(error), ""))
            return error_at(span)
    if isinstance(found, Expression):
        if isinstance(found.type, Reference) and isinstance(found.type.target, (ArrayType, StringType)):
            return IntegerConstant(LITERAL, span, found.type.target.count)
        if isinstance(found, StringConstant):
            return IntegerConstant(LITERAL, span, len(found.text))
        if is_error(found):
            return found
    text = found.text if isinstance(found, Static) else text_of(found)
    what = kind_of(found.value) if isinstance(found, Static) else describe(found)
    c.report(NotAReference(span, text, what, "arrays, Str and constants have a length; `sizeof(T)` is a type's size"))
    return error_at(span)


def _constants(c: FunctionChecker, node: ast.Tuple) -> bool:
    """Whether a tuple is one of constants, reported where it is not: nobody evaluates what it would be made of."""
    for item in node.elts:
        if isinstance(item, ast.Tuple):
            if not _constants(c, item):
                return False
            continue
        found = value(c, item)
        if is_error(found):
            return False
        if not isinstance(found, (IntegerConstant, StringConstant, NoneConstant)):
            c.report(WrongArguments(found.span, "len", "takes a tuple of constants alone",
                                    "write the number of the elements"))
            return False
    return True


def _ord(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    """The number of a constant character, which is how a byte of text is compared."""
    span = c.span(node)
    if not positional(c, node, name, 1):
        return error_at(span)
    found = check(c, node.args[0])
    if isinstance(found, Expression) and is_error(found):
        return error_at(span)
    text: Any = None
    if isinstance(node.args[0], ast.Constant):  # as Python has it: the character of more than one byte as well
        text = node.args[0].value
    elif isinstance(found, StringConstant):
        text = found.text
    elif isinstance(found, Static):
        text = found.value
    if not isinstance(text, (str, bytes)) or len(text) != 1:
        c.report(WrongArguments(span, name, "takes a constant of one character", '`ord("a")`'))
        return error_at(span)
    return IntegerConstant(LITERAL, span, ord(text))


def _extremum(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    span = c.span(node)
    if len(node.args) < 2 or node.keywords:
        c.report(WrongArguments(span, name, "takes two or more integers", f"{name}(a, b)"))
        return error_at(span)
    operands = [integer(c, item) for item in node.args]
    if any(map(is_error, operands)):
        return error_at(span)
    if all(is_literal(item) for item in operands):
        numbers = [item.value for item in operands if isinstance(item, IntegerConstant)]
        return IntegerConstant(LITERAL, span, min(numbers) if name == "min" else max(numbers))
    first = next(item for item in operands if not is_literal(item))
    type_: Type = first.type
    for item in operands:
        if not is_literal(item):
            _, _, type_ = unify(c, span, Read(type_, item.span, _fake_place(c, type_, item.span)), item)
    converted = tuple(coerce(c, item, type_) for item in operands)
    if any(map(is_error, converted)):
        return error_at(span)
    return Extremum(type_, span, name == "min", converted)


def _fake_place(c: FunctionChecker, type_: Type, span: Span) -> VariablePlace:
    return VariablePlace(type_, span, c.hidden("operand", type_, span))


def _abs(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    span = c.span(node)
    if not positional(c, node, name, 1):
        return error_at(span)
    operand = integer(c, node.args[0])
    if is_error(operand):
        return error_at(span)
    if isinstance(operand, IntegerConstant) and is_literal(operand):
        return IntegerConstant(LITERAL, span, abs(operand.value))
    assert isinstance(operand.type, IntType)
    type_ = promoted("-", operand.type)
    return Absolute(type_, span, convert(operand, type_)) if type_.signed else operand


def _any_all(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    """`any((a, b))` and `all((a, b))` over a literal tuple. Python evaluates every element of the tuple first."""
    from ..tree import Sequenced
    from .conditions import condition
    from .environment import join

    span = c.span(node)
    if not positional(c, node, name, 1) or not isinstance(node.args[0], ast.Tuple):
        if len(node.args) == 1:
            c.report(WrongArguments(span, name, "takes a literal tuple", f"{name}((a, b))"))
        return error_at(span)
    bindings = []
    for item in node.args[0].elts:
        tested = condition(c, item)
        c.env = join((tested.when_true, tested.when_false))
        if is_error(tested.test):
            return error_at(span)
        bindings.append((c.hidden(name, BOOL, tested.test.span), tested.test))
    if not bindings:
        return IntegerConstant(BOOL, span, int(name == "all"))
    reads = tuple(Read(BOOL, test.span, VariablePlace(BOOL, test.span, held)) for held, test in bindings)
    test: Expression = reads[0] if len(reads) == 1 else Logical(BOOL, span, "or" if name == "any" else "and", reads)
    return Sequenced(BOOL, span, tuple(bindings), test)


def _print(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    return printing.print_call(c, node, name)


def reveal(c: FunctionChecker, node: ast.Call) -> Expression:
    from ..diagnostics.types import Revealed

    span = c.span(node)
    if not positional(c, node, "reveal_type", 1):
        return error_at(span)
    found = value(c, node.args[0])
    if not is_error(found):
        c.report(Revealed(span, found.type))
    return settle(c, found)


INTRINSICS: dict[str, Any] = {
    **dict.fromkeys(("ntohs", "htons", "ntohl", "htonl", "cpu_to_be64", "be64_to_cpu"), _swap),
    "sizeof": _sizeof,
    "offsetof": _offsetof,
    "copy": _copy,
    "ptr": _ptr,
    **dict.fromkeys(("core_read", "core_read_user"), kernel.core_read),
    "core_read_str": kernel.core_read_str,
    **dict.fromkeys(("field_exists", "field_size"), kernel.field_query),
    **dict.fromkeys(("type_exists", "type_size", "type_matches", "type_id_kernel", "type_id_local"), kernel.type_query),
    **dict.fromkeys(("enum_value_exists", "enum_value"), kernel.enum_query),
    **dict.fromkeys(("cast", "cast_user"), kernel.cast),
    "bpf_ksym_exists": externs.exists,
    "KERNEL_VERSION": _kernel_version,
    **dict.fromkeys(("PT_REGS_PARM1", "PT_REGS_PARM2", "PT_REGS_PARM3", "PT_REGS_PARM4", "PT_REGS_PARM5",
                     "PT_REGS_PARM6", "PT_REGS_RC", "PT_REGS_SP", "PT_REGS_FP", "PT_REGS_IP"), registers.accessor),
    "kfunc_exists": kernel_calls.kernel_function_test,
    "from_bits": _from_bits,
    "to_bits": _to_bits,
    **dict.fromkeys(("atomic_add", "atomic_or", "atomic_and", "atomic_xor", "atomic_xchg", "atomic_cmpxchg"), _atomic),
}

BUILTINS: dict[str, Any] = {
    "len": _len, "ord": _ord, "min": _extremum, "max": _extremum, "abs": _abs, "any": _any_all, "all": _any_all,
    "print": _print,
}
