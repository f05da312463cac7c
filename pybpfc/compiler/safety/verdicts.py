"""Results of programs that are certainly none that the kernel knows, found by ranges: `verdict = 77; return verdict`.

Constants behind a `return` are the checker's business; here are values of which only the ranges know that every one
is outside of what is legal.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...tables import program_kinds
from ..diagnostics import Diagnostic
from ..diagnostics.types import IllegalReturn
from ..ir.module import Constant, Function, Linkage, Return
from .ranges import Ranges


def check_verdicts(function: Function, ranges: Ranges) -> Iterator[Diagnostic]:
    """The returns of a program whose value is outside of the legal ones, whatever it is."""
    if function.linkage is not Linkage.PROGRAM or not function.program_kind:
        return
    kind = program_kinds.by_decorator(function.program_kind)
    legal = kind.legal
    for block in ranges.graph.order:
        end = block.terminator
        if not isinstance(end, Return) or end.value is None or isinstance(end.value, Constant):
            continue
        known = ranges.of(end.value)
        if known is None:
            continue
        if legal.maximum is not None and known.low > legal.maximum:
            yield IllegalReturn(end.span, str(known.low), kind.decorator, program_kinds.results_of(kind))
        elif legal.minimum is not None and known.high < legal.minimum:
            yield IllegalReturn(end.span, str(known.high), kind.decorator, program_kinds.results_of(kind))
