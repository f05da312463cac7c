"""Programs of a control group and of a socket: real sockets, a group of the test's own on a mount of its own."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from support.machine import check, needs_tool

pytestmark = pytest.mark.usefixtures("privileged")

Open = Callable[[str], rt.ObjectSpec]

PROLOGUE = """
import os, socket, subprocess, sys
import pybpfc_runtime as rt
from pybpfc_runtime.attach.cgroup import BPF_F_ALLOW_MULTI, BPF_F_ALLOW_OVERRIDE

mount = sys.argv[2]
group = f"{mount}/pybpfc-test-{os.getpid()}"
home = mount + open("/proc/self/cgroup").read().split("0::")[1].split()[0]

def move(folder):
    with open(folder + "/cgroup.procs", "w") as file:
        file.write(str(os.getpid()))

def send():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", ("127.0.0.1", 9))

def refused(error, call, words):
    try:
        call()
    except error as caught:
        assert words in str(caught), caught
    else:
        raise SystemExit(f"{words}: it was not refused")

os.mkdir(group)
try:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    move(group)
    spec = rt.ObjectSpec.open(sys.argv[1])
    with spec.load() as bpf:
        egress, create = bpf.programs["count_egress"], bpf.programs["on_create"]
        open_before = len(os.listdir("/proc/self/fd"))
        body(bpf, egress, create)
        assert len(os.listdir("/proc/self/fd")) == open_before, "descriptors are left"
finally:
    move(home)
    os.rmdir(group)
"""


def run_in_group(body: str, built: Callable[[str], Path], folder: Path) -> None:
    """Run a function body in a process that is in a new group, with its own mounts and network."""
    script = "def body(bpf, egress, create):\n" + "".join(f"    {line}\n" for line in body.strip().splitlines())
    command = 'mount -t cgroup2 cgroup2 "$5"; exec "$@"'
    check(needs_tool("unshare"), "-mn", "sh", "-ec", command, "sh", sys.executable, "-c", script + PROLOGUE,
          built("groups"), folder)


@pytest.mark.parametrize("options", ["", ', method="link"', ', method="attach"', ", flags=0",
                                     ", flags=BPF_F_ALLOW_OVERRIDE"])
def test_packets_of_a_group(options: str, built: Callable[[str], Path], tmp_path: Path) -> None:
    run_in_group(f"""
with egress.attach(cgroup=group{options}) as link:
    assert "cgroup_inet_egress" in link.where and group in link.where, link
    send()
    send()
assert bpf.globals.packets == 2, bpf.globals.packets
send()
assert bpf.globals.packets == 2
link.detach()
""", built, tmp_path)


def test_several_programs_and_one_that_excludes(built: Callable[[str], Path], tmp_path: Path) -> None:
    run_in_group("""
any_, kind = bpf.programs["count_any"], rt.AttachType.BPF_CGROUP_INET_EGRESS
with egress.attach(cgroup=group), any_.attach(cgroup=group, attach_type=kind):
    send()
assert bpf.globals.packets == 101, bpf.globals.packets
with egress.attach(cgroup=group, flags=0):
    refused(rt.PermissionDenied, lambda: any_.attach(cgroup=group, attach_type=kind), "excludes others")
with egress.attach(cgroup=group, flags=BPF_F_ALLOW_MULTI) as first:
    with any_.attach(cgroup=group, attach_type=kind, replace=egress, flags=BPF_F_ALLOW_MULTI):
        bpf.globals.packets = 0
        send()
        assert bpf.globals.packets == 100, bpf.globals.packets
    first.detach()
descriptor = os.open(group, os.O_RDONLY)
with egress.attach(cgroup=descriptor):
    send()
assert bpf.globals.packets == 101
os.close(descriptor)
""", built, tmp_path)


def test_order_in_a_group(built: Callable[[str], Path], tmp_path: Path) -> None:
    """From 6.17 on; older kernels refuse a place, and say which version has it."""
    run_in_group("""
from pybpfc_runtime.attach import query
from pybpfc_runtime.attach.cgroup import BPF_F_PREORDER
any_, kind = bpf.programs["count_any"], rt.AttachType.BPF_CGROUP_INET_EGRESS
release = tuple(map(int, os.uname().release.split(".")[:2]))
place = os.open(group, os.O_RDONLY)
def attached():
    return query(place, kind).program_ids
