"""Maps with keys and values as Python mappings.

Source: Documentation/bpf/map_hash.rst, map_array.rst, map_lpm_trie.rst; bpf(2); kernel/bpf/syscall.c for the batch
commands.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import ItemsView, Iterator, MutableMapping, ValuesView
from typing import TYPE_CHECKING, Any

from .. import syscall
from ..codec import checked_flags
from ..errors import ENOTSUPP, CodecContextError, MapError, MapOperationError
from ..features import possible_cpus, tries_know_noexist
from ..uapi import BPF_ANY, BPF_F_LOCK, BPF_NOEXIST, Command, MapType
from .base import Map
from .percpu import PerCpuValues, stride

if TYPE_CHECKING:
    from .memory import MappedArray

ARRAYS = frozenset({MapType.BPF_MAP_TYPE_ARRAY, MapType.BPF_MAP_TYPE_PERCPU_ARRAY})
_ADD_ONLY = frozenset(MapType[f"BPF_MAP_TYPE_{name}"] for name in (
    "HASH", "LRU_HASH", "PERCPU_HASH", "LRU_PERCPU_HASH", "LPM_TRIE"))  # that take BPF_NOEXIST
_UNKNOWN = (errno.EINVAL, errno.EOPNOTSUPP, ENOTSUPP)  # the kernel has no such command for this type of map
_BATCH_BYTES = 1 << 18  # of keys and values, a system call
_SMALLEST_BATCH, _LARGEST_BATCH = 64, 1 << 14  # elements a system call
_RETRIES = 100  # of a batch that lost a race for its first element
_ABSENT: Any = object()

Chunk = tuple[bytes, bytes]  # keys one behind the other, and their values


class TypedMap(Map, MutableMapping[Any, Any]):
    """A map with keys and values as a `MutableMapping`.

    Iteration asks the kernel for batches and falls back to key by key. It sees each entry that is there
    throughout; one that is added or removed meanwhile may or may not appear, as in the kernel. It always ends.
    """

    __hash__ = object.__hash__  # a map is a place, not a value

    def __eq__(self, other: object) -> bool:
        return self is other

    # One element

    def __getitem__(self, key: Any) -> Any:
        return self.lookup(key)

    def lookup(self, key: Any, flags: int = 0) -> Any:
        """The value of a key; as `m[key]`, with flags.

        Args:
            flags: BPF_F_LOCK to read a value that has a spin lock while nobody else writes it.

        Raises:
            KeyError: it is absent.
            MapError: EINVAL: BPF_F_LOCK without a spin lock in the value.
        """
        data = self._lookup(self._keys.encode(key), checked_flags(flags, f"map {self.name}") if flags else 0)
        if data is None:
            raise KeyError(key)
        return self._decode_value(data)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.store(key, value)

    def store(self, key: Any, value: Any, flags: int = BPF_ANY) -> None:
        """Write an element.

        Args:
            flags: BPF_ANY, BPF_NOEXIST (only add) or BPF_EXIST (only replace); with BPF_F_LOCK under the value's spin
                lock.

        Raises:
            KeyError: BPF_EXIST and the key is absent; an index beyond the array.
            MapError: EEXIST with BPF_NOEXIST; E2BIG: the map is full.
        """
        if flags:
            checked_flags(flags, f"map {self.name}")
        error = syscall.map_element(Command.BPF_MAP_UPDATE_ELEM, self.fd, self._keys.encode(key),
                                    self._encode_value(value), flags)
        if error == errno.ENOENT or (error == errno.E2BIG and self.type in ARRAYS):
            raise KeyError(key)
        if error:
            raise self._error(Command.BPF_MAP_UPDATE_ELEM, error, key)

    def __delitem__(self, key: Any) -> None:
        error = syscall.map_element(Command.BPF_MAP_DELETE_ELEM, self.fd, self._keys.encode(key), None)
        if error == errno.ENOENT:
            raise KeyError(key)
        if error:
            raise self._error(Command.BPF_MAP_DELETE_ELEM, error, key)

    def lookup_and_delete(self, key: Any) -> Any:
        """Take an element out, so that no update between the two is lost (5.14).

        Raises:
            KeyError: it is absent.
            MapOperationError: this type of map, or the kernel, cannot do it in one step.
        """
        value = syscall.buffer(self._stride())
        error = syscall.map_element(Command.BPF_MAP_LOOKUP_AND_DELETE_ELEM, self.fd,
                                    self._keys.encode(key), value)
        if error == errno.ENOENT:
            raise KeyError(key)
        if error in _UNKNOWN:
            raise MapOperationError(f"map {self.name}: this kernel has no lookup_and_delete for a {self.type.name}",
                                    help="look up and delete; what is written in between is lost")
        if error:
            raise self._error(Command.BPF_MAP_LOOKUP_AND_DELETE_ELEM, error, key)
        return self._decode_value(value.raw)

    def pop(self, key: Any, default: Any = _ABSENT) -> Any:
        """Take an element out: in one step where the kernel can, else in two."""
        try:
            try:
                return self.lookup_and_delete(key)
            except MapOperationError:
                value = self[key]
                del self[key]
                return value
        except KeyError:
            if default is _ABSENT:
                raise
            return default

    def __contains__(self, key: object) -> bool:
        try:
            return self._lookup(self._keys.encode(key)) is not None
        except CodecContextError:
            return False  # what cannot be a key is not in the map

    # All of them

    def __iter__(self) -> Iterator[Any]:
        for keys, _ in self._chunks(with_values=False):
            yield from self._keys.decode_many(keys)

    def __len__(self) -> int:
        return sum(len(keys) for keys, _ in self._chunks(with_values=False)) // self.key_size

    def items(self) -> ItemsView[Any, Any]:
        """Keys and values, read in batches; a `list` or `dict` of them is a snapshot."""
        return _Items(self)

    def values(self) -> ValuesView[Any]:
        """The values, read in batches."""
        return _Values(self)

    def update(self, other: Any = (), /, **keywords: Any) -> None:
        """Write many elements, in batches where the kernel has them (5.6)."""
        self.store_many(other, **keywords)

    def store_many(self, other: Any = (), /, flags: int = BPF_ANY, **keywords: Any) -> None:
        """`update()` with the flags of `store()` for every element.

        Raises:
            CodecContextError: before anything is written.
            MapError: E2BIG: the map is full; the elements before the one that is named have been written.
        """
        checked_flags(flags, f"map {self.name}")
        pairs = self._pairs(other) + list(keywords.items())
        if not pairs:
            return
        all_keys = self._keys.encode_many([key for key, _ in pairs])
        all_values = self._encode_values([value for _, value in pairs])
        done = 0
        if not flags & ~BPF_F_LOCK:  # the other flags are not for batches
            done = self._store_batches(pairs, all_keys, all_values, flags)
        for key, value in pairs[done:]:
            self.store(key, value, flags)

    def _pairs(self, other: Any) -> list[tuple[Any, Any]]:
        try:
            return [(key, value) for key, value in (other.items() if hasattr(other, "items") else other)]
        except (TypeError, ValueError) as error:
            raise CodecContextError(f"map {self.name}: a mapping or pairs of keys and values are wanted ({error})") \
                from error

    def _store_batches(self, pairs: list[tuple[Any, Any]], keys: bytes, values: bytes, flags: int) -> int:
        """How many were stored: all, or none where the kernel has no batches for this map."""
        key_size, step, size = self.key_size, self._stride(), self._batch_size()
        for done in range(0, len(pairs), size):
            count = min(size, len(pairs) - done)
            error, written = syscall.map_batch(
                Command.BPF_MAP_UPDATE_BATCH, self.fd, None, None,
                syscall.buffer(keys[done * key_size : (done + count) * key_size]),
                syscall.buffer(values[done * step : (done + count) * step]), count, flags)
            if error in _UNKNOWN:
                return done
            if error:
                raise self._error(Command.BPF_MAP_UPDATE_ELEM, error, pairs[min(done + written, len(pairs) - 1)][0])
        return len(pairs)

    def clear(self) -> None:
        """Remove every element that is there now, in batches where the kernel has them (5.6)."""
        for keys, _ in list(self._chunks(with_values=False)):
            count = len(keys) // self.key_size
            error, _ = syscall.map_batch(Command.BPF_MAP_DELETE_BATCH, self.fd, None, None, syscall.buffer(keys), None,
                                         count)
            if error in (*_UNKNOWN, errno.ENOENT):  # ENOENT: one of them is gone, the others are still to be deleted
                self._delete_each(keys)
            elif error:
                raise self._error(Command.BPF_MAP_DELETE_BATCH, error)

    def drain(self) -> Iterator[tuple[Any, Any]]:
        """Take out every element and give it: hash tables in batches (5.6), so that no update is lost; else one by one
        with `pop()`. What a batch took out and a loop that ends early did not see is gone."""
        for keys, values in self._chunks(with_values=True, command=Command.BPF_MAP_LOOKUP_AND_DELETE_BATCH):
            yield from zip(self._keys.decode_many(keys), self._decode_values(values), strict=True)

    def _delete_each(self, keys: bytes) -> None:
        for at in range(0, len(keys), self.key_size):
            error = syscall.map_element(Command.BPF_MAP_DELETE_ELEM, self.fd, keys[at : at + self.key_size], None)
            if error not in (0, errno.ENOENT):
                raise self._error(Command.BPF_MAP_DELETE_ELEM, error)

    # Bytes

    def _stride(self) -> int:
        """Bytes of one element's value in a system call."""
        return self.value_size

    def _batch_size(self) -> int:
        fitting = _BATCH_BYTES // max(self.key_size + self._stride(), 1)
        return max(min(self.max_entries, fitting, _LARGEST_BATCH), _SMALLEST_BATCH)

    def _decode_value(self, data: bytes) -> Any:
        return self._values.decode(data)

    def _decode_values(self, data: bytes) -> list[Any]:
        return self._values.decode_many(data)

    def _encode_value(self, value: Any) -> bytes:
        return self._values.encode(value)

    def _encode_values(self, values: list[Any]) -> bytes:
        return self._values.encode_many(values)

    def _lookup(self, key: bytes, flags: int = 0) -> bytes | None:
        value = syscall.buffer(self._stride())
        error = syscall.map_element(Command.BPF_MAP_LOOKUP_ELEM, self.fd, key, value, flags)
        if error == errno.ENOENT:
            return None
        if error:
            raise self._error(Command.BPF_MAP_LOOKUP_ELEM, error)
        return value.raw

    def _chunks(self, *, with_values: bool, command: Command = Command.BPF_MAP_LOOKUP_BATCH) -> Iterator[Chunk]:
        """All elements, many at a time."""
        size = self._batch_size()
        token: Any = None
        key_size, step = self.key_size, self._stride()
        started = False
        retries = 0
        while True:
            keys, values = syscall.buffer(key_size * size), syscall.buffer(step * size)
            after = syscall.buffer(max(key_size, 4))
            error, count = syscall.map_batch(command, self.fd, token, after, keys, values, size)
            if error in _UNKNOWN and not started:
                yield from self._chunks_by_key(with_values or command != Command.BPF_MAP_LOOKUP_BATCH,
                                               take=command != Command.BPF_MAP_LOOKUP_BATCH)
                return
            if error == errno.ENOSPC and size <= self.max_entries:
                size *= 2  # a bucket of the hash table holds more than fits
                continue
            if error == errno.EINTR and retries < _RETRIES:  # an element vanished while it was read
                retries += 1
            elif error not in (0, errno.ENOENT):
                raise self._error(command, error)
            started = True
            if count:
                yield keys.raw[: count * key_size], values.raw[: count * step]
                token = after
            elif error == 0:
                token = after
            if error == errno.ENOENT:
                return

    def _chunks_by_key(self, with_values: bool, *, take: bool = False) -> Iterator[Chunk]:
        """GET_NEXT_KEY from key to key.

        The kernel starts over when the key it is asked about has been deleted. Keys that were seen are
        skipped then; if nothing new turns up in a whole round, everything has been seen. Where others add new keys as
        fast as they delete old ones there would be no end: after as many steps as the map can hold keys several times
        over, what was there at the beginning has been seen or deleted.
        """
        seen: set[bytes] = set()
        key: bytes | None = None
        stale = 0
        for _ in range(4 * self.max_entries + _SMALLEST_BATCH):
            if stale > self.max_entries:
                return
            following = syscall.buffer(self.key_size)
            error = syscall.map_element(Command.BPF_MAP_GET_NEXT_KEY, self.fd,
                                        key, following)
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
            value = self._lookup(key) if with_values or self._sparse else b""
            if value is not None:
                if take:
                    self._delete_each(key)
                yield key, value

    _sparse = False  # whether GET_NEXT_KEY names slots that hold nothing


