"""`pybpfc run` with real packets, on a veth pair in a network namespace of the test's own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = '''\
"""Count packets by EtherType."""
from pybpfc import XDP_PASS, HashMap, Struct, be32, data, u64, xdp, xdp_md
from pybpfc.net import ETH_P_IP, ethhdr, iphdr, ntohs


class Traffic(Struct):
    packets: u64
    bytes: u64


traffic = HashMap[be32, Traffic](max_entries=16)
seen: u64 = data(0)


@xdp
def count(ctx: xdp_md) -> int:
    global seen
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is None or ntohs(eth.h_proto) != ETH_P_IP:
        return XDP_PASS
    ip = packet.pull(iphdr)
    if ip is None:
        return XDP_PASS
    seen += 1
    found = traffic.lookup(ip.saddr)
    if found is None:
        traffic.update(ip.saddr, Traffic(packets=1, bytes=ntohs(ip.tot_len)))
    else:
        found.packets += 1
        found.bytes += ntohs(ip.tot_len)
    return XDP_PASS
'''
NAMESPACE = f"pybpfc-run-{os.getpid()}"
INSIDE = ["ip", "netns", "exec", NAMESPACE]
SEND = ("import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('10.77.0.1', 0));"
        "[s.sendto(b'x' * 72, ('10.77.0.2', 9)) for _ in range(5)]")


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, timeout=20)


@pytest.fixture
def veth(privileged: None) -> Iterator[str]:
    """The receiving end's name; the sending end has 10.77.0.1 and a neighbour 10.77.0.2 behind the pair."""
    ip("netns", "add", NAMESPACE)
    try:
        ip("-n", NAMESPACE, "link", "add", "near", "type", "veth", "peer", "name", "far")
        for end in ("near", "far"):
            ip("-n", NAMESPACE, "link", "set", end, "up")
        ip("-n", NAMESPACE, "address", "add", "10.77.0.1/24", "dev", "near")
        ip("-n", NAMESPACE, "neighbour", "add", "10.77.0.2", "lladdr", "02:00:00:00:00:02", "dev", "near")
        yield "far"
    finally:
        ip("netns", "delete", NAMESPACE)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "prog.py"
    path.write_text(PROGRAM)
    return path


@contextlib.contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`pybpfc run` in the namespace, once it says that it runs; ended for certain afterwards."""
    process = subprocess.Popen([*INSIDE, sys.executable, "-m", "pybpfc", "run", *arguments], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("running"):
                break
        yield process
    finally:
        process.kill()
        process.communicate()


def attached_xdp() -> bool:
    shown = subprocess.run(["ip", "-n", NAMESPACE, "link", "show", "dev", "far"], check=True, capture_output=True,
                           text=True, timeout=20)
    return "xdp" in shown.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_run_until_a_signal(veth: str, program: Path, number: signal.Signals) -> None:
    with running(str(program), "--interface", veth) as process:
        assert attached_xdp()
        subprocess.run([*INSIDE, sys.executable, "-c", SEND], check=True, timeout=20)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert lines[:3] == [["traffic"], ["key", "packets", "bytes"], ["10.77.0.1", "5", "500"]]
    assert ["seen", "5"] in lines
    assert not attached_xdp()


def test_run_for_a_duration(veth: str, program: Path) -> None:
    start = time.monotonic()
    with running(str(program), "--interface", veth, "--duration", "0.2") as process:
        out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert "traffic: empty" in out
    assert time.monotonic() - start > 0.2


def failing(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*INSIDE, sys.executable, "-m", "pybpfc", "run", *arguments], text=True, capture_output=True,
                          check=False, timeout=30)


def test_an_interface_that_is_not_there(veth: str, program: Path) -> None:
    done = failing(str(program), "--interface", "fra")
    assert (done.returncode, done.stdout) == (1, "")
    assert "error[BPF5301]: " in done.stderr and "'fra'" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_interface_is_needed(veth: str, program: Path) -> None:
    done = failing(str(program))
    assert (done.returncode, done.stdout) == (2, "")
    assert "`count` is an xdp program: name the network interface" in done.stderr


def test_an_occupied_interface(veth: str, program: Path) -> None:
    with running(str(program), "--interface", veth):
        done = failing(str(program), "--interface", veth)
    assert (done.returncode, done.stdout) == (1, "")
    assert "error[BPF5302]: " in done.stderr
