"""Network namespaces without a name: they live as long as the descriptors of this process, so whatever happens to it,
the kernel takes namespaces, interfaces and attached programs away with it.

Source: namespaces(7), unshare(2), setns(2).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CLONE_NEWNET = 0x40000000  # include/uapi/linux/sched.h

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, call: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)} (network namespaces need CAP_SYS_ADMIN)")


class NetworkNamespace:
    """An unnamed network namespace, held by a file descriptor of this process.

    Raises:
        OSError: unshare(2) is not permitted.
    """

    def __init__(self) -> None:
        # a thread of its own enters the new namespace and ends: the caller's namespace never changes
        failure: list[OSError] = []

        def make() -> None:
            try:
                _check(_libc.unshare(CLONE_NEWNET), "unshare")
                self._descriptor = os.open(f"/proc/self/task/{threading.get_native_id()}/ns/net",
                                           os.O_RDONLY | os.O_CLOEXEC)
            except OSError as error:
                failure.append(error)

        thread = threading.Thread(target=make)
        thread.start()
        thread.join()
        if failure:
            raise failure[0]

    @property
    def path(self) -> str:
        """A path that `ip link set ... netns` takes."""
        return f"/proc/{os.getpid()}/fd/{self._descriptor}"

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """The calling thread, and what it starts, is in the namespace until the block ends."""
        before = os.open(f"/proc/self/task/{threading.get_native_id()}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            _check(_libc.setns(self._descriptor, CLONE_NEWNET), "setns")
            try:
                yield
            finally:
                _check(_libc.setns(before, CLONE_NEWNET), "setns")
        finally:
            os.close(before)

    def ip(self, *arguments: str) -> str:
        """Run ip(8) in the namespace and return what it prints.

        Raises:
            RuntimeError: ip failed; the message is its own.
        """
        with self.entered():
            done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
