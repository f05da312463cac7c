"""Maps in the source: methods, and the dict operators where they mean what a dict means."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ...maps import Bound, Map
from ...record import replace, value_record
from ...tables import map_kinds
from ...tables.rows import Helper, Result, ResultKind
from ..diagnostics.types import MapOperation, TypeMismatch, WrongArguments
from ..source import Span
from ..tree import (
    AddressOf,
    AtomicOperation,
    CallFunction,
    CallHelper,
    Comparison,
    Conditional,
    Construct,
    Evaluate,
    Expression,
    InlineCall,
    IntegerConstant,
    MapAugment,
    MapDeclaration,
    MapReference,
    NoneConstant,
    NoneTest,
    PointeePlace,
    Read,
    Sequenced,
    Statement,
    StringConstant,
    Temporary,
    Variable,
    VariablePlace,
    walk,
)
from ..types import (
    BOOL,
    COPIED,
    S64,
    U64,
    VOID,
    ContextType,
    IntType,
    MapType,
    Reference,
    Space,
    StringType,
    Type,
    is_scalar,
)
from . import arenas, kernel
from .arithmetic import operator_text
from .conversions import coerce, describe, error_at, is_error, is_place_read, not_none, text_of
from .expressions import value, value_of
from .function import FunctionChecker, Static

_HELPERS = {"lookup": "bpf_map_lookup_elem", "update": "bpf_map_update_elem", "delete": "bpf_map_delete_elem"}


@value_record
class InnerMap(Static):
    """A map that was found in another one, used as its model would be."""

    pointer: Expression


def operand(c: FunctionChecker, found: Expression | Static) -> Expression | Static:
    """What an operator or a method is applied to: a reference to a map stands for the map."""
    if isinstance(found, Static) or not isinstance(found.type, Reference) \
            or not isinstance(found.type.target, MapType):
        return found
    pointer = not_none(c, found)
    return pointer if is_error(pointer) else InnerMap(found.type.target.declared, found.span, text_of(found), pointer)


def reference(map_: Static, declaration: MapDeclaration) -> MapReference:
    """The map as the argument of a helper."""
    return MapReference(BOOL, map_.span, declaration, map_.pointer if isinstance(map_, InnerMap) else None)


def found_in(declaration: MapDeclaration) -> Reference | None:
    """What a lookup gives: a reference to the value, or to the map that the slot holds; None without values."""
    if declaration.inner is not None:
        model = declaration.inner.declared
        assert isinstance(model, Map)
        return Reference(MapType(repr(Bound(type(model), model._parameters)), model), Space.MAP, True)
    return None if declaration.value is None else Reference(declaration.value, Space.MAP_VALUE, True)


def lookup_row(row: Helper, declaration: MapDeclaration | None) -> Helper:
    """The row of a lookup, whose result depends on the kind of the map."""
    if row.name != _HELPERS["lookup"] or declaration is None or not isinstance(declaration.declared, Map):
        return row
    struct, resource = map_kinds.LOOKED_UP.get(declaration.declared.kind.class_name, ("", ""))
    return replace(row, result=Result(ResultKind.STRUCT, struct, True), acquires=resource) if struct else row


def operation_refused(c: FunctionChecker, span: Span, map_: Static, operation: str, way_out: str) -> Expression:
    found: Map[object, object] = map_.value
    c.report(MapOperation(span, operation, map_.text, found.kind.class_name, way_out))
    return error_at(span)


def method(c: FunctionChecker, node: ast.Call, map_: Static, name: str) -> Expression:
    """`m.lookup(key)` and the other methods: one helper call each."""
    found: Map[object, object] = map_.value
    span = c.span(node)
    if name == "get" and "get" in found.kind.operators:
        return _get(c, node, map_)
    if name == "at" and name in found.kind.methods:
        return arenas.at(c, node, map_)
    if name not in found.kind.methods:
        known = ", ".join(sorted(found.kind.methods | ({"get"} & found.kind.operators)))
        way_out = f"{found.kind.class_name} has {known}" if known \
            else f"{found.kind.class_name} is passed to helpers and has no methods of its own"
        if "create" in name and "get" in found.kind.methods:
            way_out = f"`{map_.text}.get(owner, create=True)` makes the value where there is none"
        return operation_refused(c, span, map_, name, way_out)
    declaration = c.module.map_declaration(map_, c)
    if declaration is None:
        return error_at(span)
    if name not in _HELPERS or (found.kind.class_name, name) in map_kinds.CLASS_METHOD_HELPERS:
        return _other_method(c, node, map_, name, declaration)
    itself = reference(map_, declaration)
    if name == "lookup":
        arguments = call_arguments(c, node, f"{map_.text}.lookup", ("key",), 0)
        if arguments is None:
            return error_at(span)
        key = key_argument(c, declaration, arguments[0])
        if key is None:
            return error_at(span)
        from .helper_calls import result_type

        row = lookup_row(c.module.helper(_HELPERS[name]), declaration)
        result = result_type(c, span, row, declaration, (itself, key))
        return error_at(span) if result is None else CallHelper(result, span, row, (itself, key))
    if name == "update":
        arguments = call_arguments(c, node, f"{map_.text}.update", ("key", "value", "flags"), 1)
        if arguments is None:
            return error_at(span)
        assert declaration.value is not None
        given = {index: value(c, arguments[index]) for index in as_written(arguments)}
        flags = coerce(c, given[2], U64) if 2 in given else IntegerConstant(U64, span, 0)
        order = list(given)
        key, content = (
            address_of(c, given[index], type_, f"{what} of {declaration.name}",
                       tuple(flags if later == 2 else given[later] for later in order[order.index(index) + 1:]))
            for index, what, type_ in ((0, "key", declaration.key or VOID), (1, "value", declaration.value)))
        if key is not None and content is not None and declaration.key is not None:
            key = apart(key, content, declaration.key, f"key of {declaration.name}")
        if key is None or content is None or is_error(flags):
            return error_at(span)
        bindings, (key, content, flags) = held_as_written(c, arguments, [key, content, flags])
        call = CallHelper(S64, span, c.module.helper(_HELPERS[name]), (itself, key, content, flags))
        return Sequenced(S64, span, bindings, call) if bindings else call
    arguments = call_arguments(c, node, f"{map_.text}.delete", ("key",), 0)
    if arguments is None:
        return error_at(span)
    key = key_argument(c, declaration, arguments[0])
    return error_at(span) if key is None else CallHelper(S64, span, c.module.helper(_HELPERS[name]), (itself, key))


def _other_method(c: FunctionChecker, node: ast.Call, map_: Static, name: str,
                  declaration: MapDeclaration) -> Expression:
    """A method that is one helper call: its parameters and the helper's are rows of the table."""
    from .helper_calls import lower

    span = c.span(node)
    kind = map_.value.kind.class_name
    if kind in ("Queue", "Stack") and name in ("pop", "peek"):
        return _taken(c, node, map_, name, declaration)
    program = c.module.kind_of(c)
    helper = map_kinds.helper_of(kind, name, program.program_type if program is not None else "")
    parameters = map_kinds.METHOD_PARAMETERS.get((kind, name))
    if helper is None or parameters is None:
        programs = sorted({key[2] for key in map_kinds.PROGRAM_METHOD_HELPERS if key[:2] == (kind, name)})
        return operation_refused(c, span, map_, name, f"programs of {' and '.join(programs)} may do this")
    row = c.module.helper(helper)
    if kind in map_kinds.STORAGES and name == "get":
        return _kept(c, node, map_, row, declaration)
    roles = map_kinds.METHOD_ROLES.get((kind, name), {})
    row = replace(row, arguments=tuple(
        replace(item, role=roles.get(index, item.role)) for index, item in enumerate(row.arguments))) if roles else row
    defaults = {parameter: map_kinds.METHOD_DEFAULTS.get((kind, name, parameter)) for parameter, _ in parameters}
    optional = sum(row.arguments[index].optional or defaults[parameter] is not None for parameter, index in parameters)
    given = call_arguments(c, node, f"{map_.text}.{name}", tuple(parameter for parameter, _ in parameters), optional)
    if given is None:
        return error_at(span)
    arguments: list[ast.expr | None] = [None] * len(row.arguments)
    if kind == "ProgArray" and not _same_context(c, given[0], map_):
        return error_at(span)
    for position, (parameter, index) in enumerate(parameters):
        if position < len(given):
            arguments[index] = given[position]
        elif defaults[parameter] is not None:
            arguments[index] = ast.copy_location(ast.Constant(defaults[parameter]), node)
    made = lower(c, span, row, arguments, reference(map_, declaration))
    if kind == "RingBuf" and name in ("submit", "discard") and isinstance(made, CallHelper):
        record = made.arguments[0]
        assert isinstance(record.type, Reference)
        if record.type.target != declaration.record:
            c.report(TypeMismatch(record.span, str(declaration.record), describe(record),
                                  f"it is no record of `{map_.text}`"))
            return error_at(span)
    return made


