"""The objects that go into guests, compiled here: by the compiler of this tree, and programs in C by clang."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Iterable
from pathlib import Path

from pybpfc import kernel_btf
from pybpfc.compiler.pipeline import Options, compile_file
from pybpfc_runtime.elf import ElfFile
from support import clang
from support.broken import BREAKS

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDERS = ("examples", "tests/kernel/programs", "tests/vm/programs", "tests/interop/programs")

C_PROGRAMS = REPOSITORY / "tests/vm/c"  # they include no vmlinux.h: for guests, no kernel's types are at hand

# Programs of which clang makes the kernel's types: see --btf.
TYPES = {"list_nodes": "list_functions", "arena_arguments": "arena_functions", "percpu_members": "ipvlan_types"}
MIN_KERNEL = {"argument_tags": (6, 9)}  # programs that do not compile for every kernel: see --min-kernel

BTF = {"scx_weighted": "snapshot"}  # programs that name fields which the kernel of the tests may lack


def sources() -> dict[str, Path]:
    """Name to source of each program that the guests are given."""
    found: dict[str, Path] = {}
    for folder in FOLDERS:
        for path in sorted((REPOSITORY / folder).glob("*.py")):
            other = found.setdefault(path.stem, path)
            if other != path:
                raise ValueError(f"two programs of one name, rename one: {other} and {path}")
    return found


@functools.cache
def compiled(name: str) -> bytes:
    """The object of a program; "xdp_count.wrong_map_definition" is that of xdp_count, broken in this way.

    Raises:
        Exception: what the compiler says about the program.
    """
    in_c = C_PROGRAMS / f"{name}.c"
    if in_c.is_file():
        with tempfile.TemporaryDirectory() as folder:
            return clang.build(in_c, Path(folder, "program.o"), Path(folder)).read_bytes()
    program, _, change = name.partition(".")
    with tempfile.TemporaryDirectory() as folder:
        types = BTF.get(program) if program not in TYPES else str(_types(TYPES[program], Path(folder)))
        data = compile_for(sources()[program], types)
    return BREAKS[change](data) if change else data


def compile_for(path: Path, types: str | None) -> bytes:
    """The object of a program that compiles with the kernel's types of a file, or of this machine."""
    try:
        return compile_file(str(path), Options(min_kernel=MIN_KERNEL.get(path.stem, (0, 0)), btf=types)).data
    finally:
        kernel_btf.use(None)


def _types(name: str, folder: Path) -> Path:
    """The types that a C program declares, as a file of raw BTF."""
    made = clang.build(C_PROGRAMS / f"{name}.c", folder / "types.o", folder)
    target = folder / f"{name}.btf"
    target.write_bytes(ElfFile(made.read_bytes()).by_name[".BTF"].data)
    return target


def compile_those(names: Iterable[str]) -> tuple[dict[str, bytes], dict[str, str]]:
    """The objects that compile, and for the others what the compiler says: one broken program costs its tests only."""
    objects: dict[str, bytes] = {}
    errors: dict[str, str] = {}
    for name in sorted(set(names)):
        try:
            objects[name] = compiled(name)
        except Exception as error:
            errors[name] = f"{name} does not compile: {error}"
    return objects, errors
