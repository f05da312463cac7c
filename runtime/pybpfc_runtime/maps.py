"""Typed views of maps: a mapping for hash tables, a sequence-like mapping for arrays, a handle for the rest.

Keys and values are encoded and decoded with the layout that the object's BTF, or the declaration, gives;
without one they are bytes. In a per-CPU map a value is a list with one entry per possible CPU.

Source: Documentation/bpf/map_*.rst, bpf(2).
"""

from __future__ import annotations

import errno
import os
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from . import syscall
from .codec import Codec
from .errors import ENOTSUPP, CodecContextError, MapError, MapOperationError
from .features import possible_cpus
from .uapi import BPF_ANY, BPF_EXIST, BPF_NOEXIST, Command, MapType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .descriptor import Descriptor
    from .events import Events, UserRingWriter
    from .layout import AnyType
    from .spec import MapSpec

PER_CPU = frozenset({MapType.BPF_MAP_TYPE_PERCPU_HASH, MapType.BPF_MAP_TYPE_PERCPU_ARRAY,
                     MapType.BPF_MAP_TYPE_LRU_PERCPU_HASH, MapType.BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE})
_HASHES = frozenset({MapType.BPF_MAP_TYPE_HASH, MapType.BPF_MAP_TYPE_LRU_HASH, MapType.BPF_MAP_TYPE_PERCPU_HASH,
                     MapType.BPF_MAP_TYPE_LRU_PERCPU_HASH, MapType.BPF_MAP_TYPE_LPM_TRIE})
_ARRAYS = frozenset({MapType.BPF_MAP_TYPE_ARRAY, MapType.BPF_MAP_TYPE_PERCPU_ARRAY})
_QUEUES = frozenset({MapType.BPF_MAP_TYPE_QUEUE, MapType.BPF_MAP_TYPE_STACK})
_FD_ARRAYS = frozenset({MapType.BPF_MAP_TYPE_PROG_ARRAY, MapType.BPF_MAP_TYPE_ARRAY_OF_MAPS,
                        MapType.BPF_MAP_TYPE_HASH_OF_MAPS})
_EVENT_BUFFERS = frozenset({MapType.BPF_MAP_TYPE_RINGBUF, MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY})
_NO_BATCH = (errno.EINVAL, errno.EOPNOTSUPP, ENOTSUPP)
BATCH = 1024  # elements a system call
_SMALLEST_BATCH = 64


class Map:
    """Any map: its descriptor, its properties, and nothing else.

    Attributes:
        name: as declared.
        type: the kernel's map type.
        max_entries, key_size, value_size: in elements and bytes.
        key_type, value_type: layouts, or None.
    """

    def __init__(self, descriptor: Descriptor, spec: MapSpec, key_type: AnyType | None = None,
                 value_type: AnyType | None = None) -> None:
        self.descriptor = descriptor
        self.spec = spec
        self.name = spec.name
        self.type = spec.type
        self.key_size = spec.key_size
        self.value_size = spec.value_size
        self.max_entries = spec.max_entries
        self.key_type = key_type or spec.key_type
        self.value_type = value_type or spec.value_type
        self._keys = Codec(f"key of map {self.name}", self.key_type, self.key_size)
        self._values = Codec(f"value of map {self.name}", self.value_type, self.value_size)

    @property
    def fd(self) -> int:
        """The descriptor.

        Raises:
            ClosedError: the object was closed.
        """
        return self.descriptor.fd

    @property
    def closed(self) -> bool:
        return self.descriptor.closed

    def fileno(self) -> int:
        return self.fd

    def info(self) -> syscall.MapInfo:
        """What the kernel knows about the map."""
        return syscall.map_info(self.fd)

    def pin(self, path: str | os.PathLike[str]) -> None:
        """Give the map a name in a bpf file system, so that it outlives this process.

        Raises:
            MapError: EEXIST, or the folder is not in a bpf file system (EPERM, EINVAL).
        """
        syscall.pin(self.fd, os.fspath(path), f"map {self.name}", MapError)

    def with_types(self, key_type: AnyType | None, value_type: AnyType | None) -> Map:
        """Another view of the same map that encodes with these layouts."""
        return type(self)(self.descriptor, self.spec, key_type, value_type)

    def _error(self, command: Command, error: int, key: object = None) -> Exception:
        doing = f"map {self.name}" + (f", key {key!r}" if key is not None else "")
        made = syscall.failure(command, error, doing, MapError)
        if error == errno.E2BIG and command is Command.BPF_MAP_UPDATE_ELEM:
            made.help = f"the map is full: it was declared with max_entries={self.max_entries}"
        return made

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}: {self.type.name}, {self.max_entries} entries, {self.descriptor!r}>"


