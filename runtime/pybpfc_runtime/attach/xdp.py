"""XDP programs on network interfaces: by a link (5.9), or by netlink where links are missing.

Source: include/uapi/linux/if_link.h (IFLA_XDP), net/core/dev.c; BPF_LINK_CREATE with BPF_XDP.
"""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING

from .. import syscall
from ..errors import AttachError
from ..uapi import AttachType, Command
from .interface import interface_index
from .links import CallbackLink, KernelLink, Link, refused
from .netlink import NLA_F_NESTED, NetlinkError, RouteConnection, attribute

if TYPE_CHECKING:
    from ..program import Program

XDP_FLAGS_UPDATE_IF_NOEXIST = 1 << 0
XDP_FLAGS_SKB_MODE = 1 << 1
XDP_FLAGS_DRV_MODE = 1 << 2
XDP_FLAGS_HW_MODE = 1 << 3
XDP_FLAGS_REPLACE = 1 << 4
MODES = {None: 0, "generic": XDP_FLAGS_SKB_MODE, "native": XDP_FLAGS_DRV_MODE, "offload": XDP_FLAGS_HW_MODE}
METHODS = (None, "link", "netlink")

_RTM_SETLINK = 19
_IFLA_XDP = 43
_IFLA_XDP_FD, _IFLA_XDP_FLAGS, _IFLA_XDP_EXPECTED_FD = 1, 3, 8

_BUSY = "another XDP program is attached: detach it (`ip link set dev ... xdp off`), or put both behind a dispatcher"
_REASONS = {errno.EBUSY: _BUSY,
            errno.EOPNOTSUPP: "the driver of this interface does not have this mode: leave mode= out"}


def attach(program: Program, interface: str | int | None = None, mode: str | None = None,
           method: str | None = None) -> Link:
    """Attach an XDP program.

    Args:
        interface: name or index, in this network namespace.
        mode: "native" (in the driver), "generic" (in the stack), "offload" (on the card), or None: native where the
            driver can, else generic.
        method: "link", "netlink", or None: a link where the kernel has them.

    Raises:
        AttachError: no such interface, mode or method.
        AttachRefused: EBUSY: another program is there; EOPNOTSUPP: the driver does not have the mode.
    """
    if mode not in MODES:
        raise AttachError(f"program {program.name}: XDP has no mode {mode!r}", help="generic, native, offload or None")
    if method not in METHODS:
        raise AttachError(f"program {program.name}: XDP has no method {method!r}", help="link, netlink or None")
    index, name = interface_index(interface, program.name)
    where = f"xdp on {name}" + (f", {mode}" if mode else "")
    if method != "netlink":
        fd, error = syscall.link_create(program.fd, index, AttachType.BPF_XDP, MODES[mode])
        if not error:
            return KernelLink(program, where, fd)
        if method == "link" or error != errno.EINVAL:
            raise refused(program, Command.BPF_LINK_CREATE, error, where, _REASONS.get(error, ""))
    return _by_netlink(program, index, where, MODES[mode])


def _by_netlink(program: Program, index: int, where: str, mode: int) -> Link:
    fd = program.fd
    connection = RouteConnection()
    try:
        _set(connection, index, [(_IFLA_XDP_FD, fd), (_IFLA_XDP_FLAGS, mode | XDP_FLAGS_UPDATE_IF_NOEXIST)])
    except NetlinkError as error:
        connection.close()
        made = error.as_attach_error("RTM_SETLINK", f"attaching {program.name} ({where})")
        if error.errno == errno.EBUSY:
            made.help = _BUSY
        raise made from error

    def undo() -> None:
        # The kernel compares programs, so one that somebody else put there meanwhile stays.
        expected = [] if program.closed else [(_IFLA_XDP_EXPECTED_FD, program.fd)]
        replace = XDP_FLAGS_REPLACE if expected else 0
        try:
            _set(connection, index, [(_IFLA_XDP_FD, -1), (_IFLA_XDP_FLAGS, mode | replace), *expected])
        except NetlinkError as error:
            if error.errno not in (errno.ENODEV, errno.EEXIST):  # the interface, or the program, is gone already
                raise error.as_attach_error("RTM_SETLINK", f"detaching {program.name} ({where})") from error
        finally:
            connection.close()

    return CallbackLink(program, where, "netlink", undo)


def _set(connection: RouteConnection, index: int, values: list[tuple[int, int]]) -> None:
    nested = b"".join(attribute(kind, struct.pack("=i", value)) for kind, value in values)
    header = struct.pack("=BxHiII", 0, 0, index, 0, 0)
    connection.request(_RTM_SETLINK, 0, header + attribute(_IFLA_XDP | NLA_F_NESTED, nested))
