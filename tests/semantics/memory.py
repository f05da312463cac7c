"""The model's memory: scalars in cells, structs and arrays as trees of cells. A reference is the tree itself."""

from __future__ import annotations

from typing import Any, Union

from .kinds import Array, Be, Bool, Field, Illegal, Int, Kind, Pointer, Scalar, Struct, Text


class Cell:
    """A scalar in memory; a bit field keeps its lowest `width` bits, as in C."""

    __slots__ = ("kind", "value", "width")

    def __init__(self, kind: Kind, width: int = 0) -> None:
        self.kind = kind
        self.width = width
        self.value = 0

    def store(self, value: int) -> None:
        if self.width and isinstance(self.kind, Int):
            value = Int(self.width, self.kind.signed).wrap(value)
        elif isinstance(self.kind, Bool):
            value = int(value != 0)
        self.value = value


class Record:
    """A struct."""

    __slots__ = ("fields", "kind")

    def __init__(self, kind: Struct) -> None:
        self.kind = kind
        self.fields: dict[str, Object] = {field.name: zeroed(field.kind, field) for field in kind.fields}


class Items:
    """An array, or a Str as an array of bytes."""

    __slots__ = ("items", "kind")

    def __init__(self, kind: Array | Text) -> None:
        self.kind = kind
        element = kind.element if isinstance(kind, Array) else Int(8, False)
        self.items: list[Object] = [zeroed(element) for _ in range(kind.count)]


Object = Union[Cell, Record, Items]


def zeroed(kind: Kind, field: Field | None = None) -> Object:
    """Fresh memory of a kind."""
    if isinstance(kind, Struct):
        return Record(kind)
    if isinstance(kind, (Array, Text)):
        return Items(kind)
    if isinstance(kind, Scalar):
        return Cell(kind, field.width if field else 0)
    raise Illegal(f"no memory holds {kind.name}")


def cells(memory: Object) -> list[Cell]:
    """Every scalar, in order."""
    if isinstance(memory, Cell):
        return [memory]
    parts = memory.fields.values() if isinstance(memory, Record) else memory.items
    return [cell for part in parts for cell in cells(part)]


def assign(target: Object, source: Object) -> None:
    """Copy memory: everything is read before the first store."""
    values = [cell.value for cell in cells(source)]
    for cell, value in zip(cells(target), values, strict=True):
        cell.store(value)


def copied(source: Object, kind: Kind) -> Object:
    fresh = zeroed(kind)
    assign(fresh, source)
    return fresh


def equal(left: Object, right: Object) -> bool:
    return [cell.value for cell in cells(left)] == [cell.value for cell in cells(right)]


def text_of(memory: Items) -> bytes:
    """The bytes of a Str up to the first NUL."""
    return bytes(cell.value for cell in cells(memory)).partition(b"\0")[0]


def plain(memory: Object) -> Any:
    """Memory as comparable Python values, the form `from_runtime` gives to what the loader decodes."""
    if isinstance(memory, Cell):
        return memory.value
    if isinstance(memory, Record):
        return {name: plain(part) for name, part in memory.fields.items()}
    if isinstance(memory.kind, Text):
        return text_of(memory).decode("utf-8", "replace").encode()  # as the loader decodes what is no UTF-8
    return [plain(item) for item in memory.items]


def from_runtime(value: Any, kind: Kind) -> Any:
    """A value that `pybpfc_runtime` decoded, in the form of `plain`."""
    if isinstance(kind, Struct):
        return {field.name: from_runtime(getattr(value, field.name), field.kind) for field in kind.fields}
    if isinstance(kind, Text):
        return value.encode()
    if isinstance(kind, Array):
        return [from_runtime(item, kind.element) for item in value]
    if isinstance(kind, Be):  # decoded to the number that its bytes spell in network order
        return int.from_bytes(int(value).to_bytes(kind.bits // 8, "big"), "little")
    return int(value)


def to_runtime(value: Any, kind: Kind, classes: dict[str, Any]) -> Any:
    """The opposite of `from_runtime`: struct classes are found by name in `classes`."""
    if isinstance(kind, Struct):
        return classes[kind.name](**{field.name: to_runtime(value[field.name], field.kind, classes)
                                     for field in kind.fields})
    if isinstance(kind, Text):
        return value.decode()
    if isinstance(kind, Array):
        return tuple(to_runtime(item, kind.element, classes) for item in value)
    if isinstance(kind, Be):
        return int.from_bytes(int(value).to_bytes(kind.bits // 8, "little"), "big")
    return value


def load(memory: Object, value: Any) -> None:
    """Set memory from the form of `plain`."""
    if isinstance(memory, Cell):
        memory.store(value)
    elif isinstance(memory, Record):
        for name, part in memory.fields.items():
            load(part, value[name])
    elif isinstance(memory.kind, Text):
        for cell, byte in zip(cells(memory), value.ljust(memory.kind.count, b"\0"), strict=True):
            cell.store(byte)
    else:
        for part, item in zip(memory.items, value, strict=True):
            load(part, item)


def kind_of(memory: Object) -> Kind:
    return Pointer(memory.kind) if isinstance(memory, Cell) else memory.kind