class TypedMap(Map, MutableMapping[Any, Any]):
    """A map with keys and values as a `MutableMapping`.

    Iteration asks the kernel for batches and falls back to key by key. It sees each entry that is there
    throughout; one that is added or removed meanwhile may or may not appear, as in the kernel.
    """

    __hash__ = object.__hash__  # a map is a place, not a value
    per_cpu = False

    def __eq__(self, other: object) -> bool:
        return self is other

    # One element

    def __getitem__(self, key: Any) -> Any:
        data = self._lookup(self._keys.encode(key))
        if data is None:
            raise KeyError(key)
        return self._decode_value(data)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.store(key, value)

    def store(self, key: Any, value: Any, flags: int = BPF_ANY) -> None:
        """Write an element.

        Args:
            flags: BPF_ANY, BPF_NOEXIST (only add) or BPF_EXIST (only replace).

        Raises:
            KeyError: BPF_EXIST and the key is absent; an index beyond the array.
            MapError: EEXIST with BPF_NOEXIST; E2BIG: the map is full.
        """
        error = syscall.map_element(Command.BPF_MAP_UPDATE_ELEM, self.fd, syscall.buffer(self._keys.encode(key)),
                                    syscall.buffer(self._encode_value(value)), flags)
        if error == errno.ENOENT or (error == errno.E2BIG and self.type in _ARRAYS):
            raise KeyError(key)
        if error:
            raise self._error(Command.BPF_MAP_UPDATE_ELEM, error, key)

    def __delitem__(self, key: Any) -> None:
        error = syscall.map_element(Command.BPF_MAP_DELETE_ELEM, self.fd, syscall.buffer(self._keys.encode(key)), None)
        if error == errno.ENOENT:
            raise KeyError(key)
        if error:
            raise self._error(Command.BPF_MAP_DELETE_ELEM, error, key)

    def __contains__(self, key: object) -> bool:
        try:
            return self._lookup(self._keys.encode(key)) is not None
        except CodecContextError:
            return False  # what cannot be a key is not in the map

    # All of them

    def __iter__(self) -> Iterator[Any]:
        for key, _ in self._raw_items(with_values=False):
            yield self._keys.decode(key)

    def __len__(self) -> int:
        return sum(1 for _ in self._raw_items(with_values=False))

    def items(self) -> Any:
        """Keys and values, read in batches; a `list` makes a snapshot of them."""
        return _Items(self)

    def values(self) -> Any:
        """The values, read in batches."""
        return _Values(self)

    def update(self, other: Any = (), /, **keywords: Any) -> None:
        """Write many elements, in batches where the kernel has them."""
        pairs = list(other.items() if hasattr(other, "items") else other) + list(keywords.items())
        encoded = [(self._keys.encode(key), self._encode_value(value)) for key, value in pairs]
        done = 0
        while done < len(encoded):
            chunk = encoded[done : done + BATCH]
            keys, values = (syscall.buffer(b"".join(column)) for column in zip(*chunk, strict=True))
            error, count = syscall.map_batch(Command.BPF_MAP_UPDATE_BATCH, self.fd, None, None, keys, values,
                                             len(chunk))
            if error in _NO_BATCH:
                for key, value in pairs[done:]:
                    self.store(key, value)
                return
            if error:
                raise self._error(Command.BPF_MAP_UPDATE_ELEM, error, pairs[min(done + count, len(pairs) - 1)][0])
            done += len(chunk)

    def clear(self) -> None:
        """Remove every element that is there now, in batches where the kernel has them."""
        keys = [key for key, _ in self._raw_items(with_values=False)]
        for start in range(0, len(keys), BATCH):
            chunk = keys[start : start + BATCH]
            error, _ = syscall.map_batch(Command.BPF_MAP_DELETE_BATCH, self.fd, None, None,
                                         syscall.buffer(b"".join(chunk)), None, len(chunk))
            if error in (*_NO_BATCH, errno.ENOENT):  # ENOENT: one of them is gone, the others are still to be deleted
                self._delete_each(chunk)
            elif error:
                raise self._error(Command.BPF_MAP_DELETE_BATCH, error)

    def _delete_each(self, keys: list[bytes]) -> None:
        for key in keys:
            error = syscall.map_element(Command.BPF_MAP_DELETE_ELEM, self.fd, syscall.buffer(key), None)
            if error not in (0, errno.ENOENT):
                raise self._error(Command.BPF_MAP_DELETE_ELEM, error)

    # Bytes

    def _stride(self) -> int:
        """Bytes of one element's value in a system call."""
        return self.value_size

    def _decode_value(self, data: bytes | memoryview) -> Any:
        return self._values.decode(data)

    def _encode_value(self, value: Any) -> bytes:
        return self._values.encode(value)

    def _lookup(self, key: bytes) -> bytes | None:
        value = syscall.buffer(self._stride())
        error = syscall.map_element(Command.BPF_MAP_LOOKUP_ELEM, self.fd, syscall.buffer(key), value)
        if error == errno.ENOENT:
            return None
        if error:
            raise self._error(Command.BPF_MAP_LOOKUP_ELEM, error)
        return value.raw

    def _raw_items(self, *, with_values: bool = True) -> Iterator[tuple[bytes, bytes]]:
        size = max(min(self.max_entries, BATCH), _SMALLEST_BATCH)
        token: Any = None
        key_size, stride = self.key_size, self._stride()
        started = False
        while True:
            keys, values = syscall.buffer(key_size * size), syscall.buffer(stride * size)
            after = syscall.buffer(max(key_size, 4))
            error, count = syscall.map_batch(Command.BPF_MAP_LOOKUP_BATCH, self.fd, token, after, keys, values, size)
            if error in _NO_BATCH and not started:
                yield from self._items_by_key(with_values)
                return
            if error == errno.ENOSPC:
                size *= 2  # a bucket of the hash table holds more than fits
                continue
            if error not in (0, errno.ENOENT):
                raise self._error(Command.BPF_MAP_LOOKUP_BATCH, error)
            started = True
            all_keys, all_values = keys.raw, values.raw
            for index in range(count):
                yield (all_keys[index * key_size : (index + 1) * key_size],
                       all_values[index * stride : (index + 1) * stride])
            if error == errno.ENOENT:
                return
            token = after

    def _items_by_key(self, with_values: bool) -> Iterator[tuple[bytes, bytes]]:
        """GET_NEXT_KEY from key to key.

        The kernel starts over when the key it is asked about has been deleted. Keys that were seen are
        skipped then; if nothing new turns up in a whole round, everything has been seen.
        """
        seen: set[bytes] = set()
        key: bytes | None = None
        stale = 0
        while stale <= self.max_entries:
            following = syscall.buffer(self.key_size)
            error = syscall.map_element(Command.BPF_MAP_GET_NEXT_KEY, self.fd,
                                        syscall.buffer(key) if key is not None else None, following)
            if error == errno.ENOENT:
                return
            if error:
                raise self._error(Command.BPF_MAP_GET_NEXT_KEY, error)
            key = following.raw
            if key in seen:
                stale += 1
                continue
            seen.add(key)
            stale = 0
            value = self._lookup(key) if with_values else b""
            if value is not None:
                yield key, value


