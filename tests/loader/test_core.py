"""CO-RE: relocated code reads the right memory, equals libbpf's, and what cannot be relocated is named.

That the instructions equal libbpf's is in test_load.py, where all objects are compared.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc_runtime.btf import core, types
from pybpfc_runtime.btf.decode import decode_btf
from pybpfc_runtime.btf.encode import encode_btf
from pybpfc_runtime.btf.ext import CoreRelocation
from pybpfc_runtime.btf.index import IndexedBtf
from pybpfc_runtime.btf.kernel import kernel_btf
from pybpfc_runtime.btf.relocate import Target
from pybpfc_runtime.elf import ElfFile
from support.machine import check, needs_tool

Open = Callable[[str], rt.ObjectSpec]


@pytest.mark.usefixtures("privileged")
def test_relocated_code_reads_this_task(opened: Open) -> None:
    """The program looks at the process that runs it: the tests know what it must find."""
    spec = opened("core")
    spec.rodata.only_tgid = os.getpid()
    with spec.load() as bpf:
        with bpf.programs["relocations"].attach():
            os.stat("/")
        (tgid, grandparent, vm, letter, following, priority, reset, execve, has_tgid, has_wrong, has_member, comm_size,
         has_type, has_no_type, size, no_size, atomic_size, has_value, has_no_value, number, local_id, kernel_id,
         *unreached) = bpf.globals.results
    status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines())
    assert (tgid, grandparent) == (os.getpid(), parent_of(os.getppid()))
    assert vm * 4 == pytest.approx(int(status["VmSize"].split()[0]), rel=0.2)
    assert letter == ord(status["Name"].ljust(16, "\0")[3])
    assert following > 1 << 63, "a kernel address"
    assert priority == 120
    assert (reset, execve) == (0, 0)
    assert (has_tgid, has_wrong, has_member, has_type, has_no_type, has_value, has_no_value) == (1, 0, 0, 1, 0, 1, 0)
    assert (comm_size, no_size, atomic_size, number) == (16, 0, 4, 1)
    kernel = kernel_btf()
    assert size == kernel.size_of(kernel.find(types.BTF_KIND_STRUCT, "task_struct") or 0)
    assert kernel_id == kernel.find(types.BTF_KIND_STRUCT, "nsproxy")
    assert 0 < local_id < 100
    assert unreached == [0, 0]


def parent_of(pid: int) -> int:
    text = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in text.splitlines() if line.startswith("PPid:")).split()[1])


@pytest.mark.usefixtures("privileged")
@pytest.mark.parametrize(("program", "words"), [
    ("missing", "byte_off of task_struct___flavour.tgid_that_never_was"),
    ("widened", "byte_off of thread_info.flags"),
])
def test_an_access_that_this_kernel_does_not_have_is_named(program: str, words: str, opened: Open) -> None:
    spec = opened("core")
    spec.programs["relocations"].autoload = False
    spec.programs[program].autoload = True
    with pytest.raises(rt.VerifierError, match=r"this kernel, .*, does not have what CO-RE relocation") as caught:
        spec.load()
    assert words in caught.value.verdict
    assert Path(caught.value.file).name == "core.bpf.c"


def made(tmp_path: Path, text: str) -> types.Btf:
    """Types as clang writes them for a few declarations."""
    source, target = tmp_path / "types.c", tmp_path / "types.o"
    source.write_text(text)
    check(needs_tool("clang-22"), "-g", "-O2", "-target", "bpf", "-c", source, "-o", target)
    return decode_btf(ElfFile(target.read_bytes()).by_name[".BTF"].data)


LOCAL = """
struct inner { int b; };
struct s { int gone; struct inner in; int array[4]; unsigned long grown; unsigned bits : 3; } s;
enum e { E_ONE = 5 } e;
"""

KERNEL = """
struct inner { long pad; int b; };
struct s {
	long moved[3];
	struct { struct { struct inner in; }; int array[8]; };
	unsigned grown;
	unsigned x : 7, bits : 5;
} s;
enum e { E_ZERO, E_ONE = 1000 } e;
"""


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return Target(made(tmp_path, LOCAL), IndexedBtf(encode_btf(made(tmp_path, KERNEL))))


@pytest.mark.parametrize(("kind", "access", "local", "kernel"), [
    (core.BYTE_OFFSET, "0:1:0", 4, 32),
    (core.BYTE_OFFSET, "0:2:3", 20, 52),
    (core.BYTE_OFFSET, "2:2:0", 8 + 2 * 40, 40 + 2 * 80),
    (core.BYTE_SIZE, "0:3", 8, 4),
    (core.FIELD_EXISTS, "0:0", 1, 0),
    (core.BYTE_OFFSET, "0:0", 0, None),
    (core.FIELD_EXISTS, "0:4", 1, 1),
    (core.LSHIFT_U64, "0:4", 61, 52),
    (core.RSHIFT_U64, "0:4", 61, 59),
    (core.TYPE_SIZE, "0", 40, 80),
])
def test_values(kind: int, access: str, local: int, kernel: int | None, target: Target) -> None:
    struct = target.local.find(types.BTF_KIND_STRUCT, "s")
    assert struct is not None
    before, after = target.value(CoreRelocation(0, struct, access, kind))
    assert (before.number, after.number) == (local, kernel)


def test_enum_values(target: Target) -> None:
    enum = target.local.find(types.BTF_KIND_ENUM, "e")
    assert enum is not None
    before, after = target.value(CoreRelocation(0, enum, "0", core.ENUM_VALUE))
    assert (before.number, after.number) == (5, 1000)


@pytest.mark.parametrize(("number", "found"), [(-3, -3), (0xFFFFFFFD, -3), (0x7FFFFFFF, 0x7FFFFFFF)])
def test_negative_enumerators(number: int, found: int, tmp_path: Path) -> None:
    """Kernels before 6.0 do not say in their types that an enum is signed; the program's does."""
    local = made(tmp_path, "enum e { NEGATIVE = -1, E_ONE = 1 } e;")
    kernel = made(tmp_path, "enum e { NEGATIVE = 7 } e;")
    enum, theirs = (types_.find(types.BTF_KIND_ENUM, "e") or 0 for types_ in (local, kernel))
    kernel.types[theirs] = types.Enum("e", 4, number < 0, [("NEGATIVE", number)])
    target = Target(local, IndexedBtf(encode_btf(kernel)))
    before, after = target.value(CoreRelocation(0, enum, "0", core.ENUM_VALUE))
    assert (before.number, after.number) == (-1, found)


