"""What the examples beyond the two with C twins do with single packets, loaded by our own loader."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterator
from ipaddress import IPv6Address
from pathlib import Path
from typing import Any

import pytest
from scapy.layers.inet import IP, TCP, UDP, IPOption_Router_Alert
from scapy.layers.inet6 import IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop, IPv6ExtHdrRouting
from scapy.layers.l2 import Dot1Q, Ether

import pybpfc_runtime as rt
from support import packets
from support.libbpf import Libbpf

pytestmark = pytest.mark.usefixtures("privileged")

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
XDP_DROP, XDP_PASS = 1, 2
TC_ACT_OK, TC_ACT_SHOT = 0, 2


@pytest.fixture
def load(example: Callable[[str], Path]) -> Iterator[Callable[..., Any]]:
    """`load("xdp_count", global=value)`: the loaded object; closed when the test ends."""
    opened: list[Any] = []

    def open_and_load(name: str, **rodata: int) -> Any:
        spec = rt.ObjectSpec.open(str(example(name)))
        for variable, value in rodata.items():
            setattr(spec.rodata, variable, value)
        opened.append(spec.load())
        return opened[-1]

    yield open_and_load
    for loaded in opened:
        loaded.close()


def verdict(bpf: Any, program: str, data: bytes, repeat: int = 1) -> int:
    return int(bpf.programs[program].test_run(data=data, repeat=repeat).return_value)


@pytest.mark.parametrize("only_count", [0, 1])
def test_drop_ports(only_count: int, load: Callable[..., Any]) -> None:
    bpf = load("xdp_drop_ports", only_count=only_count)
    dropped = XDP_PASS if only_count else XDP_DROP
    bpf.map("blocked")[53] = 1
    bpf.map("blocked")[8080] = 1
    assert verdict(bpf, "drop_ports", packets.udp(port=53), repeat=4) == dropped
    assert verdict(bpf, "drop_ports", packets.udp(port=54)) == XDP_PASS
    assert verdict(bpf, "drop_ports", packets.tcp(port=8080)) == dropped
    options = packets.frame(IP(options=[IPOption_Router_Alert()]), TCP(dport=8080))
    assert verdict(bpf, "drop_ports", options) == dropped, "IP options must be skipped"
    fragment = packets.frame(IP(frag=100, proto=17), TCP(dport=53))
    assert verdict(bpf, "drop_ports", fragment, repeat=2) == XDP_PASS
    assert verdict(bpf, "drop_ports", packets.ipv6()) == XDP_PASS
    assert verdict(bpf, "drop_ports", packets.udp(port=53)[:37]) == XDP_PASS, "the port is cut off"
    assert {port: sum(counts) for port, counts in bpf.map("drops").items()} == {53: 4, 8080: 2}
    assert bpf.globals.later_fragments == 2


def test_ipv6_extension_headers(load: Callable[..., Any]) -> None:
    bpf = load("xdp_ipv6_ext_headers")

    def passes(*headers: Any) -> bool:
        return verdict(bpf, "drop_routing_headers", packets.ipv6(*headers)) == XDP_PASS

    assert passes()
    assert passes(IPv6ExtHdrHopByHop(), IPv6ExtHdrDestOpt())
    assert passes(IPv6ExtHdrFragment())
    assert not passes(IPv6ExtHdrRouting())
    assert not passes(IPv6ExtHdrHopByHop(), IPv6ExtHdrDestOpt(), IPv6ExtHdrRouting())
    assert not passes(IPv6ExtHdrFragment(), IPv6ExtHdrRouting()), "a fragment header is 8 bytes whatever hdrlen says"
    assert passes(*[IPv6ExtHdrDestOpt()] * 7)
    assert not passes(*[IPv6ExtHdrDestOpt()] * 8)
    seen = {kind: sum(counts) for kind, counts in bpf.map("extension_headers").items() if sum(counts)}
    assert seen == {0: 2, 43: 3, 44: 2, 60: 2 + 7 + 8}


def test_firewall(load: Callable[..., Any]) -> None:
    """Both pulls of a port lie behind a skip() by a length from the packet, and join before the port is used."""
    bpf = load("xdp_firewall", rate=5)
    vlan = bytes(Ether() / Dot1Q() / Dot1Q() / IP(src="192.0.2.9") / UDP(dport=99))
    assert verdict(bpf, "firewall", vlan) == XDP_PASS
    options = packets.frame(IP(src="192.0.2.10", options=[IPOption_Router_Alert()]), TCP(dport=8080))
    assert verdict(bpf, "firewall", options) == XDP_PASS
    assert verdict(bpf, "firewall", packets.frame(IP(src="192.0.2.11"), TCP(dport=80, flags="SF"))) == XDP_DROP
    assert verdict(bpf, "firewall", packets.frame(IP(src="192.0.2.12"), TCP(dport=80))[:40]) == XDP_DROP
    ipv6 = packets.frame(IPv6(src="2001:db8::1"), UDP(dport=53))
    assert verdict(bpf, "firewall", ipv6) == XDP_PASS
    assert dict(bpf.map("ports").items()) == {99: 1, 8080: 1, 53: 1}

    prefix = runpy.run_path(str(EXAMPLES / "xdp_firewall.py"))["V6Prefix"]
    prefix = prefix(prefixlen=32, addr=IPv6Address("2001:db8::").packed)
    bpf.map("blocked6")[prefix] = 1
    assert verdict(bpf, "firewall", ipv6) == XDP_DROP
    same = packets.udp(source="192.0.2.13")
    assert [verdict(bpf, "firewall", same) for _ in range(7)] == [XDP_PASS] * 6 + [XDP_DROP]
    assert [sum(bpf.map("reasons")[reason]) for reason in range(4)] == [9, 0, 1, 1]


def test_rate_limit(load: Callable[..., Any]) -> None:
    frame = packets.udp(source="192.0.2.200", payload=1000)
    bpf = load("tc_rate_limit", bytes_per_second=2 * len(frame))
    assert verdict(bpf, "limit_by_source", frame) == TC_ACT_OK
    results = [verdict(bpf, "limit_by_source", frame) for _ in range(20)]
    assert results[:2] == [TC_ACT_OK, TC_ACT_OK], "a full bucket lets one second's worth pass"
    assert TC_ACT_SHOT in results
    assert bpf.globals.dropped == results.count(TC_ACT_SHOT)
    assert verdict(bpf, "limit_by_source", packets.udp(source="192.0.2.201")) == TC_ACT_OK, "one bucket per source"
    assert verdict(bpf, "limit_by_source", packets.ipv6()) == TC_ACT_OK
    assert len(bpf.map("buckets")) == 2


def test_our_loader_runs_as_libbpf_does(example: Callable[[str], Path]) -> None:
    """The same frames through both loaders give the same results and counts."""
    path = example("xdp_count")
    frames = [frame for frame in packets.corpus().values() if len(frame) > 14]
    with rt.ObjectSpec.open(str(path)).load() as ours, Libbpf().open(path) as theirs:
        for frame in frames:
            assert verdict(ours, "count_by_source", frame) == theirs.test_run("count_by_source", frame).result
        decoded = {key: (value.packets, value.bytes) for key, value in ours.map("traffic").items()}
        raw = theirs.entries("traffic")
    assert decoded
    assert decoded == {int.from_bytes(key, "big"): (int.from_bytes(value[:8], "little"),
                                                    int.from_bytes(value[8:], "little"))
                       for key, value in raw.items()}
