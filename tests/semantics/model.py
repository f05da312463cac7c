"""The contract's meaning of a module, computed by walking its source: what the kernel's results are judged by.

The model reads the same text as the compiler and shares nothing with it. A function body is turned into closures
once and run many times. What the model does not know is an error (`Illegal`), never a guess.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from . import memory
from .kinds import S32, S64, SCALARS, U64, Array, Field, Illegal, Int, Kind, Pointer, Struct, Text
from .memory import Items, Object, Record

MAP_CLASSES = ("HashMap", "ArrayMap", "PerCpuArray")
E2BIG, EEXIST, ENOENT = 7, 17, 2
BPF_NOEXIST, BPF_EXIST = 1, 2


class Lost(Exception):
    """A conversion without a cast changed the value: the compiler must refuse the program."""


class Endless(Exception):
    """The program runs longer than any generated program should."""


@dataclass
class Map:
    """A map and its entries; an array map's entries exist from the start."""

    name: str
    class_name: str
    key: Kind
    value: Kind
    max_entries: int
    entries: dict[Any, Object] = field(default_factory=dict)

    @property
    def is_array(self) -> bool:
        return self.class_name != "HashMap"

    def reset(self) -> None:
        self.entries = {index: memory.zeroed(self.value) for index in range(self.max_entries)} if self.is_array else {}

    def lookup(self, key: Any) -> Object | None:
        return self.entries.get(key)

    def update(self, key: Any, content: Object, flags: int) -> int:
        """As bpf_map_update_elem(): 0 or a negative errno."""
        found = self.entries.get(key)
        if self.is_array and found is None:
            return -E2BIG
        if flags == BPF_NOEXIST and found is not None:
            return -EEXIST
        if flags == BPF_EXIST and found is None:
            return -ENOENT
        if found is not None:
            memory.assign(found, content)
            return 0
        if len(self.entries) >= self.max_entries:
            return -E2BIG
        self.entries[key] = memory.copied(content, self.value)
        return 0

    def delete(self, key: Any) -> int:
        return 0 if self.entries.pop(key, None) is not None else -ENOENT


@dataclass
class Variable:
    """A global: `data(...)` or `rodata(...)`."""

    name: str
    kind: Kind
    constant: bool
    initial: Any  # in the form of `memory.plain`
    memory: Object = field(init=False)

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.memory = memory.zeroed(self.kind)
        memory.load(self.memory, self.initial)


@dataclass(frozen=True)
class Parameter:
    name: str
    kind: Kind


@dataclass
class Function:
    name: str
    node: ast.FunctionDef
    decorator: str
    parameters: tuple[Parameter, ...]
    result: Kind | None
    body: Callable[[Frame], int | None] | None = None  # once it was compiled


class Context:
    """The program's context argument: all that the model knows of it is the packet."""


@dataclass
class Frame:
    """One call: locals, and the packet of the run."""

    model: Model
    locals: dict[str, Any]

    def step(self) -> None:
        self.model.steps += 1
        if self.model.steps > 200_000:
            raise Endless


