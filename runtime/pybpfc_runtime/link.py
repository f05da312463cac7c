"""Functions of an object joined to programs: what the kernel loads is one stretch of code per program.

The program comes first, then each subprogram it can reach, once, in the order of the first call. Calls and
function pointers become relative to the instruction; references to maps and data stay open, since their
descriptors are not known before load. Line and function information move along.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from .btf import types
from .errors import BtfError, KernelSymbolError, SpecError
from .externs import ADDRESS, CONFIG, FUNCTION, KCONFIG
from .uapi import (
    BPF_PSEUDO_BTF_ID,
    BPF_PSEUDO_CALL,
    BPF_PSEUDO_FUNC,
    BPF_PSEUDO_KFUNC_CALL,
    BPF_PSEUDO_MAP_FD,
    BPF_PSEUDO_MAP_VALUE,
    CALL,
    INSTRUCTION_SIZE,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from .btf.ext import LineInfo
    from .btf.relocate import Relocated, Target
    from .externs import Extern
    from .resolve import ExternResolver
    from .spec import Function, ObjectSpec, ProgramSpec, Reference


_EXCEPTION_CALLBACK = "exception_callback:"
_MEMORY_CLASSES = (1, 2, 3)  # BPF_LDX, BPF_ST, BPF_STX
POISONED_CALL = 2002000000  # libbpf's POISON_CALL_KFUNC_BASE: a helper that no kernel has, plus the extern's position


class LinkedProgram:
    """A program with its subprograms.

    Attributes:
        instructions: the code; map descriptors are filled in by `bind`.
        references: the places that need a map, by slot of the whole.
        functions: (first slot, function), the program first.
        line_info: (slot, record), sorted.
        poisoned: slots whose CO-RE relocation this kernel cannot satisfy, with its name.
        missing: calls of weak kernel functions that this kernel does not have, by slot.
        type_ids: FUNCs that stand for others in this program.
    """

    __slots__ = ("functions", "instructions", "line_info", "missing", "order", "poisoned", "references", "spec",
                 "type_ids")

    def __init__(self, spec: ProgramSpec, byteorder: str) -> None:
        self.spec = spec
        self.order = "<" if byteorder == "little" else ">"
        self.instructions = bytearray()
        self.references: list[Reference] = []
        self.functions: list[tuple[int, Function]] = []
        self.line_info: list[tuple[int, LineInfo]] = []
        self.poisoned: dict[int, str] = {}
        self.missing: dict[int, str] = {}
        self.type_ids: dict[int, int] = {}

    def patch(self, slot: int, source: int, imm: int, next_imm: int | None = None) -> None:
        """Set the source register and the immediate of an instruction (and of its second half)."""
        at = slot * INSTRUCTION_SIZE
        registers = self.instructions[at + 1]
        self.instructions[at + 1] = registers & 0x0F | source << 4 if self.order == "<" else registers & 0xF0 | source
        struct.pack_into(self.order + "i", self.instructions, at + 4, imm)
        if next_imm is not None:
            struct.pack_into(self.order + "i", self.instructions, at + 12, next_imm)

    def call_kernel(self, slot: int, type_id: int, module: int) -> None:
        """Make a call one of a kernel function; `module` is an index of `fd_array`, 0 for vmlinux."""
        self.patch(slot, BPF_PSEUDO_KFUNC_CALL, type_id)
        struct.pack_into(self.order + "h", self.instructions, slot * INSTRUCTION_SIZE + 2, module)

    def call_nothing(self, slot: int, extern: Extern) -> None:
        """Make a call of a missing kernel function one that the verifier refuses, should a path lead there."""
        self.patch(slot, 0, POISONED_CALL + extern.position)
        self.missing[slot] = extern.name

    def bind(self, map_fd: Callable[[str], int]) -> bytes:
        """The code with the descriptors of its maps.

        Args:
            map_fd: the descriptor of a map by name.
        """
        for reference in self.references:
            if reference.kind == "map":
                self.patch(reference.slot, BPF_PSEUDO_MAP_FD, map_fd(reference.name), 0)
            else:
                self.patch(reference.slot, BPF_PSEUDO_MAP_VALUE, map_fd(reference.name), reference.offset)
        return bytes(self.instructions)

    def function_info_records(self) -> bytes:
        """`struct bpf_func_info[]`; empty where a function has none, since the kernel wants all or nothing."""
        if not all(function.type_id for _, function in self.functions):
            return b""
        return b"".join(struct.pack("=II", slot, self.type_ids.get(function.type_id, function.type_id))
                        for slot, function in self.functions)

    def line_info_records(self) -> bytes:
        """`struct bpf_line_info[]`; empty where some function has no lines."""
        starts = {slot for slot, _ in self.line_info}
        if not all(slot in starts for slot, _ in self.functions):
            return b""
        return b"".join(struct.pack("=IIII", slot, *record[1:]) for slot, record in self.line_info)

    def function_at(self, slot: int) -> Function:
        """The function that holds an instruction."""
        return next(function for start, function in reversed(self.functions) if start <= slot)

    def line_at(self, slot: int) -> LineInfo | None:
        """The source line of an instruction; None without line information."""
        from bisect import bisect_right

        index = bisect_right(self.line_info, slot, key=lambda item: item[0]) - 1
        return self.line_info[index][1] if index >= 0 else None


    def relocated_line_at(self, slot: int) -> LineInfo | None:
        """The source line of an instruction that a CO-RE relocation was applied to.

        LLVM gives no line to the constant that it makes of an offset: it belongs to what comes next. (The record at a
        function's start is then that of the function.)
        """
        from bisect import bisect_left

        start, function = next(item for item in reversed(self.functions) if item[0] <= slot)
        if function.instructions[(slot - start) * INSTRUCTION_SIZE] & 7 in _MEMORY_CLASSES:
            return self.line_at(slot)
        index = bisect_left(self.line_info, slot + (slot == start), key=lambda item: item[0])
        following = [record for at, record in self.line_info[index : index + 1] if self.function_at(at) is function]
        return following[0] if following else self.line_at(slot)


def link_program(spec: ObjectSpec, program: ProgramSpec) -> LinkedProgram:
    """Append every reachable subprogram and resolve calls.

    Raises:
        KernelSymbolError: the kernel does not have an extern.
        RelocationError: a CO-RE relocation is ambiguous or does not fit.
        SpecError: a call leads to no function.
    """
    linker = Linker(spec)
    try:
        return linker.link(program)
    finally:
        linker.close()


class Linker:
    """Links the programs of one object; what was found in the kernel's types serves all of them."""

    def __init__(self, spec: ObjectSpec) -> None:
        self.spec = spec
        self.target: Target | None = None
        self._externs: ExternResolver | None = None
        self._relocated: dict[Function, Relocated] = {}

    @property
    def externs(self) -> ExternResolver:
        """What the kernel has for the object's externs."""
        if self._externs is None:
            from .resolve import ExternResolver

            self._externs = ExternResolver(self.spec)
        return self._externs

    def fd_array(self) -> bytes:
        """The `fd_array` of BPF_PROG_LOAD: modules whose functions the linked programs call."""
        return struct.pack(f"={len(self._externs.fd_array)}i", *self._externs.fd_array) if self._externs else b""

    def close(self) -> None:
        """Give up the descriptors that linked code refers to; BPF_PROG_LOAD needs them, nothing after it."""
        if self._externs is not None:
            self._externs.close()

    def link(self, program: ProgramSpec) -> LinkedProgram:
        """See `link_program`."""
        self.linked = LinkedProgram(program, self.spec.byteorder)
        self.bases: dict[tuple[int, int], int] = {}
        self.append_with_calls(program.function)
        callback = self.exception_callback(program)
        if callback is not None and (callback.section, callback.slot) not in self.bases:
            self.append_with_calls(callback)
        self.linked.line_info.sort(key=lambda item: item[0])
        return self.linked

    def append_with_calls(self, function: Function) -> None:
        """Append a function and, in the order of the first call, what it reaches."""
        open_functions = [(self.append(function), iter(function.references))]
        while open_functions:
            base, references = open_functions[-1]
            for reference in references:
                called = self.resolve(reference, base)
                if called is not None:
                    open_functions.append((self.append(called), iter(called.references)))
                    self.patch_call(reference, base)
                    break
            else:
                open_functions.pop()

    def exception_callback(self, program: ProgramSpec) -> Function | None:
        """The function that makes the result after bpf_throw(), named by a declaration tag of the program.

        Raises:
            SpecError: the tag names no global function.
        """
        btf = self.spec.btf
        if btf is None or _EXCEPTION_CALLBACK.encode() not in btf.strings:
            return None
        names = [type_.name.removeprefix(_EXCEPTION_CALLBACK) for type_ in btf.types
                 if isinstance(type_, types.DeclTag) and type_.component == -1
                 and type_.name.startswith(_EXCEPTION_CALLBACK) and type_.type == program.function.type_id]
        if len(names) != 1:
            return None  # several: the verifier refuses that in its own words
        for function in self.spec.functions.values():
            described = btf.type(function.type_id)
            if (function.name == names[0] and function.section_name == ".text" and not function.hidden
                    and isinstance(described, types.Func) and described.linkage == types.GLOBAL):
                return function
        raise SpecError(f"program {program.name}: its exception callback {names[0] or '(without a name)'} is no global "
                        "function of the object", help="define it in C as a function that is neither static nor hidden")

    def append(self, function: Function) -> int:
        """Copy a function to the end; its first slot there."""
        linked = self.linked
        base = len(linked.instructions) // INSTRUCTION_SIZE
        self.bases[function.section, function.slot] = base
        linked.functions.append((base, function))
        code: bytes | bytearray = function.instructions
        if function.core_relocations:
            code, poisoned = self.relocated(function)
            linked.poisoned.update((base + slot, text) for slot, text in poisoned.items())
        linked.instructions += code
        lines = function.line_info
        if lines and lines[0][0]:
            lines = [(0, lines[0][1]), *lines]  # the kernel wants a line at the first instruction of each function
        linked.line_info.extend((base + slot, record) for slot, record in lines)
        return base

    def relocated(self, function: Function) -> Relocated:
        done = self._relocated.get(function)
        if done is not None:
            return done  # several programs share it
        from .btf.relocate import Target, relocate

        if self.spec.btf is None:
            raise BtfError(f"function {function.name} has CO-RE relocations, but the object has no types")
        if self.target is None:
            self.target = Target(self.spec.btf)
        done = relocate(function, self.spec.btf, self.spec.byteorder, self.target)
        self._relocated[function] = done
        return done

    def resolve(self, reference: Reference, base: int) -> Function | None:
        """Settle one reference of the function at `base`; a function that is still to be appended."""
        if reference.kind == "extern":
            self.resolve_extern(reference, base + reference.slot)
            return None
        if reference.kind in ("map", "data"):
            self.linked.references.append(reference._replace(slot=base + reference.slot))
            return None
        target = (reference.section, reference.offset)
        if target in self.bases:
            self.patch_call(reference, base)
            return None
        function = self.spec.functions.get(target)
        if function is None:
            raise SpecError(f"program {self.linked.spec.name} calls instruction {reference.offset} of section "
                            f"{reference.section}, where no function begins")
        return function

    def resolve_extern(self, reference: Reference, slot: int) -> None:
        """Let an instruction use what the kernel provides."""
        linked = self.linked
        extern = self.externs.extern(reference.name, linked.spec.name)
        if extern.kind == CONFIG:
            offset = extern.offset + reference.offset
            linked.references.append(reference._replace(slot=slot, kind="data", name=KCONFIG, offset=offset))
            return
        try:
            answer = self.externs.answer(extern)
        except KernelSymbolError as error:
            from .verifier import located

            raise located(error, linked, slot, self.spec.btf) from None
        if linked.instructions[slot * INSTRUCTION_SIZE] == CALL:
            if extern.kind != FUNCTION:
                raise SpecError(f"program {linked.spec.name} calls `{extern.name}`, which is a kernel variable")
            if answer is None:
                linked.call_nothing(slot, extern)
            else:
                linked.call_kernel(slot, answer.number, self.externs.module_index(answer.module))
        elif answer is None:
            linked.patch(slot, 0, 0, 0)
        elif extern.kind == ADDRESS:
            low, high = struct.unpack("=ii", struct.pack("=Q", answer.number + reference.offset & (1 << 64) - 1))
            linked.patch(slot, 0, *((low, high) if linked.order == "<" else (high, low)))
        elif reference.offset:
            raise SpecError(f"program {linked.spec.name} refers to {reference.offset} bytes behind the start of "
                            f"`{extern.name}`: the kernel takes only its start",
                            help="read through a pointer variable, so that the compiler adds the offset at run time")
        else:
            linked.patch(slot, BPF_PSEUDO_BTF_ID, answer.number, self.externs.modules.fd(answer.module))

    def patch_call(self, reference: Reference, base: int) -> None:
        slot = base + reference.slot
        distance = self.bases[reference.section, reference.offset] - slot - 1
        if reference.kind == "call":
            self.linked.patch(slot, BPF_PSEUDO_CALL, distance)
        else:
            self.linked.patch(slot, BPF_PSEUDO_FUNC, distance, 0)
