"""struct_ops: congestion control algorithms that sockets of the tests run on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

import pybpfc_runtime as rt
import veth
from pybpfc_runtime.struct_ops import StructOpsLink, StructOpsMap
from support.tcp import exchange

pytestmark = pytest.mark.usefixtures("privileged")

Open = Callable[[str], rt.ObjectSpec]


@pytest.fixture
def namespace() -> Iterator[None]:
    made = veth.NetworkNamespace()
    with made.entered():
        made.ip("link", "set", "lo", "up")
        yield
    made.close()


def table(bpf: rt.Object, name: str) -> StructOpsMap:
    found = bpf.maps[name]
    assert isinstance(found, StructOpsMap)
    return found


@pytest.mark.parametrize(("map", "algorithm", "method"), [("by_link", "pybpfc_link", "link"),
                                                          ("by_map", "pybpfc_map", "map")])
def test_registering(map: str, algorithm: str, method: str, opened: Open, namespace: None) -> None:
    with opened("struct_ops").load() as bpf:
        with pytest.raises(FileNotFoundError):
            exchange(algorithm)
        with table(bpf, map).attach() as link:
            assert (link.method, link.where, link.program) == (method, "struct_ops tcp_congestion_ops", map)
            exchange(algorithm)
            if method == "link":
                info = link.info()
                assert info.type is rt.LinkType.BPF_LINK_TYPE_STRUCT_OPS
                assert info.detail == {"map_id": bpf.maps[map].info().id}
        assert bpf.globals.inits == 1 and bpf.globals.avoided >= 1
        with pytest.raises(FileNotFoundError):
            exchange(algorithm)


def test_replacing(opened: Open, namespace: None) -> None:
    with opened("struct_ops").load() as bpf, table(bpf, "by_link").attach() as link:
        exchange("pybpfc_link")
        with pytest.raises(rt.AttachRefused, match="EEXIST") as caught:
            table(bpf, "successor").attach()
        assert "of this name" in caught.value.help
        assert isinstance(link, StructOpsLink)
        link.replace(table(bpf, "successor"))
        assert link.program == "successor"
        exchange("pybpfc_link")
        assert (bpf.globals.inits, bpf.globals.replaced) == (1, 1)


def test_attaching_all(opened: Open, namespace: None) -> None:
    spec = opened("struct_ops")
    successor = spec.maps["successor"].struct_ops
    assert successor is not None
    assert successor.programs == {"init": "on_other_init", "ssthresh": "on_ssthresh", "undo_cwnd": "on_undo",
                                  "cong_avoid": "on_avoid"}
    successor.autoattach = False
    with spec.load() as bpf:
        before = set(os.listdir("/proc/self/fd"))
        with bpf.attach_all() as links:
            assert {link.program for link in links} == {"by_link", "by_map"}
            exchange("pybpfc_link")
            exchange("pybpfc_map")
        assert set(os.listdir("/proc/self/fd")) == before
        with pytest.raises(rt.UnsupportedAttach) as caught:
            bpf.programs["on_init"].attach()
        assert "bpf.maps[NAME].attach()" in caught.value.help


def test_a_bad_table_is_refused(opened: Open, namespace: None) -> None:
    spec = opened("struct_ops")
    declared = spec.maps["by_link"].struct_ops
    assert declared is not None
    del declared.programs["ssthresh"]
    with spec.load() as bpf, pytest.raises(rt.AttachRefused, match=r"map by_link \(struct_ops .*EINVAL"):
        table(bpf, "by_link").attach()


@pytest.mark.parametrize(("object", "words"), [
    ("missing_type", "map unknown: this kernel has no struct_ops nothing_such"),
    ("missing_member", "map odd: this kernel's tcp_congestion_ops has no member no_such_function")])
def test_what_the_kernel_lacks(object: str, words: str, opened: Open) -> None:
    with pytest.raises(rt.KernelSymbolError, match=words):
        opened(object).load()


def test_programs_without_a_table(opened: Open) -> None:
    spec = opened("struct_ops")
    spec.programs["in_no_table"].autoload = True
    with pytest.raises(rt.SpecError, match=r"in_no_table .* is in no struct_ops map"):
        spec.load()
    spec = opened("struct_ops")
    spec.programs["on_init"].autoload = False
    with spec.load() as bpf, pytest.raises(rt.AttachError, match="program on_init was not loaded"):
        table(bpf, "by_link").attach()
