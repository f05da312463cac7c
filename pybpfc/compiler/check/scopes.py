"""`with` in a program: sections that are left on every way out."""

from __future__ import annotations

import ast

from pybpfc_runtime.values import value_type

from ... import kernel_calls
from ...kernel_objects import IrqFlags
from ...tables import kfuncs
from ..diagnostics.declarations import UnsupportedSyntax
from ..diagnostics.types import WrongArguments
from ..source import Span
from ..tree import (
    Assign,
    Block,
    CallHelper,
    CallKernel,
    Construct,
    Evaluate,
    Expression,
    Read,
    Scoped,
    Statement,
    VariablePlace,
)
from ..types import VOID, Reference, Space, from_layout
from .assignments import poison
from .conversions import is_error
from .expressions import check
from .function import FunctionChecker, Static
from .kernel_calls import name_of
from .maps import is_map

# Helpers that enter a section, with those that leave it.
_PAIRS = {"bpf_spin_lock": "bpf_spin_unlock"}


def with_statement(c: FunctionChecker, node: ast.With) -> Statement | None:
    """Check `with a(), b():`: entered from left to right, left in the other order."""
    from .statements import block

    opened: list[tuple[tuple[Statement, ...], Expression]] = []
    failed = False
    for item in node.items:
        one = _enter(c, item)
        if one is None:
            failed = True
        else:
            opened.append(one)
    body = block(c, node.body)
    if failed:
        return None
    made: Statement = Block(c.span(node.items[0].context_expr), body)
    for item, (before, leave) in zip(reversed(node.items), reversed(opened), strict=True):
        made = Scoped(c.span(item.context_expr), before, leave, (made,))
    return made


def _enter(c: FunctionChecker, item: ast.withitem) -> tuple[tuple[Statement, ...], Expression] | None:
    call, span = item.context_expr, c.span(item.context_expr)
    record = _reserved(c, item)
    callee = check(c, call.func) if isinstance(call, ast.Call) and not record else None
    if item.optional_vars is None and isinstance(call, ast.Call) and isinstance(callee, Static):
        helper = getattr(callee.value, "__pybpfc_helper__", None)
        if helper in _PAIRS:
            return _helper_scope(c, call, helper)
        enter = getattr(callee.value, "__pybpfc_enter__", "")
        if enter:
            if call.args or call.keywords:
                c.report(WrongArguments(span, callee.text, "takes no arguments", f"with {callee.text}():"))
                return None
            return _section(c, span, enter, callee.value.__pybpfc_leave__)
        section = kfuncs.SECTION_OF.get(name_of(callee.value))
        if section is not None and section.fails:
            c.report(UnsupportedSyntax(span, f"a `with` of `{section.enter}`", "taking this lock may fail",
                                       f"take it and look: `if {section.enter}(...) != 0: return 1`, and give it back "
                                       f"with `{section.leave}(...)`"))
            return None
    c.report(UnsupportedSyntax(span, "this `with`", "it is no section of the kernel",
                               record or "`with` takes bpf_spin_lock(value.lock), bpf_rcu_read_lock(), "
                               "bpf_preempt_disable(), bpf_local_irq_save()"))
    if isinstance(item.optional_vars, ast.Name):
        poison(c, item.optional_vars)
    return None


def _reserved(c: FunctionChecker, item: ast.withitem) -> str:
    """How a record is sent, where `with buffer.reserve()` is what stands there: what it would do on the way out is
    for the program to say."""
    call = item.context_expr
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != "reserve" \
            or not isinstance(call.func.value, ast.Name) or not is_map(check(c, call.func.value)):
        return ""
    buffer = call.func.value.id
    name = item.optional_vars.id if isinstance(item.optional_vars, ast.Name) else "record"
    return (f"`{name} = {buffer}.reserve()`, and after `if {name} is None: return ...` either "
            f"`{buffer}.submit({name})` or `{buffer}.discard({name})`")


def _section(c: FunctionChecker, span: Span, enter: str, leave: str) -> tuple[tuple[Statement, ...], Expression]:
    """A section that is entered without arguments; what it keeps in the program's memory has no name there."""
    calls = [kernel_calls.by_name(name) for name in (enter, leave)]
    entering, leaving = (found.function for found in calls if found is not None)
    assert calls[0] is not None  # its name was looked up when it was imported
    if not calls[0].row.arguments:
        return (Evaluate(span, CallKernel(VOID, span, entering, ())),), CallKernel(VOID, span, leaving, ())
    flags = Reference(from_layout(value_type(IrqFlags, "IrqFlags")), Space.STACK)
    place = VariablePlace(flags, span, c.hidden("flags", flags, span))
    again = Read(flags, span, place)
    before = (Assign(span, (place,), Construct(flags, span, "flags")),
              Evaluate(span, CallKernel(VOID, span, entering, (again,))))
    return before, CallKernel(VOID, span, leaving, (again,))


def _helper_scope(c: FunctionChecker, call: ast.Call, helper: str) -> tuple[tuple[Statement, ...], Expression] | None:
    """A lock: its address is taken once, so that the same lock is released whatever the body assigns."""
    from .helper_calls import lower

    span = c.span(call)
    row, leave = c.module.helper(helper), c.module.helper(_PAIRS[helper])
    if len(call.args) != len(row.arguments) or call.keywords:
        c.report(WrongArguments(span, helper, "takes the lock", f"with {helper}(value.lock):"))
        return None
    entered = lower(c, span, row, list(call.args))
    if is_error(entered) or not isinstance(entered, CallHelper):
        return None
    lock = entered.arguments[0]
    held = c.hidden("lock", lock.type, span)
    place = VariablePlace(lock.type, span, held)
    again = Read(lock.type, span, place)
    before = (Assign(span, (place,), lock), Evaluate(span, CallHelper(VOID, span, row, (again,))))
    return before, CallHelper(VOID, span, leave, (again,))
