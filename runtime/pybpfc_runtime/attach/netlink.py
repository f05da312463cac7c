"""Route netlink with the standard library: enough to set XDP programs and tc filters.

Source: rtnetlink(7), netlink(7), include/uapi/linux/netlink.h.
"""

from __future__ import annotations

import os
import socket
import struct
from typing import TYPE_CHECKING, NamedTuple

from ..errors import AttachRefused, KernelError, PermissionDenied
from ..permission import permission_denied

if TYPE_CHECKING:
    from collections.abc import Iterator

NLM_F_REQUEST, NLM_F_ACK, NLM_F_ECHO = 0x1, 0x4, 0x8
NLM_F_DUMP = 0x300
NLM_F_EXCL, NLM_F_CREATE = 0x200, 0x400
NLA_F_NESTED = 1 << 15

_NLMSG_ERROR, _NLMSG_DONE = 2, 3
_SOL_NETLINK, _NETLINK_CAP_ACK, _NETLINK_EXT_ACK = 270, 10, 11
_NLM_F_ACK_TLVS = 0x200
_NLMSGERR_ATTR_MSG = 1
_HEADER = struct.Struct("=IHHII")
_RECEIVE = 1 << 16  # bytes; a dump comes in parts of at most 32 KB


class Reply(NamedTuple):
    type: int
    body: bytes


class NetlinkError(Exception):
    """The kernel's answer to a request was an error; `detail` is its own explanation, if it gave one."""

    def __init__(self, errno: int, detail: str) -> None:
        super().__init__(f"{os.strerror(errno)}{': ' + detail if detail else ''}")
        self.errno = errno
        self.detail = detail

    def as_attach_error(self, request: str, doing: str) -> KernelError:
        """The loader's exception for it."""
        if self.errno == 1:
            denied: PermissionDenied = permission_denied(request, self.errno, doing)
            return denied
        return AttachRefused(request, self.errno, doing, help=f"the kernel says: {self.detail}" if self.detail else "")


def attribute(kind: int, data: bytes) -> bytes:
    """One `struct nlattr`, padded to four bytes."""
    return (struct.pack("=HH", len(data) + 4, kind) + data).ljust((len(data) + 7) // 4 * 4, b"\0")


def attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The attributes in a stretch of bytes."""
    at = 0
    while at + 4 <= len(data):
        length, kind = struct.unpack_from("=HH", data, at)
        if length < 4:
            return
        yield kind & 0x3FFF, data[at + 4 : at + length]
        at += (length + 3) // 4 * 4


class RouteConnection:
    """A route netlink socket. It stays in the network namespace in which it was made, wherever its owner goes."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE)
        for option in (_NETLINK_CAP_ACK, _NETLINK_EXT_ACK):
            try:
                self._socket.setsockopt(_SOL_NETLINK, option, 1)
            except OSError:  # before 4.12: errors come without the kernel's words
                break
        self._socket.bind((0, 0))

    def request(self, kind: int, flags: int, body: bytes) -> list[Reply]:
        """Send one request and collect its answers up to the acknowledgement.

        Args:
            kind: RTM_*.
            flags: besides NLM_F_REQUEST; NLM_F_ACK is added unless it is a dump.

        Raises:
            NetlinkError: the kernel refuses.
        """
        dump = flags & NLM_F_DUMP == NLM_F_DUMP and not flags & NLM_F_CREATE
        flags |= NLM_F_REQUEST | (0 if dump else NLM_F_ACK)
        self._socket.send(_HEADER.pack(_HEADER.size + len(body), kind, flags, 1, 0) + body)
        return _answers(self._socket)

    def close(self) -> None:
        self._socket.close()


def _answers(connection: socket.socket) -> list[Reply]:
    found: list[Reply] = []
    while True:
        data = connection.recv(_RECEIVE)
        at = 0
        while at + _HEADER.size <= len(data):
            length, kind, flags, _, _ = _HEADER.unpack_from(data, at)
            body = data[at + _HEADER.size : at + length]
            if kind == _NLMSG_DONE:
                return found
            if kind == _NLMSG_ERROR:
                (error,) = struct.unpack_from("=i", body)
                if error:
                    raise NetlinkError(-error, _explanation(body, flags))
                return found
            found.append(Reply(kind, body))
            at += max((length + 3) // 4 * 4, _HEADER.size)


def _explanation(body: bytes, flags: int) -> str:
    if not flags & _NLM_F_ACK_TLVS:
        return ""
    for kind, data in attributes(body[4 + _HEADER.size :]):
        if kind == _NLMSGERR_ATTR_MSG:
            return data.rstrip(b"\0").decode("utf-8", "replace")
    return ""
