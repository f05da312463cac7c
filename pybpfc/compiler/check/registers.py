"""Arguments that are passed in registers: of probes, by the target's calling convention, and of system calls.

Source: the processors' psABI; for system calls BPF_KSYSCALL() of libbpf's bpf_tracing.h. A kernel that wraps its system
calls passes a pointer to the registers of user space to a function of its own, so a probe of that function finds the
arguments behind a pointer, and in other registers: those of the system call convention.
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from pybpfc_runtime import layout
from pybpfc_runtime.btf.core import essential

from ...tables import contexts
from ...tables.rows import Context, ContextField, ProgramKind
from ..diagnostics.declarations import BadParameter, UnsupportedKind
from ..diagnostics.types import NotAReference
from ..frontend.collect import FunctionDeclaration
from ..source import Span
from ..tree import (
    AddressOf,
    Conditional,
    ContextPlace,
    ElementPlace,
    Expression,
    Extern,
    FieldPlace,
    GlobalDeclaration,
    GlobalPlace,
    IntegerConstant,
    Place,
    PointerFromNumber,
    ProbeRead,
    Read,
    Reinterpret,
)
from ..types import BOOL, U32, U64, ArrayType, ContextType, Reference, Space, StructType, Type, from_layout
from . import kernel
from .conversions import describe, error_at, is_error, not_none
from .programs import Incoming, Reader, incoming_type, is_context, reader_of

if TYPE_CHECKING:
    from .function import FunctionChecker
    from .module import ModuleChecker

_WRAPPER = "LINUX_HAS_SYSCALL_WRAPPER"
# The kinds that run at a function's return, by those that run at its entry.
_RETURNING = {"kprobe": "kretprobe", "kprobe_multi": "kretprobe_multi", "ksyscall": "kretsyscall",
              "uprobe": "uretprobe", "uprobe_multi": "uretprobe_multi"}


def by_registers(checker: ModuleChecker, declaration: FunctionDeclaration, kind: ProgramKind,
                 parameters: list[tuple[ast.arg, Type]], target_arch: str) -> Incoming | None:
    """kprobes and uprobes: arguments by position, `ret` the return value, an optional `ctx: pt_regs` first."""
    arch = processor(checker, declaration, target_arch)
    if arch is None:
        return None
    row = contexts.registers(arch)
    base = kind.decorator.removesuffix("_s") if kind.sleepable else kind.decorator
    user = kind.decorator.startswith(("uprobe", "uretprobe", "ksyscall"))
    returning = kind.decorator.startswith(("kretprobe", "uretprobe", "kretsyscall"))
    context = Reference(ContextType(row), Space.CONTEXT)
    registers = contexts.ARGUMENT_REGISTERS[arch]
    if kind.decorator == "ksyscall":  # a system call may have more in registers than a function
        registers += contexts.SYSCALL_REGISTERS[arch][len(registers):]
    fields: list[ContextField | None] = []
    types: list[Type] = []
    inner: list[str] = []
    position = 0
    for index, (argument, type_) in enumerate(parameters):
        span = Span.of(declaration.source, argument)
        if is_context(type_):
            if index:
                checker.report(context_first(span))
                return None
            fields.append(None)
            types.append(context)
            inner.append("")
            continue
        made = incoming_type(checker, declaration, argument, type_, Space.USER if user else Space.UNTRUSTED)
        if made is None:
            return None
        if argument.arg == "ret" and not returning and "session" not in kind.decorator:
            checker.report(BadParameter(span, "`ret` is what a function returns, and it has only been called",
                                        "there is no result yet", "give an argument another name; the result is there "
                                        f"in a `@{_RETURNING.get(base, base)}` program"))
            return None
        if argument.arg == "ret":
            register = contexts.RESULT_REGISTER[arch]
            inner.append("")
        elif returning:
            checker.report(BadParameter(span, f"`{argument.arg}` is not there any more when the function returns",
                                        "its register has been used for other values",
                                        "take `ret` alone; keep arguments in a map, from a probe at the entry"))
            return None
        elif position < len(registers):
            register = registers[position]
            calls = contexts.SYSCALL_REGISTERS[arch]
            inner.append(calls[position] if position < len(calls) else "")
            position += 1
        else:
            checker.report(BadParameter(span, f"argument {position + 1} is not passed in a register", "declared here",
                                        "read it from the stack by a probe"))
            return None
        fields.append(register_field(row, register))
        types.append(made)
    readers = [None if field is None else reader_of(field) for field in fields]
    if kind.decorator == "ksyscall" and position:
        if position > len(contexts.SYSCALL_REGISTERS[arch]):
            checker.report(BadParameter(declaration.span, f"`{declaration.name}` has {position} arguments",
                                        "a system call has at most six", "remove those behind the sixth"))
            return None
        has_wrapper = checker.variable(GlobalDeclaration(
            _WRAPPER, declaration.span, BOOL, ".kconfig", bytes(1), True, Extern(layout.BOOL, False, True)))
        helper = checker.helper("bpf_probe_read_kernel")
        struct = StructType(contexts.inner_registers(arch))
        first = register_field(row, contexts.ARGUMENT_REGISTERS[arch][0])

        def wrapped(direct: Reader, register: str, base: Expression) -> Expression:
            """The parameter from the registers of user space where there is a wrapper, else from our own."""
            span = base.span
            regs = PointerFromNumber(Reference(struct, Space.UNTRUSTED), span,
                                     Read(U64, span, ContextPlace(U64, span, base, first)))
            place = _inner_place(regs, struct, register)
            behind = ProbeRead(U64, span, AddressOf(Reference(U64, Space.UNTRUSTED), span, place), helper, U64)
            return Conditional(U64, span, Read(BOOL, span, GlobalPlace(BOOL, span, has_wrapper)), behind, direct(base))

        readers = [None if read is None else partial(wrapped, read, register)
                   for read, register in zip(readers, inner, strict=True)]
    return Incoming(context, tuple(readers), tuple(types))


def processor(checker: ModuleChecker, declaration: FunctionDeclaration, target_arch: str) -> str | None:
    """The target's processor; None, which was reported, for one whose registers are not known."""
    arch = contexts.architecture(target_arch)
    if arch is None:
        known = ", ".join(contexts.ARCHITECTURES)
        checker.report(UnsupportedKind(declaration.span, f"typed arguments for the processor {target_arch}",
                                       f"this version knows those of {known}"))
    return arch


