"""BPF tokens: a user namespace without rights on the host loads by the delegation of a mount; and arenas."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc_runtime.token import open_token
from support import clang

pytestmark = pytest.mark.usefixtures("privileged")

# The child makes its namespaces and opens the file system, the parent (who has the right to) says what it delegates.
SCRIPT = """
import ctypes, os, socket, sys
import pybpfc_runtime as rt

FSOPEN, FSCONFIG, FSMOUNT = 430, 431, 432
CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
libc = ctypes.CDLL(None, use_errno=True)

def call(number, *arguments):
    result = libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result

spec = rt.ObjectSpec.open(sys.argv[1])
delegated = sys.argv[2:]
above, below = socket.socketpair()
child = os.fork()
if child == 0:
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNS):
        raise SystemExit("no user namespace")
    below.send(b"x")
    below.recv(1)
    system = call(FSOPEN, b"bpf", 0)
    socket.send_fds(below, [b"x"], [system])
    below.recv(1)
    mount = f"/proc/self/fd/{call(FSMOUNT, system, 0, 0)}"
    for token in (None, mount):
        try:
            with spec.load(token=token) as bpf:
                bpf.maps["sources"][1] = bytes(40)
                print("loaded", *bpf.programs)
        except rt.BpfError as error:
            print(type(error).__name__, error.errno_name, error.command, error.help)
    sys.stdout.flush()
    os._exit(0)
above.recv(1)
for name, text in (("setgroups", "deny"), ("uid_map", "0 0 1"), ("gid_map", "0 0 1")):
    with open(f"/proc/{child}/{name}", "w") as file:
        file.write(text)
above.send(b"x")
system = socket.recv_fds(above, 1, 1)[1][0]
for name in delegated:
    call(FSCONFIG, system, 1, name.encode(), b"any", 0)
call(FSCONFIG, system, 6, None, None, 0)
above.send(b"x")
os.waitpid(child, 0)
"""
DELEGATED = ("delegate_cmds", "delegate_maps", "delegate_progs", "delegate_attachs")


def in_user_namespace(path: Path, *delegated: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(path), *delegated], capture_output=True, text=True,
                          check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_user_namespace_with_a_token(built: Callable[[str], Path]) -> None:
    without, with_token = in_user_namespace(built("xdp_count"), *DELEGATED)
    assert without.startswith("PermissionDenied EPERM BPF_BTF_LOAD") and "user namespace" in without
    assert with_token == "loaded count drop_all"


def test_a_mount_that_delegates_nothing(built: Callable[[str], Path]) -> None:
    _, with_token = in_user_namespace(built("xdp_count"))
    assert with_token.startswith("KernelError ENOENT BPF_TOKEN_CREATE its mount delegates nothing")


def test_a_mount_that_delegates_too_little(built: Callable[[str], Path]) -> None:
    """Commands and programs, but no maps."""
    _, with_token = in_user_namespace(built("xdp_count"), "delegate_cmds", "delegate_progs", "delegate_attachs")
    assert with_token.startswith("PermissionDenied EPERM BPF_MAP_CREATE")


def test_no_token_on_the_host(tmp_path: Path) -> None:
    with pytest.raises(rt.KernelError, match="BPF_TOKEN_CREATE") as caught:
        open_token("/sys/fs/bpf")
    assert caught.value.help
    with pytest.raises(rt.KernelError, match="EINVAL") as caught:
        open_token(tmp_path)
    assert "root of a bpf file system" in caught.value.help
    with pytest.raises(rt.KernelError, match="ENOENT"):
        open_token(tmp_path / "nothing")


class _Node(rt.Struct):
    value: rt.s64
    next: rt.u64


def test_an_arena(tmp_path: Path) -> None:
    """A page that a program allocates and user space reads at the same address."""
    corpus = Path(__file__).with_name("corpus")
    spec = rt.ObjectSpec.open(clang.build(corpus / "arena.bpf.c", tmp_path / "arena.o", corpus))
    spec.programs["wrong"].autoload = False
    spec.load().close()  # the kernel's types stay open for the next load
    before = len(os.listdir("/proc/self/fd"))
    with spec.load() as bpf:
        memory = bpf.arenas["arena"]
        assert memory.address == spec.maps["arena"].map_extra == 0x100000000000
        assert bpf.programs["use"].test_run().return_value == 0
        at = bpf.globals.where - memory.address
        assert int.from_bytes(memory[at : at + 8], sys.byteorder) == 42
        assert memory.at(bpf.globals.where, rt.u64) == 42
        first, second = bpf.globals.where, bpf.globals.where + 16
        memory.put(first, _Node, _Node(value=7, next=second))
        memory.put(second, _Node, _Node(value=-8, next=0))
        found, address = [], first
        while address:
            node = memory.at(address, _Node)
            found.append(node.value)
            address = node.next
        assert found == [7, -8]
        for outside in (0, memory.address - 1, memory.address + memory.size - 8):
            with pytest.raises(ValueError, match="not inside"):
                memory.at(outside, _Node)
        with pytest.raises(rt.KernelError, match="mmap failed"):
            spec.load(maps={"arena": bpf.maps["arena"]}).arenas["arena"]
        with pytest.raises(ValueError):
            _ = memory[::2]
    with pytest.raises(ValueError):
        _ = memory[0:8]
    with pytest.raises(ValueError, match="not inside"):
        memory.at(first, _Node)
    assert len(os.listdir("/proc/self/fd")) == before


def test_variables_of_an_arena(tmp_path: Path) -> None:
    corpus = Path(__file__).with_name("corpus")
    spec = rt.ObjectSpec.open(clang.build(corpus / "arena_globals.bpf.c", tmp_path / "arena.o", corpus))
    with spec.load() as bpf:
        values = bpf.globals
        assert (values.first, values.table) == (5, (1, 2, 3, 0))
        values.table = (1, 2, 30, 4)
        assert bpf.programs["use"].test_run().return_value == 0
        assert values.first == 35
    with pytest.raises(rt.ClosedError):
        _ = values.first