class _Items:
    """What `TypedMap.items()` gives: iterable as often as wanted, each time read anew."""

    def __init__(self, map_: TypedMap) -> None:
        self._map = map_

    def __iter__(self) -> Iterator[Any]:
        map_ = self._map
        for key, value in map_._raw_items():
            yield self._pick(map_._keys.decode(key), map_._decode_value(value))

    def __len__(self) -> int:
        return len(self._map)

    def _pick(self, key: Any, value: Any) -> Any:
        return key, value


class _Values(_Items):
    def _pick(self, key: Any, value: Any) -> Any:
        return value


class HashMap(TypedMap):
    """BPF_MAP_TYPE_HASH, LRU_HASH and LPM_TRIE."""


class ArrayMap(TypedMap):
    """BPF_MAP_TYPE_ARRAY: keys are the indexes below `max_entries`, every one of which always has a value."""

    def __len__(self) -> int:
        return self.max_entries

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.max_entries))

    def __contains__(self, key: object) -> bool:
        return isinstance(key, int) and 0 <= key < self.max_entries

    def __delitem__(self, key: Any) -> None:
        raise MapOperationError(f"map {self.name}: elements of an array cannot be deleted",
                                help="store a zero value instead")

    def clear(self) -> None:
        """Arrays cannot be emptied."""
        raise MapOperationError(f"map {self.name}: an array cannot be emptied", help="store zero values instead")


