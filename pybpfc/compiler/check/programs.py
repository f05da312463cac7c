"""What the kernel hands to a program, by its kind: a context, or the typed arguments of what is traced.

A program always gets one pointer. For kinds with typed arguments the parameters of the Python function are read
from it when the program starts: from `pt_regs` by the calling convention, or from the array of arguments that BTF
typed programs (fentry, tp_btf, lsm, ...) get.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from pybpfc_runtime.values import DeclarationError

from ... import kernel_btf
from ...kernel_types import UnknownKernelName
from ...record import record
from ...tables import contexts
from ...tables.rows import Context, ContextField, ProgramKind
from ..diagnostics.declarations import BadParameter, UnsupportedKind, WrongContext
from ..frontend.collect import FunctionDeclaration
from ..source import Span
from ..tree import (
    Assign,
    Cast,
    Comparison,
    ContextPlace,
    Expression,
    IntegerConstant,
    PointerFromNumber,
    Read,
    Statement,
    Variable,
    VariablePlace,
)
from ..types import BOOL, U32, U64, BoolType, ContextType, IntType, Reference, Space, StructType, Type
from . import targets

if TYPE_CHECKING:
    from .module import ModuleChecker

# Programs whose arguments BTF types: `unsigned long long *ctx`.
_TYPED = ("tp_btf", "fentry", "fexit", "fmod_ret", "fsession", "lsm", "lsm_cgroup", "struct_ops")
_MOST_TYPED = 12  # MAX_BPF_FUNC_ARGS
_EVENTS = ("trace_event_raw_", "syscall_trace_")  # how the names of the kernel's structs for events begin
_RAW_ARGUMENTS = "bpf_raw_tracepoint_args"  # the name that the kernel's header has for them


# A parameter's value, given the context: of its own type, or an integer of 64 bits that is converted to it.
Reader = Callable[[Expression], Expression]


@record
class Incoming:
    """How a program's parameters come to be: the context's type, and for each parameter its type and what reads it
    (None for a parameter that is the context itself)."""

    context: Reference
    readers: tuple[Reader | None, ...]
    types: tuple[Type, ...]


def reader_of(field: ContextField) -> Reader:
    """Reads a field of the context."""
    return lambda context: Read(U64, context.span, ContextPlace(U64, context.span, context, field))


def _handing_over(field: ContextField, type_: Reference, struct: StructType) -> Reader:
    """Reads a pointer with the reference that comes with it."""
    read = reader_of(field)
    return lambda context: PointerFromNumber(
        type_, context.span, read(context), acquires=struct.name.partition("___")[0])


def incoming(checker: ModuleChecker, declaration: FunctionDeclaration, kind: ProgramKind,
             parameters: list[tuple[ast.arg, Type]], target_arch: str) -> Incoming | None:
    """The parameters of a program; None where they do not fit its kind, which was reported."""
    base = kind.decorator.removesuffix("_s") if kind.sleepable else kind.decorator
    if base in _TYPED:
        return _typed(checker, declaration, kind, parameters)
    if (base == "usdt" or kind.context == "pt_regs") and not _by_registers(checker, declaration, kind, parameters):
        return None
    if base == "usdt":
        from .usdt import by_position

        return by_position(checker, declaration, parameters, target_arch)
    if kind.context == "pt_regs":
        from .registers import by_registers

        return by_registers(checker, declaration, kind, parameters, target_arch)
    if base in ("tracepoint", "iter_", "iter", "syscall"):
        return _struct_context(checker, declaration, kind, parameters)
    return _plain(checker, declaration, kind, parameters)


def _by_registers(checker: ModuleChecker, declaration: FunctionDeclaration, kind: ProgramKind,
                  parameters: list[tuple[ast.arg, Type]]) -> bool:
    """Whether the context of a probe, where it declares one, is the registers; reports another one."""
    first = parameters[0][1] if parameters else None
    if isinstance(first, Reference) and isinstance(first.target, ContextType) \
            and (first.target.name != "pt_regs" or first.nullable):
        checker.report(WrongContext(declaration.span, kind.decorator, "`pt_regs`", f"`{first}`",
                                    "write `ctx: pt_regs`, or the arguments alone"))
        return False
    return True


def _plain(checker: ModuleChecker, declaration: FunctionDeclaration, kind: ProgramKind,
           parameters: list[tuple[ast.arg, Type]]) -> Incoming | None:
    if kind.context == "Ptr[u32]":
        return _sample(checker, declaration, kind, parameters)
    if not kind.context:
        checker.report(UnsupportedKind(declaration.span, f"`@{kind.decorator}` programs",
                                       "declare the program by `@section` with a kind that has a context"))
        return None
    if kind.context == "bpf_perf_event_data" and contexts.architecture(checker.target_arch) != "x86":
        checker.report(UnsupportedKind(
            declaration.span, f"`@perf_event` programs for the processor {checker.target_arch}",
            "their context begins with the registers, and this version knows it for x86_64 alone"))
        return None
    expected = contexts.by_name(kind.context, kind.helpers)
    given = [type_ for _, type_ in parameters]
    if len(given) == 1 and isinstance(given[0], Reference) and isinstance(given[0].target, ContextType) \
            and given[0].target.name == expected.name and not given[0].nullable:
        context = Reference(ContextType(expected), Space.CONTEXT)
        return Incoming(context, (None,), (context,))
    shown = _shown(parameters)
    wanted, way_out = f"`{expected.name}`", _written(declaration, expected.name)
    if shown == wanted:  # the kernel's BTF has a struct of the same name: only the module tells the two apart
        way_out = f"import it by `from pybpfc import {expected.name}`, not from pybpfc.vmlinux"
        wanted, shown = f"`pybpfc.{expected.name}`", f"`pybpfc.vmlinux.{expected.name}`"
    checker.report(WrongContext(declaration.span, kind.decorator, wanted, shown, way_out))
    return None


def _written(declaration: FunctionDeclaration, context: str) -> str:
    return f"write `def {declaration.name}(ctx: {context}) -> int:`"


def _shown(parameters: list[tuple[ast.arg, Type]]) -> str:
    return f"`{', '.join(str(type_) for _, type_ in parameters)}`" if parameters else "nothing"


def _sample(checker: ModuleChecker, declaration: FunctionDeclaration, kind: ProgramKind,
            parameters: list[tuple[ast.arg, Type]]) -> Incoming | None:
    """Infrared decoders: the context is one pulse or space, a number that has no struct around it."""
    given = [type_ for _, type_ in parameters]
    if len(given) == 1 and isinstance(given[0], Reference) and given[0].target == U32 and not given[0].nullable:
        context = Reference(U32, Space.CONTEXT)
        return Incoming(context, (None,), (context,))
    checker.report(WrongContext(declaration.span, kind.decorator, "`Ptr[u32]`", _shown(parameters),
                                _written(declaration, "Ptr[u32]")))
    return None


def _struct_context(checker: ModuleChecker, declaration: FunctionDeclaration, kind: ProgramKind,
                    parameters: list[tuple[ast.arg, Type]]) -> Incoming | None:
    """Tracepoints and iterators: the context is a kernel struct; a syscall program's is the caller's own."""
    given = [type_ for _, type_ in parameters]
    iterated = targets.target_name(declaration) if kind.decorator.startswith("iter_") else ""
    expected = f"bpf_iter__{iterated}" if iterated else ""
    if len(given) == 1 and isinstance(given[0], Reference) and isinstance(given[0].target, StructType) \
            and not given[0].nullable and _is_context_of(kind, given[0].target, expected):
        space = Space.CALLER if kind.decorator == "syscall" else Space.CONTEXT
        context = Reference(given[0].target, space)
        return Incoming(context, (None,), (context,))
    if kind.decorator == "syscall":
        wanted, way_out = "a Struct", _written(declaration, "Request") + ", with a Struct of that name"
    elif kind.decorator == "tracepoint":
        wanted, expected = "the event's struct", _struct_of_event(declaration)
        way_out = _written(declaration, expected) + ", with the struct from pybpfc.vmlinux" if expected else \
            "pybpfc.vmlinux has it as `trace_event_raw_` and the name of the event or of its class"
    else:
        wanted = f"`{expected}`" if expected else "the iterator's struct"
        way_out = _written(declaration, expected or "bpf_iter__task")
    checker.report(WrongContext(declaration.span, kind.decorator, wanted, _shown(parameters), way_out))
    return None


def _is_context_of(kind: ProgramKind, struct: StructType, expected: str) -> bool:
    """Whether programs of a kind may declare their context as a struct; `expected`: its name, where that is known.

    A tracepoint's event, or what a syscall program's caller passes, may also be described by a Struct of the program.
    """
    name = struct.name.partition("___")[0]
    if kind.decorator == "syscall":
        return not struct.layout.kernel
    if kind.decorator == "tracepoint":
        return not struct.layout.kernel or name.startswith(_EVENTS)
    return name == expected if expected else name.startswith("bpf_iter__")


def _struct_of_event(declaration: FunctionDeclaration) -> str:
    """The kernel's struct for what a tracepoint gives; "" where only its format file tells."""
    category, _, event = "/".join(declaration.declared.arguments or (targets.target_name(declaration),)).partition("/")
    if category == "syscalls":
        event = "sys_exit" if event.startswith("sys_exit") else "sys_enter"
    try:
        kernel_btf.lookup(f"trace_event_raw_{event}")
    except (UnknownKernelName, DeclarationError):
        return ""
    return f"trace_event_raw_{event}"


