"""The map classes: one per kernel map type, declared as ``HashMap[key, value](max_entries=...)``.

Options are named as the kernel names them: ``max_entries``, ``map_flags``, ``numa_node``, ``map_extra``,
``pinning`` (1 is LIBBPF_PIN_BY_NAME), and for some kinds ``inner``, ``values`` and ``depth``; ``name`` overrides
the module-level name. Inside a program the methods below mean the helper calls of their documentation; user
space reaches the same map through the loaded object.

To a type checker a map is generic in its key and value; `lookup` gives ``Ptr[int] | None`` for scalars and
``T | None`` for structs, so that an unchecked use is a type error. What a kind can do is a row of
`pybpfc.tables.map_kinds`. Sources: UAPI ``linux/bpf.h``, Documentation/bpf/map_*.rst, the ``map_alloc_check``
of each type.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType
    from typing import overload

    import typing_extensions

    from pybpfc_runtime.layout import AnyType
    from pybpfc_runtime.values import Ptr

    from .tables.rows import MapKind

__all__ = [
    "Arena",
    "ArrayMap",
    "ArrayOfMaps",
    "BloomFilter",
    "CgroupArray",
    "CgroupStorage",
    "CgrpStorage",
    "CpuMap",
    "DevMap",
    "DevMapHash",
    "HashMap",
    "HashOfMaps",
    "InodeStorage",
    "LpmTrie",
    "LruHashMap",
    "LruPerCpuHashMap",
    "Map",
    "PerCpuArray",
    "PerCpuCgroupStorage",
    "PerCpuHashMap",
    "PerfEventArray",
    "ProgArray",
    "Queue",
    "ReuseportSockArray",
    "RingBuf",
    "SkStorage",
    "SockHash",
    "SockMap",
    "Stack",
    "StackTrace",
    "StructOpsMap",
    "TaskStorage",
    "UserRingBuf",
    "XskMap",
]

_T = TypeVar("_T")
_K = TypeVar("_K")
_V = TypeVar("_V")
if TYPE_CHECKING:
    # The value of a map of devices may be left out: it is u32.
    _D = typing_extensions.TypeVar("_D", default=int)
else:
    _D = TypeVar("_D")

_BPF_ANY = 0
_BPF_F_CURRENT_CPU = 0xFFFFFFFF


class Bound:
    """A map class with its types, `HashMap[u32, u64]`: calling it declares a map."""

    __slots__ = ("map_class", "parameters")

    def __init__(self, map_class: type[Map[Any, Any]], parameters: tuple[Any, ...]) -> None:
        self.map_class = map_class
        self.parameters = parameters

    def __call__(self, *positional: Any, **options: Any) -> Map[Any, Any]:
        if positional:
            from pybpfc_runtime.values import DeclarationError

            raise DeclarationError(f"{self!r} takes its options by name: {self!r}(max_entries={positional[0]!r})")
        made: Map[Any, Any] = self.map_class.__new__(self.map_class)
        made._declare(self.parameters, options, _caller())
        return made

    def __repr__(self) -> str:
        named = ", ".join(getattr(item, "__name__", repr(item)) for item in self.parameters)
        return f"{self.map_class.__name__}[{named}]" if named else self.map_class.__name__


class Map(Generic[_K, _V]):
    """A declared map: what every class of this module has in common.

    Attributes:
        kind: the row of the map type.
        key_annotation, value_annotation: the types between the brackets, None where the kind has none.
        key_type, value_type: layout of the key and value as the kernel holds them, None where it holds none.
        record_annotation, record_type: what a RingBuf, PerfEventArray or UserRingBuf carries, else None.
        max_entries, map_flags, map_extra, pinning: as the kernel and libbpf define them; `map_flags` holds
            those that the kind always sets.
        numa_node: the node the memory comes from, or None.
        inner: the map after which the inner maps of an array or hash of maps are made, or None.
        values: initial slots of a ProgArray or of a map of maps, or None.
        depth: frames in each stack of a StackTrace, or None.
        name: the name in the object file; None until the compiler binds it.
        defined_at: file name and line of the declaration.
    """

    kind: MapKind
    key_annotation: Any
    value_annotation: Any
    key_type: AnyType | None
    value_type: AnyType | None
    record_annotation: Any
    record_type: AnyType | None
    max_entries: int
    map_flags: int
    numa_node: int | None
    map_extra: int
    pinning: int
    inner: Map[Any, Any] | None
    values: Mapping[Any, Any] | None
    depth: int | None
    name: str | None
    defined_at: tuple[str, int]
    _parameters: tuple[Any, ...]  # what stood in the brackets

    if not TYPE_CHECKING:

        def __class_getitem__(cls, parameters: Any) -> Any:
            if cls is Map or cls.__name__.startswith("_"):  # a base class of this module, for its own statements
                return super().__class_getitem__(parameters)
            return Bound(cls, parameters if isinstance(parameters, tuple) else (parameters,))

        def __init__(self, *types: Any, **options: Any) -> None:
            if types:
                from pybpfc_runtime.values import DeclarationError

                named = ", ".join(getattr(item, "__name__", repr(item)) for item in types)
                raise DeclarationError(f"{type(self).__name__} takes its types in brackets: "
                                       f"{type(self).__name__}[{named}](...)")
            self._declare((), options, _caller())

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_") or "kind" not in self.__dict__:
                raise AttributeError(name)
            class_name, methods = type(self).__name__, sorted(self.kind.methods)
            if name in methods:
                raise TypeError(f"{class_name}.{name}() has a meaning only inside a BPF program; "
                                "in user space use the loaded object's map: bpf.map(...)")
            has = f"it has {', '.join(methods)}" if methods else "it has no methods"
            raise AttributeError(f"{class_name} has no {name!r}; {has}")

    def bind(self, name: str) -> None:
        """Give the map its name unless it has one: that of the first module-level name it is bound to."""
        if self.name is None:
            self.name = name

    def _declare(self, parameters: tuple[Any, ...], options: dict[str, Any], frame: FrameType) -> None:
        from .map_declaration import declare

        self.defined_at = (frame.f_code.co_filename, frame.f_lineno)
        declare(self, parameters, options)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name or 'without a name'}>"


def _caller() -> FrameType:
    """The first frame outside this package: the declaration."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "pybpfc":
        frame = frame.f_back
    return frame


