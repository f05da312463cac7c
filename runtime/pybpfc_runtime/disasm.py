"""BPF instructions: decoding, encoding, and text in the style of the kernel's own disassembler.

Source: Documentation/bpf/standardization/instruction-set.rst (RFC 9669) and kernel/bpf/disasm.c.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from .helper_names import helper_name
from .uapi import INSTRUCTION_SIZE, LDIMM64

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# Instruction classes, the low three bits of the opcode.
BPF_LD, BPF_LDX, BPF_ST, BPF_STX, BPF_ALU, BPF_JMP, BPF_JMP32, BPF_ALU64 = range(8)

_SIZES = {0x00: (32, "u32"), 0x08: (16, "u16"), 0x10: (8, "u8"), 0x18: (64, "u64")}
_ALU = {0x00: "+=", 0x10: "-=", 0x20: "*=", 0x30: "/=", 0x40: "|=", 0x50: "&=", 0x60: "<<=", 0x70: ">>=",
        0x90: "%=", 0xA0: "^=", 0xB0: "=", 0xC0: "s>>="}
_SIGNED_ALU = {0x30: "s/=", 0x90: "s%="}
_JUMPS = {0x10: "==", 0x20: ">", 0x30: ">=", 0x40: "&", 0x50: "!=", 0x60: "s>", 0x70: "s>=", 0xA0: "<", 0xB0: "<=",
          0xC0: "s<", 0xD0: "s<="}
_ATOMICS = {0x00: ("+=", "add"), 0x40: ("|=", "or"), 0x50: ("&=", "and"), 0xA0: ("^=", "xor")}
_FETCH = 1
_XCHG = 0xE1
_CMPXCHG = 0xF1
_LOAD_ACQUIRE = 0x100
_STORE_RELEASE = 0x110

_MODE_IMM, _MODE_ABS, _MODE_IND, _MODE_MEM, _MODE_MEMSX, _MODE_ATOMIC = 0x00, 0x20, 0x40, 0x60, 0x80, 0xC0


class Instruction(NamedTuple):
    """One instruction. `imm` of an `ldimm64` is its first half, `next_imm` its second; both signed 32 bits."""

    code: int
    dst: int = 0
    src: int = 0
    off: int = 0
    imm: int = 0
    next_imm: int = 0

    @property
    def slots(self) -> int:
        """How many slots of 8 bytes it takes: 2 for `ldimm64`, else 1."""
        return 2 if self.code == LDIMM64 else 1

    @property
    def imm64(self) -> int:
        """The 64 bits of an `ldimm64`, unsigned."""
        return (self.next_imm & 0xFFFFFFFF) << 32 | self.imm & 0xFFFFFFFF

    def encode(self, byteorder: str = "little") -> bytes:
        """The instruction's bytes, as an object for a machine of that byte order holds them."""
        order, registers = ("<", self.src << 4 | self.dst) if byteorder == "little" else (">", self.dst << 4 | self.src)
        first = struct.pack(order + "BBhi", self.code, registers, self.off, self.imm)
        return first + struct.pack(order + "4xi", self.next_imm) if self.code == LDIMM64 else first


def decode(data: bytes | bytearray | memoryview, byteorder: str = "little") -> Iterator[tuple[int, Instruction]]:
    """Every instruction with the index of its first slot.

    Raises:
        ValueError: the data is not a whole number of slots, or ends inside an `ldimm64`.
    """
    if len(data) % INSTRUCTION_SIZE:
        raise ValueError(f"{len(data)} bytes are not a whole number of instructions of {INSTRUCTION_SIZE} bytes")
    little = byteorder == "little"
    slots = list(struct.iter_unpack("<BBhi" if little else ">BBhi", data))
    index = 0
    while index < len(slots):
        code, registers, off, imm = slots[index]
        dst, src = (registers & 15, registers >> 4) if little else (registers >> 4, registers & 15)
        if code == LDIMM64:
            if index + 1 == len(slots):
                raise ValueError(f"instruction {index} is a 64-bit load without its second half")
            yield index, Instruction(code, dst, src, off, imm, slots[index + 1][3])
            index += 2
        else:
            yield index, Instruction(code, dst, src, off, imm)
            index += 1


def encode(instructions: Iterable[Instruction], byteorder: str = "little") -> bytes:
    """The inverse of `decode`."""
    return b"".join(instruction.encode(byteorder) for instruction in instructions)


def disassemble(data: bytes | bytearray | memoryview, byteorder: str = "little") -> list[str]:
    """One line per instruction, numbered by slot as the verifier numbers them: `3: r1 = *(u32 *)(r6 + 4)`."""
    return [f"{index}: {format_instruction(instruction)}" for index, instruction in decode(data, byteorder)]


def format_instruction(instruction: Instruction) -> str:
    """The text of one instruction; `unknown opcode` with its fields where it has none."""
    text = _FORMATTERS[instruction.code & 7](instruction)
    if text is None:
        code, dst, src, off, imm, _ = instruction
        return f"unknown opcode {code:#04x} (dst={dst} src={src} off={off} imm={imm})"
    return text


def _register(number: int, bits: int = 64) -> str:
    return f"{'r' if bits == 64 else 'w'}{number}"


def _address(register: int, offset: int) -> str:
    return f"(r{register} {'-' if offset < 0 else '+'} {abs(offset)})"


