"""`--emit asm`: what stands between the instructions."""

from __future__ import annotations

from pathlib import Path

from pybpfc.cli.listing import listing
from pybpfc.compiler.pipeline import compile_file

PROGRAM = '''\
from typing import Annotated

from pybpfc import XDP_PASS, Array, data, u32, xdp, xdp_md

first: u32 = data(1)
table: Annotated[Array[u32], 8] = data(0)


@xdp
def count(ctx: xdp_md) -> int:
    table[3] += first
    return XDP_PASS
'''


def test_lines_and_variables(tmp_path: Path) -> None:
    path = tmp_path / "listed.py"
    path.write_text(PROGRAM)
    lines = listing(compile_file(str(path)).data, "listed.o").splitlines()
    assert lines[0] == "count:  # SEC('xdp')"
    comments = [line for line in lines if line.startswith("  ;")]
    assert comments[-2:] == ["  ; listed.py:11: table[3] += first", "  ; listed.py:12: return XDP_PASS"]
    assert any(line.endswith(" = &first ll") for line in lines)
    assert any("&table" in line for line in lines)
    numbers = [int(line.split(":")[0]) for line in lines if line.startswith("    ")]
    assert numbers == sorted(numbers) and numbers[0] == 0
    assert lines[-1].endswith(": exit")
