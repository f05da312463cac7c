"""A module's namespace to declarations: which programs, maps and globals there are, and their names."""

from __future__ import annotations

import ast
import importlib
import sys
import types
import typing
from collections.abc import Iterable, Iterator
from typing import Any

from pybpfc_runtime import layout
from pybpfc_runtime.layout import CodecError
from pybpfc_runtime.values import DeclarationError, check_own, evaluate, value_type

from ... import maps as language_maps
from ...declarations import Function, GlobalVariable
from ...map_declaration import objects_in
from ...record import record, replace
from ...tables import program_kinds
from ..diagnostics import CompileError, Diagnostic
from ..diagnostics.declarations import (
    BadDeclaration,
    BadLicense,
    DuplicateName,
    NoAnnotation,
    NoPrograms,
    NoSource,
    ProgramInContainer,
    Unbound,
)
from ..source import SourceFile, Span
from ..tree import GlobalDeclaration, MapDeclaration
from ..types import Type, from_layout
from .exported import import_of
from .externs import extern_declaration
from .parse import ParsedModule, Sources

_NOT_ASCII = "`{}` is no name for the kernel, which takes ASCII letters, digits and underscores: rename it"


@record
class FunctionDeclaration:
    """A decorated function with its `def` statement."""

    declared: Function
    node: ast.FunctionDef
    source: SourceFile

    @property
    def name(self) -> str:
        return self.declared.name

    @property
    def span(self) -> Span:
        """The `def` line up to the colon's line, decorators left out."""
        return _head(self.source, self.node)


@record
class Declarations:
    """What a module declares, in source order. Maps and globals are found by the identity of their object."""

    module: str
    license: str | None
    programs: tuple[FunctionDeclaration, ...]
    functions: dict[int, FunctionDeclaration]
    maps: dict[int, MapDeclaration]
    variables: dict[int, GlobalDeclaration]
    models: dict[int, MapDeclaration]  # of the maps in maps of maps
    uncalled: tuple[FunctionDeclaration, ...] = ()  # subprograms of the program's own file that nothing calls
    warnings: tuple[Diagnostic, ...] = ()


def collect(module: str, namespace: dict[str, Any], sources: Sources, main_path: str) -> Declarations:
    """Find everything that the object will hold.

    Args:
        module: the module's name; it names the object's license and messages, not its contents.
        namespace: the module's globals.
        sources: where `def` statements are found.
        main_path: the file that messages about the module as a whole point to.

    Raises:
        CompileError: a declaration is wrong, or there is no program.
    """
    return _Collector(module, namespace, sources, main_path).run()


