"""Examples on a veth pair: real packets go through the attached program, and nothing stays behind."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest

import pybpfc_runtime as rt
import veth
from support import packets

pytestmark = pytest.mark.usefixtures("privileged")

SENT = {"192.0.2.2": 3, "192.0.2.3": 5, "192.0.2.4": 1}
PAYLOAD = b"x" * 100
IP_AND_UDP = 28  # bytes of both headers


def wait_until(condition: Callable[[], Any], seconds: float = 5) -> None:
    """Packets cross a veth pair in softirq context, soon but not at once."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the packets did not arrive"
        time.sleep(0.02)


@pytest.mark.parametrize("mode", ["generic", "native"])
@pytest.mark.parametrize("method", ["link", "netlink"])
def test_xdp_count(method: str, mode: str, example: Callable[[str], Path]) -> None:
    spec = rt.ObjectSpec.open(str(example("xdp_count")))
    with veth.VethPair(list(SENT)) as pair, pair.near.entered(), spec.load() as bpf:
        traffic = bpf.map("traffic")

        def counted() -> dict[str, tuple[int, int]]:
            return {str(IPv4Address(source)): (seen.packets, seen.bytes) for source, seen in traffic.items()}

        with bpf.programs["count_by_source"].attach(interface=pair.near_interface, mode=mode, method=method):
            attached = pair.near.ip("link", "show", "dev", pair.near_interface)
            assert ("xdpgeneric" in attached) == (mode == "generic")
            assert "prog/xdp" in attached
            for source, count in SENT.items():
                pair.send_udp(source, count, PAYLOAD)
            wait_until(lambda: len(counted()) == len(SENT) and sum(n for n, _ in counted().values()) == 9)
            assert counted() == {source: (n, n * (len(PAYLOAD) + IP_AND_UDP)) for source, n in SENT.items()}
        assert "xdp" not in pair.near.ip("link", "show", "dev", pair.near_interface).replace(pair.near_interface, "")
        pair.send_udp("192.0.2.2", 2, PAYLOAD)
        time.sleep(0.1)
        assert counted()["192.0.2.2"][0] == SENT["192.0.2.2"], "a detached program still counts"


def test_tc_prefix_filter(example: Callable[[str], Path]) -> None:
    spec = rt.ObjectSpec.open(str(example("tc_prefix_filter")))
    with (
        veth.VethPair() as pair,
        pair.near.entered(),
        spec.load() as bpf,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
    ):
        receiver.bind((pair.near_address, 5000))
        receiver.settimeout(2)
        rules, verdicts = bpf.map("rules"), bpf.map("verdicts")
        with bpf.programs["filter_by_prefix"].attach(interface=pair.near_interface):
            pair.send_udp("192.0.2.2", 1, b"allowed", port=5000)
            assert receiver.recv(100) == b"allowed"
            rules[rules.key_type.python_class(prefixlen=24, addr=IPv4Address("192.0.2.0"))] = 1
            allowed = sum(verdicts[0])
            pair.send_udp("192.0.2.2", 4, b"denied", port=5000)
            wait_until(lambda: sum(verdicts[1]) == 4)
            assert sum(verdicts[0]) == allowed >= 1
        pair.send_udp("192.0.2.2", 1, b"after", port=5000)
        assert receiver.recv(100) == b"after", "a denied packet passed, or the program is still attached"


def test_socket_protocols(example: Callable[[str], Path]) -> None:
    so_attach_bpf = 50  # include/uapi/asm-generic/socket.h
    eth_p_all = 0x0003
    spec = rt.ObjectSpec.open(str(example("socket_protocols")))
    with veth.VethPair() as pair, pair.near.entered(), spec.load() as bpf:
        counts = bpf.map("packets")
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as tap:
            tap.setsockopt(socket.SOL_SOCKET, so_attach_bpf, bpf.programs["count_protocols"].fd)
            tap.bind((pair.near_interface, eth_p_all))
            pair.send_frames([packets.udp(), packets.udp(), packets.tcp(), packets.ipv6(), packets.udp()[:20]])
            wait_until(lambda: (counts[17], counts[6], counts[58]) == (2, 1, 1))
            tap.settimeout(0.1)
            with pytest.raises(TimeoutError):
                tap.recv(100)
