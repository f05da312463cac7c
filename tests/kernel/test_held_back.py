"""The verifier keeps maps with some objects of the kernel from the programs from which the compiler keeps them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler import safety
from pybpfc.compiler.pipeline import check_file, compile_file
from pybpfc.tables.map_kinds import HELD_BACK, TRACING
from pybpfc.tables.program_kinds import all_kinds

pytestmark = pytest.mark.usefixtures("privileged")

PROGRAM = Path(__file__).parents[1] / "errors" / "objects_held_back.py"
REFUSED = {"probe": "bpf_spin_lock", "switch": "bpf_spin_lock", "event": "bpf_spin_lock", "sample": "bpf_spin_lock",
           "filtered": "bpf_spin_lock"}
LATER = {"later": "7.0"}
TAKEN = ("classified",)
ELSEWHERE = ("entered",)  # fentry is for machines that let it attach

# A map with each object, and a program of each type that does no more than name it.
EACH = """
from typing import Annotated
from pybpfc import *
from pybpfc.kfuncs import bpf_obj_drop, bpf_obj_new
from pybpfc.vmlinux import trace_event_raw_sched_switch

LICENSE = "GPL"


class Node(Struct):
    link: bpf_list_node
    number: u64


class Leaf(Struct):
    place: bpf_rb_node
    number: u64


class Request(Struct):
    number: u64


class Value(Struct):
    number: u64
    {field}


m = HashMap[u32, Value](max_entries=16)


@{decorator}
def prog({context}) -> int:
    found = m.lookup(0)
    return 0 if found is None else {result}


@syscall
def names_them(ctx: Request) -> int:  # the kernel wants the structs of the objects among the object file's types
    node = bpf_obj_new(Node)
    if node is not None:
        bpf_obj_drop(node)
    leaf = bpf_obj_new(Leaf)
    if leaf is not None:
        bpf_obj_drop(leaf)
    return 0
"""
FIELDS = {
    "bpf_spin_lock": "lock: bpf_spin_lock", "bpf_res_spin_lock": "lock: bpf_res_spin_lock",
    "bpf_timer": "timer: bpf_timer", "bpf_wq": "work: bpf_wq",
    "bpf_list_head": "lock: bpf_spin_lock\n    head: bpf_list_head[Node]",
    "bpf_rb_root": "lock: bpf_spin_lock\n    root: bpf_rb_root[Leaf]",
}
PROGRAMS = {
    "BPF_PROG_TYPE_KPROBE": ('kprobe("do_unlinkat")', ""),
    "BPF_PROG_TYPE_TRACEPOINT": ('tracepoint("sched", "sched_switch")', "ctx: trace_event_raw_sched_switch"),
    "BPF_PROG_TYPE_PERF_EVENT": ("perf_event", "ctx: bpf_perf_event_data"),
    "BPF_PROG_TYPE_RAW_TRACEPOINT": ('raw_tracepoint("sched_switch")', "ctx: bpf_raw_tracepoint_args"),
    "BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE": ('raw_tracepoint_writable("sched_switch")',
                                              "ctx: bpf_raw_tracepoint_args"),
    "BPF_PROG_TYPE_SOCKET_FILTER": ("socket", "skb: __sk_buff"),
    "BPF_PROG_TYPE_SCHED_CLS": ("tc", "skb: __sk_buff"),
    "BPF_PROG_TYPE_XDP": ("xdp", "ctx: xdp_md"),
}


def version(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def running() -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", os.uname().release)[:2])


def image(path: Path) -> bytes:
    """The object, although the compiler refuses it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(safety, "check_objects", lambda graph, min_kernel: iter(()))
        return compile_file(str(path)).data


def load(data: bytes, name: str) -> None:
    spec = rt.ObjectSpec.from_bytes(data)
    for program in spec.programs.values():
        program.autoload = program.name == name
    spec.load().close()


@pytest.fixture(scope="module")
def unchecked() -> bytes:
    return image(PROGRAM)


def test_all_are_here(unchecked: bytes) -> None:
    assert set(rt.ObjectSpec.from_bytes(unchecked).programs) == {*REFUSED, *LATER, *TAKEN, *ELSEWHERE}
    assert {kind.program_type for kind in all_kinds()} > TRACING
    assert set(HELD_BACK) < set(PROGRAMS)
    assert {held for row in HELD_BACK.values() for held in row} == set(FIELDS)


@pytest.mark.parametrize("name", REFUSED)
def test_refused(unchecked: bytes, name: str) -> None:
    with pytest.raises(rt.VerifierError, match=f"cannot use {REFUSED[name]} yet"):
        load(unchecked, name)


@pytest.mark.parametrize("name", [name for name, since in LATER.items() if running() < version(since)])
def test_refused_here(unchecked: bytes, name: str) -> None:
    with pytest.raises(rt.VerifierError, match="cannot use bpf_timer yet"):
        load(unchecked, name)


@pytest.mark.parametrize("name", TAKEN)
def test_taken(unchecked: bytes, name: str) -> None:
    load(unchecked, name)


@pytest.mark.parametrize("held", FIELDS)
@pytest.mark.parametrize("program_type", PROGRAMS)
def test_each(program_type: str, held: str, tmp_path: Path) -> None:
    decorator, context = PROGRAMS[program_type]
    path = tmp_path / "each.py"
    path.write_text(EACH.format(field=FIELDS[held], decorator=decorator, context=context,
                                result=2 if "xdp" in decorator else "s32(found.number & 1)"))
    since = HELD_BACK.get(program_type, {}).get(held)
    if program_type == "BPF_PROG_TYPE_SOCKET_FILTER" and "lock" in FIELDS[held]:
        since = ""  # a head is beside a lock
    said = {item.code for item in check_file(str(path))}
    assert said == ({"BPF3077"} if since == "" else {"BPF4004"} if since else set())
    if since is not None and (not since or running() < version(since)):
        with pytest.raises(rt.VerifierError, match=r"cannot use .* yet"):
            load(image(path), "prog")
    else:
        load(image(path), "prog")
