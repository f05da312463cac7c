"""The map kinds: numbers against the header, classes against rows, declarations against the kernel."""

from __future__ import annotations

import ctypes
import os
import re
import struct
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from pybpfc import maps, uapi, xdp_md
from pybpfc.maps import (
    Arena,
    ArrayMap,
    BloomFilter,
    CgroupArray,
    CpuMap,
    DevMap,
    DevMapHash,
    HashMap,
    HashOfMaps,
    LpmTrie,
    LruHashMap,
    LruPerCpuHashMap,
    Map,
    PerCpuArray,
    PerCpuHashMap,
    PerfEventArray,
    ProgArray,
    Queue,
    ReuseportSockArray,
    RingBuf,
    SkStorage,
    SockHash,
    SockMap,
    Stack,
    StackTrace,
    UserRingBuf,
    XskMap,
)
from pybpfc.tables.generate import kernel
from pybpfc.tables.helpers import by_name
from pybpfc.tables.map_kinds import all_kinds, by_class, helper_of
from pybpfc_runtime.values import DeclarationError, Struct, be32, u32, u64


class Event(Struct):
    time_ns: u64
    pid: u32


class Prefix(Struct):
    prefixlen: u32
    addr: be32


class Wide(Struct):
    a: u64
    b: u64


def test_numbers_are_those_of_the_header(header: str) -> None:
    body = re.search(r"enum bpf_map_type \{(.*?)\}", header, re.S)
    assert body
    names = re.findall(r"BPF_MAP_TYPE_\w+", re.sub(r"/\*.*?\*/|= \w+", "", body[1], flags=re.S))
    known = {name: number for number, name in enumerate(dict.fromkeys(names)) if "DEPRECATED" not in name}
    for kind in all_kinds():
        if kind.kernel_name in known and len(names) == len(set(names)) and "DEPRECATED" not in body[1]:
            assert kind.number == known[kind.kernel_name]
    assert [kind.number for kind in all_kinds()] == list(range(1, 34))


def test_every_class_has_a_row() -> None:
    classes = {name for name in maps.__all__ if name != "Map"}
    assert classes == {kind.class_name for kind in all_kinds()}


def test_every_method_is_a_helper() -> None:
    for kind in all_kinds():
        for method in kind.methods:
            if (kind.class_name, method) == ("Arena", "at"):
                continue  # a pointer is all it makes
            program = "BPF_PROG_TYPE_SK_MSG" if (kind.class_name, method) in (
                ("SockMap", "redirect"), ("SockHash", "redirect")) else ""
            found = helper_of(kind.class_name, method, program)
            assert found is not None
            assert by_name(found)


def test_a_declared_map() -> None:
    events = HashMap[be32, Event](max_entries=10, map_flags=1, pinning=1)
    assert events.kind is by_class("HashMap")
    assert events.key_type is not None and events.key_type.name == "be32"
    assert events.value_type is Event.__pybpfc_type__
    assert (events.key_annotation, events.value_annotation) == (be32, Event)
    assert (events.max_entries, events.map_flags, events.pinning, events.name) == (10, 1, 1, None)
    assert events.defined_at[0] == __file__
    events.bind("first")
    events.bind("second")
    assert events.name == "first"


def test_what_the_kinds_add() -> None:
    assert LpmTrie[Prefix, u32](max_entries=4).map_flags == 1
    assert HashMap[u32, u64](max_entries=4, numa_node=0).map_flags == 4
    assert RingBuf[Event](max_entries=4096).value_type is None
    assert RingBuf[Event](max_entries=4096).record_type is Event.__pybpfc_type__
    assert PerfEventArray[Event]().max_entries == 0
    stacks = StackTrace(max_entries=4, depth=20)
    assert stacks.value_type is not None and stacks.value_type.size == 160
    outer = HashOfMaps[u32, ArrayMap[u64]](max_entries=8, inner=ArrayMap[u64](max_entries=2))
    assert isinstance(outer.inner, ArrayMap) and outer.inner.max_entries == 2


