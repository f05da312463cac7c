"""How deep a program may nest: Python's limit on recursion, raised while the compiler works, and what is said beyond.

A long chain of `elif` or of `+` is a tree as deep as it has links, and every stage walks it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from .diagnostics import CompileError
from .diagnostics.declarations import UnsupportedSyntax
from .source import SourceFile, Span

# From 3.11 on calls between Python functions take none of the thread's own stack.
_LIMIT = 12_000 if sys.version_info >= (3, 11) else 3_500


@contextmanager
def deep() -> Iterator[None]:
    """Room for deep programs.

    Raises:
        CompileError: this one is deeper still.
    """
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _LIMIT))
    try:
        yield
    except RecursionError as error:
        span = _span(error.__traceback__)
        if span is None:
            raise  # nothing of the program: a circle of our own
        raise CompileError((UnsupportedSyntax(
            span, "code that nests so deep", "a chain of `elif`, `case` or operators is as deep as it is long",
            "split it: parts of a sum into variables, a long chain of tests into a map or a `@subprog`"),)) from None
    finally:
        sys.setrecursionlimit(before)


def _span(trace: TracebackType | None) -> Span | None:
    """The outermost thing of the program that the stages were working on, a function before all else."""
    source: SourceFile | None = None
    while trace is not None:
        values = trace.tb_frame.f_locals
        for name in ("declaration", "instance", "function"):
            span = getattr(values.get(name), "span", None)
            if isinstance(span, Span):
                return span
        if isinstance(values.get("source"), SourceFile):
            source = values["source"]
        trace = trace.tb_next
    return None if source is None else Span(source, 1, 1, 1, max(len(source.line(1)), 1) + 1)
