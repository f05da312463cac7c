"""Assignments: what is stored where, and which type a name has."""

from __future__ import annotations

import ast
from typing import Any

from pybpfc_runtime.values import DeclarationError

from ...declarations import GlobalVariable
from ...record import replace
from ..diagnostics.declarations import AssignsGlobal, UnsupportedSyntax
from ..diagnostics.types import (
    BadAnnotation,
    CannotAssign,
    TypeMismatch,
    WrongUnpacking,
)
from ..frontend.exported import import_of
from ..source import Span
from ..tree import (
    AddressOf,
    ArrayLiteral,
    Assign,
    AugmentedAssign,
    Block,
    Cast,
    Conditional,
    Construct,
    ContextPlace,
    CursorStart,
    ElementPlace,
    Expression,
    FieldPlace,
    GlobalPlace,
    IntegerConstant,
    KeptPointer,
    NoneConstant,
    Place,
    PointeePlace,
    Read,
    Statement,
    StringConstant,
    Variable,
    VariablePlace,
    Walrus,
)
from ..types import (
    ERROR,
    S64,
    CursorType,
    ErrorType,
    IntType,
    KptrType,
    LiteralType,
    Reference,
    Space,
    StringType,
    StructType,
    Type,
    VoidType,
    is_aggregate,
    is_scalar,
    kernel_object,
)
from . import kernel, maps
from .arithmetic import arithmetic, operator_text
from .conversions import coerce, common_type, describe, error_at, is_error, is_literal, not_none, text_of
from .expressions import check, global_place, space_of, to_value, value
from .function import FunctionChecker, Static
from .places import attribute_place, element_place


def assign(c: FunctionChecker, node: ast.Assign) -> Statement | None:
    if len(node.targets) == 1 and isinstance(node.targets[0], (ast.Tuple, ast.List)):
        return _unpack(c, node, node.targets[0], node.value)
    if any(isinstance(target, (ast.Tuple, ast.List)) for target in node.targets):
        c.report(UnsupportedSyntax(c.span(node), "a tuple among several targets", "a tuple would be built at run time",
                                   "write one assignment for each"))
        return None
    return _store(c, node, node.targets, _assigned(c, node.targets[0], node.value))


def _assigned(c: FunctionChecker, target: ast.expr, node: ast.expr) -> Expression:
    """The value of an assignment; a tuple literal is possible where an array is stored."""
    item_of_map = isinstance(target, ast.Subscript) and _only_read(c, target) is None \
        and maps.is_map(maps.operand(c, check(c, target.value)))
    if isinstance(node, ast.Tuple) and not isinstance(target, ast.Name) and not item_of_map:
        from .calls import stored_value

        was = c.inferring
        c.inferring = True  # the target is checked again, with messages, when it is written
        place = target_place(c, target)
        c.inferring = was
        return error_at(c.span(node)) if place is None else stored_value(c, node, place.type)
    return value(c, node)


def _store(c: FunctionChecker, node: ast.stmt, targets: list[ast.expr], found: Expression) -> Statement | None:
    """Write one checked value to its targets, from left to right."""
    span = c.span(node)
    if isinstance(found.type, VoidType) and not isinstance(found, StringConstant):
        c.report(TypeMismatch(found.span, "a value", describe(found), "make the call a statement of its own"))
        found = error_at(found.span)
    if len(targets) == 1:
        return _store_one(c, span, targets[0], found)
    # Several targets: the value is computed once and kept.
    if is_error(found):
        for target in targets:
            _store_one(c, span, target, found)
        return None
    made: list[Statement] = []
    if not isinstance(found, (IntegerConstant, NoneConstant, StringConstant)):
        held = c.hidden("value", found.type, found.span)
        made.append(Assign(span, (VariablePlace(found.type, found.span, held),), found))
        found = Read(found.type, found.span, VariablePlace(found.type, found.span, held))
    for target in targets:
        one = _store_one(c, span, target, found)
        if one is not None:
            made.append(one)
    return Block(span, tuple(made))


