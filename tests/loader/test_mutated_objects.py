"""Mutated objects: only the loader's own errors, in time, with nothing left open. `fuzz.py` runs more by hand."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from support.machine import check

COUNT = 5_000


@pytest.mark.usefixtures("privileged")
def test_mutated_objects() -> None:
    """In a process of its own: the limit on memory stays with it."""
    text = check(sys.executable, Path(__file__).with_name("fuzz.py"), "--count", str(COUNT), "--seed", "1", "--load",
                 timeout=300)
    assert text.endswith("no failure\n")
    results = {name: int(count) for count, name in re.findall(r"(\d+) ([\w ]+)", text)}
    assert sum(results.values()) == COUNT
    assert results["linked"] > COUNT / 10 and results["loaded"] > COUNT / 200, "most of them are refused too early"
    assert {"ElfError", "BtfError", "SpecError"} <= set(results)