class _Items(ItemsView[Any, Any]):
    """What `TypedMap.items()` gives: iterable as often as wanted, each time read anew."""

    _mapping: TypedMap

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        map_ = self._mapping
        for keys, values in map_._chunks(with_values=True):
            yield from zip(map_._keys.decode_many(keys), map_._decode_values(values), strict=True)


class _Values(ValuesView[Any]):
    _mapping: TypedMap

    def __iter__(self) -> Iterator[Any]:
        for _, values in self._mapping._chunks(with_values=True):
            yield from self._mapping._decode_values(values)


class HashMap(TypedMap):
    """BPF_MAP_TYPE_HASH, LRU_HASH, LPM_TRIE and CGROUP_STORAGE.

    The keys of a trie are prefixes. `m[key]`, `get()` and `in` ask for the longest one that matches; storing, deleting,
    `setdefault()` and iteration mean the prefix itself.
    """

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """The value of a key; where it is absent, `default`, which is stored unless another one was meanwhile."""
        is_trie = self.type is MapType.BPF_MAP_TYPE_LPM_TRIE
        if not is_trie and key in self:
            return super().setdefault(key, default)
        if is_trie and not tries_know_noexist() and self._has_prefix(self._keys.encode(key)):
            return self[key]
        try:
            self.store(key, default, BPF_NOEXIST if self.type in _ADD_ONLY else BPF_ANY)
        except MapError as error:
            if error.errno != errno.EEXIST:
                raise
            return self[key]
        return default

    def _has_prefix(self, key: bytes) -> bool:
        """Whether a trie has this very prefix, which no command of older kernels tells."""
        if self._lookup(key) is None:
            return False
        behind = 8 * (len(key) - 4) - int.from_bytes(key[:4], sys.byteorder)  # bits that do not count

        def prefix(data: bytes) -> tuple[bytes, int]:
            return data[:4], int.from_bytes(data[4:], "big") >> behind

        return any(prefix(keys[at : at + len(key)]) == prefix(key)
                   for keys, _ in self._chunks(with_values=False) for at in range(0, len(keys), len(key)))


