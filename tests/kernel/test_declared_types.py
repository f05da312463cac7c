"""What is read by name is made of the classes that the process has, wherever the object was compiled from."""

from __future__ import annotations

import copy
import importlib
import pickle
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import pybpfc
import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file

pytestmark = pytest.mark.usefixtures("privileged")

PARTS = """
    from pybpfc import HashMap, Struct, u32

    class Part(Struct):
        n: u32

    parts = HashMap[u32, Part](max_entries=4)
    """
PROGRAM = """
    import enum
    from typing import Annotated

    import pybpfc
    from declared_parts import Part, parts
    from pybpfc import *

    LICENSE = "GPL"

    class Color(enum.IntEnum):
        RED = 1
        GREEN = 2

    class Key(Struct):
        a: u32

    class Event(Struct):
        n: u32
        color: Color
        parts: Annotated[Array[Part], 2]

    class Limits(Struct):
        low: u32
        high: u32

    table = HashMap[Key, Event](max_entries=4)
    renamed = HashMap[u32, Key](max_entries=4, name="other_name")
    events = RingBuf[Event](max_entries=4096)
    Inner = HashMap[u32, Key]
    outer = ArrayOfMaps[Inner](max_entries=2, inner=Inner(max_entries=4))
    limits: Limits = rodata(Limits(low=1, high=2))
    last: Event = data(Event.zero())
    color: Color = data(Color.RED)
    kinds: Annotated[Array[Key], 2] = data((Key(a=1), Key(a=2)))
    count: u32 = data(0)

    @xdp
    def send(ctx: xdp_md) -> int:
        global count
        count += limits.low
        count += parts.lookup(0) is None
        event = Event.zero(n=5, color=Color.GREEN)
        table[Key(a=1)] = event
        events.output(event)
        last.n = 7
        last.color = Color.RED
        count += u32(color) + kinds[0].a
        return XDP_PASS if renamed.lookup(1) is None and outer.lookup(0) is None else XDP_DROP

    def start():
        return pybpfc.load()
    """


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    (tmp_path / "declared_parts.py").write_text(textwrap.dedent(PARTS))
    (tmp_path / "declared_program.py").write_text(textwrap.dedent(PROGRAM))
    monkeypatch.syspath_prepend(tmp_path)
    try:
        yield importlib.import_module("declared_program")
    finally:
        for name in ("declared_parts", "declared_program"):
            sys.modules.pop(name, None)


@pytest.mark.parametrize("way", ["load", "load_path", "compile"])
def test_classes_of_the_module(program: ModuleType, way: str) -> None:
    assert program.__file__
    ways: dict[str, Any] = {"load": program.start, "load_path": lambda: pybpfc.load(program.__file__),
                            "compile": lambda: pybpfc.compile(program.__file__).load()}
    with ways[way]() as bpf:
        reader = bpf.events("events", timeout=0)
        bpf.programs["send"].test_run(bytes(64))
        wanted = program.Event(n=5, color=program.Color.GREEN, parts=(program.Part(n=0),) * 2)
        for table in (bpf.maps["table"], bpf.map("table"), bpf.map(program.table)):
            assert table[program.Key(a=1)] == wanted and list(table) == [program.Key(a=1)]
            assert isinstance(table[program.Key(a=1)].parts[0], program.Part)
        [event] = list(reader)
        assert isinstance(event, program.Event) and isinstance(event.color, program.Color) and event == wanted
        reader.close()
        bpf.maps["parts"][1] = program.Part(n=3)
        assert bpf.map(program.parts)[1] == program.Part(n=3)
        bpf.maps["other_name"][1] = program.Key(a=9)
        assert bpf.map(program.renamed)[1] == program.Key(a=9)
        with bpf.maps["outer"].create(0) as made:
            made[1] = program.Key(a=3)
            assert made[1] == program.Key(a=3)
        assert bpf.globals.limits == program.Limits(low=1, high=2)
        assert bpf.globals.last.n == 7 and isinstance(bpf.globals.last, program.Event)
        assert bpf.globals.color is program.Color.RED
        assert bpf.globals.kinds == (program.Key(a=1), program.Key(a=2))
        assert pickle.loads(pickle.dumps(event)) == event


def test_a_module_that_is_declared_otherwise_keeps_its_classes(program: ModuleType) -> None:
    """The file was edited after its import: the classes of the process do not fit."""
    assert program.__file__
    file = Path(program.__file__)
    file.write_text(file.read_text().replace("class Key(Struct):\n    a: u32", "class Key(Struct):\n    a: u16"))
    with pybpfc.load(file) as bpf:
        bpf.maps["table"][{"a": 1}] = program.Event.zero()
        [key] = bpf.maps["table"]
        assert not isinstance(key, program.Key) and len(bytes(key)) == 2


def test_classes_made_of_types(program: ModuleType) -> None:
    assert program.__file__
    with rt.ObjectSpec.from_bytes(compile_file(program.__file__).data).load() as bpf:
        last = bpf.globals.last
        assert copy.deepcopy(last) == last == copy.copy(last) and not isinstance(last, program.Event)
        with pytest.raises(TypeError, match="cannot pickle Event: its class was made of an object's types"):
            pickle.dumps(last)
