"""Map declarations of the `.maps` section, which are BTF types rather than data.

`struct { __uint(type, ...); __type(key, ...); ... } name SEC(".maps")`: numbers are the lengths of arrays
that the members point to (or the value of an enum), types are what they point to. Nothing looks at the elements of
those arrays, `int` by custom: in `type` of a ring or perf buffer they may be the type of its records
(`struct event (*type)[BPF_MAP_TYPE_RINGBUF]`, `_Bool` too), which pybpfc writes and libbpf passes over.

Source: libbpf's bpf_helpers.h and its `parse_btf_map_def`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .btf import types
from .errors import SpecError
from .spec import MapSpec
from .uapi import MapType

if TYPE_CHECKING:
    from .btf.convert import TypeConverter
    from .btf.types import Btf

PIN_NONE, PIN_BY_NAME = 0, 1  # enum libbpf_pin_type

_MAP_IN_MAP = (MapType.BPF_MAP_TYPE_ARRAY_OF_MAPS, MapType.BPF_MAP_TYPE_HASH_OF_MAPS)
_NUMBERS = ("type", "max_entries", "map_flags", "numa_node", "key_size", "value_size", "pinning", "map_extra")


class MapDefinition:
    """One declaration while it is read."""

    def __init__(self, btf: Btf, converter: TypeConverter, name: str) -> None:
        self.btf = btf
        self.converter = converter
        self.name = name
        self.values_offset: int | None = None  # of the `values` member, bytes

    def error(self, message: str, *, help: str = "") -> SpecError:
        return SpecError(f"map {self.name}: {message}", help=help)

    def read(self, type_id: int, *, inner: bool = False) -> MapSpec:
        """The map that a struct type declares.

        Raises:
            SpecError: an unknown or contradictory member.
        """
        declared = self.btf.resolve(type_id)[1]
        if not isinstance(declared, types.Struct):
            raise self.error(f"its declaration is a {types.KIND_NAMES[declared.kind]}, not a struct")
        numbers = {member.name: self._number(member) for member in declared.members if member.name in _NUMBERS}
        kind = numbers.get("type", 0)
        try:
            map_type = MapType(kind)
        except ValueError:
            raise self.error(f"map type {kind} is not known to this loader") from None
        if map_type is MapType.BPF_MAP_TYPE_UNSPEC:
            raise self.error("no map type", help="__uint(type, BPF_MAP_TYPE_...) is missing")
        spec = MapSpec(self.name, map_type, key_size=numbers.get("key_size", 0),
                       value_size=numbers.get("value_size", 0), max_entries=numbers.get("max_entries", 0),
                       map_flags=numbers.get("map_flags", 0), converter=self.converter)
        spec.record_type_id = self._record(declared)
        spec.numa_node = numbers.get("numa_node")
        spec.map_extra = numbers.get("map_extra", 0)
        spec.pinning = numbers.get("pinning", 0)
        if spec.pinning not in (PIN_NONE, PIN_BY_NAME):
            raise self.error(f"pinning {spec.pinning} is not known; it is LIBBPF_PIN_NONE or LIBBPF_PIN_BY_NAME")
        if spec.pinning and inner:
            raise self.error("an inner map cannot be pinned by name")
        for member in declared.members:
            if member.name == "key":
                spec.key_type_id, spec.key_size = self._pointee(member, "key_size", numbers)
            elif member.name == "value":
                spec.value_type_id, spec.value_size = self._pointee(member, "value_size", numbers)
            elif member.name == "values":
                if member is not declared.members[-1]:
                    raise self.error("`values` must be the last member")
                self._values(spec, member, inner)
            elif member.name not in _NUMBERS:
                raise self.error(f"unknown member `{member.name}`",
                                 help=f"a map declaration knows {', '.join(_NUMBERS)}, key, value, values")
        return spec

    def _number(self, member: types.Member) -> int:
        type_ = self.btf.resolve(member.type)[1]
        if isinstance(type_, types.Ptr):
            array = self.btf.resolve(type_.type)[1]
            if isinstance(array, types.Array):
                return array.count
        if isinstance(type_, (types.Enum, types.Enum64)) and len(type_.values) == 1:  # __ulong()
            return type_.values[0][1]
        raise self.error(f"`{member.name}` is not a number", help=f"write __uint({member.name}, ...)")

    def _record(self, declared: types.Struct) -> int:
        """The type of a buffer's records: what `type` is an array of; 0 where that is the customary `int`."""
        for member in declared.members:
            pointer = self.btf.resolve(member.type)[1] if member.name == "type" else None
            array = self.btf.resolve(pointer.type)[1] if isinstance(pointer, types.Ptr) else None
            if not isinstance(array, types.Array):
                continue
            element = self.btf.type(array.element)
            if not isinstance(element, types.Int) or element.encoding & types.INT_BOOL:
                return array.element
        return 0

    def _pointee(self, member: types.Member, size_name: str, numbers: dict[str, int]) -> tuple[int, int]:
        pointer = self.btf.resolve(member.type)[1]
        if not isinstance(pointer, types.Ptr):
            raise self.error(f"`{member.name}` is not a type", help=f"write __type({member.name}, ...)")
        size = self.btf.size_of(pointer.type)
        if numbers.get(size_name, size) != size:
            raise self.error(f"{size_name} is {numbers[size_name]}, but the {member.name} type has {size} bytes")
        return pointer.type, size

    def _values(self, spec: MapSpec, member: types.Member, inner: bool) -> None:
        array = self.btf.resolve(member.type)[1]
        pointer = self.btf.resolve(array.element)[1] if isinstance(array, types.Array) else None
        if not isinstance(pointer, types.Ptr):
            raise self.error("`values` is not an array of pointers", help="write __array(values, ...)")
        self.values_offset = member.bit_offset // 8
        spec.value_size = spec.value_size or 4
        target = self.btf.resolve(pointer.type)[1]
        if isinstance(target, types.FuncProto):
            if spec.type is not MapType.BPF_MAP_TYPE_PROG_ARRAY:
                raise self.error("`values` of functions belong in a BPF_MAP_TYPE_PROG_ARRAY")
            spec.key_size = spec.key_size or 4
            return
        if inner or spec.type not in _MAP_IN_MAP:
            raise self.error("`values` of maps belong in a map of maps, which cannot be nested")
        spec.inner = MapDefinition(self.btf, self.converter, f"{self.name}.inner").read(pointer.type, inner=True)
