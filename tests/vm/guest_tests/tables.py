"""Tables of functions that kernels have for more than TCP: schedulers of tasks, a queueing discipline."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pybpfc_runtime as rt
from pybpfc_runtime.attach.netlink import NLM_F_CREATE, NLM_F_EXCL, RouteConnection, attribute
from veth import VethPair

from ..guest_test import Need, guest_test

SCHED_EXT = Need("6.18", "CONFIG_SCHED_CLASS_EXT", r"no struct_ops sched_ext_ops")
BPF_QDISC = Need("6.18", "CONFIG_NET_SCH_BPF", r"no struct_ops Qdisc_ops")
_STATE = Path("/sys/kernel/sched_ext/state")
_UNREGISTERED, _SYSRQ = 64, 67  # enum scx_exit_kind: taken out by its owner, by the machine's
_SCHED_EXT = 7  # the policy, include/uapi/linux/sched.h


@guest_test("scx_fifo", reaches="fires", needs=[SCHED_EXT])
def schedules_tasks(path: Path) -> None:
    with rt.ObjectSpec.open(str(path)).load() as bpf:
        with bpf.attach_all() as links:
            assert [link.where for link in links] == ["struct_ops sched_ext_ops"], links
            assert _STATE.read_text().strip() == "enabled"
            assert Path("/sys/kernel/sched_ext/root/ops").read_text().strip() == "pybpfc_fifo"
            children = [_worker() for _ in range(4)]
            for child in children:
                assert os.waitpid(child, 0)[1] == 0
            assert bpf.globals.left.kind == 0
        seen = [sum(values) for values in bpf.map("counts").values()]
        assert all(seen if len(os.sched_getaffinity(0)) > 1 else seen[1:]), seen  # one processor needs no choice
        assert bpf.globals.left.kind == _UNREGISTERED, bpf.globals.left
        assert _STATE.read_text().strip() == "disabled"
        time.sleep(0.05)
        assert [sum(values) for values in bpf.map("counts").values()] == seen, "it still schedules"


@guest_test("scx_weighted", reaches="fires", needs=[SCHED_EXT])
def fills_most_members(path: Path) -> None:
    with rt.ObjectSpec.open(str(path)).load() as bpf, bpf.attach_all():
        seen = bpf.globals
        assert Path("/sys/kernel/sched_ext/root/ops").read_text().strip() == "pybpfc_weighted"
        assert seen.groups >= 1 and seen.forked == 0, (seen.groups, seen.forked)
        child = _worker(policy=_SCHED_EXT)  # the flag SCX_OPS_SWITCH_PARTIAL leaves the others alone
        assert os.waitpid(child, 0)[1] == 0
        assert seen.forked >= 1 and seen.enabled == 1, (seen.forked, seen.enabled)
        assert seen.ran > 1 and seen.yielded == 1 and seen.now > 0, (seen.ran, seen.yielded, seen.now)
        assert seen.chosen > 0, seen.chosen
        assert seen.masks >= 1 and seen.idle_changes > 0, (seen.masks, seen.idle_changes)
        assert seen.end_kind == 0
        Path("/proc/sysrq-trigger").write_text("S")  # back to the kernel's own scheduler
        end = time.monotonic() + 5
        while seen.end_kind == 0 and time.monotonic() < end:
            time.sleep(0.02)
        assert seen.end_kind == _SYSRQ, seen.end_kind
        assert seen.exited > seen.forked, (seen.exited, seen.forked)  # the table had every task of the guest


def _worker(policy: int | None = None) -> int:
    """A process that computes and sleeps in turn for a moment.

    Args:
        policy: that it chooses first, by sched_setscheduler(2).
    """
    child = os.fork()
    if child:
        return child
    if policy is not None:
        os.sched_setscheduler(0, policy, os.sched_param(0))
        os.sched_setaffinity(0, os.sched_getaffinity(0))
        os.sched_yield()
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        sum(range(2000))
        time.sleep(0.001)
    os._exit(0)


@guest_test("qdisc_fifo", reaches="fires", needs=[BPF_QDISC])
def queues_packets(path: Path) -> None:
    spec = rt.ObjectSpec.open(str(path))
    spec.rodata.longest = 500
    with VethPair() as pair, spec.load() as bpf, bpf.attach_all() as links:
        assert [link.where for link in links] == ["struct_ops Qdisc_ops"], links
        seen = bpf.globals
        with pair.far.entered(), _root_qdisc(pair.far_interface, "pybpfc_fifo"):
            assert seen.inits == 1
            assert "qdisc pybpfc_fifo" in pair.far.ip("link", "show", "dev", pair.far_interface)
            with pair.near.entered(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
                receiver.bind((pair.near_address, 5000))
                receiver.settimeout(5)
                pair.send_udp("192.0.2.2", 1, b"first", port=5000)
                assert receiver.recv(100) == b"first"
                pair.send_udp("192.0.2.2", 3, bytes(600), port=5000)
                pair.send_udp("192.0.2.2", 1, b"second", port=5000)
                assert receiver.recv(1000) == b"second", "too long packets were dropped"
            assert seen.dropped == 3 and seen.enqueued == seen.dequeued >= 2, (
                seen.dropped, seen.enqueued, seen.dequeued)
        assert seen.resets >= 1


@contextlib.contextmanager
def _root_qdisc(interface: str, kind: str) -> Iterator[None]:
    """The discipline of an interface, until the block ends."""
    new, delete, tca_kind, root = 36, 37, 1, 0xFFFFFFFF  # include/uapi/linux/rtnetlink.h and pkt_sched.h
    connection = RouteConnection()
    message = struct.pack("=BxxxiIII", 0, socket.if_nametoindex(interface), 0x10000, root, 0)
    connection.request(new, NLM_F_CREATE | NLM_F_EXCL, message + attribute(tca_kind, kind.encode() + b"\0"))
    try:
        yield
    finally:
        connection.request(delete, 0, message)
        connection.close()
