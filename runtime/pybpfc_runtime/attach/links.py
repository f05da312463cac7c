"""Links: what holds an attached program in its place."""

from __future__ import annotations

import errno
import os
from abc import ABC, abstractmethod
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from .. import syscall
from ..descriptor import Descriptor, Single
from ..errors import ENOTSUPP, AttachError, AttachRefused, ClosedError, KernelError, NotSupportedByKernel
from ..uapi import BPF_F_REPLACE, Command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Protocol

    from ..link_info import LinkInfo
    from ..program import Program

    class Named(Protocol):
        """Whatever is attached: a program, or a struct_ops map."""

        @property
        def name(self) -> str: ...


class Link(Single, ABC):
    """An attached program. Leaving its `with` block, `detach()` or `close()` takes the program off; where the link is
    pinned only `detach()` does.

    Attributes:
        program: its name; of a struct_ops link the map's.
        where: "xdp on veth0", for people.
        method: how it is held: "link", "netlink", "perf_event", ...
    """

    def __init__(self, program: Named | str, where: str, method: str = "link") -> None:
        self.program = program if isinstance(program, str) else program.name
        self.where = where
        self.method = method
        self.on_end: Callable[[], None] | None = None  # what the attaching module gives back when the program is off

    def _ended(self) -> None:
        called, self.on_end = self.on_end, None
        if called is not None:
            called()

    @staticmethod
    def from_pin(path: str | os.PathLike[str]) -> Link:
        """Open a pinned link. `detach()` of it takes the program off where the kind can; `close()` leaves it there.

        Args:
            path: where the link is pinned, in a bpf file system.

        Raises:
            AttachError: nothing is pinned there, or something that is no link.
            PermissionDenied: it may not be opened.
        """
        from .pinned import open_link

        return open_link(os.fspath(path))

    def __iter__(self) -> Iterator[str]:
        """The lines that an iterator program writes in one run.

        Raises:
            AttachError: the program is no iterator.
        """
        raise AttachError(f"{self.program} ({self.where}) is no iterator: it writes no lines",
                          help="`iter_` programs do; others report through maps and buffers, `bpf.events(...)`")

    @property
    def fd(self) -> int:
        """The link's descriptor.

        Raises:
            AttachError: this attachment is not held by a descriptor.
            ClosedError: it was detached.
        """
        raise AttachError(f"{self.where} is held by {self.method}, not by a descriptor")

    @property
    @abstractmethod
    def attached(self) -> bool:
        """Whether the program is still attached, as far as this process knows."""

    def info(self) -> LinkInfo:
        """What the kernel knows about the link: its type, its id, its program's id, and what its kind adds.

        Raises:
            AttachError: it is not held by a descriptor.
            ClosedError: it was detached.
        """
        from ..link_info import link_info

        return link_info(self.fd)

    def update(self, program: Program, expected: Program | None = None) -> None:
        """Put another program in the place of this one, without a moment in which none is there (5.7).

        Args:
            program: of the same kind. xdp, tcx, netkit, cgroup, sockmap, sk_lookup and flow_dissector links can.
            expected: the program that must be there now.

        Raises:
            AttachError: this attachment, or this kind of link, cannot.
            AttachRefused: EPERM: `expected` is not what is there; EINVAL: a program of another kind.
        """
        raise AttachError(f"{self.where} is held by {self.method}, which has no update",
                          help="attach the other program, then detach this one")

    @abstractmethod
    def detach(self) -> None:
        """Take the program off; harmless twice."""

    def close(self) -> None:
        """Give up the descriptor. The program stays attached only if the link is pinned."""
        self.detach()

    def pin(self, path: str | os.PathLike[str]) -> None:
        """Keep the program attached beyond this process, by a name in a bpf file system."""
        raise AttachError(f"{self.where} is held by {self.method}, which cannot be pinned",
                          help="it stays attached until it is detached")

    def unpin(self) -> None:
        """Remove the names that `pin()` gave. Without any, nothing."""
        return

    def __enter__(self) -> Link:
        if not self.attached:
            raise ClosedError(f"{self.where}: {self.program} was detached")
        return self

    def __exit__(self, *_: object) -> None:
        self.detach()

    def __repr__(self) -> str:
        return f"<Link {self.program}: {self.where} ({self.method}{'' if self.attached else ', detached'})>"


