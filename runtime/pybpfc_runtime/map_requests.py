"""What a map of an object becomes in BPF_MAP_CREATE: its name, its size, its flags; and whether another one will do.

Source: libbpf's `internal_map_name`, `adjust_ringbuf_sz`, `map_is_mmapable`, `map_is_reuse_compat`.
"""

from __future__ import annotations

import mmap
import os
from typing import TYPE_CHECKING

from . import features
from .btf import types
from .errors import BtfError, KernelError, MapMismatchError
from .uapi import BPF_F_MMAPABLE, BPF_F_NUMA_NODE, BPF_F_RDONLY_PROG, BPF_OBJ_NAME_LEN, MapType

if TYPE_CHECKING:
    from .btf.types import Btf
    from .spec import MapSpec
    from .syscall import MapInfo

_DEVICE_MAPS = (MapType.BPF_MAP_TYPE_DEVMAP, MapType.BPF_MAP_TYPE_DEVMAP_HASH)  # the kernel makes them read-only
_RING_BUFFERS = (MapType.BPF_MAP_TYPE_RINGBUF, MapType.BPF_MAP_TYPE_USER_RINGBUF)


def kernel_name(spec: MapSpec, object_name: str) -> str:
    """At most 15 characters, made as libbpf makes them, since scripts look for them: `.data` and the like carry the
    object's name in front, a section with a name of its own does not.

    Args:
        object_name: the path of its file.
    """
    name = spec.name
    if spec.contents is not None and "." not in name[1:]:
        stem = os.path.basename(object_name).partition(".")[0]
        name = stem[: BPF_OBJ_NAME_LEN - 1 - max(7, len(name))] + name
    return "".join(character if (character.isalnum() and character.isascii()) or character in "._" else "_"
                   for character in name)[: BPF_OBJ_NAME_LEN - 1]


def max_entries(spec: MapSpec) -> int:
    """What the kernel is asked for: ring buffers are rounded up to pages in a power of two, and a perf event
    array without a size gets an entry for each possible CPU."""
    if spec.type in _RING_BUFFERS:
        pages = max(1, (spec.max_entries + mmap.PAGESIZE - 1) // mmap.PAGESIZE)
        return mmap.PAGESIZE << (pages - 1).bit_length()
    if spec.type is MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY and not spec.max_entries:
        return features.possible_cpus()
    return spec.max_entries


def is_mapped(spec: MapSpec, btf: Btf | None) -> bool:
    """Whether a map is a data section that user space maps: one with a variable that is not static."""
    if spec.contents is None or btf is None or not features.has_mmapable_arrays():
        return False
    section = btf.type(spec.value_type_id)
    variables = section.variables if isinstance(section, types.Datasec) else []
    found = (btf.type(number) for number, _, _ in variables)
    return any(isinstance(each, types.Var) and each.linkage != types.STATIC for each in found)


def map_flags(spec: MapSpec, btf: Btf | None) -> int:
    """The flags of BPF_MAP_CREATE: those of the declaration, and what follows from the rest of it."""
    flags = spec.map_flags | (BPF_F_NUMA_NODE if spec.numa_node is not None else 0)
    return flags | BPF_F_MMAPABLE if is_mapped(spec, btf) else flags


def must_fit(found: MapInfo, spec: MapSpec, btf: Btf | None, which: str) -> None:
    """A map that is to be used again must be the one that would have been made.

    Args:
        which: "the map pinned at /sys/fs/bpf/x", for the message.

    Raises:
        MapMismatchError: it is not.
    """
    flags = map_flags(spec, btf)
    wanted = {"type": int(spec.type), "key_size": spec.key_size, "value_size": spec.value_size,
              "max_entries": max_entries(spec), "map_flags": flags, "map_extra": spec.map_extra}
    if spec.type in _DEVICE_MAPS:
        found = found._replace(map_flags=found.map_flags & ~BPF_F_RDONLY_PROG | flags & BPF_F_RDONLY_PROG)
    for name, value in wanted.items():
        there = getattr(found, name)
        if there != value:
            raise MapMismatchError(f"map {spec.name}: {which} has {name} {there}, the object declares {value}")
    if btf is not None and found.btf_id and spec.contents is None:
        _must_mean_the_same(found, spec, btf, which)


def _must_mean_the_same(found: MapInfo, spec: MapSpec, btf: Btf, which: str) -> None:
    """The types of keys and values, which another version of the program may have changed within their sizes."""
    from . import system
    from .btf.compare import difference

    try:
        there = system.btf(found.btf_id)
    except (KernelError, BtfError):
        return  # it takes CAP_SYS_ADMIN to look at the types of others
    for what, there_id, type_id, size in (("key", found.btf_key_type_id, spec.key_type_id, spec.key_size),
                                          ("value", found.btf_value_type_id, spec.value_type_id, spec.value_size)):
        if not there_id or not type_id or btf.size_of(type_id) != size:  # not said, or the size was set by hand
            continue
        differs = difference(there, there_id, btf, type_id)
        if differs:
            raise MapMismatchError(f"map {spec.name}: {which} has another {what} than the object declares: {differs}")
