"""The model's calls: casts, constructors, builtins, maps, atomics, functions of the program."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from . import memory
from .expressions import Code, Compiler, Run, constant, converted, met, put, settled
from .kinds import (
    BOOL,
    NONE,
    S64,
    SCALARS,
    Array,
    Be,
    Bool,
    Illegal,
    Int,
    Kind,
    Literal,
    Pointer,
    Scalar,
    Struct,
    Text,
    promoted,
    swapped,
)
from .memory import Cell, Record
from .model import Context, Frame, Map

SWAPS = {"ntohs": (16, False), "ntohl": (32, False), "be64_to_cpu": (64, False),
         "htons": (16, True), "htonl": (32, True), "cpu_to_be64": (64, True)}
ATOMICS: dict[str, Callable[[int, int], int]] = {
    "atomic_add": int.__add__, "atomic_or": int.__or__, "atomic_and": int.__and__, "atomic_xor": int.__xor__}


def call(c: Compiler, node: ast.Call) -> Code:
    match node.func:
        case ast.Attribute(value=ast.Name(id=name), attr=method) if name in c.model.maps:
            return _map_method(c, c.model.maps[name], method, node)
        case ast.Attribute(value=ast.Name(id=name), attr="zero") if name in c.model.structs:
            return _construct(c, c.model.structs[name], node.keywords)
        case ast.Attribute(value=owner, attr="startswith"):
            return _startswith(c, owner, node.args[0])
        case ast.Attribute(attr="cursor"):
            return Code(NONE, lambda frame: Context())
        case ast.Attribute(attr="pull"):
            assert isinstance(node.args[0], ast.Name)
            return Code(c.model.structs[node.args[0].id], lambda frame: frame.model.packet)
        case ast.Name(id=name):
            return _named(c, node, name)
    raise Illegal(f"the model does not know `{ast.unparse(node)}`")


def _named(c: Compiler, node: ast.Call, name: str) -> Code:
    if name in SCALARS:
        return cast(c, SCALARS[name], node.args[0])
    if name in c.model.structs:
        return _construct(c, c.model.structs[name], node.keywords)
    if name in c.model.functions:
        return _function(c, node, name)
    if name in SWAPS:
        bits, to_network = SWAPS[name]
        host = Int(bits, False)
        source, target = (host, Be(bits)) if to_network else (Be(bits), host)
        run = converted(c.value(node.args[0]), source).run
        return Code(target, lambda frame: swapped(run(frame), bits))
    if name.startswith("atomic_"):
        return _atomic(c, name, node.args)
    handler = _BUILTINS.get(name)
    if handler is None:
        raise Illegal(f"the model does not know {name}()")
    return handler(c, node.args)


def cast(c: Compiler, kind: Kind, node: ast.expr) -> Code:
    """`u32(x)`: any integer by wrapping; `bool(x)`: truth."""
    if isinstance(kind, Bool):
        test = c.condition(node)
        return Code(BOOL, lambda frame: int(test(frame)))
    found = c.value(node)
    if not isinstance(kind, Int) or not isinstance(found.kind, (Int, Bool, Literal)):
        raise Illegal(f"{found.kind.name} as {kind.name}")
    if isinstance(found.kind, Literal):
        return constant(kind.wrap(found.constant), kind)
    target, run = kind, found.run
    return Code(kind, lambda frame: target.wrap(run(frame)))


def _construct(c: Compiler, kind: Struct, keywords: list[ast.keyword]) -> Code:
    parts = [(str(keyword.arg), c.value_as(keyword.value, kind.field(str(keyword.arg)).kind)) for keyword in keywords]

    def run(frame: Frame) -> Record:
        values = [(name, part(frame)) for name, part in parts]  # Python evaluates the arguments first
        fresh = Record(kind)
        for name, value in values:
            put(fresh.fields[name], value)
        return fresh

    return Code(kind, run)


def _startswith(c: Compiler, owner: ast.expr, prefix: ast.expr) -> Code:
    run, literal = c.value(owner).run, ast.literal_eval(prefix).encode()
    return Code(BOOL, lambda frame: int(memory.text_of(run(frame)).startswith(literal)))


def _function(c: Compiler, node: ast.Call, name: str) -> Code:
    function = c.model.functions[name]
    written = arguments_of(node, [parameter.name for parameter in function.parameters])
    arguments = {}
    for parameter in function.parameters:
        value = settled_for(c.value(written[parameter.name]), parameter.kind)
        arguments[parameter.name] = converted(value, parameter.kind).run
    in_order = [(position, arguments[position]) for position in written]

    def run(frame: Frame) -> Any:
        values = {position: argument(frame) for position, argument in in_order}
        return frame.model.call(name, [values[parameter.name] for parameter in function.parameters])

    return Code(function.result or NONE, run)


def arguments_of(node: ast.Call, names: list[str]) -> dict[str, ast.expr]:
    """The arguments of a call by their parameters' names, in the order in which they stand and are evaluated."""
    found = dict(zip(names, node.args, strict=False))
    found.update((str(keyword.arg), keyword.value) for keyword in node.keywords)
    return found


def settled_for(code: Code, kind: Kind) -> Code:
    return code if isinstance(kind, Scalar) else settled(code)


# --- builtins


