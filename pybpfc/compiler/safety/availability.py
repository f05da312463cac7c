"""What the target lets a program do: helpers by program type and license, atomics by cpu version."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from pybpfc_runtime import layout

from ...map_declaration import objects_in
from ...tables import availability, map_kinds, program_kinds
from ...tables.kfuncs import LOCKS, plain
from ...tables.rows import ProgramKind
from ..diagnostics import Diagnostic
from ..diagnostics.safety import (
    AtomicNeedsNewerCpu,
    HeadOfEvent,
    HelperNeedsGpl,
    HelperNotAvailable,
    MapNotForSleepable,
    NeedsRcuSection,
    ObjectHeldBack,
    Sleeps,
)
from ..diagnostics.target import NewerKernel
from ..ir.module import (
    Atomic,
    AtomicOperator,
    Constant,
    Convert,
    CopyMemory,
    ElementAddress,
    FieldAddress,
    Function,
    GlobalAddress,
    HelperCall,
    Instruction,
    KernelCall,
    Load,
    Local,
    LocalRead,
    LocalWrite,
    MapAddress,
    Module,
    Value,
)
from ..source import Span
from .calls import CallGraph

# license_is_gpl_compatible() in include/linux/license.h
GPL_COMPATIBLE = ("GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL")

_SHOWN = 6  # how many program types a message lists
_PACKAGE = Path(__file__).parents[2]


def library_of(function: Function) -> str | None:
    """The module of this package that a function was compiled from; None for one of the program's own."""
    path = Path(function.span.source.path)
    return path.stem if path.parent == _PACKAGE else None



def check_helpers(module: Module, graph: CallGraph, helper_sets: Callable[[Function], str]) -> Iterator[Diagnostic]:
    """Helpers that a program reaches but may not call, and helpers that its license forbids.

    Args:
        module: for its license.
        graph: the calls of the module.
        helper_sets: gives the key of `tables.availability.callable_by` for a program; empty where every helper
            is left to the kernel (freplace).
    """
    for program in graph.programs():
        key = helper_sets(program)
        allowed = availability.callable_by(key) if key else None
        if key:
            yield from _foreign_library(program, graph)
        for name in graph.reached_from(program.name):
            for item in graph.functions[name].instructions():
                if isinstance(item, HelperCall) and allowed is not None and item.helper.name not in allowed:
                    by_way_of = program.span if name != program.name else None
                    yield HelperNotAvailable(item.span, item.helper.name, key.partition("/")[0],
                                             _callers(item.helper.name), program=by_way_of)
    if module.license not in GPL_COMPATIBLE:
        declared = ("the module declares no LICENSE" if module.license is None
                    else f'the module declares LICENSE = "{module.license}"')
        accepted = ", ".join(f'"{text}"' for text in GPL_COMPATIBLE)
        for function in module.functions:
            library = library_of(function)
            for item in function.instructions():
                if isinstance(item, HelperCall) and item.helper.gpl_only and library:
                    for site in graph.first_calls_of(function.name):
                        yield HelperNeedsGpl(site, function.name, declared, accepted)
                elif isinstance(item, HelperCall) and item.helper.gpl_only:
                    yield HelperNeedsGpl(item.span, item.helper.name, declared, accepted)
                elif isinstance(item, KernelCall):  # the kernel asks for it whatever the function is
                    yield HelperNeedsGpl(item.span, plain(item.function.name), declared, accepted)


def _foreign_library(program: Function, graph: CallGraph) -> Iterator[Diagnostic]:
    """Calls of functions that this package has for programs of another kind."""
    own = next((kind.library for kind in program_kinds.all_kinds() if kind.decorator == program.program_kind), "")
    for name in graph.reached_from(program.name):
        for site in graph.sites[name]:
            library = library_of(graph.functions[site.callee])
            if library in (None, own) or library == library_of(graph.functions[name]):
                continue
            kinds = [f"`@{kind.decorator}`" for kind in program_kinds.all_kinds()
                     if kind.library == library and not kind.sleepable]
            yield HelperNotAvailable(site.span, site.callee, f"`@{program.program_kind}`", "it reads what the loader "
                                     f"keeps for {' and '.join(kinds)} programs",
                                     program=program.span if name != program.name else None)


