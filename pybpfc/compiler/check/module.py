"""Checks every program of a module, and each subprogram once for all its calls."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ...maps import Map
from ...tables import helpers, program_kinds
from ...tables.rows import Helper, ProgramKind
from ..diagnostics import Diagnostic
from ..diagnostics.declarations import BadDeclaration, BadParameter, Unbound, UnsupportedKind
from ..diagnostics.types import IllegalReturn, NotAReference, TwoSpaces, WrongArguments
from ..frontend.collect import Declarations, FunctionDeclaration
from ..ir.module import Linkage
from ..source import Span
from ..tree import (
    Assign,
    ContainerOf,
    FunctionInstance,
    FunctionTable,
    GlobalDeclaration,
    IntegerConstant,
    MapDeclaration,
    Read,
    Statement,
    TypedModule,
    Variable,
    VariablePlace,
)
from ..types import (
    BOOL,
    S32,
    VOID,
    BoolType,
    ContextType,
    ErrorType,
    IntType,
    Reference,
    Space,
    StructType,
    Type,
    is_scalar,
    same_space,
)
from .function import BoundNames, FunctionChecker, Static, bound_names
from .function_tables import Member, function_table
from .functions import _joined_result, parameter_types, result_type
from .programs import Incoming, incoming, prologue
from .statements import check_body
from .uncalled import check_uncalled

if TYPE_CHECKING:
    from ...declarations import Function


def check(declarations: Declarations, target_arch: str,
          min_kernel: tuple[int, int] = (0, 0)) -> tuple[TypedModule, list[Diagnostic]]:
    """Check a module's programs and what they call.

    Returns:
        The typed module and every diagnostic. Where one of them is an error the module must not be built.
    """
    checker = ModuleChecker(declarations, target_arch, min_kernel)
    return checker.run(), checker.diagnostics


def _spelled(result: Type | None) -> str:
    """A result as a program writes it: `int` is s32."""
    return "None" if result is None else "int" if result == S32 else str(result)


def _gives(result: Type, wanted: Type | None) -> bool:
    """Whether a program's declared result is what a member gives back; one that is never None serves, too."""
    if isinstance(result, Reference) and isinstance(wanted, Reference):
        theirs, ours = wanted.target, result.target
        return isinstance(theirs, StructType) and isinstance(ours, StructType) and ours.layout.kernel \
            and ours.name.partition("___")[0] == theirs.name
    return result == (wanted or VOID)


def _is_table(map_: MapDeclaration) -> bool:
    return isinstance(map_.declared, Map) and map_.declared.kind.class_name == "StructOpsMap"


