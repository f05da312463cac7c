"""One program at many kernel functions at once, which ftrace calls: kprobe.multi, kretprobe.multi, kprobe.session.

Source: BPF_LINK_CREATE with BPF_TRACE_KPROBE_MULTI (5.18) and BPF_TRACE_KPROBE_SESSION (6.10).
"""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING

from .. import syscall
from ..errors import AttachError
from ..uapi import AttachType, Command
from .functions import functions_like, is_glob, similar_functions
from .links import KernelLink, Link, lacks, refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..program import Program

BPF_F_KPROBE_MULTI_RETURN = 1 << 0


def attach(program: Program, pattern: str | None = None, *, functions: Sequence[str] | None = None,
           cookie: int = 0, cookies: Sequence[int] | None = None) -> Link:
    """Attach a kprobe.multi, kretprobe.multi or kprobe.session program.

    Args:
        pattern: the functions, a glob with `*` and `?`; by default what the section says.
        functions: their names instead.
        cookie: what bpf_get_attach_cookie() gives at all of them, or
        cookies: at each of `functions`.

    Raises:
        AttachError: no function is named, or none matches; pattern and functions; cookies without functions.
        NotSupportedByKernel: the kernel has no such links: it is built without CONFIG_FPROBE, or older.
        AttachRefused: ESRCH: a function is not there, or may not be probed.
    """
    section = program.spec.section.partition("/")[0]
    if functions is not None and pattern is not None:
        raise AttachError(f"program {program.name}: pattern and functions do not go together", help="give one of them")
    if pattern is None and functions is None:
        if not program.spec.attach_to:
            raise AttachError(f"program {program.name}: which functions?",
                              help=f'SEC("{section}/pattern"), attach(pattern="vfs_*"), or attach(functions=[...])')
        pattern = program.spec.attach_to[0]
    where = f"{section} {pattern if pattern is not None else ', '.join(functions or ())}"
    names, addresses = _targets(program, pattern, functions)
    count = len(names or addresses)
    values = list(cookies) if cookies is not None else [cookie] * count if cookie else []
    if values and len(values) != count:
        raise AttachError(f"program {program.name}: {len(values)} cookies for {count} functions",
                          help="cookies=[...] has one for each of functions=[...]; cookie= is one for all")
    texts = [syscall.buffer(name.encode() + b"\0") for name in names]
    symbols = syscall.buffer(struct.pack(f"={len(texts)}Q", *map(syscall.address, texts)))
    places = syscall.buffer(struct.pack(f"={len(addresses)}Q", *addresses))
    cookie_values = syscall.buffer(struct.pack(f"={len(values)}Q", *values))
    flags = BPF_F_KPROBE_MULTI_RETURN if section == "kretprobe.multi" else 0
    extra = struct.pack("=IIQQQ", flags, count, syscall.address(symbols), syscall.address(places),
                        syscall.address(cookie_values))
    kind = program.spec.expected_attach_type or AttachType.BPF_TRACE_KPROBE_MULTI
    fd, error = syscall.link_create(program.fd, 0, kind, 0, extra)
    if error in (errno.EOPNOTSUPP, errno.EINVAL):
        raise lacks(program, Command.BPF_LINK_CREATE, error, where,
                    "links to many functions: they came with 5.18 (sessions 6.10) and need CONFIG_FPROBE")
    if error:
        near = similar_functions(names[0]) if len(names) == 1 else ""
        raise refused(program, Command.BPF_LINK_CREATE, error, where,
                      near or "a function is not there, or may not be probed" if error in (errno.ESRCH, errno.ENOENT)
                      else "")
    return KernelLink(program, f"{where} ({count} function{'s' if count != 1 else ''})", fd)


def _targets(program: Program, pattern: str | None, functions: Sequence[str] | None) -> tuple[list[str], list[int]]:
    """Names where they are given, addresses where a glob is: names of several functions say nothing to the kernel."""
    if pattern is None or not is_glob(pattern):
        names = list(functions) if functions is not None else [str(pattern)]
        if not names:
            raise AttachError(f"program {program.name}: functions is empty", help="name at least one")
        return names, []
    try:
        found = functions_like(pattern)
    except OSError as error:
        raise AttachError(f"program {program.name}: the kernel's functions cannot be listed ({error})",
                          help="run it as root, or give functions=[...]") from error
    addresses = sorted({address for each in found.values() for address in each})
    if not addresses:
        raise AttachError(f"program {program.name}: no function of the kernel matches {pattern}",
                          help="see /sys/kernel/tracing/available_filter_functions")
    if not addresses[0]:
        raise AttachError(f"program {program.name}: the kernel hides the addresses of its functions",
                          help="run it as root with kernel.kptr_restrict below 2")
    return [], addresses
