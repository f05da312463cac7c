"""The target kernel is asked for what the program names: a constant by the name that it is written with, a type also
where it stands behind the name of its module."""

from __future__ import annotations

from pathlib import Path

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file
from pybpfc_runtime.btf.relocate import describe

HEAD = """
from enum import IntEnum

from pybpfc import *
from pybpfc import vmlinux
from pybpfc.vmlinux import BPF_MAP_TYPE_CGROUP_STORAGE, bpf_map_type, task_struct

LICENSE = "GPL"
found: u64 = data(0)


class pid_type(IntEnum):
    PIDTYPE_OLD_NAME = 1
    PIDTYPE_TGID = 1


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    global found
    found = {query}
    return 0
"""


def asked(folder: Path, query: str) -> set[str]:
    """What the records of a program with this question name."""
    program = folder / "asks.py"
    program.write_text(HEAD.replace("{query}", query))
    spec = rt.ObjectSpec.from_bytes(compile_file(str(program)).data, "asks.o")
    assert spec.btf is not None
    return {describe(record, spec.btf) for _, record in spec.programs["prog"].function.core_relocations}


def test_constants_of_one_value(tmp_path: Path) -> None:
    storage = "bpf_map_type.BPF_MAP_TYPE_CGROUP_STORAGE"
    for query, name in {
            "enum_value(pid_type.PIDTYPE_TGID)": "pid_type.PIDTYPE_TGID",
            "enum_value(pid_type.PIDTYPE_OLD_NAME)": "pid_type.PIDTYPE_OLD_NAME",
            "enum_value(BPF_MAP_TYPE_CGROUP_STORAGE)": storage,
            "enum_value(bpf_map_type.BPF_MAP_TYPE_CGROUP_STORAGE)": storage,
            "enum_value(bpf_map_type.BPF_MAP_TYPE_CGROUP_STORAGE_DEPRECATED)": f"{storage}_DEPRECATED",
            "enum_value(vmlinux.bpf_map_type.BPF_MAP_TYPE_CGROUP_STORAGE)": storage}.items():
        assert asked(tmp_path, query) == {f"CO-RE relocation enumval_value of {name}"}


def test_types_behind_the_name_of_their_module(tmp_path: Path) -> None:
    for query in ("u64(field_exists({}.pid))", "field_size({}.signal.rlim[7])", "u64(field_exists({}.comm[3]))"):
        found = asked(tmp_path, query.format("vmlinux.task_struct"))
        assert found and found == asked(tmp_path, query.format("task_struct"))
