"""Programs of a control group: packets, sockets, addresses, devices, sysctls of its processes, and LSM hooks.

Source: BPF_LINK_CREATE with a cgroup's descriptor (5.7), BPF_PROG_ATTACH before; Documentation/bpf/prog_cgroup_*.rst.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from .. import syscall
from ..errors import AttachError, KernelError
from ..permission import permission_denied
from ..uapi import BPF_F_ALLOW_MULTI, BPF_F_ALLOW_OVERRIDE, BPF_F_PREORDER, BPF_F_REPLACE, AttachType, Command
from .links import CallbackLink, KernelLink, Link, duplicated, refused
from .order import Order, order

if TYPE_CHECKING:
    from ..program import Program

__all__ = ["BPF_F_ALLOW_MULTI", "BPF_F_ALLOW_OVERRIDE", "BPF_F_PREORDER", "BPF_F_REPLACE", "METHODS", "attach"]

METHODS = (None, "link", "attach")
_EXCLUDED = ("a program that is attached to this group or to one above excludes others: attach that one with "
             "BPF_F_ALLOW_MULTI")


def attach(program: Program, cgroup: str | os.PathLike[str] | int | None = None, flags: int | None = None,
           method: str | None = None, attach_type: AttachType | None = None, replace: Program | None = None, *,
           before: Link | Program | None = None, after: Link | Program | None = None, first: bool = False,
           expected_revision: int = 0) -> Link:
    """Attach a program to a control group of the second version.

    Args:
        cgroup: the path of its folder, or a descriptor of it.
        flags: of BPF_PROG_ATTACH: 0 for a program that excludes others in this group and below, BPF_F_ALLOW_OVERRIDE
            for one that a group below may replace, BPF_F_ALLOW_MULTI for one beside others, BPF_F_PREORDER with it for
            one that runs before those of groups below (6.15). A link always allows others beside it.
        method: "link", "attach" (it stays until it is detached, and this process's end does not do that), or None: a
            link where the kernel has them, unless flags are given.
        attach_type: for sections that do not say, such as `cgroup/skb`; by default what the section says.
        replace: the program whose place it takes, with method "attach" and BPF_F_ALLOW_MULTI.
        before, after: of a link: the link or program that this one runs before or after (6.17).
        first: of a link: before all others of the group (6.17).
        expected_revision: of a link: of the list of programs, as `query()` gives it (6.17).

    Raises:
        AttachError: no such group or method; the folder is no group of the second version.
        PermissionDenied: also where a program that excludes others is there.
        AttachRefused: the kernel refuses.
    """
    if method not in METHODS:
        raise AttachError(f"program {program.name}: cgroup programs have no method {method!r}",
                          help="link, attach or None")
    if method == "link" and (flags is not None or replace is not None):
        raise AttachError(f"program {program.name}: a link has no flags and replaces nothing", help='method="attach"')
    place = order(program, before, after, first, expected_revision)
    by_link = method != "attach" and flags is None and replace is None
    if place.given and not by_link:
        raise AttachError(f"program {program.name}: only a link has a place among others", help='method="link"')
    chosen = attach_type if attach_type is not None else program.spec.expected_attach_type
    kind = chosen if chosen is not None else AttachType.BPF_CGROUP_INET_INGRESS
    fd, where = _group(program, cgroup, kind)
    try:
        if by_link:
            link, error = syscall.link_create(program.fd, fd, kind, place.flags, place.extra if place.given else b"")
            if not error:
                return KernelLink(program, where, link)
            if method == "link" or place.given or error != errno.EINVAL:
                raise _refused(program, Command.BPF_LINK_CREATE, error, where, place)
        return _by_attach(program, fd, where, kind, BPF_F_ALLOW_MULTI if flags is None else flags, replace)
    finally:
        os.close(fd)


def _by_attach(program: Program, group: int, where: str, kind: AttachType, flags: int, replace: Program | None) -> Link:
    if replace is not None:
        flags |= BPF_F_REPLACE
    error = syscall.prog_attach(group, program.fd, kind, flags, replace.fd if replace is not None else 0)
    if error:
        raise _refused(program, Command.BPF_PROG_ATTACH, error, where)
    # Detaching names group and program once more, both of which the caller may have closed by then.
    kept_group, kept_program = os.dup(group), os.dup(program.fd)

    def undo() -> None:
        try:
            error = syscall.prog_detach(kept_group, kept_program, kind)
        finally:
            os.close(kept_group)
            os.close(kept_program)
        if error not in (0, errno.ENOENT):  # ENOENT: it was replaced, or its group removed
            raise syscall.failure(Command.BPF_PROG_DETACH, error, f"detaching {program.name} ({where})")

    return CallbackLink(program, where, "attach", undo)


def _group(program: Program, cgroup: str | os.PathLike[str] | int | None, kind: AttachType) -> tuple[int, str]:
    """A descriptor of the group's folder, which is the caller's, and what to call the place."""
    name = kind.name.removeprefix("BPF_").lower()
    if cgroup is None or isinstance(cgroup, bool):
        raise AttachError(f"program {program.name}: say where: attach(cgroup=...)",
                          help="give the path of a folder below the mount of cgroup2, often /sys/fs/cgroup")
    if isinstance(cgroup, int):
        return duplicated(program, "cgroup", cgroup), f"{name}, cgroup with descriptor {cgroup}"
    path = os.fspath(cgroup)
    try:
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise AttachError(f"program {program.name}: cgroup {path} cannot be opened ({error.strerror})",
                          help="give the path of a folder below the mount of cgroup2, often /sys/fs/cgroup") from error
    if not os.path.exists(os.path.join(path, "cgroup.controllers")):
        os.close(fd)
        raise AttachError(f"program {program.name}: {path} is no control group of the second version",
                          help="`mount -t cgroup2` shows where those are")
    return fd, f"{name}, cgroup {path}"


def _refused(program: Program, command: Command, error: int, where: str, place: Order | None = None) -> KernelError:
    if error == errno.EPERM:
        return permission_denied(command.name, error, f"attaching {program.name} ({where})", _EXCLUDED)
    ordered = place is not None and place.given
    return refused(program, command, error, where, {
        errno.ESTALE: "the list of programs has changed meanwhile",
        errno.EINVAL: "an order among the programs of a group needs Linux 6.17" if ordered else "",
    }.get(error, ""))