def _store_one(c: FunctionChecker, span: Span, target: ast.expr, found: Expression) -> Statement | None:
    from .calls import coerce_stored

    if isinstance(target, ast.Name) and target.id not in c.global_names:
        if is_error(found):
            poison(c, target)
            return None
        variable, converted = assigned_value(c, target.id, found, target)
        if variable is None:
            return None
        c.learn_from(variable, converted)
        return Assign(span, (VariablePlace(variable.type, c.span(target), variable),), converted)
    if isinstance(target, ast.Subscript) and _only_read(c, target) is None:
        base = maps.operand(c, check(c, target.value))
        if isinstance(base, Expression) and is_error(base):
            return None
        if maps.is_map(base):
            assert isinstance(base, Static)
            return None if is_error(found) else maps.set_item(c, target, base, found, span)
    place = target_place(c, target)
    if place is None or is_error(found) or isinstance(place.type, ErrorType):
        return None
    if isinstance(found, ArrayLiteral):
        converted = found
    else:
        converted = coerce_stored(c, found, place.type)
    if is_error(converted) or not _may_store(c, place):
        return None
    return Assign(span, (place,), converted)


def _may_store(c: FunctionChecker, place: Place) -> bool:
    """Whether memory holds no object of the kernel's, which a store of the whole would write over."""
    kept = kernel_object(place.type)
    if kept is None or space_of(place) is Space.STACK:
        return True
    c.report(CannotAssign(place.span, place.span.text, f"there is a `{kept}` in it, which no store may touch",
                          "assign its other fields one by one"))
    return False


def poison(c: FunctionChecker, target: ast.Name) -> None:
    """A variable whose value was reported: what follows from it is silent."""
    variable = c.variables.get(target.id)
    if variable is None:
        c.declare(target.id, c.settled.get(target.id, ERROR), c.span(target))
    elif isinstance(variable.type, LiteralType):
        variable.type = ERROR
    if c.inferring:
        c.settled.setdefault(target.id, ERROR)


def assigned_value(c: FunctionChecker, name: str, found: Expression,
                   node: ast.AST) -> tuple[Variable | None, Expression]:
    """The variable that takes a value, and the value as the variable's type."""
    if isinstance(found, StringConstant):
        c.report(UnsupportedSyntax(found.span, "a string in a variable", "there are no strings at run time",
                                   "a Str field of a Struct holds text; a module-level constant names it"))
        return None, error_at(found.span)
    if isinstance(found.type, Reference) and isinstance(found.type.target, KptrType) \
            and isinstance(found.type.target.target, StructType):
        kept = found.type.target
        found = KeptPointer(Reference(kept.target, kept.space, True), found.span, not_none(c, found))
    variable = c.bind(name, found, node)
    if c.inferring and isinstance(variable.type, LiteralType):
        return variable, found
    if isinstance(found, NoneConstant):
        if isinstance(variable.type, Reference) and not isinstance(variable.type.target, VoidType):
            return variable, NoneConstant(variable.type.or_none(), found.span)
        if c.inferring:
            return variable, found
        if isinstance(variable.type, Reference):
            c.report(TypeMismatch(found.span, "a reference", "None", f"nothing but None is assigned to `{name}`: "
                                  f"annotate it, as in `{name}: T | None = None`"))
        elif not isinstance(variable.type, ErrorType):
            c.report(TypeMismatch(found.span, str(variable.type), "None", "only references can be None"))
        return None, error_at(found.span)
    if c.inferring and name in c.annotated and isinstance(found.type, Reference):
        _learn_space(c, variable, found.type)
    if not is_literal(found) and not c.check_one_type(variable, found):
        return None, error_at(found.span)
    if isinstance(variable.type, Reference) and isinstance(found.type, Reference):
        if found.type.nullable and not variable.type.nullable:
            if name not in c.annotated:
                variable.type = variable.type.or_none()
            else:
                return variable, coerce(c, found, variable.type)
        named = isinstance(found, AddressOf) and c.bound_once(name)  # another name for a place
        if not named and not kernel.kept_apart(c, found):
            return None, error_at(found.span)
        if on_stack(c, found):
            c.module.stack_variables.add((id(c.declaration), name))
        return variable, found
    if isinstance(variable.type, CursorType):
        if isinstance(found, CursorStart):
            return variable, found
        if isinstance(found.type, CursorType):
            c.report(CannotAssign(c.span(node), name, "a cursor has one name",
                                  "use the first name: both would move together, or make one by `ctx.cursor()`"))
            return None, error_at(found.span)
    converted = coerce(c, found, variable.type)
    return (None if is_error(converted) else variable), converted


