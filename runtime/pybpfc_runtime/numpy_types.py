"""Layouts as NumPy data types: the same bytes, looked at as columns."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .layout import ArrayType, EnumType, IntegerType, PointerType, StringType, StructType

if TYPE_CHECKING:
    from .layout import AnyType, Field


@lru_cache(256)
def dtype(type_: AnyType) -> Any:
    """The `numpy.dtype` of a layout.

    Structs become structured types with the same offsets and size, `be32` and its like big-endian integers, text
    `S16` (which ends at trailing NUL bytes), enums their numbers. Bit fields that share a storage unit are one column
    with all their names, `version+ihl`, that holds the unit; the unit of one that is alone is called after its width
    as well, `sign:6`. No column has a bit field's own name: NumPy has no type for its bits.

    Raises:
        ImportError: NumPy is not installed.
    """
    import numpy

    return numpy.dtype(_description(type_))


def _description(type_: AnyType) -> Any:
    if isinstance(type_, IntegerType):
        if type_.is_bool:
            return "?"
        return f"{'>' if type_.big_endian else '<'}{'i' if type_.signed else 'u'}{type_.size}"
    if isinstance(type_, EnumType):
        return _description(type_.base)
    if isinstance(type_, PointerType):
        return "<u8"
    if isinstance(type_, StringType):
        return f"S{type_.count}"
    if isinstance(type_, ArrayType):
        return dtype(type_.element), (type_.count,)
    if isinstance(type_, StructType):
        return _struct(type_)
    return f"V{type_.size}"


def _struct(type_: StructType) -> dict[str, Any]:
    columns: dict[str, tuple[Any, int]] = {}
    units: dict[tuple[int, int], list[Field]] = {}
    for field in type_.fields:
        if field.bits:
            units.setdefault((field.offset, field.type.size), []).append(field)
        elif field.attribute:
            columns[field.attribute] = (dtype(field.type), field.offset)
        else:  # an anonymous struct or union: its members are the outer one's
            inner = dtype(field.type)
            columns.update({name: (inner.fields[name][0], field.offset + inner.fields[name][1])
                            for name in inner.names})
    for (offset, size), fields in units.items():
        name = "+".join(field.attribute for field in fields) if len(fields) > 1 else \
            f"{fields[0].attribute}:{fields[0].bits}"
        end = max((field.bit_offset + field.bits + 7) // 8 for field in fields)
        # In a packed struct the last unit may end behind the struct, or a field behind its unit.
        whole = end <= offset + size <= type_.size
        columns[name] = (f"<u{size}" if whole else f"V{end - offset}", offset)
    return {"names": list(columns), "formats": [format for format, _ in columns.values()],
            "offsets": [offset for _, offset in columns.values()], "itemsize": type_.size}
