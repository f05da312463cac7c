"""What modules have: functions to trace and to call, a tracepoint, a struct; from our objects and from clang's."""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
from pathlib import Path

import pybpfc_runtime as rt
from pybpfc_runtime.btf.index import IndexedBtf
from pybpfc_runtime.btf.types import BTF_KIND_STRUCT
from pybpfc_runtime.kernel_symbols import kernel_addresses
from pybpfc_runtime.testing import packet
from veth import VethPair

from ..guest_test import Need, guest_test
from ..tagged_module import tagged
from .tracing import loaded

MODULE_BTF = Need("5.11", "BTF of modules", r"veth|virtio_transport|veth_xmit|vsock_sock")
# Links to many functions came with 5.18; those of these kernels that are older than 6.12 are built without.
FPROBE = Need("6.12", "CONFIG_FPROBE", r"CONFIG_FPROBE|vsock_sock")
# With an older kernel programs test no addresses of functions, so that weak ones are of no use to them.
CONNTRACK = Need("6.4", "addresses of kernel functions", r"isn't KIND_VAR|have no function bpf_")

_libc = ctypes.CDLL(None, use_errno=True)


def _remove(name: str) -> None:
    if _libc.syscall(176, name.encode(), os.O_NONBLOCK):  # delete_module(2), x86-64
        raise OSError(ctypes.get_errno(), f"rmmod {name}")


def _insert_file(data: bytes) -> None:
    if _libc.syscall(175, data, len(data), b""):  # init_module(2), x86-64
        raise OSError(ctypes.get_errno(), "insmod")


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


_PORT = 4321  # nobody listens there


def _connect_in_vain() -> None:
    with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM) as peer, contextlib.suppress(ConnectionResetError):
        peer.connect((1, _PORT))  # VMADDR_CID_LOCAL
        raise AssertionError(f"port {_PORT} is taken")


@guest_test("module_types", reaches="fires", needs=[MODULE_BTF])
def module_types(path: Path) -> None:
    _typed(path)


@guest_test("module_types_by_clang", reaches="fires", needs=[MODULE_BTF])
def module_types_by_clang(path: Path) -> None:
    _typed(path)


def _typed(path: Path) -> None:
    """Fields by relocation, of structs that modules alone have: the name of one is the first string of its BTF."""
    with loaded(path, "on_entry", "on_probe") as bpf:
        seen = bpf.globals
        seen.only = _PORT
        for _ in range(3):
            _connect_in_vain()
        assert (seen.entered, seen.entered_cid, seen.probed) == (3, 1, 3), (seen.entered, seen.entered_cid, seen.probed)
        assert (seen.has_member, seen.has_type, seen.size_of_address) == (0, 1, 16)
        assert seen.address == kernel_addresses(["vsock_core_register"])["vsock_core_register"]


@guest_test("module_types", reaches="fires", needs=[FPROBE])
def module_functions_by_pattern(path: Path) -> None:
    """From one object alone: the lists of functions are long to read in a guest."""
    with loaded(path, "on_many") as bpf:
        bpf.globals.only = _PORT
        _connect_in_vain()
        assert bpf.globals.probed_many == 1


@guest_test("module_types", reaches="fires", needs=[MODULE_BTF])
def probes_by_module_and_name(path: Path) -> None:
    """`module:function`, for both ways of making a probe."""
    spec = rt.ObjectSpec.open(str(path))
    for program in spec.programs.values():
        program.autoload = program.name == "on_probe"
    function = "vmw_vsock_virtio_transport_common:virtio_transport_connect"
    with spec.load() as bpf:
        bpf.globals.only = _PORT
        for count, method in enumerate(("perf_event", "tracefs"), 1):
            with bpf.programs["on_probe"].attach(function=function, method=method):
                _connect_in_vain()
            assert bpf.globals.probed == count, method


_PER_CPU = Need("5.19", "BPF with type tags", r"ipvl|percpu|R1 type=")


@guest_test("percpu_members", reaches="fires", needs=[_PER_CPU])
def members_with_copies_for_each_cpu(path: Path) -> None:
    """Of a module whose types have the tag; the kernel adds the copies up too, for what it says of the interface."""
    try:
        rt.ObjectSpec.open(str(path)).load().close()
    except rt.BpfError:
        pass  # for the module as it was built the member is a pointer like any other, which the helpers refuse
    else:
        raise AssertionError("the module has the tag already: this test need not make it")
    _remove("ipvlan")
    module = Path("/modules/ipvlan.ko").read_bytes()
    kernel = Path("/sys/kernel/btf/vmlinux").read_bytes()
    _insert_file(tagged(module, kernel, "ipvl_dev", "pcpu_stats", "percpu"))
    try:
        with VethPair() as pair, rt.ObjectSpec.open(str(path)).load() as bpf, bpf.attach_all():
            pair.near.ip("link", "add", "link", pair.near_interface, "name", "ipvl", "type", "ipvlan", "mode", "l2")
            pair.near.ip("address", "add", "192.0.2.77/24", "dev", "ipvl")
            pair.near.ip("link", "set", "ipvl", "up")
            pair.send_frames([packet("192.0.2.2", "192.0.2.77", payload=bytes(number)) for number in range(20)])
            pair.near.ip("address", "add", "192.0.2.78/24", "dev", "ipvl")  # which has the program called
            with pair.near.entered():
                lines = Path("/proc/thread-self/net/dev").read_text().splitlines()
            received = next(line.split()[1:3] for line in lines if line.strip().startswith("ipvl:"))
            seen = bpf.globals
            assert [seen.bytes_, seen.packets] == [int(number) for number in received], (lines, seen.packets)
            assert seen.calls == 2 and seen.packets >= 20 >= seen.here, (seen.calls, seen.packets, seen.here)
            assert seen.copies >= len(os.sched_getaffinity(0)), seen.copies
    finally:
        _remove("ipvlan")
        _insert("ipvlan")
