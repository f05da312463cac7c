"""What is in an object, in numbers: for people, without privileges and without a kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .uapi import INSTRUCTION_SIZE

if TYPE_CHECKING:
    from .spec import ObjectSpec


class ProgramSummary(NamedTuple):
    name: str
    section: str
    program_type: str  # BPF_PROG_TYPE_*; "" where the section names none
    instructions: int  # slots of 8 bytes, before subprograms are appended
    relocations: int
    core_relocations: int
    lines: int  # line_info records


class MapSummary(NamedTuple):
    name: str
    type: str  # BPF_MAP_TYPE_*
    key: str  # the type's name, or its size in bytes
    value: str
    max_entries: int


class ObjectSummary(NamedTuple):
    """What `describe` gives; `str()` of it is a few lines of text."""

    name: str
    license: str
    programs: tuple[ProgramSummary, ...]
    subprograms: tuple[tuple[str, int], ...]  # name, instructions
    maps: tuple[MapSummary, ...]
    variables: tuple[tuple[str, str], ...]  # name, section
    btf_types: int
    btf_kinds: dict[str, int]
    relocations: dict[str, int]  # by kind: map, data, call, function, extern
    core_relocations: dict[str, int]  # by kind: byte_off, type_exists, ...

    def __str__(self) -> str:
        lines = [f"{self.name}, license {self.license or 'none'}"]
        lines += [f"  program     {item.name}: SEC({item.section!r}), {item.instructions} instructions, "
                  f"{item.relocations} relocations, {item.core_relocations} CO-RE, {item.lines} source lines"
                  for item in self.programs]
        lines += [f"  subprogram  {name}: {count} instructions" for name, count in self.subprograms]
        lines += [f"  map         {item.name}: {item.type}, {item.key} -> {item.value}, max_entries {item.max_entries}"
                  for item in self.maps]
        lines += [f"  variable    {name} in {section}" for name, section in self.variables]
        kinds = ", ".join(f"{count} {name}" for name, count in sorted(self.btf_kinds.items()))
        lines.append(f"  BTF         {self.btf_types} types" + (f": {kinds}" if kinds else ""))
        for title, counts in (("relocations", self.relocations), ("CO-RE", self.core_relocations)):
            if counts:
                lines.append(f"  {title:<11} " + ", ".join(f"{count} {name}" for name, count in sorted(counts.items())))
        return "\n".join(lines)


def describe(spec: ObjectSpec) -> ObjectSummary:
    """Count what an object holds. No system call is made."""
    from .btf.ext import CORE_KINDS
    from .btf.types import KIND_NAMES

    relocations: dict[str, int] = {}
    core: dict[str, int] = {}
    for function in spec.functions.values():
        for reference in function.references:
            relocations[reference.kind] = relocations.get(reference.kind, 0) + 1
        for _, record in function.core_relocations:
            name = CORE_KINDS[record.kind] if record.kind < len(CORE_KINDS) else f"kind {record.kind}"
            core[name] = core.get(name, 0) + 1
    kinds: dict[str, int] = {}
    for type_ in spec.btf.types[1:] if spec.btf else ():
        kinds[KIND_NAMES[type_.kind]] = kinds.get(KIND_NAMES[type_.kind], 0) + 1
    entry_points = {id(program.function) for program in spec.programs.values()}
    return ObjectSummary(
        spec.name, spec.license,
        tuple(ProgramSummary(item.name, item.section, item.program_type.name if item.program_type else "",
                             len(item.instructions) // INSTRUCTION_SIZE, len(item.function.references),
                             len(item.function.core_relocations), len(item.line_info))
              for item in spec.programs.values()),
        tuple((item.name, len(item.instructions) // INSTRUCTION_SIZE) for item in spec.functions.values()
              if id(item) not in entry_points),
        tuple(MapSummary(item.name, item.type.name, _type_text(item.key_type, item.key_size),
                         _type_text(item.value_type, item.value_size), item.max_entries)
              for item in spec.maps.values()),
        tuple((item.name, item.section) for item in spec.variables.values()),
        len(spec.btf) if spec.btf else 0, kinds, relocations, core)


def _type_text(type_: object, size: int) -> str:
    name = getattr(type_, "name", "")
    return name or (f"{size} bytes" if size else "none")
