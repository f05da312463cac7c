"""4xxx: what the target kernel or code generation refuses."""

from __future__ import annotations

from typing import ClassVar

from ...record import record
from ..source import Span
from .diagnostic import Diagnostic


@record
class CodegenRefused(Diagnostic):
    code: ClassVar[str] = "BPF4001"
    title: ClassVar[str] = "LLVM cannot generate BPF code for this: {reason}"
    label: ClassVar[str] = "in the code of this line"
    note: ClassVar[str] = "the compiler accepted the program, its code generator does not"
    help: ClassVar[str] = "write this part in a simpler way; smaller objects on the stack, fewer arguments"
    reason: str


@record
class NewerKernel(Diagnostic):
    code: ClassVar[str] = "BPF4004"
    severity: ClassVar[str] = "warning"
    title: ClassVar[str] = "{what} needs Linux {since}"
    label: ClassVar[str] = "used here"
    related: ClassVar[dict[str, str]] = {"program": "by way of this program"}
    note: ClassVar[str] = "the verifier of an older kernel refuses the program"
    help: ClassVar[str] = "if the object is for newer kernels alone, say so: `--min-kernel {since}`"
    what: str
    since: str
    program: Span | None = None


@record
class OtherByteOrder(Diagnostic):
    code: ClassVar[str] = "BPF4005"
    severity: ClassVar[str] = "warning"
    title: ClassVar[str] = "the object is for processors with the lowest byte first, which {target_arch} is not"
    label: ClassVar[str] = "this program cannot be loaded there"
    note: ClassVar[str] = "code, layouts and values are little-endian for every target"
    help: ClassVar[str] = "build for the machine that loads it: {known}"
    target_arch: str
    known: str


@record
class UnknownTarget(Diagnostic):
    code: ClassVar[str] = "BPF4010"
    severity: ClassVar[str] = "warning"
    title: ClassVar[str] = "the kernel has no {what} `{name}`"
    label: ClassVar[str] = "nothing to attach this program to"
    note: ClassVar[str] = "looked for in {source}; the arguments were not checked"
    help: ClassVar[str] = "{way_out}"
    what: str
    name: str
    source: str
    way_out: str


@record
class CodegenMissing(Diagnostic):
    code: ClassVar[str] = "BPF4002"
    title: ClassVar[str] = "the code generator cannot run here: {reason}"
    note: ClassVar[str] = "the program was checked; this Python lacks llvmlite or cannot start a process"
    help: ClassVar[str] = "`pip install llvmlite` for the Python that runs pybpfc; this user must be able to execute it"
    reason: str
