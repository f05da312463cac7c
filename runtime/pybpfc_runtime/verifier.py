"""A refusal by the kernel's verifier as an exception that names the source line.

The log's format belongs to the kernel and changes: the decisive words are taken as what stands between the
last instruction shown and the closing statistics, and every part may be missing.

Source: kernel/bpf/verifier.c, kernel/bpf/log.c; Documentation/bpf/verifier.rst.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from .disasm import decode, format_instruction
from .errors import KernelError, KernelSymbolError
from .uapi import CALL, LDIMM64

if TYPE_CHECKING:
    from .btf.types import Btf
    from .disasm import Instruction
    from .link import LinkedProgram

_INSTRUCTION = re.compile(r"^(\d+): \([0-9a-f]{2}\) ")
_STATE = re.compile(r"^(?:\d+: )?(?:R\d|fp|frame\d|caller:|callee:)")
_NOISE = re.compile(
    r"^(?:;|processed \d+ insns|verification time|stack depth|mark_precise|from \d+ to \d+|func#\d|Live regs|"
    r"parent |last_idx|regs=|propagating|Validating |Func#\d+ .* is safe|arg#\d+ reference type|max_states|"
    r"\d+: safe$|safe$)")
_REMARK = re.compile(r"^arg#\d+ reference type")  # the last word only where nothing else is said
_NAMED = re.compile(r"\b(?:insn|from insn|at insn) (\d+)")
# What the kernel's words leave open.
_HELPS = {
    "it has another size here": "declare the field as this kernel has it, in a flavour of the struct (name___flavour)",
    "CO-RE relocation enumval_value":
        "test enum_value_exists() before the use (bpf_core_enum_value_exists() in C): the branch that is not taken is "
        "not verified",
    "what CO-RE relocation":
        "test field_exists() before the access (bpf_core_field_exists() in C), and read what this kernel has instead: "
        "the branch that is not taken is not verified",
    "failed to find the address for kernel symbol":
        "the kernel knows the address of a variable only where it is built with CONFIG_KALLSYMS_ALL",
    "kernel function call": "`bpftool btf dump file /sys/kernel/btf/vmlinux` shows what the kernel has; which program "
                            "types may call a function is the kernel's to say",
    **dict.fromkeys(("BPF program is too large", "jumps is too complex"),
        "each round of a loop is followed on each path that leads to it: a callback of bpf_loop() and the body of an "
        "open-coded iterator (bpf_for, bpf_repeat, 6.4) are followed until nothing new comes up, a global function by "
        "itself"),
}
_NEW_PATH = re.compile(r"^from \d+ to \d+")
_REGISTER = re.compile(r"\b(R\d)(?:_[a-z]+)?=((?:[^\s(]|(?=\())*)((?:\([^()]*(?:\([^()]*\)[^()]*)*\))?)")
_EXIT = 0x95
_STATES_MESSAGE = re.compile(r"^R\d+ [a-z!]|^R\d+ '|^R\d+: ")


class Position(NamedTuple):
    """A place in the program's source."""

    file: str
    line: int  # from 1
    column: int  # from 1; 0 where the compiler did not say
    text: str


class Verdict(NamedTuple):
    """What a verifier log says."""

    message: str
    instruction: int | None  # index of the refused one


class VerifierError(KernelError):
    """The verifier refuses a program.

    Attributes:
        program: its name.
        log: the whole log.
        verdict: the verifier's decisive words.
        instruction: the index of the refused instruction in the linked program, or None.
        disassembly: that instruction.
        function: the function that holds it.
        position: the source line it was compiled from, or None.
        file, line, column, text: its parts; "" and 0 without.
        registers: what the verifier knew about the registers that the instruction or the words name: "R2" to
            "map_value(map=table,ks=4,vs=8)". Empty where the log does not show them.
    """

    code = "BPF5101"
    default_help = "the attribute `log` of this error holds the verifier's whole log"

    def __init__(self, program: str, errno: int, log: str, verdict: Verdict, *, disassembly: str = "",
                 function: str = "", position: Position | None = None,
                 registers: dict[str, str] | None = None) -> None:
        help = next((text for words, text in _HELPS.items() if words in verdict.message), "")
        super().__init__("BPF_PROG_LOAD", errno, f"program {program}", help=help)
        self.program = program
        self.log = log
        self.verdict = verdict.message
        self.instruction = verdict.instruction
        self.disassembly = disassembly
        self.function = function
        self.position = position
        self.registers = registers or {}
        self.file, self.line, self.column, self.text = position or ("", 0, 0, "")
        self.message = self._message()

    def _message(self) -> str:
        lines = [f"the verifier refuses program {self.program}: {self.verdict}"]
        if self.position is not None:
            column = f":{self.column}" if self.column else ""
            lines.append(f"  --> {self.file}:{self.line}{column}: {self.text.strip()}")
        if self.instruction is not None:
            lines.append(f"  instruction {self.instruction}"
                         + (f" in {self.function}" if self.function and self.function != self.program else "")
                         + (f": {self.disassembly}" if self.disassembly else ""))
        lines += [f"  {name} is {state}" for name, state in self.registers.items()]
        return "\n".join(lines)