class _Collector:
    def __init__(self, module: str, namespace: dict[str, Any], sources: Sources, main_path: str) -> None:
        self.module = module
        self.namespace = namespace
        self.sources = sources
        self.main_path = main_path
        self.problems: list[Diagnostic] = []
        self.functions: dict[int, FunctionDeclaration] = {}
        self.replaced: dict[int, Function] = {}
        self.map_objects: dict[int, tuple[language_maps.Map[Any, Any], str | None]] = {}
        self.variable_objects: dict[int, tuple[GlobalVariable, str | None]] = {}
        self.models: dict[int, MapDeclaration] = {}
        self.externs: dict[str, GlobalDeclaration] = {}

    def run(self) -> Declarations:
        programs: list[Function] = []
        for name, value in self.namespace.items():
            if isinstance(value, Function):
                if value.is_program and value not in programs:
                    programs.append(value)
            elif isinstance(value, language_maps.Map):
                self.map_objects.setdefault(id(value), (value, name))
            elif isinstance(value, GlobalVariable):
                self.variable_objects.setdefault(id(value), (value, name))
        for program in programs:
            self._reach(program)
        for target in self.replaced.values():
            self._reach(target)  # its prototype is compared; whether it is part of this object is decided by calls
        found = [self.functions[id(program)] for program in programs if id(program) in self.functions]
        uncalled = self._uncalled()
        self._check_definitions()
        self._check_fields()
        self._check_kernel_structs()
        self._check_names(found)
        for value, _ in list(self.map_objects.values()):
            for held in (value.values or {}).values():
                if isinstance(held, language_maps.Map):
                    self.map_objects.setdefault(id(held), (held, None))
        maps = {key: map_ for key, (value, name) in self._in_order(self.map_objects)
                if (map_ := self._map(value, name)) is not None}
        maps = {key: self._filled(map_, maps, found) for key, map_ in maps.items()}
        variables = {key: self._shared(variable) for key, (value, name) in self._in_order(self.variable_objects)
                     if (variable := self._variable(value, name)) is not None}
        self._check_objects([*maps.values(), *dict.fromkeys(variables.values())])
        license_ = self.namespace.get("LICENSE")
        if license_ is not None and not isinstance(license_, str):
            self.problems.append(BadLicense(self._binding("LICENSE"), type(license_).__name__))
            license_ = None
        if not programs:
            self.problems.append(NoPrograms(self._start(), self.module))
        if self.problems:
            raise CompileError(tuple(self.problems))
        return Declarations(self.module, license_, tuple(found), self.functions, maps, variables, self.models,
                            tuple(uncalled), tuple(self._unnamed(programs)))

    # --- functions

    def _uncalled(self) -> list[FunctionDeclaration]:
        """Functions of the program's own file that no program reaches: they are checked, and left out of the object."""
        reached = set(self.functions)
        found = [value for value in self.namespace.values()
                 if isinstance(value, Function) and not value.is_program and id(value) not in reached
                 and value.function.__code__.co_filename == self.main_path]
        for value in found:
            self._reach(value)
        return [self.functions[id(value)] for value in found if id(value) in self.functions]

    def _unnamed(self, programs: list[Function]) -> Iterator[Diagnostic]:
        """Programs that stand in a list, tuple or dict of the module and have no name of their own there."""
        for name, container in self.namespace.items():
            if name.startswith("__") or not isinstance(container, (list, tuple, dict, set)):
                continue
            items = container.values() if isinstance(container, dict) else container
            for value in items:
                if isinstance(value, Function) and value.is_program and value not in programs:
                    found = self.sources.find(value.function.__code__)
                    span = self._binding(name) if found is None else _head(found[0].source, found[1])
                    yield ProgramInContainer(span, value.name, name)

    def _reach(self, function: Function) -> None:
        """Record a function and everything that the names in its code lead to."""
        waiting = [function]
        while waiting:
            current = waiting.pop()
            if id(current) in self.functions:
                continue
            code = current.function.__code__
            found = self.sources.find(code)
            if found is None:
                self.problems.append(NoSource(self._start(), current.name, code.co_filename))
                continue
            parsed, node = found
            self.functions[id(current)] = FunctionDeclaration(current, node, parsed.source)
            if current.target is not None:
                self.replaced.setdefault(id(current.target), current.target)
            waiting += _library(current)
            for name, value in reachable(current.function):
                if isinstance(value, Function):
                    waiting.append(value)
                elif isinstance(value, language_maps.Map):
                    self.map_objects.setdefault(id(value), (value, name))
                elif isinstance(value, GlobalVariable):
                    self.variable_objects.setdefault(id(value), (value, name))
                else:
                    for held in _contents(value):
                        if isinstance(held, language_maps.Map) and held.name:
                            self.map_objects.setdefault(id(held), (held, None))

    def _check_names(self, programs: list[FunctionDeclaration]) -> None:
        """Every function that becomes a symbol of the object has a name of its own."""
        others = [item for item in self.functions.values() if item not in programs and item.declared.kind != "inline"]
        seen: dict[str, FunctionDeclaration] = {}
        for item in (*programs, *others):
            first = seen.setdefault(item.name, item)
            if first is not item:
                self.problems.append(DuplicateName(
                    item.span, "programs" if item in programs else "functions", item.name,
                    first.span if first.node is not item.node else None,
                    'give one another name: `name="..."` in the decorator (a factory called twice needs it)'))

    def _check_definitions(self) -> None:
        """Decorated functions of the program's own file that are lost: a later `def` took their name, or they stand
        in a class. Functions of factories are made when these are called, and bound where their caller binds them."""
        parsed = self.sources.get(self.main_path)
        if parsed is None:
            return
        bound = {(value.function.__code__.co_name, value.function.__code__.co_firstlineno)
                 for value in self.namespace.values() if isinstance(value, Function)}
        last: dict[str, ast.FunctionDef] = {}
        problems: list[Diagnostic] = []
        for node, in_class in reversed(list(_definitions(parsed.tree.body))):
            later = last.get(node.name) if in_class else last.setdefault(node.name, node)
            if not any(self._is_decorator(item) for item in node.decorator_list) \
                    or (node.name, node.decorator_list[0].lineno) in bound:
                continue
            span = _head(parsed.source, node)
            if in_class:
                problems.append(Unbound(span, f"function `{node.name}` of a class"))
            elif later is not None and later is not node:
                problems.append(DuplicateName(
                    _head(parsed.source, later), "functions", node.name, span,
                    "rename one: the second `def` takes the name away from the first, which would be lost"))
            elif node.name in self.namespace:  # but for `del prog`, which means what it says
                problems.append(BadDeclaration(
                    span, f"`{node.name}` means something else where the module ends, of the type "
                    f"{type(self.namespace[node.name]).__name__}: another decorator or a later assignment took the "
                    "name away from this function, which would be lost"))
        self.problems += reversed(problems)

    def _check_fields(self) -> None:
        """Structs of the program's own files in which one name is annotated twice: Python keeps the later annotation,
        at the place of the first."""
        files = {self.main_path}
        for value in self.namespace.values():
            if isinstance(value, type) and hasattr(value, "__pybpfc_type__"):
                module = value.__module__
                if module.partition(".")[0] not in ("pybpfc", "pybpfc_runtime"):
                    files.add(self.sources.modules.get(module)
                              or getattr(sys.modules.get(module), "__file__", None) or self.main_path)
        for path in sorted(files):
            parsed = self.sources.get(path)
            for node in ast.walk(parsed.tree) if parsed is not None else ():
                if isinstance(node, ast.ClassDef) and parsed is not None and any(
                        ast.unparse(base).rpartition(".")[2] in ("Struct", "Union", "KernelStruct")
                        for base in node.bases):
                    self._check_fields_of(node, parsed.source)

    def _check_fields_of(self, node: ast.ClassDef, source: SourceFile) -> None:
        seen: dict[str, Span] = {}
        for item in node.body:
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                span = Span.of(source, item)
                first = seen.setdefault(item.target.id, span)
                if first is not span:
                    self.problems.append(DuplicateName(span, "fields", item.target.id, first,
                                                       "rename one, or remove the one that is not meant"))

    def _check_kernel_structs(self) -> None:
        """Kernel structs written by hand whose annotations mean nothing: these are looked at when somebody asks for a
        field, since a class may name those behind it."""
        named = [*self.namespace.values(), *(value for item in self.functions.values()
                                             for _, value in reachable(item.declared.function))]
        found: dict[str, tuple[type, str]] = {}
        for value in {id(item): item for item in named if isinstance(item, type)}.values():
            described = getattr(value, "__pybpfc_type__", None)
            if not isinstance(described, layout.StructType) or not described.kernel or not described.declared:
                continue
            for field, reason in _broken(described):
                if reason not in found or f" {value.__name__}." in reason:  # where it stands, not where it is asked for
                    found[reason] = value, field
        for reason, (value, field) in found.items():
            self.problems.append(BadDeclaration(self._class(value, field), reason, import_of(reason)))

    def _class(self, value: type, field: str) -> Span:
        """Where a class, or a field of it, is declared."""
        path = self.sources.modules.get(value.__module__) or getattr(
            sys.modules.get(value.__module__), "__file__", None) or self.main_path
        parsed = self.sources.get(path) or self.sources.get(self.main_path)
        for node in ast.walk(parsed.tree) if parsed is not None else ():
            if isinstance(node, ast.ClassDef) and node.name == value.__name__ and parsed is not None:
                item = next((item for item in node.body if isinstance(item, ast.AnnAssign)
                             and isinstance(item.target, ast.Name) and item.target.id == field), None)
                if item is not None:
                    return Span.of(parsed.source, item)
                return Span(parsed.source, node.lineno, node.col_offset + 1, node.lineno,
                            len(parsed.source.line(node.lineno).rstrip()) + 1)
        return self._start()

    def _is_decorator(self, node: ast.expr) -> bool:
        """Whether an expression behind `@` is one of the language's decorators, called or not."""
        if isinstance(node, ast.Call):
            node = node.func
        if isinstance(node, ast.Name):
            found = self.namespace.get(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found = getattr(self.namespace.get(node.value.id), node.attr, None)
        else:
            return False
        return getattr(found, "__module__", "") == Function.__module__ and callable(found)

    def _check_objects(self, objects: list[MapDeclaration | GlobalDeclaration]) -> None:
        """Maps and globals have names that neither another one nor a function has."""
        functions = {item.name: item for item in self.functions.values() if item.declared.kind != "inline"}
        seen: dict[str, MapDeclaration | GlobalDeclaration | FunctionDeclaration] = {**functions}
        for item in objects:
            first = seen.setdefault(item.name, item)
            if first is not item:
                self.problems.append(DuplicateName(item.span, "objects", item.name, first.span,
                                                   "rename one: names are global in an object file"))

    # --- maps and globals

    def _in_order(self, objects: dict[int, Any]) -> list[tuple[int, Any]]:
        def place(entry: tuple[int, Any]) -> tuple[bool, str, int]:
            path, line = entry[1][0].defined_at
            return path != self.main_path, path, line

        return sorted(objects.items(), key=place)

    def _map(self, value: language_maps.Map[Any, Any], bound: str | None) -> MapDeclaration | None:
        span = self._statement(*value.defined_at)
        name = value.name or bound
        if name is None:
            self.problems.append(Unbound(span, "map"))
            return None
        if not name.isascii():
            way_out = ', or name it for the kernel by `name="..."`'
            self.problems.append(BadDeclaration(span, _NOT_ASCII.format(name) + way_out))
            return None
        inner = None
        try:
            if value.inner is not None:
                inner = self.models[id(value.inner)] = self._described(value.inner, f"{name}.inner", span)
            described = self._described(value, name, span, inner)
        except DeclarationError as error:
            self.problems.append(BadDeclaration(span, str(error)))
            return None
        value.bind(name)
        return replace(described, entries=self._entries(*value.defined_at)) if value.values else described

    @staticmethod
    def _described(value: language_maps.Map[Any, Any], name: str, span: Span,
                   inner: MapDeclaration | None = None) -> MapDeclaration:
        """A map with its definition in BTF form."""
        key, content, record = (_type_of(described) for described in (
            value.key_type, value.value_type, value.record_type))
        members: list[tuple[str, int | Type]] = [("type", value.kind.number)]
        for option in ("max_entries", "map_flags", "numa_node", "map_extra", "pinning"):
            number = getattr(value, option, None)
            if number:
                members.append((option, int(number)))
        if key is not None:
            members.append(("key", key))
        if content is not None:
            members.append(("value", content))
        return MapDeclaration(name, span, value.kind.number, key, content, record, tuple(members), value, inner)

    def _filled(self, map_: MapDeclaration, maps: dict[int, MapDeclaration],
                programs: list[FunctionDeclaration]) -> MapDeclaration:
        """A map with the names of what is in it from the start."""
        value = map_.declared
        assert isinstance(value, language_maps.Map)
        slots: list[tuple[int, str]] = []
        for slot, held in (value.values or {}).items():
            if isinstance(held, language_maps.Map) and id(held) in maps:
                slots.append((slot, maps[id(held)].name))
            elif isinstance(held, Function) and any(program.declared is held for program in programs):
                slots.append((slot, held.name))
            elif isinstance(held, Function):
                self.problems.append(BadDeclaration(
                    map_.entry(slot), f"the program `{held.name}` in slot {slot!r} of `{map_.name}` is bound to no "
                    "name of the module: it is not in the object"))
        return replace(map_, slots=tuple(slots))

    def _variable(self, value: GlobalVariable, bound: str | None) -> GlobalDeclaration | None:
        from ...externs import ExternVariable

        span = self._statement(*value.defined_at)
        name = next((key for key, item in value.module.items() if item is value), bound)
        if name is None:
            self.problems.append(Unbound(span, "global"))
            return None
        if not name.isascii():
            self.problems.append(BadDeclaration(span, _NOT_ASCII.format(name)))
            return None
        annotation = module_annotations(value.module).get(name)
        if annotation is None:
            maker = {".kconfig": "kconfig", ".ksyms": "ksym", ".rodata": "rodata"}.get(value.section, "data")
            self.problems.append(NoAnnotation(span, name, maker))
            return None
        try:
            if isinstance(annotation, str):
                annotation = evaluate(annotation, value.module, {}, name)
            if typing.get_origin(annotation) is typing.Final:
                (annotation,) = typing.get_args(annotation)
            described = value_type(annotation, name)
            if isinstance(value, ExternVariable):
                value.name = name
                return extern_declaration(value, described, span)
            check_own(described, name)
            initial = _encode(described, value.initial)
            holds_objects = bool(objects_in(described))
            if holds_objects and value.section == ".rodata":
                raise DeclarationError(f"{name} holds objects of the kernel, which change: declare it with data(...)")
        except (DeclarationError, CodecError) as error:
            self.problems.append(BadDeclaration(span, str(error), import_of(str(error))))
            return None
        value.name = name
        section = ".bss" if value.section == ".data" and not any(initial) else value.section
        # The kernel takes one lock a map and lets nobody map its memory: such a variable is a map of its own.
        section = f".data.{name}" if holds_objects else section
        return GlobalDeclaration(name, span, from_layout(described), section, initial, section == ".rodata",
                                 hidden=holds_objects, described=described)

    def _shared(self, variable: GlobalDeclaration) -> GlobalDeclaration:
        """A name of the kernel is one thing, in how many modules it may be declared: alike, it is declared once."""
        if variable.extern is None:
            return variable
        first = self.externs.setdefault(variable.name, variable)
        alike = first.extern is not None and (first.type, first.section, first.extern.weak) == (
            variable.type, variable.section, variable.extern.weak)
        return first if alike else variable

    # --- spans

    def _start(self) -> Span:
        parsed = self.sources.get(self.main_path)
        source = parsed.source if parsed is not None else SourceFile.of(self.main_path, self.module, "")
        return Span(source, 1, 1, 1, max(len(source.line(1)), 1) + 1)

    def _binding(self, name: str) -> Span:
        parsed = self.sources.get(self.main_path)
        if parsed is not None:
            for node in parsed.tree.body:
                if isinstance(node, ast.Assign) and any(
                        isinstance(target, ast.Name) and target.id == name for target in node.targets):
                    return Span.of(parsed.source, node)
        return self._start()

    def _entries(self, path: str, line: int) -> dict[object, Span]:
        """Where the constant keys of `values={...}` stand in a declaration."""
        parsed = self.sources.get(path)
        statement = parsed.statements.get(line) if parsed is not None else None
        found: dict[object, Span] = {}
        for node in ast.walk(statement) if statement is not None else ():
            if parsed is not None and isinstance(node, ast.keyword) and node.arg == "values" \
                    and isinstance(node.value, ast.Dict):
                for key, held in zip(node.value.keys, node.value.values, strict=True):
                    if isinstance(key, ast.Constant):
                        start, end = Span.of(parsed.source, key), Span.of(parsed.source, held)
                        found[key.value] = Span(parsed.source, start.line, start.column, end.end_line, end.end_column)
        return found

    def _statement(self, path: str, line: int) -> Span:
        parsed = self.sources.get(path)
        if parsed is None:
            return self._start()
        return _statement_span(parsed, line)


def _broken(described: layout.StructType) -> Iterator[tuple[str, str]]:
    """The fields of a struct whose types cannot be told, each with the reason."""
    try:
        fields = described.fields
    except DeclarationError as error:
        yield error.field, str(error)
        return
    for field in fields:
        type_ = field.type
        while isinstance(type_, layout.ArrayType):
            type_ = type_.element
        try:
            _ = type_.target if isinstance(type_, layout.PointerType) else None
        except DeclarationError as error:
            yield field.attribute, str(error)


def _definitions(body: list[ast.stmt], in_class: bool = False) -> Iterator[tuple[ast.FunctionDef, bool]]:
    """The functions that running a module's statements defines, and whether a class holds them."""
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield node, in_class
        elif isinstance(node, ast.ClassDef):
            yield from _definitions(node.body, True)
        elif isinstance(node, (ast.With, ast.Try)):
            yield from _definitions(node.body, in_class)


def _head(source: SourceFile, node: ast.FunctionDef) -> Span:
    start = Span.of(source, node)
    return Span(source, node.lineno, start.column, node.lineno, len(source.line(node.lineno).rstrip()) + 1)


def _statement_span(parsed: ParsedModule, line: int) -> Span:
    """The innermost statement that a line of a declaration belongs to."""
    node = parsed.statements.get(line)
    if node is None:
        text = parsed.source.line(line)
        return Span(parsed.source, line, 1, line, max(len(text), 1) + 1)
    return Span.of(parsed.source, node)


def _library(function: Function) -> list[Function]:
    """Functions of this package that a program of its kind may call without naming them: their maps go into the
    object in any case, since loaders look for them."""
    kind = program_kinds.of_program(function.kind, function.section) if function.is_program else None
    if kind is None or not kind.library:
        return []
    module = importlib.import_module(f"pybpfc.{kind.library}")
    return [getattr(module, name) for name in module.__all__]


# Modules that look every name up in the kernel's types: the names of fields are none, and the kernel may have several
# types of one name.
_OF_THE_KERNEL = ("pybpfc.vmlinux", "pybpfc.kfuncs")


def reachable(function: types.FunctionType) -> Iterator[tuple[str | None, Any]]:
    """Objects that a function's code names: globals, closure cells and attributes of modules it names."""
    code = function.__code__
    for name in code.co_names:
        value = function.__globals__.get(name)
        if isinstance(value, types.ModuleType) and value.__name__ not in _OF_THE_KERNEL:
            for attribute in code.co_names:
                if (found := getattr(value, attribute, None)) is not None:
                    yield attribute, found
        elif value is not None and not isinstance(value, types.ModuleType):
            yield name, value
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:  # an empty cell: the name is not bound yet, which its use will report
            continue


def _contents(value: Any) -> Iterable[Any]:
    """What a constant container of the module, or a class that is used as one, holds."""
    if isinstance(value, type):
        return vars(value).values() if value.__module__ not in _OF_THE_KERNEL else ()
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, (list, tuple)) else ()


def module_annotations(namespace: dict[str, Any]) -> dict[str, Any]:
    """A module's annotations; from 3.14 on Python makes them on demand."""
    annotate = namespace.get("__annotate__")
    if "__annotations__" not in namespace and annotate is not None:
        return dict(annotate(1))
    return dict(namespace.get("__annotations__", {}))


def _type_of(described: layout.AnyType | None) -> Type | None:
    return None if described is None else from_layout(described)


def _encode(described: layout.AnyType, initial: Any) -> bytes:
    if isinstance(initial, int) and initial == 0 and not isinstance(described, (layout.IntegerType, layout.EnumType)):
        return bytes(described.size)  # data(0) zeroes a struct or an array, as `= {}` does in C
    try:
        return described.encode(initial)
    except TypeError:
        raise CodecError(f"{initial!r} is no value of {described.name}") from None
