"""Diagnostics for the tests of what is done with diagnostics."""

from __future__ import annotations

from pybpfc.compiler.diagnostics import Diagnostic
from pybpfc.compiler.source import SourceFile, Span
from pybpfc.record import record


@record
class MaybeNone(Diagnostic):
    name: str
    lookup: Span | None = None

    code = "BPF2012"
    title = "`{name}` may be None here"
    label = "`Traffic | None` is None when the key is absent"
    related = {"lookup": "the lookup happens here"}  # noqa: RUF012  (the base class declares it a ClassVar)
    note = "the verifier refuses to follow a `map_value_or_null`"
    help = "test it first: `if {name} is None: return ...`"


@record
class Places(Diagnostic):
    """A primary label and two others, with nothing else."""

    text: str
    first: Span | None = None
    second: Span | None = None

    code = "BPF3001"
    title = "{text}"
    label = "here"
    related = {"first": "first", "second": "second"}  # noqa: RUF012


@record
class Doubt(Diagnostic):
    severity = "warning"
    code = "BPF3020"
    title = "the end of this loop cannot be seen"


@record
class Revealed(Diagnostic):
    severity = "note"
    code = "BPF2000"
    title = "revealed type"
    label = "u64"


def source(text: str, name: str = "prog.py") -> SourceFile:
    return SourceFile.of(name, name, text)


def span(file: SourceFile, text: str, occurrence: int = 0) -> Span:
    """The place of `text` in the file; of its first occurrence or a later one."""
    start = -1
    for _ in range(occurrence + 1):
        start = file.text.index(text, start + 1)
    return Span(file, *_position(file.text, start), *_position(file.text, start + len(text)))


def whole(file: SourceFile) -> Span:
    return Span(file, 0, 0, 0, 0)


def _position(text: str, index: int) -> tuple[int, int]:
    before = text[:index]
    return before.count("\n") + 1, index - before.rfind("\n")
