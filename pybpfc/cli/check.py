"""`pybpfc check prog.py...`: all diagnostics of some programs, without making objects."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from . import console

if TYPE_CHECKING:
    from .isolated import Isolated


class Report(NamedTuple):
    """What one file gave, in the forms that leave the child process."""

    text: str = ""
    entries: tuple[dict[str, Any], ...] = ()
    errors: int = 0
    warnings: int = 0


def configure(commands: Any) -> None:
    """Add the command to the parser's subcommands."""
    parser = commands.add_parser("check", help="report all errors of programs without compiling them",
                                 description="Check programs: types, widths, byte order, None, packet bounds and "
                                             "resources. Each file is imported in a process of its own.")
    parser.add_argument("programs", metavar="prog.py", nargs="+", help="the programs")
    parser.add_argument("--json", action="store_true", help="print the diagnostics as one JSON list on standard output")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    import json

    from ..compiler.diagnostics import render

    preload()
    reports: list[Report] = []
    for report in check_files(arguments.programs, console.uses_color(sys.stderr), console.width(sys.stderr)):
        reports.append(report)
        if report.text and not arguments.json:
            console.write(report.text + "\n", sys.stderr)
            sys.stderr.flush()
    errors, warnings = sum(r.errors for r in reports), sum(r.warnings for r in reports)
    if arguments.json:
        entries = [entry for report in reports for entry in report.entries]
        console.write(json.dumps(entries, indent=2) + "\n", sys.stdout)
        return 1 if errors else 0
    if errors or warnings:
        print(render.summary(errors, warnings), file=sys.stderr)
    if not errors:
        console.write(f"{len(reports)} file{'s' if len(reports) != 1 else ''} checked, no errors\n", sys.stdout)
    return 1 if errors else 0


def preload() -> None:
    """Import the compiler's stages here once, so that no child has to."""
    import importlib

    for name in ("pipeline", "diagnostics.render", "frontend.importing", "frontend.collect", "check.module", "build",
                 "ir.verify", "safety"):
        importlib.import_module(f"pybpfc.compiler.{name}")


def check_files(paths: list[str], color: bool, width: int) -> Iterator[Report]:
    """The reports of the files in their order; as many files are checked at once as there are CPUs."""
    from .isolated import Isolated

    running: list[tuple[str, Isolated[Report]]] = []
    waiting = iter(paths)
    try:
        while True:
            while len(running) < len(os.sched_getaffinity(0)) and (path := next(waiting, None)) is not None:
                running.append((path, Isolated(partial(check_one, path, color, width))))
            if not running:
                return
            path, child = running[0]
            report = _collect(path, child)
            running.pop(0)
            yield report
    finally:
        for _, child in running:
            child.stop()


def check_one(path: str, color: bool, width: int) -> Report:
    """Check a file in this process."""
    from ..compiler.diagnostics.render import terminal, to_json
    from ..compiler.pipeline import Options, check_file

    diagnostics = check_file(path, Options())
    return Report(terminal(diagnostics, color, width, summarised=False, name=console.file_name),
                  tuple(to_json(diagnostics)),
                  sum(item.severity == "error" for item in diagnostics),
                  sum(item.severity == "warning" for item in diagnostics))


def _collect(path: str, child: Isolated[Report]) -> Report:
    """The child's report, or one that says how it failed."""
    from .isolated import ChildEnded, ChildFailed

    try:
        return child.result()
    except ChildEnded as ended:
        text = f"importing it ended the process {ended}: keep such code behind the `__main__` guard"
    except ChildFailed as failed:
        text = f"this is a bug in pybpfc, not in your program: {failed}"
        if os.environ.get("PYBPFC_TRACEBACK"):
            text += f"\n{failed.details}"
    entry: dict[str, Any] = {"code": "", "severity": "error", "title": text, "file": path, "span": None, "labels": [],
                             "notes": [], "helps": []}
    return Report(f"error: {text}\n --> {path}\n", (entry,), errors=1)
