"""Statements: assignment, control flow, and the body of a function."""

from __future__ import annotations

import ast
from typing import Any

from pybpfc_runtime.values import DeclarationError

from ...declarations import GlobalVariable
from ...record import replace
from ...tables import kfuncs
from ..diagnostics.declarations import AssignsGlobal, UnsupportedSyntax
from ..diagnostics.types import (
    BadAnnotation,
    CannotAssign,
    MissingReturn,
    NotAReference,
    NotIterable,
    TypeMismatch,
    Unreachable,
    Unused,
    WrongUnpacking,
)
from ..frontend.collect import FunctionDeclaration
from ..source import Span
from ..tree import (
    AddressOf,
    ArrayLiteral,
    Assign,
    AugmentedAssign,
    Block,
    Break,
    CallFunction,
    CallHelper,
    Cast,
    Conditional,
    Construct,
    ContextPlace,
    Continue,
    CursorSkip,
    CursorStart,
    Evaluate,
    Expression,
    FieldPlace,
    ForIterator,
    ForRange,
    ForValues,
    GlobalPlace,
    If,
    InlineCall,
    IntegerConstant,
    NoneConstant,
    Place,
    Print,
    Read,
    Return,
    Sequenced,
    Statement,
    StringConstant,
    Variable,
    VariablePlace,
    Walrus,
    While,
)
from ..tree import AtomicOperation as AtomicOperationNode
from ..types import (
    ERROR,
    LITERAL,
    S32,
    S64,
    U32,
    VOID,
    CursorType,
    ErrorType,
    IntType,
    LiteralType,
    OpaqueType,
    Reference,
    Space,
    Type,
    VoidType,
    is_aggregate,
    is_scalar,
)
from . import maps
from .conditions import condition
from .conversions import coerce, common_type, contains, describe, error_at, is_error, is_literal, text_of, way_to
from .environment import assigned_names, join
from .expressions import (
    arithmetic,
    attribute_place,
    check,
    element_place,
    global_place,
    integer,
    operator_text,
    to_value,
    value,
)
from .function import CheckedBody, FunctionChecker, Loop, Static

_REFUSED: dict[type[ast.stmt], tuple[str, str, str]] = {
    ast.Try: ("`try`", "BPF has no exceptions", "test results: `if x is None`, `if err < 0`"),
    ast.Raise: ("`raise`", "BPF has no exceptions", "return a value that says what happened"),
    ast.Import: ("an import in a body", "bodies are compiled, not run", "import at the top of the module"),
    ast.ImportFrom: ("an import in a body", "bodies are compiled, not run", "import at the top of the module"),
    ast.ClassDef: ("a class in a body", "declarations stand at module level", "move it to the module"),
    ast.FunctionDef: ("a nested function", "functions are declared at module level",
                      "move it to the module and decorate it with `@subprog` or `@inline`"),
    ast.AsyncFunctionDef: ("an async function", "a BPF program never waits", "use a ring buffer to tell user space"),
    ast.AsyncFor: ("`async for`", "a BPF program never waits", "use `for ... in range(...)`"),
    ast.AsyncWith: ("`async with`", "a BPF program never waits", "remove it"),
    ast.Nonlocal: ("`nonlocal`", "closures are constants", "use a map or a `data` global"),
}


def check_body(c: FunctionChecker, declaration: FunctionDeclaration) -> CheckedBody:
    """Check a function's statements; reports a missing return."""
    body = declaration.node.body
    _refuse_shadowing(c, declaration)
    statements = block(c, body)
    falls = c.env.reachable
    if falls and not c.refused and not isinstance(c.result, (VoidType, ErrorType)):
        c.report(MissingReturn(declaration.span, declaration.name, _declared_result(c)))
    return CheckedBody(statements, falls)


def _declared_result(c: FunctionChecker) -> str:
    """The result as the function's annotation spells it: `int`, where its type is s32."""
    returns = c.declaration.node.returns
    return str(c.result) if returns is None else ast.unparse(returns)


