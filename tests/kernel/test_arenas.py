"""Pointers into arenas: what programs keep there, user space finds at the same addresses; as of C by clang.

The libbpf of Debian 12 maps no arenas (1.5 does): the loader here is our own.
"""

from __future__ import annotations

import importlib.util
import struct
from pathlib import Path
from typing import Any

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file
from support import clang

pytestmark = pytest.mark.usefixtures("privileged")

HERE = Path(__file__).parent
PROGRAM = HERE / "programs" / "arenas.py"
KEYS = (3, 11, 3, 19, 4)


@pytest.fixture(scope="module")
def data() -> bytes:
    return compile_file(str(PROGRAM)).data


@pytest.fixture(scope="module")
def types() -> Any:
    """The module of the program, for its classes."""
    spec = importlib.util.spec_from_file_location("arenas_of_test", PROGRAM)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(bpf: rt.Object, program: str, key: int = 0) -> tuple[int, int, int]:
    """The result, `answer` and `sum`."""
    done = bpf.programs[program].test_run(ctx=struct.pack("IIQ", key, 0, 0))
    _, answer, total = struct.unpack("IIQ", done.ctx)
    return done.return_value, answer, total


def test_program_and_user_space(data: bytes, types: Any) -> None:
    with rt.ObjectSpec.from_bytes(data, "arenas").load() as bpf:
        said = [run(bpf, "count", key) for key in KEYS]
        text = 1 << 25 | 1 << 24 | 17 << 16 | 5 << 8  # what the fields of the item held
        assert said == [(0, text | 1, 2 + 1), (0, text | 2, 2 + 2), (0, text | 2, 4 + 2), (0, text | 3, 2 + 3),
                        (0, text | 1, 2 + 4)]
        assert run(bpf, "sum_up") == (0, 0, 2 * len(KEYS))
        memory = bpf.arenas["arena"]
        table = memory.at(bpf.globals.table, types.Table)
        assert (table.size, memory.at(table.total, types.u64)) == (4, 3 * len(KEYS))
        chain, address = [], table.chains[3]
        while address:
            item = memory.at(address, types.Item)
            assert (item.name, item.flags, item.kind) == ("item", 5, 17)
            chain.append((item.key, item.count))
            address = item.next
        assert chain == [(19, 2), (11, 2), (3, 4)]
        # user space unlinks the last item: the program's next walk stops before it
        second = memory.at(memory.at(table.chains[3], types.Item).next, types.Item)
        second.next = None
        memory.put(memory.at(table.chains[3], types.Item).next, types.Item, second)
        assert run(bpf, "sum_up") == (0, 0, 2 * len(KEYS) - 4)
        assert run(bpf, "give_back") == (0, 0, 0)
        assert run(bpf, "sum_up") == (0, 0, 0)  # what is gone reads as zeros: no chain has an item


def test_as_clang_does_it(data: bytes, vmlinux_include: Path, tmp_path: Path) -> None:
    """The twin gives the same sums, and casts no less often than ours where both do the same."""
    twin = rt.ObjectSpec.open(clang.build(HERE / "c" / "arenas.bpf.c", tmp_path / "twin.o", vmlinux_include))
    ours = rt.ObjectSpec.from_bytes(data, "arenas")
    with twin.load() as theirs, ours.load() as mine:
        for key in KEYS:
            assert run(theirs, "count", key)[2] == run(mine, "count", key)[2]
        assert run(theirs, "sum_up") == run(mine, "sum_up")
    sizes = [len(spec.programs["sum_up"].instructions) for spec in (ours, twin)]
    assert sizes[0] <= sizes[1], "ours, the twin's"