class _Sized(Map[_K, _V]):
    """Maps that must be given their size."""

    if TYPE_CHECKING:

        def __init__(self, *, max_entries: int, map_flags: int = 0, numa_node: int | None = None, pinning: int = 0,
                     name: str | None = None) -> None: ...


class _Lookup(_Sized[_K, _V]):
    if TYPE_CHECKING:

        @overload
        def lookup(self: Map[_K, int], key: _K) -> Ptr[int] | None: ...
        @overload
        def lookup(self: Map[_K, bool], key: _K) -> Ptr[bool] | None: ...
        @overload
        def lookup(self, key: _K) -> _V | None: ...
        def lookup(self, key: _K) -> Any:
            """A reference to the value of `key`, or None where there is none (bpf_map_lookup_elem)."""

        def update(self, key: _K, value: _V, flags: int = _BPF_ANY) -> int:
            """Store a copy of `value` (bpf_map_update_elem).

            Args:
                flags: BPF_ANY, BPF_NOEXIST (create only) or BPF_EXIST (replace only).

            Returns:
                0, or a negative errno: -E2BIG where the map is full, -EEXIST, -ENOENT.
            """


class _Operators(_Lookup[_K, _V]):
    if TYPE_CHECKING:

        def __setitem__(self, key: _K, value: _V) -> None: ...
        def __getitem__(self: Map[_K, int], key: _K) -> int:
            """For `m[k] += n` and `m[k] -= n` alone; a bare read is refused, since the key may be absent."""

        def __contains__(self, key: _K) -> bool: ...
        @overload
        def get(self: Map[_K, int], key: _K, default: int) -> int: ...
        @overload
        def get(self: Map[_K, bool], key: _K, default: bool) -> bool: ...
        def get(self, key: _K, default: Any) -> Any:
            """The scalar stored at `key`, or `default` where there is none."""


