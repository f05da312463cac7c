"""What every map has: a descriptor, properties, a name in a bpf file system."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from .. import syscall
from ..codec import Codec, PrefixCodec, TextKeyCodec
from ..descriptor import Single
from ..errors import MapError
from ..layout import StringType, element_of
from ..uapi import Command, MapType

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from ..descriptor import Descriptor
    from ..layout import AnyType
    from ..spec import MapSpec


# Maps whose keys are indexes below max_entries: they are never full.
INDEXED = frozenset(MapType[f"BPF_MAP_TYPE_{name}"] for name in (
    "ARRAY", "PERCPU_ARRAY", "PROG_ARRAY", "PERF_EVENT_ARRAY", "CGROUP_ARRAY", "ARRAY_OF_MAPS", "DEVMAP", "CPUMAP",
    "XSKMAP", "SOCKMAP", "REUSEPORT_SOCKARRAY"))
_HELP = {
    (Command.BPF_MAP_FREEZE, errno.EBUSY): "it is mapped writable, or frozen already: close what memory() gave first",
    (Command.BPF_MAP_UPDATE_ELEM, errno.EINVAL): "the kernel takes no such flags or value for this type of map",
    (Command.BPF_MAP_LOOKUP_ELEM, errno.EINVAL): "BPF_F_LOCK needs a spin lock in the value",
}


class Map(Single):
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
        self._keys = self._key_codec()(f"key of map {self.name}", self.key_type, self.key_size)
        self._values = Codec(f"value of map {self.name}", self.value_type, self.value_size)

    def _key_codec(self) -> type[Codec]:
        if self.type is MapType.BPF_MAP_TYPE_LPM_TRIE:
            return PrefixCodec
        return TextKeyCodec if self.key_type and isinstance(element_of(self.key_type), StringType) else Codec

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

    def close(self) -> None:
        """Give the descriptor up: for maps that `open_pinned()` or a map of maps gave; an object closes its own.
        Harmless twice."""
        self.descriptor.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def info(self) -> syscall.MapInfo:
        """What the kernel knows about the map."""
        return syscall.map_info(self.fd)

    def pin(self, path: str | os.PathLike[str]) -> None:
        """Give the map a name in a bpf file system, so that it outlives this process.

        Raises:
            MapError: EEXIST, or the folder is not in a bpf file system (EPERM, EINVAL).
        """
        syscall.pin(self.fd, path, f"map {self.name}", MapError)

    def unpin(self, path: str | os.PathLike[str]) -> None:
        """Take a name away that `pin()` gave, after looking that it is this map's.

        Raises:
            MapError: ENOENT; EEXIST: something else has this name.
        """
        _ = self.fd  # raises where the object is closed
        path = os.fspath(path)
        fd, error = syscall.obj_get(path)
        if error:
            raise syscall.failure(Command.BPF_OBJ_GET, error, f"map {self.name} pinned at {path}", MapError)
        try:
            same = self._is(fd)
        finally:
            os.close(fd)
        if not same:
            raise MapError(Command.BPF_OBJ_GET.name, errno.EEXIST, f"{path} is not map {self.name}",
                           help="remove the file itself if that is meant")
        os.unlink(path)

    def freeze(self) -> None:
        """Forbid user space to write to the map from now on; programs still may (5.2).

        Raises:
            MapError: EBUSY: it is mapped writable, or frozen already.
        """
        error = syscall.map_freeze(self.fd)
        if error:
            raise self._error(Command.BPF_MAP_FREEZE, error)

    def with_types(self, key_type: AnyType | None, value_type: AnyType | None) -> Map:
        """Another view of the same map that encodes with these layouts."""
        return type(self)(self.descriptor, self.spec, key_type, value_type)

    def _is(self, fd: int) -> bool:
        """Whether a descriptor of any BPF object is this map's."""
        return is_map(fd) and syscall.map_info(fd) == self.info()

    def _error(self, command: Command, error: int, key: object = None) -> Exception:
        doing = f"map {self.name}" + (f", key {key!r}" if key is not None else "")
        if error == errno.EPERM and self._frozen():
            return MapError(command.name, error, f"{doing}: the map is frozen", help="programs alone can write to it")
        made = syscall.failure(command, error, doing, MapError)
        if error == errno.E2BIG and command is Command.BPF_MAP_UPDATE_ELEM:
            made.help = (f"an index of this map is 0 to {self.max_entries - 1}: it was declared with max_entries="
                         f"{self.max_entries}" if self.type in INDEXED else
                         f"the map is full: it was declared with max_entries={self.max_entries}")
        elif not made.help:
            made.help = self._what_fits(error) or _HELP.get((command, error), "")
        return made

    def _frozen(self) -> bool:
        """Whether user space may not write to the map any more, as /proc tells (fdinfo, 5.2)."""
        try:
            with open(f"/proc/self/fdinfo/{self.fd}", encoding="ascii") as file:
                return "frozen:\t1\n" in file.read()
        except OSError:
            return False

    def _what_fits(self, error: int) -> str:
        """What a value or an owner must be, where the kernel says that it is not."""
        return ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}: {self.type.name}, {self.max_entries} entries, {self.descriptor!r}>"


def is_map(fd: int) -> bool:
    """Whether a descriptor is a map's: the commands for information take those of programs and links too."""
    return os.readlink(f"/proc/self/fd/{fd}") == "anon_inode:bpf-map"