def _alu(instruction: Instruction) -> str | None:
    code, dst, src, off, imm, _ = instruction
    bits = 64 if code & 7 == BPF_ALU64 else 32
    operation, from_register = code & 0xF0, bool(code & 8)
    target = _register(dst, bits)
    if operation == 0x80:
        return f"{target} = -{target}"
    if operation == 0xD0:
        if bits == 64:
            return f"r{dst} = bswap{imm} r{dst}"
        return f"r{dst} = {'be' if from_register else 'le'}{imm} r{dst}"
    symbol = _ALU.get(operation)
    if off == 1 and operation in _SIGNED_ALU:
        symbol = _SIGNED_ALU[operation]
    elif operation == 0xB0 and from_register and off in (8, 16, 32):
        return f"{target} = (s{off}){_register(src, bits)}"
    elif operation == 0xB0 and from_register and bits == 64 and off == 1:
        return f"r{dst} = addr_space_cast(r{src}, {imm >> 16 & 0xFFFF}, {imm & 0xFFFF})"
    elif operation == 0xB0 and from_register and bits == 64 and off == -1:
        return f"r{dst} = &(void __percpu *)(r{src})"
    elif off:
        return None
    if symbol is None:
        return None
    return f"{target} {symbol} {_register(src, bits) if from_register else imm}"


def _load_64(instruction: Instruction) -> str | None:
    code, dst, src, _, imm, next_imm = instruction
    mode = code & 0xE0
    if code == LDIMM64:
        return {0: f"r{dst} = {instruction.imm64:#x} ll",
                1: f"r{dst} = map[fd:{imm}]",
                2: f"r{dst} = map[fd:{imm}][0]+{next_imm}",
                3: f"r{dst} = btf_id[{imm}]",
                4: f"r{dst} = subprog[{imm:+d}]",
                5: f"r{dst} = map[idx:{imm}]",
                6: f"r{dst} = map[idx:{imm}][0]+{next_imm}"}.get(src)
    type_ = _SIZES[code & 0x18][1]
    if mode == _MODE_ABS:
        return f"r0 = *({type_} *)skb[{imm}]"
    if mode == _MODE_IND:
        return f"r0 = *({type_} *)skb[r{src} + {imm}]"
    return None


def _load(instruction: Instruction) -> str | None:
    code, dst, src, off, _, _ = instruction
    type_ = _SIZES[code & 0x18][1]
    mode = code & 0xE0
    if mode == _MODE_MEMSX:
        return f"r{dst} = *(s{type_[1:]} *){_address(src, off)}"
    return f"r{dst} = *({type_} *){_address(src, off)}" if mode == _MODE_MEM else None


def _store_imm(instruction: Instruction) -> str | None:
    code, dst, _, off, imm, _ = instruction
    if code & 0xE0 != _MODE_MEM:
        return None
    return f"*({_SIZES[code & 0x18][1]} *){_address(dst, off)} = {imm}"


def _store(instruction: Instruction) -> str | None:
    code, dst, src, off, imm, _ = instruction
    bits, type_ = _SIZES[code & 0x18]
    mode = code & 0xE0
    if mode == _MODE_MEM:
        return f"*({type_} *){_address(dst, off)} = r{src}"
    if mode != _MODE_ATOMIC:
        return None
    place = f"(({type_} *){_address(dst, off)}"
    prefix = "atomic64" if bits == 64 else "atomic"
    if imm == _XCHG:
        return f"r{src} = {prefix}_xchg{place}, r{src})"
    if imm == _CMPXCHG:
        return f"r0 = {prefix}_cmpxchg{place}, r0, r{src})"
    if imm == _LOAD_ACQUIRE:
        return f"r{dst} = load_acquire(({type_} *){_address(src, off)})"
    if imm == _STORE_RELEASE:
        return f"store_release{place}, r{src})"
    if imm & ~_FETCH not in _ATOMICS:
        return None
    symbol, name = _ATOMICS[imm & ~_FETCH]
    if imm & _FETCH:
        return f"r{src} = {prefix}_fetch_{name}{place}, r{src})"
    return f"lock *({type_} *){_address(dst, off)} {symbol} r{src}"


def _jump(instruction: Instruction) -> str | None:
    code, dst, src, off, imm, _ = instruction
    bits = 64 if code & 7 == BPF_JMP else 32
    operation, from_register = code & 0xF0, bool(code & 8)
    if operation == 0x00:
        if from_register:
            return f"gotox r{dst}"
        return f"goto {off:+d}" if bits == 64 else f"gotol {imm:+d}"
    if bits == 64 and operation == 0x80:
        if from_register:
            return f"callx r{dst}"
        return {0: f"call {helper_name(imm)}#{imm}", 1: f"call pc{imm:+d}", 2: f"call kernel-function#{imm}"}.get(src)
    if bits == 64 and operation == 0x90:
        return "exit"
    if bits == 64 and operation == 0xE0:
        return f"may_goto {off:+d}"
    symbol = _JUMPS.get(operation)
    if symbol is None:
        return None
    return f"if {_register(dst, bits)} {symbol} {_register(src, bits) if from_register else imm} goto {off:+d}"


_FORMATTERS: tuple[Callable[[Instruction], str | None], ...] = (
    _load_64, _load, _store_imm, _store, _alu, _jump, _jump, _alu)