def _refuse_shadowing(c: FunctionChecker, declaration: FunctionDeclaration) -> None:
    """A local that hides a global of the program is a forgotten `global`: Python would change nothing but the local."""
    for node in ast.walk(declaration.node):
        if not isinstance(node, ast.Name) or isinstance(node.ctx, ast.Load) or node.id not in c.local_names \
                or node.id in c.variables:
            continue
        hidden = c.resolve(node.id)
        if isinstance(hidden, GlobalVariable):
            c.local_names.discard(node.id)
            c.global_names.add(node.id)  # what follows means the global, and says nothing more
            c.report(AssignsGlobal(c.span(node), node.id, f"`{declaration.name}` does not declare it `global`",
                                   f"write `global {node.id}` above, or give a local another name"))


def block(c: FunctionChecker, nodes: list[ast.stmt]) -> tuple[Statement, ...]:
    """Check statements in a row; those that nothing reaches are checked, warned about and left out."""
    found: list[Statement] = []
    for node in nodes:
        if not c.env.reachable:
            if not isinstance(node, (ast.Pass, ast.Global)) and not c.dead_reported:
                c.report(Unreachable(_head(c, node)))
                c.dead_reported = True
            c.env = c.env.as_if_reached()
            statement(c, node)
            c.env = c.env.unreachable()
            continue
        made = statement(c, node)
        if made is not None:
            found.append(made)
    return tuple(found)


def _head(c: FunctionChecker, node: ast.stmt) -> Span:
    """The first line of a statement."""
    span = c.span(node)
    if span.end_line == span.line:
        return span
    return Span(span.source, span.line, span.column, span.line, len(span.source.line(span.line).rstrip()) + 1)


def statement(c: FunctionChecker, node: ast.stmt) -> Statement | None:
    """Check one statement; None for one that does nothing or was reported."""
    handler = _HANDLERS.get(type(node))
    if handler is not None:
        made: Statement | None = handler(c, node)
        return made
    what, why, way_out = _REFUSED.get(
        type(node), (f"`{type(node).__name__}`", "it is not part of the language", "write it in another way"))
    c.report(UnsupportedSyntax(_head(c, node), what, why, way_out))
    c.refused = True
    return None


# --- assignment


def _assign(c: FunctionChecker, node: ast.Assign) -> Statement | None:
    if len(node.targets) == 1 and isinstance(node.targets[0], (ast.Tuple, ast.List)):
        return _unpack(c, node, node.targets[0], node.value)
    if any(isinstance(target, (ast.Tuple, ast.List)) for target in node.targets):
        c.report(UnsupportedSyntax(c.span(node), "a tuple among several targets", "a tuple would be built at run time",
                                   "write one assignment for each"))
        return None
    return _store(c, node, node.targets, _assigned(c, node.targets[0], node.value))


def _assigned(c: FunctionChecker, target: ast.expr, node: ast.expr) -> Expression:
    """The value of an assignment; a tuple literal is possible where an array is stored."""
    item_of_map = isinstance(target, ast.Subscript) and maps.is_map(check(c, target.value))
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
            _poison(c, target, found)
            return None
        variable, converted = assigned_value(c, target.id, found, target)
        if variable is None:
            return None
        c.learn_from(variable, converted)
        return Assign(span, (VariablePlace(variable.type, c.span(target), variable),), converted)
    if isinstance(target, ast.Subscript):
        base = check(c, target.value)
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
    return None if is_error(converted) else Assign(span, (place,), converted)


def _poison(c: FunctionChecker, target: ast.Name, found: Expression) -> None:
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
        if _on_stack(c, found):
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


def _annotated_assign(c: FunctionChecker, node: ast.AnnAssign) -> Statement | None:
    from .functions import annotated_type

    if not isinstance(node.target, ast.Name):
        c.report(UnsupportedSyntax(c.span(node), "an annotation on a field", "its class annotates it", "remove it"))
        return None
    span = c.span(node.annotation)
    try:
        annotation = _evaluate(c, node.annotation)
        type_: Type = annotated_type(annotation, node.target.id)
    except DeclarationError as error:
        c.report(BadAnnotation(span, str(error), "use an integer type, bool, a Struct, Ptr[T] or `T | None`"))
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
        place = attribute_place(c, base, node)
        return None if place is None else _writable(c, place)
    if isinstance(node, ast.Subscript):
        base = check(c, node.value)
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


