"""Calls: casts, constructors, intrinsics, methods, helpers, functions of the program."""

from __future__ import annotations

import ast
import types as python_types
from typing import Any

from pybpfc_runtime.values import DeclarationError, Struct, evaluate, value_type

from ...declarations import Function, GlobalVariable
from ...externs import KERNEL_VERSION
from ...maps import Map
from ..diagnostics.declarations import BadDeclaration, UnsupportedKind
from ..diagnostics.types import (
    ByteOrder,
    CannotAssign,
    MayBeNone,
    NotAReference,
    TypeMismatch,
    UntrustedRead,
    WrongArguments,
    WrongFields,
)
from ..source import Span
from ..tree import (
    Absolute,
    AddressNumber,
    ArrayLiteral,
    AtomicOperation,
    ByteSwapped,
    Cast,
    Construct,
    CursorPull,
    CursorSkip,
    CursorStart,
    Expression,
    Extremum,
    IntegerConstant,
    Logical,
    Place,
    Read,
    Reinterpret,
    StringConstant,
    TextComparison,
    VariablePlace,
)
from ..types import (
    BOOL,
    CURSOR,
    LITERAL,
    U64,
    VOID,
    ArrayType,
    BeType,
    BoolType,
    ContextType,
    CursorType,
    IntType,
    OpaqueType,
    Reference,
    Space,
    StringType,
    StructType,
    Type,
    from_layout,
    is_aggregate,
    is_scalar,
    named,
)
from . import externs, helper_calls, kernel, kernel_calls, maps, printing, registers
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
    way_past_none,
)
from .expressions import (
    all_fields,
    check,
    field_type,
    find_field,
    integer,
    kind_of,
    refuse_python_call,
    space_of,
    static_attribute,
    to_value,
    unify,
    value,
    value_of,
)
from .function import FunctionChecker, Static


def call(c: FunctionChecker, node: ast.Call) -> Expression | Static:
    """Check a call by what is called."""
    span = c.span(node)
    if any(isinstance(item, ast.Starred) for item in node.args) or any(k.arg is None for k in node.keywords):
        c.report(WrongArguments(span, ast.unparse(node.func), "is called with `*` or `**`",
                                "name each argument: the number of them must be known"))
        return error_at(span)
    if isinstance(node.func, ast.Attribute):
        owner = check(c, node.func.value)
        if isinstance(owner, Static) and isinstance(owner.value, GlobalVariable):
            owner = to_value(c, owner)
        if isinstance(owner, Static) and not _is_owner(owner.value):
            callee = static_attribute(c, owner, node.func.attr, node.func)
        else:
            return _method(c, node, owner, node.func.attr)
    else:
        callee = check(c, node.func)
    if isinstance(callee, Expression):
        if not is_error(callee):
            c.report(NotAReference(c.span(node.func), text_of(callee), describe(callee), "it cannot be called"))
        return error_at(span)
    return _static_call(c, node, callee)


def _is_owner(found: Any) -> bool:
    return isinstance(found, (Map, str, bytes)) or (isinstance(found, type) and issubclass(found, Struct))


def _static_call(c: FunctionChecker, node: ast.Call, callee: Static) -> Expression | Static:
    found, span = callee.value, c.span(node)
    kernel_function = kernel_calls.name_of(found)
    if kernel_function:
        return kernel_calls.kernel_call(c, node, kernel_function)
    if isinstance(found, type) and not hasattr(found, "__pybpfc_helper__"):
        return _type_call(c, node, callee)
    if isinstance(found, Function):
        from .functions import call_function

        return call_function(c, node, found)
    intrinsic = getattr(found, "__pybpfc_intrinsic__", None)
    if intrinsic is not None:
        handler = _INTRINSICS.get(intrinsic)
        if handler is None:
            c.report(UnsupportedKind(span, f"`{intrinsic}`", "it belongs to kernel types, which come later"))
            return error_at(span)
        made: Expression = handler(c, node, intrinsic)
        return made
    helper = getattr(found, "__pybpfc_helper__", None)
    if helper is not None:
        return helper_calls.helper_call(c, node, helper)
    handler = _BUILTINS.get(getattr(found, "__name__", "")) if isinstance(found, python_types.BuiltinFunctionType) \
        else None
    if handler is not None:
        built: Expression = handler(c, node, callee.text)
        return built
    if getattr(found, "__name__", "") == "reveal_type":
        return _reveal(c, node)
    if isinstance(found, python_types.FunctionType):
        return refuse_python_call(c, span, callee.text)
    c.report(NotAReference(c.span(node.func), callee.text, kind_of(found), "it cannot be called in a BPF program"))
    return error_at(span)


