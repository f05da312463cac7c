"""Elements of arrays of three dimensions lie where C has them, whichever of the indexes are constants.

The struct is one that no kernel has; its relocations find it in types of our own, and its memory is a map's.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import Options, compile_file
from pybpfc_runtime.btf import relocate
from pybpfc_runtime.btf.index import IndexedBtf

pytestmark = pytest.mark.usefixtures("privileged")

TYPES = """
struct tile { unsigned char before; unsigned value; };
struct house { unsigned rooms[2][3][5]; struct tile tiles[2][3][5]; } house;
"""

PROGRAM = """
from pybpfc import Array, ArrayMap, Struct, cast, core_read, raw_tracepoint, bpf_raw_tracepoint_args, data, u8, u32, u64
from typing import Annotated

from pybpfc.vmlinux import house

LICENSE = "GPL"
first: u64 = data(0)
last: u64 = data(0)
found: u64 = data(0)


class Numbers(Struct):
    numbers: Annotated[Array[u32], 90]


memory = ArrayMap[Numbers](max_entries=1)


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    global found
    held = memory.lookup(0)
    if held is None:
        return 0
    it = cast(house, u64(held))
    i = first & 1
    j = last & 3
    found = {}
    return 0
"""


@pytest.mark.parametrize("chain", [
    "it.rooms[i][2][j]", "it.rooms[i][2][4]", "it.rooms[1][i][j]", "it.rooms[i][j % 3][3]",
    "it.tiles[i][2][j].value", "it.tiles[i][1][4].value", "it.tiles[1][2][j].value"])
def test_element(chain: str, made: Callable[[str], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel, program = tmp_path / "types.btf", tmp_path / "program.py"
    kernel.write_bytes(made(TYPES))
    program.write_text(PROGRAM.format(f"u64(core_read({chain}))"))
    spec = rt.ObjectSpec.from_bytes(compile_file(str(program), Options(btf=str(kernel))).data)
    monkeypatch.setattr(relocate, "kernel_btf", lambda: IndexedBtf.open(kernel))
    numbers = [1000 + number for number in range(90)]
    rooms = [[numbers[row * 5 : row * 5 + 5] for row in range(plane * 3, plane * 3 + 3)] for plane in range(2)]
    tiles = [[numbers[31 + row * 10 : 31 + row * 10 + 10 : 2] for row in range(plane * 3, plane * 3 + 3)]
             for plane in range(2)]
    with spec.load() as bpf:
        bpf.maps["memory"][0] = {"numbers": numbers}
        for i in range(2):
            for j in range(4):
                bpf.globals.first, bpf.globals.last = i, j
                bpf.programs["prog"].test_run()
                expected = eval(chain.replace("it.", "").replace(".value", ""), {
                    "i": i, "j": j, "rooms": rooms, "tiles": tiles})
                assert bpf.globals.found == expected, (i, j)
