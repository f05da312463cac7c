"""The safety passes: what the kernel's verifier would refuse, said in terms of the source."""

from __future__ import annotations

from collections.abc import Iterator

from ...tables import program_kinds
from ..diagnostics import Diagnostic
from ..ir.graph import Graph
from ..ir.module import Function, Module
from .arenas import check_arenas
from .assigned import check_assigned
from .availability import (
    check_atomics,
    check_events,
    check_helpers,
    check_maps,
    check_objects,
    check_sections,
    check_sleeping,
)
from .branches import settle_equalities
from .calls import CallGraph, check_recursion
from .held import check_held
from .loops import check_loops
from .narrowing import check_ranges
from .packets import check_packets
from .program_arrays import check_program_arrays
from .ranges import Ranges
from .readonly import check_readonly
from .resources import Summaries, check_resources
from .slots import check_slots
from .stack import check_stack
from .trust import check_trust
from .value_maps import check_value_maps
from .verdicts import callers_of_callbacks, check_callback, check_verdicts

__all__ = ["analyse"]


def analyse(module: Module, cpu: str, min_kernel: tuple[int, int] = (0, 0)) -> list[Diagnostic]:
    """What is wrong or doubtful in a module that `ir.verify` has accepted; sides of it that never run are taken out.

    Args:
        module: the IR.
        cpu: the BPF cpu version of the target, "v1" to "v4".
        min_kernel: the oldest kernel that the object is for.

    Returns:
        Errors and warnings in the order of the source, each mistake once.
    """
    found: dict[tuple[str, object], Diagnostic] = {}
    for item in _all(module, cpu, min_kernel):
        found.setdefault((item.code, item.span), item)
    return sorted(found.values(), key=lambda item: (item.span.source.display, item.span.line, item.span.column,
                                                    item.code))


def _all(module: Module, cpu: str, min_kernel: tuple[int, int]) -> Iterator[Diagnostic]:
    whole = module.with_uncalled()
    everything = CallGraph(whole)
    summaries = Summaries(everything)
    callers = callers_of_callbacks(whole)
    for function in whole.functions:
        ranges = Ranges(function, Graph(function))
        unassigned = list(check_assigned(function, ranges))
        yield from unassigned
        if not unassigned:  # a variable without a value has no range either
            yield from check_ranges(ranges)
            yield from check_verdicts(function, ranges)
            yield from check_callback(function, ranges, callers.get(function.name, ""))
        yield from check_packets(function, ranges)
        yield from check_loops(function, ranges)
        yield from check_slots(function, ranges)
        yield from check_resources(function, ranges, summaries)
        yield from check_held(function)
        settle_equalities(ranges)
    yield from check_recursion(everything)
    yield from check_readonly(whole)
    yield from check_value_maps(everything)
    yield from check_stack(everything)
    calls = CallGraph(module)  # what follows is about what programs reach
    yield from check_helpers(module, calls, _helper_set)
    yield from check_sleeping(calls)
    yield from check_maps(calls, min_kernel)
    yield from check_objects(calls, min_kernel)
    yield from check_program_arrays(module, calls)
    yield from check_sections(module)
    yield from check_trust(module)
    yield from check_events(module)
    yield from check_atomics(module, cpu)
    yield from check_arenas(module, calls)


def _helper_set(program: Function) -> str:
    row = program_kinds.by_decorator(program.program_kind) if program.program_kind else \
        program_kinds.by_section(program.section)
    if row is None:
        return ""
    return f"{row.helpers}/{program.section.partition('/')[2]}" if row.decorator == "iter_" else row.helpers
