"""TCP connections on a congestion control of the test's own."""

from __future__ import annotations

import socket
import struct

_CWND = 8 + 18 * 4  # tcpi_snd_cwnd in struct tcp_info, include/uapi/linux/tcp.h


def exchange(algorithm: str, rounds: int = 4) -> int:
    """A TCP connection over loopback whose client runs on an algorithm and sends 1,000 bytes a round.

    Returns:
        The client's congestion window at the end, in segments.

    Raises:
        FileNotFoundError: the kernel has none of this name.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, algorithm.encode())
        client.settimeout(5)
        client.connect(listener.getsockname())
        server, _ = listener.accept()
        with server:
            for _ in range(rounds):
                client.sendall(bytes(1000))
                assert server.recv(1000, socket.MSG_WAITALL)
            return int(struct.unpack_from("=I", client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104), _CWND)[0])