def check_sleeping(graph: CallGraph) -> Iterator[Diagnostic]:
    """Helpers and kernel functions that may sleep, in programs that may not."""
    for program in graph.programs():
        kind = program_kinds.by_decorator(program.program_kind) if program.program_kind else None
        if kind is None or kind.sleepable:
            continue
        twin = next((row.section for row in program_kinds.all_kinds()
                     if row.sleepable and row.decorator.removesuffix("_s") == kind.decorator.rstrip("_")), "")
        for name in graph.reached_from(program.name):
            for item in graph.functions[name].instructions():
                called = ""
                if isinstance(item, HelperCall) and item.helper.may_sleep:
                    called = item.helper.name
                elif isinstance(item, KernelCall) and "SLEEPABLE" in item.function.flags:
                    called = plain(item.function.name)
                if called:
                    way_out = f"make the program sleepable: its section is then `{twin.partition('/')[0]}/...`" \
                        if twin else "call it from a program of a sleepable kind, such as fentry.s, lsm.s or syscall"
                    yield Sleeps(item.span, called, kind.decorator, way_out,
                                 program.span if name != program.name else None)


def check_maps(graph: CallGraph, min_kernel: tuple[int, int]) -> Iterator[Diagnostic]:
    """Maps that the verifier does not take in sleepable programs, where each program uses them first.

    A version is said where the kernel of the tables, which programs are written for, is older than that.

    Args:
        min_kernel: the oldest version that the object is for.
    """
    oldest = max(min_kernel, _version(availability.KERNEL))
    for kind, item, name, _, by_way_of in _first_uses(graph):
        if not kind.sleepable or not isinstance(item, MapAddress):
            continue
        row = item.map.kind
        if not row.sleepable:
            allowed = ", ".join(row.class_name for row in map_kinds.all_kinds()
                                if row.sleepable and _version(row.sleepable) <= oldest)
            yield MapNotForSleepable(item.span, name, row.class_name, allowed, _without_sleeping(kind), by_way_of)
        elif _version(row.sleepable) > oldest:
            yield NewerKernel(item.span, f"`{row.class_name}` in a sleepable program", row.sleepable, by_way_of)


def check_objects(graph: CallGraph, min_kernel: tuple[int, int]) -> Iterator[Diagnostic]:
    """Maps whose values hold an object that the verifier keeps from a program's type, where each uses them first.

    Args:
        min_kernel: the oldest version that the object file is for.
    """
    oldest = max(min_kernel, _version(availability.KERNEL))
    for kind, item, name, values, by_way_of in _first_uses(graph):
        held_back = map_kinds.HELD_BACK.get(kind.program_type, {})
        for held in sorted(set(objects_in(values))):
            since = held_back.get(held)
            if since and _version(since) > oldest:
                yield NewerKernel(item.span, f"a {held} in a map of a `@{kind.decorator}` program", since, by_way_of)
            elif since == "":
                tracing = kind.program_type in map_kinds.TRACING
                types = "probes, tracepoints and perf events" if tracing else "socket filters"
                yield ObjectHeldBack(item.span, name, kind.decorator, held, types, _without(held, tracing), by_way_of)


def _first_uses(graph: CallGraph) -> Iterator[tuple[ProgramKind, Instruction, str, layout.AnyType | None, Span | None]]:
    """Where each program uses a map first, also through subprograms.

    Yields:
        The program's kind, the instruction, the map's name, its values, and the program's place where the instruction
        is a subprogram's.
    """
    for program in graph.programs():
        kind = program_kinds.by_decorator(program.program_kind) if program.program_kind else None
        if kind is None:
            continue
        seen = {""}
        for name in graph.reached_from(program.name):
            for item in graph.functions[name].instructions():
                used, values = _values_of(item)
                if used not in seen:
                    seen.add(used)
                    yield kind, item, used, values, program.span if name != program.name else None


def _values_of(item: Instruction) -> tuple[str, layout.AnyType | None]:
    """The name of the map that an instruction uses, and what its values are; a variable with such objects is one."""
    if isinstance(item, MapAddress):
        return item.map.name, next((member.described for member in item.map.members if member.name == "value"), None)
    return (item.variable.name, item.variable.described) if isinstance(item, GlobalAddress) else ("", None)


