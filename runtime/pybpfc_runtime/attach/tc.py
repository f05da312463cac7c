"""Traffic control programs: tcx links (6.6), or a filter at a clsact qdisc where those are missing.

Source: include/uapi/linux/pkt_cls.h, include/uapi/linux/rtnetlink.h, tc-bpf(8); BPF_LINK_CREATE with BPF_TCX_*.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar
from weakref import WeakValueDictionary

from .. import syscall
from ..errors import AttachError
from ..uapi import AttachType, Command
from .interface import interface_index
from .links import CallbackLink, KernelLink, Link, refused
from .netlink import (
    NLA_F_NESTED,
    NLM_F_CREATE,
    NLM_F_DUMP,
    NLM_F_ECHO,
    NLM_F_EXCL,
    NetlinkError,
    RouteConnection,
    attribute,
)
from .netns import THIS
from .order import order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..program import Program

METHODS = (None, "link", "netlink")
_REASONS = {errno.EINVAL: "what it is to run before or after must be a program or link of this place",
            errno.ESTALE: "the list of programs has changed meanwhile",
            errno.ENOENT: "the program or link that it is to run before or after is not there"}
_TWICE = "this very program is attached there already; load the object again to have it there twice"
_DIRECTIONS = {"ingress": AttachType.BPF_TCX_INGRESS, "egress": AttachType.BPF_TCX_EGRESS}

_RTM_NEWQDISC, _RTM_DELQDISC = 36, 37
_RTM_NEWTFILTER, _RTM_DELTFILTER, _RTM_GETTFILTER = 44, 45, 46
_TCMSG = struct.Struct("=BxxxiIII")  # family, ifindex, handle, parent, info
_TC_H_CLSACT = 0xFFFFFFF1
_CLSACT_HANDLE = 0xFFFF0000
PARENTS = {"ingress": 0xFFFFFFF2, "egress": 0xFFFFFFF3}
_TCA_KIND, _TCA_OPTIONS = 1, 2
_TCA_BPF_FD, _TCA_BPF_NAME, _TCA_BPF_FLAGS = 6, 7, 8
_TCA_BPF_FLAG_ACT_DIRECT = 1
_ETH_P_ALL = 3


def attach(program: Program, interface: str | int | None = None, direction: str | None = None,
           method: str | None = None, *, before: Link | Program | None = None, after: Link | Program | None = None,
           first: bool = False, expected_revision: int = 0) -> Link:
    """Attach a traffic control program.

    Args:
        interface: name or index, in this network namespace.
        direction: "ingress" or "egress"; by default what the section says, and ingress for plain `tc`.
        method: "link" (tcx), "netlink" (a direct-action filter at clsact), or None: a link where the kernel has them.
        before, after: of a link: the link or program that this one runs before or after.
        first: of a link: before all others. Without any of the three it runs after all others.
        expected_revision: of the list of programs, as `query()` gives it; 0 for any.

    Raises:
        AttachError: no such interface, direction or method; a direction other than the section's; more than one place.
        AttachRefused: the kernel refuses; ESTALE: another revision.
    """
    place = order(program, before, after, first, expected_revision)
    declared = program.spec.section.rpartition("/")[2] if "/" in program.spec.section else None
    if direction is None:
        direction = declared or "ingress"
    if direction not in _DIRECTIONS:
        raise AttachError(f"program {program.name}: tc has no direction {direction!r}", help="ingress or egress")
    if declared and direction != declared:
        raise AttachError(f"program {program.name} is for {declared} (SEC({program.spec.section!r})), not {direction}",
                          help='use SEC("tc") for a program that serves both')
    if method not in METHODS:
        raise AttachError(f"program {program.name}: tc has no method {method!r}", help="link, netlink or None")
    index, name = interface_index(interface, program.name)
    where = f"tc {direction} on {name}"
    if method != "netlink":
        fd, error = syscall.link_create(program.fd, index, _DIRECTIONS[direction], place.flags, place.extra)
        if not error:
            return KernelLink(program, where, fd)
        if method == "link" or place.given or error != errno.EINVAL:
            reason = _TWICE if error == errno.EEXIST else _REASONS.get(error, "") if place.given else ""
            raise refused(program, Command.BPF_LINK_CREATE, error, where, reason)
    elif place.given:
        raise AttachError(f"program {program.name}: a filter has no place among others", help='method="link"')
    options = (attribute(_TCA_BPF_FD, struct.pack("=I", program.fd))
               + attribute(_TCA_BPF_NAME, program.name.encode() + b"\0")
               + attribute(_TCA_BPF_FLAGS, struct.pack("=I", _TCA_BPF_FLAG_ACT_DIRECT)))
    return by_netlink(program, index, direction, where, "bpf", options)


class _Qdisc:
    """The clsact qdisc of an interface, shared by the links of this process that have a filter there: in whichever
    order they are detached, the last one removes it if one of them made it."""

    _known: ClassVar[WeakValueDictionary[tuple[int, int], _Qdisc]] = WeakValueDictionary()

    def __init__(self) -> None:
        self.ours = False

    @classmethod
    def of(cls, index: int) -> _Qdisc:
        """That of an interface in this thread's network namespace."""
        return cls._known.setdefault((os.stat(THIS).st_ino, index), cls())


