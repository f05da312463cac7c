"""The values of a per-CPU map: one for each possible CPU."""

from __future__ import annotations

from typing import Any


class PerCpuValues(list[Any]):
    """A list with one value for each possible CPU."""

    def sum(self) -> Any:
        """All CPUs together: integers are added, structs field by field, arrays element by element.

        Raises:
            TypeError: the values have fields that cannot be added, such as text.
        """
        return _add(self)


def _add(values: list[Any]) -> Any:
    first = values[0]
    if isinstance(first, int):
        return sum(values)
    if isinstance(first, tuple):
        return tuple(_add(list(column)) for column in zip(*values, strict=True))
    if hasattr(first, "__pybpfc_type__"):
        total = object.__new__(type(first))
        total.__dict__.update({name: _add([vars(value)[name] for value in values]) for name in vars(first)})
        return total
    raise TypeError(f"values of type {type(first).__name__} cannot be added up")


def stride(size: int) -> int:
    """Bytes from one CPU's value to the next."""
    return (size + 7) // 8 * 8
