"""What `pybpfc run` prints, for people or as JSON: events, printed lines, iterators, maps, global variables."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from . import console
from .contents import ARRAYS, all_entries
from .histogram import histogram
from .tables import columns, plain, show, table

if TYPE_CHECKING:
    from pybpfc_runtime import Object, ObjectSpec
    from pybpfc_runtime.layout import AnyType

_HISTOGRAM = "hist"
# One line of trace_pipe: Documentation/trace/ftrace.rst, "Output format".
_PRINTED = re.compile(r"\s*(?P<task>.*)-(?P<pid>\d+)\s+(?:\(.*?\)\s+)?\[(?P<cpu>\d+)\]\s+\S+\s+(?P<time>[\d.]+): "
                      r"(?:bpf_trace_printk: )?(?P<text>.*)")


class Output(Protocol):
    """Where `run` puts what it sees; `finish` comes last."""

    def event(self, buffer: str, record: Any, type_: AnyType | None) -> None: ...

    def printed(self, line: str) -> None: ...

    def iterated(self, program: str, line: str) -> None: ...

    def lost(self, buffer: str, count: int) -> None: ...

    def finish(self, loaded: Object, spec: ObjectSpec) -> None: ...


class Lines:
    """For people: each buffer's records as a table that grows, everything else as it is."""

    def __init__(self, several_buffers: bool) -> None:
        self._several = several_buffers
        self._headed = ""  # the buffer whose columns the last header names
        self._widths: dict[tuple[str, str], int] = {}

    def event(self, buffer: str, record: Any, type_: AnyType | None) -> None:
        cells = columns("record", record, type_)
        if self._headed != buffer:
            self._headed = buffer
            self._row(buffer, {name: name for name in cells}, type_, heading=True)
        self._row(buffer, cells, type_)

    def printed(self, line: str) -> None:
        match = _PRINTED.match(line)
        self._line(f"{match['task']}-{match['pid']}: {match['text']}" if match else line)

    def iterated(self, program: str, line: str) -> None:
        self._line(line)

    def lost(self, buffer: str, count: int) -> None:
        print(f"{buffer}: {count} records lost, the buffer was full", file=sys.stderr)

    def finish(self, loaded: Object, spec: ObjectSpec) -> None:
        console.write(contents(loaded, spec), sys.stdout)
        console.flush()

    def _row(self, buffer: str, cells: Mapping[str, str], type_: AnyType | None, heading: bool = False) -> None:
        parts = [buffer] if self._several else []
        for name, cell in cells.items():
            width = self._widths[buffer, name] = max(self._widths.get((buffer, name), 0), len(cell), len(name))
            right = not heading and cell.lstrip("-").isdigit()
            parts.append(cell.rjust(width) if right else cell.ljust(width))
        self._write("  ".join(parts).rstrip())

    def _line(self, line: str) -> None:
        """A line as the program made it: its tabs make columns, so they stay."""
        self._write(console.printable(line, kept="\t"))

    def _write(self, line: str) -> None:
        console.write(line + "\n", sys.stdout)


class JsonLines:
    """For programs: one object a line, told apart by `type`."""

    def event(self, buffer: str, record: Any, type_: AnyType | None) -> None:
        self._write(type="event", buffer=buffer, record=plain(record, type_))

    def printed(self, line: str) -> None:
        match = _PRINTED.match(line)
        if match is None:
            self._write(type="print", text=line)
        else:
            self._write(type="print", text=match["text"], task=match["task"], pid=int(match["pid"]),
                        cpu=int(match["cpu"]), time=float(match["time"]))

    def iterated(self, program: str, line: str) -> None:
        self._write(type="iterator", program=program, text=line)

    def lost(self, buffer: str, count: int) -> None:
        self._write(type="lost", buffer=buffer, count=count)

    def finish(self, loaded: Object, spec: ObjectSpec) -> None:
        for name, described, entries in all_entries(loaded, spec):
            for key, value in entries:
                self._write(type="map", map=name, key=plain(key, described.key_type),
                            value=plain(value, described.value_type))
        for name, value in _variables(loaded, spec):
            self._write(type="global", name=name, value=plain(value, spec.type_of(spec.variables[name])))
        console.flush()

    def _write(self, **members: Any) -> None:
        console.write(json.dumps(members) + "\n", sys.stdout)


def contents(loaded: Object, spec: ObjectSpec) -> str:
    """The maps' entries and the global variables as tables, arrays whose name ends in `hist` as histograms.

    See `contents.all_entries` for which.
    """
    parts: list[str] = []
    for name, described, entries in all_entries(loaded, spec):
        if name.endswith(_HISTOGRAM) and described.type in ARRAYS \
                and all(isinstance(value, int) for _, one in entries for value in (one if isinstance(one, list)
                                                                                  else [one])):
            parts.append(histogram(name, entries))
        else:
            parts.append(table(name, entries, described.key_type, described.value_type))
    variables = _variables(loaded, spec)
    if variables:
        parts.append("globals\n" + "".join(
            f"  {name.ljust(max(len(other) for other, _ in variables))}  "
            f"{show(value, spec.type_of(spec.variables[name]))}\n" for name, value in variables))
    return "\n".join(parts)


def _variables(loaded: Object, spec: ObjectSpec) -> list[tuple[str, Any]]:
    return [(name, loaded.globals[name]) for name, variable in spec.variables.items()
            if not variable.section.startswith(".rodata")]

