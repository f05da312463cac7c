"""Global variables by name: `spec.rodata.only_pid = 1`, `obj.globals.dropped`.

The types come from BTF's DATASEC, the offsets from the symbol table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .errors import CodecContextError, SpecError, unknown_name
from .layout import ArrayType, CodecError, StructType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .layout import AnyType


class Variable(NamedTuple):
    """A variable in `.rodata`, `.data` or `.bss` (or a section whose name begins so)."""

    name: str
    section: str  # also the name of the map that holds it
    offset: int  # bytes
    size: int
    type_id: int  # of its BTF type


class Variables:
    """Variables as attributes and as items; assignment encodes, also that of a field: `variables.limits.low = 1`.

    Args:
        what: "variable of .rodata", for messages.
        variables: by name.
        type_of: the descriptor of a variable's type.
        read, write: access to the memory behind.
    """

    __slots__ = ("_read", "_type_of", "_variables", "_what", "_write")

    def __init__(self, what: str, variables: Mapping[str, Variable], type_of: Callable[[Variable], AnyType],
                 read: Callable[[Variable], bytes], write: Callable[[Variable, bytes], None]) -> None:
        for name, value in zip(self.__slots__, (read, type_of, variables, what, write), strict=True):
            object.__setattr__(self, name, value)

    def __getitem__(self, name: str) -> Any:
        variable = self._find(name)
        type_ = self._type_of(variable)
        try:
            value = type_.decode(self._read(variable))
        except CodecError as error:
            raise CodecContextError(f"{self._what} {name}: {error}") from error
        if isinstance(type_, (ArrayType, StructType)):
            self._hold(value, type_, variable)
        return value

    def _hold(self, value: Any, type_: AnyType, variable: Variable) -> None:
        """Let fields that are assigned go to where the value was read."""
        from .places import Memory, hold

        def part(offset: int, size: int) -> Variable:
            return variable._replace(offset=variable.offset + offset, size=size)

        hold(value, type_, Memory(f"{self._what} {variable.name}", lambda offset, size: self._read(part(offset, size)),
                                  lambda offset, data: self._write(part(offset, len(data)), data)))

    def __setitem__(self, name: str, value: object) -> None:
        variable = self._find(name)
        try:
            data = self._type_of(variable).encode(value)
        except (CodecError, TypeError, ValueError) as error:
            raise CodecContextError(f"{self._what} {name}: {error}") from error
        if len(data) != variable.size:
            raise SpecError(f"{self._what} {name} has {variable.size} bytes, its type {len(data)}",
                            help="the object's symbols and types disagree: build it again")
        self._write(variable, data)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)  # copy and pickle probe for such names
        return self[name]

    def __setattr__(self, name: str, value: object) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        raise SpecError(f"{self._what} {self._find(name).name} cannot be deleted", help="assign a value to it")

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)

    def __contains__(self, name: object) -> bool:
        return name in self._variables

    def __dir__(self) -> list[str]:
        return list(self._variables)

    def __repr__(self) -> str:
        what = self._what.replace("variable", "variables", 1)
        return f"<{what}: {', '.join(self._variables) or 'none'}>"

    def _find(self, name: str) -> Variable:
        variable = self._variables.get(name)
        if variable is None:
            raise unknown_name(self._what, name, self._variables)
        found: Variable = variable
        return found