def context_first(span: Span) -> BadParameter:
    return BadParameter(span, "the context is not the first parameter", "declared here", "write `ctx: pt_regs` first")


def _inner_place(regs: Expression, struct: StructType, register: str) -> Place:
    """Where the kernel's struct pt_regs has a register: `di`, `regs[2]`, `psw.addr`."""
    assert isinstance(regs.type, Reference)
    name, _, index = register.partition("[")
    type_: Type = struct
    path: list[int] = []
    for part in name.split("."):
        assert isinstance(type_, StructType)
        path.append(next(i for i, field in enumerate(type_.layout.fields) if field.name == part))
        type_ = from_layout(type_.layout.fields[path[-1]].type)
    place = FieldPlace(type_, regs.span, regs, struct, tuple(path))
    if not isinstance(type_, ArrayType):
        return place
    array = AddressOf(Reference(type_, regs.type.space), regs.span, place)
    return ElementPlace(U64, regs.span, array, IntegerConstant(U32, regs.span, int(index[:-1])), type_.count)


def register_field(row: Context, name: str) -> ContextField:
    """The field of a context that a register's name, `di`, `regs[2]` or `psw.addr`, means."""
    base, _, index = name.replace(".", "_").partition("[")
    field = next(item for item in row.fields if item.name == base)
    if not index:
        return field
    return ContextField(name, "u64", field.offset + 8 * int(index[:-1]), 8)


def accessor(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    """`PT_REGS_PARM1(ctx)`, `PT_REGS_RC(regs)`, ...: a register by what it is for, on every processor.

    Those that a probe gets as its context are UAPI (`bpf_user_pt_regs_t`), at offsets that never change. Those behind
    any other pointer are the kernel's own struct, whose offsets the loader finds out.
    """
    from .calls import positional
    from .expressions import value

    span = c.span(node)
    if not positional(c, node, name, 1):
        return error_at(span)
    regs = value(c, node.args[0])
    if is_error(regs):
        return error_at(span)
    arch = contexts.architecture(c.module.target_arch)
    if arch is None or not _has_registers(regs.type):
        c.report(NotAReference(regs.span, ast.unparse(node.args[0]), describe(regs),
                               f"{name} takes the registers that a probe gets, `ctx: pt_regs`, or a pointer to the "
                               "kernel's `pt_regs`"))
        return error_at(span)
    register = contexts.register_for(arch, name.removeprefix("PT_REGS_"))
    if register is None:
        c.report(NotAReference(span, name, f"not passed in a register on {c.module.target_arch}",
                               "read it from the stack by a probe"))
        return error_at(span)
    regs = not_none(c, regs)
    if is_error(regs):
        return error_at(span)
    assert isinstance(regs.type, Reference)
    if isinstance(regs.type.target, ContextType):
        return Read(U64, span, ContextPlace(U64, span, regs, register_field(regs.type.target.row, register)))
    struct = StructType(contexts.inner_registers(arch))
    place = _inner_place(Reinterpret(Reference(struct, regs.type.space), span, regs), struct, register)
    if regs.type.space in kernel.LOADED:
        return Read(U64, span, place)
    helper = c.module.helper("bpf_probe_read_kernel")
    return ProbeRead(U64, span, AddressOf(Reference(U64, regs.type.space), span, place), helper, U64)


def _has_registers(type_: Type) -> bool:
    """Whether something is the context of a probe, or a pointer to the registers that the kernel kept."""
    if not isinstance(type_, Reference):
        return False
    if isinstance(type_.target, ContextType):
        return type_.target.name == "pt_regs"
    return type_.space in (*kernel.LOADED, Space.UNTRUSTED) and isinstance(type_.target, StructType) \
        and type_.target.layout.kernel and essential(type_.target.name) == "pt_regs"
