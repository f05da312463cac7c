"""4xxx: what the target kernel or code generation refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .diagnostic import Diagnostic


@dataclass(frozen=True)
class CodegenRefused(Diagnostic):
    code: ClassVar[str] = "BPF4001"
    title: ClassVar[str] = "LLVM cannot generate BPF code for this: {reason}"
    label: ClassVar[str] = "in the code of this line"
    note: ClassVar[str] = "the compiler accepted the program, its code generator does not"
    help: ClassVar[str] = "write this part in a simpler way; smaller objects on the stack, fewer arguments"
    reason: str