def _kept(c: FunctionChecker, node: ast.Call, map_: Static, row: Helper, declaration: MapDeclaration) -> Expression:
    """`get(owner, create=)` of a storage: `create` is True, False or the value that a new entry has."""
    from .helper_calls import lower

    given = call_arguments(c, node, f"{map_.text}.get", ("owner", "create"), 1)
    if given is None:
        return error_at(c.span(node))
    create: ast.expr | None = given[1] if len(given) > 1 else None
    flags = map_kinds.BPF_LOCAL_STORAGE_GET_F_CREATE
    if create is None or (isinstance(create, ast.Constant) and isinstance(create.value, bool)):
        flags = flags if create is not None and create.value else 0
        create = None
    arguments = [None, given[0], create, ast.copy_location(ast.Constant(flags), node)]
    return lower(c, c.span(node), row, arguments, reference(map_, declaration))


def _same_context(c: FunctionChecker, given: ast.expr, map_: Static) -> bool:
    """Whether a tail call hands on the context that the programs in the array take; reports if not."""
    context = value(c, given)
    wanted = getattr(map_.value.value_annotation, "__pybpfc_context__", None)
    if not isinstance(context.type, Reference) or not isinstance(context.type.target, ContextType) \
            or wanted in (None, context.type.target.name):
        return True  # what is no context at all is reported where it becomes an argument
    c.report(TypeMismatch(context.span, wanted, describe(context), f"the programs in `{map_.text}` take `{wanted}`"))
    return False