def _augmented(c: FunctionChecker, node: ast.AugAssign) -> Statement | None:
    span = c.span(node)
    if isinstance(node.target, ast.Subscript):
        base = check(c, node.target.value)
        if maps.is_map(base):
            assert isinstance(base, Static)
            return maps.augment_item(c, node, node.target, base)
    if isinstance(node.target, ast.Name) and node.target.id in c.local_names:
        current: Expression = value(c, node.target)
        operand = value(c, node.value)
        combined = arithmetic(c, span, operator_text(node.op), current, operand)
        if is_error(combined):
            return None
        return _narrow_back(c, span, node.target, combined)
    place = target_place(c, node.target)
    if place is None:
        value(c, node.value)
        return None
    if not is_scalar(place.type):
        c.report(CannotAssign(place.span, place.span.text, f"it is a `{place.type}`", "augment a scalar field of it"))
        return None
    held = c.hidden("current", place.type, place.span)
    now = Read(place.type, place.span, VariablePlace(place.type, place.span, held))
    operand = value(c, node.value)
    combined = _back_to(c, arithmetic(c, span, operator_text(node.op), now, operand), place.type)
    return None if is_error(combined) else AugmentedAssign(span, place, held, combined)


def _narrow_back(c: FunctionChecker, span: Span, target: ast.Name, combined: Expression) -> Statement | None:
    """Augmented assignment converts back to the place's type, wrapping."""
    variable = c.variables[target.id]
    if c.inferring and isinstance(variable.type, LiteralType):
        return _store_one(c, span, target, combined)
    combined = _back_to(c, combined, variable.type)
    return None if is_error(combined) else _store_one(c, span, target, combined)


def _back_to(c: FunctionChecker, combined: Expression, type_: Type) -> Expression:
    if isinstance(type_, IntType) and isinstance(combined.type, IntType) and combined.type != type_:
        if combined.type.signed == type_.signed or not _mixes(combined, type_):
            return Cast(type_, combined.span, combined)
        return coerce(c, combined, type_)
    return coerce(c, combined, type_)


def _mixes(combined: Expression, type_: IntType) -> bool:
    return isinstance(combined.type, IntType) and combined.type.signed != type_.signed


# --- control flow


def _if(c: FunctionChecker, node: ast.If) -> Statement | None:
    tested = condition(c, node.test)
    c.env = tested.when_true
    then = _branch(c, node.body)
    after_then = c.env
    c.env = tested.when_false
    otherwise = _branch(c, node.orelse)
    c.env = join((after_then, c.env))
    if is_error(tested.test):
        return None
    return If(c.span(node.test), tested.test, then, otherwise)


def _branch(c: FunctionChecker, nodes: list[ast.stmt]) -> tuple[Statement, ...]:
    """A branch whose condition may be constant: a dead one is checked but says nothing about being dead."""
    if c.env.reachable:
        return block(c, nodes)
    c.env = c.env.as_if_reached()
    block(c, nodes)
    c.env = c.env.unreachable()
    return ()


def _while(c: FunctionChecker, node: ast.While) -> Statement | None:
    _forget_assigned(c, [node])
    tested = condition(c, node.test)
    loop = Loop()
    c.loops.append(loop)
    c.env = tested.when_true
    body = _branch(c, node.body)
    c.loops.pop()
    c.env = tested.when_false
    otherwise = _branch(c, node.orelse) if node.orelse else ()
    c.env = join((c.env, *loop.breaks))
    if is_error(tested.test):
        return None
    forever = isinstance(tested.test, IntegerConstant) and tested.test.value != 0
    return While(c.span(node.test), None if forever else tested.test, body, otherwise)


def _forget_assigned(c: FunctionChecker, nodes: list[ast.AST]) -> None:
    """At a loop's head nothing is known about what the loop assigns."""
    names = assigned_names(nodes)
    c.env.forget([variable for name, variable in c.variables.items() if name in names])


