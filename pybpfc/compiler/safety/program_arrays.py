"""What may share a map of programs: bpf_prog_map_compatible() in kernel/bpf/core.c."""

from __future__ import annotations

from collections.abc import Iterator

from ...tables import program_kinds
from ...tables.rows import ProgramKind
from ..diagnostics import Diagnostic
from ..diagnostics.safety import ProgramsDiffer
from ..ir.module import Function, MapAddress, Module
from ..source import Span
from .calls import CallGraph

_CLASS = "ProgArray"
_EXTENSION = "BPF_PROG_TYPE_EXT"  # has the type of what it replaces

_Use = tuple[str, Function, ProgramKind, str, Span, "Span | None"]  # map, program, its kind, what it does, where


def check_program_arrays(module: Module, graph: CallGraph) -> Iterator[Diagnostic]:
    """The programs that call through a map of programs, and those in it, are of one type and one attach type.

    The first one that is loaded decides what the map is for; the kernel refuses to load another, or to put it there,
    and does not say why. The attach type counts since Linux 6.18 and in the updates of older kernels.
    """
    if not any(definition.kind.class_name == _CLASS for definition in module.maps):
        return
    owners: dict[str, tuple[Function, ProgramKind]] = {}
    for name, program, kind, use, span, by_way_of in _uses(module, graph):
        owner, first = owners.setdefault(name, (program, kind))
        differ = _difference(first, kind)
        if differ:
            yield ProgramsDiffer(span, name, owner.name, program.name, use, differ, owner.span, by_way_of)


def _uses(module: Module, graph: CallGraph) -> Iterator[_Use]:
    """Where each program calls through a map first, also in subprograms; then what maps hold from the start."""
    programs = {program.name: (program, kind) for program in graph.programs()
                if (kind := program_kinds.of_program(program.program_kind or "section", program.section)) is not None
                and kind.program_type != _EXTENSION and not program.section.startswith("?")}
    for program, kind in programs.values():
        seen = set()
        for name in graph.reached_from(program.name):
            for item in graph.functions[name].instructions():
                if isinstance(item, MapAddress) and item.map.name not in seen and item.map.kind.class_name == _CLASS:
                    seen.add(item.map.name)
                    yield (item.map.name, program, kind, f"`{program.name}` uses it here", item.span,
                           program.span if name != program.name else None)
    for definition in module.maps:
        for _, held in definition.slots if definition.kind.class_name == _CLASS else ():
            if held in programs:
                yield definition.name, *programs[held], f"it holds `{held}`", definition.span, None


def _attach_type(kind: ProgramKind) -> str:
    if kind.decorator.startswith("usdt"):
        return "BPF_TRACE_UPROBE_MULTI"  # loaders set it where the kernel has it: libbpf_prepare_prog_load()
    return kind.attach_type or "no attach type"


def _difference(first: ProgramKind, second: ProgramKind) -> str:
    """In what two kinds differ that the map compares; "" where they may share it."""
    if first.program_type != second.program_type:
        return f"{first.program_type} and {second.program_type}"
    if _attach_type(first) != _attach_type(second):
        return f"{_attach_type(first)} and {_attach_type(second)}"
    if ("frags" in first.section) != ("frags" in second.section):
        return "one takes packets in fragments"
    return "one may sleep" if first.sleepable != second.sleepable else ""
