"""Writes what type checkers see of kernel functions: ``kfuncs.pyi``, from the snapshot of kernel types.

Run by ``python -m pybpfc.tables.generate.kernel_types``, which renews the snapshot.
"""

from __future__ import annotations

import keyword
import re
import textwrap

from ... import kernel_btf, kernel_calls, kernel_functions
from ...kernel_stubs import COMMON
from .. import kfuncs as table
from ..map_kinds import HEADS
from ..rows import LEFT_OUT, Argument, ResultKind, Role

_SCOPES = ("bpf_local_irq_save", "bpf_preempt_disable", "bpf_rcu_read_lock", "bpf_res_spin_lock")
_OBJECTS = ("IrqFlags", "bpf_dynptr", "bpf_timer", "bpf_wq", "bpf_res_spin_lock", "bpf_task_work", "bpf_refcount",
            "bpf_list_head", "bpf_list_node", "bpf_rb_root", "bpf_rb_node")


def render() -> str:
    """The text of ``pybpfc/kfuncs.pyi``."""
    kernel_btf.use(kernel_btf.SNAPSHOT)
    try:
        names = {name for name in kernel_functions.kfuncs() if name not in _SCOPES and not name.startswith("bpf_iter_")
                 and name.removesuffix("_impl") not in table.MACROS}
        functions = [_function(name) for name in sorted(names | table.MACROS)]
    finally:
        kernel_btf.use(None)
    body = "\n".join(text for text in functions if text)
    used = set(re.findall(r"\w+", re.sub(r'""".*?"""', "", body, flags=re.S)))
    always = ("Array", "Ptr", "Str", "Struct")
    values = ", ".join((*always, *(name for name in ("be16", "s16", "s32", "s64", "u8", "u16", "u32", "u64")
                                   if name in used)))
    return "\n".join([
        '"""Kernel functions as a program calls them; at run time each name is looked up in BTF.',
        "",
        "Written by ``python -m pybpfc.tables.generate.kernel_types`` from the snapshot of kernel types. A function",
        "that is not here is Any, and so are types that `pybpfc.vmlinux` has no stub of.",
        '"""',
        "",
        "from collections.abc import Callable",
        "from typing import Any, TypeAlias, TypeVar",
        "",
        f"from pybpfc_runtime.values import {values}",
        "",
        "from . import kernel_objects, vmlinux",
        "from .kernel_objects import bpf_res_spin_lock as bpf_res_spin_lock",
        "from .maps import Map",
        "from .scopes import bpf_local_irq_save as bpf_local_irq_save",
        "from .scopes import bpf_preempt_disable as bpf_preempt_disable",
        "from .scopes import bpf_rcu_read_lock as bpf_rcu_read_lock",
        "",
        '_T = TypeVar("_T")',
        "_Writable: TypeAlias = Str | Array[Any] | Struct | Ptr[Any]",
        "_Readable: TypeAlias = Str | Array[Any] | Struct | Ptr[Any] | str | bytes | int",
        "",
        "def __getattr__(name: str) -> Any: ...",
        body,
        "",
    ])


def _function(name: str) -> str:
    found = kernel_calls.by_name(name)
    if found is None or found.problem:
        return ""
    parameters = []
    for argument in found.row.arguments:
        if argument.role not in LEFT_OUT:
            shown = f"{argument.name}_" if keyword.iskeyword(argument.name) else argument.name
            linked = found.row.arguments[0].type in HEADS
            default = " = 0" if argument.optional else ""
            parameters.append(f"{shown}: {_parameter(argument, linked)}{default}")
    result = found.row.result
    if result.kind is ResultKind.VOID:
        returned = "None"
    elif result.kind is ResultKind.SCALAR:
        returned = result.type
    elif result.kind in (ResultKind.OBJECT, ResultKind.NODE, ResultKind.READABLE):
        returned = "kernel_objects.percpu_kptr[_T]" if result.type == "percpu" else "_T"
    elif result.kind is ResultKind.MEMORY:
        returned = f"Ptr[{result.type}]" if result.type else "Any"
    else:
        returned = _struct(result.type)
    if result.nullable:
        returned += " | None"
    head = f"def {name}({', '.join(parameters)}) -> {returned}:"
    if len(head) > 118:
        head = f"def {name}(\n    {', '.join(parameters)}\n) -> {returned}:"
    notes = [f"Since Linux {found.row.since}."] if found.row.since else []
    if "SLEEPABLE" in found.function.flags:
        notes.append("Sleepable programs only.")
    if found.function.acquires and not found.function.lends:
        notes.append("What it gives must be released.")
    paragraphs = [f'"""In C: {kernel_calls.describe(name)}', *([" ".join(notes)] if notes else []), '"""']
    lines = [line for paragraph in paragraphs for line in textwrap.wrap(paragraph, 112)]
    return "\n".join([head, *(f"    {line}" for line in lines)])


def _parameter(argument: Argument, linked: bool) -> str:
    if argument.role is Role.OBJECT and argument.type:
        return "kernel_objects.percpu_kptr[_T]"
    if linked and argument.role is Role.STRUCT:
        return f"kernel_objects.{argument.type}[_T]"
    if linked and argument.role is Role.CALLBACK:
        return "Callable[[_T, _T], bool]"
    fixed = {
        Role.CONTEXT: "object", Role.MAP: "Map[Any, Any]", Role.IN_BUFFER: "_Readable", Role.OUT_BUFFER: "_Writable",
        Role.STRING: "str", Role.ANY_ADDRESS: "object", Role.OUT_SCALAR: f"Ptr[{argument.type}] | {argument.type}",
        Role.SCALAR: argument.type, Role.CONSTANT: argument.type, Role.LOCAL_TYPE: "type[_T]", Role.OBJECT: "_T",
        Role.NODE: "_T", Role.ARENA: "object", Role.KERNEL_TYPE: "type[_T]",
    }
    found = fixed.get(argument.role) or _struct(argument.type)
    return f"{found} | None" if argument.nullable and found not in ("object", "Any") else found


def _struct(name: str) -> str:
    if name in _OBJECTS:
        return f"kernel_objects.{name}"
    return f"vmlinux.{name}" if name in COMMON else "Any"
