"""Iterators: programs that the kernel calls for each task, map, file, ... when somebody reads the link.

    with bpf.programs["dump_tasks"].attach() as tasks:
        for line in tasks:
            print(line)

Source: Documentation/bpf/bpf_iterators.rst; `union bpf_iter_link_info` in include/uapi/linux/bpf.h.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, Any

from .. import syscall
from ..errors import AttachError, AttachRefused
from ..uapi import AttachType, Command
from .links import KernelLink, Link, refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

    from ..maps import Map
    from ..program import Program

# enum bpf_cgroup_iter_order
ORDERS = {"self": 1, "descendants_pre": 2, "descendants_post": 3, "ancestors_up": 4}
_READ = 1 << 16  # bytes


class IteratorLink(KernelLink):
    """An attached iterator. Each reading runs the program over everything anew."""

    def open(self) -> FileIO:
        """One run as a file of bytes, for the caller to close; the program runs as it is read.

        Raises:
            AttachRefused: the kernel cannot begin a run.
            ClosedError: the link was detached.
        """
        fd, error = syscall.iter_create(self.fd)
        if error:
            doing = f"reading {self.program} ({self.where})"
            raise syscall.failure(Command.BPF_ITER_CREATE, error, doing, AttachRefused)
        return open(fd, "rb", buffering=0)

    def read(self) -> bytes:
        """All that one run writes."""
        with self.open() as file:
            return b"".join(iter(lambda: file.read(_READ), b""))

    def text(self) -> str:
        """All that one run writes, as text."""
        return self.read().decode("utf-8", "replace")

    def __iter__(self) -> Iterator[str]:
        """The lines of one run, without their ends, as they come."""
        rest = b""
        with self.open() as file:
            while data := file.read(_READ):
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    yield line.decode("utf-8", "replace")
        if rest:
            yield rest.decode("utf-8", "replace")

    def records(self, type: Any) -> Iterator[Any]:
        """The records of one run, for programs that write with bpf_seq_write().

        Args:
            type: a `Struct` class, or another type of `pybpfc_runtime` such as `u64`.

        Raises:
            AttachError: the output does not end with a whole record.
        """
        from ..events import record_layout

        layout = record_layout(type, None)
        if layout is None:
            raise AttachError(f"{self.program}: records of which type?", help="a struct class or u64; read() is bytes")
        rest = b""
        with self.open() as file:
            while data := file.read(_READ):
                rest += data
                whole = len(rest) // layout.size * layout.size
                for at in range(0, whole, layout.size):
                    yield layout.decode(rest[at : at + layout.size])
                rest = rest[whole:]
        if rest:
            raise AttachError(f"the output of {self.program} ends with {len(rest)} of the {layout.size} bytes of a "
                              f"{layout.name}", help="read it with the type that the program writes")


def _folder(program: Program, cgroup: str | os.PathLike[str]) -> int:
    try:
        return os.open(cgroup, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise AttachError(f"program {program.name}: cgroup {os.fspath(cgroup)} cannot be opened ({error.strerror})",
                          help="give the path of a folder below the mount of cgroup2, often /sys/fs/cgroup") from error


def attach(program: Program, map: Map | None = None, *, cgroup: str | os.PathLike[str] | int | None = None,
           order: str = "descendants_pre", pid: int | None = None, tid: int | None = None) -> IteratorLink:
    """Attach an iterator program.

    Args:
        map: the map whose elements `iter/bpf_map_elem` and its like walk.
        cgroup: where `iter/cgroup` begins: a path, or a descriptor of its folder (6.1).
        order: of `iter/cgroup`: "self", "descendants_pre", "descendants_post" or "ancestors_up".
        pid: the one process whose tasks `iter/task` and its like walk, 0 for this one (6.1).
        tid: the one task.

    Raises:
        AttachError: options that do not go together.
        AttachRefused: EINVAL: this kind of iterator needs a map, or takes no such option.
    """
    where = f"iter {program.spec.attach_to[0]}"
    options = {"map": map, "cgroup": cgroup, "pid": pid, "tid": tid}
    given = [name for name, value in options.items() if value is not None]
    if len(given) > 1:
        raise AttachError(f"program {program.name}: {' and '.join(given)} do not go together", help="give one of them")
    if order not in ORDERS:
        raise AttachError(f"program {program.name}: iter/cgroup has no order {order!r}", help=", ".join(ORDERS))
    if pid == 0:
        pid = os.getpid()  # the kernel's 0 is every process
    opened = _folder(program, cgroup) if isinstance(cgroup, (str, os.PathLike)) else None
    try:
        info = None
        if map is not None:
            where, info = f"{where}, map {map.name}", struct.pack("=I12x", map.fd)
        elif cgroup is not None:
            where = f"{where}, {cgroup}"
            info = struct.pack("=IIQ", ORDERS[order], opened if opened is not None else cgroup, 0)
        elif given:
            where, info = f"{where}, {given[0]} {pid or tid}", struct.pack("=III4x", tid or 0, pid or 0, 0)
        memory = syscall.buffer(info) if info is not None else None
        extra = struct.pack("=QI4x", syscall.address(memory), len(memory)) if memory is not None else b""
        fd, error = syscall.link_create(program.fd, 0, AttachType.BPF_TRACE_ITER, 0, extra)
    finally:
        if opened is not None:
            os.close(opened)
    if error:
        raise refused(program, Command.BPF_LINK_CREATE, error, where,
                      "" if given else "iterators over the elements of a map need it: attach(map=...)")
    return IteratorLink(program, where, fd)


__all__ = ["ORDERS", "IteratorLink", "Link", "attach"]
