"""5xxx: errors of the loader and refusals of the kernel, as diagnostics.

The loader has its own exceptions, since it works on hosts without a compiler. Each of their codes gets a
diagnostic class here; nothing is worded twice.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from typing import Any

from pybpfc_runtime.errors import BpfError
from pybpfc_runtime.verifier import VerifierError

from ...record import record
from ..source import SourceFile, Span
from .diagnostic import Diagnostic

_NO_OTHER_WAY = ("write it so that the verifier can follow; where `pybpfc check` should have found it, report the "
                 "program")
LOG_LINES = 8  # of the verifier's log; the reason stands at its end


@record
class LoaderDiagnostic(Diagnostic):
    """What the loader said, with the Python line where it is known."""

    reason: str
    detail: str = ""
    remarks: tuple[str, ...] = ()
    way_out: str = ""

    title = "{reason}"
    label = "{detail}"
    help = "{way_out}"

    @property
    def notes(self) -> tuple[str, ...]:
        return self.remarks


def from_error(error: BpfError, program: str) -> LoaderDiagnostic:
    """The diagnostic for an exception of the loader.

    Arguments:
        error: any error of `pybpfc_runtime`.
        program: path of the Python file that the object was compiled from; a refusal by the verifier is shown on
            its line.
    """
    cls = CLASSES[error.code]
    if isinstance(error, VerifierError):
        return _from_verifier(cls, error, program)
    source = SourceFile.of(program, program, "")
    return cls(Span(source, 0, 0, 0, 0), error.message, way_out=error.help)


def _from_verifier(cls: type[LoaderDiagnostic], error: VerifierError, program: str) -> LoaderDiagnostic:
    remarks: list[str] = []
    if error.function and error.function != error.program:
        remarks.append(f"the instruction is in `{error.function}`, which `{error.program}` calls")
    log = [line for line in error.log.rstrip().splitlines() if line.strip()]
    remarks.append("\n".join(["the end of the verifier's log:", *(f"    {line}" for line in log[-LOG_LINES:])]))
    reason = error.verdict.partition("; cur state:")[0]  # of loops it shows the registers; the log has them too
    return cls(_verifier_span(error, program),
               reason=f"the kernel's verifier refuses `{error.program}`: {reason}",
               detail="" if error.instruction is None else f"instruction {error.instruction}: {error.disassembly}",
               remarks=tuple(remarks),
               way_out=error.help if error.help != error.default_help else _NO_OTHER_WAY)


def _verifier_span(error: VerifierError, program: str) -> Span:
    """The expression or statement that begins where the line info points."""
    path = os.path.join(os.path.dirname(program), error.file) if error.file else program
    try:
        with open(path, encoding="utf-8") as file:
            source = SourceFile.of(path, error.file or program, file.read())
    except (OSError, UnicodeDecodeError):
        source = SourceFile.of(path, error.file or program, "")
    text = source.line(error.line)
    if not text or text.strip() != error.text.strip():  # the file is gone, or it is not what was compiled
        return Span(source, 0, 0, 0, 0)
    indent = len(text) - len(text.lstrip())
    longest = Span(source, error.line, error.column or indent + 1, error.line, (error.column or indent + 1) + 1)
    for node in ast.walk(ast.parse(source.text)):
        if isinstance(node, (ast.expr, ast.stmt)) and node.lineno == node.end_lineno == error.line:
            span = Span.of(source, node)
            if span.column == longest.column and span.end_column > longest.end_column:
                longest = span
    return longest


def _error_classes(cls: type[BpfError] = BpfError) -> Iterator[type[BpfError]]:
    for subclass in cls.__subclasses__():
        if subclass.__module__.startswith("pybpfc_runtime.") and "code" in vars(subclass):
            yield subclass
        yield from _error_classes(subclass)


def _diagnostic_class(error: type[BpfError]) -> type[LoaderDiagnostic]:
    members: dict[str, Any] = {"__doc__": error.__doc__, "__module__": __name__, "code": error.code}
    return type(error.__name__, (LoaderDiagnostic,), members)


CLASSES: dict[str, type[LoaderDiagnostic]] = {error.code: _diagnostic_class(error) for error in _error_classes()}