class SparseArray(TypedMap):
    """BPF_MAP_TYPE_DEVMAP, DEVMAP_HASH, CPUMAP: a slot holds a value or nothing.

    The value of a DEVMAP is an interface's index, or `struct bpf_devmap_val`; that of a CPUMAP the size of the queue,
    or `struct bpf_cpumap_val`.
    """

    _sparse = True


class StackTraceMap(TypedMap):
    """BPF_MAP_TYPE_STACK_TRACE: addresses by the id that bpf_get_stackid() gave, innermost first."""

    def _decode_value(self, data: bytes) -> Any:
        found = self._values.decode(data)
        if self.value_type is None and not self.value_size % 8:
            addresses = memoryview(data).cast("Q").tolist()
            return tuple(addresses[: addresses.index(0)] if 0 in addresses else addresses)
        if isinstance(found, tuple) and found and isinstance(found[0], int):
            return found[: found.index(0)] if 0 in found else found
        return found

    def _decode_values(self, data: bytes) -> list[Any]:
        return [self._decode_value(data[at : at + self.value_size]) for at in range(0, len(data), self.value_size)]


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

    def pop(self, key: Any, default: Any = _ABSENT) -> Any:
        """Arrays keep their elements."""
        del self[key]

    def drain(self) -> Iterator[tuple[Any, Any]]:
        """Arrays keep their elements."""
        raise MapOperationError(f"map {self.name}: nothing can be taken out of an array", help="read it with items()")

    def clear(self) -> None:
        """Arrays cannot be emptied."""
        raise MapOperationError(f"map {self.name}: an array cannot be emptied", help="store zero values instead")

    def memory(self) -> MappedArray:
        """The array's memory itself, for an array with BPF_F_MMAPABLE (5.5): reading and writing without system calls.

        Raises:
            MapOperationError: it was declared without BPF_F_MMAPABLE.
        """
        from .memory import MappedArray

        return MappedArray(self)


