"""Memory barriers for buffers that the kernel and this process share.

Both kinds of buffer have one position that the kernel publishes with a store-release and one that this process
does. A reader must not read data before the position that covers it, and must not give data back before it has
been read.

CPython reads an aligned integer through a `memoryview` of format "I" or "Q" with one load, and the interpreter calls
functions it cannot look into between any two such accesses, so a compiler neither tears nor reorders them. x86 and
s390x do not reorder loads with loads, nor stores with earlier accesses: there nothing is left to do. Other machines
need an instruction that Python has no name for. futex(2) with FUTEX_WAKE executes a full barrier (`smp_mb()` in
`futex_hb_waiters_pending()`, kernel/futex/waitwake.c, which its own protocol depends on) whether or not anybody
waits. It costs a system call: once for a batch of records, not for each.

Source: Documentation/memory-barriers.txt; kernel/bpf/ringbuf.c; Documentation/bpf/ringbuf.rst.
"""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_TOTAL_STORE_ORDER = frozenset({"x86_64", "i686", "i386", "s390x"})
# futex by `uname -m`; asm-generic/unistd.h where the machine has no table of its own.
_FUTEX = {"aarch64": 98, "riscv64": 98, "loongarch64": 98, "ppc64le": 221, "ppc64": 221}
_FUTEX_WAKE_PRIVATE = 1 | 128  # include/uapi/linux/futex.h


def barrier_by_futex(number: int) -> Callable[[], None]:
    """A full barrier out of a futex(2) that wakes nobody; `number` is that of the system call."""
    call = ctypes.CDLL(None, use_errno=True).syscall
    call.restype = ctypes.c_long
    word = ctypes.c_uint32(0)  # stays alive with the function
    arguments = (ctypes.c_long(number), ctypes.byref(word), ctypes.c_int(_FUTEX_WAKE_PRIVATE), ctypes.c_int(1),
                 ctypes.c_void_p(None), ctypes.c_void_p(None), ctypes.c_int(0))

    def barrier() -> None:
        if call(*arguments) < 0:
            raise OSError(ctypes.get_errno(), "futex(2), which is needed as a memory barrier, failed")

    return barrier


def _nothing() -> None:
    """Program order is enough."""


def barrier_of(machine: str) -> Callable[[], None]:
    """The barrier that a machine needs between a shared position and the data it covers.

    Args:
        machine: as `uname -m` names it.

    Raises:
        UnsupportedFeature: a machine that this library knows no barrier for.
    """
    if machine in _TOTAL_STORE_ORDER:
        return _nothing
    number = _FUTEX.get(machine)
    if number is None:
        from ..errors import UnsupportedFeature

        raise UnsupportedFeature("reading buffers that the kernel writes needs memory barriers, and those of "
                                 f"{machine} are not known here")
    return barrier_by_futex(number)


def barrier() -> Callable[[], None]:
    """The barrier of this machine."""
    return barrier_of(os.uname().machine)
