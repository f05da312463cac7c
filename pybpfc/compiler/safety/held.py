"""Objects of the kernel that programs hold in their values: the verifier takes none that is on the stack."""

from __future__ import annotations

from collections.abc import Iterator

from ...tables.map_kinds import HOLDERS
from ..diagnostics import Diagnostic
from ..diagnostics.types import TypeMismatch
from ..ir.module import Function, HelperCall, Instruction, KernelCall
from ..types import OpaqueType, Reference
from .sections import Addresses


def check_held(function: Function) -> Iterator[Diagnostic]:
    """Timers, locks and their like that are handed to a call and certainly lie on the stack."""
    addresses: Addresses | None = None
    for item in function.instructions():
        if not isinstance(item, (HelperCall, KernelCall)):
            continue
        for argument in item.arguments:
            target = argument.type.target if isinstance(argument.type, Reference) else None
            if not isinstance(target, OpaqueType) or not HOLDERS.get(target.name):
                continue
            addresses = addresses or Addresses(function)
            if addresses.on_stack(argument):
                span = argument.span if isinstance(argument, Instruction) else item.span
                yield TypeMismatch(span, f"a {target.name} in the value of a map", "one on the stack",
                                   "the kernel keeps it: store the value, look it up, and use what the lookup gave")