def _typed(checker: ModuleChecker, declaration: FunctionDeclaration, kind: ProgramKind,
           parameters: list[tuple[ast.arg, Type]]) -> Incoming | None:
    """The arguments by position, behind the context where the first parameter is it."""
    context: Reference | None = None
    if parameters and isinstance(first := parameters[0][1], Reference) and isinstance(first.target, ContextType) \
            and first.target.name == _RAW_ARGUMENTS and not first.nullable:
        context, parameters = Reference(first.target, Space.CONTEXT), parameters[1:]
    if len(parameters) > _MOST_TYPED:
        checker.report(BadParameter(declaration.span, f"`{declaration.name}` has {len(parameters)} parameters",
                                    f"a traced function has at most {_MOST_TYPED}", "leave trailing ones out"))
        return None
    target = targets.find(checker, declaration, kind)
    row = Context("bpf_arguments", 8 * _MOST_TYPED, tuple(
        ContextField(f"argument{index}", "u64", 8 * index, 8) for index in range(_MOST_TYPED)))
    readers: list[Reader | None] = []
    types: list[Type] = []
    for index, (argument, type_) in enumerate(parameters):
        made = incoming_type(checker, declaration, argument, type_, Space.TRUSTED)
        if made is None:
            return None
        slot = index if target is None else targets.slot_of(checker, declaration, target, index, argument, made)
        if slot is None:
            return None
        if target is not None and isinstance(made, Reference):
            made = targets.tagged(target, slot, made)
        handed_over = target is not None and target.arguments[index:] and targets.hands_over(target.arguments[index][0])
        if handed_over and isinstance(made, Reference) and isinstance(made.target, StructType):
            readers.append(_handing_over(row.fields[slot], made, made.target))
        else:
            readers.append(reader_of(row.fields[slot]))
        types.append(made)
    if target is not None and not targets.takes_all_references(checker, declaration, target, len(parameters)):
        return None
    if context is not None:
        return Incoming(context, (None, *readers), (context, *types))
    return Incoming(Reference(ContextType(row), Space.CONTEXT), tuple(readers), tuple(types))


