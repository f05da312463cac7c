"""A failure inside the compiler: said as what it is, with the places a maintainer needs."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def report(error: BaseException, program: str | None) -> str:
    """The text for standard error.

    Arguments:
        error: what escaped from the compiler. Where it has a `span` attribute, that is the place in the program
            at which it happened.
        program: the file that was being compiled.
    """
    lines = [f"pybpfc: this is a bug in pybpfc, not in your program: {type(error).__name__}: {error}"]
    frame = _innermost(error)
    if frame is not None:
        where = Path(frame.filename).resolve()
        name = where.relative_to(PACKAGE.parent) if where.is_relative_to(PACKAGE.parent) else where
        lines.append(f"  at {name}:{frame.lineno} in {frame.name}: {frame.line}")
    span = getattr(error, "span", None)
    if span is not None:
        lines.append(f"  while working on {span}: {span.source.line(span.line).strip()}")
    elif program:
        lines.append(f"  while working on {program}")
    if os.environ.get("PYBPFC_TRACEBACK"):
        lines.append("".join(traceback.format_exception(type(error), error, error.__traceback__)).rstrip())
    else:
        lines.append("Please report it with the program; PYBPFC_TRACEBACK=1 in the environment adds the traceback.")
    return "\n".join(lines) + "\n"


def _innermost(error: BaseException) -> traceback.FrameSummary | None:
    """The last frame inside pybpfc: an error in a library is a wrong call of ours."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "pybpfc" in Path(frame.filename).parts
            or "pybpfc_runtime" in Path(frame.filename).parts]
    return next(reversed(ours or frames), None)