class Model:
    """A module: its declarations, the state of its maps and globals, its functions.

    Args:
        source: the text of the module.

    Raises:
        Illegal: it holds something that the model does not know.
    """

    def __init__(self, source: str) -> None:
        self.structs: dict[str, Struct] = {}
        self.maps: dict[str, Map] = {}
        self.variables: dict[str, Variable] = {}
        self.functions: dict[str, Function] = {}
        self.enums: dict[str, dict[str, int]] = {}
        self.constants: dict[str, int] = {"BPF_ANY": 0, "BPF_NOEXIST": BPF_NOEXIST, "BPF_EXIST": BPF_EXIST,
                                          "XDP_ABORTED": 0, "XDP_DROP": 1, "XDP_PASS": 2}
        self.packet: Record | None = None
        self.steps = 0
        for node in ast.parse(source).body:
            self._declare(node)

    def _declare(self, node: ast.stmt) -> None:
        match node:
            case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
                return
            case ast.ClassDef(name=name, bases=[ast.Name(id="Struct")]):
                self.structs[name] = Struct(name, tuple(self._fields(node)))
                return
            case ast.ClassDef(name=name, bases=[ast.Name(id="IntEnum")]):
                self.enums[name] = {item.targets[0].id: ast.literal_eval(item.value)  # type: ignore[attr-defined]
                                    for item in node.body if isinstance(item, ast.Assign)}
                return
            case ast.FunctionDef():
                self._function(node)
                return
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant()):
                self.constants[name] = node.value.value  # type: ignore[attr-defined]
                return
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Subscript(value=ast.Name(id=kind)))) \
                    if kind in MAP_CLASSES:
                self.maps[name] = self._map(name, kind, node.value)  # type: ignore[arg-type]
                return
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call(func=ast.Name(id=storage), args=[initial])) \
                    if storage in ("data", "rodata"):
                type_ = self.kind(node.annotation)
                self.variables[name] = Variable(name, type_, storage == "rodata", self._initial(initial, type_))
                return
        raise Illegal(f"the model does not know `{ast.unparse(node)}`")

    def _fields(self, node: ast.ClassDef) -> Iterator[Field]:
        for item in node.body:
            match item:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Subscript(slice=ast.Tuple(
                        elts=[base, ast.Call(func=ast.Name(id="bits"), args=[ast.Constant(value=int(width))])]))):
                    yield Field(name, self.kind(base), width)
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                    yield Field(name, self.kind(annotation))
                case ast.Expr(value=ast.Constant()):
                    pass
                case _:
                    raise Illegal(f"the model does not know `{ast.unparse(item)}` in a struct")

    def _map(self, name: str, class_name: str, call: ast.Call) -> Map:
        assert isinstance(call.func, ast.Subscript)
        arguments = call.func.slice
        entries = next(ast.literal_eval(k.value) for k in call.keywords if k.arg == "max_entries")
        if class_name == "HashMap":
            assert isinstance(arguments, ast.Tuple)
            key, value = (self.kind(item) for item in arguments.elts)
        else:
            key, value = SCALARS["u32"], self.kind(arguments)
        return Map(name, class_name, key, value, entries)

    def kind(self, annotation: ast.expr) -> Kind:
        """The kind that an annotation names."""
        match annotation:
            case ast.Constant(value=str(text)):
                return self.kind(ast.parse(text, mode="eval").body)
            case ast.Name(id=name) if name in SCALARS:
                return SCALARS[name]
            case ast.Name(id="int"):
                return S32
            case ast.Name(id=name) if name in self.structs:
                return self.structs[name]
            case ast.BinOp(op=ast.BitOr(), left=inner, right=ast.Constant(value=None)):
                return self.kind(inner)
            case ast.Subscript(value=ast.Name(id="Ptr"), slice=inner):
                return Pointer(self.kind(inner))
            case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(
                    elts=[ast.Name(id="Str"), ast.Constant(value=int(count))])):
                return Text(count)
            case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(
                    elts=[ast.Subscript(value=ast.Name(id="Array"), slice=inner), ast.Constant(value=int(count))])):
                return Array(self.kind(inner), count)
        raise Illegal(f"the model does not know the type `{ast.unparse(annotation)}`")

    def _initial(self, node: ast.expr, kind: Kind) -> Any:
        """The initial value of a global, in the form of `memory.plain`."""
        fresh = memory.zeroed(kind)
        match node:
            case ast.Call(func=ast.Name(), keywords=keywords) if isinstance(kind, Struct):
                assert isinstance(fresh, Record)
                for keyword in keywords:
                    memory.load(fresh.fields[str(keyword.arg)],
                                self._initial(keyword.value, kind.field(str(keyword.arg)).kind))
            case ast.Tuple(elts=elements) if isinstance(kind, Array):
                assert isinstance(fresh, Items)
                for item, element in zip(fresh.items, elements, strict=True):
                    memory.load(item, self._initial(element, kind.element))
            case _:
                found = ast.literal_eval(node)
                memory.load(fresh, found.encode() if isinstance(found, str) else found)
        return memory.plain(fresh)

    def _function(self, node: ast.FunctionDef) -> None:
        decorator = node.decorator_list[0]
        assert isinstance(decorator, ast.Name)
        parameters = [] if decorator.id == "xdp" else [Parameter(argument.arg, self.kind(argument.annotation))
                                                       for argument in node.args.args if argument.annotation]
        returns = node.returns
        result = None if returns is None or (isinstance(returns, ast.Constant) and returns.value is None) \
            else self.kind(returns)
        self.functions[node.name] = Function(node.name, node, decorator.id, tuple(parameters), result)

    # --- running

    def reset(self) -> None:
        """The state at load."""
        for map_ in self.maps.values():
            map_.reset()
        for variable in self.variables.values():
            variable.reset()

    def call(self, name: str, arguments: list[Any]) -> int | None:
        """Call a function with argument values of its parameters' kinds."""
        from .statements import compile_function

        function = self.functions[name]
        if function.body is None:
            function.body = compile_function(self, function)
        named = dict(zip((parameter.name for parameter in function.parameters), arguments, strict=True))
        return function.body(Frame(self, named))

    def run(self, name: str, packet: Record) -> int:
        """Run a program on a packet.

        Returns:
            Its result as the unsigned 32 bits that the kernel reports.
        """
        self.packet = packet
        self.steps = 0
        result = self.call(name, [])
        assert result is not None
        return result & 0xFFFFFFFF


def default_kind(value: int) -> Int:
    """The type of a constant that nothing else gives a type to."""
    return U64 if value > S64.high else S64