def by_netlink(program: Program, index: int, direction: str, where: str, kind: str, options: bytes,
               reasons: Mapping[int, str] = MappingProxyType({})) -> Link:
    """A link that is a filter at the clsact qdisc of an interface; the qdisc is made where there is none.

    Args:
        index: of the interface.
        direction: "ingress" or "egress".
        where: for messages.
        kind: of the filter, as tc(8) calls it.
        options: its attributes.
        reasons: what an errno of this kind of filter means.
    """
    connection = RouteConnection()
    qdisc = _Qdisc.of(index)
    try:
        made_now = _add_clsact(connection, index)
        qdisc.ours |= made_now
        try:
            handle, info = _add_filter(connection, index, direction, kind, options)
        except BaseException:
            if made_now:
                _remove_clsact(connection, index)
                qdisc.ours = False
            raise
    except NetlinkError as error:
        connection.close()
        made = error.as_attach_error("RTM_NEWTFILTER", f"attaching {program.name} ({where})")
        made.help = reasons.get(error.errno) or made.help
        raise made from error

    def undo() -> None:
        try:
            message = _TCMSG.pack(0, index, handle, PARENTS[direction], info)
            connection.request(_RTM_DELTFILTER, 0, message + attribute(_TCA_KIND, kind.encode() + b"\0"))
            # The qdisc goes with its last filter, if it came with one of ours.
            if qdisc.ours and not any(_filters(connection, index, each) for each in PARENTS):
                _remove_clsact(connection, index)
                qdisc.ours = False
        except NetlinkError as error:
            if error.errno not in (errno.ENODEV, errno.ENOENT, errno.EINVAL):  # interface, filter or qdisc gone already
                raise error.as_attach_error("RTM_DELTFILTER", f"detaching {program.name} ({where})") from error
        finally:
            connection.close()

    return CallbackLink(program, where, "netlink", undo)


def _add_clsact(connection: RouteConnection, index: int) -> bool:
    """Make sure that there is a clsact qdisc; whether this call made it."""
    message = _TCMSG.pack(0, index, _CLSACT_HANDLE, _TC_H_CLSACT, 0)
    try:
        connection.request(_RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, message + attribute(_TCA_KIND, b"clsact\0"))
    except NetlinkError as error:
        if error.errno != errno.EEXIST:
            raise
        return False
    return True


def _remove_clsact(connection: RouteConnection, index: int) -> None:
    connection.request(_RTM_DELQDISC, 0, _TCMSG.pack(0, index, _CLSACT_HANDLE, _TC_H_CLSACT, 0))


def _add_filter(connection: RouteConnection, index: int, direction: str, kind: str,
                options: bytes) -> tuple[int, int]:
    """Add a filter; the handle and the priority that the kernel chose."""
    message = _TCMSG.pack(0, index, 0, PARENTS[direction], socket.htons(_ETH_P_ALL))
    body = message + attribute(_TCA_KIND, kind.encode() + b"\0") + attribute(_TCA_OPTIONS | NLA_F_NESTED, options)
    for reply in connection.request(_RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO, body):
        if reply.type == _RTM_NEWTFILTER:
            _, _, handle, _, info = _TCMSG.unpack_from(reply.body)
            return handle, info
    raise NetlinkError(errno.EPROTO, "the kernel did not say which filter it made")


def _filters(connection: RouteConnection, index: int, direction: str) -> int:
    replies = connection.request(_RTM_GETTFILTER, NLM_F_DUMP, _TCMSG.pack(0, index, 0, PARENTS[direction], 0))
    return sum(1 for reply in replies if reply.type == _RTM_NEWTFILTER)
