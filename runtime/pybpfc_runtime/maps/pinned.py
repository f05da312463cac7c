"""Maps that live under a name in a bpf file system."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

from .. import syscall
from ..descriptor import OwnedDescriptor
from ..errors import MapError, UnsupportedFeature
from ..spec import MapSpec
from ..uapi import Command, MapType
from .base import is_map

if TYPE_CHECKING:
    from .base import Map


def open_pinned(path: str | os.PathLike[str], *, key_type: Any = None, value_type: Any = None,
                read_only: bool = False) -> Map:
    """Open a pinned map, whoever made it.

    Args:
        key_type, value_type: struct classes or other annotations; without them the types that the map was made with.
        read_only: ask for a descriptor that cannot write (BPF_F_RDONLY).

    Returns:
        A view of it, for the caller to close.

    Raises:
        MapError: ENOENT: there is no such name; EINVAL, EPERM: it is no map, or may not be opened.
    """
    path = os.fspath(path)
    fd, error = syscall.obj_get(path, _BPF_F_RDONLY if read_only else 0)
    if error:
        raise syscall.failure(Command.BPF_OBJ_GET, error, f"opening the map pinned at {path}", MapError)
    descriptor = OwnedDescriptor(fd, f"map {os.path.basename(path)}")
    try:
        return _view(descriptor, path, key_type, value_type)
    except BaseException:
        descriptor.close()
        raise


_BPF_F_RDONLY = 1 << 3


def _view(descriptor: OwnedDescriptor, path: str, key_type: Any, value_type: Any) -> Map:
    from .. import system
    from ..btf.convert import TypeConverter
    from ..events import record_layout
    from . import view

    if not is_map(descriptor.fd):
        raise MapError(Command.BPF_OBJ_GET.name, errno.EINVAL, f"{path} is no map")
    info = syscall.map_info(descriptor.fd)
    try:
        map_type = MapType(info.type)
    except ValueError:
        raise UnsupportedFeature(f"the map pinned at {path} is of type {info.type}, which this loader does not "
                                 "know") from None
    typed = info.btf_id and (info.btf_key_type_id or info.btf_value_type_id)
    converter = TypeConverter(system.btf(info.btf_id)) if typed else None
    spec = MapSpec(info.name or os.path.basename(path), map_type, key_size=info.key_size, value_size=info.value_size,
                   max_entries=info.max_entries, map_flags=info.map_flags, converter=converter)
    spec.key_type_id, spec.value_type_id = info.btf_key_type_id, info.btf_value_type_id
    spec.declared_key = record_layout(key_type, None)
    spec.declared_value = record_layout(value_type, None)
    return view(descriptor, spec)
