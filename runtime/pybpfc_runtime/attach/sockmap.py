"""Programs of a map of sockets: what is sent into (sk_msg), or received by (sk_skb), any socket in the map.

Source: Documentation/bpf/map_sockmap.rst; BPF_LINK_CREATE with a map's descriptor (6.10), BPF_PROG_ATTACH before.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from .. import syscall
from ..errors import AttachError
from ..uapi import AttachType, Command
from .links import CallbackLink, KernelLink, Link, refused

if TYPE_CHECKING:
    from ..maps import Map
    from ..program import Program

METHODS = (None, "link", "attach")
_NEEDS_TYPE = (AttachType.BPF_SK_SKB_STREAM_PARSER, AttachType.BPF_SK_SKB_STREAM_VERDICT, AttachType.BPF_SK_SKB_VERDICT)


def attach(program: Program, map: Map | None = None, method: str | None = None,
           attach_type: AttachType | None = None) -> Link:
    """Attach an sk_msg or sk_skb program to a SockMap or SockHash.

    Sockets that are put into the map later run the programs that are there by then: attach first.

    Args:
        map: the map.
        method: "link", "attach" (until it is detached, or the map goes), or None: a link where the kernel has them.
        attach_type: for the section `sk_skb`, which does not say: BPF_SK_SKB_STREAM_PARSER, _STREAM_VERDICT or
            BPF_SK_SKB_VERDICT.

    Raises:
        AttachError: no map, or one of another type; no attach type.
        AttachRefused: EBUSY: another program is there; EOPNOTSUPP: stream parsers need CONFIG_BPF_STREAM_PARSER.
    """
    if method not in METHODS:
        raise AttachError(f"program {program.name}: sockmap programs have no method {method!r}",
                          help="link, attach or None")
    if map is None:
        raise AttachError(f"program {program.name}: say where: attach(map=...)", help="give a SockMap or a SockHash")
    if "SOCK" not in map.type.name:
        raise AttachError(f"program {program.name}: map {map.name} is a {map.type.name}, which holds no sockets",
                          help="give a SockMap or a SockHash")
    kind = attach_type if attach_type is not None else program.spec.expected_attach_type
    if kind is None:
        raise AttachError(f"program {program.name}: SEC({program.spec.section!r}) does not say which kind it is",
                          help=f"attach(attach_type=AttachType.X) with {', '.join(each.name for each in _NEEDS_TYPE)}")
    where = f"{kind.name.removeprefix('BPF_').lower()} of map {map.name}"
    if method != "attach":
        fd, error = syscall.link_create(program.fd, map.fd, kind)
        if not error:
            return KernelLink(program, where, fd)
        if method == "link" or error != errno.EINVAL:
            raise refused(program, Command.BPF_LINK_CREATE, error, where, _help(error))
    error = syscall.prog_attach(map.fd, program.fd, kind)
    if error:
        raise refused(program, Command.BPF_PROG_ATTACH, error, where, _help(error))
    kept_map, kept_program = os.dup(map.fd), os.dup(program.fd)  # the caller may have closed both by then

    def undo() -> None:
        try:
            error = syscall.prog_detach(kept_map, kept_program, kind)
        finally:
            os.close(kept_map)
            os.close(kept_program)
        if error not in (0, errno.ENOENT):  # ENOENT: it was replaced
            raise syscall.failure(Command.BPF_PROG_DETACH, error, f"detaching {program.name} ({where})")

    return CallbackLink(program, where, "attach", undo)


def _help(error: int) -> str:
    return "another program of this kind is at the map: detach it" if error == errno.EBUSY else ""