def _extremum(best: Callable[..., int]) -> Callable[[Compiler, list[ast.expr]], Code]:
    def handler(c: Compiler, nodes: list[ast.expr]) -> Code:
        found = [c.value(node) for node in nodes]
        kind = found[0].kind
        for item in found[1:]:
            kind = met(kind, item.kind)
        if isinstance(kind, Literal):
            return constant(best(item.constant for item in found))
        runs = [converted(item, kind).run for item in found]
        return Code(kind, lambda frame: best([run(frame) for run in runs]))

    return handler


def _absolute(c: Compiler, nodes: list[ast.expr]) -> Code:
    found = c.value(nodes[0])
    if isinstance(found.kind, Literal):
        return constant(abs(found.constant))
    assert isinstance(found.kind, Int)
    if not found.kind.signed:
        return found
    kind, run = promoted("-", found.kind), found.run
    return Code(kind, lambda frame: kind.wrap(abs(run(frame))))


def _length(c: Compiler, nodes: list[ast.expr]) -> Code:
    kind = c.value(nodes[0]).kind
    assert isinstance(kind, (Array, Text))
    return constant(kind.count)


def _quantifier(judge: Callable[..., bool]) -> Callable[[Compiler, list[ast.expr]], Code]:
    def handler(c: Compiler, nodes: list[ast.expr]) -> Code:
        assert isinstance(nodes[0], ast.Tuple)
        tests = [c.condition(item) for item in nodes[0].elts]
        return Code(BOOL, lambda frame: int(judge([test(frame) for test in tests])))  # the tuple is built first

    return handler


def _from_bits(c: Compiler, nodes: list[ast.expr]) -> Code:
    assert isinstance(nodes[0], ast.Name)
    kind = SCALARS[nodes[0].id]
    assert isinstance(kind, Be)
    return Code(kind, converted(c.value(nodes[1]), Int(kind.bits, False)).run)


def _to_bits(c: Compiler, nodes: list[ast.expr]) -> Code:
    found = c.value(nodes[0])
    assert isinstance(found.kind, Be)
    return Code(Int(found.kind.bits, False), found.run)


def _copy(c: Compiler, nodes: list[ast.expr]) -> Code:
    found = c.value(nodes[0])
    return Code(found.kind, lambda frame: memory.copied(found.run(frame), found.kind))


_BUILTINS: dict[str, Callable[[Compiler, list[ast.expr]], Code]] = {
    "min": _extremum(min), "max": _extremum(max), "abs": _absolute, "len": _length, "any": _quantifier(any),
    "all": _quantifier(all), "from_bits": _from_bits, "to_bits": _to_bits, "copy": _copy}


# --- maps and atomics


def _atomic(c: Compiler, name: str, nodes: list[ast.expr]) -> Code:
    kind, place = c.place(nodes[0])
    if not isinstance(kind, Int) or kind.bits < 32:
        raise Illegal(f"{name} on {kind.name}")
    target = kind
    operands = [converted(c.value(node), kind).run for node in nodes[1:]]

    def run(frame: Frame) -> int:
        cell = place(frame)
        assert isinstance(cell, Cell)
        values = [operand(frame) for operand in operands]
        before = cell.value
        if name == "atomic_xchg":
            cell.store(values[0])
        elif name == "atomic_cmpxchg":
            cell.store(values[1] if before == values[0] else before)
        else:
            cell.store(target.wrap(ATOMICS[name](before, values[0])))
        return before

    return Code(kind, run)


def key_of(c: Compiler, map_: Map, node: ast.expr) -> Run:
    """A key as a hashable value."""
    if isinstance(map_.key, Scalar):
        return converted(c.value(node), map_.key).run
    run = c.value(node).run
    return lambda frame: tuple(cell.value for cell in memory.cells(run(frame)))


def content_of(c: Compiler, map_: Map, node: ast.expr) -> Run:
    """What is stored into a map, as memory of the value's kind."""
    run = c.value_as(node, map_.value)

    def content(frame: Frame) -> Any:
        found = run(frame)
        if isinstance(map_.value, Scalar):
            cell = Cell(map_.value)
            cell.store(found)
            return cell
        return found

    return content


_PARAMETERS = {"update": ["key", "value", "flags"], "get": ["key", "default"]}


def _map_method(c: Compiler, map_: Map, method: str, node: ast.Call) -> Code:
    written = arguments_of(node, _PARAMETERS.get(method, ["key"]))
    key = key_of(c, map_, written["key"])
    if method == "lookup":
        kind = Pointer(map_.value) if isinstance(map_.value, Scalar) else map_.value
        return Code(kind, lambda frame: map_.lookup(key(frame)))
    if method == "delete":
        return Code(S64, lambda frame: map_.delete(key(frame)))
    if method == "update":
        runs = {"key": key, "value": content_of(c, map_, written["value"])}
        if "flags" in written:
            runs["flags"] = converted(c.value(written["flags"]), SCALARS["u64"]).run

        def update(frame: Frame) -> int:
            values = {name: runs[name](frame) for name in written}
            what = values["value"]
            if not isinstance(map_.value, Scalar):
                what = memory.copied(what, map_.value)
            return map_.update(values["key"], what, values.get("flags", 0))

        return Code(S64, update)
    if method == "get":
        choices = {"key": key, "default": converted(c.value(written["default"]), map_.value).run}

        def get(frame: Frame) -> int:
            values = {name: choices[name](frame) for name in written}
            found = map_.lookup(values["key"])
            return found.value if isinstance(found, Cell) else values["default"]

        return Code(map_.value, get)
    raise Illegal(f"the model does not know {map_.name}.{method}")
