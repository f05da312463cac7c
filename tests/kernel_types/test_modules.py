"""Types of a module, which continue its kernel's: also those whose name is its first string, or one of the kernel's."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc.vmlinux
from pybpfc import kernel_btf
from pybpfc_runtime.btf import kernel, types
from pybpfc_runtime.btf.index import IndexedBtf, continues
from pybpfc_runtime.errors import BtfError
from support.machine import pybpfc as pybpfc_command

Make = Callable[[str], bytes]

VMLINUX = "struct later; struct shared { int number; struct later *next; } shared;"


def module(base: IndexedBtf) -> bytes:
    """`struct first { struct shared a; }; struct later { struct shared b; };`: "later" is a string of the kernel's."""
    strings = b"first\0a\0b\0"
    own = len(base.strings)
    shared = base.find(types.BTF_KIND_STRUCT, "shared")
    body = b""
    for name, member in ((own, own + 6), (base.strings.index(b"\0later\0") + 1, own + 8)):
        body += struct.pack("=III", name, types.BTF_KIND_STRUCT << 24 | 1, 4) + struct.pack("=III", member, shared, 0)
    return struct.pack("=HBBIIIII", 0xEB9F, 1, 0, 24, 0, len(body), len(body), len(strings)) + body + strings


@pytest.fixture
def folder(made: Make, tmp_path: Path) -> Path:
    place = tmp_path / "btf"
    place.mkdir()
    (place / "vmlinux").write_bytes(made(VMLINUX))
    (place / "own").write_bytes(module(IndexedBtf.open(place / "vmlinux")))
    return place


def test_names(folder: Path) -> None:
    base = IndexedBtf.open(folder / "vmlinux")
    own = IndexedBtf.open(folder / "own", base)
    first, later = len(base) + 1, len(base) + 2
    assert own.named("first") == [first] == own.ids_named("first")
    assert own.named("later") == [later], "vmlinux, which declares it alone, has the name in its strings"
    assert own.find(types.BTF_KIND_STRUCT, "later") == later
    assert own.named("shared") == []
    assert own.names_like("firsd", [types.BTF_KIND_STRUCT]) == ["first"]
    assert own.names_like("shareb", [types.BTF_KIND_STRUCT]) == ["shared"]


def test_a_module_is_chosen(folder: Path) -> None:
    assert continues(folder / "own") and not continues(folder / "vmlinux")
    kernel_btf.use(folder / "own")
    assert [field.name for field in pybpfc.vmlinux.first.__pybpfc_type__.fields] == ["a"]
    assert [field.name for field in pybpfc.vmlinux.later.__pybpfc_type__.fields] == ["b"]
    assert [field.name for field in pybpfc.vmlinux.shared.__pybpfc_type__.fields] == ["number", "next"]


def test_a_module_without_its_kernel(folder: Path) -> None:
    (folder / "vmlinux").rename(folder / "vmlinux.btf")
    kernel_btf.use(folder / "own")
    assert pybpfc.vmlinux.first
    (folder / "alone").mkdir()
    (folder / "own").rename(folder / "alone" / "own")
    kernel_btf.use(folder / "alone" / "own")
    with pytest.raises(BtfError, match="continue those of its kernel") as caught:
        _ = pybpfc.vmlinux.first
    assert str(folder / "alone" / "vmlinux") in caught.value.help


def test_modules_come_and_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that lives long sees the modules of now, and one that was loaded anew with its new types."""
    base = IndexedBtf.open(folder / "vmlinux")
    monkeypatch.setattr(kernel, "VMLINUX", str(folder / "vmlinux"))
    monkeypatch.setattr(kernel, "kernel_btf", lambda: base)
    monkeypatch.setattr(kernel, "_modules", {})
    (one,) = kernel.module_btfs()
    assert kernel.module_btfs() == (one,)
    (folder / "new").write_bytes((folder / "own").read_bytes().replace(b"first\0", b"third\0"))
    (folder / "new").replace(folder / "own")
    (other,) = kernel.module_btfs()
    assert one.named("first") and other.named("third") and not other.named("first")
    (folder / "own").unlink()
    assert kernel.module_btfs() == ()


def test_an_unknown_name_that_a_module_has(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = IndexedBtf.open(folder / "vmlinux")
    own = IndexedBtf.open(folder / "own", base)
    monkeypatch.setattr("pybpfc_runtime.btf.kernel.module_btfs", lambda: (own,))
    with pytest.raises(AttributeError, match=f"the module own has it: --btf {folder}/own"):
        _ = pybpfc.vmlinux.first


def test_a_build_says_what_is_missing(folder: Path) -> None:
    """The way out is that of the types' own error."""
    program = folder / "prog.py"
    program.write_text("from pybpfc.vmlinux import first\n")
    (folder / "vmlinux").rename(folder / "elsewhere")
    done = pybpfc_command("build", "--btf", folder / "own", program, "-o", folder / "prog.o")
    assert done.returncode == 1
    assert "error[BPF1003]" in done.stderr and "put a copy of that kernel's" in done.stderr
