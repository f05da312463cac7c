"""Tables of functions for the kernel: a congestion control written in Python, on real connections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import pybpfc_runtime as rt
import veth
from pybpfc.compiler.pipeline import compile_file
from pybpfc_runtime.struct_ops import StructOpsMap
from support.libbpf import Libbpf
from support.machine import EXAMPLES, check, needs_libbpf, needs_tool
from support.tcp import exchange

BPF_LDX, BPF_STX = 1, 3  # instruction classes, include/uapi/linux/bpf_common.h and bpf.h

pytestmark = pytest.mark.usefixtures("privileged")


@pytest.fixture
def namespace() -> Iterator[None]:
    made = veth.NetworkNamespace()
    with made.entered():
        made.ip("link", "set", "lo", "up")
        yield
    made.close()


def test_capped(example: Callable[[str], Path], namespace: None) -> None:
    spec = rt.ObjectSpec.open(str(example("tcp_capped")))
    spec.rodata.limit = 2
    with spec.load() as bpf:
        with bpf.attach_all() as links:
            assert [str(link.where) for link in links] == ["struct_ops tcp_congestion_ops"]
            assert exchange("capped", 30) == 2
        assert bpf.globals.connections == 1 and bpf.globals.capped >= 1
        with pytest.raises(FileNotFoundError):
            exchange("capped")


def test_the_writes_and_reads_are_relocated(example: Callable[[str], Path]) -> None:
    listing = check(needs_tool("bpftool"), "btf", "dump", "file", example("tcp_capped"))
    assert "STRUCT 'tcp_congestion_ops'" in listing and "DATASEC '.struct_ops.link'" in listing
    code = rt.ObjectSpec.open(str(example("tcp_capped"))).programs["cong_avoid"].function
    changed = {code.instructions[8 * index] & 7 for index, _ in code.core_relocations}
    assert changed == {BPF_LDX, BPF_STX}


def test_data_members_can_be_set_before_load(example: Callable[[str], Path], namespace: None) -> None:
    spec = rt.ObjectSpec.open(str(example("tcp_capped")))
    table = spec.maps["congestion_control"].struct_ops
    assert table is not None and table.programs["init"] == "init"
    at = table.data.index(b"capped")
    table.data[at : at + 8] = b"renamed\0"
    with spec.load() as bpf:
        found = bpf.maps["congestion_control"]
        assert isinstance(found, StructOpsMap)
        with found.attach():
            exchange("renamed")
        assert bpf.globals.connections == 1


def test_libbpf_loads_it(tmp_path: Path) -> None:
    """In the form that every libbpf knows, which is registered without a link."""
    needs_libbpf()
    source, target = tmp_path / "plain.py", tmp_path / "plain.o"
    source.write_text((EXAMPLES / "tcp_capped.py").read_text().replace("map_flags=BPF_F_LINK, ", ""))
    target.write_bytes(compile_file(str(source)).data)
    with Libbpf().open(target):
        pass