with egress.attach(cgroup=group) as link:
    assert link.info().detail["cgroup_id"] == os.stat(group).st_ino, link.info()
    if release < (6, 17):
        refused(rt.AttachRefused, lambda: any_.attach(cgroup=group, attach_type=kind, first=True), "6.17")
    else:
        own, other = egress.info().id, any_.info().id
        with any_.attach(cgroup=group, attach_type=kind, first=True):
            assert attached() == (other, own), attached()
        with any_.attach(cgroup=group, attach_type=kind, after=link):
            assert attached() == (own, other), attached()
        revision = query(place, kind).revision
        refused(rt.AttachRefused, lambda: any_.attach(cgroup=group, attach_type=kind, expected_revision=revision + 1),
                "changed meanwhile")
        with any_.attach(cgroup=group, attach_type=kind, expected_revision=revision):
            assert attached() == (own, other), attached()
    refused(rt.AttachError, lambda: any_.attach(cgroup=group, flags=2, first=True), "only a link has a place")
if release >= (6, 15):
    with egress.attach(cgroup=group, flags=BPF_F_ALLOW_MULTI | BPF_F_PREORDER):
        bpf.globals.packets = 0
        send()
        assert bpf.globals.packets == 1
os.close(place)
""", built, tmp_path)


def test_a_program_that_refuses(built: Callable[[str], Path], tmp_path: Path) -> None:
    run_in_group("""
with spec.load(rodata={"verdict": 0}) as strict:
    with strict.programs["on_create"].attach(cgroup=group):
        refused(PermissionError, send, "not permitted")
    assert strict.globals.sockets == 1
    send()
with create.attach(cgroup=group):
    send()
assert bpf.globals.sockets == 1
""", built, tmp_path)


def test_attaching_all(built: Callable[[str], Path], tmp_path: Path) -> None:
    """Programs of sockets have no place of their own and are left alone."""
    run_in_group("""
with bpf.attach_all(cgroup=group) as links:
    assert len(links) == 3, links
""", built, tmp_path)


def test_wrong_groups(opened: Open, tmp_path: Path) -> None:
    with opened("groups").load() as bpf:
        program = bpf.programs["count_egress"]
        for options, words in (({}, "say where"), ({"cgroup": tmp_path}, "no control group of the second version"),
                               ({"cgroup": "/no/such/group"}, "cannot be opened"),
                               ({"cgroup": tmp_path, "method": "netlink"}, "no method 'netlink'"),
                               ({"cgroup": tmp_path, "method": "link", "flags": 1}, "a link has no flags")):
            with pytest.raises(rt.AttachError, match=words):
                program.attach(**options)
        for number, words in ((5000, "cgroup=5000 is no open descriptor"), (-1, "cgroup is 0 to"),
                              (1 << 40, "cgroup is 0 to")):
            with pytest.raises(rt.AttachError, match=words):
                program.attach(cgroup=number)
        with pytest.raises(rt.AttachRefused, match=r"EBADF|EINVAL"), open(os.devnull) as null:
            program.attach(cgroup=null.fileno())


def test_socket_filter(opened: Open) -> None:
    with opened("groups").load() as bpf, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(2)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.connect(receiver.getsockname())
            with bpf.programs["keep_long"].attach(socket=receiver):
                sender.send(b"short")
                sender.send(b"x" * 200)
                assert receiver.recv(300) == b"x" * 200
                assert bpf.globals.filtered == 2
            sender.send(b"short")
            assert receiver.recv(300) == b"short"
            with bpf.programs["keep_long"].attach(socket=receiver.fileno()):
                pass
        with pytest.raises(rt.AttachError, match="say where"):
            bpf.programs["keep_long"].attach()
        before = os.listdir("/proc/self/fd")
        for place, words in ((5000, "socket=5000 is no open descriptor"), (-1, "socket is 0 to"),
                             (closed_socket(), "the socket is closed"), (os.open("/", os.O_RDONLY), "is no socket")):
            with pytest.raises(rt.AttachError, match=words):
                bpf.programs["keep_long"].attach(socket=place)
        os.close(place)
        assert os.listdir("/proc/self/fd") == before


def closed_socket() -> socket.socket:
    made = socket.socket()
    made.close()
    return made


def test_reuseport(opened: Open) -> None:
    with opened("groups").load() as bpf, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        with pytest.raises(rt.AttachRefused, match="EINVAL"):
            bpf.programs["choose"].attach(socket=listener)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(2)
        with bpf.programs["choose"].attach(socket=listener) as link:
            assert link.attached
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(b"x", listener.getsockname())
            assert listener.recv(10) == b"x"
