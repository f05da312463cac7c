"""Programs that follow pointers into an arena name its map: the verifier knows a program's arena by that alone.

Source: kernel/bpf/verifier.c, "addr_space_cast insn can only be used in a program that has an associated arena".
"""

from __future__ import annotations

from ..ir import module as ir
from ..types import VOID, Reference, Space


def name_arenas(module: ir.Module) -> None:
    """Name the arena in each program that follows a pointer into it and does not pass its map to anything."""
    arenas = [item for item in module.maps if item.is_arena]
    if not arenas:
        return
    functions = {function.name: function for function in module.functions}
    for program in module.functions:
        if program.linkage is not ir.Linkage.PROGRAM:
            continue
        reached = [functions[name] for name in _reached(program, functions)]
        if any(isinstance(item, ir.MapAddress) and item.map.is_arena
               for function in reached for item in function.instructions()):
            continue
        named = [arena for function in reached for arena in function.arenas]
        if named or any(_follows(item) for function in reached for item in function.instructions()):
            # A pointer that was found in memory may lead into any arena, if there are several: one that is named.
            arena = named[0] if named else arenas[0]
            there = ir.MapAddress(Reference(VOID, Space.GLOBAL), program.span, arena)
            program.blocks[0].instructions[:0] = [there, ir.Keep(VOID, program.span, there)]


def _follows(item: ir.Instruction) -> bool:
    """Whether an instruction reads or writes memory of an arena."""
    if isinstance(item, (ir.Load, ir.Store, ir.Atomic)):
        return ir.pointer_space(item.address) is Space.ARENA
    if isinstance(item, ir.ZeroMemory):
        return ir.pointer_space(item.target) is Space.ARENA
    return isinstance(item, ir.CopyMemory) and Space.ARENA in (ir.pointer_space(item.target),
                                                               ir.pointer_space(item.source))


def _reached(program: ir.Function, functions: dict[str, ir.Function]) -> set[str]:
    found = {program.name}
    waiting = [program]
    while waiting:
        for item in waiting.pop().instructions():
            if isinstance(item, (ir.FunctionCall, ir.FunctionAddress)) and item.function not in found:
                found.add(item.function)
                waiting.append(functions[item.function])
    return found
