"""Programs, maps, links and types of the whole system, whoever loaded them.

    from pybpfc_runtime import system

    with system.stats_enabled():
        time.sleep(1)
        for program in system.programs():
            print(program.id, program.name, program.run_count)

Needs CAP_SYS_ADMIN (or CAP_BPF, from 6.9 on, for what one owns): the ids are the kernel's, not this process's.

Source: BPF_{PROG,MAP,LINK,BTF}_GET_{NEXT_ID,FD_BY_ID}, BPF_ENABLE_STATS in include/uapi/linux/bpf.h.
"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from . import syscall
from .descriptor import OwnedDescriptor
from .errors import KernelError, SpecError
from .info import ProgramInfo, prog_info
from .link_info import LinkInfo, link_info
from .program import OpenProgram
from .syscall import BtfInfo, MapInfo
from .uapi import Command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .btf.types import Btf

_BPF_STATS_RUN_TIME = 0
_KINDS = {Command.BPF_PROG_GET_FD_BY_ID: "bpf-prog", Command.BPF_MAP_GET_FD_BY_ID: "bpf-map",
          Command.BPF_LINK_GET_FD_BY_ID: "bpf-link"}  # what /proc calls their descriptors
_WORDS = {Command.BPF_PROG_GET_FD_BY_ID: "program", Command.BPF_MAP_GET_FD_BY_ID: "map",
          Command.BPF_LINK_GET_FD_BY_ID: "link", Command.BPF_BTF_GET_FD_BY_ID: "set of types"}

_T = TypeVar("_T")


def programs() -> Iterator[ProgramInfo]:
    """Every loaded program, by rising id; one that ends meanwhile is left out.

    Raises:
        PermissionDenied: this process may not see them.
    """
    return _all(Command.BPF_PROG_GET_NEXT_ID, Command.BPF_PROG_GET_FD_BY_ID, prog_info)


def maps() -> Iterator[MapInfo]:
    """Every map; see `programs`."""
    return _all(Command.BPF_MAP_GET_NEXT_ID, Command.BPF_MAP_GET_FD_BY_ID, syscall.map_info)


def links() -> Iterator[LinkInfo]:
    """Every link; see `programs`."""
    return _all(Command.BPF_LINK_GET_NEXT_ID, Command.BPF_LINK_GET_FD_BY_ID, link_info)


def btfs() -> Iterator[BtfInfo]:
    """Every set of types: of the kernel, its modules, and of loaded objects; see `programs`."""
    return _all(Command.BPF_BTF_GET_NEXT_ID, Command.BPF_BTF_GET_FD_BY_ID, syscall.btf_info)


def program(which: int | str | os.PathLike[str]) -> ProgramInfo:
    """One program.

    Args:
        which: its id, or the path at which it is pinned.

    Raises:
        KernelError: ENOENT where there is none.
        SpecError: something else is pinned there.
    """
    return _one(Command.BPF_PROG_GET_FD_BY_ID, which, prog_info)


def open_program(which: int | str | os.PathLike[str]) -> OpenProgram:
    """Open a program that is loaded, by whomever; arguments and errors are those of `program`."""

    def keep(fd: int) -> OpenProgram:
        name = prog_info(fd).name
        return OpenProgram(OwnedDescriptor(os.dup(fd), f"program {name}"), name)

    return _one(Command.BPF_PROG_GET_FD_BY_ID, which, keep)


def map(which: int | str | os.PathLike[str]) -> MapInfo:
    """One map, by id or pin; see `program`."""
    return _one(Command.BPF_MAP_GET_FD_BY_ID, which, syscall.map_info)


def link(which: int | str | os.PathLike[str]) -> LinkInfo:
    """One link, by id or pin; see `program`."""
    return _one(Command.BPF_LINK_GET_FD_BY_ID, which, link_info)


def btf(number: int) -> Btf:
    """The types with an id, decoded; those of a module do not stand alone and are refused.

    Raises:
        KernelError: ENOENT where there are none.
        BtfError: they refer to vmlinux's.
    """
    from .btf.decode import decode_btf

    return decode_btf(_one(Command.BPF_BTF_GET_FD_BY_ID, number, syscall.btf_data))


@contextmanager
def stats_enabled() -> Iterator[None]:
    """Let the kernel count runs and run time of every program, for the length of a `with` block.

    Raises:
        PermissionDenied: without CAP_SYS_ADMIN.
        KernelError: EINVAL on a kernel before 5.8: set kernel.bpf_stats_enabled there.
    """
    fd, error = syscall.enable_stats(_BPF_STATS_RUN_TIME)
    if error:
        made = syscall.failure(Command.BPF_ENABLE_STATS, error)
        made.help = made.help or "a kernel before 5.8 counts with: sysctl kernel.bpf_stats_enabled=1"
        raise made
    try:
        yield
    finally:
        os.close(fd)


def _all(next_id: Command, by_id: Command, read: Callable[[int], _T]) -> Iterator[_T]:
    number = 0
    while (following := syscall.next_id(next_id, number)) is not None:
        number = following
        try:
            fd = syscall.fd_by_id(by_id, number)
        except KernelError as error:
            if error.errno in (errno.ENOENT, errno.EAGAIN):  # gone meanwhile, or a link that is still being made
                continue
            raise
        try:
            yield read(fd)
        finally:
            os.close(fd)


def _by_id(by_id: Command, number: int, what: str) -> int:
    try:
        return syscall.fd_by_id(by_id, number)
    except KernelError as error:
        if error.errno == errno.ENOENT:
            raise KernelError(by_id.name, errno.ENOENT, f"there is no {what} with id {number}",
                              help="`bpftool prog`, `map`, `link` and `btf` show those that there are") from error
        raise


def _one(by_id: Command, which: int | str | os.PathLike[str], read: Callable[[int], _T]) -> _T:
    what = _WORDS[by_id]
    if isinstance(which, int):
        fd = _by_id(by_id, which, what)
    else:
        fd, error = syscall.obj_get(os.fspath(which))
        if error:
            made = syscall.failure(Command.BPF_OBJ_GET, error, f"opening the {what} pinned at {os.fspath(which)!r}")
            made.help = made.help or f"give the id of a loaded {what}, or the path of its pin, below /sys/fs/bpf"
            raise made
        # The kernel answers with what it has, whatever was asked for.
        kind = os.readlink(f"/proc/self/fd/{fd}").removeprefix("anon_inode:").strip("[]").replace("_", "-")
        if kind != _KINDS[by_id]:
            os.close(fd)
            raise SpecError(f"{os.fspath(which)} is a {kind}, not a {_KINDS[by_id]}")
    try:
        return read(fd)
    finally:
        os.close(fd)
