"""Calls of kernel functions (kfuncs), and the question whether the kernel has one."""

from __future__ import annotations

import ast

from ... import kernel_calls
from ...record import replace
from ...tables import contexts
from ...tables.rows import Argument, Result, ResultKind, Role
from ..diagnostics.declarations import UnsupportedKind
from ..diagnostics.types import NotAReference, TypeMismatch
from ..tree import Expression, KernelFunctionTest
from ..types import BOOL, ContextType, Reference
from . import helper_calls
from .conversions import describe, error_at, is_error
from .expressions import check, kind_of, value
from .function import FunctionChecker, Static


def name_of(found: object) -> str:
    """The kernel's name of a function that an object of the module stands for; "" where it stands for none."""
    name = getattr(found, "__pybpfc_kfunc__", "") or getattr(found, "__pybpfc_enter__", "")
    return name if isinstance(name, str) else ""


def kernel_call(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    """Check `bpf_task_acquire(p)` against the kernel's prototype."""
    span = c.span(node)
    found = kernel_calls.by_name(name)
    assert found is not None  # the name was looked up when it was imported
    if name.startswith("bpf_iter_"):
        kind = name.removeprefix("bpf_iter_").rpartition("_")[0]
        c.report(UnsupportedKind(span, f"a direct call of `{name}`",
                                 f'`for item in bpf_for_each("{kind}", ...):` makes and destroys the iterator'))
        return error_at(span)
    if name == "bpf_cast_to_kern_ctx":
        return _context_in_the_kernel(c, node, found)
    if found.problem:
        c.report(UnsupportedKind(span, f"a call of `{name}`", f"{found.problem}: {kernel_calls.describe(name)}"))
        return error_at(span)
    arguments = helper_calls.match(c, node, found.row)
    if arguments is None:
        return error_at(span)
    return helper_calls.lower(c, span, found.row, arguments, kernel_function=found.function)


def _context_in_the_kernel(c: FunctionChecker, node: ast.Call, found: kernel_calls.Callable) -> Expression:
    """`bpf_cast_to_kern_ctx(ctx)`: what the kernel has in the place of a context, a trusted object."""
    given = value(c, node.args[0]) if node.args else None
    target = given.type.target if given is not None and isinstance(given.type, Reference) else None
    struct = contexts.IN_THE_KERNEL.get(target.name) if isinstance(target, ContextType) else None
    if given is not None and struct is None:
        if not is_error(given):
            c.report(TypeMismatch(given.span, "the program's context", describe(given),
                                  f"the kernel has structs behind {', '.join(contexts.IN_THE_KERNEL)}"))
        return error_at(c.span(node))
    row = replace(found.row, arguments=(Argument("obj", Role.CONTEXT),),
                  result=Result(ResultKind.TRUSTED, struct or ""))
    arguments = helper_calls.match(c, node, row)
    if arguments is None:
        return error_at(c.span(node))
    return helper_calls.lower(c, c.span(node), row, arguments, kernel_function=found.function)


def kernel_function_test(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    """`kfunc_exists(f)`."""
    from .calls import positional

    span = c.span(node)
    if not positional(c, node, name, 1):
        return error_at(span)
    found = check(c, node.args[0])
    asked = name_of(found.value) if isinstance(found, Static) else ""
    known = kernel_calls.by_name(asked) if asked else None
    if known is None:
        what = kind_of(found.value) if isinstance(found, Static) else describe(found)
        c.report(NotAReference(span, ast.unparse(node.args[0]), what, "name a function from `pybpfc.kfuncs`"))
        return error_at(span)
    return KernelFunctionTest(BOOL, span, known.function)
