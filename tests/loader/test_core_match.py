"""CO-RE beyond single fields: whole types compared, flavours, types of modules, accesses that cannot be widened."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc_runtime.btf import core, types
from pybpfc_runtime.btf.decode import decode_btf
from pybpfc_runtime.btf.encode import encode_btf
from pybpfc_runtime.btf.ext import CORE_KINDS, CoreRelocation
from pybpfc_runtime.btf.index import IndexedBtf
from pybpfc_runtime.btf.relocate import Target, relocate
from pybpfc_runtime.elf import ElfFile
from pybpfc_runtime.spec import Function
from support.machine import check, needs_tool

Make = Callable[[str], types.Btf]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """Types as clang writes them for a few declarations."""
    def make(text: str) -> types.Btf:
        source, target = tmp_path / "types.c", tmp_path / "types.o"
        source.write_text(text)
        check(needs_tool("clang-22"), "-g", "-O2", "-target", "bpf", "-c", source, "-o", target)
        return decode_btf(ElfFile(target.read_bytes()).by_name[".BTF"].data)

    return make


def indexed(btf: types.Btf) -> IndexedBtf:
    return IndexedBtf(encode_btf(btf))


KERNEL = """
struct inner { long b; };
struct far { int seen; };
enum e { E_A, E_B = 7 };
typedef int (*call_t)(struct far *, long);
struct s { struct far *far; int a[4]; unsigned u; struct inner in; enum e e; call_t call; struct { int deep; } d; } s;
"""


@pytest.mark.parametrize(("local", "matches"), [
    ("struct far; struct s { int a[4]; struct far *far; } s;", True),
    ("struct far { long unlike; }; struct s { struct far *far; } s;", True),  # behind a pointer names decide
    ("union far; struct s { union far *far; } s;", False),
    ("struct other; struct s { struct other *far; } s;", False),
    ("struct s___mine { unsigned u; } s;", True),
    ("struct s { int u; } s;", False),  # another sign
    ("struct s { unsigned long u; } s;", False),  # another size
    ("struct s { int a[5]; } s;", False),
    ("struct s { int nothing; } s;", False),
    ("struct inner { long b; }; struct s { struct inner in; } s;", True),
    ("struct inner { int b; }; struct s { struct inner in; } s;", False),
    ("enum e { E_B }; struct s { enum e e; } s;", True),  # values may differ
    ("enum e { E_C }; struct s { enum e e; } s;", False),
    ("enum e { E_A, E_B, E_C }; struct s { enum e e; } s;", False),
    ("struct far; struct s { int (*call)(struct far *, long); } s;", True),
    ("struct far; struct s { int (*call)(struct far *); } s;", False),
    ("struct far; struct s { void (*call)(struct far *, long); } s;", False),
    ("struct s { struct { int deep; } d; } s;", True),
    ("struct s { struct { int deeper; } d; } s;", False),
    ("struct s { int *far; } s;", False),
])
def test_type_matches(local: str, matches: bool, made: Make) -> None:
    ours, kernel = made(local), made(KERNEL)
    number = next(index for index, type_ in enumerate(ours.types)
                  if isinstance(type_, types.Struct) and core.essential(type_.name) == "s")
    target = Target(ours, indexed(kernel))
    assert target.value(CoreRelocation(0, number, "0", core.TYPE_MATCHES))[1].number == int(matches)


def test_circles_of_types_end(made: Make) -> None:
    circle = types.Btf([types.Void(), types.Ptr("", 1), types.Struct("s", 8, [types.Member("p", 1, 0, 0)])], b"\0")
    with pytest.raises(rt.BtfError, match="nested too deep"):
        core.types_match(circle, 2, circle, 2)
    ring = made("struct s { struct s *next; } s;")
    number = ring.find(types.BTF_KIND_STRUCT, "s") or 0
    assert core.types_match(ring, number, ring, number)


@pytest.mark.parametrize(("name", "stem"), [
    ("task_struct", "task_struct"), ("task_struct___old", "task_struct"), ("a___b___c", "a___b"), ("a___", "a___"),
    ("___x", "___x"), ("a____b", "a____b"), ("x_____y", "x_____y")])
def test_flavours_as_libbpf_reads_them(name: str, stem: str) -> None:
    assert core.essential(name) == stem


def test_modules_are_asked_where_vmlinux_has_nothing(made: Make) -> None:
    local = made("struct only_there { int x; } a; struct in_both { int x; } b;")
    kernel = indexed(made("struct in_both { long pad; int x; } b;"))
    module = indexed(made("struct only_there { long pad[2]; int x; } a; struct in_both { long pad[3]; int x; } b;"))
    target = Target(local, kernel, (module,))
    offsets = [target.value(CoreRelocation(0, local.find(types.BTF_KIND_STRUCT, name) or 0, "0:0", core.BYTE_OFFSET))
               for name in ("only_there", "in_both")]
    assert [after.number for _, after in offsets] == [16, 8]


LDX_W, LDX_DW, LDX_B = 0x61, 0x79, 0x71


def load(code: int, offset: int, local: types.Btf) -> Function:
    function = Function("f", 1, "xdp", 0, struct.pack("<BBhi", code, 0x10, offset, 0))
    number = local.find(types.BTF_KIND_STRUCT, "s") or 0
    function.core_relocations.append((0, CoreRelocation(0, number, "0:0", core.BYTE_OFFSET)))
    return function


@pytest.mark.parametrize(("local", "kernel", "code", "becomes"), [
    ("unsigned", "unsigned long", LDX_W, LDX_DW),
    ("unsigned long", "unsigned", LDX_DW, LDX_W),
    ("void *", "char *", LDX_DW, LDX_DW),
    ("unsigned", "unsigned char", LDX_W, LDX_B),
])
def test_widths_follow_the_kernel(local: str, kernel: str, code: int, becomes: int, made: Make) -> None:
    ours, theirs = (made(f"struct s {{ {type_} x; }} s;") for type_ in (local, kernel))
    done = relocate(load(code, 0, ours), ours, "little", Target(ours, indexed(theirs)))
    assert (done.code[0], done.poisoned) == (becomes, {})


def test_widths_that_cannot_follow(made: Make) -> None:
    ours, theirs = made("struct s { int x; } s;"), made("struct s { long x; } s;")
    done = relocate(load(LDX_W, 0, ours), ours, "little", Target(ours, indexed(theirs)))
    assert "s.x (it has another size here" in done.poisoned[0]
    ours, theirs = made("struct s { unsigned x; } s;"), made("struct s { unsigned long x; } s;")
    with pytest.raises(rt.RelocationError, match="not as wide as the field of 4 bytes, which has 8 here"):
        relocate(load(LDX_B, 0, ours), ours, "little", Target(ours, indexed(theirs)))


def test_flexible_arrays(made: Make) -> None:
    """Only the last member of a struct may be longer than it says."""
    ours = made("struct s { int n; int last[]; } s;")
    number = ours.find(types.BTF_KIND_STRUCT, "s") or 0
    relocation = CoreRelocation(0, number, "0:1:3", core.BYTE_OFFSET)
    for kernel, offset in (("long n; int last[];", 20), ("int last[2]; long n;", None), ("int last[4]; int n;", 12),
                           ("int last[0]; int n;", None)):
        target = Target(ours, indexed(made(f"struct s {{ {kernel} }} s;")))
        assert target.value(relocation)[1].number == offset


def test_every_kind_is_in_the_comparison_with_libbpf(built: Callable[[str], Path]) -> None:
    """c/core_kinds.bpf.c, whose code test_load.py compares with libbpf's."""
    spec = rt.ObjectSpec.open(built("core_kinds"))
    records = [(function.instructions[slot * 8] & 7, record.kind) for function in spec.functions.values()
               for slot, record in function.core_relocations]
    assert {kind for _, kind in records} == set(range(len(CORE_KINDS)))
    assert {instruction for instruction, _ in records} == {0, 1, 3, 7}, "ldimm64, loads, stores, arithmetic"


@pytest.mark.usefixtures("privileged")
def test_an_enumerator_that_this_kernel_does_not_have_is_named(built: Callable[[str], Path]) -> None:
    spec = rt.ObjectSpec.open(built("core_kinds"))
    for name, program in spec.programs.items():
        program.autoload = name == "absent_value"
    with pytest.raises(rt.VerifierError, match=r"enumval_value of pid_type\.PIDTYPE_NONE_SUCH") as caught:
        spec.load()
    assert caught.value.text.strip() == "return bpf_core_enum_value(enum pid_type, PIDTYPE_NONE_SUCH);"