class _PerCpu(_Lookup[_K, _V]):
    if TYPE_CHECKING:

        @overload
        def lookup_percpu(self: Map[_K, int], key: _K, cpu: int) -> Ptr[int] | None: ...
        @overload
        def lookup_percpu(self: Map[_K, bool], key: _K, cpu: int) -> Ptr[bool] | None: ...
        @overload
        def lookup_percpu(self, key: _K, cpu: int) -> _V | None: ...
        def lookup_percpu(self, key: _K, cpu: int) -> Any:
            """The value that another processor has for `key` (bpf_map_lookup_percpu_elem)."""


class _Hash(_Operators[_K, _V]):
    if TYPE_CHECKING:

        def delete(self, key: _K) -> int:
            """Remove `key`: 0, or -ENOENT where it was absent (bpf_map_delete_elem)."""

        def __delitem__(self, key: _K) -> None: ...


class HashMap(_Hash[_K, _V]):
    """BPF_MAP_TYPE_HASH: `HashMap[u32, Traffic](max_entries=10_240)`."""


class LruHashMap(_Hash[_K, _V]):
    """BPF_MAP_TYPE_LRU_HASH: a hash that drops what was least recently used when it is full."""


class PerCpuHashMap(_Hash[_K, _V], _PerCpu[_K, _V]):
    """BPF_MAP_TYPE_PERCPU_HASH: every processor has a value of its own for a key."""


class LruPerCpuHashMap(_Hash[_K, _V], _PerCpu[_K, _V]):
    """BPF_MAP_TYPE_LRU_PERCPU_HASH."""


class ArrayMap(_Operators[int, _V]):
    """BPF_MAP_TYPE_ARRAY: `ArrayMap[u64](max_entries=16)`; the key is a u32 index, every element exists."""


class PerCpuArray(_Operators[int, _V], _PerCpu[int, _V]):
    """BPF_MAP_TYPE_PERCPU_ARRAY: an array with a value for every processor."""


class LpmTrie(_Lookup[_K, _V]):
    """BPF_MAP_TYPE_LPM_TRIE: finds the longest prefix.

    The key is a struct that begins with `prefixlen: u32`, followed by up to 256 bytes in network order.
    BPF_F_NO_PREALLOC, which the kernel demands, is set.
    """

    if TYPE_CHECKING:

        def delete(self, key: _K) -> int:
            """Remove the prefix: 0, or -ENOENT."""


class ProgArray(Map[int, _V]):
    """BPF_MAP_TYPE_PROG_ARRAY: programs to jump to, `ProgArray[xdp_md](max_entries=4, values={0: parse_ip})`."""

    if TYPE_CHECKING:

        def __init__(self, *, max_entries: int, values: Mapping[int, Any] | None = None, map_flags: int = 0,
                     pinning: int = 0, name: str | None = None) -> None: ...

        def tail_call(self, ctx: _V, index: int) -> None:
            """Go on in the program at `index` and do not come back; falls through where the slot is empty."""


class PerfEventArray(Map[int, _V]):
    """BPF_MAP_TYPE_PERF_EVENT_ARRAY: events through a buffer per processor, `PerfEventArray[Event]()`.

    `max_entries` may be left out: one entry for each possible processor.
    """

    if TYPE_CHECKING:

        def __init__(self, *, max_entries: int = 0, map_flags: int = 0, pinning: int = 0,
                     name: str | None = None) -> None: ...

        def output(self, ctx: object, value: _V, flags: int = _BPF_F_CURRENT_CPU) -> int:
            """Send a copy of `value` (bpf_perf_event_output): 0 or a negative errno, -ENOSPC where it is full."""

        def read(self, flags: int = _BPF_F_CURRENT_CPU) -> int:
            """The counter of the perf event at an index (bpf_perf_event_read)."""


