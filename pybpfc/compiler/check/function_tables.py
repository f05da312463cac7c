"""Tables of functions, `StructOpsMap[tcp_congestion_ops](values={...})`, compared with the kernel's types.

A table is a variable in a section of its own: a struct of the kernel's in which pointers to functions are relocations
against programs. Loaders match its members with those of the running kernel by name. The prototype of a member types
the arguments and the result of the program in it.

Source: Documentation/bpf/libbpf/program_types.rst, kernel/bpf/bpf_struct_ops.c: a kind is registered as
`struct bpf_struct_ops_NAME`, and the parameters of the stub `NAME__member` say by their ending what they may be.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from pybpfc_runtime import layout
from pybpfc_runtime.btf import types as btf_types
from pybpfc_runtime.layout import CodecError

from ... import constants, kernel_btf, kernel_functions
from ...declarations import Function
from ...kernel_functions import Signature
from ...maps import Map
from ...record import record
from ...tables import struct_ops
from ..diagnostics.declarations import BadDeclaration
from ..tree import FunctionTable, MapDeclaration
from ..types import Reference, Space, StructType, Type, from_layout

if TYPE_CHECKING:
    from .module import ModuleChecker

SECTION = ".struct_ops"
_VALUE_PREFIX = "bpf_struct_ops_"


@record
class Member:
    """The place of a program in a table: what it is called with and what it gives back."""

    table: MapDeclaration
    struct: str
    name: str
    signature: Signature

    @property
    def prototype(self) -> kernel_functions.Prototype:
        """Its types; a stub that the kernel has for the member tells more of the parameters' names."""
        kernel = self.signature.kernel
        found = kernel_functions.prototype(f"{self.struct}__{self.name}", kernel) \
            or kernel_functions.of_signature(self.signature)
        parameters = tuple((name, _handed(kernel, struct_ops.argument_struct(self.struct, self.name, name)) or type_)
                           for name, type_ in found.parameters)
        return found._replace(parameters=parameters)

    @property
    def result(self) -> Type | None:
        """None for void; a pointer to a struct may be NULL, whatever it is a reference to."""
        found = self.prototype.result
        if isinstance(found, layout.PointerType) and isinstance(found.target, layout.StructType):
            return Reference(StructType(found.target), Space.TRUSTED, nullable=True)
        return None if found is None else from_layout(found)


def _handed(kernel: kernel_btf.KernelBtf, struct: str) -> layout.PointerType | None:
    """A pointer to the struct that programs get in place of what the prototype says."""
    number = kernel.btf.find(btf_types.BTF_KIND_STRUCT, struct) if struct else None
    return None if number is None else layout.PointerType(kernel.types.value_type(number))


def function_table(checker: ModuleChecker, map_: MapDeclaration) -> tuple[FunctionTable | None, list[Member | None]]:
    """A table and, for each of its values, the member that a program fills, None for data; problems are reported."""
    declared = map_.declared
    assert isinstance(declared, Map)
    described = getattr(declared.value_annotation, "__pybpfc_type__", None)
    if not isinstance(described, layout.StructType) or not described.kernel or described.declared:
        named = getattr(declared.value_annotation, "__name__", repr(declared.value_annotation))
        checker.tables_failed = True
        checker.report(BadDeclaration(map_.span, f"StructOpsMap[{named}]: the type is a struct of functions that the "
                                      "kernel has, such as tcp_congestion_ops of pybpfc.vmlinux"))
        return None, []
    kernel = next((each for each in kernel_btf.sources() if each.btf.find(
        btf_types.BTF_KIND_STRUCT, _VALUE_PREFIX + described.name) is not None), None)
    found = kernel.btf.find(btf_types.BTF_KIND_STRUCT, described.name) if kernel is not None else None
    if kernel is None or found is None:
        checker.tables_failed = True
        kernel = kernel_btf.current()
        near = [name.removeprefix(_VALUE_PREFIX) for name in kernel.btf.names_like(
            _VALUE_PREFIX + described.name, (btf_types.BTF_KIND_STRUCT,)) if name.startswith(_VALUE_PREFIX)]
        hint = difflib.get_close_matches(described.name, near, 1)
        checker.report(BadDeclaration(
            map_.span, f"the kernel takes no table of {described.name} ({kernel.source} has no struct {_VALUE_PREFIX}"
            f"{described.name})" + (f"; did you mean {hint[0]}?" if hint else "")))
        return None, []
    struct = kernel.btf.type(found)
    assert isinstance(struct, btf_types.Struct)
    signatures = {member.name: Signature(kernel, proto) for member in struct.members
                  if (proto := _function(kernel, member.type)) is not None}
    fields = {field.name: field for field in described.fields if field.name}
    data = bytearray(described.size)
    functions: list[tuple[int, str]] = []
    members: list[Member | None] = []
    for name, value in (declared.values or {}).items():
        field = fields.get(name)
        if field is None:
            near = difflib.get_close_matches(str(name), fields, 1)
            checker.report(BadDeclaration(map_.entry(name), f"{described.name} has no member {name!r}" + (
                f"; did you mean {near[0]!r}?" if near else "")))
            continue
        if name in signatures:
            if not isinstance(value, Function) or not value.kind.startswith("struct_ops"):
                checker.report(BadDeclaration(map_.entry(name), f"{name} of {described.name} is a function: put a "
                                              "program decorated with `@struct_ops` in"))
                continue
            functions.append((field.offset, value.name))
            members.append(Member(map_, described.name, name, signatures[name]))
            continue
        problem = _store(data, field, value)
        if problem:
            checker.report(BadDeclaration(map_.entry(name), f"{name} of {described.name}: {problem}"))
        members.append(None)
    section = SECTION + (".link" if declared.map_flags & constants.BPF_F_LINK else "")
    return FunctionTable(map_.name, map_.span, described, section, bytes(data), tuple(functions), signatures), members


def _function(kernel: kernel_btf.KernelBtf, type_id: int) -> int | None:
    """The FUNC_PROTO that a member points at."""
    _, pointer = kernel.btf.resolve(type_id)
    if not isinstance(pointer, btf_types.Ptr):
        return None
    number, pointed = kernel.btf.resolve(pointer.type)
    return number if isinstance(pointed, btf_types.FuncProto) else None


def _store(data: bytearray, field: layout.Field, value: Any) -> str:
    """Put a member that is no function into the table; why that is not possible."""
    if isinstance(value, Function):
        return f"it is no function, but a {field.type.name}"
    if field.bits or isinstance(field.type, layout.PointerType):
        return "loaders leave pointers and bit fields alone; leave it out"
    try:
        data[field.offset : field.offset + field.type.size] = field.type.encode(value)
    except (CodecError, TypeError) as error:
        return str(error)
    return ""
