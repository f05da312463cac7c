"""Alignment of memory inside packed structs: no access claims more than its address has.

A reference to a struct or an array does not say where it points. Where that is a member of a packed struct, its
address may be odd, and an access as wide as its type is refused on the stack (and on any memory by kernels for
strict machines). So the addresses are followed through locals, calls and results, and accesses are lowered to what
is known of them; the code generator then splits them. Memory from elsewhere (maps, helpers, packets) is trusted to
be aligned as its type is.
"""

from __future__ import annotations

from ..ir import module as ir
from ..types import Reference, Space

_TRUSTED = 8


def lower_alignment(module: ir.Module) -> None:
    """Lower the alignment of accesses whose address may be less aligned than their type."""
    if not any(_is_packed(item) for function in module.functions for item in function.instructions()):
        return
    known = _Alignments(module)
    while known.changed:
        known.changed = False
        for function in module.functions:
            known.visit(function)
    for function in module.functions:
        for item in function.instructions():
            if isinstance(item, (ir.Load, ir.Store)):
                item.align = min(item.align, known.of(item.address))
            elif isinstance(item, ir.CopyMemory):
                item.align = min(item.align, known.of(item.target), known.of(item.source))
            elif isinstance(item, ir.ZeroMemory):
                item.align = min(item.align, known.of(item.target))


def _is_packed(item: ir.Instruction) -> bool:
    """Whether an address in memory of ours is formed in a struct that C would have aligned better."""
    if not isinstance(item, ir.FieldAddress) or ir.pointer_space(item) is Space.CONTEXT:
        return False
    field = item.struct.layout.fields[item.index]
    return item.struct.align < field.type.align or field.offset % field.type.align != 0


class _Alignments:
    """Addresses, locals, parameters and results with less than the trusted alignment."""

    def __init__(self, module: ir.Module) -> None:
        self.functions = {function.name: function for function in module.functions}
        self.values: dict[ir.Value, int] = {}
        self.locals: dict[ir.Local, int] = {}
        self.results: dict[str, int] = {}
        self.changed = True

    def of(self, value: ir.Value) -> int:
        return self.values.get(value, _TRUSTED)

    def visit(self, function: ir.Function) -> None:
        for block in function.blocks:
            for item in block.instructions:
                if isinstance(item, ir.LocalWrite):
                    self._lower_local(item.local, self.of(item.value))
                elif isinstance(item, ir.FunctionCall):
                    callee = self.functions[item.function]
                    for parameter, argument in zip(callee.parameters, item.arguments, strict=True):
                        self._lower_local(parameter.local, self.of(argument))
                if isinstance(item.type, Reference):
                    self._lower_value(item, self._computed(item))
            end = block.terminator
            if isinstance(end, ir.Return) and end.value is not None and self.of(end.value) < self.results.get(
                    function.name, _TRUSTED):
                self.results[function.name] = self.of(end.value)
                self.changed = True

    def _computed(self, item: ir.Instruction) -> int:
        if isinstance(item, ir.LocalRead):
            return self.locals.get(item.local, _TRUSTED)
        if isinstance(item, ir.GlobalAddress):
            return item.variable.type.align
        if isinstance(item, (ir.Convert, ir.Opaque)):
            return self.of(item.value)
        if isinstance(item, ir.FieldAddress):
            return _at(self.of(item.base), item.struct.layout.fields[item.index].offset)
        if isinstance(item, ir.ElementAddress):
            steps = item.index.value if isinstance(item.index, ir.Constant) else 1
            return _at(self.of(item.base), item.stride * steps)
        if isinstance(item, ir.FunctionCall):
            return self.results.get(item.function, _TRUSTED)
        return _TRUSTED

    def _lower_value(self, value: ir.Value, align: int) -> None:
        if align < self.of(value):
            self.values[value] = align
            self.changed = True

    def _lower_local(self, local: ir.Local, align: int) -> None:
        if align < self.locals.get(local, _TRUSTED):
            self.locals[local] = align
            self.changed = True


def _at(align: int, offset: int) -> int:
    """The alignment of an address `offset` bytes behind one of a given alignment."""
    return min(align, offset & -offset) if offset else align
