"""Results of programs that are certainly none that the kernel knows, found by ranges: `verdict = 77; return verdict`.

Constants behind a `return` are the checker's business; here are values of which only the ranges know that every one
is outside of what is legal.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...tables import program_kinds
from ...tables.kfuncs import NO_RESULT_OF_CALLBACK, plain
from ..diagnostics import Diagnostic
from ..diagnostics.types import IllegalReturn
from ..ir.module import Constant, Function, FunctionAddress, HelperCall, KernelCall, Linkage, Module, Return
from .ranges import Ranges


def check_verdicts(function: Function, ranges: Ranges) -> Iterator[Diagnostic]:
    """The returns of a program whose value is outside of the legal ones, whatever it is."""
    if function.linkage is not Linkage.PROGRAM or not function.program_kind:
        return
    kind = program_kinds.by_decorator(function.program_kind)
    legal, what = kind.legal, program_kinds.verdict_of(kind)
    for block in ranges.graph.order:
        end = block.terminator
        if not isinstance(end, Return) or end.value is None or isinstance(end.value, Constant):
            continue
        known = ranges.of(end.value)
        if known is None:
            continue
        if legal.maximum is not None and known.low > legal.maximum:
            yield IllegalReturn(end.span, str(known.low), what, program_kinds.results_of(kind))
        elif legal.minimum is not None and known.high < legal.minimum:
            yield IllegalReturn(end.span, str(known.high), what, program_kinds.results_of(kind))


def callers_of_callbacks(module: Module) -> dict[str, str]:
    """The functions whose address is handed to a helper or kernel function, each with the name of that one."""
    found: dict[str, str] = {}
    for function in module.functions:
        for item in function.instructions():
            if isinstance(item, (HelperCall, KernelCall)):
                name = item.helper.name if isinstance(item, HelperCall) else plain(item.function.name)
                found.update({argument.function: name for argument in item.arguments
                              if isinstance(argument, FunctionAddress)})
    return found


def check_callback(function: Function, ranges: Ranges, caller: str) -> Iterator[Diagnostic]:
    """The returns of a callback that are certainly none that its caller takes."""
    maximum = 0 if caller in NO_RESULT_OF_CALLBACK else 1
    for block in ranges.graph.order if caller else ():
        end = block.terminator
        if not isinstance(end, Return) or end.value is None:
            continue
        known = ranges.of(end.value)
        if known is not None and (known.low > maximum or known.high < 0):
            yield IllegalReturn(end.span, str(known), f"result of a callback of `{caller}`",
                                "0 (go on) and 1 (stop)" if maximum else "0 alone",
                                "keep what was found in the context")
