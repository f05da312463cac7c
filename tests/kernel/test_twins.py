"""Two examples against their C twins: the same results, map contents and packets, in no more instructions.

libbpf loads both objects and runs them on the same frames; neither side of the comparison is our own loader.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from support import clang
from support.libbpf import Libbpf, LibbpfObject
from support.packets import corpus

pytestmark = pytest.mark.usefixtures("privileged")

RULES = {("10.0.0.0", 8): 1, ("10.1.0.0", 16): 0, ("10.1.2.3", 32): 1, ("172.16.0.0", 12): 1, ("203.0.113.0", 24): 1}


@dataclass(frozen=True)
class Case:
    """An example, its program, the maps whose contents must agree, and the entries given before."""

    name: str
    program: str
    maps: tuple[str, ...]
    entries: tuple[tuple[str, bytes, bytes], ...] = ()


CASES = (
    Case("xdp_count", "count_by_source", ("traffic",)),
    Case("tc_prefix_filter", "filter_by_prefix", ("rules", "verdicts"), tuple(
        ("rules", struct.pack("<I", length) + IPv4Address(prefix).packed, struct.pack("<I", verdict))
        for (prefix, length), verdict in RULES.items()
    )),
)


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    chosen: Case = request.param
    return chosen


@pytest.fixture
def pair(case: Case, example: Callable[[str], Path], vmlinux_include: Path,
         tmp_path: Path) -> Iterator[tuple[LibbpfObject, LibbpfObject]]:
    """Our object and the twin, loaded by libbpf."""
    twin = clang.build(Path(__file__).parent / "c" / f"{case.name}.bpf.c", tmp_path / "twin.o", vmlinux_include)
    libbpf = Libbpf()
    with libbpf.open(example(case.name)) as ours, libbpf.open(twin) as theirs:
        for loaded in (ours, theirs):
            for name, key, value in case.entries:
                loaded.update(name, key, value)
        yield ours, theirs


def test_same_behaviour(case: Case, pair: tuple[LibbpfObject, LibbpfObject]) -> None:
    ours, theirs = pair
    ran = 0
    for name, data in corpus().items():
        expected = theirs.test_run(case.program, data)
        assert ours.test_run(case.program, data) == expected, f"differs on `{name}`: {data.hex()}"
        ran += expected.errno == 0
    assert ran > 100, "the kernel refused most frames: the comparison says little"
    for map_name in case.maps:
        contents = theirs.entries(map_name)
        assert contents, f"{map_name} is empty in the twin: the comparison says nothing"
        assert ours.entries(map_name) == contents


def test_every_length_that_the_kernel_takes_ran(case: Case, pair: tuple[LibbpfObject, LibbpfObject]) -> None:
    """BPF_PROG_TEST_RUN refuses frames without a whole Ethernet (XDP) or IP header (tc); see net/bpf/test_run.c."""
    ours, theirs = pair
    frames = corpus()
    lengths = {length: frames[f"cut to {length}"] for length in range(61)}
    ran = [length for length, frame in lengths.items() if ours.test_run(case.program, frame).errno == 0]
    assert ran == list(range(ran[0], 61))
    assert ran[0] <= 34
    assert ran == [length for length, frame in lengths.items() if theirs.test_run(case.program, frame).errno == 0]


def test_no_more_instructions(case: Case, pair: tuple[LibbpfObject, LibbpfObject]) -> None:
    ours, theirs = pair
    assert ours.section(case.program) == theirs.section(case.program)
    assert ours.instruction_count(case.program) <= theirs.instruction_count(case.program)
    assert ours.verified_instructions(case.program) <= theirs.verified_instructions(case.program)
