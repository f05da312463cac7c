"""Source text and places in it."""

from __future__ import annotations

import ast
import re

from ..record import record, value_record


@record
class SourceFile:
    """One file (or notebook cell): its text and the name under which messages and line info show it."""

    path: str  # where it was read from; for a notebook cell the name that Python gave it
    display: str  # what is printed and what goes into the object: never a folder of the build machine
    text: str
    lines: tuple[str, ...] = ()

    @staticmethod
    def of(path: str, display: str, text: str) -> SourceFile:
        return SourceFile(path, display, text, tuple(re.split(r"\r\n|\r|\n", text)))

    def line(self, number: int) -> str:
        """Line `number`, counted from 1; empty beyond the end."""
        return self.lines[number - 1] if 1 <= number <= len(self.lines) else ""


@value_record
class Span:
    """A stretch of source. Lines count from 1, columns from 1 in characters; the end is exclusive."""

    source: SourceFile
    line: int
    column: int
    end_line: int
    end_column: int

    @staticmethod
    def of(source: SourceFile, node: ast.AST) -> Span:
        line: int = node.lineno  # type: ignore[attr-defined]
        end_line: int = node.end_lineno  # type: ignore[attr-defined]
        return Span(source, line, _column(source, line, node.col_offset),  # type: ignore[attr-defined]
                    end_line, _column(source, end_line, node.end_col_offset))  # type: ignore[attr-defined]

    @property
    def text(self) -> str:
        """The source text of a span on one line; of a longer one, its first line."""
        line = self.source.line(self.line)
        return line[self.column - 1 : self.end_column - 1] if self.line == self.end_line else line[self.column - 1 :]

    def __str__(self) -> str:
        return f"{self.source.display}:{self.line}:{self.column}"


def _column(source: SourceFile, line: int, byte_offset: int) -> int:
    """`ast` counts UTF-8 bytes; people and editors count characters."""
    text = source.line(line)
    if text.isascii():
        return byte_offset + 1
    return len(text.encode()[:byte_offset].decode(errors="replace")) + 1
