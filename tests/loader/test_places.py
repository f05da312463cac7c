"""Programs of network namespaces, hooks, routes and sockets: each sees a real event while attached, and none after."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from scapy.layers.inet6 import IPv6, IPv6ExtHdrSegmentRouting
from scapy.layers.l2 import Ether

import pybpfc_runtime as rt
import veth
from pybpfc_runtime import features, syscall
from pybpfc_runtime.attach import query
from pybpfc_runtime.kernel_config import kernel_config
from pybpfc_runtime.uapi import Command

pytestmark = pytest.mark.usefixtures("privileged")

Open = Callable[[str], rt.ObjectSpec]


@pytest.fixture
def pair() -> Iterator[veth.VethPair]:
    with veth.VethPair() as made, made.near.entered():
        yield made


@pytest.fixture
def load(opened: Open) -> Iterator[Callable[..., Any]]:
    """`load("first", "second")`: the object with these programs; closed when the test ends."""
    made: list[rt.Object] = []

    def only(*names: str) -> rt.Object:
        spec = opened("places")
        assert set(names) <= set(spec.programs)
        for program in spec.programs.values():
            program.autoload = program.name in names
        made.append(spec.load())
        return made[-1]

    yield only
    for bpf in made:
        bpf.close()


def wait_until(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end, "the event did not arrive"
        time.sleep(0.01)


def connected() -> tuple[socket.socket, socket.socket, socket.socket]:
    """Listener, client and server of a TCP connection over the loopback of this namespace."""
    listener = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(listener.getsockname(), timeout=5)
    server, _ = listener.accept()
    server.settimeout(5)
    return listener, client, server


def put(map_: rt.Map, slot: int, member: socket.socket) -> None:
    error = syscall.map_element(Command.BPF_MAP_UPDATE_ELEM, map_.fd, syscall.buffer(struct.pack("=I", slot)),
                                syscall.buffer(struct.pack("=Q", member.fileno())))
    assert error == 0, os.strerror(error)


@pytest.mark.parametrize("given", ["this thread", "descriptor", "path"])
def test_sk_lookup(given: str, load: Callable[..., Any], pair: veth.VethPair) -> None:
    bpf = load("find_socket")
    place = {"this thread": None, "descriptor": pair.near._descriptor, "path": pair.near.path}[given]
    with socket.create_server(("127.0.0.1", 7)) as server:
        with bpf.programs["find_socket"].attach(netns=place) as link:
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(server.getsockname(), timeout=5)
            assert bpf.globals.looked_up >= 1
            info = link.info()
            assert info.type is rt.LinkType.BPF_LINK_TYPE_NETNS
            assert info.detail["netns_ino"] == os.stat("/proc/thread-self/ns/net").st_ino
            assert info.detail["attach_type"] is rt.AttachType.BPF_SK_LOOKUP
        socket.create_connection(server.getsockname(), timeout=5).close()


def test_wrong_namespaces(load: Callable[..., Any]) -> None:
    program = load("find_socket").programs["find_socket"]
    with pytest.raises(rt.AttachError, match="/no/such/namespace cannot be opened"):
        program.attach(netns="/no/such/namespace")
    with pytest.raises(rt.AttachRefused) as caught:
        program.attach(netns="/dev/null")
    assert "no network namespace" in caught.value.help


def test_flow_dissector(load: Callable[..., Any], pair: veth.VethPair) -> None:
    bpf = load("dissect")
    program = bpf.programs["dissect"]
    with program.attach() as link:
        assert link.info().detail["attach_type"] is rt.AttachType.BPF_FLOW_DISSECTOR
        with pytest.raises(rt.AttachRefused, match=r"EEXIST|EBUSY|E2BIG") as caught:
            program.attach()
        assert "a flow dissector is there" in caught.value.help
        # A packet that is sent raw has its headers dissected.
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800)) as wire:
            wire.bind((pair.near_interface, 0))
            header = bytes.fromhex("4500001c0000000040110000c0000201c0000202")
            wire.send(b"\xff" * 6 + b"\x02" * 6 + b"\x08\x00" + header + bytes(8))
        wait_until(lambda: bpf.globals.dissected)
    seen = bpf.globals.dissected
    program.attach().detach()
    assert bpf.globals.dissected == seen


def test_netfilter(load: Callable[..., Any], pair: veth.VethPair) -> None:
    bpf = load("drop_all")
    program = bpf.programs["drop_all"]
    with (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
          socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender):
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(0.2)
        with program.attach(hook="local_in", priority=-7) as link:
            sender.sendto(b"x", receiver.getsockname())
            with pytest.raises(TimeoutError):
                receiver.recv(1)
            assert bpf.globals.hooked == 1
            detail = link.info().detail
            assert (detail["pf"], detail["hooknum"], detail["priority"]) == (2, 1, -7)
            with pytest.raises(rt.AttachRefused, match="EBUSY") as caught:
                program.attach(hook="local_in", priority=-7)
            assert "another priority" in caught.value.help
            program.attach(hook="local_in", priority=-8).detach()
        sender.sendto(b"x", receiver.getsockname())
        assert receiver.recv(1) == b"x"
        for options, words in (({}, "say where"), ({"hook": "input"}, "no hook 'input'"),
                               ({"hook": "forward", "pf": "ip"}, "no family 'ip'"),
                               ({"hook": "forward", "priority": 1 << 31}, "no priority")):
            with pytest.raises(rt.AttachError, match=words):
                program.attach(**options)


@pytest.mark.parametrize("method", [None, "attach"])
def test_messages_of_sockets(method: str | None, load: Callable[..., Any], pair: veth.VethPair) -> None:
    bpf = load("on_send")
    listener, client, server = connected()
    with listener, client, server, bpf.programs["on_send"].attach(map=bpf.maps["sockets"], method=method) as link:
        if link.method == "link":
            assert link.info().type is rt.LinkType.BPF_LINK_TYPE_SOCKMAP
        put(bpf.maps["sockets"], 0, client)
        client.send(b"hello")
        assert server.recv(5) == b"hello"
        seen = bpf.globals.messages
        assert seen >= 1
        link.detach()
        put(bpf.maps["sockets"], 1, server)  # a socket that comes later runs nothing
        server.send(b"hello")
        assert client.recv(5) == b"hello"
        assert bpf.globals.messages == seen


def test_streams_of_sockets(load: Callable[..., Any], pair: veth.VethPair) -> None:
    """What one socket receives is redirected to another, by a parser and a verdict."""
    bpf = load("parse", "judge")
    listener, client, server = connected()
    other_listener, other_client, other_server = connected()
    sockets = bpf.maps["sockets"]
    with listener, client, server, other_listener, other_client, other_server, bpf.attach_all(map=sockets) as links:
        assert [link.where for link in links] == ["sk_skb_stream_parser of map sockets",
                                                  "sk_skb_stream_verdict of map sockets"]
        put(sockets, 0, other_server)
        put(sockets, 1, server)
        client.send(b"hello")
        assert other_server.recv(5) == b"hello"
        assert bpf.globals.streams == 1 and bpf.globals.parsed >= 1


def test_sockmap_options(load: Callable[..., Any], opened: Open) -> None:
    bpf = load("unsaid", "on_send")
    sockets = bpf.maps["sockets"]
    with pytest.raises(rt.AttachError, match="does not say which kind"):
        bpf.programs["unsaid"].attach(map=sockets)
    bpf.programs["unsaid"].attach(map=sockets, attach_type=rt.AttachType.BPF_SK_SKB_STREAM_VERDICT).detach()
    with pytest.raises(rt.AttachError, match="say where"):
        bpf.programs["on_send"].attach()
    with pytest.raises(rt.AttachError, match="holds no sockets"):
        bpf.programs["on_send"].attach(map=bpf.maps[".bss"])
    with pytest.raises(rt.AttachError, match="no method 'netlink'"):
        bpf.programs["on_send"].attach(map=sockets, method="netlink")
    with bpf.attach_all() as links:
        assert links == [], "programs of sockets need their map"


@pytest.mark.parametrize("kind", ["out", "xmit"])
def test_route(kind: str, load: Callable[..., Any], pair: veth.VethPair) -> None:
    name = f"on_route_{kind}"
    bpf = load(name)
    program = bpf.programs[name]
    with program.attach(route="198.51.100.0/24", interface=pair.near_interface, via="192.0.2.2") as link:
        assert link.where == f"lwt_{kind} of route 198.51.100.0/24 on veth_near"
        assert "encap bpf" in pair.near.ip("route", "show", "198.51.100.0/24")
        # What the program drops, the sender is told.
        with contextlib.suppress(PermissionError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"x", ("198.51.100.9", 9))
        wait_until(lambda: bpf.globals.routed == (1 if kind == "out" else 100))
        with pytest.raises(rt.AttachRefused, match="EEXIST") as caught:
            program.attach(route="198.51.100.0/24", interface=pair.near_interface, via="192.0.2.2")
        assert "there is such a route" in caught.value.help
    assert pair.near.ip("route", "show", "198.51.100.0/24") == ""
    for options, words in (({}, "say where"), ({"route": "here"}, "'here' does not appear"),
                           ({"route": "198.51.100.0/24", "interface": "veth_naer"}, "no interface")):
        with pytest.raises(rt.AttachError, match=words):
            program.attach(**options)


def test_route_of_what_is_received(load: Callable[..., Any], pair: veth.VethPair) -> None:
    """The far end sends to an address behind the near end, which forwards by the route of the program."""
    bpf = load("on_route_in")
    pair.near.ip("link", "add", "out", "type", "veth", "peer", "name", "back")
    pair.near.ip("link", "set", "out", "up")
    pair.near.ip("link", "set", "back", "up")
    pair.far.ip("route", "add", "198.51.100.0/24", "via", pair.near_address)
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
    with bpf.programs["on_route_in"].attach(route="198.51.100.0/24", interface="out"):
        with pair.far.entered(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"x", ("198.51.100.9", 9))
        wait_until(lambda: bpf.globals.routed == 10)


def test_packets_with_segments(load: Callable[..., Any], pair: veth.VethPair) -> None:
    """A packet whose first segment is an address of the route; the program is run instead of its next hop."""
    bpf = load("on_segment")
    for name in ("all", pair.near_interface):
        for setting in ("disable_ipv6=0", "seg6_enabled=1", "forwarding=1"):
            path, value = setting.split("=")
            Path(f"/proc/sys/net/ipv6/conf/{name}/{path}").write_text(value)
    segments = ["2001:db8:2::1", "2001:db8:1::1"]  # the last one first, RFC 8754
    with bpf.programs["on_segment"].attach(route="2001:db8:1::/64", interface=pair.near_interface):
        near = json.loads(pair.near.ip("-json", "link", "show", pair.near_interface))[0]["address"]
        routing = IPv6ExtHdrSegmentRouting(addresses=segments, segleft=1, lastentry=1, nh=59)
        packet = Ether(dst=near) / IPv6(src="2001:db8::2", dst=segments[1]) / routing
        pair.send_frames([bytes(packet)])
        wait_until(lambda: bpf.globals.routed == 1000)


def test_route_of_segments(load: Callable[..., Any]) -> None:
    bpf = load("on_segment")
    namespace = veth.NetworkNamespace()
    try:
        namespace.ip("link", "add", "near", "type", "veth", "peer", "name", "far")
        namespace.ip("link", "set", "near", "up")
        with namespace.entered(), bpf.programs["on_segment"].attach(route="2001:db8::/64", interface="near") as link:
            assert link.where == "lwt_seg6local of route 2001:db8::/64 on near"
            assert "action End.BPF" in namespace.ip("-6", "route", "show", "2001:db8::/64")
        assert namespace.ip("-6", "route", "show", "2001:db8::/64") == ""
    finally:
        namespace.close()


def send(pair: veth.VethPair, bpf: rt.Object, expected: int) -> None:
    bpf.globals.order = 0
    pair.send_udp("192.0.2.2", 1)
    wait_until(lambda: bpf.globals.order == expected)


def test_order_of_tcx(load: Callable[..., Any], pair: veth.VethPair) -> None:
    bpf = load("first", "second", "third")
    first, second, third = (bpf.programs[name] for name in ("first", "second", "third"))
    device = {"interface": pair.near_interface}
    index = socket.if_nametoindex(pair.near_interface)
    kind = rt.AttachType.BPF_TCX_INGRESS
    # The neighbours are known to each other: nothing but the datagrams goes over the wire.
    far = pair.far.ip("-o", "link", "show", "dev", pair.far_interface).split("link/ether ")[1].split()[0]
    near = pair.near.ip("-o", "link", "show", "dev", pair.near_interface).split("link/ether ")[1].split()[0]
    pair.near.ip("neigh", "replace", "192.0.2.2", "lladdr", far, "dev", pair.near_interface)
    pair.far.ip("neigh", "replace", "192.0.2.1", "lladdr", near, "dev", pair.far_interface)
    with first.attach(**device) as link:
        send(pair, bpf, 1)
        with second.attach(**device, before=link) as before:
            send(pair, bpf, 21)
            with third.attach(**device, after=second):
                send(pair, bpf, 231)
                found = query(index, kind)
                assert found.program_ids == tuple(each.info().id for each in (second, third, first))
            with third.attach(**device, first=True):
                send(pair, bpf, 321)
            before.update(third)
            send(pair, bpf, 31)
            assert "third" in repr(before)
            revision = query(index, kind).revision
            with pytest.raises(rt.AttachRefused, match="ESTALE") as stale:
                second.attach(**device, expected_revision=revision - 1)
            assert "changed meanwhile" in stale.value.help
            with second.attach(**device, expected_revision=revision):
                send(pair, bpf, 312)
        with pytest.raises(rt.AttachError, match="before and first do not go together"):
            second.attach(**device, before=link, first=True)
        with pytest.raises(rt.AttachRefused, match="ENOENT") as gone:
            third.attach(**device, before=second)
        assert "is not there" in gone.value.help
        with pytest.raises(rt.ClosedError, match="the link of third"):
            third.attach(**device, before=before)


def test_update_expects(load: Callable[..., Any], pair: veth.VethPair) -> None:
    bpf = load("first", "second", "third")
    first, second, third = (bpf.programs[name] for name in ("first", "second", "third"))
    with first.attach(interface=pair.near_interface) as link:
        with pytest.raises(rt.AttachRefused, match="EPERM") as caught:
            link.update(second, expected=third)
        assert "another program than the expected one" in caught.value.help
        link.update(second, expected=first)
        assert link.info().program_id == second.info().id


def test_what_the_kernel_lacks(load: Callable[..., Any], pair: veth.VethPair) -> None:
    with pytest.raises(rt.AttachRefused, match="netkit primary on veth_near") as netkit:
        load("leaves").programs["leaves"].attach(interface=pair.near_interface)
    assert "no netkit device" in netkit.value.help
    action = load("act").programs["act"]
    if not kernel_config().get("CONFIG_NET_ACT_BPF"):  # attached in tests/vm
        with pytest.raises(rt.AttachRefused, match="action of tc ingress on veth_near") as lacking:
            action.attach(interface=pair.near_interface)
        assert "CONFIG_NET_ACT_BPF" in lacking.value.help
        assert "clsact" not in pair.near.ip("link", "show", "dev", pair.near_interface)
    with pytest.raises(rt.AttachError, match="no direction 'sideways'"):
        action.attach(interface=pair.near_interface, direction="sideways")


def test_infrared(load: Callable[..., Any]) -> None:
    if not features.loads_program_type(rt.ProgramType.BPF_PROG_TYPE_LIRC_MODE2, rt.AttachType.BPF_LIRC_MODE2):
        with pytest.raises(rt.NotSupportedByKernel, match="does not load BPF_PROG_TYPE_LIRC_MODE2"):
            load("decode")
        return
    program = load("decode").programs["decode"]
    with pytest.raises(rt.AttachError, match="say where"):
        program.attach()
    with pytest.raises(rt.AttachError, match="/dev/lirc999 cannot be opened"):
        program.attach(device="/dev/lirc999")
    with pytest.raises(rt.AttachRefused) as refused:
        program.attach(device="/dev/null")
    assert "no infrared receiver" in refused.value.help
