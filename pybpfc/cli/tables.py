"""Map entries as aligned columns."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from pybpfc_runtime.layout import ArrayType, IntegerType, StructType

from .console import printable

Row = list[str]


def table(title: str, entries: Iterable[tuple[Any, Any]], key_type: Any = None, value_type: Any = None) -> str:
    """The entries of a map under a title, one row each.

    Arguments:
        title: printed above the columns.
        entries: keys and values as the map's view gives them; a list as value holds one value for each CPU, and
            makes a row for each CPU whose value is not zero.
        key_type, value_type: layout descriptors; a struct's fields become columns, `be32` is shown as an IPv4
            address, `in6_addr` as an IPv6 address, and `u8` arrays in hexadecimal.
    """
    header: Row = []
    rows: list[Row] = []
    for key, value in entries:
        for cpu, one in _per_cpu(value):
            cells = columns("key", key, key_type) | cpu
            cells |= {f"value.{name}" if name in cells else name: cell
                      for name, cell in columns("value", one, value_type).items()}
            header = list(cells)
            rows.append(list(cells.values()))
    if not rows:
        return f"{title}: empty\n"
    return f"{title}\n" + "".join(line + "\n" for line in aligned([header, *rows]))


def aligned(rows: list[Row]) -> list[str]:
    """Rows as lines; columns of numbers to the right, others to the left. The first row is the header."""
    columns = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    numeric = [all(cell.lstrip("-").isdigit() for cell in column[1:]) for column in columns]
    return ["  " + "  ".join(cell.rjust(width) if right else cell.ljust(width)
                             for cell, width, right in zip(row, widths, numeric, strict=True)).rstrip()
            for row in rows]


def _per_cpu(value: Any) -> list[tuple[dict[str, str], Any]]:
    if not isinstance(value, list):
        return [({}, value)]
    return [({"cpu": str(cpu)}, one) for cpu, one in enumerate(value) if not is_zero(one)]


def columns(name: str, value: Any, type_: Any) -> dict[str, str]:
    """The cells of a value: a struct's fields by their names, another value under `name`."""
    if isinstance(type_, StructType) and not _is_address(type_):
        return {f"{field.attribute}": show(getattr(value, field.attribute), field.type)
                for field in type_.fields if field.attribute}
    return {name: show(value, type_)}


def _is_address(type_: Any) -> bool:
    """Whether values of a type are addresses of the Internet: `be32`, and the `struct in6_addr` of pybpfc.net."""
    if isinstance(type_, StructType):
        return type_.name == "in6_addr" and type_.size == 16
    return isinstance(type_, IntegerType) and type_.big_endian and type_.bits == 32


def show(value: Any, type_: Any = None) -> str:
    """One value in a cell. Text comes from the kernel and from whoever names a file: what would move the cursor, break
    the row or change the terminal's state is escaped."""
    if _is_address(type_):
        return str(IPv4Address(value) if isinstance(type_, IntegerType) else IPv6Address(type_.encode(value)))
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, (bytes, bytearray)):
        return value.hex(":")
    if isinstance(value, (tuple, list)):
        element = type_.element if isinstance(type_, ArrayType) else None
        return "[" + ", ".join(show(item, element) for item in value) + "]"
    if isinstance(type_, StructType):
        return "{" + ", ".join(f"{name}={cell}" for name, cell in columns("", value, type_).items()) + "}"
    return printable(str(value))


def plain(value: Any, type_: Any = None) -> Any:
    """A value as JSON has them: structs as objects, bytes in hexadecimal, enums by name, addresses as text."""
    if isinstance(value, list):  # one value for each CPU, of the type itself
        return [plain(item, type_) for item in value]
    if isinstance(type_, StructType) and not _is_address(type_):
        return {field.attribute: plain(getattr(value, field.attribute), field.type)
                for field in type_.fields if field.attribute}
    if isinstance(value, tuple):
        element = type_.element if isinstance(type_, ArrayType) else None
        return [plain(item, element) for item in value]
    if isinstance(value, bool) or (isinstance(value, int) and type(value) is int
                                   and not _is_address(type_)):
        return value
    return value if isinstance(value, str) else show(value, type_)  # JSON escapes text in its own way


def is_zero(value: Any) -> bool:
    """Whether a value is as the kernel made it: all bytes zero."""
    if isinstance(value, (tuple, list)):
        return all(is_zero(item) for item in value)
    if isinstance(value, (bytes, bytearray)):
        return not any(value)
    if hasattr(value, "__dict__") and not isinstance(value, enum.Enum):
        return all(is_zero(item) for item in vars(value).values())
    return not value