def positional(c: FunctionChecker, node: ast.Call, name: str, least: int, most: int | None = None) -> bool:
    """Whether a call has the right number of positional arguments and no keywords; reports if not."""
    most = least if most is None else most
    if node.keywords:
        c.report(WrongArguments(c.span(node), name, "takes no keyword arguments", ""))
        return False
    if least <= len(node.args) <= most:
        return True
    wanted = str(least) if least == most else f"{least} to {most}"
    noun = "argument" if wanted == "1" else "arguments"
    c.report(WrongArguments(c.span(node), name, f"takes {wanted} {noun}, not {len(node.args)}", ""))
    return False


# --- types as functions: casts and constructors


def _type_call(c: FunctionChecker, node: ast.Call, callee: Static) -> Expression | Static:
    found, span = callee.value, c.span(node)
    if found is bool:
        from .conditions import condition
        from .environment import join

        if not positional(c, node, "bool", 1):
            return error_at(span)
        tested = condition(c, node.args[0])
        c.env = join((tested.when_true, tested.when_false))
        return tested.test
    if found is int:
        c.report(WrongArguments(span, "int", "has no width", "cast to u8 to u64 or s8 to s64"))
        return error_at(span)
    if found is range:
        c.report(NotAReference(span, "range(...)", "a loop's range", "it stands behind `for ... in` only"))
        return error_at(span)
    if isinstance(found, type) and issubclass(found, Struct):
        return construct(c, node, found)
    own = getattr(found, "__pybpfc_type__", None)
    if own is None or (isinstance(found, type) and issubclass(found, (Map,))):
        c.report(NotAReference(c.span(node.func), callee.text, kind_of(found), "only integer types convert values"))
        return error_at(span)
    if not positional(c, node, callee.text, 1):
        return error_at(span)
    return cast_to(c, span, value(c, node.args[0]), from_layout(own))


def cast_to(c: FunctionChecker, span: Span, operand: Expression, target: Type) -> Expression:
    """`u32(x)`: any integer by wrapping, a reference's address by `u64`."""
    if is_error(operand):
        return error_at(span)
    found = operand.type
    if isinstance(target, IntType):
        if (isinstance(operand, IntegerConstant) and isinstance(found, (IntType,))) or is_literal(operand):
            assert isinstance(operand, IntegerConstant)
            return IntegerConstant(target, span, target.wrap(operand.value))
        if isinstance(found, (IntType, BoolType)):
            return operand if found == target else Cast(target, span, operand)
        if isinstance(found, Reference) and target == U64 and not isinstance(operand.type, ContextType):
            return AddressNumber(U64, span, operand)
        if isinstance(found, BeType):
            c.report(ByteOrder(span, str(found), str(target),
                               f"{TO_HOST[found.bits]}({text_of(operand)})` or `to_bits({text_of(operand)})"))
            return error_at(span)
        if isinstance(found, Reference):
            c.report(TypeMismatch(span, str(target), describe(operand),
                                  "a pointer's address is `u64(p)`; a scalar behind it is `p.value`"))
            return error_at(span)
    elif isinstance(target, BeType):
        if found == target:
            return operand
        if isinstance(operand, IntegerConstant) and is_literal(operand) and operand.value == 0:
            return IntegerConstant(target, span, 0)
        from .conversions import TO_NETWORK

        c.report(ByteOrder(span, str(found), str(target),
                           f"{TO_NETWORK[target.bits]}(x)` or `from_bits({target}, x)"))
        return error_at(span)
    c.report(TypeMismatch(span, str(target), describe(operand), "casts convert integers"))
    return error_at(span)


