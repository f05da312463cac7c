"""Programs on veth pairs and tracepoints: they see real events while attached, and none after."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import pybpfc_runtime as rt
import veth
from pybpfc_runtime.attach import netlink, query
from support.machine import check, needs_tool

pytestmark = pytest.mark.usefixtures("privileged")

Open = Callable[[str], rt.ObjectSpec]


@pytest.fixture
def pair() -> Iterator[veth.VethPair]:
    with veth.VethPair() as made, made.near.entered():
        yield made


def wait_until(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end, "the packets did not arrive"
        time.sleep(0.01)


def descriptors() -> set[str]:
    return set(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize("mode", [None, "generic", "native"])
@pytest.mark.parametrize("method", [None, "link", "netlink"])
def test_xdp(method: str | None, mode: str | None, opened: Open, pair: veth.VethPair) -> None:
    before = descriptors()
    with opened("xdp_count").load() as bpf:
        sources = bpf.maps["sources"]
        with bpf.programs["count"].attach(interface=pair.near_interface, mode=mode, method=method) as link:
            shown = pair.near.ip("-d", "link", "show", "dev", pair.near_interface)
            assert ("xdpgeneric" in shown) == (mode == "generic")
            assert f"id {bpf.programs['count'].info().id}" in shown
            assert pair.near_interface in repr(link)
            pair.send_udp("192.0.2.2", 5)
            wait_until(lambda: sum(seen.packets for seen in sources.values()) == 5)
        assert not link.attached and "detached" in repr(link)
        link.detach()
        assert "xdp" not in pair.near.ip("link", "show", "dev", pair.near_interface).partition("\n")[0]
        pair.send_udp("192.0.2.2", 5)
        time.sleep(0.05)
        assert sum(seen.packets for seen in sources.values()) == 5
    assert descriptors() == before


@pytest.mark.parametrize("method", ["link", "netlink"])
def test_a_second_xdp_program_is_refused(method: str, opened: Open, pair: veth.VethPair) -> None:
    with opened("xdp_count").load() as bpf:
        attached = bpf.programs["count"].attach(interface=pair.near_interface, method=method)
        with pytest.raises(rt.AttachRefused, match="EBUSY") as caught:
            bpf.programs["drop_all"].attach(interface=pair.near_interface, method=method)
        assert "another XDP program" in caught.value.help
        attached.detach()
        bpf.programs["drop_all"].attach(interface=pair.near_interface, method=method).detach()


def test_netlink_detach_leaves_a_successor_alone(opened: Open, pair: veth.VethPair) -> None:
    with opened("xdp_count").load() as bpf:
        first = bpf.programs["count"].attach(interface=pair.near_interface, method="netlink")
        pair.near.ip("link", "set", "dev", pair.near_interface, "xdp", "off")
        second = bpf.programs["drop_all"].attach(interface=pair.near_interface, method="netlink")
        first.detach()
        shown = pair.near.ip("link", "show", "dev", pair.near_interface)
        assert f"id {bpf.programs['drop_all'].info().id}" in shown
        second.detach()


def test_a_link_works_from_any_namespace(opened: Open) -> None:
    with veth.VethPair() as pair, opened("xdp_count").load() as bpf:
        for name, method in (("count", "netlink"), ("count", "link")):
            with pair.near.entered():
                link = bpf.programs[name].attach(interface=pair.near_interface, method=method)
            link.detach()
            assert "prog/xdp" not in pair.near.ip("link", "show", "dev", pair.near_interface)


@pytest.mark.parametrize("method", [None, "link", "netlink"])
def test_tc(method: str | None, opened: Open, pair: veth.VethPair) -> None:
    before = descriptors()
    with opened("maps").load() as bpf:
        slots = bpf.maps["percpu"]
        with bpf.programs["walk"].attach(interface=pair.near_interface, direction="ingress", method=method):
            assert ("clsact" in qdiscs(pair)) == (method == "netlink")
            pair.send_udp("192.0.2.2", 3, b"x" * 58)
            wait_until(lambda: sum(slots[1]) >= 300)
        assert "clsact" not in qdiscs(pair), "the qdisc that came with the filter is gone with it"
        total = sum(slots[1])
        pair.send_udp("192.0.2.2", 3)
        time.sleep(0.05)
        assert sum(slots[1]) == total
    assert descriptors() == before


def qdiscs(pair: veth.VethPair) -> str:
    with pair.near.entered():
        return check(needs_tool("tc"), "qdisc", "show", "dev", pair.near_interface)


def test_tc_filters_share_a_qdisc(opened: Open, pair: veth.VethPair) -> None:
    with opened("maps").load() as bpf:
        first = bpf.programs["walk"].attach(interface=pair.near_interface, method="netlink")
        second = bpf.programs["tail"].attach(interface=pair.near_interface, method="netlink", direction="egress")
        first.detach()
        assert "clsact" in qdiscs(pair), "another filter still needs it"
        second.detach()
        assert "clsact" not in qdiscs(pair), "it came with the first, and goes with the last"
        with pair.near.entered():
            check(needs_tool("tc"), "qdisc", "add", "dev", pair.near_interface, "clsact")
        bpf.programs["walk"].attach(interface=pair.near_interface, method="netlink").detach()
        assert "clsact" in qdiscs(pair), "it is somebody else's"


def test_the_same_tc_program_twice(opened: Open, pair: veth.VethPair) -> None:
    with opened("maps").load() as bpf, bpf.programs["walk"].attach(interface=pair.near_interface), \
            pytest.raises(rt.AttachRefused, match="EEXIST") as caught:
        bpf.programs["walk"].attach(interface=pair.near_interface)
    assert "this very program is attached there already" in caught.value.help


def test_direction_must_be_the_sections(opened: Open, pair: veth.VethPair) -> None:
    with opened("kinds").load() as bpf:
        with pytest.raises(rt.AttachError, match="egress"):
            bpf.programs["tc_egress"].attach(interface=pair.near_interface, direction="ingress")
        with bpf.programs["tc_egress"].attach(interface=pair.near_interface) as link:
            assert "egress" in link.where


def test_wrong_interfaces_and_options(opened: Open, pair: veth.VethPair) -> None:
    with opened("xdp_count").load() as bpf:
        count = bpf.programs["count"]
        with pytest.raises(rt.AttachError, match="no interface 'veth_naer'") as caught:
            count.attach(interface="veth_naer")
        assert "veth_near" in caught.value.help
        with pytest.raises(rt.AttachError, match="say where"):
            count.attach()
        with pytest.raises(rt.AttachError, match="no interface 4711"):
            count.attach(interface=4711)
        with pytest.raises(rt.AttachError, match="no mode 'fast'"):
            count.attach(interface=pair.near_interface, mode="fast")
        with pytest.raises(rt.AttachError, match="no option 'ifname'"):
            count.attach(ifname=pair.near_interface)


def test_kinds_that_are_not_attached(opened: Open) -> None:
    with opened("kinds").load() as bpf, pytest.raises(rt.AttachError, match="not attached anywhere"):
        bpf.programs["run_me"].attach()


def test_attaching_all_is_all_or_nothing(opened: Open, pair: veth.VethPair) -> None:
    """The programs come in the file's order: two are on when the third fails."""
    spec = opened("kinds")
    for program in spec.programs.values():
        program.autoload = program.name in ("cgroup_egress", "find_socket", "tc_egress", "run_me")
    with spec.load() as bpf:
        before = descriptors()
        with pytest.raises(rt.AttachError, match="cgroup"), bpf.attach_all(interface=pair.near_interface):
            pass
        assert descriptors() == before
        spec.programs["cgroup_egress"].autoattach = False
        with bpf.attach_all(interface=pair.near_interface) as links:
            assert [link.program for link in links] == ["find_socket", "tc_egress"]