def annotated_assign(c: FunctionChecker, node: ast.AnnAssign) -> Statement | None:
    from .functions import annotated_type

    if not isinstance(node.target, ast.Name):
        c.report(UnsupportedSyntax(c.span(node), "an annotation on a field", "its class annotates it", "remove it"))
        return None
    span = c.span(node.annotation)
    try:
        annotation = _evaluate(c, node.annotation)
        type_: Type = annotated_type(annotation, node.target.id)
    except DeclarationError as error:
        c.report(BadAnnotation(span, str(error), import_of(str(error))
                               or "use an integer type, bool, a Struct, Ptr[T] or `T | None`"))
        type_ = ERROR
    name = node.target.id
    first = c.annotated.setdefault(name, span)
    if first != span and not isinstance(type_, ErrorType):
        c.report(BadAnnotation(span, f"`{name}` is annotated a second time", "a name keeps one type: annotate it where "
                               "it is first assigned, and use another name for another type"))
        type_ = ERROR
    known = c.variables.get(name)
    if known is None:
        known = c.declare(name, type_, c.span(node.target))
    elif isinstance(known.type, LiteralType) or c.inferring:
        known.type = type_
    c.settled[name] = type_
    if node.value is None:
        return None
    found = value(c, node.value)
    if isinstance(type_, Reference) and isinstance(found.type, Reference) and not isinstance(found, NoneConstant):
        known.type = Reference(type_.target, found.type.space, type_.nullable)
        c.settled[name] = known.type
    elif isinstance(type_, Reference) and isinstance(found, NoneConstant):
        known.type = _space_from_later(c, name, type_)
    return _store_one(c, c.span(node), node.target, found)


def _learn_space(c: FunctionChecker, variable: Variable, given: Reference) -> None:
    """The first pass sees where an annotated variable that starts as None leads."""
    learned = c.module.spaces.setdefault((id(c.declaration), variable.name), given.space)
    if isinstance(variable.type, Reference):
        variable.type = Reference(variable.type.target, learned, variable.type.nullable)


def _space_from_later(c: FunctionChecker, name: str, type_: Reference) -> Reference:
    """`x: T | None = None` takes its address space from what is assigned later, which the first pass has seen."""
    learned = c.module.spaces.get((id(c.declaration), name))
    return type_ if learned is None else Reference(type_.target, learned, type_.nullable)


def _evaluate(c: FunctionChecker, node: ast.expr) -> Any:
    function = c.declaration.declared.function
    names = dict(function.__globals__)
    names.update(c.declaration.declared.locals)
    for free, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            names[free] = cell.cell_contents
        except ValueError:
            continue
    try:
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
        return eval(text if text is not None else compile(ast.Expression(node), c.source.display, "eval"), names)
    except Exception as error:
        raise DeclarationError(f"cannot resolve the annotation `{ast.unparse(node)}`: {error}") from error


