"""Checks a map declaration and fills in the map: the half of `pybpfc.maps` that runs once per declared map."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pybpfc_runtime import layout
from pybpfc_runtime.layout import AnyType, ArrayType, IntegerType, OpaqueType, PointerType, StructType
from pybpfc_runtime.values import DeclarationError, check_own, value_type

from .declarations import Function
from .kernel_objects import HeadType, check_struct
from .maps import Bound, Map
from .tables import map_kinds
from .tables.rows import MapKind

_PAGE = 4096
_U32_MAX = 0xFFFFFFFF
_BPF_F_NUMA_NODE = 1 << 2
_BPF_F_STACK_BUILD_ID = 1 << 5
_LPM_DATA_MAX = 256  # kernel/bpf/lpm_trie.c, LPM_DATA_SIZE_MAX
_HASH_KEY_MAX = 512  # kernel/bpf/hashtab.c: a key must fit the BPF stack, MAX_BPF_STACK
_PER_CPU_MAX = 32 << 10  # PCPU_MIN_UNIT_SIZE: include/linux/percpu.h
_BLOOM_HASHES_MAX = 15  # kernel/bpf/bloom_filter.c: the lowest four bits

_WITH_EXTRA = ("BloomFilter", "Arena")
_WITH_VALUES = ("ProgArray", "HashOfMaps", "ArrayOfMaps", "StructOpsMap")
_MOST_SLOTS = 0xFFFF  # an initial value of a map is an array in the object, up to its highest slot
_OF_MAPS = ("HashOfMaps", "ArrayOfMaps")
_RINGS = ("RingBuf", "UserRingBuf")


def declare(made: Map[Any, Any], parameters: tuple[Any, ...], options: dict[str, Any]) -> None:
    """Set every attribute of a map from the types in brackets and the options.

    Raises:
        DeclarationError: the kernel has no such map; the message says what to write.
    """
    class_name = type(made).__name__
    kind = map_kinds.by_class(class_name)
    made.kind = kind
    made._parameters = parameters
    _check_options(kind, options)
    made.name = _name(class_name, options.get("name"))
    made.map_flags = _integer(class_name, "map_flags", options.get("map_flags", 0)) | kind.flags
    made.map_extra = _integer(class_name, "map_extra", options.get("map_extra", 0), 64)
    made.pinning = _integer(class_name, "pinning", options.get("pinning", 0))
    if made.pinning > 1:
        raise DeclarationError(f"{class_name}: pinning is 0 (none) or 1 (by name), not {made.pinning}")
    made.numa_node = None
    if options.get("numa_node") is not None:
        made.numa_node = _integer(class_name, "numa_node", options["numa_node"])
        made.map_flags |= _BPF_F_NUMA_NODE
    made.max_entries = _max_entries(kind, options.get("max_entries"))
    made.depth = _integer(class_name, "depth", options.get("depth", 127)) if class_name == "StackTrace" else None
    if made.depth == 0:
        raise DeclarationError("StackTrace: depth is the number of frames in a stack, at least 1")
    if class_name == "BloomFilter" and made.map_extra > _BLOOM_HASHES_MAX:
        raise DeclarationError(f"BloomFilter: map_extra is the number of hash functions, 0 to 15, not {made.map_extra}")
    _set_types(made, kind, parameters)
    made.inner = _inner(class_name, options, made.value_annotation)
    made.values = _values(made, options.get("values"))


def _check_options(kind: MapKind, options: dict[str, Any]) -> None:
    known = ["max_entries", "map_flags", "numa_node", "pinning", "name"]
    if kind.entries in ("none", "one"):
        known.remove("max_entries")
        known.remove("numa_node")
    known += ["map_extra"] * (kind.class_name in _WITH_EXTRA) + ["values"] * (kind.class_name in _WITH_VALUES)
    known += ["inner"] * (kind.class_name in _OF_MAPS) + ["depth"] * (kind.class_name == "StackTrace")
    for option in options:
        if option in known:
            continue
        if option == "max_entries":
            raise DeclarationError(f"{kind.class_name} has no max_entries: it grows with what its values belong to; "
                                   "leave it out")
        raise DeclarationError(f"{kind.class_name} has no option {option!r}; it takes {', '.join(known)}")


def _integer(class_name: str, option: str, value: Any, bits: int = 32) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise DeclarationError(f"{class_name}: {option} is an integer, not {value!r}")
    if not 0 <= value < 1 << bits:
        raise DeclarationError(f"{class_name}: {option} is {value}, which does not fit an unsigned {bits}-bit integer")
    return int(value)


def _name(class_name: str, name: Any) -> str | None:
    if name is None:
        return None
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z_][\w.]*", name, re.ASCII):
        raise DeclarationError(f"{class_name}: name is a C identifier such as 'events', not {name!r}")
    return name


def _max_entries(kind: MapKind, given: Any) -> int:
    name = kind.class_name
    if kind.entries == "none":
        return 0
    if kind.entries == "one":
        return 1
    if given is None:
        if kind.entries == "optional":
            return 0
        what = "its size in bytes" if name in _RINGS else "how many entries it holds"
        raise DeclarationError(f"{name} needs max_entries, {what}: {name}[...](max_entries=...)")
    entries = _integer(name, "max_entries", given)
    if entries == 0 and kind.entries != "optional":
        raise DeclarationError(f"{name}: max_entries is 0, but a map holds at least one entry")
    if name in _RINGS and (entries & entries - 1 or entries < _PAGE):
        raise DeclarationError(f"{name}: max_entries is its size in bytes, a power of two and at least a page "
                               f"({_PAGE}), not {entries}; try {max(_PAGE, 1 << entries.bit_length())}")
    return entries


def _set_types(made: Map[Any, Any], kind: MapKind, parameters: tuple[Any, ...]) -> None:
    """Annotations and layouts from what stands in the brackets."""
    _check_count(kind, parameters)
    named = dict(zip(kind.parameters, parameters, strict=False))
    made.key_annotation = named.get("key")
    made.value_annotation = named.get("value", named.get("map", named.get("context")))
    made.record_annotation = named.get("record")
    made.key_type = made.value_type = made.record_type = None
    for item in parameters:
        if isinstance(item, str):
            raise DeclarationError(f"{kind.class_name}[...]: write the type {item} itself, not its name in quotes")
    if kind.has_key:
        made.key_type = _described(kind, "key", made.key_annotation) if "key" in named else _fixed(kind.key)
    if kind.has_value:
        if made.depth is not None:
            made.value_type = _stack(made.depth, made.map_flags)
        elif "value" in named and kind.class_name != "StructOpsMap":
            made.value_type = _described(kind, "value", made.value_annotation)
        elif kind.value:
            made.value_type = _fixed(kind.value)
    if kind.per_cpu and made.value_type is not None and made.value_type.size > _PER_CPU_MAX:
        raise DeclarationError(f"{kind.class_name}: the value {made.value_type.name} has {made.value_type.size} bytes, "
                               f"but the kernel keeps at most {_PER_CPU_MAX} for each processor")
    if made.record_annotation is not None:
        made.record_type = _described(kind, "record", made.record_annotation)
    for held in objects_in(made.value_type):
        _check_holder(kind.class_name, held)
    for held in objects_in(made.key_type):
        raise DeclarationError(f"{kind.class_name}: a {held} lives in the values of a map, not in keys")
    if kind.class_name == "LpmTrie":
        _check_prefix(made.key_type)
    elif "key" in named and made.key_type is not None and made.key_type.size > _HASH_KEY_MAX:
        raise DeclarationError(f"{kind.class_name}: the key {made.key_type.name} has {made.key_type.size} bytes, "
                               f"but a key is built on the BPF stack of {_HASH_KEY_MAX}")
    if kind.class_name == "ProgArray" and not hasattr(made.value_annotation, "__pybpfc_context__") \
            and not isinstance(getattr(made.value_annotation, "__pybpfc_type__", None), StructType):
        shown = getattr(made.value_annotation, "__name__", repr(made.value_annotation))
        raise DeclarationError(f"ProgArray[...] takes the context of its programs, such as xdp_md, not {shown}")


def _check_count(kind: MapKind, parameters: tuple[Any, ...]) -> None:
    name, wanted, given = kind.class_name, kind.parameters, len(parameters)
    if given == len(wanted) or (given == 0 and wanted == ("value",) and kind.value):
        return
    example = f"{name}[{', '.join(wanted)}](...)" if wanted else f"{name}(...)"
    if not given:
        raise DeclarationError(f"{name} needs its types: {example}")
    if kind.key_is_index and given == len(wanted) + 1:
        raise DeclarationError(f"{name} takes no key type, its key is always a u32 index: {example}")
    if not kind.has_key and given == len(wanted) + 1:
        raise DeclarationError(f"{name} has no key: {example}")
    takes = "no types" if not wanted else "one type" if len(wanted) == 1 else "two types"
    raise DeclarationError(f"{name} takes {takes}, not {given}: {example}")


def _described(kind: MapKind, what: str, annotation: Any) -> AnyType:
    described = value_type(annotation, f"the {what} of {kind.class_name}")
    if isinstance(described, PointerType) and described.tag == layout.ARENA:
        raise DeclarationError(f"the {what} of {kind.class_name} cannot be None: keep the pointer in a field of a "
                               "Struct")
    check_own(described, f"the {what} of {kind.class_name}")
    if described.size == 0:
        raise DeclarationError(f"the {what} of {kind.class_name}, {described.name}, has no bytes")
    return described


def _fixed(name: str) -> AnyType:
    if name in layout.INTEGERS:
        return layout.INTEGERS[name]
    from . import uapi

    found: AnyType = getattr(uapi, name).__pybpfc_type__
    return found


def _stack(depth: int, flags: int) -> AnyType:
    """A stack: `depth` addresses, or build ids and offsets with BPF_F_STACK_BUILD_ID."""
    return ArrayType(_fixed("bpf_stack_build_id") if flags & _BPF_F_STACK_BUILD_ID else layout.U64, depth)


def objects_in(described: AnyType | None) -> list[str]:
    """The kernel's objects that a value holds, by name.

    Raises:
        DeclarationError: the kernel would not have them so.
    """
    found = list(_objects_in(described))
    for head in map_kinds.HEADS:
        if head in found and not {"bpf_spin_lock", "bpf_res_spin_lock"} & set(found):
            raise DeclarationError(f"a {head} needs a `lock: bpf_spin_lock` beside it, which protects what it holds")
    return found


def _objects_in(described: AnyType | None) -> Iterator[str]:
    if isinstance(described, StructType):
        check_struct(described)
        for field in described.fields:
            yield from _objects_in(field.type)
    elif isinstance(described, ArrayType):
        yield from _objects_in(described.element)
    elif isinstance(described, OpaqueType):
        if described.name in map_kinds.HEADS and not isinstance(described, HeadType):
            raise DeclarationError(f"{described.name} does not say what it holds: write {described.name}[T], where T "
                                   "is the Struct of the objects")
        yield described.name
    elif isinstance(described, PointerType) and described.tag in layout.KEPT:
        yield described.tag


def _check_holder(class_name: str, held: str) -> None:
    holders = map_kinds.HOLDERS.get(held)
    if holders is not None and class_name not in holders:
        raise DeclarationError(f"the kernel allows no {held} in the values of {class_name}; " + (
            f"it does in {', '.join(holders)}" if holders else "it is a local of a program"))


def _check_prefix(key: AnyType | None) -> None:
    first = key.fields[0] if isinstance(key, StructType) and key.fields else None
    if not isinstance(key, StructType) or first is None or not isinstance(first.type, IntegerType) \
            or first.type is not layout.U32 or not 4 < key.size <= 4 + _LPM_DATA_MAX:
        raise DeclarationError("the key of LpmTrie is a struct that begins with `prefixlen: u32` and goes on with "
                               f"the prefix, up to {_LPM_DATA_MAX} bytes in network order")


def _inner(class_name: str, options: dict[str, Any], model: Any) -> Map[Any, Any] | None:
    if class_name not in _OF_MAPS:
        return None
    inner = options.get("inner")
    if not isinstance(inner, Map):
        raise DeclarationError(f"{class_name} needs inner=, a map after which the inner ones are made: "
                               f"{class_name}[...](max_entries=..., inner=ArrayMap[u64](max_entries=1))")
    if inner.inner is not None:
        raise DeclarationError(f"{class_name}: an inner map cannot itself hold maps")
    given = Bound(type(inner), inner._parameters)
    wanted = model if isinstance(model, Bound) else Bound(model, ())
    if (wanted.map_class, wanted.parameters) != (given.map_class, given.parameters):
        raise DeclarationError(f"{class_name}: inner is {given!r}, but the type in brackets is {wanted!r}")
    return inner


def _check_inner(class_name: str, slot: Any, value: Any, model: Map[Any, Any]) -> None:
    if not isinstance(value, Map):
        raise DeclarationError(f"{class_name}: values[{slot!r}] is no map")
    given, wanted = Bound(type(value), value._parameters), Bound(type(model), model._parameters)
    if (given.map_class, given.parameters) != (wanted.map_class, wanted.parameters):
        raise DeclarationError(f"{class_name}: values[{slot!r}] is a {given!r}, and the inner maps are {wanted!r}")


def _values(made: Map[Any, Any], values: Any) -> Mapping[Any, Any] | None:
    if values is None:
        return None
    class_name = type(made).__name__
    if not isinstance(values, Mapping):
        raise DeclarationError(f"{class_name}: values is a dict from slots to what goes in, not {values!r}")
    for slot, value in values.items():
        if made.kind.key_is_index and not (isinstance(slot, int) and 0 <= slot < made.max_entries):
            raise DeclarationError(f"{class_name}: values has the slot {slot!r}, but slots are 0 to "
                                   f"{made.max_entries - 1}")
        if class_name == "HashOfMaps" and (made.key_type is None or made.key_type.size != 4 or not (
                isinstance(slot, int) and 0 <= slot <= _MOST_SLOTS)):
            raise DeclarationError(f"HashOfMaps: loaders fill slots by number, 0 to {_MOST_SLOTS}, where the key has 4 "
                                   f"bytes; put {slot!r} in from user space")
        if class_name in _OF_MAPS:
            assert made.inner is not None  # it is demanded before
            _check_inner(class_name, slot, value, made.inner)
        if class_name == "ProgArray" and not (isinstance(value, Function) and value.is_program):
            raise DeclarationError(f"{class_name}: values[{slot!r}] is no program")
    return dict(values)
