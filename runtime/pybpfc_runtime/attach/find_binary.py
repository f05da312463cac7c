"""Where a binary or a library is, by its name.

Source: ld.so(8), ldconfig(8); the format of /etc/ld.so.cache is `struct cache_file_new` of glibc.
"""

from __future__ import annotations

import os
import struct

from ..errors import AttachError
from .binary import runs_here

CACHE = "/etc/ld.so.cache"
_MAGIC = b"glibc-ld.so.cache1.1"
_HEADER, _ENTRY = 48, struct.Struct("=iIIIQ")  # flags, name, path, version, capabilities of the processor
_LIBRARIES = ("/usr/local/lib", "/lib64", "/usr/lib64", "/lib", "/usr/lib")
_BINARIES = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


def find_binary(name: str, program: str) -> str:
    """The path of a binary or a library.

    Args:
        name: a path, or a name that is looked up: one with `.so` in it where the dynamic linker looks (LD_LIBRARY_PATH,
            its cache, the folders of libraries), any other in PATH.
        program: for the message.

    Raises:
        AttachError: there is none.
    """
    if "/" in name:
        if os.path.isfile(name):
            return os.path.abspath(name)
        raise AttachError(f"program {program}: there is no file {name}", help="give the path of a binary or a library")
    is_library = ".so" in name
    if is_library:
        machine = f"{os.uname().machine}-linux-gnu"
        places = [os.path.join(folder, name) for folder in os.environ.get("LD_LIBRARY_PATH", "").split(":") if folder]
        places += cached_libraries(name)
        places += [os.path.join(folder, part, name) for folder in _LIBRARIES for part in (machine, "")]
    else:
        folders = [*os.environ.get("PATH", "").split(":"), *_BINARIES]
        places = [os.path.join(folder, name) for folder in folders if folder]
    found = [place for place in places if os.path.isfile(place)]
    # One of this processor where there are several: a machine may have libraries of 32 bits, too.
    chosen = next(filter(runs_here, found), None) or next(iter(found), None)
    if chosen is not None:
        return chosen
    raise AttachError(f"program {program}: {name} is not in {'the library folders' if is_library else 'PATH'}",
                      help="give its whole path")


def cached_libraries(name: str) -> list[str]:
    """The paths that the dynamic linker's cache has for a library; none where there is no such cache."""
    try:
        with open(CACHE, "rb") as file:
            data = file.read()
    except OSError:
        return []
    start = data.find(_MAGIC)  # an older table may come before it
    if start < 0 or len(data) < start + _HEADER:
        return []
    (count,) = struct.unpack_from("=I", data, start + 20)
    count = min(count, (len(data) - start - _HEADER) // _ENTRY.size)
    found = []
    for _, key, value, _, _ in _ENTRY.iter_unpack(data[start + _HEADER : start + _HEADER + count * _ENTRY.size]):
        if data.startswith(name.encode() + b"\0", start + key):
            path = data[start + value : data.find(b"\0", start + value)]
            found.append(path.decode("utf-8", "replace"))
    return found
