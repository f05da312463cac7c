"""Iterators that write text: formatted in the kernel, read as lines."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
import veth
from pybpfc.compiler.pipeline import compile_file

pytestmark = pytest.mark.usefixtures("privileged")


def test_tasks(example: Callable[[str], Path]) -> None:
    with rt.ObjectSpec.open(str(example("list_tasks"))).load() as bpf, bpf.programs["tasks"].attach() as walk:
        head, *lines = walk
    assert head == "     PID     PPID    UID      RSS  COMMAND"
    own = {int(line.split()[0]): line for line in lines}[os.getpid()]
    comm = Path("/proc/self/comm").read_text().strip()
    assert own.startswith(f"{os.getpid():8} {os.getppid():8} {os.getuid():6} ") and own.endswith(f"  {comm}")
    assert int(own.split()[3]) > 0


def test_threads(example: Callable[[str], Path]) -> None:
    spec = rt.ObjectSpec.open(str(example("list_tasks")))
    done, started = threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: (started.set(), done.wait()))
    thread.start()
    started.wait()
    try:
        for threads in (False, True):
            with spec.load(rodata={"threads": threads}) as bpf, bpf.programs["tasks"].attach() as walk:
                assert (str(thread.native_id) in {line.split()[0] for line in walk}) == threads
    finally:
        done.set()
        thread.join()


def test_a_process_by_its_number(example: Callable[[str], Path]) -> None:
    """0 is this one, as for probes and events."""
    with rt.ObjectSpec.open(str(example("list_tasks"))).load() as bpf:
        for pid in (0, os.getpid()):
            with bpf.programs["tasks"].attach(pid=pid) as walk:
                numbers = [line.split()[0] for line in walk]
                assert set(numbers) == {"PID", str(os.getpid())}
                assert f"pid {os.getpid()}" in walk.where


def test_another_link_has_no_lines(example: Callable[[str], Path]) -> None:
    with veth.VethPair() as pair, pair.near.entered(), rt.ObjectSpec.open(str(example("xdp_count"))).load() as bpf, \
            bpf.programs["count_by_source"].attach(interface=pair.near_interface) as link, \
            pytest.raises(rt.AttachError, match="no iterator"):
        list(link)


ELEMENTS = """
from pybpfc import HashMap, Struct, cast, iter_, u32, u64
from pybpfc.helpers import bpf_seq_printf
from pybpfc.vmlinux import bpf_iter__bpf_map_elem

LICENSE = "GPL"


class Value(Struct):
    number: u64
    doubled: u64


values = HashMap[u32, Value](max_entries=8)


@iter_("bpf_map_elem")
def double(ctx: bpf_iter__bpf_map_elem) -> int:
    key, value = cast(u32, ctx.key), cast(Value, ctx.value)
    if key is None or value is None:
        return 0
    value.doubled = value.number * 2
    bpf_seq_printf(ctx.meta.seq, f"{key.value} {value.number}\\n")
    return 0
"""


def test_keys_and_values_of_a_map(tmp_path: Path) -> None:
    """They are read by plain loads, and values are written in place."""
    program = tmp_path / "elements.py"
    program.write_text(ELEMENTS)
    with rt.ObjectSpec.from_bytes(compile_file(str(program)).data, "elements").load() as bpf:
        values = bpf.maps["values"]
        values[1], values[2] = {"number": 5, "doubled": 0}, {"number": 6, "doubled": 0}
        with bpf.programs["double"].attach(map=values) as walk:
            assert sorted(walk) == ["1 5", "2 6"]
        assert (values[1].doubled, values[2].doubled) == (10, 12)
