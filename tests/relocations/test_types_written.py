"""The types in our objects: the kernel takes them as they are, bpftool reads all of them.

Only what compilers leave to loaders is filled in before: sizes and offsets of sections, where LLVM writes 0, and the
linkage of externs.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc_runtime import syscall
from pybpfc_runtime.btf import types
from pybpfc_runtime.btf.decode import decode_btf
from pybpfc_runtime.btf.encode import encode_btf
from pybpfc_runtime.elf import ElfFile
from pybpfc_runtime.kernel_symbols import find_symbol
from support.machine import EXAMPLES, REPOSITORY, check, needs_tool
from vm.objects import BTF, TYPES, compile_for

FOLDERS = (EXAMPLES, *(REPOSITORY / "tests" / folder for folder in (
    "relocations/pairs", "relocations/programs", "kernel/programs", "vm/programs")))
# Those of TYPES are for types that clang makes for the guests' tests.
PROGRAMS = [path for folder in FOLDERS for path in sorted(folder.glob("*.py")) if path.stem not in TYPES]


@pytest.mark.usefixtures("privileged")
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_kernel_and_bpftool_take_them(program: Path, tmp_path: Path) -> None:
    target = tmp_path / f"{program.stem}.o"
    target.write_bytes(compile_for(program, BTF.get(program.stem)))
    btf = rt.ObjectSpec.open(target).btf
    assert btf is not None
    blob = encode_btf(btf)
    fd, error, _ = syscall.btf_load(blob)
    if program.stem == "qdisc_fifo" and find_symbol(types.BTF_KIND_STRUCT, "bpf_struct_ops_Qdisc_ops") is None:
        assert (fd, error) == (-1, errno.ENOENT), "a kernel without CONFIG_NET_SCH_BPF cannot give back a packet"
    else:
        assert fd >= 0, f"errno {error}\n{syscall.btf_load(blob, 1 << 20)[2][-500:]}"
        os.close(fd)
    listed = check(needs_tool("bpftool"), "btf", "dump", "file", target)
    written = decode_btf(ElfFile(target.read_bytes()).by_name[".BTF"].data)
    assert sum(line.startswith("[") for line in listed.splitlines()) == len(written) > 5
