"""Programs that see packets: the examples, on a veth pair or on packets of a test run."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pybpfc_runtime as rt
from veth import VethPair

from ..guest_test import Need, guest_test
from . import frames

XDP_DROP, XDP_PASS = 1, 2
TC_ACT_OK, TC_ACT_SHOT = 0, 2
SENT = {"192.0.2.2": 3, "192.0.2.3": 5, "192.0.2.4": 1}
PAYLOAD = b"x" * 100
IP_AND_UDP = 28  # bytes of both headers
TCX = Need("6.6", "tcx links", "BPF_LINK_CREATE failed with EINVAL")


def wait_until(condition: Callable[[], Any], seconds: float = 10) -> None:
    """Packets cross a veth pair in softirq context, soon but not at once."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the packets did not arrive"
        time.sleep(0.02)


def verdict(bpf: Any, program: str, frame: bytes, repeat: int = 1) -> int:
    return int(bpf.programs[program].test_run(data=frame, repeat=repeat).return_value)


@guest_test("xdp_count", reaches="fires",
            variants=("native by link", "native by netlink", "generic by link", "generic by netlink"))
def xdp_count(path: Path, variant: str) -> None:
    mode, _, method = variant.split()
    spec = rt.ObjectSpec.open(str(path))
    with VethPair(list(SENT)) as pair, pair.near.entered(), spec.load() as bpf:
        traffic = bpf.map("traffic")

        def counted() -> dict[str, tuple[int, int]]:
            return {str(IPv4Address(source)): (seen.packets, seen.bytes) for source, seen in traffic.items()}

        with bpf.programs["count_by_source"].attach(interface=pair.near_interface, mode=mode, method=method):
            shown = pair.near.ip("link", "show", "dev", pair.near_interface)
            assert "prog/xdp" in shown and ("xdpgeneric" in shown) == (mode == "generic"), shown
            for source, count in SENT.items():
                pair.send_udp(source, count, PAYLOAD)
            wait_until(lambda: sum(packets for packets, _ in counted().values()) == sum(SENT.values()))
            assert counted() == {source: (n, n * (len(PAYLOAD) + IP_AND_UDP)) for source, n in SENT.items()}
        pair.send_udp("192.0.2.2", 2, PAYLOAD)
        time.sleep(0.1)
        assert counted()["192.0.2.2"][0] == SENT["192.0.2.2"], "a detached program still counts"


@guest_test("xdp_drop_ports", reaches="runs")
def xdp_drop_ports(path: Path) -> None:
    with rt.ObjectSpec.open(str(path)).load() as bpf:
        bpf.map("blocked").update({53: 1, 8080: 1})
        assert verdict(bpf, "drop_ports", frames.ipv4(frames.udp(53)), repeat=4) == XDP_DROP
        assert verdict(bpf, "drop_ports", frames.ipv4(frames.udp(54))) == XDP_PASS
        with_options = frames.ipv4(frames.tcp(8080), protocol=frames.IPPROTO_TCP, options=bytes(8))
        assert verdict(bpf, "drop_ports", with_options) == XDP_DROP
        assert verdict(bpf, "drop_ports", frames.ipv4(frames.udp(53), fragment=100)) == XDP_PASS
        assert {port: sum(counts) for port, counts in bpf.map("drops").items()} == {53: 4, 8080: 1}
        assert bpf.globals.later_fragments == 1


@guest_test("xdp_ipv6_ext_headers", reaches="runs")
def xdp_ipv6_ext_headers(path: Path) -> None:
    hop_by_hop, routing, destination = 0, 43, 60
    with rt.ObjectSpec.open(str(path)).load() as bpf:
        assert verdict(bpf, "drop_routing_headers", frames.ipv6()) == XDP_PASS
        assert verdict(bpf, "drop_routing_headers", frames.ipv6(hop_by_hop, destination)) == XDP_PASS
        assert verdict(bpf, "drop_routing_headers", frames.ipv6(hop_by_hop, destination, routing)) == XDP_DROP
        assert verdict(bpf, "drop_routing_headers", frames.ipv6(*[destination] * 8)) == XDP_DROP
        seen = {kind: sum(counts) for kind, counts in bpf.map("extension_headers").items() if sum(counts)}
        assert seen == {0: 2, 43: 1, 60: 2 + 8}


def _filters_by_prefix(path: Path, method: str) -> None:
    spec = rt.ObjectSpec.open(str(path))
    with (
        VethPair() as pair,
        pair.near.entered(),
        spec.load() as bpf,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
    ):
        receiver.bind((pair.near_address, 5000))
        receiver.settimeout(5)
        rules, verdicts = bpf.map("rules"), bpf.map("verdicts")
        with bpf.programs["filter_by_prefix"].attach(interface=pair.near_interface, method=method):
            pair.send_udp("192.0.2.2", 1, b"allowed", port=5000)
            assert receiver.recv(100) == b"allowed"
            rules[rules.key_type.python_class(prefixlen=24, addr=IPv4Address("192.0.2.0"))] = 1
            pair.send_udp("192.0.2.2", 4, b"denied", port=5000)
            wait_until(lambda: sum(verdicts[1]) == 4)
            assert sum(verdicts[0]) >= 1
        pair.send_udp("192.0.2.2", 1, b"after", port=5000)
        assert receiver.recv(100) == b"after", "a denied packet passed, or the program is still attached"