class RingBuf(Map[int, _V]):
    """BPF_MAP_TYPE_RINGBUF: one ordered buffer of records, `RingBuf[Event](max_entries=256 * 1024)`.

    `max_entries` is its size in bytes: a power of two, at least a page.
    """

    if TYPE_CHECKING:

        def __init__(self, *, max_entries: int, map_flags: int = 0, numa_node: int | None = None, pinning: int = 0,
                     name: str | None = None) -> None: ...

        @overload
        def reserve(self: Map[int, int]) -> Ptr[int] | None: ...
        @overload
        def reserve(self: Map[int, bool]) -> Ptr[bool] | None: ...
        @overload
        def reserve(self) -> _V | None: ...
        def reserve(self) -> Any:
            """A record to fill, or None where the buffer is full; it must be submitted or discarded."""

        def submit(self, record: _V | Ptr[Any], flags: int = 0) -> None:
            """Publish a reserved record; BPF_RB_NO_WAKEUP and BPF_RB_FORCE_WAKEUP steer the wake-up."""

        def discard(self, record: _V | Ptr[Any], flags: int = 0) -> None:
            """Give a reserved record up."""

        def output(self, value: _V, flags: int = 0) -> int:
            """Send a copy of `value` (bpf_ringbuf_output): 0, or -EAGAIN where the buffer is full."""

        def query(self, flags: int = 0) -> int:
            """BPF_RB_AVAIL_DATA, BPF_RB_RING_SIZE, BPF_RB_CONS_POS or BPF_RB_PROD_POS (bpf_ringbuf_query)."""


class UserRingBuf(Map[int, _V]):
    """BPF_MAP_TYPE_USER_RINGBUF: records from user space to programs; `max_entries` in bytes as for RingBuf."""

    if TYPE_CHECKING:

        def __init__(self, *, max_entries: int, map_flags: int = 0, numa_node: int | None = None, pinning: int = 0,
                     name: str | None = None) -> None: ...

        def drain(self, callback: Callable[..., int], context: object = None, flags: int = 0) -> int:
            """Call an @callback with each record (bpf_user_ringbuf_drain); the number drained or a negative errno."""


class _Elements(Map[int, _V]):
    if TYPE_CHECKING:

        def __init__(self, *, max_entries: int, map_flags: int = 0, numa_node: int | None = None, pinning: int = 0,
                     name: str | None = None) -> None: ...

        def push(self, value: _V, flags: int = _BPF_ANY) -> int:
            """Add a copy of `value`: 0 or -E2BIG; BPF_EXIST drops the oldest where it is full."""

        @overload
        def pop(self: Map[int, int]) -> Ptr[int] | None: ...
        @overload
        def pop(self: Map[int, bool]) -> Ptr[bool] | None: ...
        @overload
        def pop(self) -> _V | None: ...
        def pop(self) -> Any:
            """Take the next element out: a copy, or None where there is none (bpf_map_pop_elem)."""

        @overload
        def peek(self: Map[int, int]) -> Ptr[int] | None: ...
        @overload
        def peek(self: Map[int, bool]) -> Ptr[bool] | None: ...
        @overload
        def peek(self) -> _V | None: ...
        def peek(self) -> Any:
            """A copy of the next element, which stays, or None (bpf_map_peek_elem)."""


class Queue(_Elements[_V]):
    """BPF_MAP_TYPE_QUEUE: first in, first out."""


class Stack(_Elements[_V]):
    """BPF_MAP_TYPE_STACK: last in, first out."""


class BloomFilter(Map[int, _V]):
    """BPF_MAP_TYPE_BLOOM_FILTER: whether a value may have been seen. `map_extra`: hash functions, 0 (5) to 15."""

    if TYPE_CHECKING:

        def __init__(self, *, max_entries: int, map_flags: int = 0, map_extra: int = 0, numa_node: int | None = None,
                     pinning: int = 0, name: str | None = None) -> None: ...

        def push(self, value: _V, flags: int = _BPF_ANY) -> int:
            """Add `value`: 0 or a negative errno."""

        def peek(self, value: _V) -> int:
            """0 where `value` may have been added, -ENOENT where it certainly was not."""