def _for(c: FunctionChecker, node: ast.For) -> Statement | None:
    span = c.span(node)
    call = node.iter
    if not isinstance(node.target, ast.Name) or node.target.id in c.global_names:
        c.report(CannotAssign(c.span(node.target), ast.unparse(node.target), "a loop has one variable, a local",
                              "loop over indexes: `for i in range(n):`"))
        return None
    if isinstance(call, ast.Call):
        callee = check(c, call.func)
        if isinstance(callee, Static):
            if callee.value is range:
                return _for_range(c, node, node.target, call)
            intrinsic = getattr(callee.value, "__pybpfc_intrinsic__", None)
            if intrinsic == "unrolled":
                return _for_unrolled(c, node, node.target, call)
            if intrinsic in ("bpf_for", "bpf_repeat"):
                return _for_iterator(c, node, node.target, call, intrinsic)
            if intrinsic == "bpf_for_each":
                return _for_each(c, node, node.target, call)
    elif isinstance(call, ast.Tuple):
        return _for_values(c, node, node.target, [value(c, item) for item in call.elts])
    else:
        found = check(c, call)
        if isinstance(found, Static) and isinstance(found.value, (tuple, range)) and len(found.value) <= 256:
            items = [to_value(c, Static(item, found.span, repr(item))) for item in found.value]
            return _for_values(c, node, node.target, items)
        if not isinstance(found, Expression) or not is_error(found):
            c.report(NotIterable(c.span(call), ast.unparse(call), _way_to_loop(found)))
        _body_only(c, node, span)
        return None
    if not isinstance(callee, Expression) or not is_error(callee):
        c.report(NotIterable(c.span(call), ast.unparse(call), "loop over `range(...)`"))
    _body_only(c, node, span)
    return None


def _way_to_loop(found: Expression | Static) -> str:
    """How to loop over what `for` cannot loop over."""
    if maps.is_map(found):
        return "look up the keys you know, or call `bpf_for_each_map_elem`; user space iterates over a map"
    if isinstance(found, Static):
        return "keep it in a tuple to loop over constants"
    if isinstance(found.type, (IntType, LiteralType)):
        return f"loop over numbers: `for i in range({text_of(found)}):`"
    if isinstance(found, StringConstant):
        return "there are no strings at run time; a tuple of numbers can be looped over"
    return "loop over the indexes: `for i in range(len(x)):`"


def _body_only(c: FunctionChecker, node: ast.For, span: Span) -> None:
    """The loop was reported; its body is checked for what else is wrong."""
    assert isinstance(node.target, ast.Name)
    c.bind(node.target.id, Read(U32, span, VariablePlace(U32, span, c.hidden("item", U32, span))), node.target)
    c.loops.append(Loop())
    block(c, node.body)
    c.loops.pop()
    c.env.reachable = True


def _for_range(c: FunctionChecker, node: ast.For, target: ast.Name, call: ast.Call) -> Statement | None:
    span = c.span(node.iter)
    bounds = [integer(c, item) for item in call.args]
    if call.keywords or not 1 <= len(bounds) <= 3:
        c.report(NotIterable(span, ast.unparse(call), "range takes one to three integers"))
        _body_only(c, node, span)
        return None
    step = 1
    if len(bounds) == 3:
        last = bounds.pop()
        if not isinstance(last, IntegerConstant) or last.value == 0:
            if not is_error(last):
                c.report(NotIterable(last.span, ast.unparse(call), "the step must be a constant other than 0"))
            _body_only(c, node, span)
            return None
        step = last.value
    if len(bounds) == 1:
        bounds.insert(0, IntegerConstant(LITERAL, span, 0))
    if any(map(is_error, bounds)):
        _body_only(c, node, span)
        return None
    type_ = _range_type(bounds)
    start, stop = (coerce(c, item, type_) for item in bounds)
    if is_error(start) or is_error(stop):
        _body_only(c, node, span)
        return None
    _forget_assigned(c, [node])
    item = Read(type_, c.span(target), VariablePlace(type_, c.span(target), c.hidden("item", type_, span)))
    variable, _ = assigned_value(c, target.id, item, target)
    if variable is None:
        _body_only(c, node, span)
        return None
    body, otherwise = _loop_body(c, node)
    return ForRange(span, variable, start, stop, step, body, otherwise)