@guest_test("tc_prefix_filter", reaches="fires")
def tc_prefix_filter_by_netlink(path: Path) -> None:
    _filters_by_prefix(path, "netlink")


@guest_test("tc_prefix_filter", reaches="fires", needs=[TCX])
def tc_prefix_filter_by_link(path: Path) -> None:
    _filters_by_prefix(path, "link")


@guest_test("action", reaches="fires", variants=("ingress", "egress"))
def action(path: Path, variant: str) -> None:
    with (
        VethPair() as pair,
        pair.near.entered(),
        rt.ObjectSpec.open(str(path)).load() as bpf,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        receiver.bind((pair.near_address, 5001))
        receiver.settimeout(5)
        verdicts = bpf.map("verdicts")
        with bpf.programs["shut"].attach(interface=pair.near_interface, direction=variant) as link:
            assert link.where == f"action of tc {variant} on {pair.near_interface}"
            if variant == "ingress":
                pair.send_udp("192.0.2.2", 4, b"shut", port=5001)
                pair.send_udp("192.0.2.2", 3, b"open", port=5000)
            else:
                sender.sendto(b"shut", ("192.0.2.2", 5001))
                sender.sendto(b"open", ("192.0.2.2", 5000))
            wait_until(lambda: all(sum(verdicts[kind]) for kind in (0, 1)))
            if variant == "ingress":
                wait_until(lambda: [sum(verdicts[kind]) for kind in (0, 1)] == [3, 4])
        before = [sum(verdicts[kind]) for kind in (0, 1)]
        pair.send_udp("192.0.2.2", 1, b"after", port=5001)
        assert receiver.recv(100) == b"after", "a packet that was to be dropped passed, or the action is still there"
        assert [sum(verdicts[kind]) for kind in (0, 1)] == before
        assert "clsact" not in pair.near.ip("link", "show", "dev", pair.near_interface)


@guest_test("tc_rate_limit", reaches="runs")
def tc_rate_limit(path: Path) -> None:
    frame = frames.ipv4(frames.udp(size=1000))
    spec = rt.ObjectSpec.open(str(path))
    spec.rodata.bytes_per_second = 2 * len(frame)
    with spec.load() as bpf:
        results = [verdict(bpf, "limit_by_source", frame) for _ in range(21)]
        assert results[:3] == [TC_ACT_OK] * 3, "the first makes the bucket, which holds one second's worth"
        assert TC_ACT_SHOT in results
        assert bpf.globals.dropped == results.count(TC_ACT_SHOT)
        assert verdict(bpf, "limit_by_source", frames.ipv4(frames.udp(), source="192.0.2.201")) == TC_ACT_OK
        assert len(bpf.map("buckets")) == 2


@guest_test("socket_protocols", reaches="fires")
def socket_protocols(path: Path) -> None:
    so_attach_bpf, eth_p_all = 50, 0x0003  # include/uapi/asm-generic/socket.h, include/uapi/linux/if_ether.h
    with VethPair() as pair, pair.near.entered(), rt.ObjectSpec.open(str(path)).load() as bpf:
        counts = bpf.map("packets")
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as tap:
            tap.setsockopt(socket.SOL_SOCKET, so_attach_bpf, bpf.programs["count_protocols"].fd)
            tap.bind((pair.near_interface, eth_p_all))
            tcp = frames.ipv4(frames.tcp(80), protocol=frames.IPPROTO_TCP)
            pair.send_frames([frames.ipv4(frames.udp()), frames.ipv4(frames.udp()), tcp, frames.ipv6()])
            wait_until(lambda: (counts[17], counts[6], counts[58]) == (2, 1, 1))


def _filters_egress(path: Path, method: str) -> None:
    group = Path("/sys/fs/cgroup/egress")
    group.mkdir()
    spec = rt.ObjectSpec.open(str(path))
    spec.rodata.closed_port = 7
    with spec.load() as bpf, bpf.programs["filter_egress"].attach(cgroup=group, method=method):
        (group / "cgroup.procs").write_text("0")
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(b"x", ("127.0.0.1", 9))
                try:
                    sender.sendto(b"x", ("127.0.0.1", 7))
                except PermissionError:
                    pass
                else:
                    raise AssertionError("the datagram to the closed port left")
        finally:
            Path("/sys/fs/cgroup/cgroup.procs").write_text("0")
        assert dict(bpf.map("packets").items()) == {0: 1, 1: 1}
    group.rmdir()


@guest_test("cgroup_egress", reaches="fires", variants=("link", "attach"))
def cgroup_egress(path: Path, variant: str) -> None:
    _filters_egress(path, variant)
