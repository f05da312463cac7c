"""Objects with one thing wrong in the file: libbpf's verdict and ours, edit by edit."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from pybpfc_runtime.elf import SHT_REL, ElfFile, Section
from support import clang, judge
from support.judge import Judge

pytestmark = pytest.mark.usefixtures("privileged")

CORPUS = Path(__file__).with_name("corpus")
PROGRAM = "by_all"  # of calls_shared: calls, data, several programs a section

Edit = Callable[[bytearray, ElfFile], None]


def code_relocations(elf: ElfFile) -> Section:
    tc = next(section.index for section in elf.sections if section.name == "tc")
    return next(section for section in elf.sections if section.type == SHT_REL and section.info == tc)


def put(data: bytearray, at: int, layout: str, *values: int) -> None:
    struct.pack_into("<" + layout, data, at, *values)


def header_field(at: int, layout: str, value: int) -> Edit:
    return lambda data, elf: put(data, at, layout, value)


def relocation(at: int, layout: str, value: int) -> Edit:
    """The first one in code: offset at 0, type at 8, symbol at 12."""
    return lambda data, elf: put(data, code_relocations(elf).offset + at, layout, value)


def section_field(name: str, at: int, layout: str, value: int) -> Edit:
    """Of a section header: type at 4, flags at 8, offset at 24, size at 32, link at 40, info at 44."""
    def edit(data: bytearray, elf: ElfFile) -> None:
        (table,) = struct.unpack_from("<Q", data, 40)
        put(data, table + 64 * elf.by_name[name].index + at, layout, value)
    return edit


def content(name: str, at: int, layout: str, value: int) -> Edit:
    return lambda data, elf: put(data, elf.by_name[name].offset + at, layout, value)


def symbol(name: str, at: int, layout: str, value: int) -> Edit:
    """Of a symbol: info at 4, other at 5, section at 6, value at 8, size at 16."""
    def edit(data: bytearray, elf: ElfFile) -> None:
        number = next(number for number, each in enumerate(elf.symbols) if each.name == name)
        put(data, elf.by_name[".symtab"].offset + 24 * number + at, layout, value)
    return edit


# What is wrong: the edit, and what both loaders make of it.
EDITS: dict[str, tuple[Edit, str]] = {
    "nothing": (header_field(18, "H", 247), "loads"),
    "machine EM_NONE": (header_field(18, "H", 0), "loads"),
    "machine x86-64": (header_field(18, "H", 62), "refused"),
    "type ET_EXEC": (header_field(16, "H", 2), "refused"),
    "no section headers": (header_field(40, "Q", 0), "refused"),
    "section headers beyond the end": (header_field(40, "Q", 1 << 40), "refused"),
    "names in no section": (header_field(62, "H", 0xFFF0), "refused"),
    "relocation inside an instruction": (relocation(0, "Q", 3), "refused"),
    "relocation beyond the code": (relocation(0, "Q", 1 << 20), "refused"),
    "relocation of an instruction that is neither call nor address": (relocation(0, "Q", 0), "refused"),
    "relocation against no symbol": (relocation(12, "I", 0xFFFFFF), "refused"),
    "relocation against the null symbol": (relocation(12, "I", 0), "refused"),
    "program of half an instruction": (symbol(PROGRAM, 16, "Q", 12), "refused"),
    "program without instructions": (symbol(PROGRAM, 16, "Q", 0), "refused"),
    "program beyond its section": (symbol(PROGRAM, 16, "Q", 8 << 20), "refused"),
    "program inside an instruction": (symbol(PROGRAM, 8, "Q", 4), "refused"),
    "program in no section": (symbol(PROGRAM, 6, "H", 0xFFF0), "refused"),
    "types without their magic number": (content(".BTF", 0, "H", 0), "loads"),
    "types cut short": (content(".BTF", 12, "I", 1 << 30), "loads"),
    "lines without their magic number": (content(".BTF.ext", 0, "H", 0), "loads"),
    "section beyond the end": (section_field("tc", 24, "Q", 1 << 40), "refused"),
    "a .bss of a terabyte": (section_field(".bss", 32, "Q", 1 << 40), "refused"),
    "relocations of an unknown section": (
        lambda data, elf: section_field(code_relocations(elf).name, 44, "I", 9999)(data, elf), "refused"),
}
# Where the loaders differ on purpose: (libbpf's verdict, ours, why).
_CORRUPT = ("loads", "refused", "a corrupt file is refused, not loaded without what it says")
DIFFERENT: dict[str, tuple[str, str, str]] = {
    "relocation against the null symbol": ("refused", "loads", "a program that is not loaded is not looked at"),
    "program in no section": _CORRUPT,
    "types without their magic number": _CORRUPT,
    "types cut short": _CORRUPT,
    "lines without their magic number": _CORRUPT,
}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    target = tmp_path_factory.mktemp("broken") / "original.o"
    return clang.build(CORPUS / "calls_shared.bpf.c", target, CORPUS).read_bytes()


@pytest.fixture(scope="module")
def libbpf() -> Judge:
    return Judge()


@pytest.mark.parametrize("name", EDITS)
def test_broken(name: str, original: bytes, libbpf: Judge, tmp_path: Path) -> None:
    edit, verdict = EDITS[name]
    data = bytearray(original)
    edit(data, ElfFile(original))
    path = tmp_path / "broken.o"
    path.write_bytes(data)
    ours, theirs = judge.load(path, PROGRAM), libbpf.load(path, PROGRAM)
    wanted = DIFFERENT.get(name, (verdict, verdict))[:2]
    assert (theirs.verdict, ours.verdict) == wanted, f"libbpf: {theirs.why}\nours: {ours.why}"
    if ours.verdict == "loads" == theirs.verdict:
        assert ours.instructions == theirs.instructions
    elif ours.verdict == "refused":
        assert "help:" in ours.why or len(ours.why) > 40
        assert str(path) in ours.why or PROGRAM in ours.why, "the message says neither file nor program"
