"""How much stack the finished code uses: what LLVM spills is known here first.

The verifier counts the lowest byte that a function touches below its frame pointer (check_stack_access() and
update_stack_depth() in kernel/bpf/verifier.c).
"""

from __future__ import annotations

import struct

from pybpfc_runtime.elf import STT_FUNC, ElfFile
from pybpfc_runtime.uapi import LDIMM64

_INSTRUCTION = struct.Struct("<BBhi")
_FRAME_POINTER = 10
# include/uapi/linux/bpf_common.h, bpf.h: instruction classes, and two operations on 64 bits
_CLASS, _BPF_LDX, _BPF_ST, _BPF_STX = 0x07, 0x01, 0x02, 0x03
_MOVE, _ADD_CONSTANT = 0xBF, 0x07


def frame_sizes(data: bytes) -> dict[str, int]:
    """Bytes of each function's frame, by the function's name."""
    elf = ElfFile(data)
    found: dict[str, int] = {}
    for symbol in elf.symbols:
        if symbol.type == STT_FUNC and symbol.section < len(elf.sections):
            code = elf.sections[symbol.section].data
            found[symbol.name] = _frame_size(code[symbol.value : symbol.value + symbol.size])
    return found


def _frame_size(code: bytes | memoryview) -> int:
    lowest = 0
    addresses: set[int] = set()  # registers that hold the frame pointer itself
    second = False
    for opcode, registers, offset, immediate in _INSTRUCTION.iter_unpack(code):
        if second:
            second = False
            continue
        target, source = registers & 0xF, registers >> 4
        kind = opcode & _CLASS
        if opcode == LDIMM64:
            second = True
        elif (kind == _BPF_LDX and source == _FRAME_POINTER) \
                or (kind in (_BPF_ST, _BPF_STX) and target == _FRAME_POINTER):
            lowest = min(lowest, offset)
        elif opcode == _MOVE and source == _FRAME_POINTER:
            addresses.add(target)
            continue
        elif opcode == _ADD_CONSTANT and target in addresses:
            lowest = min(lowest, immediate)
        addresses.discard(target)
    return -lowest
