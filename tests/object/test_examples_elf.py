"""What is in the examples' objects, read back by pyelftools and bpftool."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.relocation import RelocationSection

from pybpfc import kernel_calls
from pybpfc_runtime.sections import match_section
from support import btf_ext
from support.machine import EXAMPLES, check, needs_tool, pybpfc

NAMES = sorted(path.stem for path in EXAMPLES.glob("*.py"))
EXECUTABLE = 0x4  # SHF_EXECINSTR
KNOWN_RELOCATIONS = {1, 2, 3, 4, 10}  # R_BPF_64_64, _ABS64, _ABS32, _NODYLD32, _64_32


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def elf(name: str, example: Callable[[str], Path]) -> Iterator[ELFFile]:
    with example(name).open("rb") as file:
        yield ELFFile(file)


def functions(elf: ELFFile) -> dict[str, tuple[str, int]]:
    """Function name to section name and offset."""
    symbols = elf.get_section_by_name(".symtab").iter_symbols()
    return {symbol.name: (elf.get_section(symbol["st_shndx"]).name, symbol["st_value"])
            for symbol in symbols if symbol["st_info"]["type"] == "STT_FUNC"}


def undefined(elf: ELFFile) -> set[str]:
    symbols = list(elf.get_section_by_name(".symtab").iter_symbols())[1:]
    return {symbol.name for symbol in symbols if symbol["st_shndx"] == "SHN_UNDEF"}


def test_header(elf: ELFFile) -> None:
    assert elf["e_machine"] == "EM_BPF"
    assert elf["e_type"] == "ET_REL"
    assert elf.little_endian


def test_sections(elf: ELFFile) -> None:
    names = [section.name for section in elf.iter_sections()]
    assert len(names) == len(set(names))
    assert {"license", ".BTF", ".BTF.ext", ".symtab"} <= set(names)
    assert {".maps", ".struct_ops.link", ".rodata"} & set(names)
    assert elf.get_section_by_name("license").data() == b"GPL\0"
    unwanted = [n for n in names if n.removeprefix(".rel").startswith((".debug", ".eh_frame", ".llvm", ".comment"))]
    assert not unwanted
    program_sections = {s.name for s in elf.iter_sections() if s["sh_flags"] & EXECUTABLE and s["sh_size"]} - {".text"}
    assert program_sections
    assert all(map(match_section, program_sections)), "libbpf's table has the section of each program"


def test_no_undefined_symbol(elf: ELFFile) -> None:
    assert all(map(kernel_calls.describe, undefined(elf))), "only the kernel's functions are found at load"


def test_relocations_are_known(elf: ELFFile) -> None:
    kinds = {relocation["r_info_type"] for section in elf.iter_sections() if isinstance(section, RelocationSection)
             for relocation in section.iter_relocations()}
    assert 1 in kinds, "the program refers to no map"
    assert kinds <= KNOWN_RELOCATIONS


def test_every_function_has_its_records(elf: ELFFile) -> None:
    debug = btf_ext.read(elf)
    found = functions(elf)
    assert found
    for function, (section, offset) in found.items():
        assert offset in debug.functions[section], f"no function record for {function}"
        assert offset in [line.offset for line in debug.lines[section]], f"no line for {function}'s first instruction"
    assert sum(map(len, debug.functions.values())) == len(found)


def test_line_records_quote_the_source(name: str, elf: ELFFile) -> None:
    source = (EXAMPLES / f"{name}.py").read_text().splitlines()
    checked = 0
    for records in btf_ext.read(elf).lines.values():
        for record in records:
            assert not record.file.startswith("/"), "the object names a folder of the build machine"
            if record.file.endswith(f"{name}.py") and record.line:
                assert record.text.strip() == source[record.line - 1].strip()
                checked += 1
    assert checked > 5


def test_bpftool_prints_every_declaration(name: str, example: Callable[[str], Path], elf: ELFFile) -> None:
    bpftool = needs_tool("bpftool")
    path = example(name)
    types = json.loads(check(bpftool, "-j", "btf", "dump", "file", path))["types"]
    named = {kind: {t["name"] for t in types if t["kind"] == kind} for kind in ("FUNC", "VAR", "STRUCT", "DATASEC")}
    tree = ast.parse((EXAMPLES / f"{name}.py").read_text())
    structs = {node.name for node in tree.body if isinstance(node, ast.ClassDef)
               and any(ast.unparse(base) == "Struct" for base in node.bases)}
    maps = [node.value.func.slice for node in tree.body if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Subscript)]
    structs &= {name.id for item in maps for name in ast.walk(item) if isinstance(name, ast.Name)}
    in_maps = {symbol.name for symbol in elf.get_section_by_name(".symtab").iter_symbols()
               if symbol["st_info"]["type"] == "STT_OBJECT"
               and elf.get_section(symbol["st_shndx"]).name in (".maps", ".struct_ops.link")}
    assert bool(in_maps) == bool(maps)
    assert in_maps <= named["VAR"]
    assert set(functions(elf)) | undefined(elf) == named["FUNC"]
    assert structs <= named["STRUCT"], "a struct of a map is missing"
    assert not maps or named["DATASEC"] & {".maps", ".struct_ops.link"}
    assert check(bpftool, "btf", "dump", "file", path, "format", "c").startswith("#ifndef __VMLINUX_H__")


def test_the_folder_makes_no_difference(name: str, example: Callable[[str], Path], tmp_path: Path) -> None:
    made = []
    for folder in (tmp_path / "one", tmp_path / "another" / "deeper"):
        folder.mkdir(parents=True)
        shutil.copy(EXAMPLES / f"{name}.py", folder)
        done = pybpfc("build", f"{name}.py", "-o", "out.o", cwd=folder)
        assert done.returncode == 0, done.stderr
        made.append((folder / "out.o").read_bytes())
    assert made[0] == made[1]
    assert made[0] == example(name).read_bytes()


TWICE = """
import sys
from pybpfc.compiler.pipeline import compile_file
first, other, again = (compile_file(path).data for path in (sys.argv[1], sys.argv[2], sys.argv[1]))
assert first == again != other
sys.stdout.buffer.write(again)
"""


def test_twice_in_one_process(name: str, example: Callable[[str], Path], tmp_path: Path) -> None:
    other = "xdp_count" if name != "xdp_count" else "tc_prefix_filter"
    done = subprocess.run([sys.executable, "-c", TWICE, EXAMPLES / f"{name}.py", EXAMPLES / f"{other}.py"],
                          capture_output=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == example(name).read_bytes()