def test_options_that_no_program_takes(opened: Open, pair: veth.VethPair) -> None:
    with opened("xdp_count").load() as bpf:
        for wrong, words in (({"bogus": 1}, "they have interface, method, mode"),
                             ({"cgroup": "/"}, "they have interface"), ({"interfcae": "lo"}, "did you mean interface")):
            with pytest.raises(TypeError, match=f"no program of .* has an option '{next(iter(wrong))}'") as caught:
                bpf.attach_all(interface=pair.near_interface, **wrong)
            assert isinstance(caught.value, rt.AttachError) and words in caught.value.help
            assert "prog/xdp" not in pair.near.ip("link", "show", "dev", pair.near_interface)


def test_attaching_all_without_a_block(opened: Open, pair: veth.VethPair) -> None:
    spec = opened("kinds")
    for program in spec.programs.values():
        program.autoload = program.name in ("find_socket", "tc_egress")
    with spec.load() as bpf:
        links = bpf.attach_all(interface=pair.near_interface)
        assert [(link.program, link.attached) for link in links] == [("find_socket", True), ("tc_egress", True)]
        index = socket.if_nametoindex(pair.near_interface)
        assert query(index, rt.AttachType.BPF_TCX_EGRESS).program_ids == (bpf.programs["tc_egress"].info().id,)
        links.detach()
        assert not any(link.attached for link in links)
        assert query(index, rt.AttachType.BPF_TCX_EGRESS).program_ids == ()
        with bpf.attach_all(interface=pair.near_interface) as links:
            pass
        assert not any(link.attached for link in links)


