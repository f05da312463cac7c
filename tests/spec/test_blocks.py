"""The specification is executed: every fenced Python block does what its page claims."""

from __future__ import annotations

import ast
from typing import Any

import blocks
import pytest

from support.machine import needs_privileges

PYTHON = [block for page in blocks.pages() for block in blocks.blocks(page) if block.info.split(" ")[0] == "python"]
KINDS = {"python", "python no-compile", "python run"}


def _in_its_group(block: blocks.Block) -> Any:
    # A line of trace_pipe is read once: its readers run one after the other.
    marks = [pytest.mark.xdist_group("trace_pipe")] if "trace_pipe" in block.text else []
    return pytest.param(block, id=block.name, marks=marks)


@pytest.mark.parametrize("block", [_in_its_group(block) for block in PYTHON])
def test_block(block: blocks.Block) -> None:
    assert block.info in KINDS, f"{block.name}: the info string {block.info!r} is none of {sorted(KINDS)}"
    if block.info == "python no-compile":
        ast.parse(block.text)
        return
    if block.info == "python run":
        needs_privileges()
        done = blocks.execute(block)
        assert done.returncode == 0, f"{block.name}\n{done.stdout}{done.stderr}"
        assert done.stdout.splitlines() == block.printed
        return
    outcome = blocks.run(block)
    missing = [str(claim) for claim in block.claims if claim not in outcome.claims]
    unclaimed = [str(claim) for claim in outcome.claims if claim not in block.claims]
    assert not missing and not unclaimed, (
        f"{block.name}\nclaimed but not reported: {missing}\nreported but not claimed: {unclaimed}\n{outcome.text}")


def test_claims_are_read_and_taken_out() -> None:
    text = ("a = b  # error: [BPF2012]\nreveal_type(a)  # revealed: u64\n"
            "c = 1  # a remark  # warning: [BPF3001]  # error: [BPF2001]\n")
    block = blocks.Block(blocks.ROOT / "x.md", 1, "python", text)
    assert block.claims == [blocks.Claim(1, "error", "BPF2012"), blocks.Claim(2, "revealed", "u64"),
                            blocks.Claim(3, "warning", "BPF3001"), blocks.Claim(3, "error", "BPF2001")]
    assert block.program == "a = b\nreveal_type(a)\nc = 1  # a remark\n"


def test_the_specification_has_blocks() -> None:
    assert PYTHON