def _taken(c: FunctionChecker, node: ast.Call, map_: Static, name: str, declaration: MapDeclaration) -> Expression:
    """`pop()` and `peek()` of a queue or stack: a copy of the element, or None where there is none."""
    span = c.span(node)
    type_ = declaration.value
    if type_ is None or call_arguments(c, node, f"{map_.text}.{name}", (), 0) is None:
        return error_at(span)
    memory = Reference(type_, Space.STACK)
    element: Expression
    if is_scalar(type_):
        element = Temporary(memory, span, f"element of {declaration.name}", IntegerConstant(type_, span, 0))
    else:
        element = Construct(memory, span, f"element of {declaration.name}")
    held, failed = c.hidden("element", memory, span), c.hidden("failed", S64, span)
    there = Read(memory, span, VariablePlace(memory, span, held))
    call = CallHelper(S64, span, c.module.helper(f"bpf_map_{name}_elem"),
                      (reference(map_, declaration), there))
    result = memory.or_none()
    outcome = Comparison(BOOL, span, "==", Read(S64, span, VariablePlace(S64, span, failed)),
                         IntegerConstant(S64, span, 0))
    return Sequenced(result, span, ((held, element), (failed, call)),
                     Conditional(result, span, outcome, there, NoneConstant(result, span)))


def call_arguments(c: FunctionChecker, node: ast.Call, name: str, names: tuple[str, ...],
               optional: int, without: str = "") -> list[ast.expr] | None:
    """The argument nodes in the order of `names`; the last `optional` ones may be missing.

    `without` is what to write for a call that cannot have them all.
    """
    found: list[ast.expr | None] = [*node.args, *([None] * (len(names) - len(node.args)))]
    signature = f"{name}({', '.join(names)})"
    if len(node.args) > len(names):
        noun = "argument" if len(names) == 1 else "arguments"
        c.report(WrongArguments(c.span(node), name, f"takes {len(names)} {noun}, not {len(node.args)}", signature))
        return None
    for keyword in node.keywords:
        if keyword.arg not in names:
            c.report(WrongArguments(c.span(node), name, f"has no argument `{keyword.arg}`", signature))
            return None
        position = names.index(keyword.arg)
        if found[position] is not None:
            c.report(WrongArguments(c.span(node), name, f"is given `{keyword.arg}` twice", signature))
            return None
        found[position] = keyword.value
    while found and found[-1] is None and len(found) > len(names) - optional:
        found.pop()
    if any(item is None for item in found):
        missing = names[found.index(None)]
        c.report(WrongArguments(c.span(node), name, f"needs `{missing}`", f"{signature}{without}"))
        return None
    return [item for item in found if item is not None]


