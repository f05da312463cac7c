"""What modules have: functions to trace and to call, a tracepoint, a struct; from our objects and from clang's."""

from __future__ import annotations

import ctypes
import os
import socket
from pathlib import Path

import pybpfc_runtime as rt
from pybpfc_runtime.btf.index import IndexedBtf
from pybpfc_runtime.btf.types import BTF_KIND_STRUCT
from veth import VethPair

from ..guest_test import Need, guest_test

MODULE_BTF = Need("5.11", "BTF of modules", r"veth|virtio_transport|veth_xmit")
# With an older kernel programs test no addresses of functions, so that weak ones are of no use to them.
CONNTRACK = Need("6.4", "addresses of kernel functions", r"isn't KIND_VAR|have no function bpf_")

_libc = ctypes.CDLL(None, use_errno=True)


def _remove(name: str) -> None:
    if _libc.syscall(176, name.encode(), os.O_NONBLOCK):  # delete_module(2), x86-64
        raise OSError(ctypes.get_errno(), f"rmmod {name}")


def _insert(name: str) -> None:
    with open(f"/modules/{name}.ko", "rb") as file:
        if _libc.syscall(313, file.fileno(), b"", 0):  # finit_module(2), x86-64
            raise OSError(ctypes.get_errno(), f"insmod {name}")


def _send_over_vsock(data: bytes) -> None:
    """Over the module vsock_loopback, from this process to itself."""
    local = 1  # VMADDR_CID_LOCAL, include/uapi/linux/vm_sockets.h
    with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM) as listening:
        listening.bind((local, 4000))
        listening.listen(1)
        with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM) as sender:
            sender.connect((local, 4000))
            receiver, _ = listening.accept()
            with receiver:
                sender.sendall(data)
                assert receiver.recv(len(data), socket.MSG_WAITALL) == data


@guest_test("module_functions", reaches="fires", needs=[MODULE_BTF])
def module_functions(path: Path) -> None:
    _traced(path)


@guest_test("module_functions_by_clang", reaches="fires", needs=[MODULE_BTF])
def module_functions_by_clang(path: Path) -> None:
    _traced(path)


def _traced(path: Path) -> None:
    with VethPair() as pair, rt.ObjectSpec.open(str(path)).load() as bpf, bpf.attach_all():
        seen = bpf.globals
        pair.send_udp("192.0.2.2", 3)
        _send_over_vsock(bytes(1000))
        assert seen.entered == seen.left == seen.probed == seen.returned >= 3, (
            seen.entered, seen.left, seen.probed, seen.returned)
        assert seen.verdict == 0 and seen.lengths >= 3 * 64
        assert seen.packets == seen.raw_packets >= 1 and seen.bytes_sent >= 1000, (seen.packets, seen.bytes_sent)
        vmlinux = IndexedBtf.open("/sys/kernel/btf/vmlinux", cached=False)
        btf = IndexedBtf.open("/sys/kernel/btf/veth", vmlinux, cached=False)
        private = btf.find(BTF_KIND_STRUCT, "veth_priv")
        assert private is not None
        assert (seen.size_of_priv, seen.size_of_headroom, seen.no_size) == (btf.size_of(private), 4, 0)


@guest_test("conntrack", reaches="runs", needs=[CONNTRACK])
def module_calls(path: Path) -> None:
    _called(path)


@guest_test("conntrack_by_clang", reaches="runs", needs=[CONNTRACK])
def module_calls_by_clang(path: Path) -> None:
    _called(path)


def _called(path: Path) -> None:
    confirmed = 1 << 3  # IPS_CONFIRMED, include/uapi/linux/netfilter/nf_conntrack_common.h
    _remove("nf_conntrack")
    try:
        with rt.ObjectSpec.open(str(path)).load() as bpf:
            bpf.programs["connections"].test_run(bytes(64))
            assert bpf.globals.there == bpf.globals.made == 0
    finally:
        _insert("nf_conntrack")
    spec = rt.ObjectSpec.open(str(path))
    for name, extern in spec.externs.items():
        spec.externs[name] = extern._replace(weak=False)  # now they must be there
    with spec.load() as bpf:
        bpf.programs["connections"].test_run(bytes(64))
        seen = bpf.globals
        assert (seen.there, seen.made, seen.found) == (1, 1, 1), (seen.there, seen.made, seen.found)
        assert seen.status & confirmed and seen.missing == -2, (seen.status, seen.missing)  # -ENOENT