def _range_type(bounds: list[Expression]) -> IntType:
    """u32 where all bounds are non-negative constants or unsigned up to 32 bits, else their common type."""
    small = True
    common: IntType | None = None
    for item in bounds:
        if isinstance(item, IntegerConstant) and is_literal(item):
            small = small and 0 <= item.value <= U32.maximum
        else:
            assert isinstance(item.type, IntType)
            small = small and not item.type.signed and item.type.bits <= 32
            common = item.type if common is None else common_type(common, item.type)
    if small:
        return U32
    for item in bounds:
        if isinstance(item, IntegerConstant) and is_literal(item) and common is not None \
                and not common.holds(item.value):
            # a negative bound beside an unsigned one: the next signed type holds both
            common = S64 if contains(S64, common) else common
    return common or S64


def _loop_body(c: FunctionChecker, node: ast.For) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    before = c.env.copy()
    loop = Loop()
    c.loops.append(loop)
    body = block(c, node.body)
    c.loops.pop()
    c.env = join((before, c.env, *loop.continues))
    otherwise = _branch(c, node.orelse) if node.orelse else ()
    c.env = join((c.env, *loop.breaks))
    return body, otherwise


def _for_iterator(c: FunctionChecker, node: ast.For, target: ast.Name, call: ast.Call, name: str) -> Statement | None:
    """`bpf_for(a, b)` and `bpf_repeat(n)`: the kernel's number iterator, which counts in s32."""
    span = c.span(node.iter)
    wanted = 2 if name == "bpf_for" else 1
    if call.keywords or len(call.args) != wanted:
        takes = "a start and a stop" if wanted == 2 else "a count"
        c.report(NotIterable(span, ast.unparse(call), f"{name} takes {takes}"))
        _body_only(c, node, span)
        return None
    bounds = [coerce(c, integer(c, item), S32) for item in call.args]
    if any(map(is_error, bounds)):
        _body_only(c, node, span)
        return None
    if wanted == 1:
        bounds.insert(0, IntegerConstant(S32, span, 0))
    _forget_assigned(c, [node])
    item = Read(S32, c.span(target), VariablePlace(S32, c.span(target), c.hidden("item", S32, span)))
    variable, _ = assigned_value(c, target.id, item, target)
    if variable is None:
        _body_only(c, node, span)
        return None
    body, otherwise = _loop_body(c, node)
    return ForIterator(span, variable, OpaqueType("bpf_iter_num", 8, 8), tuple(bounds), Reference(S32, Space.MEMORY),
                       True, kfuncs.by_name("bpf_iter_num_new"), kfuncs.by_name("bpf_iter_num_next"),
                       kfuncs.by_name("bpf_iter_num_destroy"), body, otherwise)


def _for_each(c: FunctionChecker, node: ast.For, target: ast.Name, call: ast.Call) -> Statement | None:
    """`bpf_for_each("task", None, 0)`: any open-coded iterator of the kernel."""
    from . import iterators

    span = c.span(node.iter)
    found = iterators.iterate(c, call)
    if found is None:
        _body_only(c, node, span)
        return None
    _forget_assigned(c, [node])
    type_ = found.item.target if is_scalar(found.item.target) else found.item
    item = Read(type_, c.span(target), VariablePlace(type_, c.span(target), c.hidden("item", type_, span)))
    variable, _ = assigned_value(c, target.id, item, target)
    if variable is None:
        _body_only(c, node, span)
        return None
    body, otherwise = _loop_body(c, node)
    return ForIterator(span, variable, found.state, found.arguments, found.item, False, found.create, found.advance,
                       found.destroy, body, otherwise)


def _for_unrolled(c: FunctionChecker, node: ast.For, target: ast.Name, call: ast.Call) -> Statement | None:
    span = c.span(node.iter)
    inner = call.args[0] if len(call.args) == 1 else None
    callee = check(c, inner.func) if isinstance(inner, ast.Call) else None
    bounds = [integer(c, item) for item in inner.args] if isinstance(inner, ast.Call) else []
    numbers = [item.value for item in bounds if isinstance(item, IntegerConstant)]
    if not isinstance(callee, Static) or callee.value is not range or not 1 <= len(bounds) <= 3 \
            or len(numbers) != len(bounds) or (len(numbers) == 3 and numbers[2] == 0):
        c.report(NotIterable(span, ast.unparse(call), "`unrolled(range(...))` takes constants"))
        _body_only(c, node, span)
        return None
    turns = range(*numbers)
    if len(turns) > 1024:
        c.report(NotIterable(span, ast.unparse(call), f"{len(turns)} copies of the body are too many: use `range`"))
        _body_only(c, node, span)
        return None
    return _for_values(c, node, target, [IntegerConstant(LITERAL, span, number) for number in turns],
                       U32 if all(0 <= number <= U32.maximum for number in turns) else S64)


