"""Netfilter programs: at a hook of the network stack, beside nftables' chains.

Source: include/uapi/linux/netfilter.h; BPF_LINK_CREATE with BPF_NETFILTER (6.4).
"""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING

from .. import syscall
from ..errors import AttachError
from ..uapi import AttachType, Command
from .links import KernelLink, Link, refused

if TYPE_CHECKING:
    from ..program import Program

# NFPROTO_*, NF_INET_*; what bpf_nf_link_attach() takes.
FAMILIES = {"ipv4": 2, "ipv6": 10}
HOOKS = {"pre_routing": 0, "local_in": 1, "forward": 2, "local_out": 3, "post_routing": 4}
BPF_F_NETFILTER_IP_DEFRAG = 1 << 0
_LOWEST, _HIGHEST = -(1 << 31), (1 << 31) - 1
_REASONS = {
    errno.EBUSY: "another program has this hook and priority: choose another priority",
    errno.ERANGE: "the first and the last priority are the kernel's own",
    errno.EAFNOSUPPORT: "the kernel has no such protocol family, or no netfilter for it",
    errno.EINVAL: "defragmenting needs a priority above -400 (NF_IP_PRI_CONNTRACK_DEFRAG)",
}


def attach(program: Program, pf: str = "ipv4", hook: str | None = None, priority: int = 0, *,
           defragment: bool = False) -> Link:
    """Attach a netfilter program in this thread's network namespace.

    Args:
        pf: the protocol family, "ipv4" or "ipv6".
        hook: "pre_routing", "local_in", "forward", "local_out" or "post_routing".
        priority: programs and chains of lower priority run earlier; each program of a hook has its own.
        defragment: whole packets instead of fragments; the priority must be above -400.

    Raises:
        AttachError: no hook, or no such hook or family.
        AttachRefused: EBUSY: the priority is taken.
        NotSupportedByKernel: the kernel has no netfilter programs.
    """
    if pf not in FAMILIES:
        raise AttachError(f"program {program.name}: netfilter has no family {pf!r} for programs", help="ipv4 or ipv6")
    if hook not in HOOKS:
        raise AttachError(f"program {program.name}: say where: attach(hook=...)" if hook is None else
                          f"program {program.name}: netfilter has no hook {hook!r}", help=", ".join(HOOKS))
    if not _LOWEST < priority < _HIGHEST:
        raise AttachError(f"program {program.name}: {priority} is no priority that a program can have",
                          help=f"between {_LOWEST + 1} and {_HIGHEST - 1}")
    where = f"netfilter {pf} {hook}, priority {priority}"
    flags = BPF_F_NETFILTER_IP_DEFRAG if defragment else 0
    extra = struct.pack("=IIiI", FAMILIES[pf], HOOKS[hook], priority, flags)
    fd, error = syscall.link_create(program.fd, 0, AttachType.BPF_NETFILTER, 0, extra)
    if error:
        raise refused(program, Command.BPF_LINK_CREATE, error, where, _REASONS.get(error, ""))
    return KernelLink(program, where, fd)
