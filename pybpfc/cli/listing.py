"""`--emit asm`: the instructions of an object between the source lines that they come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pybpfc_runtime.disasm import Instruction, decode, format_instruction
from pybpfc_runtime.spec import ObjectSpec

if TYPE_CHECKING:
    from pybpfc_runtime.spec import Function, Reference


def listing(data: bytes, name: str) -> str:
    """Every function of an object, programs and subprograms.

    Arguments:
        data: the object file.
        name: the file's name, for messages.

    Source lines stand before their instructions as `; file:line: text`, from the object's own line info.
    Instructions are numbered by slot, as in the verifier's log; where the loader fills in an operand, the name of
    what it refers to is shown.
    """
    spec = ObjectSpec.from_bytes(data, name)
    functions = [function for _, function in sorted(spec.functions.items())]
    return "\n".join("\n".join(_function(spec, function)) + "\n" for function in functions)


def _function(spec: ObjectSpec, function: Function) -> Iterator[str]:
    section = f"  # SEC({function.section_name!r})" if function.name in spec.programs else ""
    yield f"{function.name}:{section}"
    lines = dict(function.line_info)
    references = {reference.slot: reference for reference in function.references}
    shown = None
    for slot, instruction in decode(function.instructions, spec.byteorder):
        line = lines.get(slot)
        if line is not None and spec.btf is not None and (line.file_offset, line.line) != shown:
            shown = (line.file_offset, line.line)
            yield f"  ; {spec.btf.string(line.file_offset)}:{line.line}: {spec.btf.string(line.text_offset).strip()}"
        yield f"    {slot:4}: {_text(spec, instruction, references.get(slot))}"


def _text(spec: ObjectSpec, instruction: Instruction, reference: Reference | None) -> str:
    if reference is None:
        return format_instruction(instruction)
    if reference.kind in ("call", "function"):
        target = spec.functions.get((reference.section, reference.offset))
        name = target.name if target is not None else f"{reference.section}+{reference.offset}"
        return f"call {name}" if reference.kind == "call" else f"r{instruction.dst} = {name} ll"
    if reference.kind == "data":
        return f"r{instruction.dst} = {_variable(spec, reference)} ll"
    if reference.kind == "map":
        return f"r{instruction.dst} = map {reference.name} ll"
    return f"{format_instruction(instruction)}  # {reference.name}"


def _variable(spec: ObjectSpec, reference: Reference) -> str:
    """The variable at a place in a data section; a string constant has no name but its place."""
    for variable in spec.variables.values():
        if variable.section == reference.name and 0 <= reference.offset - variable.offset < variable.size:
            inside = reference.offset - variable.offset
            return f"&{variable.name}+{inside}" if inside else f"&{variable.name}"
    return f"{reference.name}+{reference.offset}"
