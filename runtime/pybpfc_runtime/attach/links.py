"""Links: what holds an attached program in its place."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from .. import syscall
from ..descriptor import Descriptor
from ..errors import ENOTSUPP, AttachError, AttachRefused, KernelError
from ..uapi import Command

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..program import Program


class Link:
    """An attached program. Leaving its `with` block, `detach()` or `close()` takes the program off.

    Attributes:
        program: its name.
        where: "xdp on veth0", for people.
        method: how it is held: "link", "netlink", "perf_event", ...
    """

    def __init__(self, program: Program, where: str, method: str = "link") -> None:
        self.program = program.name
        self.where = where
        self.method = method

    @property
    def fd(self) -> int:
        """The link's descriptor.

        Raises:
            AttachError: this attachment is not held by a descriptor.
        """
        raise AttachError(f"{self.where} is held by {self.method}, not by a descriptor")

    @property
    def attached(self) -> bool:
        raise NotImplementedError

    def detach(self) -> None:
        """Take the program off; harmless twice."""
        raise NotImplementedError

    def close(self) -> None:
        """Give up the descriptor. The program stays attached only if the link is pinned."""
        self.detach()

    def pin(self, path: str | os.PathLike[str]) -> None:
        """Keep the program attached beyond this process, by a name in a bpf file system."""
        raise AttachError(f"{self.where} is held by {self.method}, which cannot be pinned",
                          help="it stays attached until it is detached")

    def __enter__(self) -> Link:
        return self

    def __exit__(self, *_: object) -> None:
        self.detach()

    def __repr__(self) -> str:
        return f"<Link {self.program}: {self.where} ({self.method}{'' if self.attached else ', detached'})>"


class KernelLink(Link):
    """A `bpf_link`: the descriptor is the attachment."""

    def __init__(self, program: Program, where: str, fd: int) -> None:
        super().__init__(program, where)
        self._descriptor = Descriptor(fd, f"the link of {program.name} ({where})")
        self._pins: list[str] = []

    @property
    def fd(self) -> int:
        return self._descriptor.fd

    @property
    def attached(self) -> bool:
        return not self._descriptor.closed

    def detach(self) -> None:
        if self._descriptor.closed:
            return
        error = syscall.link_detach(self._descriptor.fd)
        self._descriptor.close()
        if error in (errno.EOPNOTSUPP, ENOTSUPP, errno.EINVAL):
            # Kinds without a detach, and kernels before 5.9: the attachment ends with the last descriptor or pin.
            if kept := [path for path in self._pins if os.path.exists(path)]:
                raise AttachError(f"{self.where} stays attached: its link is pinned at {', '.join(kept)}",
                                  help="remove the pin to detach the program")
        elif error not in (0, errno.ENOLINK):  # ENOLINK: it is off already
            raise syscall.failure(Command.BPF_LINK_DETACH, error, f"{self.program}, {self.where}", AttachRefused)

    def close(self) -> None:
        self._descriptor.close()

    def pin(self, path: str | os.PathLike[str]) -> None:
        error = syscall.obj_pin(os.fspath(path), self.fd)
        if error:
            doing = f"pinning the link of {self.program} at {os.fspath(path)}"
            raise syscall.failure(Command.BPF_OBJ_PIN, error, doing, AttachRefused)
        self._pins.append(os.fspath(path))


class CallbackLink(Link):
    """An attachment that a function undoes."""

    def __init__(self, program: Program, where: str, method: str, undo: Callable[[], None]) -> None:
        super().__init__(program, where, method)
        self._undo: Callable[[], None] | None = undo

    @property
    def attached(self) -> bool:
        return self._undo is not None

    def detach(self) -> None:
        undo, self._undo = self._undo, None
        if undo is not None:
            undo()


class GroupLink(Link):
    """Several attachments of one program, held as one: a perf event on each CPU."""

    def __init__(self, program: Program, where: str, links: list[Link]) -> None:
        super().__init__(program, where, links[0].method if links else "link")
        self.links = links

    @property
    def attached(self) -> bool:
        return any(link.attached for link in self.links)

    def detach(self) -> None:
        for link in self.links:
            link.detach()

    def close(self) -> None:
        for link in self.links:
            link.close()


def refused(program: Program, command: Command, error: int, where: str, help: str = "") -> KernelError:
    """The exception for a refused attachment."""
    made = syscall.failure(command, error, f"attaching {program.name} ({where})", AttachRefused)
    made.help = made.help or help
    return made
