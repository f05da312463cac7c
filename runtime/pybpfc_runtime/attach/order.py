"""Where among the programs of one place a program goes, for tcx, netkit and cgroups.

Source: kernel/bpf/mprog.c; BPF_F_BEFORE, BPF_F_AFTER and expected_revision in include/uapi/linux/bpf.h (6.6; cgroups
6.17).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from .. import syscall
from ..errors import AttachError, AttachRefused
from ..uapi import BPF_F_AFTER, BPF_F_BEFORE, BPF_F_LINK, Command
from .interface import find_interface
from .links import Link

if TYPE_CHECKING:
    from ..program import OpenProgram, Program
    from ..uapi import AttachType


class Order(NamedTuple):
    """What BPF_LINK_CREATE takes: flags, and the part of the union behind them."""

    flags: int
    extra: bytes

    @property
    def given(self) -> bool:
        """Whether the caller asked for a place at all."""
        return bool(self.flags or any(self.extra))


def order(program: Program, before: Link | Program | OpenProgram | None, after: Link | Program | OpenProgram | None,
          first: bool, expected_revision: int) -> Order:
    """A place.

    Args:
        before, after: the link or program that this one runs before or after.
        first: before all others. Without any of the three it is after all others.
        expected_revision: of the list of programs, as `query()` gives it: if it is another by now, nothing is done.

    Raises:
        AttachError: more than one place.
    """
    given = [name for name, value in (("before", before), ("after", after), ("first", first or None))
             if value is not None]
    if len(given) > 1:
        raise AttachError(f"program {program.name}: {' and '.join(given)} do not go together", help="give one of them")
    other = before if before is not None else after
    flags = BPF_F_AFTER if after is not None else BPF_F_BEFORE if given else 0
    if isinstance(other, Link):
        flags |= BPF_F_LINK
    fd = other.fd if other is not None else 0
    return Order(flags, struct.pack("=I4xQ", fd, expected_revision))


class Attached(NamedTuple):
    """The programs of one place.

    Attributes:
        revision: counts the changes; 0 where the kernel does not count (cgroups before 6.17).
        program_ids: in the order in which they run.
    """

    revision: int
    program_ids: tuple[int, ...]


_MOST = 64  # BPF_MPROG_MAX
_OF_INTERFACES = ("BPF_TCX_", "BPF_NETKIT_")


def query(target: int | str, attach_type: AttachType) -> Attached:
    """Which programs are attached at a place (BPF_PROG_QUERY).

    Args:
        target: the name or index of an interface, or the descriptor of a cgroup, map or network namespace.
        attach_type: BPF_TCX_INGRESS, BPF_CGROUP_INET_EGRESS, ...

    Raises:
        AttachError: no such interface; neither a name nor a number.
        AttachRefused: no such place; the kernel cannot tell.
    """
    if isinstance(target, str) and attach_type.name.startswith(_OF_INTERFACES):
        target, _ = find_interface(target, "query()")
    if not isinstance(target, int) or isinstance(target, bool) or not 0 <= target < 1 << 31:
        raise AttachError(f"query() of {attach_type.name} takes "
                          + ("the name or index of an interface" if attach_type.name.startswith(_OF_INTERFACES) else
                             "a descriptor of the group, map or network namespace") + f", not {target!r}",
                          help="os.open(PATH, os.O_RDONLY) gives one of a control group")
    ids = syscall.buffer(4 * _MOST)
    attr = struct.pack("=IIIIQI4xQQQQ", target, attach_type, 0, 0, syscall.address(ids), _MOST, 0, 0, 0, 0)
    _, error, after = syscall.call(Command.BPF_PROG_QUERY, attr)
    if error:
        raise syscall.failure(Command.BPF_PROG_QUERY, error, f"the programs of {attach_type.name}", AttachRefused)
    (count,) = struct.unpack_from("=I", after, 24)
    (revision,) = struct.unpack_from("=Q", after, 56)
    return Attached(revision, struct.unpack_from(f"={count}I", ids.raw))
