"""The pytest plugin in a pytest of its own, and the packets that it makes."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6
from scapy.layers.l2 import Dot1Q, Ether
from scapy.packet import Raw

from pybpfc.compiler.pipeline import compile_file
from pybpfc_runtime.testing import packet
from support.machine import EXAMPLES, run

ETHER = {"dst": "02:00:00:00:00:01", "src": "02:00:00:00:00:02"}
V4, V6 = {"src": "192.0.2.1", "dst": "192.0.2.2"}, {"src": "2001:db8::1", "dst": "2001:db8::2"}
TEXT = b"some odd payload."


@pytest.mark.parametrize(("arguments", "layers"), [
    ({}, IP(id=0, **V4) / UDP(sport=40000, dport=9)),
    ({"payload": TEXT, "source_port": 1, "destination_port": 53, "ttl": 3},
     IP(id=0, ttl=3, **V4) / UDP(sport=1, dport=53) / Raw(TEXT)),
    ({"protocol": "tcp", "flags": "SA", "payload": TEXT, "destination_port": 80},
     IP(id=0, **V4) / TCP(sport=40000, dport=80, flags="SA", seq=1, window=65535) / Raw(TEXT)),
    ({"protocol": "icmp"}, IP(id=0, **V4) / ICMP(id=1, seq=1)),
    ({"source": "2001:db8::1", "destination": "2001:db8::2", "payload": TEXT},
     IPv6(hlim=64, **V6) / UDP(sport=40000, dport=9) / Raw(TEXT)),
    ({"source": "2001:db8::1", "destination": "2001:db8::2", "protocol": "icmp6"},
     IPv6(hlim=64, **V6) / ICMPv6EchoRequest(id=1, seq=1)),
], ids=str)
@pytest.mark.parametrize("vlan", [None, 7])
def test_packets_are_those_of_scapy(arguments: dict[str, object], layers: Raw, vlan: int | None) -> None:
    tag = [] if vlan is None else [Dot1Q(vlan=vlan)]
    wanted = Ether(**ETHER)
    for layer in [*tag, layers]:
        wanted = wanted / layer
    assert packet(vlan=vlan, **arguments).hex() == bytes(wanted).hex()  # type: ignore[arg-type]


def test_wrong_packets() -> None:
    for wrong in ({"protocol": "sctp"}, {"source": "::1"}, {"source_mac": "02"}, {"source": "eth0"}):
        with pytest.raises(ValueError):
            packet(**wrong)  # type: ignore[arg-type]
    for field, most in (("source_port", 65535), ("destination_port", 65535), ("vlan", 4095), ("ttl", 255)):
        packet(**{field: most})  # type: ignore[arg-type]
        for number in (-1, most + 1):
            with pytest.raises(ValueError, match=f"{field} is 0 to {most}, not {number}"):
                packet(**{field: number})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="flags are letters of FSRPAU, not 'SX'"):
        packet(protocol="tcp", flags="SX")


TESTS = '''
import os
import pytest
import pybpfc_runtime as rt

FIRST = os.stat("/proc/thread-self/ns/net").st_ino


def test_counts(bpf_object, packet):
    bpf = bpf_object("xdp_count.o")
    for source in ("192.0.2.1", "192.0.2.1", "192.0.2.9"):
        assert bpf.programs["count_by_source"].test_run(packet(source)).return_value == 2
    assert sorted(one.packets for one in bpf.map("traffic").values()) == [1, 2]
    test_counts.bpf = bpf


def test_from_bytes_and_specs(bpf_object):
    with open("xdp_count.o", "rb") as file:
        assert bpf_object(file.read()).programs
    assert bpf_object(rt.ObjectSpec.open("xdp_count.o")).programs
    with pytest.raises(rt.ClosedError):
        test_counts.bpf.programs["count_by_source"].fd


def test_attaches(bpf_object, netns):
    assert os.stat("/proc/thread-self/ns/net").st_ino != FIRST
    netns.ip("link", "set", "lo", "up")
    with bpf_object("xdp_count.o").programs["count_by_source"].attach(interface="lo", mode="generic"):
        assert "xdpgeneric" in netns.ip("link", "show", "dev", "lo")


def test_is_back():
    assert os.stat("/proc/thread-self/ns/net").st_ino == FIRST
'''


def test_fixtures(privileged: None, tmp_path: Path) -> None:
    (tmp_path / "xdp_count.o").write_bytes(compile_file(str(EXAMPLES / "xdp_count.py")).data)
    (tmp_path / "test_it.py").write_text(textwrap.dedent(TESTS))
    done = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout
    listed = run(sys.executable, "-m", "pytest", "--fixtures", "-q", "test_it.py", cwd=tmp_path).stdout
    assert "bpf_object" in listed and "netns" in listed and "pybpfc_runtime" in listed
