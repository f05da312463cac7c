"""Objects of the program's own: what the kernel makes of them, and that it is told what clang tells it."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file
from pybpfc_runtime.btf import types
from pybpfc_runtime.btf.ext import CORE_KINDS
from support import clang
from support.libbpf import Libbpf
from support.machine import needs_libbpf

pytestmark = pytest.mark.usefixtures("privileged")

HERE = Path(__file__).parent
Run = Callable[..., int]


@pytest.fixture(scope="module")
def ours() -> rt.ObjectSpec:
    return rt.ObjectSpec.from_bytes(compile_file(str(HERE / "programs" / "own_objects.py")).data, "own_objects")


@pytest.fixture
def twin(vmlinux_include: Path, tmp_path: Path) -> rt.ObjectSpec:
    return rt.ObjectSpec.open(clang.build(HERE / "c" / "own_objects.bpf.c", tmp_path / "twin.o", vmlinux_include))


def runner(bpf: rt.Object, form: str) -> Run:
    def run(program: str, number: int = 0) -> int:
        return ctypes.c_int32(bpf.programs[program].test_run(ctx=struct.pack(form, number)).return_value).value

    return run


def conversation(run: Run) -> list[list[int]]:
    """What the programs that both objects have answer, in this order."""
    return [[run(program, number) for number in numbers] for program, numbers in (
        ("push", (1, 2, 3, 4)), ("pop", (0, 1, 0, 1, 0)), ("plan", (7, 5, 9)), ("finish", (0, 0, 0, 0)),
        ("keep", (7, 5, 9)))]  # a map frees what it keeps when it goes


def test_answers(ours: rt.ObjectSpec, twin: rt.ObjectSpec) -> None:
    with ours.load() as bpf:
        answers = conversation(runner(bpf, "Q"))
        assert bpf.map("queues")[0].length == 4
    assert answers == [[0] * 4, [31, 41, 11, 21, -2], [0] * 3, [5, 7, 9, -2], [0, 7, 5]]
    with twin.load() as bpf:
        assert conversation(runner(bpf, "Q")) == answers


def test_the_rest(ours: rt.ObjectSpec) -> None:
    """An object that no map ever sees; looking without taking; and what a list owns after the tree has let it go."""
    with ours.load() as bpf:
        run = runner(bpf, "Q")
        assert run("alone", 30) == 42
        assert [run("plan", deadline) for deadline in (7, 5, 9)] == [0] * 3
        assert run("next_deadline") == 5
        assert [run("finish") for _ in range(3)] == [5, 7, 9]
        assert [run("oldest") for _ in range(4)] == [7, 5, 9, -2]


def test_types_and_relocations_agree_with_clang(ours: rt.ObjectSpec, twin: rt.ObjectSpec) -> None:
    told = [_told(spec, "Job", "Queue", "Timed", "Agenda", "Kept") for spec in (ours, twin)]
    assert told[0] == told[1]
    assert told[0]["Agenda"] == [
        ("lock", 0, "bpf_spin_lock"), ("root", 64, "bpf_rb_root"), ("arrivals", 192, "bpf_list_head"),
        (1, "contains:Timed:by_deadline"), (2, "contains:Timed:in_order")]
    assert told[0]["Kept"] == [("job", 0, "* kptr Job")]
    common = twin.programs.keys()
    assert len(common) == 5
    records = [{name: _relocated(spec, name) for name in common} for spec in (ours, twin)]
    assert records[0] == records[1]
    assert records[0]["plan"] == {("Timed", "0", "local_type_id")}


def _told(spec: rt.ObjectSpec, *names: str) -> dict[str, list[tuple[object, ...]]]:
    """Members and tags of the program's structs."""
    btf = spec.btf
    assert btf is not None
    found: dict[str, list[tuple[object, ...]]] = {}
    for name in names:
        number = btf.find(types.BTF_KIND_STRUCT, name)
        assert number is not None
        described = btf.type(number)
        assert isinstance(described, types.Struct)
        found[name] = [(member.name, member.bit_offset, _shown(btf, member.type)) for member in described.members]
        found[name] += sorted((tag.component, tag.name) for tag in btf.types if isinstance(tag, types.DeclTag)
                              and tag.type == number)
    return found