class ModuleChecker:
    def __init__(self, declarations: Declarations, target_arch: str, min_kernel: tuple[int, int] = (0, 0)) -> None:
        self.declarations = declarations
        self.target_arch = target_arch
        self.min_kernel = min_kernel
        self.diagnostics: list[Diagnostic] = list(declarations.warnings)
        self.inferred: dict[object, dict[str, Type]] = {}  # variable types of inlined bodies, by call
        self.spaces: dict[tuple[int, str], Space] = {}  # of `x: T | None = None`, from later assignments
        self.stack_variables: set[tuple[int, str]] = set()  # by function and name: may name an object on the stack
        self.own_variables: dict[str, GlobalDeclaration] = {}  # that the compiler needs itself
        self._seen: set[tuple[str, Span]] = set()
        self._instances: dict[int, tuple[FunctionInstance, tuple[Type, ...], Span]] = {}
        self._bound_names: dict[ast.FunctionDef, BoundNames] = {}
        self._active: list[int] = []
        self._kinds: dict[int, ProgramKind] = {}
        self.members: dict[int, Member] = {}  # the members of tables that programs are in
        self.tables_failed = False  # a table has members that are not known; that was reported

    def run(self) -> TypedModule:
        tables = [table for map_ in self.declarations.maps.values() if _is_table(map_)
                  and (table := self._table(map_)) is not None]
        programs = [made for program in self.declarations.programs if (made := self._program(program)) is not None]
        for map_ in self.declarations.maps.values():
            self._check_held(map_)
        subprograms = [instance for instance, _, _ in self._instances.values()]
        self._check_symbols([*programs, *subprograms])
        own = dict(self.own_variables)
        uncalled = check_uncalled(self)
        uncalled += [instance for instance, _, _ in list(self._instances.values())[len(subprograms):]]
        extra = [variable for name, variable in self.own_variables.items() if name not in own]
        return TypedModule(self.declarations.module, self.declarations.license, (*programs, *subprograms),
                           tuple(map_ for map_ in self.declarations.maps.values() if not _is_table(map_)),
                           (*dict.fromkeys(self.declarations.variables.values()), *own.values()), tuple(tables),
                           tuple(uncalled), tuple(extra))

    def bound_names(self, declaration: FunctionDeclaration) -> BoundNames:
        """What a function binds. Its body is checked several times, and walked once for this."""
        node = declaration.node
        found = self._bound_names.get(node)
        if found is None:
            found = self._bound_names[node] = bound_names(node)
        return found

    def report(self, diagnostic: Diagnostic) -> None:
        """Record a diagnostic; an @inline body that is checked for several calls says a thing once."""
        key = (diagnostic.code, diagnostic.span)
        if key not in self._seen:
            self._seen.add(key)
            self.diagnostics.append(diagnostic)

    def _check_symbols(self, functions: list[FunctionInstance]) -> None:
        """LLVM makes a symbol of each section's name: nothing else that other files see can have it."""
        sections = {instance.section for instance in functions}
        if self.declarations.license is not None:
            sections.add("license")
        named = [(item.name, item.span) for item in functions if item.linkage is not Linkage.STATIC]
        named += [(item.name, item.span) for item in self.declarations.maps.values()]
        named += [(item.name, item.span) for item in self.declarations.variables.values()]
        for name, span in named:
            if name in sections:
                self.report(BadDeclaration(span, f"`{name}` is the name of a section of the object: rename it, a "
                                           'program or a map also by `name="..."`'))

    # --- tables

    def helper(self, name: str) -> Helper:
        return helpers.by_name(name)

    def variable(self, wanted: GlobalDeclaration) -> GlobalDeclaration:
        """A variable that the compiler needs; the program's own declaration of the name serves."""
        declared = next((one for one in self.declarations.variables.values() if one.name == wanted.name), None)
        return declared or self.own_variables.setdefault(wanted.name, wanted)

    def map_declaration(self, found: Static, c: FunctionChecker) -> MapDeclaration | None:
        assert isinstance(found.value, Map)
        declaration = self.declarations.maps.get(id(found.value)) or self.declarations.models.get(id(found.value))
        if declaration is None:
            c.report(Unbound(found.span, "map", "used", ', or declare it with `name="..."`'))
        return declaration

    def kind_of(self, c: FunctionChecker) -> ProgramKind | None:
        while c.outer is not None:
            c = c.outer
        return self._kinds.get(id(c.declaration.declared))

    def writes_kernel_memory(self, c: FunctionChecker) -> bool:
        """Whether the verifier may let a program write fields of the kernel's objects; which ones is the table's."""
        kind = self.kind_of(c)
        return bool(self.members) and (kind is None or kind.program_type == "BPF_PROG_TYPE_STRUCT_OPS")

    def neutral_result(self, c: FunctionChecker) -> int:
        kind = self.kind_of(c)
        return kind.legal.neutral if kind is not None and c.outer is None else 0

    def check_verdict(self, c: FunctionChecker, found: IntegerConstant) -> None:
        """A constant return value outside of what the kernel knows for this kind of program is a mistake, and so is one
        by the name of another kind's."""
        kind = self.kind_of(c)
        if kind is None:
            return
        legal, what = kind.legal, program_kinds.verdict_of(kind)
        low, high = legal.minimum, legal.maximum
        if (low is not None and found.value < low) or (high is not None and found.value > high):
            c.report(IllegalReturn(found.span, str(found.value), what, program_kinds.results_of(kind)))
        elif program_kinds.is_result_of_others(kind, found.span.text.rpartition(".")[2]):
            c.report(IllegalReturn(found.span, f"`{found.span.text}`", what, program_kinds.results_of(kind)))

    def _table(self, map_: MapDeclaration) -> FunctionTable | None:
        """A table of functions for the kernel; its programs are typed by the members that they are in."""
        table, members = function_table(self, map_)
        assert isinstance(map_.declared, Map)
        for member, (key, held) in zip(members, (map_.declared.values or {}).items(), strict=False):
            if member is None:
                continue
            first = self.members.setdefault(id(held), member)
            if (first.struct, first.name) != (member.struct, member.name):
                self.report(BadDeclaration(
                    map_.entry(key), f"the program `{held.name}` is {first.name} of {first.struct} in "
                    f"`{first.table.name}`; it cannot be {member.name} of {member.struct} too"))
        return table

    def _check_held(self, map_: MapDeclaration) -> None:
        """The programs in a ProgArray take the context that it is for."""
        assert isinstance(map_.declared, Map)
        wanted = getattr(map_.declared.value_annotation, "__pybpfc_context__", None)
        for slot, program in (map_.declared.values or {}).items():
            kind = self._kinds.get(id(program))
            if wanted is not None and kind is not None and kind.context and kind.context != wanted:
                self.report(BadDeclaration(
                    map_.entry(slot), f"slot {slot} of `{map_.name}` takes programs with the context {wanted}, and "
                    f"`{program.name}` has {kind.context}"))

    # --- programs

    def _program(self, declaration: FunctionDeclaration) -> FunctionInstance | None:
        declared = declaration.declared
        kind = program_kinds.of_program(declared.kind, declared.section)
        if kind is None:
            self.report(UnsupportedKind(declaration.span, f"programs of section `{declared.section}`",
                                        "look the section up in libbpf's table of SEC() names"))
            return None
        self._kinds[id(declared)] = kind
        section = declared.section or self._section(declaration, kind, declared)
        parameters = parameter_types(self, declaration)
        result = result_type(self, declaration)
        if section is None or parameters is None:
            return None
        if kind.decorator == "freplace":
            return self._replacement(declaration, section, parameters, result)
        arrived = incoming(self, declaration, kind, parameters, self.target_arch)
        if arrived is None:
            return None
        member = self.members.get(id(declared))
        if kind.program_type == "BPF_PROG_TYPE_STRUCT_OPS":
            if not self._is_member(declaration, member, result):
                return None
        elif not isinstance(result, (IntType, ErrorType)) or (result != S32 and not isinstance(result, ErrorType)):
            self.report(BadParameter(declaration.span, f"the program `{declaration.name}` must return an int",
                                     f"it is declared `-> {result}`", f"write `def {declaration.name}(...) -> int:`"))
            return None
        if isinstance(result, ErrorType):
            return None
        if isinstance(result, Reference):
            result = Reference(result.target, Space.TRUSTED, result.nullable)
        instance = FunctionInstance(declaration.name, Linkage.PROGRAM, section, (), result, declaration.span, declared,
                                    kind.decorator)
        self._check_function(declaration, instance, list(arrived.types), arrived)
        return instance

    def _is_member(self, declaration: FunctionDeclaration, member: Member | None, result: Type) -> bool:
        """Whether a struct_ops program is in a table and gives back what the kernel expects there."""
        if member is None:
            if not self.tables_failed:
                self.report(BadParameter(
                    declaration.span, f"`{declaration.name}` is in no table of functions", "nothing would call it",
                    'put it into one: `ops = StructOpsMap[tcp_congestion_ops](values={"init": ' + declaration.name
                    + "})`"))
            return False
        wanted = member.result
        if not isinstance(wanted, (IntType, BoolType, Reference, type(None))):
            self.report(UnsupportedKind(declaration.span, f"programs in {member.name} of {member.struct}",
                                        f"its result is a `{wanted}`, which programs cannot give back"))
            return False
        if isinstance(result, ErrorType):
            return True
        if not _gives(result, wanted) and not (wanted == BOOL and result == S32):
            self.report(BadParameter(
                declaration.span, f"`{declaration.name}` is {member.name} of {member.struct}, which returns "
                f"`{wanted or VOID}`", f"it is declared `-> {result}`", f"write `-> {_spelled(wanted)}`"))
            return False
        return True

    def _replacement(self, declaration: FunctionDeclaration, section: str, parameters: list[tuple[ast.arg, Type]],
                     result: Type) -> FunctionInstance | None:
        """An freplace program: it has the parameters of the function whose place it takes, and is verified alone."""
        if not isinstance(result, IntType):
            if not isinstance(result, ErrorType):
                self.report(BadParameter(declaration.span, f"the program `{declaration.name}` must return an integer",
                                         f"it is declared `-> {result}`", "the function that it replaces returns one"))
            return None
        target = declaration.declared.target
        replaced = self.declarations.functions.get(id(target)) if target is not None else None
        if replaced is not None and replaced.declared.kind == "global_subprog":
            theirs = parameter_types(self, replaced)
            wanted = None if theirs is None else ([type_ for _, type_ in theirs], result_type(self, replaced))
            if wanted is not None and wanted != ([type_ for _, type_ in parameters], result):
                shown = ", ".join(f"{argument.arg}: {type_}" for argument, type_ in theirs or ())
                self.report(BadParameter(declaration.span, f"`{declaration.name}` does not fit `{replaced.name}`",
                                         "the kernel compares the two prototypes",
                                         f"write `def {declaration.name}({shown}) -> {wanted[1]}:`"))
                return None
        instance = FunctionInstance(declaration.name, Linkage.PROGRAM, section, (), result, declaration.span,
                                    declaration.declared, "freplace")
        self._check_function(declaration, instance, [self._parameter(type_, type_, Linkage.GLOBAL)
                                                     for _, type_ in parameters])
        return instance

    def _section(self, declaration: FunctionDeclaration, kind: ProgramKind, declared: Function) -> str | None:
        wanted = len(kind.arguments)
        if not declared.arguments:
            return kind.section.partition("/{")[0] if wanted else kind.section
        if len(declared.arguments) != wanted:
            takes = f"takes {' and '.join(kind.arguments)}" if wanted else "takes no target"
            shown = ", ".join(f'"{argument}"' for argument in kind.arguments)
            names = f"{len(declared.arguments)} name{'' if len(declared.arguments) == 1 else 's'}"
            self.report(WrongArguments(declaration.span, f"@{kind.decorator}", f"{takes}, not {names}",
                                       f"@{kind.decorator}({shown})"))
            return None
        return kind.section.format(*declared.arguments)

    # --- subprograms

    def is_instance(self, function: Function) -> bool:
        """Whether a subprogram has been checked for a call of it."""
        return id(function) in self._instances

    def is_active(self, function: Function) -> bool:
        """Whether the function is being checked right now: a call of it would be recursion."""
        return id(function) in self._active

    def instance(self, declaration: FunctionDeclaration, given: tuple[Type, ...], span: Span,
                 c: FunctionChecker | ModuleChecker, behind: int = 0) -> FunctionInstance | None:
        """The one compiled body of a subprogram; its pointer parameters take the spaces of the first call.

        `behind`: they arrive as addresses so many bytes behind the start of what they refer to.
        """
        key = id(declaration.declared)
        parameters = parameter_types(self, declaration)
        if parameters is None:
            return None
        if declaration.declared.kind == "global_subprog" \
                and not self._takes_all(declaration, parameters, given, span, c):
            return None
        known = self._instances.get(key)
        if known is not None:
            instance, types, first = known
            for (argument, _), old, new in zip(parameters, types, given, strict=True):
                if not isinstance(old, Reference) or not isinstance(new, Reference):
                    continue
                # The verifier takes a caller's context for a parameter that is memory of its size.
                memory = instance.linkage is Linkage.GLOBAL and old.space is Space.MEMORY
                if not same_space(old.space, new.space) and not (memory and new.space is Space.CALLER):
                    c.report(TwoSpaces(span, declaration.name, argument.arg, new.space.value, old.space.value, first))
                    return None
            return instance
        result = result_type(self, declaration)
        if isinstance(result, ErrorType):
            return None
        if declaration.declared.kind == "global_subprog" and not is_scalar(result):
            self.report(BadParameter(declaration.span, f"the global subprogram `{declaration.name}` returns `{result}`",
                                     "the kernel verifies it on its own and takes a scalar from it",
                                     "return an integer such as u32, or make it a `@subprog`"))
            return None
        linkage = Linkage.GLOBAL if declaration.declared.kind == "global_subprog" else Linkage.STATIC
        instance = FunctionInstance(declaration.name, linkage, ".text", (), result, declaration.span,
                                    declaration.declared)
        types = tuple(
            self._parameter(declared, passed, linkage) for (_, declared), passed in zip(parameters, given, strict=True))
        self._active.append(key)
        self._check_function(declaration, instance, list(types), behind=behind)
        self._active.pop()
        self._instances[key] = (instance, types, span)
        return instance

    @staticmethod
    def _takes_all(declaration: FunctionDeclaration, parameters: list[tuple[ast.arg, Type]], given: tuple[Type, ...],
                   span: Span, c: FunctionChecker | ModuleChecker) -> bool:
        """Whether a function that is verified on its own is passed kernel objects that the verifier trusts."""
        for (argument, declared), passed in zip(parameters, given, strict=True):
            if isinstance(declared, Reference) and isinstance(declared.target, StructType) \
                    and declared.target.layout.kernel and isinstance(passed, Reference) \
                    and passed.space in (Space.UNTRUSTED, Space.READABLE, Space.USER):
                c.report(NotAReference(
                    span, f"{argument.arg}` of the global subprogram `{declaration.name}",
                    f"an object that the verifier trusts, and this call passes {passed.space.value}",
                    "the function is verified on its own, before any call is known: make it `@inline` or a `@subprog`, "
                    "or pass a trusted object"))
                return False
        return True

    @staticmethod
    def _parameter(declared: Type, passed: Type, linkage: Linkage) -> Type:
        """A reference parameter points where its arguments do; in a global subprogram the verifier knows no more
        than "memory of this size", or that it is in the arena."""
        if not isinstance(declared, Reference) or isinstance(declared.target, ContextType):
            return declared
        own = passed.space if isinstance(passed, Reference) else declared.space
        if own is Space.CONTEXT:
            return Reference(declared.target, own)
        kernel = isinstance(declared.target, StructType) and declared.target.layout.kernel
        space = own if linkage is not Linkage.GLOBAL or own is Space.ARENA else \
            Space.TRUSTED if kernel else Space.MEMORY
        return Reference(declared.target, space, declared.nullable)

    # --- bodies

    def _check_function(self, declaration: FunctionDeclaration, instance: FunctionInstance, types: list[Type],
                        arrived: Incoming | None = None, behind: int = 0) -> None:
        """Check a body at least twice: for the types of its variables until they are settled, then for real."""
        node = declaration.node
        arguments = (*node.args.posonlyargs, *node.args.args)
        settled: dict[str, Type] = {}
        plain: dict[str, Type] = {}  # what only constants are assigned to
        inferring = True
        while True:
            c = FunctionChecker(self, declaration, instance.result)
            c.inferring = inferring
            c.settled = settled
            parameters: list[Variable] = []
            for argument, type_ in zip(arguments, types, strict=True):
                variable = c.declare(argument.arg, type_, c.span(argument))
                c.settled[argument.arg] = type_
                c.annotated[argument.arg] = variable.span
                parameters.append(variable)
            body = check_body(c, declaration)
            if inferring:
                found = c.finish_inference()
                plain.update(found)
                inferring = bool(found)
                settled = dict(plain) if found else dict(c.settled)
                continue
            if isinstance(instance.result, Reference) and c.returned:
                instance.result = _joined_result(instance.result, c.returned)
            before: tuple[Statement, ...] = ()
            if arrived is not None:
                given = [one for one, read in zip(parameters, arrived.readers, strict=True) if read is None]
                context = given[0] if given else c.hidden("ctx", arrived.context, declaration.span)
                before = prologue(context, arrived, parameters)
                parameters = [context]
            if behind:
                before = tuple(Assign(one.span, (place,), ContainerOf(one.type, one.span, Read(
                    one.type, one.span, place), behind)) for one in parameters
                    for place in (VariablePlace(one.type, one.span, one),))
            instance.parameters = tuple(parameters)
            instance.body = (*before, *body.statements)
            return