def _without(held: str, tracing: bool) -> str:
    """What to do where a program may not have an object in its maps."""
    way_out = "count with atomic_add() or in a per-CPU map" if held in LOCKS else "hand it over in a ring buffer"
    return f"{way_out}, or trace with a kind that may: `@fentry`, `@fexit`, `@tp_btf`" if tracing else way_out


def _without_sleeping(kind: ProgramKind) -> str:
    """A way to have the same program run where it may not sleep; "" for a kind that always may."""
    section = kind.section.partition("/")[0]
    plain = section.removesuffix(".s")
    return f", or let the program not sleep: its section is then `{plain}/...`" if plain != section else ""


def _version(text: str) -> tuple[int, int]:
    major, minor = text.split(".")
    return int(major), int(minor)


def check_sections(module: Module) -> Iterator[Diagnostic]:
    """Iterators over what RCU protects, in sleepable programs that never enter an RCU section."""
    for function in module.functions:
        kind = program_kinds.by_decorator(function.program_kind) if function.program_kind else None
        if kind is None or not kind.sleepable:
            continue
        calls = [item for item in function.instructions() if isinstance(item, KernelCall)]
        if any(item.function.acquires == "rcu_read_lock" for item in calls):
            continue
        for item in calls:
            if "RCU_PROTECTED" in item.function.flags:
                yield NeedsRcuSection(item.span, item.function.name.removesuffix("_new"))


def check_events(module: Module) -> Iterator[Diagnostic]:
    """Reads of what stands before the fields of a tracepoint's event."""
    for function in module.functions:
        if function.program_kind != "tracepoint":
            continue
        names = _names_of(function.parameters[0].local, function)
        for item in function.instructions():
            address = item.address if isinstance(item, Load) else item.source if isinstance(item, CopyMemory) else None
            offset = None if address is None else _offset_in(address, names)
            if offset is not None and offset < program_kinds.HEAD_OF_EVENT:
                yield HeadOfEvent(item.span, program_kinds.HEAD_OF_EVENT, offset)


def _names_of(context: Local, function: Function) -> set[Local]:
    """The context's own variable and others that hold nothing else."""
    written: dict[Local, list[Value]] = {}
    for item in function.instructions():
        if isinstance(item, LocalWrite):
            written.setdefault(item.local, []).append(
                item.value.value if isinstance(item.value, Convert) else item.value)
    found = {context}
    while more := {local for local, values in written.items() if local not in found and all(
            isinstance(value, LocalRead) and value.local in found for value in values)}:
        found |= more
    return found


def _offset_in(address: Value, context: set[Local]) -> int | None:
    """How far behind the start of the context an address is; None where it is elsewhere, or that is not known."""
    offset = 0
    while isinstance(address, (FieldAddress, ElementAddress, Convert)):
        if isinstance(address, FieldAddress):
            if address.struct.layout.declared:
                return None  # the order of its fields means nothing
            offset += address.struct.layout.fields[address.index].offset
        elif isinstance(address, ElementAddress):
            if not isinstance(address.index, Constant):
                return None
            offset += address.index.value * address.stride
        address = address.value if isinstance(address, Convert) else address.base
    return offset if isinstance(address, LocalRead) and address.local in context else None


def check_atomics(module: Module, cpu: str) -> Iterator[Diagnostic]:
    """Atomics that BPF cpu versions before v3 do not have."""
    if cpu not in ("v1", "v2"):
        return
    for function in module.functions:
        for item in function.instructions():
            if not isinstance(item, Atomic):
                continue
            if item.operator is not AtomicOperator.ADD:
                yield AtomicNeedsNewerCpu(item.span, cpu, f"atomic `{item.operator.value}`")
            elif item.used:
                yield AtomicNeedsNewerCpu(item.span, cpu, "the result is used", ", or leave the result unused")


def _callers(helper: str) -> str:
    types = list(dict.fromkeys(key.partition("/")[0] for key in availability.callers_of(helper)))
    if not types:
        return f"no program type of Linux {availability.KERNEL} has it"
    more = f" and {len(types) - _SHOWN} more" if len(types) > _SHOWN else ""
    walked = availability.iterators_with(helper)
    iterators = f"; iterators that have it: {', '.join(walked)}" if walked else ""
    return f"program types that have it: {', '.join(types[:_SHOWN])}{more}{iterators}"
