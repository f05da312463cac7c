"""Typed views of maps: a mapping for hash tables, a sequence-like mapping for arrays, and what else the kernel has.

Keys and values are encoded and decoded with the layout that the object's BTF, or the declaration, gives;
without one they are bytes. In a per-CPU map a value is a list with one entry per possible CPU.

Source: Documentation/bpf/map_*.rst, bpf(2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..uapi import BPF_ANY, BPF_EXIST, BPF_F_LOCK, BPF_NOEXIST, MapType
from .base import Map
from .buffers import EventBuffer, UserRingBuffer
from .mapping import ArrayMap, HashMap, PerCpuArray, PerCpuHashMap, SparseArray, StackTraceMap, TypedMap
from .percpu import PerCpuValues
from .pinned import open_pinned
from .queues import BloomFilter, Queue
from .references import DescriptorMap
from .storage import LocalStorage

if TYPE_CHECKING:
    from ..descriptor import Descriptor
    from ..spec import MapSpec

# The view of each map type, after BPF_MAP_TYPE_; the others (STRUCT_OPS, ARENA) have `Map` alone.
_VIEWS: dict[type[Map], str] = {
    HashMap: "HASH LRU_HASH LPM_TRIE CGROUP_STORAGE",
    PerCpuHashMap: "PERCPU_HASH LRU_PERCPU_HASH PERCPU_CGROUP_STORAGE",
    ArrayMap: "ARRAY",
    PerCpuArray: "PERCPU_ARRAY",
    SparseArray: "DEVMAP DEVMAP_HASH CPUMAP",
    StackTraceMap: "STACK_TRACE",
    Queue: "QUEUE STACK",
    BloomFilter: "BLOOM_FILTER",
    DescriptorMap: "PROG_ARRAY ARRAY_OF_MAPS HASH_OF_MAPS SOCKMAP SOCKHASH XSKMAP CGROUP_ARRAY REUSEPORT_SOCKARRAY",
    LocalStorage: "SK_STORAGE TASK_STORAGE INODE_STORAGE CGRP_STORAGE",
    EventBuffer: "RINGBUF PERF_EVENT_ARRAY",
    UserRingBuffer: "USER_RINGBUF",
}
_VIEW_OF = {MapType[f"BPF_MAP_TYPE_{name}"]: view_ for view_, names in _VIEWS.items() for name in names.split()}


def view(descriptor: Descriptor, spec: MapSpec) -> Map:
    """The view that fits a map's type."""
    return _VIEW_OF.get(spec.type, Map)(descriptor, spec)


__all__ = ["BPF_ANY", "BPF_EXIST", "BPF_F_LOCK", "BPF_NOEXIST", "ArrayMap", "BloomFilter", "DescriptorMap",
           "EventBuffer", "HashMap", "LocalStorage", "Map", "PerCpuArray", "PerCpuHashMap", "PerCpuValues", "Queue",
           "SparseArray", "StackTraceMap", "TypedMap", "UserRingBuffer", "open_pinned", "view"]
