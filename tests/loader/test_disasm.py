"""Instructions as text: against llvm-objdump on real code, and by hand for what compilers rarely emit."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pybpfc_runtime.disasm import Instruction, decode, disassemble, encode, format_instruction
from pybpfc_runtime.elf import ElfFile
from support.machine import check, needs_tool

OBJECTS = ("xdp_count", "subprograms", "maps", "globals", "core", "tracing", "local_call")


def normalised(text: str) -> str:
    """Numbers in decimal, jump targets without names: where the two styles differ without a difference in meaning."""
    text = re.sub(r"<[\w.]+(\+0x[0-9a-f]+)?>", "", text).replace("atomic64_", "atomic_")
    text = re.sub(r"-?0x[0-9a-f]+", lambda match: str(int(match.group(), 16)), text)
    text = re.sub(r"goto \+(?=-)", "goto ", text)
    text = re.sub(r"goto (\d)", r"goto +\1", text)
    text = re.sub(r"(call) bpf_\w+#(\d+)", r"\1 \2", text)
    text = re.sub(r"call pc[+]?(-?\d+)", r"call \1", text)
    text = re.sub(r"\*\((u32|u16|u8) \*\)(\(r\d+ [-+] \d+\)) = w", r"*(\1 *)\2 = r", text)
    text = re.sub(r"^w(\d+) = \*\(", r"r\1 = *(", text)
    text = text.replace("+ -", "- ").replace(" += -", " += -")
    return " ".join(text.split())


@pytest.mark.parametrize("name", OBJECTS)
def test_agrees_with_llvm(name: str, built: Callable[[str], Path]) -> None:
    path = built(name)
    listing = check(needs_tool("llvm-objdump-22"), "-d", "--no-show-raw-insn", path)
    expected = [normalised(match.group(1)) for match in re.finditer(r"^ +\d+:\t(.*)$", listing, re.M)]
    found = []
    for section in ElfFile(path.read_bytes()).sections:
        if section.is_executable and section.size:
            found += [normalised(line.partition(": ")[2]) for line in disassemble(section.data)]
    assert found == expected
    assert len(found) > 1


@pytest.mark.parametrize(("instruction", "text"), [
    (Instruction(0x3F, 1, 2, 1), "r1 s/= r2"),
    (Instruction(0x94, 1, 0, 1, -3), "w1 s%= -3"),
    (Instruction(0xBF, 1, 2, 16), "r1 = (s16)r2"),
    (Instruction(0xBC, 1, 2, 8), "w1 = (s8)w2"),
    (Instruction(0xD7, 3, 0, 0, 64), "r3 = bswap64 r3"),
    (Instruction(0xDC, 3, 0, 0, 16), "r3 = be16 r3"),
    (Instruction(0xD4, 3, 0, 0, 32), "r3 = le32 r3"),
    (Instruction(0x87, 4), "r4 = -r4"),
    (Instruction(0xC4, 4, 0, 0, 3), "w4 s>>= 3"),
    (Instruction(0x81, 1, 2, 4), "r1 = *(s32 *)(r2 + 4)"),
    (Instruction(0x62, 10, 0, -8, 7), "*(u32 *)(r10 - 8) = 7"),
    (Instruction(0xDB, 1, 2, 8, 0x00), "lock *(u64 *)(r1 + 8) += r2"),
    (Instruction(0xC3, 1, 2, 0, 0xA1), "r2 = atomic_fetch_xor((u32 *)(r1 + 0), r2)"),
    (Instruction(0xDB, 1, 2, 0, 0xE1), "r2 = atomic64_xchg((u64 *)(r1 + 0), r2)"),
    (Instruction(0xDB, 1, 2, 0, 0xF1), "r0 = atomic64_cmpxchg((u64 *)(r1 + 0), r0, r2)"),
    (Instruction(0xDB, 1, 2, 0, 0x100), "r1 = load_acquire((u64 *)(r2 + 0))"),
    (Instruction(0xCB, 1, 2, 0, 0x110), "store_release((u16 *)(r1 + 0), r2)"),
    (Instruction(0x30, 0, 0, 0, 14), "r0 = *(u8 *)skb[14]"),
    (Instruction(0x48, 0, 3, 0, 2), "r0 = *(u16 *)skb[r3 + 2]"),
    (Instruction(0x18, 1, 0, 0, -1, 1), "r1 = 0x1ffffffff ll"),
    (Instruction(0x18, 1, 1, 0, 9), "r1 = map[fd:9]"),
    (Instruction(0x18, 1, 2, 0, 9, 24), "r1 = map[fd:9][0]+24"),
    (Instruction(0x18, 1, 4, 0, -5), "r1 = subprog[-5]"),
    (Instruction(0x85, 0, 0, 0, 1), "call bpf_map_lookup_elem#1"),
    (Instruction(0x85, 0, 0, 0, 211), "call bpf_cgrp_storage_delete#211"),
    (Instruction(0x85, 0, 1, 0, 6), "call pc+6"),
    (Instruction(0x85, 0, 2, 0, 77), "call kernel-function#77"),
    (Instruction(0x8D, 3), "callx r3"),
    (Instruction(0x95), "exit"),
    (Instruction(0x2D, 1, 2, 5), "if r1 > r2 goto +5"),
    (Instruction(0xC6, 1, 0, -2, 10), "if w1 s< 10 goto -2"),
    (Instruction(0x45, 1, 0, 3, 8), "if r1 & 8 goto +3"),
    (Instruction(0x06, 0, 0, 0, 100000), "gotol +100000"),
    (Instruction(0x05, 0, 0, -7), "goto -7"),
    (Instruction(0xE5, 0, 0, 4), "may_goto +4"),
    (Instruction(0xFF, 1, 2), "unknown opcode 0xff (dst=1 src=2 off=0 imm=0)"),
])
def test_by_hand(instruction: Instruction, text: str) -> None:
    assert format_instruction(instruction) == text
    for order in ("little", "big"):
        assert [item for _, item in decode(instruction.encode(order), order)] == [instruction]


def test_slots_are_numbered_as_the_verifier_does() -> None:
    code = encode([Instruction(0x18, 1, 0, 0, 5), Instruction(0x95)])
    assert disassemble(code) == ["0: r1 = 0x5 ll", "2: exit"]
    with pytest.raises(ValueError, match="second half"):
        disassemble(code[:8])
    with pytest.raises(ValueError, match="whole number"):
        disassemble(code[:11])
