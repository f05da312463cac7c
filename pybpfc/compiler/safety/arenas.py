"""The arena of a program: one at most, and named in it.

The verifier learns a program's arena from the map that its instructions name, and refuses casts of pointers where
there is none ("addr_space_cast insn can only be used in a program that has an associated arena", verifier.c).
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Diagnostic
from ..diagnostics.safety import OneArena
from ..ir.module import Function, Keep, MapAddress, MapDefinition, Module, follows_arena
from ..source import Span
from ..types import VOID, Reference, Space
from .calls import CallGraph


def check_arenas(module: Module, graph: CallGraph) -> Iterator[Diagnostic]:
    """Programs with two arenas, or with none to name; those that follow pointers only are made to name theirs."""
    arenas = [item for item in module.maps if item.is_arena]
    for program in graph.programs():
        reached = [graph.functions[name] for name in graph.reached_from(program.name)]
        passed = [(item.map, item.span) for function in reached for item in function.instructions()
                  if isinstance(item, MapAddress) and item.map.is_arena]
        named = [*passed, *(pair for function in reached for pair in function.arenas)]
        followed = next((item.span for function in reached for item in function.instructions()
                         if follows_arena(item)), None)
        other = next((pair for pair in named if pair[0] is not named[0][0]), None)
        if other is not None:
            yield OneArena(other[1], f"`{program.name}` uses two arenas, `{named[0][0].name}` and `{other[0].name}`",
                           f"`{other[0].name}` is used here", "use one arena, or a program for each", named[0][1])
        elif named and not passed:
            _name(program, named[0][0])
        elif followed is not None and not named:
            if len(arenas) == 1:
                _name(program, arenas[0])
            else:
                yield _unknown(program, arenas, followed)


def _unknown(program: Function, arenas: list[MapDefinition], followed: Span) -> Diagnostic:
    if not arenas:
        return OneArena(followed, f"`{program.name}` follows a pointer into an arena, and there is none",
                        "this is in no arena", "declare one at module level: `arena = Arena(max_entries=16)`")
    return OneArena(followed, f"`{program.name}` follows a pointer that may lead into any of {len(arenas)} arenas",
                    "in which arena this is cannot be seen",
                    f"make the pointer in this program: `{arenas[0].name}.at(address, T)`")


def _name(program: Function, arena: MapDefinition) -> None:
    """Have the program hold the map's address for a moment."""
    there = MapAddress(Reference(VOID, Space.GLOBAL), program.span, arena)
    program.blocks[0].instructions[:0] = [there, Keep(VOID, program.span, there)]
