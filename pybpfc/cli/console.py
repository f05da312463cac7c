"""What all commands share on the terminal: colour, width, diagnostics on standard error."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from ..compiler.diagnostics import Diagnostic
    from ..compiler.source import SourceFile

UNATTENDED_WIDTH = 100  # where output goes to a file or a pipe


class CommandError(Exception):
    """The command cannot go on for a reason outside the program text; one sentence with what to do."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


def complain(message: str) -> None:
    """One line on standard error in the form of argparse's own."""
    print(f"pybpfc: error: {message}", file=sys.stderr)


def uses_color(stream: TextIO) -> bool:
    """Colour on a terminal unless NO_COLOR is set (no-color.org) or the terminal is dumb; FORCE_COLOR overrides."""
    if os.environ.get("FORCE_COLOR"):
        return True
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def width(stream: TextIO) -> int:
    """Columns of the terminal behind the stream."""
    return shutil.get_terminal_size((UNATTENDED_WIDTH, 24)).columns if stream.isatty() else UNATTENDED_WIDTH


def show(diagnostics: Sequence[Diagnostic]) -> None:
    """Diagnostics on standard error."""
    from ..compiler.diagnostics.render import terminal

    write(terminal(diagnostics, uses_color(sys.stderr), width(sys.stderr), name=file_name), sys.stderr)


def file_name(source: SourceFile) -> str:
    """A file's path as seen from the current folder, so that terminals and editors can open it."""
    if not os.path.isfile(source.path):
        return source.display
    return min(os.path.relpath(source.path), os.path.abspath(source.path), key=len)


def write(text: str, stream: TextIO) -> None:
    """Write text whatever the stream's encoding: what it cannot say is escaped, not an error."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


def printable(text: str, kept: str = "") -> str:
    """Text in one line that a terminal shows and does not obey: what is no printable character as Python escapes it.

    Args:
        kept: characters that stay what they are.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each in kept else repr(each)[1:-1] for each in text)


def discard_output() -> None:
    """After the reader of a pipe has gone: nothing more is written, not even when Python flushes at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
