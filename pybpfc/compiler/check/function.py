"""The state of checking one function body, shared by the modules of this package.

A body is checked twice: the first time with diagnostics put aside, to settle the type of every variable
(that of the first non-constant value assigned to it), the second time for real.
"""

from __future__ import annotations

import ast
import builtins
import difflib
from collections import Counter
from typing import TYPE_CHECKING, Any

from ...record import field, record, state_record, value_record
from ..diagnostics import Diagnostic
from ..diagnostics.declarations import UndefinedName
from ..diagnostics.types import OneType
from ..frontend.exported import module_of
from ..source import Span
from ..tree import CallHelper, CursorPull, Expression, Statement, Variable
from ..types import ERROR, LITERAL, S64, VOID, ContextType, ErrorType, LiteralType, Reference, Space, Type, same_space
from .environment import Environment

if TYPE_CHECKING:
    from ..frontend.collect import FunctionDeclaration
    from .module import ModuleChecker


@value_record
class Static:
    """An object of the module that an expression names: a map, a type, a function, a module, a constant."""

    value: Any
    span: Span
    text: str


@state_record
class Loop:
    """The loop that `break` and `continue` belong to."""

    breaks: list[Environment] = field(default_factory=list)
    continues: list[Environment] = field(default_factory=list)
    iterates: str = ""  # the kernel's iterator, "task"
    iterator: Variable | None = None  # that stands for its state


class FunctionChecker:
    """Checks one body: a function's own, or that of an @inline function at one call."""

    def __init__(self, module: ModuleChecker, declaration: FunctionDeclaration, result: Type, *,
                 outer: FunctionChecker | None = None) -> None:
        self.module = module
        self.min_kernel = module.min_kernel
        self.target_arch = module.target_arch
        self.declaration = declaration
        self.source = declaration.source
        self.result = result
        self.outer = outer  # the checker whose body this one is inlined into
        self.inferring = False
        self.env = Environment()
        self.variables: dict[str, Variable] = {}
        self.settled: dict[str, Type] = {}  # variable types from the first pass
        self.annotated: dict[str, Span] = {}
        self.origins: dict[Variable, tuple[Span, str]] = {}  # where a nullable reference came from
        self.loops: list[Loop] = []
        self.returns: list[Environment] = []  # of an inlined body
        self.returned: list[Type] = []  # reference types that `return` saw
        self.result_variable: Variable | None = None
        bound = module.bound_names(declaration)
        self.bindings, self.global_names = bound.names, set(bound.declared)
        self.local_names = set(self.bindings) - self.global_names
        self.undeclared_globals: set[str] = set()  # of the global names, those that no `global` names: reported
        self.dead_reported = False
        self.refused = False  # a statement was refused whole: what it would have returned is not known

    # --- diagnostics

    def report(self, diagnostic: Diagnostic) -> None:
        if not self.inferring:
            self.module.report(diagnostic)

    def span(self, node: ast.AST) -> Span:
        return Span.of(self.source, node)

    def knows_packet_end(self) -> bool:
        """Whether the function, or the one that it is inlined into, has a context that says where the packet ends."""
        c = self
        while c.outer is not None:
            c = c.outer
        types = [variable.type for variable in c.variables.values() if variable.name in c.annotated]
        return any(isinstance(type_, Reference) and isinstance(type_.target, ContextType) and any(
            field.type == "packet_end" for field in type_.target.row.fields) for type_ in types)

    def bound_once(self, name: str) -> bool:
        """Whether a single statement of the body gives a local its value."""
        return self.bindings[name] == 1

    # --- names

    def lookup(self, name: str, node: ast.AST) -> Variable | Static | None:
        """What a name means, as Python resolves it; None where it was reported."""
        if name in self.local_names:
            variable = self.variables.get(name)
            if variable is None:
                # Assigned further down, or nowhere on this path: definite assignment says so where it is read.
                variable = self.declare(name, self.settled.get(name, LITERAL), self.span(node))
            return variable
        value = self.resolve(name)
        if value is _MISSING:
            near = difflib.get_close_matches(name, self.visible_names(), 1)
            module = module_of(name, kernel=not near and "_" in name)
            way_out = (f"`from {module} import {name}`" if module
                       else f"did you mean `{near[0]}`?" if near else "import it, or define it before it is used")
            self.report(UndefinedName(self.span(node), name, way_out))
            return None
        return Static(value, self.span(node), name)

    def resolve(self, name: str) -> Any:
        function = self.declaration.declared.function
        for free, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            if free == name:
                try:
                    return cell.cell_contents
                except ValueError:
                    return _MISSING
        if name in function.__globals__:
            return function.__globals__[name]
        return getattr(builtins, name, reveal_type if name == "reveal_type" else _MISSING)

    def visible_names(self) -> list[str]:
        function = self.declaration.declared.function
        return [*self.local_names, *function.__code__.co_freevars, *function.__globals__]

    # --- variables

    def declare(self, name: str, type_: Type, span: Span) -> Variable:
        variable = Variable(name, type_, span)
        self.variables[name] = variable
        return variable

    def hidden(self, name: str, type_: Type, span: Span) -> Variable:
        """A variable of the compiler's own, which no source name reaches."""
        return Variable(name, type_, span, hidden=True)

    def infer(self, variable: Variable, value: Type, span: Span) -> None:
        """First pass: a variable takes the type of the first non-constant value assigned to it."""
        if variable.name in self.annotated:
            return
        known = self.settled.get(variable.name)
        if known is None or isinstance(known, (LiteralType, ErrorType)):
            known = value
        elif isinstance(known, Reference) and isinstance(value, Reference):
            if isinstance(known.target, type(VOID)) and known.space is Space.STACK:
                known = value.or_none()  # only None was seen so far
            elif value.nullable:
                known = known.or_none()
        self.settled[variable.name] = known
        variable.type = known

    def bind(self, name: str, value: Expression, node: ast.AST) -> Variable:
        """The variable that an assignment of `value` writes, with its type settled."""
        span = self.span(node)
        variable = self.variables.get(name)
        if variable is None:
            variable = self.declare(name, self.settled.get(name, LITERAL), span)
        if self.inferring:
            self.infer(variable, value.type, span)
        elif isinstance(variable.type, LiteralType):
            variable.type = S64  # only constants were assigned to it
        return variable

    def finish_inference(self) -> dict[str, Type]:
        """What only constants were assigned to is s64; returns these variables.

        Where there are some, the pass must be repeated with them: a constant takes the type of what it meets, a
        variable does not, so types that were inferred from them may be others.
        """
        found: dict[str, Type] = {name: S64 for name, type_ in self.settled.items() if isinstance(type_, LiteralType)}
        self.settled.update(found)
        return found

    def learn_from(self, variable: Variable, value: Expression) -> None:
        """What an assignment says about None."""
        if not isinstance(variable.type, Reference):
            return
        from ..tree import NoneConstant

        if isinstance(value, NoneConstant):
            self.env.learn(variable, False)
        elif isinstance(value.type, Reference):
            self.env.learn(variable, None if value.type.nullable else True)
            if value.type.nullable:
                self.origins[variable] = (value.span, _origin(value))

    def none_reason(self, expression: Expression) -> str:
        """Why the value can be None, in the words of the thing it came from."""
        from ..tree import Read, VariablePlace

        if isinstance(expression, Read) and isinstance(expression.place, VariablePlace):
            origin = self.origins.get(expression.place.variable)
            reason = origin[1] if origin else ""
        else:
            reason = _origin(expression)
        return {
            "the lookup happens here": "is None when the key is absent",
            "the pull happens here": "is None where the packet is too short",
            "the reservation happens here": "is None when the buffer is full",
        }.get(reason, "can be None")

    def check_one_type(self, variable: Variable, value: Expression) -> bool:
        """A name keeps one type: False and a message where a reference of another kind is assigned."""
        declared, given = variable.type, value.type
        if isinstance(declared, ErrorType) or isinstance(given, ErrorType):
            return False
        if isinstance(declared, Reference) and isinstance(given, Reference):
            same = declared.target == given.target
            if same and same_space(declared.space, given.space):
                return True
            if same:
                self.report(OneType(value.span, variable.name, f"{declared} in {declared.space.value}",
                                    f"{given} in {given.space.value}", variable.span,
                                    "use two variables: memory of different kinds is read in different ways"))
                return False
        elif not isinstance(declared, Reference) and not isinstance(given, Reference):
            return True  # numbers are converted, or refused, by value
        self.report(OneType(value.span, variable.name, str(declared), str(given), variable.span, "use another name"))
        return False