def _for_values(c: FunctionChecker, node: ast.For, target: ast.Name, items: list[Expression],
                default: IntType = S64) -> Statement | None:
    """The body once for each value."""
    span = c.span(node.iter)
    if any(map(is_error, items)):
        _body_only(c, node, span)
        return None
    known = next((item.type for item in items if not is_literal(item)), None)
    numbers = [item.value for item in items if isinstance(item, IntegerConstant)]
    type_ = known if known is not None else (
        U32 if default == U32 or all(0 <= number <= U32.maximum for number in numbers) else S64)
    values = tuple(coerce(c, item, type_) for item in items)
    if any(map(is_error, values)):
        _body_only(c, node, span)
        return None
    _forget_assigned(c, [node])
    probe = Read(type_, c.span(target), VariablePlace(type_, c.span(target), c.hidden("item", type_, span)))
    variable, _ = assigned_value(c, target.id, probe, target)
    if variable is None:
        _body_only(c, node, span)
        return None
    values = tuple(coerce(c, item, variable.type) for item in values)
    body, otherwise = _loop_body(c, node)
    if any(map(is_error, values)):
        return None
    return ForValues(span, variable, values, body, otherwise)


def _break(c: FunctionChecker, node: ast.Break) -> Statement:
    c.loops[-1].breaks.append(c.env)
    c.env = c.env.unreachable()
    c.dead_reported = False
    return Break(c.span(node))


def _continue(c: FunctionChecker, node: ast.Continue) -> Statement:
    c.loops[-1].continues.append(c.env)
    c.env = c.env.unreachable()
    c.dead_reported = False
    return Continue(c.span(node))


def _return(c: FunctionChecker, node: ast.Return) -> Statement | None:
    span = c.span(node)
    found = value(c, node.value) if node.value is not None else None
    if isinstance(found, NoneConstant) and isinstance(c.result, VoidType):
        found = None
    env = c.env
    c.env = env.unreachable()
    c.dead_reported = False
    c.returns.append(env)
    if found is None:
        if not isinstance(c.result, (VoidType, ErrorType)):
            c.report(TypeMismatch(span, _declared_result(c), "nothing",
                                  f"the function is declared `-> {_declared_result(c)}`"))
            return None
        return Return(span, None)
    if is_error(found) or isinstance(c.result, ErrorType):
        return None
    if isinstance(c.result, VoidType):
        c.report(TypeMismatch(found.span, "nothing", describe(found),
                              f"declare a result, as in `def {c.declaration.name}(...) -> int:`"))
        return None
    c.env = env  # a message about None looks at what is known here
    if isinstance(c.result, IntType) and isinstance(found.type, (Reference, VoidType)):
        c.report(TypeMismatch(found.span, _declared_result(c), describe(found), way_to(found, c.result)))
        c.env = env.unreachable()
        return None
    if isinstance(c.result, Reference) and isinstance(found.type, Reference) and not isinstance(found, NoneConstant):
        if c.outer is None and _on_stack(c, found):
            c.report(NotAReference(found.span, text_of(found), "on the stack, which no function may return",
                                   "make the function `@inline`, or fill an object that the caller passes"))
            c.env = env.unreachable()
            return None
        c.returned.append(found.type)
        converted = coerce(c, found, Reference(c.result.target, found.type.space, c.result.nullable))
    else:
        converted = coerce(c, found, c.result)
    c.env = env.unreachable()
    if is_error(converted):
        return None
    if c.outer is None:
        _check_verdict(c, converted)
    return Return(span, converted)


def _check_verdict(c: FunctionChecker, found: Expression) -> None:
    """A constant that is returned, also by an arm of a conditional, must be a result that the kernel knows."""
    while isinstance(found, Cast):
        found = found.value
    if isinstance(found, Conditional):
        _check_verdict(c, found.then)
        _check_verdict(c, found.otherwise)
    elif isinstance(found, IntegerConstant):
        c.module.check_verdict(c, found)