def as_written(arguments: Sequence[ast.expr | None]) -> list[int]:
    """The positions of arguments in the order in which Python evaluates them: keywords may be in another than that of
    the parameters. Arguments that are left out are not among them."""
    given = [(node.lineno, node.col_offset, index) for index, node in enumerate(arguments) if node is not None]
    return [index for _, _, index in sorted(given)]


def held_as_written(c: FunctionChecker, arguments: Sequence[ast.expr | None], found: Sequence[Expression],
                    ) -> tuple[tuple[tuple[Variable, Expression], ...], list[Expression]]:
    """Arguments that are evaluated as they are written before a call that takes them in the order of its parameters;
    without bindings where both orders are one, or where nothing can tell them apart."""
    from .conditions import has_effects

    order, values = as_written(arguments), list(found)
    if order == sorted(order) or not any(map(has_effects, values)):
        return (), values
    bindings: list[tuple[Variable, Expression]] = []
    for index in order:
        item = values[index]
        if isinstance(item, (IntegerConstant, NoneConstant, MapReference)) or not (
                is_scalar(item.type) or isinstance(item.type, Reference)):
            continue  # what is nothing but itself whenever it is looked at
        held = c.hidden("argument", item.type, item.span)
        bindings.append((held, item))
        values[index] = Read(item.type, item.span, VariablePlace(item.type, item.span, held))
    return tuple(bindings), values


def key_argument(c: FunctionChecker, declaration: MapDeclaration | None, node: ast.expr) -> Expression | None:
    """The address of a key that is evaluated last."""
    return key_address(c, declaration, value(c, node), ())


def key_address(c: FunctionChecker, declaration: MapDeclaration | None, found: Expression,
                later: tuple[Expression, ...]) -> Expression | None:
    """The address of a checked key; `later` is what is evaluated between it and the call."""
    if declaration is None or declaration.key is None:
        return None
    return address_of(c, found, declaration.key, f"key of {declaration.name}", later)


def value_argument(c: FunctionChecker, declaration: MapDeclaration, node: ast.expr, row: Helper) -> Expression | None:
    """The address of a value that is evaluated last."""
    if declaration.record is not None:
        return address_of(c, value(c, node), declaration.record, f"record of {declaration.name}", (), row)
    assert declaration.value is not None
    return address_of(c, value(c, node), declaration.value, f"value of {declaration.name}", (), row)


def apart(key: Expression, content: Expression, type_: Type, name: str) -> Expression:
    """The address of a key beside that of a value: the verifier takes one reference into a reserved record, not two."""
    references = key.type, content.type
    if not all(isinstance(item, Reference) and item.space is Space.RINGBUF for item in references):
        return key
    memory = Reference(type_, Space.STACK)
    if isinstance(key, AddressOf) and is_scalar(type_):
        return Temporary(memory, key.span, name, Read(type_, key.span, key.place))
    return Construct(memory, key.span, name, (), key)


def address_of(c: FunctionChecker, found: Expression, type_: Type, name: str,
               later: tuple[Expression, ...], row: Helper | None = None) -> Expression | None:
    """The address of a value of `type_` for a helper that reads it.

    Memory that already holds the value is passed as it is; a copy is made where nothing has an address, or where
    evaluating something of `later` could change the memory first. `row`: the helper, if it may not take packets.
    """
    in_packet = row is None or row.takes_packets
    if is_error(found):
        return None
    if is_scalar(type_):
        converted = coerce(c, found, type_)
        if is_error(converted):
            return None
        if converted is found and isinstance(found, Read) and is_place_read(found) \
                and not any(map(_writes_memory, later)) and _addressable(found) \
                and (in_packet or _space(found) is not Space.PACKET):
            return AddressOf(Reference(type_, _space(found)), found.span, found.place)
        return Temporary(Reference(type_, Space.STACK), found.span, name, converted)
    if isinstance(found.type, Reference) and found.type.target == type_:
        found = kernel.plainly_read(c, not_none(c, found))
        if is_error(found):
            return None
        if _unseen_by_helpers(found, in_packet) or (
                isinstance(found, AddressOf) and any(map(_writes_memory, later))):
            return Construct(Reference(type_, Space.STACK), found.span, name, (), found)
        return found
    way_out = f"the {name} is `{type_}`"
    if isinstance(found, StringConstant) and isinstance(type_, StringType):
        way_out += f': a field, or a global such as `text: Annotated[Str, {type_.count}] = rodata("...")`'
    c.report(TypeMismatch(found.span, str(type_), describe(found), way_out))
    return None


