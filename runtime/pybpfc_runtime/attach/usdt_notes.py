"""User statically defined tracepoints as binaries carry them: where each is, and where its arguments are.

Source: `.note.stapsdt`, https://sourceware.org/systemtap/wiki/UserSpaceProbeImplementation; `struct pt_regs` of
arch/x86/include/uapi/asm/ptrace.h and `struct user_pt_regs` of arch/arm64/include/uapi/asm/ptrace.h.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, NamedTuple

from .binary import NotThere

if TYPE_CHECKING:
    from .binary import Binary, Section

EM_X86_64, EM_AARCH64 = 62, 183
_NOTE_TYPE, _NOTE_OWNER = 3, b"stapsdt\0"

# What __bpf_usdt_arg_type says of an argument.
CONST, REG, REG_DEREF, SIB = range(4)


class Argument(NamedTuple):
    """One argument: `value` and registers as `kind` says.

    Attributes:
        kind: CONST: `value` is it; REG: a register holds it; REG_DEREF: it is in memory at register plus `value`; SIB:
            in memory at register plus index register times 2 ** `scale` plus `value`.
        size: in bytes: 1, 2, 4 or 8.
        register, index_register: offsets in bytes in `struct pt_regs`.
    """

    kind: int
    size: int
    signed: bool
    value: int = 0
    register: int = 0
    index_register: int = 0
    scale: int = 0


class Probe(NamedTuple):
    """One place of a USDT.

    Attributes:
        address: as linked; `offset`: in the file.
        semaphore: the offset in the file of the counter that says whether somebody listens; 0 for none.
        arguments: as the note writes them: "-4@%edi 8@-16(%rbp)".
    """

    provider: str
    name: str
    address: int
    offset: int
    semaphore: int
    arguments: str


def probes(binary: Binary) -> list[Probe]:
    """The probes of a binary, in the order of the file.

    Raises:
        NotThere: the notes lie outside of what is mapped.
        struct.error, ValueError: a corrupt file.
    """
    section = binary.section(".note.stapsdt")
    if section is None:
        return []
    base = binary.section(".stapsdt.base")
    return [_probe(binary, description, base) for description in _descriptions(binary, section)]


def _descriptions(binary: Binary, section: Section) -> list[bytes]:
    data, at, found = binary.contents(section), 0, []
    while at + 12 <= len(data):
        owner, size, kind = struct.unpack_from(binary.order + "III", data, at)
        start = at + 12 + (owner + 3) // 4 * 4
        if kind == _NOTE_TYPE and data[at + 12 : at + 12 + owner] == _NOTE_OWNER:
            found.append(data[start : start + size])
        at = start + (size + 3) // 4 * 4
    return found


def _probe(binary: Binary, description: bytes, base: Section | None) -> Probe:
    width = 8 if binary.wide else 4
    address, noted_base, semaphore = struct.unpack_from(binary.order + ("QQQ" if binary.wide else "III"), description)
    provider, name, arguments = description[3 * width :].split(b"\0")[:3]
    moved = base.address - noted_base if base is not None and noted_base else 0  # prelink(8) moves both
    address += moved
    place = binary.segment(address)
    if place is None or not place[1]:
        raise NotThere(f"probe {provider.decode()}:{name.decode()} is at {address:#x}, which is no code of the file")
    counter = binary.segment(semaphore + moved) if semaphore else (0, False)
    if counter is None or (semaphore and counter[1]):
        raise NotThere(f"the semaphore of {provider.decode()}:{name.decode()} is in no data of the file")
    return Probe(provider.decode(), name.decode(), address, place[0], counter[0], arguments.decode())


# Arguments

_X86_REGISTERS = {
    name: offset for offset, names in {
        0: "r15 r15d r15w r15b", 8: "r14 r14d r14w r14b", 16: "r13 r13d r13w r13b", 24: "r12 r12d r12w r12b",
        32: "rbp ebp bp bpl", 40: "rbx ebx bx bl", 48: "r11 r11d r11w r11b", 56: "r10 r10d r10w r10b",
        64: "r9 r9d r9w r9b", 72: "r8 r8d r8w r8b", 80: "rax eax ax al", 88: "rcx ecx cx cl", 96: "rdx edx dx dl",
        104: "rsi esi si sil", 112: "rdi edi di dil", 128: "rip eip ip", 152: "rsp esp sp spl",
    }.items() for name in names.split()}
_ARM64_REGISTERS = {**{f"{kind}{number}": 8 * number for number in range(31) for kind in "xw"}, "sp": 248}

_NUMBER = r"[+-]?(?:0[xX][0-9a-fA-F]+|\d+)"
_GRAMMAR = {
    EM_X86_64: (_X86_REGISTERS, (
        (CONST, rf"\$(?P<value>{_NUMBER})"),
        (REG, r"%(?P<register>\w+)"),
        (REG_DEREF, rf"(?P<value>{_NUMBER})?\(%(?P<register>\w+)\)"),
        (SIB, rf"(?P<value>{_NUMBER})?\(%(?P<register>\w+),%(?P<index>\w+)(?:,(?P<scale>[1248]))?\)"))),
    EM_AARCH64: (_ARM64_REGISTERS, (
        (CONST, rf"#?(?P<value>{_NUMBER})"),
        (REG, r"(?P<register>[xw]\d+|sp)"),
        (REG_DEREF, rf"\[(?P<register>[xw]\d+|sp)(?:, ?#?(?P<value>{_NUMBER}))?\]"))),
}


def arguments(text: str, machine: int) -> tuple[Argument, ...]:
    """The arguments of a note.

    Args:
        text: "-4@%edi 8@-16(%rbp)": sizes in bytes, negative for signed ones, and places in the assembler's words.
        machine: EM_* of the binary.

    Raises:
        NotThere: an argument is where a program cannot read it (floating point, a symbol), or the processor is
            another than x86-64 and arm64.
    """
    if not text.strip():
        return ()
    if machine not in _GRAMMAR:
        raise NotThere(f"its arguments are written for processor {machine}, which this loader does not know")
    return tuple(_argument(each, machine) for each in re.split(r" +(?=[+-]?\d+f?@)", text.strip()))


def _argument(text: str, machine: int) -> Argument:
    registers, forms = _GRAMMAR[machine]
    size, at, place = text.partition("@")
    if at and re.fullmatch(r"-?[1248]", size):
        for kind, form in forms:
            match = re.fullmatch(form, place.strip())
            if match is None:
                continue
            parts = match.groupdict(default="")
            used = [parts[name] for name in ("register", "index") if parts.get(name)]
            if any(name not in registers for name in used):
                break
            scale = int(parts.get("scale") or "1").bit_length() - 1
            base, index = [*(registers[name] for name in used), 0, 0][:2]
            value = _integer(parts.get("value") or "0")
            return Argument(kind, abs(int(size)), size.startswith("-"), value, base, index, scale)
    raise NotThere(f"argument {text!r} is of a form that programs cannot read",
                   "integers in registers, in memory relative to a register, and constants can be read")


def _integer(text: str) -> int:
    return int(text, 0) if "x" in text.lower() else int(text)
