"""Fields of structs that were read in place are written where they lie."""

from __future__ import annotations

import copy
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

import pybpfc
import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file

pytestmark = pytest.mark.usefixtures("privileged")

PROGRAM = """
    from typing import Annotated
    from pybpfc import *

    LICENSE = "GPL"

    class Pair(Struct):
        low: u32
        high: u32

    class Parts(Union):
        whole: u64
        pair: Pair

    class State(Struct):
        count: u64
        few: Annotated[u8, bits(3)]
        more: Annotated[u8, bits(5)]
        flag: bool
        name: Annotated[Str, 6]
        pair: Pair
        pairs: Annotated[Array[Pair], 2]
        parts: Parts

    limits: Pair = rodata(Pair(low=1, high=2))
    start: State = data(State.zero(count=1))
    state: State = data(State.zero())
    pairs: Annotated[Array[Pair], 2] = data((Pair(low=1, high=2), Pair(low=3, high=4)))
    table = ArrayMap[State](max_entries=4, map_flags=1 << 10)

    @xdp
    def run(ctx: xdp_md) -> int:
        global state
        state.count += limits.low + start.count
        pairs[1].high += 1
        place = table.lookup(1)
        if place is not None:
            place.count += 1
        return XDP_PASS
    """


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "in_place.py"
    path.write_text(textwrap.dedent(PROGRAM))
    return path


@pytest.fixture(params=["declared", "object"])
def spec(request: pytest.FixtureRequest, file: Path) -> Iterator[rt.ObjectSpec]:
    if request.param == "declared":
        yield pybpfc.compile(file)
    else:
        yield rt.ObjectSpec.from_bytes(compile_file(str(file)).data)
    sys.modules.pop("in_place", None)


def test_before_the_load(spec: rt.ObjectSpec) -> None:
    limits = spec.rodata.limits
    limits.low = 77
    spec.rodata.limits.high = 78
    assert (spec.rodata.limits.low, spec.rodata.limits.high) == (77, 78)
    assert limits.high == 2, "what was read stays as it was read"
    spec.data.pairs[1].low = 9
    with pytest.raises(rt.CodecContextError, match=r"variable of .rodata limits, field low: -1 does not fit u32"):
        limits.low = -1
    assert limits.low == 77
    with spec.load() as bpf:
        assert bytes(bpf.globals.limits) == (77).to_bytes(4, "little") + (78).to_bytes(4, "little")
        with pytest.raises(rt.SpecError, match="frozen once loaded"):
            bpf.globals.limits.low = 5
        assert bpf.globals.pairs[1].low == 9


def test_variables_of_a_loaded_object(spec: rt.ObjectSpec) -> None:
    with spec.load() as bpf:
        variables = bpf.globals
        kept = variables.state
        bpf.programs["run"].test_run(bytes(64))
        kept.flag = True  # and nothing else: the program has counted meanwhile
        assert variables.state.count == 2 and variables.state.flag is True
        variables.state.more = 21
        variables.state.few = 5
        variables.state.name = "eth0"
        variables.state.pair.high = 3
        variables.state.pairs[1].low = 4
        variables.state.parts.pair.high = 6
        state = variables.state
        assert (state.few, state.more, state.name, state.pair.high, state.pairs[1].low, state.parts.whole) == (
            5, 21, "eth0", 3, 4, 6 << 32)
        state.parts.whole = 8
        assert state.parts.pair.low == variables.state.parts.pair.low == 8
        state.parts.pair.low = 9
        assert state.parts.whole == variables.state.parts.whole == 9
        state.pair = type(state.pair)(low=1, high=1)
        state.pair.low = 12
        assert variables.state.pair == state.pair and state.pair.low == 12
        apart = copy.deepcopy(state)
        apart.count = apart.parts.whole = 99
        copy.copy(state).count = 99
        assert variables.state.count == 2 and variables.state.parts.whole == 9
        variables.pairs[1].low += 1
        bpf.programs["run"].test_run(bytes(64))
        assert [bytes(pair)[::4] for pair in variables.pairs] == [bytes([1, 2]), bytes([4, 6])]
    with pytest.raises(rt.ClosedError):
        kept.flag = False


def test_elements_of_an_array(spec: rt.ObjectSpec) -> None:
    with spec.load() as bpf, bpf.maps["table"].memory() as memory:
        memory[0].flag = True
        memory[1].pairs[0].high = 7
        kept = memory[1]
        bpf.programs["run"].test_run(bytes(64))
        kept.few = 7
        assert memory[0].flag is True and not memory[1].flag
        assert (memory[1].count, memory[1].pairs[0].high, memory[1].few) == (1, 7, 7)
        assert bpf.maps["table"][1] == memory[1]
        with pytest.raises(rt.CodecContextError, match="value of map table, field few: 8 does not fit"):
            kept.few = 8
        for one in memory:
            one.flag = False  # a copy
        assert memory[0].flag is True
    with pytest.raises(rt.ClosedError):
        kept.few = 1
