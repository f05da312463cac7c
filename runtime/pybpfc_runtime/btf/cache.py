"""A small file store in the user's cache directory, for what can be computed anew at any time.

Nothing in it is trusted: an entry counts only if it belongs to this user, nobody else may write it, and its
checksum is right. It is written whole or not at all; where it cannot be written, everything works without it.

Source: the XDG Base Directory specification for the place.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import zlib
from contextlib import suppress

MAX_ENTRY = 64 << 20  # bytes
_MOST_ENTRIES = 16
_VERSION = b"pybpfc 3 " + sys.byteorder[:1].encode() + b" \n"
_HEAD = 16  # bytes, a multiple of 8 so that numbers behind it are aligned
_SAMPLE = 1024  # bytes
_SAMPLES = 64
_NOTES = "/sys/kernel/notes"  # holds the build id of the running kernel


def folder() -> str | None:
    """The cache directory, made where it is missing; None where there is no place for it."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # the specification says to ignore relative paths
        base = os.path.join(os.path.expanduser("~"), ".cache")
    path = os.path.join(base, "pybpfc")
    try:
        os.makedirs(path, mode=0o700, exist_ok=True)
        info = os.stat(path)
    except OSError:
        return None
    return path if info.st_uid == os.geteuid() and not info.st_mode & (stat.S_IWGRP | stat.S_IWOTH) else None


def key(path: str, *parts: bytes | memoryview) -> str:
    """A name for what was computed from a file.

    Args:
        path: the file; its modification time counts, or for files of /sys, whose times mean nothing, the
            running kernel's build id.
        parts: its contents; the length of each, and samples from all over it, go into the name.
    """
    digest = hashlib.sha256(_VERSION)
    try:
        if path.startswith("/sys/"):
            with open(_NOTES, "rb") as notes:
                digest.update(notes.read(4096))
        else:
            info = os.stat(path)
            digest.update(f"{os.path.abspath(path)} {info.st_size} {info.st_mtime_ns} {info.st_ino}".encode())
    except OSError:
        pass  # without it the samples alone decide
    for part in parts:
        step = max(_SAMPLE, len(part) // _SAMPLES)
        digest.update(f"{len(part)} ".encode())
        for at in range(0, len(part), step):
            digest.update(part[at : at + _SAMPLE])
        digest.update(part[-_SAMPLE:])
    return digest.hexdigest()[:32]


def read(name: str) -> memoryview | None:
    """The entry of that name, aligned to 8 bytes; None where there is none, or one that cannot be trusted."""
    directory = folder()
    if directory is None:
        return None
    try:
        descriptor = os.open(os.path.join(directory, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    with open(descriptor, "rb") as file:
        info = os.fstat(descriptor)
        if (not stat.S_ISREG(info.st_mode) or info.st_uid != os.geteuid() or info.st_size > MAX_ENTRY
                or info.st_mode & (stat.S_IWGRP | stat.S_IWOTH)):
            return None
        data = memoryview(file.read())
    head, body = data[:_HEAD], data[_HEAD:]
    return body if head == _VERSION + zlib.crc32(body).to_bytes(4, "little") else None


def write(name: str, body: bytes) -> None:
    """Store an entry, where that is possible."""
    directory = folder()
    if directory is None:
        return
    partial = os.path.join(directory, f".{name}.{os.getpid()}")
    with suppress(OSError):
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with open(descriptor, "wb") as file:
                file.write(_VERSION + zlib.crc32(body).to_bytes(4, "little") + body)
            os.replace(partial, os.path.join(directory, name))
            _drop_oldest(directory)
        except OSError:
            with suppress(OSError):
                os.unlink(partial)


def _drop_oldest(directory: str) -> None:
    entries = sorted(os.scandir(directory), key=lambda found: found.stat(follow_symlinks=False).st_mtime_ns)
    for old in entries[:-_MOST_ENTRIES]:
        with suppress(OSError):
            os.unlink(old.path)
