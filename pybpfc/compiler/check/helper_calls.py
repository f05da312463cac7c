"""Calls of kernel helpers: one lowering for every row of the table."""

from __future__ import annotations

import ast

from ...maps import Map
from ...record import replace
from ...tables import contexts, program_kinds
from ...tables.helpers import BEGIN_WITH
from ...tables.rows import LEFT_OUT, Argument, Helper, KernelFunction, ResultKind, Role
from ..diagnostics.declarations import UnsupportedKind
from ..diagnostics.types import NotAReference, TypeMismatch, WrongArguments
from ..source import Span
from ..tree import (
    AddressNumber,
    AddressOf,
    CallHelper,
    CallKernel,
    Construct,
    Expression,
    IntegerConstant,
    MapDeclaration,
    MapReference,
    NoneConstant,
    PointerFromNumber,
    Read,
    Reinterpret,
    Sequenced,
    StringConstant,
    Temporary,
    VariablePlace,
)
from ..types import (
    COPIED,
    U8,
    U64,
    VOID,
    ArrayType,
    BeType,
    ContextType,
    IntType,
    KptrType,
    Reference,
    Space,
    StructType,
    Type,
    VoidType,
    from_layout,
    is_aggregate,
    is_scalar,
    named,
)
from . import arenas, callbacks, externs, kernel, maps, objects, printing
from .conversions import coerce, describe, error_at, is_error, is_place_read, not_none, settle, text_of
from .expressions import check, space_of, value, value_of
from .function import FunctionChecker, Static

# Memory of the kernel's structs that no function takes for one of its objects.
_NOT_TRUSTED = (Space.UNTRUSTED, Space.READABLE, Space.USER)
# Whatever holds bytes that a helper may read or fill.
_BUFFER_SPACES = frozenset((Space.STACK, Space.MAP_VALUE, Space.GLOBAL, Space.PACKET, Space.RINGBUF, Space.MEMORY))


