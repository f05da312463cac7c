"""Kinds of attachment that the host may lack: many functions at once, replaced functions, netkit, events of tracefs."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pybpfc_runtime as rt
from veth import NetworkNamespace

from ..guest_test import Need, guest_test
from .tracing import loaded

FPROBE = Need("6.12", "links to many functions, by CONFIG_FPROBE",
              r"no links to many functions|does not load BPF_PROG_TYPE_KPROBE|invalid func|no struct|EINVAL")
NETKIT = Need("6.12", "netkit devices, by CONFIG_NETKIT", r"netkit|EINVAL|Unknown device type|RTNETLINK")


def caught(kind: type[rt.BpfError], attach: Callable[..., rt.Link], options: dict[str, Any]) -> str:
    """The message of the error of an attachment, which must be refused; guests have no pytest."""
    try:
        attach(**options).detach()
    except kind as error:
        return str(error)
    raise AssertionError(f"{options} was accepted")


@guest_test("many_functions", reaches="fires", needs=[FPROBE])
def many_functions(path: Path) -> None:
    spec = rt.ObjectSpec.open(str(path))
    spec.rodata.only = os.getpid()
    with spec.load() as bpf:
        seen = bpf.map("seen")
        entry = bpf.programs["on_entry"]
        with (entry.attach() as link, bpf.programs["on_return"].attach(), bpf.programs["on_both"].attach()):
            assert "functions)" in link.where and int(link.info().detail["count"]) > 1, link
            for slot in seen:
                seen[slot] = 0  # imports look at files, too
            for _ in range(3):
                os.stat("/tmp")
            counted = dict(seen.items())
        assert counted[0] >= 3 and counted[1] == 3 and counted[2] == 6 and counted[3] == 0, counted
        with entry.attach(functions=["vfs_statx", "vfs_open"], cookies=[100, 1]):
            os.stat("/tmp")
            os.close(os.open("/dev/null", os.O_RDONLY))
            assert seen[3] == 101, seen[3]
        os.stat("/tmp")
        assert seen[3] == 101
        for options, error, words in (
                ({"functions": ["vfs_sttax"]}, rt.AttachRefused, "did you mean vfs_statx"),
                ({"pattern": "no_such_function_*"}, rt.AttachError, "no function of the kernel matches"),
                ({"functions": ["vfs_statx"], "cookies": [1, 2]}, rt.AttachError, "2 cookies for 1 function")):
            refusal = caught(error, entry.attach, options)
            assert words in refusal, (options, refusal)


@guest_test("replaced", reaches="fires")
def replaces_a_function(path: Path) -> None:
    xdp_drop, xdp_pass = 1, 2
    frame = bytes(64)
    spec = rt.ObjectSpec.open(str(path))
    spec.programs["new_verdict"].autoload = False
    with spec.load() as bpf:
        classify = bpf.programs["classify"]
        assert classify.test_run(frame).return_value == xdp_pass
        other = rt.ObjectSpec.open(str(path))
        other.programs["classify"].autoload = False
        other.programs["new_verdict"].attach_target = classify
        with other.load() as replacement:
            with replacement.programs["new_verdict"].attach() as link:
                assert classify.test_run(frame).return_value == xdp_drop
                assert link.where == "freplace verdict", link
            assert classify.test_run(frame).return_value == xdp_pass


@guest_test("netkit_pair", reaches="fires", needs=[NETKIT])
def netkit(path: Path) -> None:
    host, container = NetworkNamespace(), NetworkNamespace()
    try:
        with rt.ObjectSpec.open(str(path)).load() as bpf, host.entered():
            with contextlib.suppress(RuntimeError):  # an older kernel knows no such device, and refuses the link
                host.ip("link", "add", "host", "type", "netkit")  # the kernel names the peer
            if "host" not in host.ip("link"):
                bpf.programs["leaves_host"].attach(interface="lo")
            host.ip("link", "set", "nk0", "netns", container.path)
            host.ip("address", "add", "192.0.2.1/24", "dev", "host")
            container.ip("address", "add", "192.0.2.2/24", "dev", "nk0")
            host.ip("link", "set", "host", "up")
            container.ip("link", "set", "nk0", "up")
            seen = bpf.map("seen")
            with bpf.attach_all(interface="host") as links:
                assert [link.info().type.name for link in links] == ["BPF_LINK_TYPE_NETKIT"] * 2, links
                for namespace, target in ((host, "192.0.2.2"), (container, "192.0.2.1")):
                    with namespace.entered(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                        sender.sendto(b"x", (target, 9))
                time.sleep(0.05)
            assert seen[0] >= 1 and seen[1] >= 1, dict(seen.items())
    finally:
        host.close()
        container.close()


@guest_test("probes", reaches="fires")
def probe_by_tracefs(path: Path) -> None:
    """As on kernels before 4.17: the event is made in tracefs, and is gone with the link."""
    events = Path("/sys/kernel/tracing/kprobe_events")
    spec = rt.ObjectSpec.open(str(path))
    spec.rodata.only = os.getpid()
    with spec.load() as bpf:
        seen = bpf.map("seen")
        with (bpf.programs["on_entry"].attach(method="tracefs") as entry,
              bpf.programs["on_return"].attach(method="tracefs")):
            assert entry.method == "tracefs" and "pybpfc/on_entry_" in events.read_text(), events.read_text()
            for slot in seen:
                seen[slot] = 0
            os.close(os.open("/dev/null", os.O_RDONLY))
            assert (seen[0], seen[2]) == (1, 1), dict(seen.items())
        assert "pybpfc/" not in events.read_text(), events.read_text()
        counted = seen[0]  # removing the events opened files
        os.close(os.open("/dev/null", os.O_RDONLY))
        assert seen[0] == counted


@guest_test("probes", reaches="fires")
def probes_of_nothing(path: Path) -> None:
    with rt.ObjectSpec.open(str(path)).load() as bpf:
        for method in ("perf_event", "tracefs"):
            for function, words in (("do_sys_opneat2", "did you mean do_sys_openat2"), ("no_such_thing", "")):
                options = {"function": function, "method": method}
                refusal = caught(rt.AttachRefused, bpf.programs["on_entry"].attach, options)
                assert words in refusal, (options, refusal)


@guest_test("probes", reaches="fires")
def what_the_kernel_says_of_a_probe(path: Path) -> None:
    with loaded(path, "on_dup", only=os.getpid()) as bpf, bpf.programs["on_dup"].attach() as link:
        assert link.where.endswith("sys_dup"), link
        if link.method == "link":  # before 5.15 a perf event holds the program
            info = link.info()
            assert info.type.name == "BPF_LINK_TYPE_PERF_EVENT" and info.program_id == bpf.programs["on_dup"].info().id
