"""The examples that need more than a packet: a control group, a process of their own, servers to choose among.

They run on the host, too: tests/kernel/test_attached_examples.py gives them namespaces and a mount of cgroup2.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pybpfc_runtime as rt

from ..guest_test import guest_test
from . import frames

CGROUPS = Path("/sys/fs/cgroup")


@contextlib.contextmanager
def own_group(name: str) -> Iterator[Path]:
    """This process is in a group of its own until the block ends."""
    home = CGROUPS / Path("/proc/self/cgroup").read_text().split("0::/")[1].split("\n")[0]
    group = CGROUPS / f"pybpfc-{name}-{os.getpid()}"
    group.mkdir()
    try:
        (group / "cgroup.procs").write_text(str(os.getpid()))
        yield group
    finally:
        (home / "cgroup.procs").write_text(str(os.getpid()))
        group.rmdir()


@guest_test("cgroup_connect_redirect", reaches="fires")
def redirects_connections(path: Path) -> None:
    service = ("192.0.2.77", 80)

    def endpoint(address: tuple[str, int]) -> dict[str, int]:
        return {"address": int.from_bytes(socket.inet_aton(address[0]), "big"), "port": address[1], "padding": 0}

    with (own_group("redirect") as group, socket.create_server(("127.0.0.1", 0)) as server,
          rt.ObjectSpec.open(str(path)).load() as bpf):
        bpf.map("services")[endpoint(service)] = endpoint(server.getsockname())
        with bpf.attach_all(cgroup=group) as links, socket.create_connection(service, timeout=5) as client:
            assert len(links) == 2, links
            accepted, address = server.accept()
            accepted.close()
            assert address == client.getsockname()
            assert client.getpeername() == service, "the program cannot see that it was redirected"
        with contextlib.suppress(OSError), socket.create_connection(service, timeout=0.2):
            raise AssertionError("it still redirects")


@guest_test("tcp_connect_latency", reaches="fires")
def measures_connections(path: Path) -> None:
    with (own_group("latency") as group, socket.create_server(("127.0.0.1", 0)) as server,
          rt.ObjectSpec.open(str(path)).load() as bpf):
        with bpf.attach_all(cgroup=group):
            for _ in range(5):
                socket.create_connection(server.getsockname(), timeout=5).close()
        assert sum(bpf.map("microseconds").values()) == 5
        assert bpf.map("microseconds")[31] == 0 and len(bpf.map("sent_ns")) == 0
        socket.create_connection(server.getsockname(), timeout=5).close()
        assert sum(bpf.map("microseconds").values()) == 5


@guest_test("syscall_latency", reaches="fires")
def measures_system_calls(path: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    nanosleep, close = 35, 3  # of x86-64
    spec = rt.ObjectSpec.open(str(path))
    spec.rodata.only_pid = os.getpid()
    with spec.load() as bpf:
        with bpf.attach_all():
            for _ in range(3):
                libc.syscall(nanosleep, ctypes.byref((ctypes.c_long * 2)(0, 2_000_000)), None)
                libc.syscall(close, -1)
        calls = dict(bpf.map("calls").items())
    assert calls[nanosleep].count == 3 and calls[nanosleep].failed == 0
    assert calls[nanosleep].total_ns >= 3 * 2_000_000
    assert calls[close].failed == 3


@guest_test("opensnoop", reaches="fires")
def reports_opened_files(path: Path) -> None:
    spec = rt.ObjectSpec.open(str(path))
    spec.rodata.only_pid = os.getpid()
    with spec.load() as bpf, bpf.attach_all():
        os.close(os.open(path, os.O_RDONLY | os.O_CLOEXEC))
        seen = [event for event in bpf.events("events", timeout=0.5) if event.filename == str(path)]
        assert [(event.pid, event.flags & os.O_CLOEXEC) for event in seen] == [(os.getpid(), os.O_CLOEXEC)]
        assert seen[0].comm == Path("/proc/self/comm").read_text().strip()
        assert bpf.globals.dropped == 0


@guest_test("xdp_load_balancer", reaches="runs")
def balances_flows(path: Path) -> None:
    xdp_pass, xdp_tx = 2, 3
    macs = [b"\x02\0\0\0\0\1", b"\x02\0\0\0\0\2", b"\x02\0\0\0\0\3"]

    spec = rt.ObjectSpec.open(str(path))
    spec.rodata.service = int.from_bytes(socket.inet_aton("192.0.2.1"), "big")
    spec.rodata.server_count = len(macs)
    with spec.load() as bpf:
        servers = bpf.map("servers")
        for index, mac in enumerate(macs):
            servers[index] = {"mac": mac, "padding": bytes(2), "packets": 0}
        balance = bpf.programs["balance"]
        chosen = {}
        for port in range(64):
            frame = frames.ipv4(frames.udp(1000 + port), destination="192.0.2.1")
            result = balance.test_run(frame)
            assert result.return_value == xdp_tx
            assert result.data[6:12] == frame[:6] and result.data[12:] == frame[12:]
            chosen[port] = result.data[:6]
            assert balance.test_run(frame).data[:6] == chosen[port], "a flow stays with its server"
        assert set(chosen.values()) == set(macs)
        assert [servers[index].packets for index in range(3)] == [2 * list(chosen.values()).count(mac) for mac in macs]
        assert balance.test_run(frames.ipv6()).return_value == xdp_pass