class _PerCpu(TypedMap):
    """A value for each possible CPU, as a list whose `sum()` adds them up."""

    def _stride(self) -> int:
        return stride(self.value_size) * possible_cpus()

    def _decode_value(self, data: bytes) -> PerCpuValues:
        return PerCpuValues(self._values.decode_many(data, stride(self.value_size) - self.value_size))

    def _decode_values(self, data: bytes) -> list[Any]:
        count = possible_cpus()
        flat = self._values.decode_many(data, stride(self.value_size) - self.value_size)
        return [PerCpuValues(flat[at : at + count]) for at in range(0, len(flat), count)]

    def _encode_value(self, value: Any) -> bytes:
        count = possible_cpus()
        if not isinstance(value, (list, tuple)) or len(value) != count:
            raise CodecContextError(f"value of map {self.name}: a list of {count} values is wanted, one per possible "
                                    f"CPU, not {value!r}")
        step = stride(self.value_size)
        return b"".join(self._values.encode(item).ljust(step, b"\0") for item in value)

    def _encode_values(self, values: list[Any]) -> bytes:
        return b"".join(map(self._encode_value, values))


class PerCpuHashMap(_PerCpu, HashMap):
    """BPF_MAP_TYPE_PERCPU_HASH, LRU_PERCPU_HASH and PERCPU_CGROUP_STORAGE."""


class PerCpuArray(_PerCpu, ArrayMap):
    """BPF_MAP_TYPE_PERCPU_ARRAY."""