class KernelLink(Link):
    """A `bpf_link`: the descriptor is the attachment."""

    def __init__(self, program: Named | str, where: str, fd: int) -> None:
        super().__init__(program, where)
        self._descriptor = Descriptor(fd, f"the link of {self.program} ({where})")
        self._pins: list[str] = []

    @property
    def fd(self) -> int:
        return self._descriptor.fd

    @property
    def attached(self) -> bool:
        return not self._descriptor.closed

    def update(self, program: Program, expected: Program | None = None) -> None:
        from ..program import OpenProgram, Program

        for given in (program, *((expected,) if expected is not None else ())):
            if not isinstance(given, (OpenProgram, Program)):
                raise AttachError(f"{self.where}: update() takes a loaded program, not {given!r}",
                                  help="link.update(bpf.programs[NAME])")
        self._update(program, program.fd, expected.fd if expected is not None else 0)

    def _update(self, new: Named, new_fd: int, expected_fd: int) -> None:
        flags = BPF_F_REPLACE if expected_fd else 0
        error = syscall.link_update(self.fd, new_fd, flags, expected_fd)
        if error in (errno.EOPNOTSUPP, ENOTSUPP) or (error == errno.EINVAL and not self.info().can_update):
            raise AttachError(f"{self.where}: links of this kind have no update",
                              help="attach the other program, then detach this one")
        if error:
            raise AttachRefused(Command.BPF_LINK_UPDATE.name, error, f"putting {new.name} in the place of "
                                f"{self.program} ({self.where})",
                                help="another program than the expected one is there"
                                if error == errno.EPERM and expected_fd else
                                "what the program was attached to is gone: attach the other one anew"
                                if error == errno.ENOLINK else "the other program must be of the same kind, and loaded "
                                "with the same expected_attach_type")
        self.program = new.name
        self._descriptor.what = f"the link of {new.name} ({self.where})"

    def detach(self) -> None:
        if self._descriptor.closed:
            return
        error = syscall.link_detach(self._descriptor.fd)
        self._descriptor.close()
        self._ended()
        if error in (errno.EOPNOTSUPP, ENOTSUPP, errno.EINVAL):
            # Kinds without a detach, and kernels before 5.9: the attachment ends with the last descriptor or pin.
            if kept := [path for path in self._pins if os.path.exists(path)]:
                raise AttachError(f"{self.where} stays attached: its link is pinned at {', '.join(kept)}",
                                  help="unpin() it to detach the program")
        elif error not in (0, errno.ENOLINK):  # ENOLINK: it is off already
            raise syscall.failure(Command.BPF_LINK_DETACH, error, f"{self.program}, {self.where}", AttachRefused)

    def close(self) -> None:
        self._descriptor.close()
        if not self._pins:
            self._ended()

    def __exit__(self, *_: object) -> None:
        if self._pins:
            self.close()  # who pins it wants the program to stay; a detached link would be left as a dead name
        else:
            self.detach()

    def pin(self, path: str | os.PathLike[str]) -> None:
        syscall.pin(self.fd, path, f"the link of {self.program}", AttachRefused)
        self._pins.append(os.fspath(path))

    def unpin(self) -> None:
        for path in self._pins:
            if os.path.lexists(path):
                os.unlink(path)
        self._pins.clear()


class CallbackLink(Link):
    """An attachment that a function undoes."""

    def __init__(self, program: Named | str, where: str, method: str, undo: Callable[[], None]) -> None:
        super().__init__(program, where, method)
        self._undo: Callable[[], None] | None = undo

    @property
    def fd(self) -> int:
        if self._undo is None:
            raise ClosedError(f"{self.where}: {self.program} was detached")
        return super().fd

    @property
    def attached(self) -> bool:
        return self._undo is not None

    def detach(self) -> None:
        undo, self._undo = self._undo, None
        if undo is not None:
            undo()


class GroupLink(Link):
    """Several attachments of one program, held as one: a perf event on each CPU."""

    def __init__(self, program: Named | str, where: str, links: list[Link]) -> None:
        super().__init__(program, where, links[0].method if links else "link")
        self.links = links

    @property
    def attached(self) -> bool:
        return any(link.attached for link in self.links)

    @property
    def fd(self) -> int:
        if not self.attached:
            raise ClosedError(f"{self.where}: {self.program} was detached")
        raise AttachError(f"{self.where} is held by {len(self.links)} links, not by one descriptor",
                          help="each of `links` has its own")

    def detach(self) -> None:
        for link in self.links:
            link.detach()
        self._ended()

    def close(self) -> None:
        for link in self.links:
            link.close()
        self._ended()

    def __repr__(self) -> str:
        state = "" if self.attached else ", detached"
        return f"<Link {self.program}: {self.where} ({len(self.links)} of {self.method}{state})>"


class Links(list[Link]):
    """What `attach_all()` attached. Leaving its `with` block takes it off, the last one first, as `detach()` does; of
    pinned links only `detach()`."""

    def __enter__(self) -> Links:
        return self

    def __exit__(self, *error: Any) -> None:
        with ExitStack() as stack:  # one that cannot be taken off does not keep the others
            for link in self:
                stack.push(link)

    def detach(self) -> None:
        """Take all programs off; harmless twice."""
        with ExitStack() as stack:
            for link in self:
                stack.callback(link.detach)


def duplicated(program: Named, option: str, descriptor: int) -> int:
    """A descriptor of the caller's once more, for the attaching module to keep or close.

    Raises:
        AttachError: it is not open.
    """
    try:
        return os.dup(descriptor)
    except (OSError, OverflowError) as error:
        raise AttachError(f"program {program.name}: {option}={descriptor} is no open descriptor",
                          help="it was closed, or is not of this process") from error


def refused(program: Named, command: Command, error: int, where: str, help: str = "") -> KernelError:
    """The exception for a refused attachment."""
    made = syscall.failure(command, error, f"attaching {program.name} ({where})", AttachRefused)
    made.help = help if help and error not in (errno.EPERM, ENOTSUPP) else made.help
    return made


def lacks(program: Named, command: Command, error: int, where: str, what: str) -> NotSupportedByKernel:
    """The exception where the kernel has no such kind of attachment.

    Args:
        what: the kind and the version or option that brings it: "tcx links (6.6)".
    """
    return NotSupportedByKernel(command.name, error, f"attaching {program.name} ({where})",
                                help=f"this kernel has no {what}")