def unwritten(address: Expression, later: Sequence[Expression], span: Span) -> Expression:
    """The address of a number for a helper: a copy's, where evaluating something of `later` could write the number."""
    if isinstance(address, AddressOf) and isinstance(address.type, Reference) and is_scalar(address.type.target) \
            and any(map(_writes_memory, later)):
        number = Read(address.type.target, address.span, address.place)
        return Temporary(Reference(number.type, Space.STACK), span, "argument", number)
    return address


def _unseen_by_helpers(found: Expression, in_packet: bool = True) -> bool:
    """Whether helpers do not take the memory that a reference leads to; `in_packet`: this one takes the packet."""
    return isinstance(found.type, Reference) and (
        found.type.space in COPIED or (found.type.space is Space.PACKET and not in_packet))


def _addressable(found: Read) -> bool:
    from ..tree import ContextPlace, FieldPlace
    from ..types import StructType

    place = found.place
    if isinstance(place, ContextPlace):
        return False  # the kernel rewrites context accesses: a field has no address
    if isinstance(place, FieldPlace):
        struct: Type = place.struct
        for index in place.path:
            assert isinstance(struct, StructType)
            field = struct.layout.fields[index]
            if field.bits:
                return False
            from ..types import from_layout

            struct = from_layout(field.type)
    return _space(found) in (Space.STACK, Space.MAP_VALUE, Space.PACKET, Space.GLOBAL, Space.RINGBUF, Space.MEMORY)


def _space(found: Read) -> Space:
    from .expressions import space_of

    return space_of(found.place)


def _writes_memory(expression: Expression) -> bool:
    """Whether evaluating an expression can change memory that an earlier one named."""
    for node in walk(expression):
        if isinstance(node, (CallFunction, InlineCall, AtomicOperation, MapAugment)):
            return True
        if isinstance(node, CallHelper) and any(isinstance(item.type, Reference) for item in node.arguments):
            return True
    return False


def _get(c: FunctionChecker, node: ast.Call, map_: Static) -> Expression:
    """`m.get(key, default)`: the value, or the default where the key is absent; scalars only."""
    span = c.span(node)
    arguments = call_arguments(c, node, f"{map_.text}.get", ("key", "default"), 0,
                           f"; without a default, `{map_.text}.lookup(key)` gives the value or None")
    declaration = c.module.map_declaration(map_, c)
    if arguments is None or declaration is None or declaration.value is None:
        return error_at(span)
    type_ = declaration.value
    if not is_scalar(type_):
        return operation_refused(c, span, map_, "get", "the value is a struct: use `lookup` and test for None")
    given, default = value(c, arguments[0]), value_of(c, arguments[1], type_)
    from .conditions import has_effects

    earlier: tuple[tuple[Variable, Expression], ...] = ()
    fallback = c.hidden("default", type_, span)
    if has_effects(default):  # arguments come before the call: what the default does to the map, the lookup sees
        key = key_address(c, declaration, given, (default,))
        if key is not None:
            held = c.hidden("key", key.type, span)
            earlier = (held, key), (fallback, default)
            key = Read(key.type, key.span, VariablePlace(key.type, key.span, held))
    else:
        key = key_address(c, declaration, given, ())
    if key is None or is_error(default):
        return error_at(span)
    call = CallHelper(Reference(type_, Space.MAP_VALUE, True), span, c.module.helper("bpf_map_lookup_elem"),
                      (reference(map_, declaration), key))
    slot = c.hidden("found", call.type, span)
    pointer = Read(Reference(type_, Space.MAP_VALUE), span, VariablePlace(call.type, span, slot))
    test = NoneTest(BOOL, span, Read(call.type, span, VariablePlace(call.type, span, slot)), True)
    result = Conditional(type_, span, test, Read(type_, span, VariablePlace(type_, span, fallback)),
                         Read(type_, span, PointeePlace(type_, span, pointer)))
    bindings = (*earlier, (slot, call)) if earlier else ((slot, call), (fallback, default))
    return Sequenced(type_, span, bindings, result)