def _unpack(c: FunctionChecker, node: ast.stmt, target: ast.Tuple | ast.List, source: ast.expr) -> Statement | None:
    """`a, b = x, y`: everything on the right is read before the first store."""
    span = c.span(node)
    starred = next((item for item in target.elts if isinstance(item, ast.Starred)), None)
    if starred is not None:
        c.report(UnsupportedSyntax(c.span(starred), "a starred target", "it would take a list", "name each value"))
        return None
    if not isinstance(source, ast.Tuple):
        if not is_error(value(c, source)):  # an error of its own says more: there is no `divmod`
            c.report(WrongUnpacking(c.span(source), len(target.elts), 1, "only a literal tuple is unpacked"))
        return None
    if len(source.elts) != len(target.elts):
        c.report(WrongUnpacking(span, len(target.elts), len(source.elts), "name as many as there are values"))
        return None
    made: list[Statement] = []
    kept: list[tuple[ast.expr, Expression]] = []

    def keep(targets: list[ast.expr], values: list[ast.expr]) -> None:
        for one, item in zip(targets, values, strict=True):
            if isinstance(one, (ast.Tuple, ast.List)):
                if not isinstance(item, ast.Tuple) or len(item.elts) != len(one.elts):
                    count = len(item.elts) if isinstance(item, ast.Tuple) else 1
                    c.report(WrongUnpacking(c.span(item), len(one.elts), count, "only a literal tuple is unpacked"))
                    continue
                keep(list(one.elts), list(item.elts))
                continue
            found = _assigned(c, one, item)
            if isinstance(found, (IntegerConstant, NoneConstant, StringConstant)) or is_error(found):
                kept.append((one, found))
                continue
            if isinstance(found.type, Reference) and not isinstance(one, ast.Name) and is_aggregate(found.type.target):
                if isinstance(found, ArrayLiteral):
                    kept.append((one, _with_read_elements(c, span, found, made)))
                    continue
                # stored into memory: what the reference names may be overwritten by an earlier store
                if not isinstance(found, Construct):
                    found = Construct(Reference(found.type.target, Space.STACK), found.span,
                                      f"copy of {text_of(found)}", (), found)
            held = c.hidden("value", found.type, found.span)
            made.append(Assign(span, (VariablePlace(found.type, found.span, held),), found))
            kept.append((one, Read(found.type, found.span, VariablePlace(found.type, found.span, held))))

    keep(list(target.elts), list(source.elts))
    for one, found in kept:
        stored = _store_one(c, span, one, found)
        if stored is not None:
            made.append(stored)
    return Block(span, tuple(made))


def _with_read_elements(c: FunctionChecker, span: Span, literal: ArrayLiteral, made: list[Statement]) -> ArrayLiteral:
    """The literal with each element in a variable of its own, which `made` assigns: it is stored later."""
    elements: list[Expression] = []
    for item in literal.elements:
        if isinstance(item, ArrayLiteral):
            elements.append(_with_read_elements(c, span, item, made))
            continue
        if isinstance(item, IntegerConstant):
            elements.append(item)
            continue
        if isinstance(item.type, Reference) and is_aggregate(item.type.target) and not isinstance(item, Construct):
            item = Construct(Reference(item.type.target, Space.STACK), item.span, f"copy of {text_of(item)}", (), item)
        held = c.hidden("element", item.type, item.span)
        made.append(Assign(span, (VariablePlace(item.type, item.span, held),), item))
        elements.append(Read(item.type, item.span, VariablePlace(item.type, item.span, held)))
    return replace(literal, elements=tuple(elements))


def target_place(c: FunctionChecker, node: ast.expr, *, atomic: bool = False) -> Place | None:
    """The place that an assignment writes (or an atomic operation changes); None where it was reported."""
    span = c.span(node)
    if isinstance(node, ast.Name):
        found = c.lookup(node.id, node)
        if isinstance(found, Variable):
            if isinstance(found.type, LiteralType):
                return VariablePlace(S64, span, found)
            return VariablePlace(found.type, span, found)
        if found is None:
            return None
        if isinstance(found.value, GlobalVariable):
            return _writable_global(c, found)
        c.report(AssignsGlobal(span, node.id, "it is no variable of the program",
                               "declare it as `name: u32 = data(0)` to write it"))
        return None
    if isinstance(node, (ast.Attribute, ast.Subscript)) and (space := _only_read(c, node)) is not None:
        c.report(_not_written(span, space))
        return None
    if isinstance(node, ast.Attribute):
        base = check(c, node.value)
        if isinstance(base, Static):
            if isinstance(base.value, GlobalVariable):
                base = to_value(c, base)
            else:
                owned = getattr(base.value, node.attr, None)
                if isinstance(owned, GlobalVariable):
                    return _writable_global(c, Static(owned, span, f"{base.text}.{node.attr}"))
                c.report(AssignsGlobal(span, f"{base.text}.{node.attr}", "it is a Python object",
                                       "only maps and globals change while a program runs"))
                return None
        place = attribute_place(c, base, node, probed=True)
        return None if place is None else _writable(c, place)
    if isinstance(node, ast.Subscript):
        base = maps.operand(c, check(c, node.value))
        if isinstance(base, Static):
            if maps.is_map(base):
                c.report(CannotAssign(span, ast.unparse(node), "a map entry has no place of its own",
                                      "look it up first: `value = m.lookup(key)`"))
                return None
            base = to_value(c, base)
        place = element_place(c, base, node)
        return None if place is None else _writable(c, place)
    c.report(CannotAssign(span, ast.unparse(node), "it is no place", "assign to a name, a field or an element"))
    return None