def _on_stack(c: FunctionChecker, found: Expression) -> bool:
    """Whether a reference may name an object on the stack."""
    if isinstance(found, Conditional):
        return _on_stack(c, found.then) or _on_stack(c, found.otherwise)
    if isinstance(found, NoneConstant) or not isinstance(found.type, Reference):
        return False
    if isinstance(found, Read) and isinstance(found.place, VariablePlace) \
            and (id(c.declaration), found.place.variable.name) in c.module.stack_variables:
        return True
    return found.type.space is Space.STACK


def _delete(c: FunctionChecker, node: ast.Delete) -> Statement | None:
    made: list[Statement] = []
    for target in node.targets:
        base = check(c, target.value) if isinstance(target, ast.Subscript) else None
        if base is not None and maps.is_map(base):
            assert isinstance(target, ast.Subscript) and isinstance(base, Static)
            one = maps.delete_item(c, target, base)
            if one is not None:
                made.append(one)
        else:
            c.report(UnsupportedSyntax(c.span(target), "`del` of anything but a map entry",
                                       "variables live until the function ends", "remove it"))
    return Block(c.span(node), tuple(made))


def _assert(c: FunctionChecker, node: ast.Assert) -> Statement | None:
    """A failed assert leaves the program with its kind's neutral result."""
    if node.msg is not None and not (isinstance(node.msg, ast.Constant) and isinstance(node.msg.value, str)):
        c.report(UnsupportedSyntax(c.span(node.msg), "a computed message of an `assert`", "nothing would show it",
                                   "a plain string is a remark for readers; `print` what is to be seen"))
    tested = condition(c, node.test)
    span = c.span(node)
    neutral = c.module.neutral_result(c)
    c.env = tested.when_true
    if is_error(tested.test) or isinstance(c.result, ErrorType):
        return None
    leave: Expression | None
    if isinstance(c.result, VoidType):
        leave = None
    elif isinstance(c.result, Reference):
        if not c.result.nullable:
            c.report(UnsupportedSyntax(span, "`assert` in a function that returns a reference",
                                       "there is nothing to return where it fails", "return None explicitly"))
            return None
        leave = NoneConstant(c.result, span)
    else:
        leave = IntegerConstant(c.result, span, neutral)
    return If(span, tested.test, (), (Return(span, leave),))


def _expression(c: FunctionChecker, node: ast.Expr) -> Statement | None:
    if isinstance(node.value, ast.Constant) and (isinstance(node.value.value, str) or node.value.value is ...):
        return None  # a docstring, or `...`
    found = check(c, node.value)
    if isinstance(found, Static):
        c.report(Unused(found.span))
        return None
    if is_error(found):
        return None
    if isinstance(found.type, CursorType) and isinstance(found, Read):
        return None  # reveal_type(packet): a cursor that nothing is done with has no code
    if isinstance(found, AtomicOperationNode):
        found = AtomicOperationNode(VOID, found.span, found.operator, found.place, found.value, found.expected, False)
    elif not isinstance(found, (CallHelper, CallFunction, InlineCall, Print, CursorSkip, CursorStart, Walrus,
                                Sequenced)) and not isinstance(node.value, ast.Call):
        c.report(Unused(found.span))
    return Evaluate(c.span(node), found)


def _pass(c: FunctionChecker, node: ast.stmt) -> None:
    return None


def _with(c: FunctionChecker, node: ast.With) -> Statement | None:
    from .scopes import with_statement

    return with_statement(c, node)


def _match(c: FunctionChecker, node: ast.Match) -> Statement | None:
    from .patterns import match

    return match(c, node)


_HANDLERS: dict[type[ast.stmt], Any] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated_assign,
    ast.AugAssign: _augmented,
    ast.If: _if,
    ast.While: _while,
    ast.For: _for,
    ast.Match: _match,
    ast.With: _with,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Return: _return,
    ast.Delete: _delete,
    ast.Assert: _assert,
    ast.Expr: _expression,
    ast.Pass: _pass,
    ast.Global: _pass,
}