def set_item(c: FunctionChecker, node: ast.Subscript, map_: Static, content: Expression,
             span: Span) -> Statement | None:
    """`m[k] = v`: an update whose failure (a full map) is not seen; call `update` to see it. The value is evaluated
    before the key, as in Python."""
    found: Map[object, object] = map_.value
    if "setitem" not in found.kind.operators:
        operation_refused(c, span, map_, "m[k] = v", "call `update`" if "update" in found.kind.methods else
                          "this map has its own methods only")
        return None
    declaration = c.module.map_declaration(map_, c)
    if declaration is None or declaration.value is None:
        return None
    type_ = declaration.value
    name = f"value of {declaration.name}"
    if is_scalar(type_):
        content = coerce(c, content, type_)
        if is_error(content):
            return None
        stored: Expression = Temporary(Reference(type_, Space.STACK), content.span, name, content)
    else:
        content = kernel.plainly_read(c, coerce(c, content, Reference(type_, Space.STACK)))
        if is_error(content):
            return None
        stored = content
    given = value(c, node.slice)
    if _unseen_by_helpers(stored) or (isinstance(stored, AddressOf) and _writes_memory(given)):
        stored = Construct(Reference(type_, Space.STACK), content.span, name, (), content)
    held = c.hidden("value", stored.type, span)
    key = key_address(c, declaration, given, ())
    if key is None or declaration.key is None:
        return None
    key = apart(key, stored, declaration.key, f"key of {declaration.name}")
    call = CallHelper(S64, span, c.module.helper("bpf_map_update_elem"),
                      (reference(map_, declaration), key,
                       Read(stored.type, span, VariablePlace(stored.type, span, held)), IntegerConstant(U64, span, 0)))
    return Evaluate(span, Sequenced(S64, span, ((held, stored),), call))


def delete_item(c: FunctionChecker, node: ast.Subscript, map_: Static) -> Statement | None:
    """`del m[k]`: no error where the key is absent."""
    span = c.span(node)
    found: Map[object, object] = map_.value
    if "delitem" not in found.kind.operators:
        operation_refused(c, span, map_, "del m[k]", "call `delete`" if "delete" in found.kind.methods
                          else "entries of this map cannot be deleted")
        return None
    declaration = c.module.map_declaration(map_, c)
    key = key_argument(c, declaration, node.slice)
    if declaration is None or key is None:
        return None
    return Evaluate(span, CallHelper(S64, span, c.module.helper("bpf_map_delete_elem"),
                                     (reference(map_, declaration), key)))


def augment_item(c: FunctionChecker, node: ast.AugAssign, target: ast.Subscript, map_: Static) -> Statement | None:
    """`m[k] += n`: lookup and add; where the key is absent, an insertion that loses no race."""
    span = c.span(node)
    found: Map[object, object] = map_.value
    operator = {ast.Add: "+=", ast.Sub: "-="}.get(type(node.op))
    if operator is None or "augment" not in found.kind.operators:
        operation_refused(c, span, map_, f"m[k] {operator_text(node.op)}= n",
                          "only `+=` and `-=` are atomic updates; look the value up and store it"
                          if operator is None else "look the value up and add to it")
        return None
    declaration = c.module.map_declaration(map_, c)
    if declaration is None:
        return None
    type_ = declaration.value
    if not isinstance(type_, IntType) or type_.bits < 32:
        operation_refused(c, span, map_, f"m[k] {operator} n",
                          "it needs values of u32, u64, s32 or s64; look the value up and add to it")
        return None
    # Python looks at the container and the key first, then at the amount.
    given, amount = value(c, target.slice), value_of(c, node.value, type_)
    key = key_address(c, declaration, given, (amount,))
    if key is None or is_error(amount):
        return None
    if operator == "-=":
        from ..tree import Arithmetic

        amount = Arithmetic(type_, amount.span, "-", IntegerConstant(type_, amount.span, 0), amount)
    kind = found.kind
    return Evaluate(span, MapAugment(
        VOID, span, reference(map_, declaration), key, amount, not kind.per_cpu, not kind.key_is_index,
        c.module.helper("bpf_map_lookup_elem"), c.module.helper("bpf_map_update_elem")))


def is_map(found: object) -> bool:
    return isinstance(found, Static) and isinstance(found.value, Map)
