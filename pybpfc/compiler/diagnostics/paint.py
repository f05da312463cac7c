"""Text as terminal columns: what a character occupies on the screen, and colour.

A cell is one column. A wide character fills its own cell and leaves an empty one behind it, a combining mark
joins the cell before it, so that an index into a row of cells is a column on the screen.
"""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Iterable
from itertools import groupby

TAB_WIDTH = 4


class Style(enum.Enum):
    """What a stretch of output means; the value is its ANSI SGR sequence (ECMA-48, section 8.3.117)."""

    PLAIN = ""
    STRONG = "1"
    ERROR = "1;31"
    WARNING = "1;33"
    NOTE = "1;36"
    SECONDARY = "1;34"
    FRAME = "34"
    CODE = "36"


Cell = tuple[str, Style]


class Painter:
    """Turns styled text into what is written: with ANSI sequences, or bare."""

    def __init__(self, color: bool) -> None:
        self.color = color

    def text(self, style: Style, text: str) -> str:
        return f"\x1b[{style.value}m{text}\x1b[0m" if self.color and style.value and text else text

    def row(self, cells: Iterable[Cell]) -> str:
        """A row of cells as one string without trailing blanks."""
        row = list(cells)
        while row and row[-1][0].isspace():
            row.pop()
        return "".join(self.text(style, "".join(text for text, _ in run))
                       for style, run in groupby(row, key=lambda cell: cell[1]))


def severity_style(severity: str) -> Style:
    return {"error": Style.ERROR, "warning": Style.WARNING}.get(severity, Style.NOTE)


def display_width(character: str) -> int:
    """How many columns a terminal gives a character (Unicode Standard Annex 11)."""
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def visible(text: str) -> str:
    """The text with everything replaced that a terminal would obey instead of show.

    Control characters become the pictures of U+2400; formatting characters, among them those that reverse the
    direction of what follows, become U+FFFD.
    """
    if text.isprintable():
        return text
    return "".join(map(_visible_character, text))


def _visible_character(character: str) -> str:
    if character == "\t" or character.isprintable():
        return character
    if ord(character) < 0x20:
        return chr(0x2400 + ord(character))
    if character == "\x7f":
        return "\u2421"
    return " " if character.isspace() else "\ufffd"


def layout_line(line: str) -> tuple[list[str], list[int]]:
    """A source line as cells, and for each of its characters (and its end) the column where it starts."""
    cells: list[str] = []
    starts: list[int] = []
    for character in visible(line):
        if character == "\t":
            starts.append(len(cells))
            cells.extend(" " * (TAB_WIDTH - len(cells) % TAB_WIDTH))
            continue
        width = display_width(character)
        if width == 0 and cells:
            at = len(cells) - 1
            while at > 0 and not cells[at]:
                at -= 1
            cells[at] += character
            starts.append(at)
            continue
        starts.append(len(cells))
        cells.append(character)
        cells.extend([""] * (width - 1))
    starts.append(len(cells))
    return cells, starts