MISTAKES: list[tuple[Callable[[], object], str]] = [
    (lambda: HashMap[u32, u64](), "HashMap needs max_entries"),  # type: ignore[call-arg]
    (lambda: HashMap(max_entries=3), r"HashMap needs its types: HashMap\[key, value\]"),
    (lambda: HashMap[u32](max_entries=3), "takes two types, not 1"),  # type: ignore[misc]
    (lambda: ArrayMap[u32, u64](max_entries=3), "its key is always a u32 index"),  # type: ignore[misc]
    (lambda: RingBuf[u32, Event](max_entries=4096), "RingBuf has no key"),  # type: ignore[misc]
    (lambda: RingBuf[Event](max_entries=5000), "power of two.*try 8192"),
    (lambda: RingBuf[Event](max_entries=1024), "at least a page"),
    (lambda: RingBuf[Event](max_entry=4096), "no option 'max_entry'; it takes max_entries"),  # type: ignore[call-arg]
    (lambda: HashMap[u32, int](max_entries=3), "`int` has no width"),
    (lambda: HashMap[u32, float](max_entries=3), "no floating point"),
    (lambda: HashMap[u32, u64](max_entries=0), "at least one entry"),
    (lambda: HashMap[u32, u64](max_entries=-1), "does not fit an unsigned 32-bit"),
    (lambda: HashMap[u32, u64](max_entries=True), "max_entries is an integer"),
    (lambda: HashMap[u32, u64](max_entries=1, map_extra=1), "no option 'map_extra'"),  # type: ignore[call-arg]
    (lambda: HashMap[u32, u64](max_entries=1, pinning=2), "pinning is 0"),
    (lambda: HashMap[u32, u64](max_entries=1, name="a b"), "C identifier"),
    (lambda: HashMap["Event", u64](max_entries=1), "not its name in quotes"),
    (lambda: LpmTrie[u32, u64](max_entries=4), "begins with `prefixlen: u32`"),
    (lambda: LpmTrie[Wide, u64](max_entries=4), "begins with `prefixlen: u32`"),
    (lambda: SkStorage[Event](max_entries=4), "has no max_entries"),  # type: ignore[call-arg]
    (lambda: BloomFilter[u32](max_entries=4, map_extra=16), "0 to 15"),
    (lambda: StackTrace(max_entries=4, depth=0), "at least 1"),
    (lambda: HashOfMaps[u32, ArrayMap[u64]](max_entries=8), "needs inner="),  # type: ignore[call-arg]
    (lambda: HashOfMaps[u32, ArrayMap[u64]](max_entries=8, inner=ArrayMap[u32](max_entries=1)),
     r"inner is ArrayMap\[u32\]"),
    (lambda: ProgArray[xdp_md](max_entries=4, values={7: None}), "slots are 0 to 3"),
    (lambda: ProgArray[7](max_entries=4), "context of its programs"),  # type: ignore[valid-type]
]


@pytest.mark.parametrize(("declaration", "message"), MISTAKES, ids=[message for _, message in MISTAKES])
def test_mistakes(declaration: Callable[[], object], message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        declaration()


def test_outside_a_program() -> None:
    table = HashMap[u32, u64](max_entries=4)
    with pytest.raises(TypeError, match="only inside a BPF program"):
        table.lookup(1)
    with pytest.raises(AttributeError, match="it has delete, lookup, update"):
        table.push(1)  # type: ignore[attr-defined]


def create(declared: Map[Any, Any]) -> int:
    """BPF_MAP_CREATE: 0, or the errno."""
    attributes = struct.pack(
        "<IIIIIIIQQIIIIIQ", declared.kind.number, declared.key_type.size if declared.key_type else 0,
        declared.value_type.size if declared.value_type else 0, declared.max_entries or 1, declared.map_flags, 0,
        declared.numa_node or 0, 0, 0, 0, 0, 0, 0, 0, declared.map_extra)
    buffer = ctypes.create_string_buffer(attributes, 72)
    descriptor = kernel._libc.syscall(kernel._SYS_BPF, 0, buffer, 72)
    if descriptor < 0:
        return ctypes.get_errno()
    os.close(descriptor)
    return 0


SAMPLES: dict[str, Callable[[], Map[Any, Any]]] = {
    "HashMap": lambda: HashMap[u32, Event](max_entries=8),
    "LruHashMap": lambda: LruHashMap[u32, Event](max_entries=8),
    "PerCpuHashMap": lambda: PerCpuHashMap[u32, u64](max_entries=8),
    "LruPerCpuHashMap": lambda: LruPerCpuHashMap[u32, u64](max_entries=64),
    "ArrayMap": lambda: ArrayMap[u64](max_entries=8),
    "PerCpuArray": lambda: PerCpuArray[u64](max_entries=8),
    "LpmTrie": lambda: LpmTrie[Prefix, u32](max_entries=8),
    "ProgArray": lambda: ProgArray[xdp_md](max_entries=8),
    "PerfEventArray": lambda: PerfEventArray[Event](),
    "CgroupArray": lambda: CgroupArray(max_entries=8),
    "StackTrace": lambda: StackTrace(max_entries=8),
    "DevMap": lambda: DevMap(max_entries=8),
    "DevMap with programs": lambda: DevMap[uapi.bpf_devmap_val](max_entries=8),
    "DevMapHash": lambda: DevMapHash(max_entries=8),
    "CpuMap": lambda: CpuMap[uapi.bpf_cpumap_val](max_entries=8),
    "XskMap": lambda: XskMap(max_entries=8),
    "SockMap": lambda: SockMap(max_entries=8),
    "SockHash": lambda: SockHash[u32](max_entries=8),
    "ReuseportSockArray": lambda: ReuseportSockArray(max_entries=8),
    "Queue": lambda: Queue[Event](max_entries=8),
    "Stack": lambda: Stack[Event](max_entries=8),
    "BloomFilter": lambda: BloomFilter[u32](max_entries=8, map_extra=3),
    "RingBuf": lambda: RingBuf[Event](max_entries=4096),
    "UserRingBuf": lambda: UserRingBuf[Event](max_entries=4096),
    "Arena": lambda: Arena(max_entries=8),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_kernel_makes_it(name: str, probed_kernel: None) -> None:
    assert create(SAMPLES[name]()) == 0


def test_importing_costs_little() -> None:
    """Neither `import pybpfc` nor the language's modules pull in the tables or LLVM."""
    code = ("import sys, pybpfc, pybpfc.maps, pybpfc.contexts, pybpfc.helpers, pybpfc.constants, pybpfc.intrinsics;"
            "print(*[name for name in sys.modules if name.startswith(('llvmlite', 'dataclasses', 'pybpfc.tables.'))])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
