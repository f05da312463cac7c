"""What the maps of an object hold, of each type of map as far as user space can see it."""

from __future__ import annotations

import bisect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from pybpfc_runtime import BpfError, DescriptorMap, Queue, StackTraceMap
from pybpfc_runtime.attach.usdt import NUMBERS, SPECS
from pybpfc_runtime.uapi import MapType

from .tables import is_zero

if TYPE_CHECKING:
    from pybpfc_runtime import Map, MapSpec, Object, ObjectSpec

ARRAYS = (MapType.BPF_MAP_TYPE_ARRAY, MapType.BPF_MAP_TYPE_PERCPU_ARRAY)
_PROGRAMS = MapType.BPF_MAP_TYPE_PROG_ARRAY
_UNREADABLE = ("BPF_MAP_TYPE_XSKMAP", "BPF_MAP_TYPE_CGROUP_ARRAY", "BPF_MAP_TYPE_REUSEPORT_SOCKARRAY")
_COOKIE = 8  # bytes of a value of a map of sockets, where user space can read them

Entries = list[tuple[Any, Any]]


def all_entries(loaded: Object, spec: ObjectSpec) -> Iterator[tuple[str, MapSpec, Entries]]:
    """The maps in their order, each with its name, its declaration and its entries; an inner map of a map of maps as
    `outer[key]`.

    Left out are elements of arrays that are still zero, maps whose entries nobody can list (buffers, bloom filters,
    local storage, arenas) and those that the loader fills for USDTs. A queue is emptied, unless it is pinned: it ends
    with the object. A map that cannot be read is told on standard error.
    """
    for name, view in loaded.maps.items():
        described = spec.maps[name]
        if described.contents is not None or name in (SPECS, NUMBERS):
            continue
        try:
            yield from _of(name, view, described, loaded)
        except BpfError as error:
            print(f"{name} cannot be shown: {error.message}", file=sys.stderr)


def _of(name: str, view: Map, described: MapSpec, loaded: Object) -> Iterator[tuple[str, MapSpec, Entries]]:
    if isinstance(view, StackTraceMap):
        yield name, described, [(key, _stack(value)) for key, value in view.items()]
    elif isinstance(view, Mapping):
        yield name, described, [(key, value) for key, value in view.items()
                                if described.type not in ARRAYS or not is_zero(value)]
    elif isinstance(view, Queue):
        if not described.pinning:
            yield name, described, list(enumerate(iter(view.pop, None)))
        elif (following := view.peek()) is not None:
            yield name, described, [(0, following)]
    elif isinstance(view, DescriptorMap):
        yield from _of_descriptors(name, view, described, loaded)


def _of_descriptors(name: str, view: DescriptorMap, described: MapSpec, loaded: Object) \
        -> Iterator[tuple[str, MapSpec, Entries]]:
    if described.inner is not None:
        for key in view:
            with view.open(key) as inner:
                yield from _of(f"{name}[{key}]", inner, described.inner, loaded)
    elif described.type is _PROGRAMS:
        names = {program.info().id: program.name for program in loaded.programs.values()}
        yield name, described, [(key, names.get(number, number)) for key, number in view.items()]
    elif described.type.name not in _UNREADABLE and described.value_size == _COOKIE:
        yield name, described, list(view.items())


def _stack(value: Any) -> Any:
    """Addresses as the kernel's functions, those of processes as numbers."""
    return tuple(map(_function, value)) if isinstance(value, tuple) else value


def _function(address: int) -> str:
    starts, names = _symbols()
    at = bisect.bisect_right(starts, address) - 1
    return f"{names[at]}+{address - starts[at]:#x}" if at >= 0 and address >> 63 else f"{address:#x}"


@cache
def _symbols() -> tuple[list[int], list[str]]:
    """Addresses and names of the kernel's functions in order; none where this user may not see them."""
    found: list[tuple[int, str]] = []
    try:
        with open("/proc/kallsyms", encoding="ascii", errors="replace") as file:
            for line in file:
                address, kind, name = line.split(maxsplit=3)[:3]
                if kind in "tT" and int(address, 16):
                    found.append((int(address, 16), name))
    except OSError:
        return [], []
    found.sort()
    return [address for address, _ in found], [name for _, name in found]