def construct(c: FunctionChecker, node: ast.Call, struct: type[Struct], *, zero: bool = False) -> Expression:
    """`T(field=...)`, every field named, or `T.zero(field=...)`: a fresh object in a stack slot."""
    span = c.span(node)
    described = getattr(struct, "__pybpfc_type__", None)
    if described is None:
        c.report(WrongFields(span, struct.__name__, "has no fields", "derive a class from it and annotate its fields"))
        return error_at(span)
    type_ = from_layout(described)
    assert isinstance(type_, StructType)
    if node.args:
        c.report(WrongFields(span, type_.name, "takes its fields by name",
                             f"write `{type_.name}({all_fields(type_)[0].attribute}=...)`"))
        return error_at(span)
    fields: list[tuple[tuple[int, ...], Expression]] = []
    given: set[str] = set()
    failed = False
    for keyword in node.keywords:
        assert keyword.arg is not None
        path = find_field(type_, keyword.arg)
        if path is None or keyword.arg in given:
            known = ", ".join(f.attribute for f in all_fields(type_))
            problem = f"has no field `{keyword.arg}`" if path is None else f"is given `{keyword.arg}` twice"
            c.report(WrongFields(c.span(keyword.value), type_.name, problem, f"its fields: {known}"))
            failed = True
            continue
        given.add(keyword.arg)
        stored = stored_value(c, keyword.value, field_type(type_, path))
        failed = failed or is_error(stored)
        fields.append((path, stored))
    missing = [f.attribute for f in all_fields(type_) if f.attribute not in given]
    if missing and not zero and not described.is_union:
        c.report(WrongFields(span, type_.name, f"must name every field; missing: {', '.join(missing)}",
                             f"`{type_.name}.zero(...)` zeroes the fields that are not named"))
        failed = True
    if failed:
        return error_at(span)
    return Construct(Reference(type_, Space.STACK), span, type_.name, tuple(fields))


def stored_value(c: FunctionChecker, node: ast.expr, type_: Type) -> Expression:
    """A value for memory of `type_`: a scalar converted, an aggregate's reference, or a literal for an array."""
    if isinstance(type_, ArrayType) and isinstance(node, ast.Tuple):
        if len(node.elts) != type_.count:
            c.report(TypeMismatch(c.span(node), str(type_), f"a tuple of {len(node.elts)}",
                                  f"it takes {type_.count} elements"))
            return error_at(c.span(node))
        elements = tuple(stored_value(c, item, type_.element) for item in node.elts)
        if any(map(is_error, elements)):
            return error_at(c.span(node))
        return ArrayLiteral(Reference(type_, Space.STACK), c.span(node), elements)
    return coerce_stored(c, value(c, node), type_)


def coerce_stored(c: FunctionChecker, found: Expression, type_: Type) -> Expression:
    """A checked value for memory of `type_`."""
    if is_error(found):
        return found
    if isinstance(found, StringConstant) and isinstance(type_, (ArrayType, StringType)):
        element = type_.element if isinstance(type_, ArrayType) else named("u8")
        text = found.text
        fits = len(text) <= type_.count if isinstance(type_, StringType) else len(text) == type_.count
        if not fits or not isinstance(element, IntType) or element.bits != 8:
            c.report(TypeMismatch(found.span, str(type_), f"{len(text)} bytes", "the literal must fill the array"
                                  if isinstance(type_, ArrayType) else "the text is longer than the field"))
            return error_at(found.span)
        text = text.ljust(type_.count, b"\0")
        return ArrayLiteral(Reference(type_, Space.STACK), found.span,
                            tuple(IntegerConstant(element, found.span, byte) for byte in text))
    if isinstance(type_, OpaqueType):
        c.report(TypeMismatch(found.span, str(type_), describe(found), "the kernel alone writes it"))
        return error_at(found.span)
    if is_aggregate(type_):
        if isinstance(found.type, Reference) and found.type.space in (Space.TRUSTED, Space.UNTRUSTED, Space.USER):
            c.report(UntrustedRead(found.span, text_of(found), found.type.space.value, f"core_read({text_of(found)})"))
            return error_at(found.span)
        return coerce(c, found, Reference(type_, Space.STACK))
    return coerce(c, found, type_)


# --- methods


