"""An excerpt of one source file with its labelled spans drawn under and beside the lines.

Spans on one line are underlined; where several labels share a line, all but the last hang below it on
connectors. A span over several lines gets a lane left of the text: a bar from its first line to its last.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...record import value_record
from ..source import SourceFile
from .diagnostic import Label
from .paint import Cell, Painter, Style, layout_line, visible

FAR_APART = 4  # more unlabelled lines than this between two shown ones are marked with "..."
SHOWN_OF_SPAN = 5  # a longer span shows its first two lines and its last
ELLIPSIS = "…"
CONTEXT = 12  # columns kept left of a label where a long line is cut


@value_record
class _Mark:
    """A label in numbers: lines from 1, columns from 0 in characters, `end` exclusive."""

    first_line: int
    start: int
    last_line: int
    end: int
    text: str
    primary: bool
    lane: int = 0

    @property
    def spans_lines(self) -> bool:
        return self.last_line > self.first_line


@value_record
class _Line:
    """A source line as shown: cells, and the cell of each column of the text."""

    cells: list[str]
    starts: list[int]
    offset: int  # how many cells were cut off at the left

    def at(self, column: int) -> int:
        start = self.starts[min(column, len(self.starts) - 1)] - self.offset
        return max(0, min(start, len(self.cells)))


class Snippet:
    """Draws the labels of one file.

    Arguments:
        source: the file.
        labels: labels of that file with real positions (line >= 1).
        gutter: width of the line numbers in columns.
        primary: the style of the primary label.
        width: columns of the terminal; longer source lines are cut around their labels.
    """

    def __init__(self, source: SourceFile, labels: list[Label], *, gutter: int, primary: Style,
                 painter: Painter, width: int) -> None:
        self.source = source
        self.gutter = gutter
        self.primary = primary
        self.painter = painter
        self.marks = _assign_lanes([_mark(source, label) for label in labels])
        self.lanes = 1 + max((mark.lane for mark in self.marks if mark.spans_lines), default=-1)
        self.margin = self.lanes + 1 if self.lanes else 0
        self.available = max(40, width - gutter - 3 - self.margin)

    def rows(self) -> Iterator[str]:
        previous = 0
        for number in self._shown():
            if previous and number > previous + 1:
                inside = any(mark.first_line <= previous and number <= mark.last_line
                             for mark in self.marks if mark.spans_lines)
                if inside or number - previous - 1 > FAR_APART:
                    bars = self.painter.row(self._margin(number))
                    yield f"{self.painter.text(Style.FRAME, '...')}{' ' * self.gutter}{bars}".rstrip()
            yield from self._line(number)
            previous = number

    def _shown(self) -> list[int]:
        lines: set[int] = set()
        for mark in self.marks:
            lines |= {mark.first_line, mark.last_line}
            if mark.last_line - mark.first_line < SHOWN_OF_SPAN:
                lines |= set(range(mark.first_line, mark.last_line + 1))
            else:
                lines.add(mark.first_line + 1)
        return sorted(lines)

    def _line(self, number: int) -> Iterator[str]:
        single = [mark for mark in self.marks if not mark.spans_lines and mark.first_line == number]
        opening = [mark for mark in self.marks if mark.spans_lines and mark.first_line == number]
        closing = [mark for mark in self.marks if mark.spans_lines and mark.last_line == number]
        line = self._cut(number, sorted([*single, *opening, *closing], key=lambda m: not m.primary))

        indent = next((at for at, cell in enumerate(line.cells) if cell.strip()), 0)
        beside = [mark for mark in opening if line.at(mark.start) <= indent]
        margin = self._margin(number, skip=opening)
        for mark in beside:
            margin[mark.lane] = ("/", self._style(mark))
        yield self._framed(str(number), margin + [(cell, Style.PLAIN) for cell in line.cells])

        for row in self._underlines(line, single):
            yield self._framed("", self._margin(number, skip=[m for m in opening if m not in beside]) + row)
        drawn = list(beside)
        for mark in opening:
            if mark not in beside:
                margin = self._margin(number, skip=[m for m in opening if m not in drawn])
                yield self._framed("", self._branch(mark, margin, line.at(mark.start), corner=" "))
                drawn.append(mark)
        finished: list[_Mark] = []
        for mark in sorted(closing, key=lambda m: m.lane, reverse=True):
            margin = self._margin(number, skip=finished + [m for m in opening if m not in drawn])
            row = self._branch(mark, margin, line.at(mark.end - 1), corner="|")
            yield self._framed("", row + self._text(mark, " "))
            finished.append(mark)

    def _branch(self, mark: _Mark, margin: list[Cell], column: int, *, corner: str) -> list[Cell]:
        """The horizontal stroke from a span's lane to where it begins or ends in the text."""
        style = self._style(mark)
        row = [*margin[:mark.lane], (corner, style)]
        row += [("_", style)] * (self.margin - mark.lane - 1 + column)
        return [*row, (self._sign(mark), style)]

    def _underlines(self, line: _Line, marks: list[_Mark]) -> Iterator[list[Cell]]:
        if not marks:
            return
        places = {mark: (line.at(mark.start), max(line.at(mark.end), line.at(mark.start) + 1)) for mark in marks}
        row: list[Cell] = [(" ", Style.PLAIN)] * max(end for _, end in places.values())
        for mark in sorted(marks, key=lambda m: m.primary):  # the primary one wins where two overlap
            start, end = places[mark]
            row[start:end] = [(self._sign(mark), self._style(mark))] * (end - start)

        hanging = sorted((mark for mark in marks if mark.text), key=lambda m: places[m], reverse=True)
        last = hanging[0] if hanging else None
        if last and places[last][1] == len(row) and all(
                places[other][0] < places[last][0] for other in marks if other is not last):
            row = row + self._text(last, " ")
            hanging = hanging[1:]
        yield row
        if hanging:
            yield self._connectors(hanging, places)
        for position, mark in enumerate(hanging):
            waiting = [other for other in hanging[position + 1:] if places[other][0] < places[mark][0]]
            connectors = self._connectors(waiting, places)
            blank: list[Cell] = [(" ", Style.PLAIN)] * (places[mark][0] - len(connectors))
            yield connectors + blank + self._text(mark, "")

    def _connectors(self, marks: list[_Mark], places: dict[_Mark, tuple[int, int]]) -> list[Cell]:
        row: list[Cell] = [(" ", Style.PLAIN)] * (1 + max((places[mark][0] for mark in marks), default=-1))
        for mark in marks:
            row[places[mark][0]] = ("|", self._style(mark))
        return row

    def _margin(self, number: int, skip: list[_Mark] | None = None) -> list[Cell]:
        """The lanes beside line `number`: a bar for each span that runs through it."""
        row: list[Cell] = [(" ", Style.PLAIN)] * self.margin
        for mark in self.marks:
            if mark.spans_lines and mark.first_line <= number <= mark.last_line and mark not in (skip or ()):
                row[mark.lane] = ("|", self._style(mark))
        return row

    def _cut(self, number: int, marks: list[_Mark]) -> _Line:
        """The line, cut to the terminal's width around its marks; around the first where not all fit."""
        cells, starts = layout_line(self.source.line(number).rstrip())
        whole = _Line(cells, starts, 0)
        if len(cells) <= self.available:
            return whole
        edges = [(whole.at(mark.start if mark.first_line == number else mark.end - 1),
                  whole.at(mark.end if mark.last_line == number else mark.start + 1)) for mark in marks]
        first, last = min((start for start, _ in edges), default=0), max((end for _, end in edges), default=0)
        if last - first >= self.available - CONTEXT:
            first, last = edges[0]
        offset = 0 if last < self.available else max(0, min(first - CONTEXT, len(cells) - self.available))
        kept = cells[offset:offset + self.available]
        if offset:
            kept[0] = ELLIPSIS
        if offset + self.available < len(cells):
            kept[-1] = ELLIPSIS
        return _Line(kept, starts, offset)

    def _framed(self, number: str, cells: list[Cell]) -> str:
        frame = self.painter.text(Style.FRAME, f"{number:>{self.gutter}} |")
        content = self.painter.row(cells)
        return f"{frame} {content}" if content else frame

    def _text(self, mark: _Mark, separator: str) -> list[Cell]:
        return [(separator + visible(mark.text), self._style(mark))] if mark.text else []

    def _sign(self, mark: _Mark) -> str:
        return "^" if mark.primary else "-"

    def _style(self, mark: _Mark) -> Style:
        return self.primary if mark.primary else Style.SECONDARY


def _mark(source: SourceFile, label: Label) -> _Mark:
    span = label.span
    last_line, end = span.end_line, span.end_column - 1
    if last_line > span.line and end <= 0:  # ends before the first character of a line: at the end of the one before
        last_line -= 1
        end = len(source.line(last_line))
    start = span.column - 1
    if last_line <= span.line:
        last_line, end = span.line, max(end, start + 1)
    return _Mark(span.line, start, last_line, max(end, 1), label.text, label.primary)


def _assign_lanes(marks: list[_Mark]) -> list[_Mark]:
    """Spans over several lines that share a line get lanes of their own, the outermost the leftmost."""
    placed: list[_Mark] = []
    for mark in sorted(marks, key=lambda m: (m.first_line - m.last_line, m.first_line)):
        lane = 0
        if mark.spans_lines:
            taken = {other.lane for other in placed if other.spans_lines
                     and other.first_line <= mark.last_line and mark.first_line <= other.last_line}
            lane = next(free for free in range(len(taken) + 1) if free not in taken)
        placed.append(_Mark(mark.first_line, mark.start, mark.last_line, mark.end, mark.text, mark.primary, lane))
    return placed
