"""Two network namespaces joined by a veth pair, for the demo and the tests. See veth(4)."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence

from pybpfc_runtime.testing import NetworkNamespace


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