def _only_read(c: FunctionChecker, node: ast.expr) -> Space | None:
    """The memory in which a chain begins that a variable leads to, where programs write none of it."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    variable = c.variables.get(node.id) if isinstance(node, ast.Name) and node.id in c.local_names else None
    type_ = variable.type if variable is not None else None
    kernel_struct = isinstance(type_, Reference) and isinstance(type_.target, StructType) and type_.target.layout.kernel
    return type_.space if isinstance(type_, Reference) and kernel_struct \
        and type_.space in (Space.UNTRUSTED, Space.USER) else None


def _not_written(span: Span, space: Space) -> CannotAssign:
    return CannotAssign(span, span.text, f"it is in {space.value}", "programs read it only"
                        if space is not Space.USER else "`bpf_probe_write_user` writes it")


def _writable_global(c: FunctionChecker, found: Static) -> Place | None:
    place = global_place(c, found.value, found.span)
    if place is None:
        return None
    if place.declaration.extern is not None:
        c.report(CannotAssign(found.span, found.text, "it is the kernel's", "keep a value of your own in `data(...)`"))
        return None
    if place.declaration.constant:
        c.report(CannotAssign(found.span, found.text, "it is `rodata`: user space sets it before the program is loaded",
                              "declare it with `data(...)` to write it"))
        return None
    return place


def _writable(c: FunctionChecker, place: Place) -> Place | None:
    if isinstance(place, ContextPlace):
        if not place.field.writable:
            c.report(CannotAssign(place.span, place.span.text, "the kernel lets this program read the field only",
                                  "keep the value in a local"))
            return None
        return place
    if isinstance(place, FieldPlace) and place.struct.layout.kernel and isinstance(place.base.type, Reference) \
            and place.base.type.space is Space.TRUSTED and not c.module.writes_kernel_memory(c):
        c.report(CannotAssign(place.span, place.span.text, "it is the kernel's memory",
                              "programs in tables of functions (`@struct_ops`) may write some fields; others keep what "
                              "they have to say in a map"))
        return None
    if not isinstance(place, VariablePlace) and space_of(place) in (Space.UNTRUSTED, Space.READABLE, Space.USER):
        c.report(_not_written(place.span, space_of(place)))
        return None
    if isinstance(place, (FieldPlace, ElementPlace, PointeePlace)) and space_of(place) is Space.CONTEXT:
        c.report(CannotAssign(place.span, place.span.text, "the kernel lets this program read its context only",
                              "keep the value in a local"))
        return None
    root: Expression = place
    while isinstance(root, FieldPlace) or hasattr(root, "base"):
        base = root.base
        root = base.place if isinstance(base, AddressOf) else base
        if isinstance(root, GlobalPlace) and root.declaration.extern is not None:
            c.report(CannotAssign(place.span, place.span.text, "it is the kernel's", "keep a copy to change"))
            return None
        if isinstance(root, GlobalPlace) and root.declaration.constant:
            c.report(CannotAssign(place.span, place.span.text, "it is `rodata`", "declare it with `data(...)`"))
            return None
        if not hasattr(root, "base"):
            break
    return place


def augmented(c: FunctionChecker, node: ast.AugAssign) -> Statement | None:
    span = c.span(node)
    if isinstance(node.target, ast.Subscript) and _only_read(c, node.target) is None:
        base = maps.operand(c, check(c, node.target.value))
        if isinstance(base, Expression) and is_error(base):
            return None
        if maps.is_map(base):
            assert isinstance(base, Static)
            return maps.augment_item(c, node, node.target, base)
    if isinstance(node.target, ast.Name) and node.target.id in c.local_names:
        current: Expression = value(c, node.target)
        operand = value(c, node.value)
        if not is_error(current):
            operand = _fitting(c, node.op, operand, c.variables[node.target.id].type)
        combined = arithmetic(c, span, operator_text(node.op), current, operand)
        if is_error(combined):
            return None
        return _narrow_back(c, span, node.target, combined, operand.span)
    place = target_place(c, node.target)
    if place is None:
        value(c, node.value)
        return None
    if not is_scalar(place.type):
        c.report(CannotAssign(place.span, place.span.text, f"it is a `{place.type}`",
                              'no text is put together at run time: `bpf_snprintf(field, f"...")` writes into one'
                              if isinstance(place.type, StringType) else "augment a scalar field of it"))
        return None
    held = c.hidden("current", place.type, place.span)
    now = Read(place.type, place.span, VariablePlace(place.type, place.span, held))
    operand = _fitting(c, node.op, value(c, node.value), place.type)
    combined = _back_to(c, arithmetic(c, span, operator_text(node.op), now, operand), place.type, operand.span)
    return None if is_error(combined) else AugmentedAssign(span, place, held, combined)


def _fitting(c: FunctionChecker, operator: ast.operator, operand: Expression, type_: Type) -> Expression:
    """What changes a signed place is a number of the place's type where both would else be computed as unsigned: the
    place may then be negative. A remainder, a quotient and `&` can fit the place where the operand does not."""
    if not isinstance(operator, (ast.Add, ast.Sub, ast.Mult, ast.BitOr, ast.BitXor)):
        return operand
    if isinstance(type_, IntType) and type_.signed and isinstance(operand.type, IntType) \
            and not common_type(type_, operand.type).signed:
        return coerce(c, operand, type_)
    return operand


def _narrow_back(c: FunctionChecker, span: Span, target: ast.Name, combined: Expression,
                 operand: Span) -> Statement | None:
    """Augmented assignment converts back to the place's type, wrapping."""
    variable = c.variables[target.id]
    if c.inferring and isinstance(variable.type, LiteralType):
        return _store_one(c, span, target, combined)
    combined = _back_to(c, combined, variable.type, operand)
    return None if is_error(combined) else _store_one(c, span, target, combined)


