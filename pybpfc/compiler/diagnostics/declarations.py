"""1xxx: syntax and declarations."""

from __future__ import annotations

from typing import ClassVar

from ...record import record
from ..source import Span
from .diagnostic import Diagnostic


@record
class SyntaxProblem(Diagnostic):
    code: ClassVar[str] = "BPF1001"
    title: ClassVar[str] = "Python cannot parse this: {reason}"
    help: ClassVar[str] = "{way_out}"
    reason: str
    way_out: str = "a program is plain Python: `python -m py_compile FILE` says the same"


@record
class CannotRead(Diagnostic):
    code: ClassVar[str] = "BPF1002"
    title: ClassVar[str] = "cannot read `{path}`: {reason}"
    help: ClassVar[str] = "{way_out}"
    path: str
    reason: str
    way_out: str


@record
class ImportRaised(Diagnostic):
    code: ClassVar[str] = "BPF1003"
    title: ClassVar[str] = "importing the module raised {kind}: {reason}"
    label: ClassVar[str] = "raised here"
    note: ClassVar[str] = "declarations are evaluated by Python: the module is imported before it is compiled"
    help: ClassVar[str] = "{way_out}"
    kind: str
    reason: str
    way_out: str


@record
class BadDeclaration(Diagnostic):
    code: ClassVar[str] = "BPF1004"
    title: ClassVar[str] = "{reason}"
    label: ClassVar[str] = "declared here"
    help: ClassVar[str] = "{way_out}"
    reason: str
    way_out: str = ""


@record
class NoPrograms(Diagnostic):
    code: ClassVar[str] = "BPF1005"
    title: ClassVar[str] = "`{module}` declares no programs"
    note: ClassVar[str] = "programs are the decorated functions bound at module level"
    help: ClassVar[str] = "decorate a function, for example with `@xdp`, and bind it to a name of the module"
    module: str


@record
class DuplicateName(Diagnostic):
    code: ClassVar[str] = "BPF1006"
    title: ClassVar[str] = "two {what} are named `{name}`"
    label: ClassVar[str] = "the second one"
    related: ClassVar[dict[str, str]] = {"first": "the first one"}
    help: ClassVar[str] = "{way_out}"
    what: str
    name: str
    first: Span | None
    way_out: str


@record
class BadLicense(Diagnostic):
    code: ClassVar[str] = "BPF1007"
    title: ClassVar[str] = "LICENSE is not a string but {kind}"
    help: ClassVar[str] = 'write `LICENSE = "GPL"`, or another of the license strings that the kernel knows'
    kind: str


@record
class NoAnnotation(Diagnostic):
    code: ClassVar[str] = "BPF1008"
    title: ClassVar[str] = "the global `{name}` has no type"
    label: ClassVar[str] = "declared here"
    help: ClassVar[str] = "annotate it where it is declared: `{name}: u32 = {maker}(...)`"
    name: str
    maker: str


@record
class NoSource(Diagnostic):
    code: ClassVar[str] = "BPF1009"
    title: ClassVar[str] = "the source of `{name}` is not available"
    note: ClassVar[str] = "bodies are compiled from their text, and `{path}` is gone or was never a file"
    help: ClassVar[str] = "define it in a file or in a notebook cell"
    name: str
    path: str


@record
class Unbound(Diagnostic):
    code: ClassVar[str] = "BPF1010"
    title: ClassVar[str] = "this {what} is not bound to a module-level name"
    label: ClassVar[str] = "{where} here"
    help: ClassVar[str] = "bind it to a name of the module{or_name}: objects in the ELF file are found by name"
    what: str
    where: str = "declared"
    or_name: str = ""


@record
class ProgramInContainer(Diagnostic):
    code: ClassVar[str] = "BPF1013"
    severity: ClassVar[str] = "warning"
    title: ClassVar[str] = "the program `{name}` is left out: it stands in `{container}` alone"
    label: ClassVar[str] = "not bound to a module-level name"
    note: ClassVar[str] = "the programs of an object are those that names of the module are bound to"
    help: ClassVar[str] = "bind each to a name of the module, also where a factory makes them in a loop"
    name: str
    container: str


@record
class BadParameter(Diagnostic):
    code: ClassVar[str] = "BPF1011"
    title: ClassVar[str] = "{reason}"
    label: ClassVar[str] = "{detail}"
    help: ClassVar[str] = "{way_out}"
    reason: str
    detail: str
    way_out: str


@record
class WrongContext(Diagnostic):
    code: ClassVar[str] = "BPF1012"
    title: ClassVar[str] = "a `@{kind}` program takes {expected}, not {given}"
    label: ClassVar[str] = "declared here"
    help: ClassVar[str] = "{way_out}"
    kind: str
    expected: str
    given: str
    way_out: str


@record
class UnsupportedSyntax(Diagnostic):
    code: ClassVar[str] = "BPF1020"
    title: ClassVar[str] = "{what} has no meaning in a BPF program"
    label: ClassVar[str] = "{why}"
    help: ClassVar[str] = "{way_out}"
    what: str
    why: str
    way_out: str


@record
class UndefinedName(Diagnostic):
    code: ClassVar[str] = "BPF1021"
    title: ClassVar[str] = "the name `{name}` is not defined"
    label: ClassVar[str] = "not a local, not in the module, not a builtin"
    help: ClassVar[str] = "{way_out}"
    name: str
    way_out: str


@record
class NoAttribute(Diagnostic):
    code: ClassVar[str] = "BPF1022"
    title: ClassVar[str] = "{owner} has no {what} `{name}`"
    label: ClassVar[str] = "unknown {what}"
    help: ClassVar[str] = "{way_out}"
    owner: str
    what: str
    name: str
    way_out: str


@record
class NotCompiled(Diagnostic):
    code: ClassVar[str] = "BPF1023"
    title: ClassVar[str] = "`{name}` is a Python function that is not compiled"
    label: ClassVar[str] = "called here"
    help: ClassVar[str] = "decorate it with `@subprog` (a BPF call) or `@inline` (its body in place)"
    name: str


@record
class NotAValue(Diagnostic):
    code: ClassVar[str] = "BPF1024"
    title: ClassVar[str] = "`{text}` is {what}, which a BPF program cannot use here"
    label: ClassVar[str] = "used here"
    help: ClassVar[str] = "{way_out}"
    text: str
    what: str
    way_out: str


@record
class UnsupportedKind(Diagnostic):
    code: ClassVar[str] = "BPF1025"
    title: ClassVar[str] = "this version cannot compile {what}"
    label: ClassVar[str] = "used here"
    help: ClassVar[str] = "{way_out}"
    what: str
    way_out: str


@record
class AssignsGlobal(Diagnostic):
    code: ClassVar[str] = "BPF1026"
    title: ClassVar[str] = "`{name}` cannot be assigned: {why}"
    label: ClassVar[str] = "assigned here"
    help: ClassVar[str] = "{way_out}"
    name: str
    why: str
    way_out: str


@record
class Recursion(Diagnostic):
    code: ClassVar[str] = "BPF1027"
    title: ClassVar[str] = "`{name}` calls itself"
    label: ClassVar[str] = "this call closes the circle"
    note: ClassVar[str] = "the kernel refuses recursion: the stack of a BPF program has 512 bytes"
    help: ClassVar[str] = "write it as a loop"
    name: str
