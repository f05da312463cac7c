"""Programs of a network namespace: which socket takes a packet (sk_lookup), how flows are told apart (flow_dissector).

Source: Documentation/bpf/prog_sk_lookup.rst, prog_flow_dissector.rst; BPF_LINK_CREATE with the descriptor of a
namespace (sk_lookup 5.9, flow_dissector 5.8), BPF_PROG_ATTACH of flow dissectors before.
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
    from ..program import Program

THIS = "/proc/thread-self/ns/net"
_TAKEN = ("a flow dissector is there: detach it. One of the initial network namespace excludes those of all others, "
          "and the other way round")


def attach(program: Program, netns: str | os.PathLike[str] | int | None = None) -> Link:
    """Attach an sk_lookup or flow_dissector program to a network namespace.

    Args:
        netns: a path such as /run/netns/NAME or /proc/PID/ns/net, or a descriptor; None for this thread's.

    Raises:
        AttachError: there is no such namespace.
        AttachRefused: EEXIST, EBUSY or E2BIG: a flow dissector is there; 64 sk_lookup programs are.
    """
    kind = program.spec.expected_attach_type
    assert kind is not None  # both sections name theirs
    name = kind.name.removeprefix("BPF_").lower()
    where = f"{name}, network namespace {'of this thread' if netns is None else netns}"
    try:
        fd = os.dup(netns) if isinstance(netns, int) else os.open(netns if netns is not None else THIS, os.O_RDONLY)
    except OSError as error:
        raise AttachError(f"program {program.name}: network namespace {netns} cannot be opened ({error.strerror})",
                          help="give a path such as /run/netns/NAME or /proc/PID/ns/net, or a descriptor") from error
    try:
        link, error_number = syscall.link_create(program.fd, fd, kind)
        if not error_number:
            return KernelLink(program, where, link)
        if error_number != errno.EINVAL or kind is not AttachType.BPF_FLOW_DISSECTOR or netns is not None:
            busy = error_number in (errno.EEXIST, errno.EBUSY, errno.E2BIG)
            raise refused(program, Command.BPF_LINK_CREATE, error_number, where, _TAKEN if busy else
                          "what was given is no network namespace" if error_number == errno.EINVAL else "")
    finally:
        os.close(fd)
    return _by_attach(program, where)


def _by_attach(program: Program, where: str) -> Link:
    """Before 5.8: the flow dissector of the calling thread's namespace."""
    error = syscall.prog_attach(0, program.fd, AttachType.BPF_FLOW_DISSECTOR)
    if error:
        raise refused(program, Command.BPF_PROG_ATTACH, error, where, _TAKEN if error == errno.EEXIST else "")
    kept = os.dup(program.fd)

    def undo() -> None:
        try:
            error = syscall.prog_detach(0, kept, AttachType.BPF_FLOW_DISSECTOR)
        finally:
            os.close(kept)
        if error not in (0, errno.ENOENT):
            raise syscall.failure(Command.BPF_PROG_DETACH, error, f"detaching {program.name} ({where})")

    return CallbackLink(program, where, "attach", undo)
