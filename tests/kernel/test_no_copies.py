"""What stands for an open descriptor has no copy: the copy's end would close what somebody else opened since."""

from __future__ import annotations

import copy
import dataclasses
import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file

pytestmark = pytest.mark.usefixtures("privileged")

SOURCE = """from pybpfc import *

LICENSE = "GPL"
counts = ArrayMap[u64](max_entries=4, map_flags=1 << 10)
events = RingBuf[u64](max_entries=4096)
samples = PerfEventArray[u64]()
orders = UserRingBuf[u64](max_entries=4096)
arena = Arena(max_entries=1)

@xdp
def send(ctx: xdp_md) -> int:
    counts[0] += 1
    return XDP_PASS

@raw_tracepoint("sys_enter")
def watch(ctx: bpf_raw_tracepoint_args) -> int:
    return 0
"""


@dataclasses.dataclass
class Kept:
    what: Any


WAYS: list[Callable[[Any], object]] = [
    copy.copy, copy.deepcopy, pickle.dumps, lambda value: pickle.dumps(value, protocol=0),
    lambda value: dataclasses.asdict(Kept(value)),
]


@pytest.fixture
def bpf(tmp_path: Path) -> Iterator[rt.Object]:
    program = tmp_path / "held.py"
    program.write_text(SOURCE)
    with rt.ObjectSpec.from_bytes(compile_file(str(program)).data).load() as loaded:
        yield loaded


def owners(bpf: rt.Object) -> Iterator[Any]:
    yield from (bpf, bpf.programs["send"], bpf.arenas["arena"], *bpf.maps.values())
    yield from (one.descriptor for one in (bpf.programs["send"], bpf.maps["counts"]))
    with bpf.programs["watch"].attach() as link, bpf.maps["counts"].memory() as memory:
        yield from (link, memory)
    with bpf.events("events") as records, bpf.events("samples") as samples, bpf.maps["orders"].writer() as writer:
        yield from (records, samples, writer)
        record = writer.reserve()
        assert record is not None
        with record:
            yield record
    with rt.trace_pipe(timeout=0) as pipe:
        yield pipe


def test_copies_are_refused(bpf: rt.Object) -> None:
    opened = sorted(os.listdir("/proc/self/fd"))
    count = 0
    for owner in owners(bpf):
        for way in WAYS:
            with pytest.raises(TypeError, match=f"cannot copy or pickle {type(owner).__name__}"):
                way(owner)
        count += 1
    assert count > 12
    assert sorted(os.listdir("/proc/self/fd")) == opened
    assert bpf.programs["send"].test_run(bytes(64)).return_value == 2
