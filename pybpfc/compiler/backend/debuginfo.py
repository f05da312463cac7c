"""Debug info of a module beyond its types: files, functions, globals, places.

LLVM drops *all* debug info with a mere warning when one part of it is malformed; codegen treats that
warning as a failure. Every function and every call must have a place, every argument a name.
Source: https://llvm.org/docs/SourceLevelDebugging.html; what becomes BTF: llvm/lib/Target/BPF/BTFDebug.cpp.
"""

from __future__ import annotations

import re

from pybpfc_runtime import layout

from ...kernel_functions import Signature
from ...tables.rows import KernelFunction
from .. import types
from ..errors import InternalError
from ..ir import module as ir
from ..source import SourceFile, Span
from .debugtypes import DebugTypes
from .metadata import Metadata
from .text import quoted

_MAXIMUM_COLUMN = (1 << 10) - 1  # BTF line info keeps the column in ten bits: include/uapi/linux/btf.h
_LINE_BREAK = re.compile(r"\r\n|\r")


class DebugInfo:
    """Builds the metadata of one module while its functions are emitted."""

    def __init__(self, module: ir.Module) -> None:
        self._metadata = Metadata()
        self.types = DebugTypes(self._metadata, _relocatable_fields(module), _matched(module),
                                {table.struct: table.signatures for table in module.tables})
        self._files: dict[SourceFile, str] = {}
        self._unit = self._metadata.reserve()
        self._module_file = self._first_file(module)
        self._globals: list[str] = []
        self._places: dict[tuple[str, SourceFile, int, int], str] = {}
        self._first: tuple[str, str, list[str]] | None = None  # the first function, its retained nodes and arguments

    def file(self, source: SourceFile) -> str:
        """The node of a source file; its whole text goes along, for LLVM quotes lines in BTF."""
        known = self._files.get(source)
        if known is None:
            text = _LINE_BREAK.sub("\n", source.text)
            known = self._files[source] = self._metadata.add(
                f'!DIFile(filename: {quoted(self._file_name(source))}, directory: "", source: {quoted(text)})')
        return known

    def _file_name(self, source: SourceFile) -> str:
        """LLVM keeps the lines of a file by its name: two files of one name must not share it."""
        same = sum(other.display == source.display and other.text != source.text for other in self._files)
        return f"{source.display}#{same + 1}" if same else source.display

    def subprogram(self, function: ir.Function) -> str:
        """The node of a function's definition; the scope of all places in it."""
        source = function.span.source
        file, line = self.file(source), function.span.line
        result = function.result
        signature = [self.types.plain_int() if result == types.S32 else self.types.of(result)]
        signature += [self.types.of(parameter.type) for parameter in function.parameters]
        node = self._metadata.reserve()
        arguments = []
        for number, parameter in enumerate(function.parameters):
            if not parameter.name:
                raise InternalError(f"argument {number + 1} of {function.name} has no name", function.span)
            tags = ", ".join(self._metadata.add(f'!{{!"btf_decl_tag", !{quoted(tag)}}}') for tag in parameter.tags)
            annotations = f", annotations: {self._metadata.add(f'!{{{tags}}}')}" if tags else ""
            arguments.append(self._metadata.add(
                f"!DILocalVariable(name: {quoted(parameter.name)}, arg: {number + 1}, scope: {node}, file: {file}, "
                f"line: {line}, type: {signature[number + 1]}{annotations})"))
        prototype = self._metadata.add(f"!DISubroutineType(types: !{{{', '.join(signature)}}})")
        retained = f"!{{{', '.join(arguments)}}}"
        if self._first is None:
            retained = self._metadata.reserve()
            self._first = node, retained, arguments
        local = "DISPFlagLocalToUnit | " if function.linkage is ir.Linkage.STATIC else ""
        self._metadata.define(
            node, f"distinct !DISubprogram(name: {quoted(function.name)}, scope: {file}, file: {file}, line: {line}, "
                  f"type: {prototype}, scopeLine: {line}, flags: DIFlagPrototyped, "
                  f"spFlags: {local}DISPFlagDefinition | DISPFlagOptimized, unit: {self._unit}, "
                  f"retainedNodes: {retained})")
        return node

    def _finish_first(self) -> None:
        """Have BTF describe what the program's lists and trees hold, also where no code names it.

        LLVM describes the types of a function's arguments, which it finds by their numbers among the retained nodes.
        Numbers behind the last parameter add types to BTF and nothing else.
        """
        if self._first is None:
            return
        node, retained, arguments = self._first
        objects = [self._metadata.add(f"!DILocalVariable(name: \"object\", arg: {number}, scope: {node}, "
                                      f"file: {self._module_file}, line: 1, type: {type_})")
                   for number, type_ in enumerate(self.types.contained, len(arguments) + 1)]
        self._metadata.define(retained, f"!{{{', '.join(arguments + objects)}}}")

    def kernel_function(self, function: KernelFunction) -> str:
        """The node of a declaration: BTF gets an extern function with this prototype."""
        if isinstance(function.prototype, Signature):
            prototype = self.types.kernel_prototype(function.prototype)
        else:
            signature = [self.types.word(function.result), *map(self.types.word, function.arguments)]
            prototype = self._metadata.add(f"!DISubroutineType(types: !{{{', '.join(signature)}}})")
        return self._metadata.add(f"!DISubprogram(name: {quoted(function.name)}, type: {prototype}, "
                                  "flags: DIFlagPrototyped, spFlags: DISPFlagOptimized)")

    def place(self, span: Span, subprogram: str, home: SourceFile) -> str:
        """The node of a place in a function whose own file is `home`; an inlined body may come from another."""
        key = (subprogram, span.source, span.line, span.column)
        known = self._places.get(key)
        if known is None:
            scope = subprogram
            if span.source is not home:
                scope = self._metadata.add(f"!DILexicalBlockFile(scope: {subprogram}, file: {self.file(span.source)}, "
                                           "discriminator: 0)")
            column = min(span.column, _MAXIMUM_COLUMN)
            known = self._places[key] = self._metadata.add(
                f"!DILocation(line: {span.line}, column: {column}, scope: {scope})")
        return known

    def global_variable(self, name: str, type_: str, span: Span | None, local: bool = False, *,
                        defined: bool = True) -> str:
        """The node that goes to a global as its `!dbg`; LLVM makes BTF's VAR and DATASEC of it."""
        file = self._module_file if span is None else self.file(span.source)
        variable = self._metadata.add(
            f"distinct !DIGlobalVariable(name: {quoted(name)}, scope: {self._unit}, file: {file}, "
            f"line: {1 if span is None else span.line}, type: {type_}, isLocal: {str(local).lower()}, "
            f"isDefinition: {str(defined).lower()})")
        node = self._metadata.add(f"!DIGlobalVariableExpression(var: {variable}, expr: !DIExpression())")
        if defined:
            self._globals.append(node)
        return node

    def map_definition(self, definition: ir.MapDefinition) -> str:
        """The struct that libbpf reads a map's properties from: a number n is a pointer to `int[n]`.

        Loaders look at n alone, so the number of a ring buffer's map type is a pointer to `Event[n]`: it tells user
        space what the records are.
        """
        members = []
        for member in definition.members:
            if member.number is not None:
                element = self.types.plain_int() if member.type is None else self.types.declared(member.type,
                                                                                                 member.described)
                size = 4 if member.type is None else member.type.size
                target = self.types.array(element, member.number, size * member.number)
            elif member.type is not None:
                target = self.types.declared(member.type, member.described)
            else:
                raise InternalError(f"member {member.name} of map {definition.name} says nothing", definition.span)
            members.append((member.name, self.types.pointer(target)))
        held: str | None = None
        if definition.inner is not None:
            held = self.map_definition(definition.inner)
        elif definition.slots:
            held = self.types.function_type()  # of a program
        return self.types.anonymous_struct(members, None if held is None else self.types.pointer(held))

    def finish(self) -> list[str]:
        """The metadata lines of the module."""
        self.types.finish()
        self._finish_first()
        self._metadata.define(
            self._unit, f'distinct !DICompileUnit(language: DW_LANG_C11, file: {self._module_file}, '
                        'producer: "pybpfc", isOptimized: true, runtimeVersion: 0, emissionKind: FullDebug, '
                        f"globals: !{{{', '.join(self._globals)}}}, splitDebugInlining: false, nameTableKind: None)")
        flags = [self._metadata.add('!{i32 7, !"Dwarf Version", i32 5}'),
                 self._metadata.add('!{i32 2, !"Debug Info Version", i32 3}')]
        return [f"!llvm.dbg.cu = !{{{self._unit}}}", f"!llvm.module.flags = !{{{', '.join(flags)}}}",
                *self._metadata.lines()]

    def _first_file(self, module: ir.Module) -> str:
        spans = [declared.span for declared in module.functions]
        spans += [declared.span for declared in module.maps]
        spans += [declared.span for declared in module.variables]
        spans += [declared.span for declared in module.tables]
        if spans:
            return self.file(spans[0].source)
        return self._metadata.add(f'!DIFile(filename: {quoted(module.name)}, directory: "", source: "")')


def _relocatable_fields(module: ir.Module) -> dict[layout.StructType, set[int]]:
    """The structs that are accessed through CO-RE, with the fields that are, in the order of their use."""
    found: dict[layout.StructType, set[int]] = {}
    for function in module.functions:
        for instruction in function.instructions():
            if isinstance(instruction, ir.FieldAddress) and instruction.relocatable:
                found.setdefault(instruction.struct.layout, set()).add(instruction.index)
    return found


def _matched(module: ir.Module) -> list[layout.StructType]:
    """The structs that the program asks `type_matches` of."""
    return [instruction.subject for function in module.functions for instruction in function.instructions()
            if isinstance(instruction, ir.TypeInfo) and instruction.fact is ir.TypeFact.MATCHES
            and isinstance(instruction.subject, layout.StructType)]
