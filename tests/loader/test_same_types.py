"""Maps that are used again must hold what the object declares, in whatever words another compiler describes it."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file
from pybpfc_runtime.btf.compare import difference
from support import clang
from support.machine import in_private_bpffs

C = """
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
{declared}
struct {{ __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, __u32); __type(value, {value}); }}
    held SEC(".maps");
SEC("xdp") int prog(struct xdp_md *ctx) {{ return 2; }}
"""
PYTHON = """
import enum
from typing import Annotated
from pybpfc import *

class Color(enum.IntEnum):
    RED = 1
    BLUE = 70000

class Inner(Struct):
    x: u16
    y: u16

class Either(Union):
    whole: u32
    halves: Annotated[Array[u16], 2]

class Value(Struct):
    {fields}

held = HashMap[u32, {value}](max_entries=4)

@xdp
def prog(ctx: xdp_md) -> int:
    held.lookup(0)
    return XDP_PASS
"""


def of_python(folder: Path, fields: str, value: str = "Value") -> rt.ObjectSpec:
    path = folder / "held_in_python.py"
    path.write_text(PYTHON.format(fields="\n    ".join(fields.split("; ")), value=value))
    try:
        return rt.ObjectSpec.from_bytes(compile_file(str(path)).data)
    finally:
        sys.modules.pop("held_in_python", None)


def of_c(folder: Path, declared: str, value: str = "struct value") -> rt.ObjectSpec:
    path = folder / "held.bpf.c"
    path.write_text(C.format(declared=declared, value=value))
    return rt.ObjectSpec.open(clang.build(path, folder / "held.o", folder))


def compared(a: rt.ObjectSpec, b: rt.ObjectSpec) -> str:
    assert a.btf is not None and b.btf is not None
    return difference(a.btf, a.maps["held"].value_type_id, b.btf, b.maps["held"].value_type_id)


@pytest.mark.parametrize(("fields", "declared"), [
    ("a: u32; b: s64", "struct value { unsigned int a; long long b; };"),
    ("a: u32; b: s64", "struct other { __u32 a; const volatile long b; }; typedef struct other other_t;"),
    ("a: be32; b: bool; c: Annotated[Str, 8]", "struct value { __be32 a; _Bool b; char c[8]; };"),
    ("a: Annotated[Str, 8]; b: u8", "struct value { unsigned char a[8]; signed char b; };"),
    ("a: Color; b: u32", "enum color { RED = 1 }; struct value { enum color a; unsigned b; };"),
    ("a: u32", "enum color { RED = 1 }; struct value { enum color a; };"),
    ("a: Inner; b: Annotated[Array[Inner], 2]",
     "struct i { __u16 x, y; }; struct value { struct i a; struct i b[2]; };"),
    ("a: Either", "struct value { union { unsigned whole; unsigned short halves[2]; } a; };"),
    ("_anonymous_x: Inner; b: u32", "struct value { struct { __u16 x; __u16 y; }; __u32 b; };"),
    ("x: u16; y: u16; b: u32", "struct value { struct { __u16 x; __u16 y; }; __u32 b; };"),
    ("a: Annotated[u8, bits(3)]; b: Annotated[u8, bits(5)]; c: u8",
     "struct value { unsigned a : 3; unsigned b : 5; unsigned char c; } __attribute__((packed));"),
    ("lock: bpf_spin_lock; timer: bpf_timer", "struct value { struct bpf_spin_lock lock; struct bpf_timer timer; };"),
    ("a: Annotated[Array[u32], 6]", "struct value { unsigned a[2][3]; };"),
])
def test_the_same_in_other_words(tmp_path: Path, fields: str, declared: str) -> None:
    value = "other_t" if "other_t" in declared else "struct value"
    ours, theirs = of_python(tmp_path, fields), of_c(tmp_path, declared, value)
    assert compared(ours, theirs) == compared(theirs, ours) == compared(ours, ours) == ""


@pytest.mark.parametrize(("before", "after", "words"), [
    ("count: u32; name: Annotated[Str, 4]", "name: Annotated[Str, 4]; count: u32",
     "count is at byte 0 there, where name is here"),
    ("a: u32; b: u32", "a: u32; c: u32", "b is at byte 4 there, where c is here"),
    ("a: u32; b: u32", "a: u32; b: s32", "b is unsigned, 32 bits there, signed, 32 bits here"),
    ("a: u32; b: u32", "a: u64", "a is unsigned, 32 bits there, unsigned, 64 bits here"),
    ("a: u64", "a: u32", "it has 8 bytes there, 4 here"),
    ("a: u32; b: u8", "a: u32; b: u8; c: u8", "c is here only"),
    ("a: Inner; b: u32", "a: u32; b: u32", "a is a struct Inner there, unsigned, 32 bits here"),
    ("a: Annotated[Array[Inner], 2]", "a: Annotated[Array[u32], 2]",
     "a is a struct Inner there, unsigned, 32 bits here"),
    ("a: Annotated[Array[u16], 4]", "a: Annotated[Array[u16], 3]; b: u16", "a has 4 elements there, 3 here"),
    ("a: Annotated[u8, bits(3)]; b: Annotated[u8, bits(5)]", "a: Annotated[u8, bits(4)]; b: Annotated[u8, bits(4)]",
     "a is at bit 0 with 3 bits there, at bit 0 with 4 bits here"),
    ("a: Annotated[u32, bits(3)]", "a: Annotated[s32, bits(3)]", "a is unsigned there, signed here"),
])
def test_what_differs(tmp_path: Path, before: str, after: str, words: str) -> None:
    assert compared(of_python(tmp_path, before), of_python(tmp_path, after)) == words


def test_numbers_without_a_struct(tmp_path: Path) -> None:
    assert compared(of_python(tmp_path, "a: u8", "u64"), of_python(tmp_path, "a: u8", "s64")) == (
        "it is unsigned, 64 bits there, signed, 64 bits here")
    assert compared(of_python(tmp_path, "a: u8", "u64"), of_c(tmp_path, "", "unsigned long")) == ""


@pytest.mark.usefixtures("privileged")
def test_maps_that_were_given(tmp_path: Path) -> None:
    with of_python(tmp_path, "a: u32; b: u32").load() as first:
        given = {"held": first.maps["held"]}
        with of_c(tmp_path, "struct value { unsigned a; unsigned b; };").load(maps=given) as second:
            second.maps["held"][1] = {"a": 1, "b": 2}
        with pytest.raises(rt.MapMismatchError, match="map held: the map that was given for it has another value than "
                                                      "the object declares: a is at byte 0 there, where b is here"):
            of_python(tmp_path, "b: u32; a: u32").load(maps=given)
        untyped = of_python(tmp_path, "b: u32; a: u32")
        untyped.maps["held"].value_type_id = 0
        untyped.load(maps=given).close()


@pytest.mark.usefixtures("privileged")
def test_pins(tmp_path: Path) -> None:
    for name, fields in {"first.o": "a: u32; b: u32", "second.o": "b: u32; a: u32"}.items():
        (tmp_path / name).write_bytes(bytes(of_python(tmp_path, fields)))
    (tmp_path / "pins.py").write_text(textwrap.dedent("""
        import sys
        import pybpfc_runtime as rt

        def load(path):
            spec = rt.ObjectSpec.open(path)
            spec.maps["held"].pinning = 1
            return spec.load()

        with load(sys.argv[1]) as bpf:
            bpf.maps["held"][1] = {"a": 1, "b": 2}
        with load(sys.argv[1]) as bpf:
            assert bpf.maps["held"][1].b == 2
        try:
            load(sys.argv[2])
        except rt.MapMismatchError as error:
            assert "pinned at /sys/fs/bpf/held has another value" in str(error), error
        else:
            raise SystemExit("it was taken")
        """))
    in_private_bpffs('exec "$@"', sys.executable, tmp_path / "pins.py", tmp_path / "first.o", tmp_path / "second.o")
