"""Typed tree to IR: widths, addresses and control flow become explicit, nothing is decided any more."""

from __future__ import annotations

from typing import Any

from ...tables.rows import Invalidates
from .. import tree
from ..ir import module as ir
from ..types import Type
from .address_numbers import make_numbers
from .alignment import lower_alignment
from .counters import keep_counters
from .function import FunctionBuilder, invalidates
from .homes import share_homes
from .nonetests import keep_branches
from .shared_slots import share_slots
from .statements import statements

__all__ = ["build"]


def build(typed: tree.TypedModule) -> ir.Module:
    """Lower a typed module that has no errors."""
    maps = [_map(item) for item in typed.maps]
    variables = [_variable(item) for item in typed.variables]
    maps_by_name = {item.name: item for item in maps}
    extra = [_variable(item) for item in typed.uncalled_variables]
    variables_by_name = {item.name: item for item in (*variables, *extra)}
    nodes = {instance: list(tree.walk(instance.body)) for instance in (*typed.functions, *typed.uncalled)}
    moving = _moving(nodes)
    builders: list[FunctionBuilder] = []
    functions: list[ir.Function] = []
    for instance, inside in nodes.items():
        iterated = _pulls_in(inside, tree.ForIterator)
        builder = FunctionBuilder(instance, maps_by_name, variables_by_name,
                                  iterated or instance.name in moving or _pulls_in(inside, tree.While), iterated)
        statements(builder, instance.body)
        functions.append(builder.complete())
        builders.append(builder)
    invalidating = _invalidating(functions)
    for builder in builders:
        builder.place_packet_reads(invalidating)
    tables = [ir.FunctionTable(item.name, item.struct, item.section, item.initial, item.functions, item.signatures,
                               item.span) for item in typed.tables]
    count = len(typed.functions)
    module = ir.Module(typed.name, typed.license, functions[:count], maps, variables, tables, functions[count:], extra)
    lower_alignment(module)
    for function in functions:
        keep_counters(function)
        share_homes(function)
        share_slots(function)
        keep_branches(function)
    make_numbers(functions)
    return module


def _moving(nodes: dict[tree.FunctionInstance, list[Any]]) -> frozenset[str]:
    """Functions in which something other than a pull moves cursors."""
    found: set[str] = set()
    calls: dict[str, set[str]] = {}
    for instance, inside in nodes.items():
        for node in inside:
            if isinstance(node, tree.CallFunction):
                calls.setdefault(node.function.name, set()).add(instance.name)
            elif isinstance(node, tree.CursorSkip) or (
                    isinstance(node, tree.CallHelper) and node.helper.invalidates is Invalidates.PACKET):
                found.add(instance.name)
    return _with_callers(found, calls)


def _pulls_in(nodes: list[Any], *loops: type[tree.Statement]) -> bool:
    """Whether a loop of these kinds pulls."""
    return any(isinstance(node, tree.CursorPull) for node in nodes) and any(
        isinstance(inner, tree.CursorPull) for node in nodes if isinstance(node, loops) for inner in tree.walk(node))


def _variable(item: tree.GlobalDeclaration) -> ir.GlobalVariable:
    extern = None if item.extern is None else ir.Extern(
        item.extern.described if item.extern.typed else None, item.extern.weak)
    return ir.GlobalVariable(item.name, item.type, item.section, item.initial, item.span, item.constant, extern,
                             item.hidden, item.described)


def _map(declaration: tree.MapDeclaration) -> ir.MapDefinition:
    members = tuple(
        ir.MapMember(name, type=content, described=getattr(declaration.declared, f"{name}_type"))
        if isinstance(content, Type)
        else ir.MapMember(name, number=content, type=declaration.record if name == "type" else None,
                          described=getattr(declaration.declared, "record_type", None) if name == "type" else None)
        for name, content in declaration.members)
    inner = None if declaration.inner is None else _map(declaration.inner)
    return ir.MapDefinition(declaration.name, members, declaration.span, inner, declaration.slots)


def _invalidating(functions: list[ir.Function]) -> frozenset[str]:
    """Functions that move the packet, themselves or by what they call."""
    found: set[str] = set()
    calls: dict[str, set[str]] = {}
    for function in functions:
        for instruction in function.instructions():
            if isinstance(instruction, ir.FunctionCall):
                calls.setdefault(instruction.function, set()).add(function.name)
            elif invalidates(instruction):
                found.add(function.name)
    return _with_callers(found, calls)


def _with_callers(found: set[str], calls: dict[str, set[str]]) -> frozenset[str]:
    waiting = list(found)
    while waiting:
        for caller in calls.get(waiting.pop(), ()):
            if caller not in found:
                found.add(caller)
                waiting.append(caller)
    return frozenset(found)
