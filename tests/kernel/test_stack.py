"""The frames that the compiler reads off the finished code are those that the verifier counts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler import pipeline
from pybpfc.compiler.backend.frames import frame_sizes
from pybpfc.compiler.diagnostics import CompileError

pytestmark = pytest.mark.usefixtures("privileged")

# By its locals each of the two needs 248 bytes.
PROGRAM = """
from typing import Annotated

from pybpfc import XDP_PASS, Array, Struct, subprog, u64, xdp, xdp_md
from pybpfc.helpers import bpf_get_prandom_u32


class Block(Struct):
    words: Annotated[Array[u64], 31]


@subprog
def inner(seed: u64) -> u64:
    block = Block.zero()
    block.words[seed & 15] = seed
    a = bpf_get_prandom_u32()
    b = bpf_get_prandom_u32()
    c = bpf_get_prandom_u32()
    d = bpf_get_prandom_u32()
    e = bpf_get_prandom_u32()
    f = bpf_get_prandom_u32()
    g = bpf_get_prandom_u32()
    return block.words[seed & 7] + a * (b + (c ^ (d + (e ^ (f + g)))))


@xdp
def outer(ctx: xdp_md) -> int:
    block = Block.zero()
    block.words[ctx.rx_queue_index & 15] = 1
    block.words[ctx.rx_queue_index & 7] = inner(block.words[3])
    return XDP_PASS if inner(block.words[ctx.rx_queue_index & 3]) else XDP_PASS
"""


def test_spilled_registers_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    with pytest.raises(CompileError) as refused:
        pipeline.compile_file(str(path))
    (diagnostic,) = refused.value.diagnostics
    ours = re.search(r"need (\d+) bytes of stack", str(refused.value))
    assert diagnostic.code == "BPF3031"

    monkeypatch.setattr(pipeline, "_frames", lambda module, data: [])
    spec = rt.ObjectSpec.from_bytes(pipeline.compile_file(str(path)).data)
    with pytest.raises(rt.VerifierError) as rejected:
        spec.load()
    theirs = re.search(r"combined stack size of 2 calls is (\d+)", str(rejected.value))
    assert ours is not None and theirs is not None
    assert ours[1] == theirs[1]


WRITES = """
from pybpfc import XDP_PASS, HashMap, Struct, u32, u64, xdp, xdp_md


class Value(Struct):
    first: u64
    second: u64


table = HashMap[u32, Value](max_entries=200)
early = HashMap[Value, u32](max_entries=8)


@xdp
def write(ctx: xdp_md) -> int:
    number = u64(ctx.rx_queue_index)
    kept = Value(first=7, second=number)
WRITES
    early[kept] = 1
    last = Value(first=8, second=9)
    if number == 0:
        last = kept
    table[100] = Value(first=1, second=2)
    early[last] = 2
    return XDP_PASS
"""


def test_objects_that_are_not_needed_together_share_a_place(tmp_path: Path) -> None:
    """Sixty values and keys of 1,200 bytes, and a few that are needed across them."""
    path = tmp_path / "program.py"
    writes = "".join(f"    table[{n}] = Value(first={n * n}, second=number + {n})\n" for n in range(60))
    path.write_text(WRITES.replace("WRITES\n", writes))
    data = pipeline.compile_file(str(path)).data
    assert frame_sizes(data)["write"] <= 64
    with rt.ObjectSpec.from_bytes(data).load() as bpf:
        bpf.programs["write"].test_run(bytes(64))
        found = {key: (value.first, value.second) for key, value in bpf.maps["table"].items()}
        assert found == {n: (n * n, n) for n in range(60)} | {100: (1, 2)}
        assert {(key.first, key.second): value for key, value in bpf.maps["early"].items()} == {(7, 0): 2}
