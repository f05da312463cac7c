"""Links as such: pinned, opened again, updated, used after their end; what the kernel says of each kind."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
import veth
from pybpfc_runtime.link_info import LinkType
from support.machine import in_private_bpffs

pytestmark = pytest.mark.usefixtures("privileged")

Open = Callable[[str], rt.ObjectSpec]

PINNED = """
import os, sys
import pybpfc_runtime as rt
import pybpfc_runtime.system
spec = rt.ObjectSpec.open(sys.argv[1])
for program in spec.programs.values():
    program.autoload = program.name in ("find_socket", "first", "second")
path = "/sys/fs/bpf/link"
with spec.load() as bpf:
    link = bpf.programs["find_socket"].attach()
    link.pin(path)
    link.close()
    bpf.maps[".bss"].pin("/sys/fs/bpf/map")
    with rt.Link.from_pin(path) as again:
        assert again.attached and again.info().type.name == "BPF_LINK_TYPE_NETNS"
        assert again.program == "find_socket" and path in repr(again), again
    with rt.Link.from_pin(path) as again:  # the block before did not detach
        again.update(bpf.programs["find_socket"])
        again.unpin()
        assert not os.path.exists(path)
    for wrong, words in ((path, "nothing is pinned"), ("/sys/fs/bpf/map", "is no link"), ("/no/folder/x", "no folder")):
        try:
            rt.Link.from_pin(wrong)
        except rt.AttachError as error:
            assert words in str(error), error
        else:
            raise SystemExit(wrong)
    link = bpf.programs["find_socket"].attach()
    link.pin(path)
    again = rt.Link.from_pin(path)
    again.detach()
    assert link.info().detail["netns_ino"] == 0, "the link is there and holds nothing"
    link.unpin()
    link.close()
    with bpf.programs["find_socket"].attach() as link:
        link.pin(path)
    again = rt.Link.from_pin(path)  # the block left the pinned program attached
    assert again.info().detail["netns_ino"] != 0
    again.unpin()
    again.detach()
    with bpf.programs["find_socket"].attach() as link:
        link.pin(path)
        link.unpin()
        number = link.info().id
    assert number not in [each.id for each in rt.system.links()], "a link that is not pinned any more is detached"
print("done")
"""


def test_pinned_links(built: Callable[[str], Path], tmp_path: Path) -> None:
    script = tmp_path / "pinned.py"
    script.write_text(PINNED)
    # In a network namespace of its own, which ends with the script.
    command = 'exec unshare -n "$1" "$2" "$3"'
    assert in_private_bpffs(command, sys.executable, script, built("places")) == "done\n"


def test_a_detached_link_says_so(opened: Open) -> None:
    spec = opened("tracing")
    spec.rodata.only_pid = 1 << 30
    with spec.load() as bpf:
        with bpf.programs["on_enter"].attach() as link:
            info = link.info()
            assert str(info) == (f"raw_tracepoint link {info.id}, program {info.program_id}, tp_name sys_enter, "
                                 f"cookie {info.detail['cookie']}")
        for use in (link.info, lambda: link.fd, lambda: link.pin("/sys/fs/bpf/x"),
                    lambda: link.update(bpf.programs["on_enter"])):
            with pytest.raises(rt.ClosedError, match="the link of on_enter"):
                use()
        link.detach()
        link.close()
        assert "detached" in repr(link)


def test_links_without_an_update(opened: Open) -> None:
    spec = opened("tracing")
    spec.rodata.only_pid = 1 << 30
    with spec.load() as bpf, bpf.programs["on_enter"].attach() as link:
        with pytest.raises(rt.AttachError, match="links of this kind have no update") as caught:
            link.update(bpf.programs["on_enter"])
        assert "attach the other program" in caught.value.help


def test_attachments_without_a_link(opened: Open) -> None:
    with veth.VethPair() as pair, pair.near.entered(), opened("xdp_count").load() as bpf:
        link = bpf.programs["count"].attach(interface=pair.near_interface, method="netlink")
        for use in (link.info, lambda: link.fd, lambda: link.pin("/sys/fs/bpf/x"),
                    lambda: link.update(bpf.programs["drop_all"])):
            with pytest.raises(rt.AttachError, match="is held by netlink"):
                use()
        link.detach()
        with pytest.raises(rt.ClosedError, match="count was detached"):
            link.info()


def test_update_of_an_interface(opened: Open) -> None:
    with (veth.VethPair() as pair, pair.near.entered(), opened("xdp_count").load() as bpf,
          bpf.programs["count"].attach(interface=pair.near_interface) as link):
        assert link.info().detail == {"ifindex": socket.if_nametoindex(pair.near_interface)}
        link.update(bpf.programs["drop_all"])
        info = link.info()
        assert (info.type, info.program_id) == (LinkType.BPF_LINK_TYPE_XDP, bpf.programs["drop_all"].info().id)
        assert f"id {info.program_id}" in pair.near.ip("link", "show", "dev", pair.near_interface)


def test_an_update_after_the_interface_went(opened: Open) -> None:
    with veth.VethPair() as pair, opened("xdp_count").load() as bpf:
        with pair.near.entered():
            link = bpf.programs["count"].attach(interface=pair.near_interface)
        pair.near.ip("link", "delete", "dev", pair.near_interface)
        with pytest.raises(rt.AttachRefused, match="ENOLINK") as caught:
            link.update(bpf.programs["drop_all"])
        assert "what the program was attached to is gone" in caught.value.help
        link.detach()
