"""Stubs of kernel types, so that editors complete their fields and checkers know them: the text of a `.pyi`.

Pointers to structs are `T | Any`: a chain of trusted pointers needs no tests between hops, so `T | None` would be
wrong, and yet a test for None must not be called superfluous. Members of anonymous structs and unions appear as
the outer struct's own, as in C.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Sequence
from typing import Any

from pybpfc_runtime import layout, values
from pybpfc_runtime.layout import AnyType, ArrayType, EnumType, IntegerType, PointerType, StringType, StructType

from .kernel_types import KernelTypes

# What the stubs that ship with the package hold: the types that programs name most often.
COMMON = (
    "task_struct", "cred", "mm_struct", "files_struct", "fs_struct", "signal_struct", "nsproxy", "pid", "upid",
    "pid_namespace", "net", "ns_common", "css_set", "cgroup", "kernfs_node", "file", "path", "dentry", "qstr", "inode",
    "super_block", "vfsmount", "filename", "linux_binprm", "vm_area_struct", "sock", "sock_common", "inet_sock",
    "tcp_sock", "socket", "sk_buff", "net_device", "request", "gendisk", "block_device", "bpf_map", "bpf_prog",
    "bpf_iter_meta", "bpf_iter__task", "seq_file", "trace_entry", "trace_event_raw_sys_enter",
    "trace_event_raw_sys_exit", "trace_event_raw_sched_switch", "trace_event_raw_sched_process_exec",
    "sched_ext_entity", "scx_exit_info", "scx_init_task_args", "Qdisc",
    "kuid_t", "kgid_t", "atomic_t", "list_head", "timespec64",
)

_NAMES = ("be16", "be32", "be64", "s8", "s16", "s32", "s64", "u8", "u16", "u32", "u64")


def stubs(kernel: KernelTypes, names: Sequence[str], *, command: str) -> str:
    """The text of a stub file.

    Args:
        kernel: the types.
        names: structs, unions, typedefs, enums and enumeration constants. Structs that they point at or hold, but
            that are not named here, are `Any`.
        command: how the file was made, for its first lines.

    Raises:
        UnknownKernelName, DeclarationError: the kernel has no such type, or several.
    """
    return _Writer(kernel, names).text(command)


class _Writer:
    def __init__(self, kernel: KernelTypes, names: Iterable[str]) -> None:
        self.found = {f"{name}_" if keyword.iskeyword(name) else name: kernel.lookup(name)
                      for name in dict.fromkeys(names)}
        self.classes: dict[int, str] = {}  # the layout's id → the class that stands for it
        for name, found in self.found.items():
            described = getattr(found, "__pybpfc_type__", None)
            if isinstance(described, (StructType, EnumType)) and isinstance(found, type):
                self.classes.setdefault(id(described), name)
        self.used: set[str] = set()
        self.aliases: dict[str, str] = {}
        self.own: set[str] = set()  # names of the language's own types, which the kernel has too

    def text(self, command: str) -> str:
        body = [self.definition(name, found) for name, found in self.found.items()]
        aliases = [f"{alias}: TypeAlias = {name}" for name, alias in sorted(self.aliases.items())]
        self.used.update(name for name in self.aliases if name in _NAMES)
        imported = [f"{name} as {name}" if name in self.own else name
                    for name in ("Addressed", "Array", "Ptr", "Str", *_NAMES) if name in self.used]
        head = ["# pyright: reportIncompleteStub=false",
                '"""Kernel types for editors and type checkers; at run time each name is looked up in BTF.', "",
                f"Written by `{command}`. A name that is not here is Any.", '"""', ""]
        imports = ["from enum import IntEnum"] if any("(IntEnum)" in part for part in body) else []
        imports += ["from builtins import bool as bool"] if "bool" in self.own else []
        typing = [name for name in ("Any", "Final", "TypeAlias")
                  if name == "Any" or (name == "TypeAlias" and (aliases or "TypeAlias" in "".join(body)))
                  or (name == "Final" and ": Final" in "".join(body))]
        imports += [f"from typing import {', '.join(typing)}", ""]
        if imported:
            imports += [f"from pybpfc_runtime.values import {', '.join(imported)}", ""]
        return "\n".join([*head, *imports, "def __getattr__(name: str) -> Any: ...", "",
                          *(["\n".join(aliases), ""] if aliases else []), "\n".join(filter(None, body))])

    def definition(self, name: str, found: Any) -> str:
        if isinstance(found, int) and not isinstance(found, type):
            return f"{name}: Final = {int(found)}\n"
        described = getattr(found, "__pybpfc_type__", None)
        if isinstance(described, (EnumType, StructType)):
            own = self.classes[id(described)]
            if own != name:
                return f"{name}: TypeAlias = {own}\n"
            return self.enum(name, described) if isinstance(described, EnumType) else \
                "\n".join(self.struct(name, described, "")) + "\n"
        shown = self.type(described, ()) if described is not None else "bool"
        if shown == name:
            self.own.add(name)
            return ""
        return f"{name}: TypeAlias = {shown}\n"

    def enum(self, name: str, described: EnumType) -> str:
        members: dict[str, int] = {member: int(value) for member, value in described.enum_class.__members__.items()}  # type: ignore[attr-defined]
        own = {member: value for member, value in members.items() if not keyword.iskeyword(member)}
        constants = [f"{member}: Final = {name}.{member}" for member in own if member not in self.found]
        return "\n".join([f"class {name}(IntEnum):", *(f"    {member} = {value}" for member, value in own.items()),
                          *constants]) + "\n"

    def struct(self, name: str, described: StructType, indent: str) -> list[str]:
        self.used.add("Addressed")
        lines = [f"{indent}class {name}(Addressed):"]
        members = self.members(described)
        own = {attribute for attribute, _ in members}
        for attribute, type_ in members:
            if not attribute.isidentifier():
                continue
            inner = type_.element if isinstance(type_, ArrayType) else type_
            if isinstance(inner, StructType) and not inner.name:
                nested = f"_{attribute}_t"
                lines += self.struct(nested, inner, indent + "    ")
                shown = f"Array[{nested}]" if isinstance(type_, ArrayType) else nested
                self.used.update(("Array",) if isinstance(type_, ArrayType) else ())
            else:
                shown = self.type(type_, own)
            lines.append(f"{indent}    {attribute}: {shown}")
        return lines if len(lines) > 1 else [f"{lines[0]} ..."]

    def members(self, described: StructType) -> list[tuple[str, AnyType]]:
        found: list[tuple[str, AnyType]] = []
        for field in described.fields:
            if field.attribute:
                found.append((field.attribute, field.type))
            elif isinstance(field.type, StructType):
                found.extend(self.members(field.type))
        return found

    def type(self, described: AnyType, own: Iterable[str]) -> str:
        """How a field's type is written; `own` are the fields of the class, which hide types of the same name."""
        if isinstance(described, IntegerType):
            return "bool" if described.is_bool else self.name(described.name, own)
        if isinstance(described, StringType):
            return self.name("Str", own)
        if isinstance(described, ArrayType):
            return f"{self.name('Array', own)}[{self.type(described.element, own)}]"
        if isinstance(described, PointerType):
            target = described.target
            if target is None or isinstance(target, layout.OpaqueType):
                return self.name("u64", own)
            if isinstance(target, (StructType, ArrayType, StringType)):
                shown = self.type(target, own)
                return shown if shown == "Any" else f"{shown} | Any"
            return f"{self.name('Ptr', own)}[{self.type(target, own)}]"
        named = self.classes.get(id(described))
        if named is not None:
            return self.name(named, own)
        return self.type(described.base, own) if isinstance(described, EnumType) else "Any"

    def name(self, name: str, own: Iterable[str]) -> str:
        if hasattr(values, name):
            self.used.add(name)
        if name not in own:
            return name
        return self.aliases.setdefault(name, f"_{name}")