def test_programs_of_a_place_by_name(opened: Open, pair: veth.VethPair) -> None:
    kind = rt.AttachType.BPF_TCX_EGRESS
    with opened("kinds").load() as bpf, bpf.programs["tc_egress"].attach(interface=pair.near_interface):
        assert query(pair.near_interface, kind).program_ids == (bpf.programs["tc_egress"].info().id,)
    for target, attach_type, words in (
            ("veth_naer", kind, "no interface 'veth_naer'"), (-1, kind, "the name or index of an interface, not -1"),
            ("/sys/fs/cgroup", rt.AttachType.BPF_CGROUP_INET_EGRESS, "a descriptor of the group"),
            (None, kind, "not None")):
        with pytest.raises(rt.AttachError, match=words):
            query(target, attach_type)  # type: ignore[arg-type]


def test_raw_tracepoint(opened: Open) -> None:
    spec = opened("tracing")
    spec.rodata.only_pid = os.getpid()
    with spec.load() as bpf:
        with bpf.programs["on_enter"].attach():
            os.stat("/")
        entered = bpf.globals.entered
        assert entered >= 1
        os.stat("/")
        assert bpf.globals.entered == entered
        with pytest.raises(rt.AttachRefused, match="ENOENT") as caught:
            bpf.programs["on_enter"].attach(name="sys_entre")
        assert "did you mean sys_enter" in caught.value.help


TRACEPOINT_SCRIPT = """
import os, sys
import pybpfc_runtime as rt
spec = rt.ObjectSpec.open(sys.argv[1])
spec.rodata.only_pid = os.getpid()
with spec.load() as bpf:
    with bpf.attach_all() as links:
        assert len(links) == 2, links
        for _ in range(10):
            os.close(os.open("/proc/self/status", os.O_RDONLY))
    opened = bpf.globals.opened
    assert opened >= 10, opened
    assert bpf.globals.entered >= 20
    os.close(os.open("/proc/self/status", os.O_RDONLY))
    assert bpf.globals.opened == opened, "it still counts"
    try:
        bpf.programs["on_openat"].attach(category="syscalls", name="sys_enter_openta")
    except rt.AttachError as error:
        assert "sys_enter_openat" in error.help, error
    else:
        raise SystemExit("a tracepoint that does not exist was accepted")
"""


def test_tracepoint(built: Callable[[str], Path]) -> None:
    """In a mount namespace of its own, where tracefs can be mounted without anybody noticing."""
    command = "test -d /sys/kernel/tracing/events || mount -t tracefs tracefs /sys/kernel/tracing; exec \"$@\""
    check(needs_tool("unshare"), "-m", "sh", "-ec", command, "sh", sys.executable, "-c", TRACEPOINT_SCRIPT,
          built("tracing"))


def test_tracefs_is_not_mounted(built: Callable[[str], Path]) -> None:
    unmounted = "import pybpfc_runtime.attach.tracepoint as module\nmodule.TRACEFS = ()\n"
    done = subprocess.run([sys.executable, "-c", unmounted + TRACEPOINT_SCRIPT, str(built("tracing"))],
                          capture_output=True, text=True, check=False)
    assert "mount -t tracefs" in done.stderr


def test_pinned_link_outlives_its_owner(built: Callable[[str], Path]) -> None:
    script = """
import sys, os
import pybpfc_runtime as rt
with rt.ObjectSpec.open(sys.argv[1]).load() as bpf:
    link = bpf.programs["on_enter"].attach()
    link.pin("/sys/fs/bpf/link")
    link.close()
    second = bpf.programs["on_enter"].attach()
    second.pin("/sys/fs/bpf/second")
    try:
        second.detach()
    except rt.AttachError as error:
        assert "/sys/fs/bpf/second" in str(error)
    else:
        raise SystemExit("a raw tracepoint has no detach, and yet a pinned one was detached")
    bpf.programs["on_enter"].pin("/sys/fs/bpf/program")
    bpf.maps[".bss"].pin("/sys/fs/bpf/bss")
assert {"bss", "link", "program"} <= set(os.listdir("/sys/fs/bpf"))
"""
    command = 'mount -t bpf bpf /sys/fs/bpf; exec "$@"'
    check(needs_tool("unshare"), "-m", "sh", "-ec", command, "sh", sys.executable, "-c", script, built("tracing"))


def test_netlink_errors_carry_the_kernels_words() -> None:
    connection = netlink.RouteConnection()
    with pytest.raises(netlink.NetlinkError) as caught:
        connection.request(19, 0, bytes(16))  # RTM_SETLINK of no interface
    connection.close()
    assert caught.value.errno in (19, 22)


def test_netlink_attributes() -> None:
    data = netlink.attribute(1, b"abc") + netlink.attribute(2, b"")
    assert data == b"\x07\x00\x01\x00abc\x00\x04\x00\x02\x00"
    assert list(netlink.attributes(data)) == [(1, b"abc"), (2, b"")]
