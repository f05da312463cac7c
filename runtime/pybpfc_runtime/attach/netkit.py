"""Programs of netkit devices, at the host's end of the pair, for the packets of either end.

Source: drivers/net/netkit.c; BPF_LINK_CREATE with BPF_NETKIT_PRIMARY or BPF_NETKIT_PEER (6.7).
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from .. import syscall
from ..uapi import Command
from .interface import interface_index
from .links import KernelLink, Link, refused
from .order import order

if TYPE_CHECKING:
    from ..program import Program


def attach(program: Program, interface: str | int | None = None, *, before: Link | Program | None = None,
           after: Link | Program | None = None, first: bool = False, expected_revision: int = 0) -> Link:
    """Attach a netkit program.

    Args:
        interface: name or index of the primary device of the pair, in this network namespace; it holds the programs
            for both ends.
        before, after: the link or program that this one runs before or after.
        first: before all others.
        expected_revision: of the list of programs, as `query()` gives it; 0 for any.

    Raises:
        AttachError: no such interface; more than one place.
        AttachRefused: EINVAL: it is no netkit device; EACCES: it is the peer; ESTALE: another revision.
    """
    place = order(program, before, after, first, expected_revision)
    index, name = interface_index(interface, program.name)
    kind = program.spec.expected_attach_type
    assert kind is not None  # both sections name theirs
    where = f"netkit {kind.name.removeprefix('BPF_NETKIT_').lower()} on {name}"
    fd, error = syscall.link_create(program.fd, index, kind, place.flags, place.extra)
    if error:
        reason = {errno.EINVAL: f"{name} is no netkit device, or the kernel has none (6.7)",
                  errno.ENXIO: f"{name} is no netkit device",
                  errno.EACCES: f"{name} is the peer of its pair: give the primary device",
                  errno.EEXIST: "this very program is attached there already",
                  errno.ESTALE: "the list of programs has changed meanwhile"}
        raise refused(program, Command.BPF_LINK_CREATE, error, where, reason.get(error, ""))
    return KernelLink(program, where, fd)