def is_context(type_: Type) -> bool:
    return isinstance(type_, Reference) and isinstance(type_.target, ContextType)


def incoming_type(checker: ModuleChecker, declaration: FunctionDeclaration, argument: ast.arg, type_: Type,
                   space: Space) -> Type | None:
    """A traced function's argument: an integer as declared, a pointer in the space that the kind gives it."""
    if isinstance(type_, (IntType, BoolType)):
        return type_
    if isinstance(type_, Reference) and not isinstance(type_.target, ContextType):
        if space is Space.TRUSTED and not isinstance(type_.target, StructType):
            space = Space.UNTRUSTED
        return Reference(type_.target, space, type_.nullable)
    way_out = "use integers, and for pointers into user space a Struct or `Ptr[T]`" if space is Space.USER \
        else "use integers and kernel structs"
    checker.report(BadParameter(Span.of(declaration.source, argument), f"`{argument.arg}` cannot be an argument of a "
                                "traced function", f"it is a `{type_}`", way_out))
    return None


def prologue(context: Variable, arrived: Incoming, variables: list[Variable]) -> tuple[Statement, ...]:
    """Reads the parameters from the context, in order."""
    found: list[Statement] = []
    for variable, read, type_ in zip(variables, arrived.readers, arrived.types, strict=True):
        if read is None:
            continue
        span = variable.span
        raw = read(Read(context.type, span, VariablePlace(context.type, span, context)))
        value: Expression
        if raw.type == type_:
            value = raw
        elif isinstance(type_, Reference):
            value = PointerFromNumber(type_, span, raw)
        elif isinstance(type_, BoolType):
            low = Cast(IntType(8, False), span, raw)
            value = Comparison(BOOL, span, "!=", low, IntegerConstant(low.type, span, 0))
        else:
            value = Cast(type_, span, raw)
        found.append(Assign(span, (VariablePlace(type_, span, variable),), value))
    return tuple(found)