class StackTrace(Map[int, Any]):
    """BPF_MAP_TYPE_STACK_TRACE: `StackTrace(max_entries=1024, depth=127)`; `depth` in frames."""

    if TYPE_CHECKING:

        def __init__(self, *, max_entries: int, depth: int = 127, map_flags: int = 0, numa_node: int | None = None,
                     pinning: int = 0, name: str | None = None) -> None: ...

        def get_stackid(self, ctx: object, flags: int = 0) -> int:
            """Store the current stack and return its id, or a negative errno (bpf_get_stackid).

            Args:
                flags: frames to skip, with BPF_F_USER_STACK, BPF_F_FAST_STACK_CMP, BPF_F_REUSE_STACKID.
            """


class CgroupArray(_Sized[int, int]):
    """BPF_MAP_TYPE_CGROUP_ARRAY: cgroups that user space puts in."""

    if TYPE_CHECKING:

        def skb_under_cgroup(self, skb: object, index: int) -> int:
            """1 where the packet's socket is below the cgroup at `index`, 0 where not (bpf_skb_under_cgroup)."""

        def current_task_under_cgroup(self, index: int) -> int:
            """1 where the current task is below the cgroup at `index` (bpf_current_task_under_cgroup)."""


class _MapOfMaps(Map[_K, _V]):
    if TYPE_CHECKING:

        def __init__(self, *, max_entries: int, inner: _V, values: Mapping[_K, _V] | None = None, map_flags: int = 0,
                     numa_node: int | None = None, pinning: int = 0, name: str | None = None) -> None: ...

        def lookup(self, key: _K) -> _V | None:
            """The map at `key`, or None."""


class HashOfMaps(_MapOfMaps[_K, _V]):
    """BPF_MAP_TYPE_HASH_OF_MAPS: `HashOfMaps[u32, ArrayMap[u64]](max_entries=8, inner=ArrayMap[u64](max_entries=4))`.

    `inner` is the model of the inner maps; `values` puts declared maps into slots at load.
    """


class ArrayOfMaps(_MapOfMaps[int, _V]):
    """BPF_MAP_TYPE_ARRAY_OF_MAPS: `ArrayOfMaps[HashMap[u32, u64]](max_entries=8, inner=...)`."""


class _Redirect(_Lookup[int, _V]):
    if TYPE_CHECKING:

        def redirect(self, key: int, flags: int = 0) -> int:
            """Send the frame on: XDP_REDIRECT, or the lower bits of `flags` where `key` is absent
            (bpf_redirect_map)."""


class DevMap(_Redirect[_D]):
    """BPF_MAP_TYPE_DEVMAP: network devices by index. The value is u32, or bpf_devmap_val with a program."""


class DevMapHash(_Redirect[_D]):
    """BPF_MAP_TYPE_DEVMAP_HASH: network devices by any u32 key."""


class CpuMap(_Redirect[_D]):
    """BPF_MAP_TYPE_CPUMAP: processors that go on with a frame.

    The value is u32, the size of the queue, or bpf_cpumap_val with a program.
    """


class XskMap(_Redirect[int]):
    """BPF_MAP_TYPE_XSKMAP: AF_XDP sockets by receive queue."""


class _Sockets(_Sized[_K, int]):
    if TYPE_CHECKING:

        def lookup(self, key: _K) -> Any | None:
            """The socket at `key` with a reference to give back by bpf_sk_release(), or None."""

        def update(self, ctx: object, key: _K, flags: int = _BPF_ANY) -> int:
            """Put the socket of a sockops program's context in (bpf_sock_map_update, bpf_sock_hash_update)."""

        def delete(self, key: _K) -> int:
            """Take a socket out: 0 or a negative errno."""

        def redirect(self, ctx: object, key: _K, flags: int = 0) -> int:
            """Send the message or packet to the socket at `key`: SK_PASS or SK_DROP.

            Args:
                flags: BPF_F_INGRESS for its receive side, 0 for its transmit side.
            """


class SockMap(_Sockets[int]):
    """BPF_MAP_TYPE_SOCKMAP: sockets by index."""