class _PerCpu(TypedMap):
    """A value for each possible CPU."""

    per_cpu = True

    def _stride(self) -> int:
        return _round8(self.value_size) * possible_cpus()

    def _decode_value(self, data: bytes | memoryview) -> list[Any]:
        step, size = _round8(self.value_size), self.value_size
        return [self._values.decode(bytes(data[at : at + size])) for at in range(0, len(data), step)]

    def _encode_value(self, value: Any) -> bytes:
        count = possible_cpus()
        if not isinstance(value, (list, tuple)) or len(value) != count:
            raise CodecContextError(f"value of map {self.name}: a list of {count} values is wanted, one per possible "
                                    f"CPU, not {value!r}")
        step = _round8(self.value_size)
        return b"".join(self._values.encode(item).ljust(step, b"\0") for item in value)


class PerCpuHashMap(_PerCpu, HashMap):
    """BPF_MAP_TYPE_PERCPU_HASH and LRU_PERCPU_HASH."""


class PerCpuArray(_PerCpu, ArrayMap):
    """BPF_MAP_TYPE_PERCPU_ARRAY."""


class Queue(Map):
    """BPF_MAP_TYPE_QUEUE and STACK."""

    def push(self, value: Any, flags: int = BPF_ANY) -> None:
        """Append a value; with BPF_EXIST the oldest one makes room.

        Raises:
            MapError: E2BIG: the map is full.
        """
        data = syscall.buffer(self._values.encode(value))
        error = syscall.map_element(Command.BPF_MAP_UPDATE_ELEM, self.fd, None, data, flags)
        if error:
            raise self._error(Command.BPF_MAP_UPDATE_ELEM, error)

    def pop(self) -> Any:
        """Take the next value; None when there is none."""
        return self._take(Command.BPF_MAP_LOOKUP_AND_DELETE_ELEM)

    def peek(self) -> Any:
        """The next value, left in place; None when there is none."""
        return self._take(Command.BPF_MAP_LOOKUP_ELEM)

    def _take(self, command: Command) -> Any:
        value = syscall.buffer(self.value_size)
        error = syscall.map_element(command, self.fd, None, value)
        if error == errno.ENOENT:
            return None
        if error:
            raise self._error(command, error)
        return self._values.decode(value.raw)


