"""ir.Module to LLVM text: maps, globals, strings, license, functions, debug info."""

from __future__ import annotations

from pybpfc_runtime import layout

from ...tables.rows import KernelFunction
from ..errors import InternalError
from ..ir import module as ir
from ..source import Span
from .debuginfo import DebugInfo
from .debugtypes import NULL
from .emit_function import FunctionEmitter
from .text import quoted, register_type, symbol

KCONFIG = ".kconfig"
LICENSE = "LICENSE"  # the symbol in section "license"; loaders go by the section
STRING_PREFIX = "string."  # `string.0`, `string.1`, ...: no name of the source has a dot

_HEADER = (
    'target datalayout = "e-m:e-p:64:64-i64:64-i128:128-n32:64-S128"',
    'target triple = "bpfel"',
)
# nounwind: else .eh_frame. no-builtins: a zeroing loop would become a call of memset, which BPF lacks.
# no-jump-tables: v4 makes tables for a switch that loaders refuse.
_ATTRIBUTES = 'attributes #0 = { nounwind "frame-pointer"="all" "no-builtins" "no-jump-tables"="true" }'


def emit(module: ir.Module, cpu: str) -> str:
    """The module as LLVM text, the same for the same module: nothing depends on addresses or hashes.

    Args:
        module: the verified IR.
        cpu: "v1" to "v4"; it decides only which register names asm statements may use.

    Raises:
        InternalError: the IR breaks a promise of its own.
    """
    return ModuleEmitter(module, cpu).emit()


