"""Diagnostics as text for people, as one line each for editors, and as JSON for programs.

All functions here are pure: they take `Diagnostic` values and give back text or plain data.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..source import SourceFile, Span
from .diagnostic import Diagnostic, Label
from .paint import Painter, Style, severity_style, visible
from .snippet import Snippet

DEFAULT_WIDTH = 100


def display_name(source: SourceFile) -> str:
    """The name under which the object knows the file: relative to the program's folder."""
    return source.display


def terminal(diagnostics: Sequence[Diagnostic], color: bool = False, width: int = DEFAULT_WIDTH, *,
             summarised: bool = True, name: Callable[[SourceFile], str] = display_name) -> str:
    """All diagnostics with excerpts of the source, a blank line between them and a count at the end.

    Arguments:
        diagnostics: in the order in which they are to appear.
        color: write ANSI colour sequences.
        width: columns of the terminal; notes are wrapped to it and long source lines cut.
        summarised: end with a line such as "2 errors, 1 warning".
        name: how a file is called in `file:line:column`.

    Returns text that ends with a newline, or "" where there is nothing to say.
    """
    painter = Painter(color)
    parts = ["\n".join(_blocks(item, painter, width, name)) for item in diagnostics]
    if summarised:
        count = summary(sum(item.severity == "error" for item in diagnostics),
                        sum(item.severity == "warning" for item in diagnostics))
        if count:
            parts.append(painter.text(Style.STRONG, count))
    return "\n\n".join(parts) + "\n" if parts else ""


def summary(errors: int, warnings: int) -> str:
    """"2 errors, 1 warning"; "" where there are none."""
    counts = ((errors, "error"), (warnings, "warning"))
    return ", ".join(f"{count} {word}{'s' if count != 1 else ''}" for count, word in counts if count)


def one_line(diagnostic: Diagnostic) -> str:
    """`file:line:column: error[BPF2012]: title`, the form that editors and `grep` understand."""
    place = _place(diagnostic.span, display_name)
    return f"{place}: {_header(diagnostic)}" if place else _header(diagnostic)


def to_json(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Diagnostics as plain data for `json.dumps`.

    Each has `code`, `severity`, `title`, `file` (its path, or None), `span` (`line`, `column`,
    `end_line`, `end_column`, counted from 1 in characters, the end exclusive; None where a whole file is meant),
    `labels` (each with `file`, `span`, `text`, `primary`; the primary one first), `notes` and `helps`.
    """
    return [
        {
            "code": item.code,
            "severity": item.severity,
            "title": item.message,
            "file": item.span.source.path or None,
            "span": _span_json(item.span),
            "labels": [{"file": label.span.source.path, "span": _span_json(label.span), "text": label.text,
                        "primary": label.primary} for label in item.labels if _is_place(label.span)],
            "notes": list(item.notes),
            "helps": list(item.helps),
        }
        for item in diagnostics
    ]


def _span_json(span: Span) -> dict[str, int] | None:
    if not _is_place(span):
        return None
    return {"line": span.line, "column": span.column, "end_line": span.end_line, "end_column": span.end_column}


def _blocks(item: Diagnostic, painter: Painter, width: int, name: Callable[[SourceFile], str]) -> Iterable[str]:
    style = severity_style(item.severity)
    title, *more = visible_lines(item.message)
    yield painter.text(style, _name(item)) + painter.text(Style.STRONG, f": {title}")
    yield from more

    files = _by_file(item.labels)
    gutter = len(str(max((label.span.end_line for labels in files.values() for label in labels), default=0)))
    gutter = gutter if files else 1
    if not files and _place(item.span, name):
        yield f"{' ' * gutter}{painter.text(Style.FRAME, '-->')} {_place(item.span, name)}"
    for position, (source, labels) in enumerate(files.items()):
        arrow = painter.text(Style.FRAME, ":::" if position else "-->")
        where = next((label for label in labels if label.primary), labels[0])
        yield f"{' ' * gutter}{arrow} {_place(where.span, name)}"
        yield painter.text(Style.FRAME, f"{' ' * gutter} |")
        yield from Snippet(source, labels, gutter=gutter, primary=style, painter=painter, width=width).rows()

    remarks = [("note", text) for text in item.notes] + [("help", text) for text in item.helps]
    if item.severity != "note" and item.code:
        remarks.append(("see", f" pybpfc explain {item.code}"))
    if remarks and files:
        yield painter.text(Style.FRAME, f"{' ' * gutter} |")
    for kind, text in remarks:
        yield from _remark(kind, text, gutter, painter, width)


def _remark(kind: str, text: str, gutter: int, painter: Painter, width: int) -> Iterable[str]:
    """`= note: ...`, wrapped under itself; indented lines (code, logs) are left as they are."""
    lead = f"{' ' * gutter} {painter.text(Style.FRAME, '=')} {painter.text(Style.STRONG, kind)}: "
    hang = " " * (gutter + len(kind) + 5)
    for line in visible_lines(text):
        verbatim = line.startswith(" ") or len(hang) + len(line) <= width
        pieces = [line] if verbatim else textwrap.wrap(line, max(40, width - len(hang)), break_long_words=False,
                                                       break_on_hyphens=False)
        for piece in pieces:
            yield (lead + piece).rstrip()
            lead = hang


def visible_lines(text: str) -> list[str]:
    """The lines of a message, with nothing left in them that a terminal would obey."""
    return [visible(line).expandtabs(4) for line in text.split("\n")]


def _by_file(labels: Sequence[Label]) -> dict[SourceFile, list[Label]]:
    """Labels by file, that of the primary label first."""
    files: dict[SourceFile, list[Label]] = {}
    for label in sorted(labels, key=lambda item: not item.primary):
        if _is_place(label.span):
            files.setdefault(label.span.source, []).append(label)
    return files


def _is_place(span: Span) -> bool:
    """Whether there is a line to show: line 0, or any line of a file without text, means the file as a whole."""
    return span.line > 0 and bool(span.source.lines)


def _place(span: Span, name: Callable[[SourceFile], str]) -> str:
    shown = name(span.source)
    return f"{shown}:{span.line}:{span.column}" if _is_place(span) else shown


def _name(item: Diagnostic) -> str:
    return f"{item.severity}[{item.code}]" if item.code else item.severity


def _header(item: Diagnostic) -> str:
    return f"{_name(item)}: {' '.join(visible_lines(item.message))}"
