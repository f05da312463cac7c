"""Calls: casts, constructors, methods, helpers, functions of the program. Intrinsics have a file of their own."""

from __future__ import annotations

import ast
import types as python_types
from typing import Any

from pybpfc_runtime import layout
from pybpfc_runtime.values import DeclarationError, Struct, evaluate, value_type

from ...declarations import Function, GlobalVariable
from ...kernel_objects import IrqFlags, bpf_dynptr
from ...maps import Map
from ..diagnostics.declarations import BadDeclaration, UnsupportedKind
from ..diagnostics.types import (
    ByteOrder,
    MayBeNone,
    NotAReference,
    TypeMismatch,
    UntrustedRead,
    WrongArguments,
    WrongFields,
)
from ..frontend.exported import import_of
from ..source import Span
from ..tree import (
    AddressNumber,
    ArrayLiteral,
    Cast,
    Construct,
    CursorPull,
    CursorSkip,
    CursorStart,
    Expression,
    IntegerConstant,
    Reinterpret,
    StringConstant,
    TextComparison,
)
from ..types import (
    BOOL,
    CURSOR,
    U64,
    VOID,
    ArrayType,
    BeType,
    BoolType,
    ContextType,
    CursorType,
    IntType,
    LiteralType,
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
from . import arenas, helper_calls, kernel, kernel_calls, maps
from .conversions import (
    TO_HOST,
    coerce,
    describe,
    error_at,
    is_error,
    is_literal,
    not_none,
    text_of,
    way_past_none,
    way_to,
)
from .expressions import check, check_place, integer, kind_of, refuse_python_call, to_value, value
from .function import FunctionChecker, Static
from .places import all_fields, field_type, find_field, static_attribute


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
        if isinstance(owner, Static) and not _has_method(owner.value, node.func.attr):
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


def _has_method(found: Any, name: str) -> bool:
    """Whether a call of a module's object by an attribute means a method of it; a class in a class is none."""
    return isinstance(found, (Map, str, bytes)) or (
        isinstance(found, type) and issubclass(found, Struct) and not isinstance(getattr(found, name, None), type))


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
    from .intrinsics import BUILTINS, INTRINSICS

    intrinsic = getattr(found, "__pybpfc_intrinsic__", None)
    if intrinsic is not None:
        handler = INTRINSICS.get(intrinsic)
        if handler is None:
            c.report(UnsupportedKind(span, f"`{intrinsic}`", "it belongs to kernel types, which come later"))
            return error_at(span)
        made: Expression = handler(c, node, intrinsic)
        return made
    helper = getattr(found, "__pybpfc_helper__", None)
    if helper is not None:
        return helper_calls.helper_call(c, node, helper)
    handler = BUILTINS.get(getattr(found, "__name__", "")) if isinstance(found, python_types.BuiltinFunctionType) \
        else None
    if handler is not None:
        built: Expression = handler(c, node, callee.text)
        return built
    if getattr(found, "__name__", "") == "reveal_type":
        from .intrinsics import reveal

        return reveal(c, node)
    if isinstance(found, python_types.FunctionType):
        return refuse_python_call(c, span, callee.text)
    built_in = getattr(found, "__module__", None) == "builtins"
    c.report(NotAReference(c.span(node.func), callee.text, kind_of(found),
                           "Python can call it at module level, where its result is a constant" if built_in else
                           "it cannot be called in a BPF program"))
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
    if found is bpf_dynptr or found is IrqFlags:
        if not positional(c, node, found.__name__, 0):
            return error_at(span)
        return Construct(Reference(from_layout(value_type(found, found.__name__)), Space.STACK), span, found.__name__)
    own = getattr(found, "__pybpfc_type__", None)
    if own is None or (isinstance(found, type) and issubclass(found, (Map,))):
        c.report(NotAReference(c.span(node.func), callee.text, kind_of(found), "only integer types convert values"))
        return error_at(span)
    if isinstance(from_layout(own), OpaqueType):
        c.report(NotAReference(c.span(node.func), callee.text, "an object of the kernel",
                               "it lives in the values of a map: a Struct has a field of this type"))
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
            array = isinstance(found.target, (ArrayType, StringType))
            c.report(TypeMismatch(span, str(target), describe(operand), way_to(operand, target) if array else
                                  "a pointer's address is `u64(p)`; a scalar behind it is `p.value`"))
            return error_at(span)
    elif isinstance(target, BeType):
        if found == target:
            return operand
        if isinstance(operand, IntegerConstant) and is_literal(operand) and operand.value == 0:
            return IntegerConstant(target, span, 0)
        from .conversions import TO_NETWORK

        if not isinstance(found, (IntType, BeType, BoolType, LiteralType)):
            c.report(TypeMismatch(span, str(target), describe(operand), way_to(operand, target)))
            return error_at(span)
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
    missing = type_.layout.left_out(given)
    if missing and not zero:
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
        if isinstance(found.type, Reference) and found.type.target == type_:
            kernel.without_objects(c, found)
            return error_at(found.span)
        c.report(TypeMismatch(found.span, str(type_), describe(found), "the kernel alone writes it"))
        return error_at(found.span)
    if is_aggregate(type_):
        if isinstance(found.type, Reference) and found.type.space in kernel.MEMORY:
            shown, space = text_of(found), found.type.space
            way_out = kernel.probe_read_of(found.type, shown)
            if space in kernel.LOADED:
                c.report(UntrustedRead(found.span, shown, f"a whole `{type_}` in {space.value}", way_out,
                                       "more than one load",
                                       "a plain load of kernel memory reads one number or pointer"))
            else:
                c.report(UntrustedRead(found.span, shown, space.value, way_out))
            return error_at(found.span)
        if not kernel.at_constant_offset(c, found, text_of(found)):
            return error_at(found.span)
        return coerce(c, found, Reference(type_, Space.STACK))
    if isinstance(type_, Reference) and type_.space is Space.ARENA:
        return arenas.stored_pointer(c, found, type_)
    return coerce(c, found, type_)


# --- methods


def _method(c: FunctionChecker, node: ast.Call, owner: Expression | Static, name: str) -> Expression | Static:
    span = c.span(node)
    owner = maps.operand(c, owner)
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
        owner = kernel.plainly_read(c, not_none(c, owner))
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
                           "format it in `print(f\"...\")`" if isinstance(owner, StringConstant) and name == "format"
                           else "maps, cursors, contexts and Str have methods"))
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
    described = layout_argument(c, node)
    return from_layout(described) if described is not None else None


