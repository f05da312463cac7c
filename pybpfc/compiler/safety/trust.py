"""Kernel objects that RCU alone keeps alive, passed to functions of the kernel that want more.

A pointer that is read from an object is trusted no more, but for the few members that the verifier knows: under RCU it
may be followed, and functions with KF_RCU take it where the member is known to be under RCU, those with KF_TRUSTED_ARGS
never. Source: check_ptr_to_btf_access() and check_kfunc_args() in kernel/bpf/verifier.c.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...tables import kfuncs, program_kinds
from ...tables.rcu_members import TRUSTED
from ..diagnostics import Diagnostic
from ..diagnostics.types import NotAReference
from ..ir.module import (
    Convert,
    FieldAddress,
    Function,
    Instruction,
    KernelCall,
    Load,
    Local,
    LocalRead,
    LocalWrite,
    Module,
    Opaque,
    Value,
)
from ..types import Reference, Space, StructType


def check_trust(module: Module) -> Iterator[Diagnostic]:
    """Arguments of kernel functions that the verifier does not trust as far as these functions want it."""
    for function in module.functions:
        calls = [item for item in function.instructions() if isinstance(item, KernelCall)]
        if not calls:
            continue
        kind = program_kinds.by_decorator(function.program_kind) if function.program_kind else None
        # Where a section begins and ends is not followed: a function that has one is left to the verifier.
        outside = kind is not None and kind.sleepable \
            and not any(item.function.acquires == "rcu_read_lock" for item in calls)
        written = _written(function)
        for item in calls:
            trusted = "TRUSTED_ARGS" in item.function.flags
            if not trusted and not (outside and "RCU" in item.function.flags):
                continue
            why = f"kept alive by RCU alone, and `{_shown(item.function.name)}` takes an object that the verifier " \
                "trusts" if trusted else "read outside of an RCU read section, where nothing keeps it alive"
            for argument in item.arguments:
                if isinstance(argument, Instruction) and _is_kernel_object(argument) \
                        and _under_rcu(argument, written, set()):
                    yield NotAReference(argument.span, argument.span.text, why, _way_out(argument, trusted))


def _shown(name: str) -> str:
    iterator = kfuncs.iterator_of(name)
    return kfuncs.plain(name) if iterator is None else f'bpf_for_each("{iterator.name}")'


def _way_out(argument: Instruction, trusted: bool) -> str:
    if not trusted:
        return "put the call, and what reads its argument, into `with bpf_rcu_read_lock():`"
    assert isinstance(argument.type, Reference) and isinstance(argument.type.target, StructType)
    name = argument.type.target.name.partition("___")[0]
    acquire = {"task_struct": "bpf_task_acquire", "cgroup": "bpf_cgroup_acquire"}.get(name)
    return f"take a reference before: `{acquire}({argument.span.text})`, which gives None where it is gone" \
        if acquire else "pass an object that a helper or a kernel function gave, or that the program was called with"


def _is_kernel_object(value: Value) -> bool:
    return isinstance(value.type, Reference) and value.type.space is Space.TRUSTED \
        and isinstance(value.type.target, StructType) and value.type.target.layout.kernel


def _written(function: Function) -> dict[Local, list[Value]]:
    """What each variable is given; parameters are not among them, since callers give them a value too."""
    parameters = {item.local for item in function.parameters}
    found: dict[Local, list[Value]] = {}
    for item in function.instructions():
        if isinstance(item, LocalWrite) and item.local not in parameters:
            found.setdefault(item.local, []).append(item.value)
    return found


def _under_rcu(value: Value, written: dict[Local, list[Value]], seen: set[Local]) -> bool:
    """Whether a pointer is certainly one that was read from an object, or the item of a loop under RCU; where a
    variable holds one of several values, all of them are."""
    while isinstance(value, (Convert, Opaque)):
        value = value.value
    if isinstance(value, LocalRead):
        if value.local in seen:
            return True  # what a loop assigns to itself
        return value.local in written and all(
            _under_rcu(item, written, seen | {value.local}) for item in written[value.local])
    if isinstance(value, KernelCall):
        iterator = kfuncs.iterator_of(value.function.name)
        return iterator is not None and iterator.rcu and value.function.name.endswith("_next")
    if not isinstance(value, Load) or not isinstance(value.address, FieldAddress):
        return False
    address = value.address
    member = address.struct.layout.fields[address.index].name
    return _is_kernel_object(_start(address)) \
        and (address.struct.name.partition("___")[0], member) not in TRUSTED


def _start(address: Value) -> Value:
    """The object that a chain of embedded fields begins with."""
    while isinstance(address, FieldAddress):
        address = address.base
    return address
