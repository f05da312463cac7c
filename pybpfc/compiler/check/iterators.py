"""`bpf_for_each("task", ...)`: the kernel's open-coded iterators, a row of the table each."""

from __future__ import annotations

import ast
import difflib

from ...kernel_calls import by_name
from ...record import record, replace
from ...tables import kfuncs
from ...tables.rows import KernelFunction
from ..diagnostics.declarations import UnsupportedKind
from ..diagnostics.types import NotIterable
from ..source import Span
from ..tree import CallKernel, Expression, IteratorState, StringConstant
from ..types import OpaqueType, Reference
from . import helper_calls
from .conversions import is_error
from .function import FunctionChecker


@record
class Iteration:
    """What a loop over an iterator is made of."""

    name: str
    state: OpaqueType  # of which the loop keeps one on the stack
    arguments: tuple[Expression, ...]  # of the function that makes it, without the iterator
    item: Reference
    create: KernelFunction
    advance: KernelFunction
    destroy: KernelFunction


def iterate(c: FunctionChecker, call: ast.Call) -> Iteration | None:
    """Check the head of a loop; None where it was reported."""
    from .expressions import value

    span = c.span(call)
    kind = value(c, call.args[0]) if call.args else None
    if not isinstance(kind, StringConstant):
        if kind is None or not is_error(kind):
            c.report(NotIterable(span, ast.unparse(call), 'name the iterator first: `bpf_for_each("task", None, 0)`'))
        return None
    name = kind.text.decode(errors="replace")
    row = kfuncs.ITERATORS.get(name)
    found = [by_name(f"bpf_iter_{name}_{step}") for step in ("new", "next", "destroy")] if row is not None else []
    if row is None or name == "num":
        known = sorted(kfuncs.ITERATORS.keys() - {"num"})
        near = difflib.get_close_matches(name, known, 1)
        c.report(NotIterable(span, ast.unparse(call), "`bpf_for(a, b)` counts" if name == "num" else
                             f'did you mean "{near[0]}"?' if near else f"the kernel has {', '.join(known)}"))
        return None
    create, advance, destroy = found
    if create is None or advance is None or destroy is None:
        c.report(UnsupportedKind(span, f'`bpf_for_each("{name}", ...)`', "the kernel whose types are used has no such "
                                 f"iterator (Linux {row.since} brought it): choose another with `--btf`"))
        return None
    # The iterator itself is the compiler's: the source gives the arguments behind it.
    own = replace(create.row, name=f'bpf_for_each("{name}")', arguments=create.row.arguments[1:])
    given = ast.copy_location(ast.Call(call.func, call.args[1:], call.keywords), call)
    arguments = helper_calls.match(c, given, own)
    if arguments is None:
        return None
    made = helper_calls.lower(c, span, own, arguments, kernel_function=create.function)
    item = helper_calls.result_type(c, span, advance.row, None, ())
    if not isinstance(made, CallKernel) or not isinstance(item, Reference):
        return None
    return Iteration(name, OpaqueType(f"bpf_iter_{name}", row.size, 8), made.arguments, item.non_null(),
                     create.function, advance.function, destroy.function)


def of_loop(c: FunctionChecker, span: Span, kind: str, function: str) -> Expression | None:
    """The iterator that a function is passed: that of the innermost loop around the call which goes through such ones,
    as BPF_FOR_EACH_ITER is in C; None where there is none, which was reported."""
    checker: FunctionChecker | None = c
    while checker is not None:
        for loop in reversed(checker.loops):
            if loop.iterates == kind and loop.iterator is not None:
                return IteratorState(loop.iterator.type, span, loop.iterator)
        checker = checker.outer
    c.report(UnsupportedKind(span, f"a call of `{function}` in no such loop",
                             f'it takes the iterator of a loop around it, `for x in bpf_for_each("{kind}", ...):`'))
    return None