def layout_argument(c: FunctionChecker, node: ast.expr) -> layout.AnyType | None:
    """An argument that names a type, as it was declared: an enum is one, and no integer yet."""
    if isinstance(node, ast.Subscript):
        described = annotated(c, node)
        if described is not None:
            return described
    return _named_type(c, check(c, node))


def type_argument_or_value(c: FunctionChecker, node: ast.expr) -> Type | None:
    """The same, or a value whose type is meant: what a reference leads to, a global."""
    if isinstance(node, ast.Subscript):
        described = annotated(c, node)
        if described is not None:
            return from_layout(described)
    found = check_place(c, node)
    if isinstance(found, Expression):
        if isinstance(found.type, Reference):
            return found.type.target
        if is_scalar(found.type):
            return found.type
    named_type = _named_type(c, found)
    return from_layout(named_type) if named_type is not None else None


def _named_type(c: FunctionChecker, found: Expression | Static) -> layout.AnyType | None:
    if isinstance(found, Static):
        if hasattr(found.value, "__pybpfc_context__"):
            c.report(TypeMismatch(found.span, "a type", "the context of a program",
                                  "the struct of that name is the kernel's: "
                                  f"`from pybpfc.vmlinux import {found.text}`"))
            return None
        try:
            return value_type(found.value, found.text)
        except DeclarationError as error:
            c.report(BadDeclaration(found.span, str(error)))
            return None
    if not is_error(found):
        c.report(TypeMismatch(found.span, "a type", describe(found), "name a Struct class or an integer type"))
    return None


def annotated(c: FunctionChecker, node: ast.Subscript) -> layout.AnyType | None:
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
        return value_type(found, text)
    except DeclarationError as error:
        c.report(BadDeclaration(c.span(node), str(error), import_of(str(error))))
        return None