class DescriptorMap(Map):
    """A map whose values are programs or maps: PROG_ARRAY, ARRAY_OF_MAPS, HASH_OF_MAPS.

    Assign a `Program`, a `Map`, or a descriptor. Reading gives the kernel's id of what is there.
    """

    def __setitem__(self, key: Any, value: Any) -> None:
        descriptor = value if isinstance(value, int) else value.fileno()
        error = syscall.map_element(Command.BPF_MAP_UPDATE_ELEM, self.fd, syscall.buffer(self._keys.encode(key)),
                                    syscall.buffer(descriptor.to_bytes(4, "little")))
        if error:
            raise self._error(Command.BPF_MAP_UPDATE_ELEM, error, key)

    def __getitem__(self, key: Any) -> int:
        value = syscall.buffer(4)
        error = syscall.map_element(Command.BPF_MAP_LOOKUP_ELEM, self.fd, syscall.buffer(self._keys.encode(key)), value)
        if error == errno.ENOENT:
            raise KeyError(key)
        if error:
            raise self._error(Command.BPF_MAP_LOOKUP_ELEM, error, key)
        return int.from_bytes(value.raw, "little")

    def __delitem__(self, key: Any) -> None:
        error = syscall.map_element(Command.BPF_MAP_DELETE_ELEM, self.fd, syscall.buffer(self._keys.encode(key)), None)
        if error == errno.ENOENT:
            raise KeyError(key)
        if error:
            raise self._error(Command.BPF_MAP_DELETE_ELEM, error, key)


class EventBuffer(Map):
    """BPF_MAP_TYPE_RINGBUF and PERF_EVENT_ARRAY: what programs send to user space."""

    def events(self, *, type: Any = None, timeout: float | None = None, pages: int = 64,
               wakeup_bytes: int = 0) -> Events:
        """The records as they come.

        Args:
            type: of a record, instead of what the object says: a struct class, or `bytes`.
            timeout: seconds to wait for the next record before a loop ends; None to wait for ever.
            pages: of a perf buffer on each CPU, a power of two.
            wakeup_bytes: how many bytes must wait in a perf buffer before a waiting reader is woken; 0: each record.

        Raises:
            BufferInUseError: the buffer is being read in this process.
        """
        from .events import open_events, record_layout

        layout = record_layout(type, self.spec.record_type)
        return open_events([(self, layout)], timeout=timeout, pages=pages, wakeup_bytes=wakeup_bytes)


class UserRingBuffer(Map):
    """BPF_MAP_TYPE_USER_RINGBUF: what user space sends to programs, which call bpf_user_ringbuf_drain()."""

    def writer(self, *, type: Any = None) -> UserRingWriter:
        """Write records: `with m.writer() as writer: writer.send(value)`.

        Args:
            type: of a record, instead of what the object says: a struct class, or `bytes`.

        Raises:
            BufferInUseError: this process has a writer already.
        """
        from .events import UserRingWriter, record_layout

        return UserRingWriter(self, record_layout(type, self.spec.record_type))


def view(descriptor: Descriptor, spec: MapSpec) -> Map:
    """The view that fits a map's type."""
    chosen: type[Map] = Map
    if spec.type in _HASHES:
        chosen = PerCpuHashMap if spec.type in PER_CPU else HashMap
    elif spec.type in _ARRAYS:
        chosen = PerCpuArray if spec.type in PER_CPU else ArrayMap
    elif spec.type in _QUEUES:
        chosen = Queue
    elif spec.type in _FD_ARRAYS:
        chosen = DescriptorMap
    elif spec.type in _EVENT_BUFFERS:
        chosen = EventBuffer
    elif spec.type is MapType.BPF_MAP_TYPE_USER_RINGBUF:
        chosen = UserRingBuffer
    return chosen(descriptor, spec)


def _round8(size: int) -> int:
    return (size + 7) // 8 * 8


__all__ = ["BPF_ANY", "BPF_EXIST", "BPF_NOEXIST", "ArrayMap", "DescriptorMap", "HashMap", "Map", "PerCpuArray",
           "PerCpuHashMap", "Queue", "TypedMap", "view"]