def _back_to(c: FunctionChecker, combined: Expression, type_: Type, operand: Span) -> Expression:
    """`operand`: where a cast would stand if the result may not fit, since none can stand around the assignment."""
    if isinstance(type_, IntType) and isinstance(combined.type, IntType) and combined.type != type_:
        if combined.type.signed == type_.signed or not _mixes(combined, type_):
            return Cast(type_, combined.span, combined)
        converted = coerce(c, combined, type_)
        return replace(converted, span=operand) if isinstance(converted, Cast) else converted
    return coerce(c, combined, type_)


def _mixes(combined: Expression, type_: IntType) -> bool:
    return isinstance(combined.type, IntType) and combined.type.signed != type_.signed


def on_stack(c: FunctionChecker, found: Expression) -> bool:
    """Whether a reference may name an object on the stack."""
    if isinstance(found, Conditional):
        return on_stack(c, found.then) or on_stack(c, found.otherwise)
    if isinstance(found, Walrus):
        return on_stack(c, found.value)
    if isinstance(found, NoneConstant) or not isinstance(found.type, Reference):
        return False
    if isinstance(found, Read) and isinstance(found.place, VariablePlace) \
            and (id(c.declaration), found.place.variable.name) in c.module.stack_variables:
        return True
    return found.type.space is Space.STACK
