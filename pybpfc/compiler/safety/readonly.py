"""Writes into `rodata` that go through a reference: `c = config; c.limit = 5`, a subprogram that fills what it gets.

The checker refuses what is written by the variable's own name; here references are followed through locals, fields
and calls, order ignored, to everything that writes memory.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...tables.rows import Role
from ..diagnostics import Diagnostic
from ..diagnostics.types import CannotAssign
from ..ir.module import (
    Atomic,
    Convert,
    CopyMemory,
    ElementAddress,
    FieldAddress,
    Function,
    FunctionCall,
    GlobalAddress,
    HelperCall,
    Instruction,
    Linkage,
    Local,
    LocalRead,
    LocalWrite,
    Module,
    PointerAdd,
    Return,
    Store,
    Value,
    ZeroMemory,
)
from ..types import Reference

_FILLED = (Role.OUT_BUFFER, Role.OUT_STRUCT, Role.OUT_SCALAR)
_Names = frozenset[str]
_NONE: _Names = frozenset()


def check_readonly(module: Module) -> Iterator[Diagnostic]:
    """The instructions that may write into a `rodata` variable."""
    if not any(variable.constant for variable in module.variables):
        return
    flow = _Flow(module)
    for function in module.functions:
        for item in function.instructions():
            for address in (*_written(item), *flow.verified_alone(item)):
                names = flow.leads_to(address)
                if names:
                    yield CannotAssign(item.span, "` or `".join(sorted(names)),
                                       "it is `rodata`, and this may write into it",
                                       "declare it with `data(...)`, or change a `copy(x)` of it")


def _written(item: Instruction) -> tuple[Value, ...]:
    """The addresses that an instruction writes at."""
    match item:
        case Store() | Atomic():
            return (item.address,)
        case CopyMemory() | ZeroMemory():
            return (item.target,)
        case HelperCall():
            return tuple(argument for argument, row in zip(item.arguments, item.helper.arguments, strict=False)
                         if row.role in _FILLED)
    return ()


class _Flow:
    """Which `rodata` variables each reference may lead into."""

    def __init__(self, module: Module) -> None:
        self._known: dict[Value | Local, _Names] = {}
        self._functions = {function.name: function for function in module.functions}
        changed = True
        while changed:
            changed = False
            for function in module.functions:
                for item in function.instructions():
                    for target, names in self._step(item):
                        before = self.leads_to(target)
                        if not names <= before:
                            self._known[target] = before | names
                            changed = True

    def leads_to(self, reference: Value | Local) -> _Names:
        return self._known.get(reference, _NONE)

    def verified_alone(self, item: Instruction) -> tuple[Value, ...]:
        """What a call hands to a function that is verified alone: the verifier takes it for written."""
        if isinstance(item, FunctionCall) and self._functions[item.function].linkage is Linkage.GLOBAL:
            return item.arguments
        return ()

    def _step(self, item: Instruction) -> list[tuple[Value | Local, _Names]]:
        """What an instruction says about references: a value or local, and the variables it may lead into."""
        match item:
            case GlobalAddress():
                return [(item, frozenset((item.variable.name,)) if item.variable.constant else _NONE)]
            case LocalWrite():
                return [(item.local, self.leads_to(item.value))]
            case LocalRead():
                return [(item, self.leads_to(item.local))]
            case FieldAddress() | ElementAddress() | PointerAdd():
                return [(item, self.leads_to(item.base))]
            case Convert() if isinstance(item.type, Reference):
                return [(item, self.leads_to(item.value))]
            case FunctionCall():
                callee = self._functions[item.function]
                passed = [(parameter.local, self.leads_to(argument))
                          for parameter, argument in zip(callee.parameters, item.arguments, strict=True)]
                return [*passed, (item, self._returned(callee))]
        return []

    def _returned(self, function: Function) -> _Names:
        ends = (block.terminator for block in function.blocks)
        return frozenset().union(*(self.leads_to(end.value) for end in ends if isinstance(end, Return) and end.value))