_MISSING = object()


def reveal_type(value: Any) -> Any:
    """What the name means without an import, as type checkers take it."""
    return value


def missing(value: Any) -> bool:
    return value is _MISSING


def _origin(expression: Expression) -> str:
    if isinstance(expression, CursorPull):
        return "the pull happens here"
    if isinstance(expression, CallHelper):
        if expression.helper.name == "bpf_map_lookup_elem":
            return "the lookup happens here"
        if expression.helper.name == "bpf_ringbuf_reserve":
            return "the reservation happens here"
    return "the value comes from here"


@record
class BoundNames:
    """What a function binds.

    Attributes:
        names: with how many statements of the body bind them; 0 for parameters.
        declared: those of its `global` statements.
        stores: where names stand as targets.
        alone: of these targets, those of loops and walruses.
    """

    names: Counter[str]
    declared: frozenset[str]
    stores: tuple[ast.Name, ...]
    alone: frozenset[ast.expr]


def bound_names(node: ast.FunctionDef) -> BoundNames:
    names = Counter[str]()
    declared: set[str] = set()
    stores: list[ast.Name] = []
    alone: set[ast.expr] = set()
    for statement in node.body:
        for item in ast.walk(statement):
            if isinstance(item, ast.Name):
                if not isinstance(item.ctx, ast.Load):
                    names[item.id] += 1
                    stores.append(item)
            elif isinstance(item, (ast.For, ast.NamedExpr)):
                alone.add(item.target)
            elif isinstance(item, (ast.MatchAs, ast.MatchStar)) and item.name:
                names[item.name] += 1
            elif isinstance(item, ast.Global):
                declared.update(item.names)
    names.update(dict.fromkeys((argument.arg for argument in (
        *node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)), 0))
    return BoundNames(names, frozenset(declared), tuple(stores), frozenset(alone))


@value_record
class CheckedBody:
    """What checking a body yields."""

    statements: tuple[Statement, ...]
    falls_through: bool


def error_type() -> Type:
    return ERROR
