"""Each judge loads a sound object and says no to that object broken: otherwise its yes means nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from findings import Finding
from support.broken import BREAKS

from . import judges

pytestmark = [pytest.mark.usefixtures("privileged"), pytest.mark.xdist_group("interop")]

# The judge, and the object that it is given sound and broken: tc wants a program of its own kind, the skeleton the
# names that its C program uses. Only callbacks make function information necessary.
SOUND = {
    "pybpfc_runtime": ("xdp_count", "callbacks"),
    "skeleton": ("watch", ""),
    "bpftool": ("xdp_count", "callbacks"),
    "ip": ("xdp_count", "callbacks"),
    "tc": ("tc_prefix_filter", ""),
    "cilium/ebpf": ("xdp_count", "callbacks"),
    "Aya": ("xdp_count", "callbacks"),
}
CASES = [(judge, name, change) for judge, (plain, with_callbacks) in SOUND.items() for change in BREAKS
         if (name := with_callbacks if change == "function_information_missing" else plain)]


@pytest.mark.parametrize(("judge", "name", "change"), CASES)
def test_says_no(judge: str, name: str, change: str, judge_of: Callable[[str], judges.Judge],
                 object_file: Callable[[str], Path], finding: Finding) -> None:
    ask = judge_of(judge)
    assert ask(object_file(name)) == ""
    said = ask(object_file(f"{name}.{change}"))
    finding("broken objects", change.replace("_", " "), judge, "refuses" if said else "accepts")
    assert said, f"{judge} accepts {name} with {change}"


def test_every_break_is_given_to_somebody() -> None:
    assert {change for _, _, change in CASES} == set(BREAKS)