class SockHash(_Sockets[_K]):
    """BPF_MAP_TYPE_SOCKHASH: sockets by key, `SockHash[Flow](max_entries=4096)`."""


class ReuseportSockArray(_Sized[int, int]):
    """BPF_MAP_TYPE_REUSEPORT_SOCKARRAY: the sockets of a reuseport group."""

    if TYPE_CHECKING:

        def select(self, ctx: object, key: int, flags: int = 0) -> int:
            """Give the packet to the socket at `key`: 0 or a negative errno (bpf_sk_select_reuseport)."""


class _Storage(Map[int, _V]):
    if TYPE_CHECKING:

        def __init__(self, *, map_flags: int = 0, pinning: int = 0, name: str | None = None) -> None: ...

        @overload
        def get(self: Map[int, int], owner: object, create: bool | int = False) -> Ptr[int] | None: ...
        @overload
        def get(self: Map[int, bool], owner: object, create: bool = False) -> Ptr[bool] | None: ...
        @overload
        def get(self, owner: object, create: bool | _V = False) -> _V | None: ...
        def get(self, owner: object, create: Any = False) -> Any:
            """The value kept with `owner`.

            Args:
                owner: the socket, task, inode or cgroup.
                create: True makes a zeroed value where there is none, a value makes that one.

            Returns:
                A reference, or None where there is none and none could be made.
            """

        def delete(self, owner: object) -> int:
            """Remove the value kept with `owner`: 0 or -ENOENT."""


class SkStorage(_Storage[_V]):
    """BPF_MAP_TYPE_SK_STORAGE: a value with each socket."""


class InodeStorage(_Storage[_V]):
    """BPF_MAP_TYPE_INODE_STORAGE: a value with each inode."""


class TaskStorage(_Storage[_V]):
    """BPF_MAP_TYPE_TASK_STORAGE: a value with each task."""


class CgrpStorage(_Storage[_V]):
    """BPF_MAP_TYPE_CGRP_STORAGE: a value with each cgroup."""


class _AttachedStorage(Map[Any, _V]):
    if TYPE_CHECKING:

        def __init__(self, *, map_flags: int = 0, pinning: int = 0, name: str | None = None) -> None: ...

        @overload
        def get(self: Map[Any, int]) -> Ptr[int]: ...
        @overload
        def get(self: Map[Any, bool]) -> Ptr[bool]: ...
        @overload
        def get(self) -> _V: ...
        def get(self) -> Any:
            """The value of the cgroup that the program is attached to; there always is one (bpf_get_local_storage)."""


class CgroupStorage(_AttachedStorage[_V]):
    """BPF_MAP_TYPE_CGROUP_STORAGE: a value for each cgroup a program is attached to."""


class PerCpuCgroupStorage(_AttachedStorage[_V]):
    """BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE."""


class StructOpsMap(Map[int, _V]):
    """BPF_MAP_TYPE_STRUCT_OPS: a table of functions for the kernel, `StructOpsMap[tcp_congestion_ops](...)`."""

    if TYPE_CHECKING:

        def __init__(self, *, values: Mapping[str, Any] | None = None, map_flags: int = 0, pinning: int = 0,
                     name: str | None = None) -> None: ...


class Arena(Map[int, Any]):
    """BPF_MAP_TYPE_ARENA: memory shared with user space; `max_entries` in pages, `map_extra` its address there."""

    if TYPE_CHECKING:

        def __init__(self, *, max_entries: int, map_flags: int = 0, map_extra: int = 0, numa_node: int | None = None,
                     pinning: int = 0, name: str | None = None) -> None: ...

        @overload
        def at(self, address: int, kind: type[int]) -> Ptr[int] | None: ...
        @overload
        def at(self, address: int, kind: type[_T]) -> _T | None: ...
        def at(self, address: int, kind: type[Any]) -> Any:
            """What is at an address of the arena: a reference, or None where the address is 0.

            Args:
                address: as `bpf_arena_alloc_pages` gives it, or what was reckoned from that.
                kind: the type of what is there, a `Struct` class or an integer type.
            """
