"""Two network namespaces joined by a veth pair, for the demo and the tests.

The namespaces have no name: they live as long as the file descriptors of this process, so whatever happens to
the process, the kernel takes namespaces, interfaces and attached programs away with it. See namespaces(7), veth(4).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence

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


class VethPair:
    """`near` and `far`, each with one end of a veth pair; a context manager.

    Args:
        sources: IPv4 addresses of the far end, from which packets are sent; all in 192.0.2.0/24 (RFC 5737).
    """

    near_interface = "veth_near"
    far_interface = "veth_far"
    near_address = "192.0.2.1"

    def __init__(self, sources: Sequence[str] = ("192.0.2.2",)) -> None:
        self.sources = tuple(sources)

    def __enter__(self) -> VethPair:
        self.near = NetworkNamespace()
        self.far = NetworkNamespace()
        try:
            for namespace in (self.near, self.far):
                with namespace.entered():
                    _no_ipv6()
            self.near.ip("link", "add", self.near_interface, "type", "veth", "peer", "name", self.far_interface)
            self.near.ip("link", "set", self.far_interface, "netns", self.far.path)
            self.near.ip("address", "add", f"{self.near_address}/24", "dev", self.near_interface)
            for source in self.sources:
                self.far.ip("address", "add", f"{source}/24", "dev", self.far_interface)
            for namespace, interface in ((self.near, self.near_interface), (self.far, self.far_interface)):
                namespace.ip("link", "set", "lo", "up")
                namespace.ip("link", "set", interface, "up")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.near.close()
        self.far.close()

    def send_udp(self, source: str, count: int, payload: bytes = b"x" * 100, port: int = 9) -> None:
        """Send `count` UDP datagrams from `source`, an address of the far end, to the near end.

        The near end has no listener; its ICMP answer must not stop the sender, so each datagram has its own error.
        """
        with self.far.entered():
            sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with sender:
            sender.bind((source, 0))
            for _ in range(count):
                sender.sendto(payload, (self.near_address, port))

    def send_frames(self, frames: Sequence[bytes]) -> None:
        """Put raw Ethernet frames on the far end's wire."""
        with self.far.entered():
            wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        with wire:
            wire.bind((self.far_interface, 0))
            for frame in frames:
                wire.send(frame)


def _no_ipv6() -> None:
    """Without IPv6 no router solicitation or duplicate address detection mixes with the packets that are counted."""
    for which in ("all", "default"):
        path = f"/proc/sys/net/ipv6/conf/{which}/disable_ipv6"
        if os.path.exists(path):
            with open(path, "w") as file:
                file.write("1")