def _shown(btf: types.Btf, number: int) -> str:
    type_ = btf.type(number)
    if isinstance(type_, types.Typedef):
        return _shown(btf, type_.type)
    if isinstance(type_, types.Ptr):
        return f"* {_shown(btf, type_.type)}"
    return f"{type_.name} {_shown(btf, type_.type)}" if isinstance(type_, types.TypeTag) else type_.name


def _relocated(spec: rt.ObjectSpec, program: str) -> set[tuple[str, str, str]]:
    assert spec.btf is not None
    return {(spec.btf.type(record.type_id).name, record.access, CORE_KINDS[record.kind])
            for _, record in spec.programs[program].function.core_relocations}


def test_libbpf_loads_them(tmp_path: Path) -> None:
    needs_libbpf()
    for name in ("own_objects", "own_globals", "per_cpu_objects"):
        target = tmp_path / f"{name}.o"
        target.write_bytes(compile_file(str(HERE / "programs" / f"{name}.py")).data)
        Libbpf().open(target).close()


@pytest.fixture
def both(vmlinux_include: Path, tmp_path: Path) -> Callable[[str], tuple[rt.ObjectSpec, rt.ObjectSpec]]:
    """`both("own_globals")`: a program of ours and its twin by clang."""

    def build(name: str) -> tuple[rt.ObjectSpec, rt.ObjectSpec]:
        target = clang.build(HERE / "c" / f"{name}.bpf.c", tmp_path / f"{name}.twin.o", vmlinux_include)
        data = compile_file(str(HERE / "programs" / f"{name}.py")).data
        return rt.ObjectSpec.from_bytes(data, name), rt.ObjectSpec.open(target)

    return build


Both = Callable[[str], tuple[rt.ObjectSpec, rt.ObjectSpec]]


@pytest.mark.parametrize("by", ["pybpfc", "clang"])
def test_per_cpu_objects(by: str, both: Both) -> None:
    """Each CPU counts in its own copy; copies of a new object are cleared, and a CPU that cannot be has none."""
    spec = both("per_cpu_objects")[by == "clang"]
    allowed = os.sched_getaffinity(0)
    cpu = max(allowed)
    try:
        os.sched_setaffinity(0, {cpu})
        with spec.load() as bpf:
            run = runner(bpf, "I")
            assert [run("count"), run("begin"), run("count"), run("count")] == [-2, 0, 1, 2]
            assert (run("look", cpu), run("look", 1 << 20)) == (2000 + cpu, -3)
            assert all(run("look", other) == 0 for other in allowed - {cpu})
            for _ in range(50):
                assert (run("begin"), run("look", cpu), run("count")) == (1, 0, 1)
    finally:
        os.sched_setaffinity(0, allowed)


def test_values_in_objects() -> None:
    """The verifier refuses an access to two fields at once: structs are copied and compared in smaller steps."""
    spec = rt.ObjectSpec.from_bytes(compile_file(str(HERE / "programs" / "object_values.py")).data, "values")
    with spec.load() as bpf:
        request = struct.pack("QIBBHHHHH2x", 1, 2, 3, 4, 5, 6, 7, 8, 9)
        assert bpf.programs["values"].test_run(ctx=request).return_value == 1030
        ((key, value),) = bpf.map("stored").items()
        assert (key.c, value.c, value.f) == (9, 3, (6, 7, 8, 9))
        assert bpf.programs["holes"].test_run(ctx=request).return_value == 1
        # The kernel gives memory of dropped objects again, as they were.
        assert {bpf.programs["fresh"].test_run(ctx=request).return_value for _ in range(500)} == {0}
        first, second = bpf.maps["with_holes"][1], bpf.maps["with_holes"][2]
        for kept, a, high in ((first, 1, 1000), (second, 11, 999)):
            holes = kept.holes
            assert (kept.number, holes.a, holes.b, holes.name) == (7, a, 2, "a name")
            assert (holes.point.low, holes.point.high, holes.point.y) == (5, high, 3)
            assert [(one.low, one.high, one.y) for one in holes.points] == [(1, 2, 3), (4, 5, 6), (7, 8, 9)]
            assert bytes(holes)[1:8] == bytes(7), "padding is zero: the kernel compares and copies it"