def test_candidates_that_do_not_fit_stay_out(tmp_path: Path) -> None:
    """Two kernel types of one name: the field that only one has decides for all that follow."""
    kernel = made(tmp_path, "struct s { char pad[8]; int a; int only; } x;")
    other = types.Struct("s", 4, [types.Member("a", kernel.find(types.BTF_KIND_INT, "int") or 0, 0, 0)])
    kernel.types.append(other)
    local = made(tmp_path, "struct s { int a, only; } x;")
    struct = local.find(types.BTF_KIND_STRUCT, "s") or 0
    target = Target(local, IndexedBtf(encode_btf(kernel)))
    with pytest.raises(rt.RelocationError, match="several types of this name"):
        target.value(CoreRelocation(0, struct, "0:0", core.BYTE_OFFSET))
    assert target.value(CoreRelocation(0, struct, "0:1", core.BYTE_OFFSET))[1].number == 12
    assert target.value(CoreRelocation(0, struct, "0:0", core.BYTE_OFFSET))[1].number == 8


@pytest.mark.parametrize("access", ["", "x", "0:99", "0:0:0", "0:2:9", "0:-1"])
def test_corrupt_accesses(access: str, target: Target) -> None:
    struct = target.local.find(types.BTF_KIND_STRUCT, "s") or 0
    with pytest.raises(rt.BtfError):
        target.value(CoreRelocation(0, struct, access, core.BYTE_OFFSET))


@pytest.mark.parametrize(("name", "stem"), [
    ("task_struct", "task_struct"), ("task_struct___old", "task_struct"), ("___x", "___x"), ("a___", "a___")])
def test_flavours(name: str, stem: str) -> None:
    assert core.essential(name) == stem


def test_kernel_types_agree_with_bpftool() -> None:
    kernel = kernel_btf()
    listed = check(needs_tool("bpftool"), "btf", "dump", "file", "/sys/kernel/btf/vmlinux")
    assert listed.count("\n[") + 1 == len(kernel)
    for line in listed.splitlines():
        if line.startswith("[") and " STRUCT 'task_struct" in line:
            number, _, rest = line.partition("]")
            found = kernel.type(int(number[1:]))
            assert isinstance(found, types.Struct)
            assert f"'{found.name}' size={found.size} vlen={len(found.members)}" in rest