def helper_call(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    """Check `bpf_...(...)` against its row: sizes are filled in, trailing flags default to 0."""
    if name in ("bpf_printk", "bpf_trace_printk", "bpf_trace_vprintk", "bpf_snprintf"):
        return printing.print_call(c, node, name)
    span = c.span(node)
    if name == "bpf_seq_printf":
        file: Expression | None = None
        if len(node.args) == 2:
            row = c.module.helper(name)
            file = _argument(c, row, row.arguments[0], node.args[0], None)
            if file is None:
                return error_at(span)
        return printing.print_call(c, node, name, file)
    row = c.module.helper(name)
    arguments = match(c, node, row)
    return error_at(span) if arguments is None else lower(c, span, row, arguments)


def lower(c: FunctionChecker, span: Span, row: Helper, arguments: list[ast.expr | None],
          receiver: MapReference | None = None, kernel_function: KernelFunction | None = None) -> Expression:
    """A call of a helper with an argument node for each of the row's arguments, None for what was left out.

    `receiver` is the map of a method call; it stands for the row's map argument. `kernel_function`: the row says
    what it takes, and it is called.
    """
    values: list[Expression | None] = []
    callback: tuple[int, ast.expr] | None = None
    map_: MapDeclaration | None = None if receiver is None else receiver.declaration
    for argument, given in zip(row.arguments, arguments, strict=True):
        if argument.role is Role.SIZE_OF:
            values.append(None)  # filled in below, once the buffer's type is known
            continue
        if argument.role is Role.MAP and receiver is not None:
            values.append(receiver)
            continue
        if argument.role is Role.ITERATOR:
            from .iterators import of_loop

            iterator = of_loop(c, span, argument.type, row.name)
            if iterator is None:
                return error_at(span)
            values.append(iterator)
            continue
        if given is None:
            values.append(_default(argument, span))
            continue
        if argument.role is Role.UNUSED:
            values.append(IntegerConstant(U64, span, 0))
            continue
        if argument.role is Role.CALLBACK:
            callback = len(values), given
            values.append(None)  # filled in below, once the context's type is known
            continue
        if argument.role is Role.NODE:
            linked = value(c, given)
            found = None if is_error(linked) else objects.node(c, argument, linked, values[0])
        else:
            found = _argument(c, row, argument, given, map_)
        if found is None or is_error(found):
            return error_at(span)
        if isinstance(found, MapReference):
            map_ = found.declaration
        values.append(found)
    if callback is not None:
        context = next((values[i] for i, a in enumerate(row.arguments) if a.role is Role.CALLBACK_CONTEXT), None)
        function = callbacks.reference(c, row, callback[1], map_, context, values[0])
        if function is None:
            return error_at(span)
        values[callback[0]] = function
    for position, argument in enumerate(row.arguments):
        if argument.role is Role.SIZE_OF:
            size = _size_of(values[argument.of], map_)
            values[position] = IntegerConstant(named(argument.type or "u32"), span, size)
    taken = [item for item in values if item is not None]
    assert len(taken) == len(arguments)  # each has its value by now
    order = maps.as_written(arguments)
    for turn, position in enumerate(order):
        if row.arguments[position].role in (Role.MAP_KEY, Role.MAP_VALUE):
            taken[position] = maps.unwritten(taken[position], [taken[later] for later in order[turn + 1:]], span)
    bindings, taken = maps.held_as_written(c, arguments, taken)
    made = tuple(taken)
    if row.name == "bpf_kptr_xchg" and not _fits_kptr(c, made):
        return error_at(span)
    row = maps.lookup_row(row, map_)
    result = result_type(c, span, row, map_, made)
    if result is None:
        return error_at(span)

    def called(type_: Type) -> Expression:
        call = CallHelper(type_, span, row, made) if kernel_function is None else \
            CallKernel(type_, span, kernel_function, made)
        return Sequenced(type_, span, bindings, call) if bindings else call

    if row.result.kind is ResultKind.UNTRUSTED and isinstance(result, Reference):
        return PointerFromNumber(result, span, called(U64))
    if row.result.kind is ResultKind.NODE:
        return objects.contained(called(result), made[0], span)
    return called(result)


def match(c: FunctionChecker, node: ast.Call, row: Helper) -> list[ast.expr | None] | None:
    """The argument node for each of the row's arguments; None for a size and for what was left out."""
    span = c.span(node)
    wanted = [(i, a) for i, a in enumerate(row.arguments) if a.role not in LEFT_OUT]
    signature = f"{row.name}({', '.join(a.name + ('=0' if a.optional else '') for _, a in wanted)})"
    slots: list[ast.expr | None] = [None] * len(row.arguments)
    if len(node.args) > len(wanted):
        sized = any(a.role is Role.SIZE_OF for a in row.arguments)
        noun = "argument" if len(wanted) == 1 else "arguments"
        c.report(WrongArguments(span, row.name, f"takes {len(wanted)} {noun}, not {len(node.args)}"
                                + (" (sizes are the buffers' own)" if sized else ""), signature))
        return None
    for (position, _), given in zip(wanted, node.args, strict=False):
        slots[position] = given
    by_name = {a.name: i for i, a in wanted}
    for keyword in node.keywords:
        at = by_name.get(keyword.arg or "")
        if at is None or slots[at] is not None:
            what = "has no argument" if at is None else "is given twice the argument"
            c.report(WrongArguments(span, row.name, f"{what} `{keyword.arg}`", signature))
            return None
        slots[at] = keyword.value
    for position, argument in wanted:
        if slots[position] is None and not argument.optional:
            c.report(WrongArguments(span, row.name, f"needs `{argument.name}`", signature))
            return None
    return slots


def _default(argument: Argument, span: Span) -> Expression:
    if argument.type and argument.role in (Role.FLAGS, Role.SCALAR, Role.CONSTANT):
        return IntegerConstant(named(argument.type), span, 0)
    return IntegerConstant(U64, span, 0)


def _argument(c: FunctionChecker, row: Helper, argument: Argument, node: ast.expr,
              map_: MapDeclaration | None) -> Expression | None:
    role = argument.role
    if role is Role.MAP:
        found = maps.operand(c, check(c, node))
        if isinstance(found, Static) and isinstance(found.value, Map):
            declaration = c.module.map_declaration(found, c)
            return None if declaration is None else maps.reference(found, declaration)
        if isinstance(found, Expression) and is_error(found):
            return None
        what = found.text if isinstance(found, Static) else describe(found)
        c.report(NotAReference(c.span(node), ast.unparse(node), f"no map ({what})", f"`{argument.name}` is a map"))
        return None
    if role is Role.LOCAL_TYPE:
        return objects.local_type(c, argument, node)
    if role is Role.KERNEL_TYPE:
        return kernel.type_number(c, argument, node)
    if role is Role.PER_CPU_SYMBOL:
        return externs.per_cpu_symbol(c, node, argument.name)
    if role in (Role.SCALAR, Role.FLAGS):
        return value_of(c, node, named(argument.type or "u64"))
    if role is Role.CONSTANT:
        constant = value_of(c, node, named(argument.type or "u64"))
        if not is_error(constant) and not isinstance(constant, IntegerConstant):
            c.report(TypeMismatch(constant.span, f"a constant {argument.type}", describe(constant),
                                  f"`{argument.name}` must be known when the program is compiled"))
            return None
        return constant
    if role is Role.MAP_KEY:
        return maps.key_argument(c, map_, node)
    if role is Role.MAP_VALUE and map_ is not None and (map_.record or map_.value) is not None:
        if argument.nullable and isinstance(node, ast.Constant) and node.value is None:
            return IntegerConstant(U64, c.span(node), 0)
        return maps.value_argument(c, map_, node, row)
    found = value(c, node)
    if is_error(found):
        return None
    if isinstance(found, NoneConstant) and argument.nullable:
        return IntegerConstant(U64, found.span, 0)
    if not _within_reach(c, row, role, found):
        return None
    if role is Role.WIRE:
        if isinstance(found.type, BeType):
            bits = IntType(found.type.bits, False)
            found = IntegerConstant(bits, found.span, found.value) if isinstance(found, IntegerConstant) else \
                Reinterpret(bits, found.span, found)
        return coerce(c, found, named(argument.type))
    if role is Role.OBJECT:
        return objects.own_object(c, argument, found)
    if role is Role.ARENA:
        return arenas.address(c, argument, found)
    if role is Role.CONTEXT and argument.kernel and not _has_own_context(c):
        return _struct(c, argument, found)
    if role is Role.CONTEXT:
        if isinstance(found.type, Reference) and isinstance(found.type.target, ContextType):
            return found
        if isinstance(found.type, Reference) and found.type.space is Space.CONTEXT and isinstance(found, Read) \
                and isinstance(found.place, VariablePlace) and isinstance(found.type.target, (StructType, IntType)):
            return found  # of a tracepoint or an iterator, whose struct is the kernel's or the program's; of a decoder
        c.report(TypeMismatch(found.span, "the program's context", describe(found), f"pass `ctx` as `{argument.name}`"))
        return None
    if role in (Role.IN_BUFFER, Role.OUT_BUFFER):
        return _buffer(c, row, argument, found)
    if role is Role.STRING and isinstance(found, StringConstant):
        return StringConstant(VOID, found.span, found.text + b"\0")
    if role in (Role.STRUCT, Role.OUT_STRUCT, Role.TRUSTED):
        return _struct(c, argument, found)
    if role is Role.OUT_SCALAR:
        return _out_scalar(c, argument, found)
    if role is Role.CALLBACK_CONTEXT:
        if isinstance(found, NoneConstant):
            return IntegerConstant(U64, found.span, 0)
        if isinstance(found.type, Reference) and not isinstance(found.type.target, ContextType):
            if found.type.space is Space.STACK:
                return not_none(c, found)
            c.report(TypeMismatch(found.span, "a struct on the stack", f"`{found.type}` in {found.type.space.value}",
                                  "the verifier takes no other: pass a local Struct, such as a copy; the callback "
                                  "itself can look up map values and use globals"))
            return None
        c.report(TypeMismatch(found.span, "a struct that the callback gets", describe(found),
                              "put what it needs into a Struct, or pass None"))
        return None
    if role is Role.RECORD and argument.type and row.releases != "ringbuf_dynptr":
        return _struct(c, argument, found)
    if role is Role.RECORD and isinstance(found.type, Reference):
        if row.releases == "ringbuf" and found.type.space is not Space.RINGBUF:
            c.report(TypeMismatch(found.span, "a reserved record", f"`{found.type}` in {found.type.space.value}",
                                  "`reserve()` gives a record; `output(value)` sends a copy of any other value"))
            return None
        return not_none(c, found)
    if role is Role.RECORD and row.releases == "ringbuf":
        c.report(TypeMismatch(found.span, "a reserved record", describe(found), "`reserve()` gives one"))
        return None
    if role is Role.ANY_ADDRESS and isinstance(found, StringConstant):
        return StringConstant(VOID, found.span, found.text + b"\0")
    if role in (Role.UNSAFE_ADDRESS, Role.USER_ADDRESS, Role.ANY_ADDRESS):
        if isinstance(found.type, Reference):
            return AddressNumber(U64, found.span, not_none(c, found))
        return coerce(c, found, U64)
    c.report(UnsupportedKind(found.span, f"the argument `{argument.name}` of {row.name}",
                             "callbacks and kernel types come with a later version"))
    return None


def _has_own_context(c: FunctionChecker) -> bool:
    """Whether a program is handed a packet or a socket, of which the helper then wants to know; where it is not said
    what kind of program a function belongs to, what it is handed itself says so."""
    while c.outer is not None:
        c = c.outer
    declared = c.declaration.declared
    kind = program_kinds.of_program(declared.kind, declared.section) if declared.is_program else None
    if kind is not None:
        return bool(kind.context) and not kind.context.startswith("bpf_iter__")
    return any(isinstance(variable.type, Reference) and isinstance(variable.type.target, ContextType)
               for variable in c.variables.values())


def _copied(found: Expression) -> bool:
    """Whether an expression refers to memory that helpers do not take, or reads a number there."""
    if isinstance(found.type, Reference):
        return found.type.space in COPIED and not isinstance(found.type.target, ContextType)
    return isinstance(found, Read) and is_place_read(found) and space_of(found.place) in COPIED


_NUMBERS = (Role.UNSAFE_ADDRESS, Role.USER_ADDRESS)  # addresses that the verifier takes for numbers


def _within_reach(c: FunctionChecker, row: Helper, role: Role, found: Expression) -> bool:
    """Whether a helper takes the memory that it gets the address of; reports what it does not take."""
    by_address = isinstance(found.type, Reference) or role in (Role.OUT_BUFFER, Role.OUT_SCALAR)
    if not by_address or role in (Role.ANY_ADDRESS, Role.CONTEXT, Role.ARENA):
        return True
    space = found.type.space if isinstance(found.type, Reference) else (
        _space(found) if isinstance(found, Read) and is_place_read(found) else Space.STACK)
    of_packet = space is Space.PACKET and row.number != 0 and not row.takes_packets
    if not of_packet and not _copied(found):
        return True
    if space is Space.OBJECT or (role in _NUMBERS and space is not Space.ARENA):
        return True  # some functions are for parts of objects: the verifier knows which
    shown = text_of(found)
    way_out = "pass a field of a local struct, and store its value from there"
    if isinstance(found.type, Reference) and is_aggregate(found.type.target) and role is not Role.OUT_BUFFER:
        way_out = f"pass a copy: `copy({shown})`"
    c.report(TypeMismatch(found.span, "memory that helpers take", f"`{shown}`, which is in {_place(space)}", way_out))
    return False


def _space(found: Expression) -> Space:
    assert isinstance(found, Read)  # _copied has seen to it
    return space_of(found.place)


def _place(space: Space) -> str:
    named = {Space.ARENA: "an arena", Space.PACKET: "the packet", Space.CONTEXT: "the context"}
    return named.get(space, space.value)


def _buffer(c: FunctionChecker, row: Helper, argument: Argument, found: Expression) -> Expression | None:
    """Memory with a size: an aggregate, a Ptr, a scalar place; for reading also a value or a literal."""
    if isinstance(found, StringConstant) and argument.role is Role.IN_BUFFER:
        return found
    type_ = found.type
    if isinstance(type_, Reference) and not isinstance(type_.target, (ContextType, VoidType)):
        if type_.nullable and argument.nullable:
            return found
        found = not_none(c, found)
        if isinstance(found.type, Reference) and found.type.space not in _BUFFER_SPACES:
            c.report(TypeMismatch(found.span, "memory of the program", describe(found),
                                  "copy it to a local struct or a map value first"))
            return None
        return found
    if argument.role is Role.OUT_BUFFER:
        return _out_scalar(c, argument, found)
    if is_scalar(type_) or isinstance(found, IntegerConstant):
        found = settle(c, found)
        if isinstance(found, Read) and is_place_read(found) and not _copied(found) and (
                space_of(found.place) is not Space.PACKET or row.number == 0 or row.takes_packets):
            return maps_address(found)
        return Temporary(Reference(found.type, Space.STACK), found.span, argument.name, found)
    c.report(TypeMismatch(found.span, "a buffer", describe(found), "pass a struct, an array field or a Str field"))
    return None


def maps_address(found: Read) -> Expression:
    return AddressOf(Reference(found.type, space_of(found.place)), found.span, found.place)


def _out_scalar(c: FunctionChecker, argument: Argument, found: Expression) -> Expression | None:
    type_ = found.type
    if isinstance(type_, Reference) and is_scalar(type_.target):
        found = not_none(c, found)
        type_ = found.type
        assert isinstance(type_, Reference)
        target: Type = type_.target
    elif isinstance(found, Read) and is_place_read(found) and is_scalar(type_):
        target = type_
        found = maps_address(found)
    else:
        c.report(TypeMismatch(found.span, "memory that the helper fills", describe(found),
                              "pass a field of a struct: a plain variable has no address"))
        return None
    if argument.type and argument.role is Role.OUT_SCALAR and target != named(argument.type):
        wanted = named(argument.type)
        if not (isinstance(wanted, IntType) and isinstance(target, IntType) and wanted.bits == target.bits):
            c.report(TypeMismatch(found.span, str(wanted), f"`{target}`", f"`{argument.name}` is a {wanted}"))
            return None
    return found


def _struct(c: FunctionChecker, argument: Argument, found: Expression) -> Expression | None:
    type_ = found.type
    wanted = argument.type or argument.kernel
    kernels = isinstance(type_, Reference) and isinstance(type_.target, StructType) and type_.target.layout.kernel \
        and argument.kernel != "" and _serves(type_.target, argument.kernel)
    if isinstance(type_, Reference) and isinstance(type_.target, (StructType, ContextType)) \
            and (kernels or _serves(type_.target, wanted.removeprefix("struct "))):
        if (kernels or argument.role in (Role.TRUSTED, Role.RECORD)) and type_.space in _NOT_TRUSTED:
            asked = argument.kernel if kernels else wanted
            c.report(TypeMismatch(found.span, f"trusted {asked}", f"`{type_}` in {type_.space.value}",
                                  "the verifier must know that the object is alive: pass a typed argument of the "
                                  "program, `bpf_get_current_task_btf()`, or what a kernel function returned"))
            return None
        return found if argument.nullable else not_none(c, found)
    if isinstance(type_, Reference) and is_aggregate(type_.target):
        name = "kptr" if isinstance(type_.target, KptrType) else str(type_.target)
        if name == argument.type:
            return not_none(c, found)
    if argument.kernel:
        either = f"a `{argument.type}` or " if argument.type else ""
        way_out = f"pass {either}a trusted pointer to the kernel's `{argument.kernel}`, or to a struct that begins " \
                  "with one"
    elif wanted in ("bpf_dynptr", "IrqFlags"):
        way_out = f"a local is one: `{argument.name} = {wanted}()`"
    else:
        way_out = f"`{argument.name}` is a {wanted}"
    c.report(TypeMismatch(found.span, wanted, describe(found), way_out))
    return None


def _fits_kptr(c: FunctionChecker, arguments: tuple[Expression, ...]) -> bool:
    """Whether the object that bpf_kptr_xchg() puts into a field is of the field's type."""
    kept, given = (item.type for item in arguments)
    assert isinstance(kept, Reference) and isinstance(kept.target, KptrType)  # its role says so
    if not isinstance(given, Reference) or (given.target == kept.target.target and given.space is kept.target.space):
        return True
    if given.target == kept.target.target:
        c.report(TypeMismatch(arguments[1].span, kept.target.space.value, f"`{given}` in {given.space.value}",
                              f"the field is a `{kept.target}[{given.target}]`"))
        return False
    c.report(TypeMismatch(arguments[1].span, str(kept.target.target), f"`{given}`",
                          f"the field keeps a `{kept.target.target}`"))
    return False


def _serves(given: StructType | ContextType, wanted: str) -> bool:
    """Whether a struct is the one that is asked for, or begins with it, as `tcp_sock` with `sock`."""
    if given.name == wanted:
        return True
    if given.name.partition("___")[0] in BEGIN_WITH.get(wanted, ()):
        return True
    if isinstance(given, ContextType) or not given.layout.kernel:
        return False
    first = next(iter(given.layout.fields), None)
    inner = None if first is None or first.offset or first.bits else from_layout(first.type)
    return isinstance(inner, StructType) and _serves(inner, wanted)


def _size_of(buffer: Expression | None, map_: MapDeclaration | None) -> int:
    if isinstance(buffer, StringConstant):
        return len(buffer.text)
    if isinstance(buffer, MapReference) and map_ is not None:
        content = map_.record or map_.value
        return 0 if content is None else content.size
    if isinstance(buffer, (AddressOf, Construct, Temporary, Expression)) and isinstance(buffer.type, Reference):
        return buffer.type.target.size
    return 0


def result_type(c: FunctionChecker, span: Span, row: Helper, map_: MapDeclaration | None,
            arguments: tuple[Expression, ...]) -> Type | None:
    result = row.result
    if result.kind is ResultKind.VOID:
        return VOID
    if result.kind is ResultKind.SCALAR:
        return named(result.type)
    if result.kind is ResultKind.OBJECT:
        return objects.made(arguments[0], result)
    if result.kind is ResultKind.NODE:
        return objects.given(c, arguments[0], result.type, result.nullable)
    if result.kind is ResultKind.MAP_VALUE and map_ is not None:
        looked_up = maps.found_in(map_)
        if looked_up is not None:
            return replace(looked_up, nullable=result.nullable)
    if result.kind is ResultKind.READABLE:
        return kernel.readable(arguments[1])
    if result.kind in (ResultKind.TRUSTED, ResultKind.UNTRUSTED):
        struct = kernel.struct_named(c, result.type)
        if struct is not None:
            space = Space.TRUSTED if result.kind is ResultKind.TRUSTED else Space.UNTRUSTED
            return Reference(struct, space, result.nullable)
    if result.kind is ResultKind.UNTRUSTED:
        return U64
    if result.kind is ResultKind.MEMORY and map_ is not None and map_.record is not None:
        return Reference(map_.record, Space.RINGBUF, result.nullable)
    if row.arguments and row.arguments[0].role is Role.PER_CPU_SYMBOL:
        return externs.per_cpu_result(arguments[0], result.nullable)
    kept = arguments[0].type if arguments else None
    if isinstance(kept, Reference) and isinstance(kept.target, KptrType):
        return Reference(kept.target.target, kept.target.space, result.nullable)
    if result.kind is ResultKind.MEMORY and result.type:
        return Reference(named(result.type), Space.MEMORY, result.nullable)
    if result.kind is ResultKind.MEMORY and map_ is None:
        # what the kernel gives back is as large as the buffer that it got, and of its type
        for argument, given in zip(row.arguments, arguments, strict=True):
            if argument.role in (Role.IN_BUFFER, Role.OUT_BUFFER) and isinstance(given.type, Reference):
                return Reference(given.type.target, Space.MEMORY, result.nullable)
            if argument.role is Role.CONSTANT and isinstance(given, IntegerConstant):  # so many bytes of a dynptr
                return Reference(ArrayType(U8, given.value), Space.MEMORY, result.nullable)
    if result.kind is ResultKind.STRUCT:
        return Reference(ContextType(contexts.behind_pointer(result.type)), Space.CONTEXT, result.nullable)
    c.report(UnsupportedKind(span, f"the result of {row.name}", "kernel types come with a later version"))
    return None