@pytest.mark.parametrize(("name", "structs", "tags"), [
    ("per_cpu_objects", {"Counters": ["runs", "cpu"], "Slot": ["counters"]}, ["* percpu_kptr Counters"]),
    ("own_globals", {"Job": ["number", "link"], "Queue": ["lock", "length", "jobs"]}, ["contains:Job:link"])])
def test_what_the_kernel_is_told_agrees_with_clang(name: str, structs: dict[str, list[str]], tags: list[str],
                                                   both: Both) -> None:
    """Structs with their tags, relocations, kernel functions, and variables in their sections."""
    specs = both(name)
    told = [_told(spec, *structs) for spec in specs]
    assert told[0] == told[1]
    assert structs == {name: [each[0] for each in described if isinstance(each[0], str)]
                       for name, described in told[0].items()}
    assert {str(each[-1]) for described in told[0].values() for each in described} >= set(tags)
    for facts in ([{program: _relocated(spec, program) for program in spec.programs} for spec in specs],
                  [{each.name: (each.kind, each.weak) for each in spec.externs.values()} for spec in specs],
                  [_variables(spec) for spec in specs]):
        assert facts[0] == facts[1]
        assert facts[0] or name == "per_cpu_objects"  # which has no variables


def _variables(spec: rt.ObjectSpec) -> set[tuple[str, str, int]]:
    """The variables with values: section, name and size."""
    btf = spec.btf
    assert btf is not None
    found = set()
    for section in btf.types:
        if isinstance(section, types.Datasec) and section.name.startswith((".data", ".bss")):
            for number, _, _ in section.variables:
                variable = btf.type(number)
                assert isinstance(variable, types.Var)
                found.add((section.name, variable.name, btf.size_of(variable.type)))
    return found


@pytest.mark.parametrize("by", ["pybpfc", "clang"])
def test_lists_in_variables(by: str, both: Both) -> None:
    """Each variable with a lock is a map of its own; the others are mapped as ever."""
    spec = both("own_globals")[by == "clang"]
    with spec.load() as bpf:
        run = runner(bpf, "Q")
        assert [run("push", number) for number in (7, 8)] == [0, 0]
        assert [run("work") for _ in range(3)] == [7, 8, -1]
        assert (bpf.globals.waiting.length, bpf.globals.done.length, bpf.globals.runs) == (2, 7, 2)
        assert set(bpf.maps) == {".data.waiting", ".data.done", ".bss"}


def test_what_no_program_names() -> None:
    """The kernel finds the structs of a list and a tree by name: without them a map has no types, and then no lock."""
    spec = rt.ObjectSpec.from_bytes(compile_file(str(HERE / "programs" / "queue_length.py")).data, "queue_length")
    with spec.load() as bpf:
        run = runner(bpf, "Q")
        assert [run("grow", number) for number in (3, 4)] == [0, 0]
        assert bpf.map("queues")[0].length == 7


def test_locks_that_may_fail() -> None:
    """A lock that this CPU holds already is refused with -EDEADLK (35), and nothing hangs."""
    spec = rt.ObjectSpec.from_bytes(compile_file(str(HERE / "programs" / "res_locks.py")).data, "res_locks")
    with spec.load() as bpf:
        run = runner(bpf, "Q")
        assert [run("push", number) for number in (7, 8)] == [0, 0]
        assert [run("pop") for _ in range(3)] == [7, 8, -2]
        assert [run("two"), run("deadlock"), run("two"), run("quiet", 40)] == [0, -35, 0, 43]
        assert bpf.globals.cell.runs == 2