def _method(c: FunctionChecker, node: ast.Call, owner: Expression | Static, name: str) -> Expression | Static:
    span = c.span(node)
    if isinstance(owner, Static):
        if isinstance(owner.value, Map):
            return maps.method(c, node, owner, name)
        if isinstance(owner.value, type) and issubclass(owner.value, Struct):
            if name == "zero":
                return construct(c, node, owner.value, zero=True)
            if name == "at":
                return _at(c, node, owner)
        c.report(NotAReference(span, f"{owner.text}.{name}", "a Python method", "it runs in Python only"))
        return error_at(span)
    if is_error(owner):
        return owner
    type_ = owner.type
    if isinstance(type_, CursorType):
        if name == "pull":
            return _pull(c, node, owner)
        if name == "skip":
            return _skip(c, node, owner)
    elif isinstance(type_, Reference) and isinstance(type_.target, ContextType) and name == "cursor":
        if not positional(c, node, "cursor", 0):
            return error_at(span)
        if not any(f.type == "packet" for f in type_.target.row.fields):
            c.report(NotAReference(span, text_of(owner), f"a `{type_.target.name}`", "it holds no packet"))
            return error_at(span)
        return CursorStart(CURSOR, span, owner)
    elif isinstance(type_, Reference) and isinstance(type_.target, StringType) and name == "startswith":
        if not positional(c, node, "startswith", 1):
            return error_at(span)
        prefix = value(c, node.args[0])
        owner = not_none(c, owner)
        if is_error(prefix) or is_error(owner):
            return error_at(span)
        if not isinstance(prefix, StringConstant):
            c.report(TypeMismatch(prefix.span, "a string constant", describe(prefix), "the prefix must be a literal"))
            return error_at(span)
        if len(prefix.text) > type_.target.count:
            c.report(TypeMismatch(prefix.span, f"at most {type_.target.count} bytes", f"{len(prefix.text)} bytes",
                                  f"the field is a `{type_.target}`: the prefix never matches"))
            return error_at(span)
        return TextComparison(BOOL, span, owner, prefix.text, True)
    if isinstance(type_, Reference) and type_.nullable:
        c.report(MayBeNone(owner.span, text_of(owner), "may be None", type_, None, "", c.none_reason(owner),
                           way_past_none(owner)))
        return error_at(span)
    c.report(NotAReference(span, f"{text_of(owner)}.{name}", f"no method of {describe(owner)}",
                           "maps, cursors, contexts and Str have methods"))
    return error_at(span)


def _at(c: FunctionChecker, node: ast.Call, owner: Static) -> Expression:
    """`ethhdr.at(ctx.data)`: packet memory seen as a struct."""
    span = c.span(node)
    if not positional(c, node, f"{owner.text}.at", 1):
        return error_at(span)
    address = not_none(c, value(c, node.args[0]))
    if is_error(address):
        return error_at(span)
    if not isinstance(address.type, Reference) or address.type.space is not Space.PACKET:
        c.report(TypeMismatch(address.span, "packet pointer", describe(address),
                              "it views packet memory: `ctx.data`, or `ctx.data + n`"))
        return error_at(span)
    return Reinterpret(Reference(from_layout(owner.value.__pybpfc_type__), Space.PACKET), span, address)


def _pull(c: FunctionChecker, node: ast.Call, cursor: Expression) -> Expression:
    span = c.span(node)
    if not positional(c, node, "pull", 1):
        return error_at(span)
    type_ = type_argument(c, node.args[0])
    if type_ is None:
        return error_at(span)
    return CursorPull(Reference(type_, Space.PACKET, True), span, cursor, type_.size)


def _skip(c: FunctionChecker, node: ast.Call, cursor: Expression) -> Expression:
    span = c.span(node)
    limit_node = next((k.value for k in node.keywords if k.arg == "limit"), None)
    if len(node.args) == 2 and limit_node is None:
        limit_node = node.args[1]
    elif len(node.args) != 1 or len(node.keywords) != (limit_node is not None):
        c.report(WrongArguments(span, "skip", "takes a number of bytes and a limit", "skip(n, limit=...)"))
        return error_at(span)
    count = coerce(c, integer(c, node.args[0]), U64)
    limit = coerce(c, integer(c, limit_node), U64) if limit_node is not None else None
    if is_error(count) or (limit is not None and is_error(limit)):
        return error_at(span)
    if limit is not None and not isinstance(limit, IntegerConstant):
        c.report(WrongArguments(span, "skip", "needs a constant limit", "the verifier must see how far it can go"))
        return error_at(span)
    return CursorSkip(VOID, span, cursor, count, limit)


def type_argument(c: FunctionChecker, node: ast.expr) -> Type | None:
    """An argument that names a type: a Struct class, an integer type, `Annotated[...]` as in an annotation."""
    if isinstance(node, ast.Subscript):
        described = _annotation(c, node)
        if described is not None:
            return described
    found = check(c, node)
    if isinstance(found, Static):
        try:
            return from_layout(value_type(found.value, found.text))
        except DeclarationError as error:
            c.report(BadDeclaration(found.span, str(error)))
            return None
    if not is_error(found):
        c.report(TypeMismatch(found.span, "a type", describe(found), "name a Struct class or an integer type"))
    return None


