"""The lines that programs print: `print()` in a program, bpf_trace_printk(), read from tracefs' trace_pipe.

Reading takes the lines: who reads second does not see them. All programs of the machine print into the same pipe.

Source: Documentation/trace/ftrace.rst; kernel/trace/bpf_trace.c.
"""

from __future__ import annotations

import ctypes
import errno
import os
import select
import time
from typing import TYPE_CHECKING, Any

from ..attach.tracepoint import TRACEFS
from ..descriptor import Single
from ..errors import KernelError, NotSupportedByKernel, PermissionDenied

if TYPE_CHECKING:
    from collections.abc import Iterator

_FSOPEN, _FSCONFIG, _FSMOUNT = 430, 431, 432  # the same numbers on every machine
_FSCONFIG_CMD_CREATE = 6  # include/uapi/linux/mount.h
_CLOEXEC = 1  # FSOPEN_CLOEXEC, FSMOUNT_CLOEXEC
_CHUNK = 1 << 16  # bytes


class TracePipe(Single):
    """An iterator over lines, a context manager.

    Args:
        timeout: seconds to wait for the next line before a loop ends; None to wait for ever, 0 for what is there.

    Raises:
        PermissionDenied: tracefs may not be read: it is root's.
        NotSupportedByKernel: the kernel has no tracefs.
    """

    def __init__(self, timeout: float | None = None) -> None:
        self.timeout = timeout
        self._rest = b""
        self._lines: list[str] = []
        self._fd = -1
        self._fd = _open_pipe()

    def fileno(self) -> int:
        return self._fd

    def read(self) -> list[str]:
        """The lines that are there now."""
        try:
            data = os.read(self._fd, _CHUNK)
        except BlockingIOError:
            data = b""
        *lines, self._rest = (self._rest + data).split(b"\n")
        # Texts often end their line themselves, and the kernel ends it once more.
        found = self._lines + [line.decode("utf-8", "replace") for line in lines if line]
        self._lines = []
        return found

    def __iter__(self) -> Iterator[str]:
        poll = select.poll()
        poll.register(self._fd, select.POLLIN)
        end = None if self.timeout is None else time.monotonic() + self.timeout
        while True:
            self._lines = self.read()
            if self._lines:
                while self._lines:
                    yield self._lines.pop(0)
                end = None if self.timeout is None else time.monotonic() + self.timeout
                continue
            wait = None if end is None else max(0.0, end - time.monotonic())
            if not poll.poll(None if wait is None else wait * 1000) and end is not None and time.monotonic() >= end:
                return

    def close(self) -> None:
        """Harmless twice."""
        number, self._fd = self._fd, -1
        if number >= 0:
            os.close(number)

    def __enter__(self) -> TracePipe:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_fd"):
            self.close()


def trace_pipe(timeout: float | None = None) -> TracePipe:
    """See `TracePipe`."""
    return TracePipe(timeout)


def _open_pipe() -> int:
    for root in TRACEFS:
        try:
            return os.open(os.path.join(root, "trace_pipe"), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        except PermissionError as error:
            raise _refused(error.errno or 0, f"open of {root}/trace_pipe") from error
        except OSError as error:
            raise _busy(error, f"{root}/trace_pipe") from error
    return _open_unmounted()


def _open_unmounted() -> int:
    """Open it in a mount of tracefs that nobody else sees, and that ends with the descriptor (5.2)."""
    context = _call(_FSOPEN, b"tracefs", _CLOEXEC)
    try:
        _call(_FSCONFIG, context, _FSCONFIG_CMD_CREATE, None, None, 0)
        mount = _call(_FSMOUNT, context, _CLOEXEC, 0)
    finally:
        os.close(context)
    try:
        return os.open("trace_pipe", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=mount)
    except OSError as error:
        raise _busy(error, "trace_pipe") from error
    finally:
        os.close(mount)


def _call(number: int, *arguments: Any) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    converted = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    result: int = libc.syscall(ctypes.c_long(number), *converted)
    if result < 0:
        raise _refused(ctypes.get_errno(), "mounting tracefs")
    return result


def _refused(number: int, doing: str) -> KernelError:
    if number in (errno.EPERM, errno.EACCES):
        return PermissionDenied(doing, number, "reading trace_pipe",
                                help="tracefs is root's; mounting it needs CAP_SYS_ADMIN")
    return NotSupportedByKernel(doing, number, "reading trace_pipe",
                                help="as root: mount -t tracefs tracefs /sys/kernel/tracing; the kernel needs "
                                     "CONFIG_TRACING")


def _busy(error: OSError, path: str) -> KernelError:
    return KernelError(f"open of {path}", error.errno or 0, "reading trace_pipe",
                       help="EBUSY: another process reads it; only one can" if error.errno == errno.EBUSY else "")