def read_verdict(log: str) -> Verdict:
    """The decisive words of a log and the instruction they are about; no words where the log holds no refusal."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    last: int | None = None
    after = 0
    for index, line in enumerate(lines):
        match = _INSTRUCTION.match(line)
        if match:
            last, after = int(match.group(1)), index + 1
    words = [line for line in lines[after:] if _is_message(line)]
    if not words:
        words = [line for line in lines if _is_message(line) and not _INSTRUCTION.match(line)][-1:]
    if not words:
        words = [line for line in lines if _REMARK.match(line)][-1:]
    message = "; ".join(words)
    if last is None:
        named = _NAMED.search(message)
        last = int(named.group(1)) if named else None
    return Verdict(message, last)


def _is_message(line: str) -> bool:
    if _NOISE.match(line):
        return False
    if _STATES_MESSAGE.match(line) and "=" not in line.split()[0]:
        return True
    return not _STATE.match(line)


def read_registers(log: str) -> dict[str, str]:
    """What the log shows of each register at its end. It names those that an instruction changed or used; a new path
    and a new frame begin with all of them."""
    known: dict[str, str] = {}
    for line in log.splitlines():
        text = line.strip()
        if text in ("caller:", "callee:") or _NEW_PATH.match(text):
            known.clear()
        if text.startswith(("processed ", ";")) or not ("=" in text and "R" in text):
            continue
        instruction = _INSTRUCTION.match(text)
        if instruction:
            text = text.partition(";")[2]
            if instruction[0].endswith("(85) "):
                for number in range(6):
                    known.pop(f"R{number}", None)  # a call leaves nothing in them but its result
        elif not _STATE.match(text) and not _NEW_PATH.match(text):
            continue
        known.update((match[1], match[2] + match[3]) for match in _REGISTER.finditer(text))
    return known


def _matter(item: Instruction, words: str) -> set[str]:
    """The registers that an instruction reads or that the verifier's words are about."""
    named = set(re.findall(r"\bR\d\b", words))
    if item.code in (CALL, LDIMM64, _EXIT):
        return named
    return named | {f"R{item.dst}", f"R{item.src}"} if item.code & 8 or item.code & 7 < 4 else named | {f"R{item.dst}"}


def verifier_error(linked: LinkedProgram, errno: int, log: str, btf: Btf | None) -> VerifierError | None:
    """The exception for a failed load; None where the log says that the verifier has nothing against the program."""
    verdict = read_verdict(log)
    if not verdict.message:
        return None
    slot = verdict.instruction
    if slot is None or not 0 <= slot < len(linked.instructions) // 8:
        return VerifierError(linked.spec.name, errno, log, Verdict(verdict.message, None))
    missing = linked.poisoned.get(slot)
    if missing is not None:
        verdict = Verdict(f"this kernel, {os.uname().release}, does not have what {missing} asks for "
                          f"({verdict.message})", slot)
    if slot in linked.missing:
        verdict = Verdict(f"this kernel, {os.uname().release}, has no function {linked.missing[slot]}: test it with "
                          f"bpf_ksym_exists() before the call ({verdict.message})", slot)
    byteorder = "little" if linked.order == "<" else "big"
    refused = next((item for index, item in decode(linked.instructions, byteorder) if index >= slot), None)
    known = read_registers(log) if refused else {}
    wanted = _matter(refused, verdict.message) if refused else set()
    return VerifierError(linked.spec.name, errno, log, verdict, position=position_of(linked, slot, btf),
                         disassembly=format_instruction(refused) if refused else "",
                         function=linked.function_at(slot).name,
                         registers={name: known[name] for name in sorted(wanted) if name in known})


def located(error: KernelSymbolError, linked: LinkedProgram, slot: int, btf: Btf | None) -> KernelSymbolError:
    """The error about something that the kernel does not have, with the place in the program that wants it."""
    position = position_of(linked, slot, btf)
    where = f"\n  --> {position.file}:{position.line}:{position.column}: {position.text.strip()}" if position else ""
    return KernelSymbolError(f"program {linked.spec.name}: {error.message}{where}", help=error.help)


def position_of(linked: LinkedProgram, slot: int, btf: Btf | None) -> Position | None:
    """The source line of an instruction; None without line information."""
    record = linked.relocated_line_at(slot) if slot in linked.poisoned else linked.line_at(slot)
    if record is None or btf is None:
        return None
    return Position(btf.string(record.file_offset), record.line, record.column, btf.string(record.text_offset))
