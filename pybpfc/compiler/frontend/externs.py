"""Declarations of what the kernel provides: `kconfig(...)` and `ksym(...)`, compared with the kernel's own types."""

from __future__ import annotations

from typing import Any

from pybpfc_runtime import layout
from pybpfc_runtime.btf import types
from pybpfc_runtime.values import DeclarationError, value_type

from ... import kernel_btf
from ...externs import ExternVariable
from ..source import Span
from ..tree import Extern, GlobalDeclaration
from ..types import StructType, Type, from_layout

_PER_CPU = ".data..percpu"  # DATASEC of the kernel's BTF: include/asm-generic/percpu.h


def extern_declaration(value: ExternVariable, annotated: layout.AnyType, span: Span) -> GlobalDeclaration:
    """The declaration of an extern.

    Args:
        value: what the module made.
        annotated: the type of the module-level annotation.
        span: the declaration.

    Raises:
        DeclarationError: the types do not agree with each other, with what an extern can be, or with the kernel.
    """
    name = f"{value.symbol}"
    written = layout.U64 if value.type is None else value_type(value.type, name)
    type_ = from_layout(annotated)
    if from_layout(written) != type_ or isinstance(written, layout.EnumType) != isinstance(annotated, layout.EnumType):
        raise DeclarationError(f"{value.name} is annotated as {annotated.name}, and declared as {written.name}: "
                               f"write the same type twice, as in `{value.name}: {written.name} = ...`")
    if value.section == ".kconfig":
        _check_config(name, written)
        extern = Extern(written, value.optional, True)
        return _declared(name, span, type_, value.section, written.size, extern)
    if value.type is None:
        return _declared(name, span, type_, value.section, 1, Extern(None, value.optional, False))
    if not isinstance(written, (layout.IntegerType, layout.EnumType, layout.StructType)):
        raise DeclarationError(f"ksym {name} cannot be a {written.name}: an integer type or a kernel struct")
    found, per_cpu = _in_btf(name, written)
    size = 1 if isinstance(type_, StructType) else written.size
    return _declared(name, span, type_, value.section, size, Extern(written, value.optional, found, per_cpu))


def _declared(name: str, span: Span, type_: Type, section: str, size: int, extern: Extern) -> GlobalDeclaration:
    return GlobalDeclaration(name, span, type_, section, bytes(size), True, extern)


def _check_config(name: str, written: Any) -> None:
    if isinstance(written, layout.StringType):
        return
    if isinstance(written, layout.EnumType) and written.name == "libbpf_tristate":
        return
    if isinstance(written, layout.IntegerType) and not written.big_endian and (
            written.is_bool or written.bits > 8 or not written.signed):
        return
    raise DeclarationError(f"a configuration value ({name}) cannot be a {written.name}: it is a bool, a "
                           "libbpf_tristate, a u8 (one character), an integer of 16 to 64 bits or Annotated[Str, n]")


def _in_btf(name: str, written: layout.AnyType) -> tuple[bool, bool]:
    """Whether the kernel's types have the variable, and whether each processor has one of its own."""
    kernel = kernel_btf.current().btf
    number = kernel.find(types.BTF_KIND_VAR, name)
    variable = kernel.type(number) if number is not None else None
    if not isinstance(variable, types.Var):
        return False, False
    section = kernel.find(types.BTF_KIND_DATASEC, _PER_CPU)
    described = kernel.type(section) if section is not None else None
    per_cpu = isinstance(described, types.Datasec) and any(type_id == number for type_id, _, _ in described.variables)
    _, theirs = kernel.resolve(variable.type)
    if isinstance(written, layout.StructType):
        if not isinstance(theirs, (types.Struct, types.Union_)) or theirs.name != written.name:
            raise DeclarationError(f"ksym {name} is declared as {written.name}, in the kernel it is "
                                   f"`{kernel_btf.current().types.c_name(variable.type)} {name}`")
    elif isinstance(theirs, (types.Struct, types.Union_, types.Array)) or getattr(theirs, "size", 8) != written.size:
        raise DeclarationError(f"ksym {name} is declared as {written.name}, in the kernel it is "
                               f"`{kernel_btf.current().types.c_name(variable.type)} {name}`")
    return not isinstance(theirs, types.Ptr), per_cpu
