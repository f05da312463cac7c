"""Whole structs are copied between any kinds of memory, whatever their alignment, without more stack than they need."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import Options, compile_file

pytestmark = pytest.mark.usefixtures("privileged")

SIZES = (1, 3, 8, 15, 16, 17, 40, 64, 100, 127, 128, 129, 255, 300, 440)
HEAD = """
from typing import Annotated

from pybpfc import Array, ArrayMap, Struct, copy, data, tc, __sk_buff, u8, u16, u32, u64

LICENSE = "GPL"
"""
ONE = """

class V{bits}_{count}(Struct):
    numbers: Annotated[Array[u{bits}], {count}]


from_{bits}_{count} = ArrayMap[V{bits}_{count}](max_entries=1)
to_{bits}_{count} = ArrayMap[V{bits}_{count}](max_entries=2)
global_{bits}_{count}: V{bits}_{count} = data(0)


@tc
def copy_{bits}_{count}(ctx: __sk_buff) -> int:
    global global_{bits}_{count}
    found = from_{bits}_{count}.lookup(0)
    if found is None:
        return 1
    taken = copy(found)
    taken.numbers[{count} - 1] += 1
    to_{bits}_{count}[0] = taken
    global_{bits}_{count} = taken
    there = to_{bits}_{count}.lookup(1)
    if there is None:
        return 2
    there.numbers = global_{bits}_{count}.numbers
    return 0 if taken == global_{bits}_{count} else 3
"""


@pytest.mark.parametrize("cpu", ["v1", "v3"])
@pytest.mark.parametrize("bits", [8, 16, 32, 64])
def test_copies(bits: int, cpu: str, tmp_path: Path) -> None:
    counts = [size * 8 // bits for size in SIZES if size * 8 % bits == 0]
    path = tmp_path / "copies.py"
    path.write_text(HEAD + "".join(ONE.format(bits=bits, count=count) for count in counts))
    drawn = random.Random(bits)
    with rt.ObjectSpec.from_bytes(compile_file(str(path), Options(cpu=cpu)).data).load() as bpf:
        for count in counts:
            name = f"{bits}_{count}"
            numbers = [drawn.getrandbits(bits) for _ in range(count)]
            bpf.maps[f"from_{name}"][0] = {"numbers": numbers}
            assert bpf.programs[f"copy_{name}"].test_run(bytes(64)).return_value == 0
            numbers[-1] = (numbers[-1] + 1) % (1 << bits)
            for place in 0, 1:
                assert list(bpf.maps[f"to_{name}"][place].numbers) == numbers, (name, place)