class ModuleEmitter:
    """What the functions of one module share while they are emitted."""

    def __init__(self, module: ir.Module, cpu: str) -> None:
        self.cpu = cpu
        self.debug = DebugInfo(module)
        self._module = module
        self._functions = {function.name: function for function in module.functions}
        self._strings: dict[bytes, str] = {}
        self._string_lines: list[str] = []
        self._declarations: dict[str, str] = {}
        self._sequence = 0

    def emit(self) -> str:
        module = self._module
        globals_ = [self._map(definition) for definition in module.maps]
        globals_ += [self._variable(variable) for variable in module.variables]
        globals_ += [self._table(table) for table in module.tables]
        used = [symbol(name) for name in (*(one.name for one in module.maps), *(one.name for one in module.tables))]
        if module.license is not None:
            globals_.append(self._license(module.license))
            used.append(symbol(LICENSE))
        functions: list[str] = []
        for function in module.functions:
            functions += ["", *FunctionEmitter(self, function).emit()]
        lines = [f"; ModuleID = {quoted(module.name)}", f"source_filename = {quoted(module.name)}", *_HEADER, "",
                 *globals_, *self._string_lines]
        if used:
            kept = ", ".join(f"ptr {name}" for name in used)
            lines.append(f"@llvm.compiler.used = appending global [{len(used)} x ptr] [{kept}], "
                         'section "llvm.metadata"')
        lines += [*functions, "", *(f"declare {text}" for text in self._declarations.values()), "", _ATTRIBUTES, "",
                  *self.debug.finish(), ""]
        return "\n".join(lines)

    def declared(self, name: str, declaration: str) -> str:
        """The name of an intrinsic, which is declared at the end of the module."""
        self._declarations.setdefault(name, declaration)
        return name

    def function(self, name: str, span: Span) -> ir.Function:
        """The function of this module that a call names."""
        try:
            return self._functions[name]
        except KeyError:
            raise InternalError(f"{name} is called but not in the module", span) from None

    def kernel_function(self, function: KernelFunction) -> str:
        """The symbol of a kernel function, which is declared at the end of the module, in `.ksyms`; a weak one where
        the program asks whether it exists."""
        name = symbol(function.name)
        if name not in self._declarations:
            uses = (item for one in self._module.functions for item in one.instructions()
                    if isinstance(item, (ir.KernelCall, ir.KernelFunctionTest)))
            calls = [item for item in uses if item.function.name == function.name]
            called = next((item for item in calls if isinstance(item, ir.KernelCall)), None)
            weak = "extern_weak " if any(isinstance(item, ir.KernelFunctionTest) for item in calls) else ""
            taken = "" if called is None else ", ".join(register_type(argument.type) for argument in called.arguments)
            result = "void" if called is None else register_type(called.type)
            self._declarations[name] = (f"!dbg {self.debug.kernel_function(function)} {weak}dso_local "
                                        f"{result} {name}({taken}) section \".ksyms\"")
        return name

    def sequence(self) -> int:
        """A number that no other CO-RE call of the module has: equal ones would be merged."""
        self._sequence += 1
        return self._sequence - 1

    def enum_text(self, info: ir.EnumInfo) -> str:
        """The constant that names an enum's member to LLVM, as `NAME:VALUE`; it does not reach the object."""
        members: dict[str, int] = info.enumeration.enum_class.__members__  # type: ignore[attr-defined]
        value = layout.S64.wrap(int(members[info.member]))  # LLVM reads a signed number, and dies of larger ones
        name = f"@enum.{len(self._string_lines)}"
        text = _bytes(f"{info.member}:{value}".encode() + bytes(1))
        self._string_lines.append(f"{name} = private unnamed_addr constant {text}")
        return name

    def string(self, text: bytes, span: Span) -> str:
        """The symbol of constant bytes in .rodata; equal bytes are kept once."""
        known = self._strings.get(text)
        if known is None:
            name = f"{STRING_PREFIX}{len(self._strings)}"
            known = self._strings[text] = symbol(name)
            element = self.debug.types.qualified("const", self.debug.types.char())
            node = self.debug.global_variable(name, self.debug.types.array(element, len(text), len(text)), span,
                                              local=True)
            self._string_lines.append(f"{known} = internal constant {_bytes(text)}, section \".rodata\", align 1, "
                                      f"!dbg {node}")
        return known

    @staticmethod
    def quoted_section(function: ir.Function) -> str:
        return quoted(function.section)

    def _map(self, definition: ir.MapDefinition) -> str:
        node = self.debug.global_variable(definition.name, self.debug.map_definition(definition), definition.span)
        # `values` stands last and has as many elements as there are initial slots
        held = dict(definition.slots)
        values = [f"ptr {symbol(held[slot]) if slot in held else 'null'}" for slot in range(max(held, default=-1) + 1)]
        types = ", ".join(["ptr" for _ in definition.members] + [f"[{len(values)} x ptr]"] * bool(values))
        initial = "zeroinitializer"
        if values:
            members = "".join("ptr null, " for _ in definition.members)
            initial = f"{{ {members}[{len(values)} x ptr] [{', '.join(values)}] }}"
        return (f"{symbol(definition.name)} = dso_local global {{ {types} }} {initial}, section \".maps\", "
                f"align 8, !dbg {node}")

    def _table(self, table: ir.FunctionTable) -> str:
        """The struct as bytes, with addresses of programs between them."""
        node = self.debug.global_variable(table.name, self.debug.types.of_layout(table.struct), table.span)
        parts: list[str] = []
        at = 0
        for offset, name in sorted(table.functions):
            parts += [_bytes(table.initial[at:offset])] * (offset > at) + [f"ptr {symbol(name)}"]
            at = offset + 8
        parts += [_bytes(table.initial[at:])] * (at < len(table.initial))
        types = ", ".join(part.partition("] ")[0] + "]" if part.startswith("[") else "ptr" for part in parts)
        return (f"{symbol(table.name)} = dso_local global <{{ {types} }}> <{{ {', '.join(parts)} }}>, "
                f"section {quoted(table.section)}, align 8, !dbg {node}")

    def _variable(self, variable: ir.GlobalVariable) -> str:
        if variable.extern is not None:
            return self._extern(variable, variable.extern)
        if len(variable.initial) != variable.type.size:
            raise InternalError(f"{variable.name} has {len(variable.initial)} initial bytes, its type "
                                f"{variable.type.size}", variable.span)
        type_ = self.debug.types.declared(variable.type, variable.described)
        if variable.constant:  # as C's `const volatile`: the loader may set it before load
            type_ = self.debug.types.qualified("const", self.debug.types.qualified("volatile", type_))
        node = self.debug.global_variable(variable.name, type_, variable.span)
        # Reads through a reference are not volatile: LLVM must not take the initial value for the value.
        kind = "externally_initialized constant" if variable.constant else "global"
        hidden = "hidden " if variable.hidden else ""
        return (f"{symbol(variable.name)} = dso_local {hidden}{kind} "
                f"{_bytes(variable.initial)}, section {quoted(variable.section)}, "
                f"align {variable.type.align}, !dbg {node}")

    def _extern(self, variable: ir.GlobalVariable, extern: ir.Extern) -> str:
        types = self.debug.types
        if extern.described is None:
            described = types.qualified("const", NULL)  # only the address is wanted: C's `extern const void`
        elif (variable.section == KCONFIG and isinstance(extern.described, layout.IntegerType)
              and not extern.described.is_bool):
            # as C has them: cilium/ebpf refuses LINUX_KERNEL_VERSION with a qualifier or behind a typedef
            described = types.c_integer(extern.described.bits, extern.described.signed)
        else:
            described = types.of_layout(extern.described)
        node = self.debug.global_variable(variable.name, described, variable.span, defined=False)
        weak = "extern_weak" if extern.weak else "external"
        return (f"{symbol(variable.name)} = {weak} dso_local global [{len(variable.initial)} x i8], "
                f"section {quoted(variable.section)}, align {variable.type.align}, !dbg {node}")

    def _license(self, text: str) -> str:
        raw = text.encode() + b"\0"
        array = self.debug.types.array(self.debug.types.char(), len(raw), len(raw))
        node = self.debug.global_variable(LICENSE, array, None)
        return f"{symbol(LICENSE)} = dso_local global {_bytes(raw)}, section \"license\", align 1, !dbg {node}"


def _bytes(raw: bytes) -> str:
    initial = f"c{quoted(raw)}" if any(raw) else "zeroinitializer"
    return f"[{len(raw)} x i8] {initial}"