def _annotation(c: FunctionChecker, node: ast.Subscript) -> Type | None:
    """The type that `Annotated[Array[u32], 4]` means; None where the subscript is an element of something."""
    root: ast.expr = node
    while isinstance(root, ast.Subscript):
        root = root.value
    owner = check(c, root) if isinstance(root, ast.Name) and root.id not in c.local_names else None
    if not isinstance(owner, Static) or isinstance(owner.value, (GlobalVariable, Map, tuple, list, dict, str, bytes)):
        return None
    function = c.declaration.declared.function
    cells = {name: cell.cell_contents for name, cell in zip(
        function.__code__.co_freevars, function.__closure__ or (), strict=True)}
    text = ast.unparse(node)
    try:
        found = evaluate(text, function.__globals__, {**c.declaration.declared.locals, **cells}, text)
        return from_layout(value_type(found, text))
    except DeclarationError as error:
        c.report(BadDeclaration(c.span(node), str(error)))
        return None


# --- intrinsics


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
    described = _annotation(c, node.args[0]) if isinstance(node.args[0], ast.Subscript) else None
    if described is not None:
        return IntegerConstant(LITERAL, span, described.size)
    found = check(c, node.args[0])
    if isinstance(found, Expression) and isinstance(found.type, Reference):
        return IntegerConstant(LITERAL, span, found.type.target.size)
    if isinstance(found, Expression) and is_scalar(found.type):
        return IntegerConstant(LITERAL, span, found.type.size)
    type_ = type_argument(c, node.args[0])
    return error_at(span) if type_ is None else IntegerConstant(LITERAL, span, type_.size)


def _offsetof(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    span = c.span(node)
    if not positional(c, node, name, 2):
        return error_at(span)
    type_ = type_argument(c, node.args[0])
    field = value(c, node.args[1])
    if type_ is None or is_error(field):
        return error_at(span)
    if not isinstance(type_, StructType) or not isinstance(field, StringConstant):
        c.report(WrongArguments(span, name, "takes a struct and a field's name", 'offsetof(iphdr, "saddr")'))
        return error_at(span)
    path = find_field(type_, field.text.decode())
    if path is None:
        c.report(WrongArguments(span, name, f"finds no field `{field.text.decode()}` in {type_.name}", ""))
        return error_at(span)
    offset, struct = 0, type_
    for index in path:
        member = struct.layout.fields[index]
        if member.bits:
            c.report(WrongArguments(span, name, f"has no answer for the bit field `{field.text.decode()}`",
                                    "a bit field has no offset in bytes"))
            return error_at(span)
        offset += member.offset
        inner = from_layout(member.type)
        if isinstance(inner, StructType):
            struct = inner
    return IntegerConstant(LITERAL, span, offset)


def _copy(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    span = c.span(node)
    if not positional(c, node, name, 1):
        return error_at(span)
    source = not_none(c, value(c, node.args[0]))
    if is_error(source):
        return error_at(span)
    if not isinstance(source.type, Reference) or not is_aggregate(source.type.target):
        c.report(TypeMismatch(source.span, "a struct or an array", describe(source),
                              "a scalar is copied by assignment"))
        return error_at(span)
    return Construct(Reference(source.type.target, Space.STACK), span, f"copy of {text_of(source)}", (), source)


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
    from .statements import target_place

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
    if space_of(place) is Space.PACKET:
        c.report(CannotAssign(place.span, place.span.text, "the kernel allows no atomic operation on packets",
                              "nothing else writes the packet meanwhile: assign to it"))
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
    found = check(c, node.args[0])
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


def _reveal(c: FunctionChecker, node: ast.Call) -> Expression:
    from ..diagnostics.types import Revealed

    span = c.span(node)
    if not positional(c, node, "reveal_type", 1):
        return error_at(span)
    found = value(c, node.args[0])
    if not is_error(found):
        c.report(Revealed(span, found.type))
    return settle(c, found)


_INTRINSICS: dict[str, Any] = {
    **dict.fromkeys(("ntohs", "htons", "ntohl", "htonl", "cpu_to_be64", "be64_to_cpu"), _swap),
    "sizeof": _sizeof,
    "offsetof": _offsetof,
    "copy": _copy,
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

_BUILTINS: dict[str, Any] = {
    "len": _len, "min": _extremum, "max": _extremum, "abs": _abs, "any": _any_all, "all": _any_all, "print": _print,
}
