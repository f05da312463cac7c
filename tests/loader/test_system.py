"""What the kernel says about programs, maps, links and types, judged against bpftool."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pybpfc_runtime as rt
from pybpfc_runtime import syscall, system
from pybpfc_runtime.link_info import link_info
from support import packets
from support.machine import in_private_bpffs, needs_tool

pytestmark = pytest.mark.usefixtures("privileged")

Open = Callable[[str], rt.ObjectSpec]


def bpftool(kind: str, number: int) -> dict[str, Any]:
    done = subprocess.run([needs_tool("bpftool"), "-j", kind, "show", "id", str(number)], check=True,
                          capture_output=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_programs(opened: Open) -> None:
    with opened("globals").load() as bpf:
        info = bpf.programs["touch"].info()
        assert info.id in [each.id for each in system.programs()]
        assert system.program(info.id) == info
        theirs = bpftool("prog", info.id)
        assert (theirs["name"], theirs["tag"], theirs["bytes_xlated"]) == (info.name, info.tag, len(info.instructions))
        assert (theirs["gpl_compatible"], theirs["btf_id"]) == (info.gpl_compatible, info.btf_id)
        assert sorted(theirs["map_ids"]) == sorted(info.map_ids) == sorted(map_.info().id for map_ in bpf.maps.values())
        assert info.type is rt.ProgramType.BPF_PROG_TYPE_SOCKET_FILTER
        assert len(info.function_info) == 8 and len(info.line_info) == 16 * len(bpf.programs["touch"].linked.line_info)
        assert info.verified_instructions > 10
    with pytest.raises(rt.KernelError, match="ENOENT"):
        system.program(info.id)


def test_maps_and_types(opened: Open) -> None:
    with opened("maps").load() as bpf:
        info = bpf.maps["hash"].info()
        assert system.map(info.id) == info and info in list(system.maps())
        theirs = bpftool("map", info.id)
        assert (theirs["max_entries"], theirs["bytes_key"], theirs["btf_id"]) == (5000, 4, info.btf_id)
        btf = system.btf(info.btf_id)
        assert btf.size_of(info.btf_key_type_id) == 4 and btf.size_of(info.btf_value_type_id) == 8
        assert info.btf_id in [each.id for each in system.btfs()]
    kernel = next(each for each in system.btfs() if each.name == "vmlinux")
    assert kernel.is_kernel and kernel.size == os.stat("/sys/kernel/btf/vmlinux").st_size


def test_statistics(opened: Open) -> None:
    with opened("globals").load() as bpf, system.stats_enabled():
        program = bpf.programs["touch"]
        before = program.info()
        program.test_run(packets.udp(), repeat=50)
        after = program.info()
        assert after.run_count == before.run_count + 50
        assert after.run_time > before.run_time


def test_links(opened: Open) -> None:
    spec = opened("typed")
    spec.rodata.only_tgid = 1 << 31  # nobody
    with spec.load() as bpf:
        with bpf.programs["on_enter"].attach() as tracing, bpf.programs["show_tasks"].attach() as walk:
            found = {each.id: each for each in system.links()}
            info, iterator = link_info(tracing.fd), link_info(walk.fd)
            assert found[info.id] == info == system.link(info.id)
            assert (info.type, info.detail["tp_name"]) == (rt.LinkType.BPF_LINK_TYPE_RAW_TRACEPOINT, "sys_enter")
            assert info.program_id == bpf.programs["on_enter"].info().id
            assert (iterator.type, iterator.detail["target_name"]) == (rt.LinkType.BPF_LINK_TYPE_ITER, "task")
        with pytest.raises(rt.KernelError, match="ENOENT"):
            system.link(info.id)


def test_by_pin(built: Callable[[str], Path]) -> None:
    script = """
import sys
import pybpfc_runtime as rt
from pybpfc_runtime import system
with rt.ObjectSpec.open(sys.argv[1]).load() as bpf:
    bpf.programs["touch"].pin("/sys/fs/bpf/program")
    bpf.maps[".data"].pin("/sys/fs/bpf/map")
    assert system.program("/sys/fs/bpf/program") == bpf.programs["touch"].info()
    assert system.map("/sys/fs/bpf/map") == bpf.maps[".data"].info()
    for wrong in ("/sys/fs/bpf/map", "/sys/fs/bpf/nothing"):
        try:
            system.program(wrong)
        except rt.KernelError as error:
            print(error.errno_name, end=" ")
        except rt.SpecError as error:
            print("a map" if "is a bpf-map, not a bpf-prog" in str(error) else error, end=" ")
"""
    (built("globals").parent / "by_pin.py").write_text(script)
    out = in_private_bpffs('"$1" "$2" "$3"', sys.executable, built("globals").parent / "by_pin.py",
                           built("globals"))
    assert out == "a map ENOENT "


def test_a_descriptor_of_something_else(opened: Open) -> None:
    with open(os.devnull) as null, pytest.raises(rt.KernelError, match="EINVAL"):
        syscall.map_info(null.fileno())
