"""Checks across functions: stack, recursion, helpers by program type and license, atomics by cpu version."""

from __future__ import annotations

import pytest

from pybpfc.compiler.diagnostics import Diagnostic
from pybpfc.compiler.ir.module import AtomicOperator, Function, Linkage
from pybpfc.compiler.ir.verify import verify
from pybpfc.compiler.safety import analyse
from pybpfc.compiler.safety.availability import GPL_COMPATIBLE
from pybpfc.compiler.types import U8, U32, U64, VOID, ArrayType, Reference, Space
from pybpfc.tables import availability, program_kinds
from support.ir import FunctionBuilder, module


def found(*functions: Function, license: str | None = "GPL", cpu: str = "v3") -> list[Diagnostic]:
    built = module(*functions, license=license)
    verify(built)
    return analyse(built, cpu)


def needs(f: FunctionBuilder, size: int, name: str = "buffer") -> None:
    """Takes `size` bytes of stack whose address a helper wants."""
    address = f.slot_address(f.slot(name, ArrayType(U8, size)))
    f.helper("bpf_get_current_comm", address, f.value(size, U32))


def subprogram(name: str, size: int, *callees: Function) -> FunctionBuilder:
    f = FunctionBuilder(name, linkage=Linkage.STATIC, result=VOID)
    if size:
        needs(f, size)
    for callee in callees:
        f.call(callee)
    return f


@pytest.mark.parametrize(("sizes", "fits"), [((504,), True), ((505,), False), ((256, 248), True), ((256, 256), False)])
def test_the_frame_of_a_function(sizes: tuple[int, ...], fits: bool) -> None:
    f = FunctionBuilder()
    for size in sizes:
        needs(f, size)
    f.ret()
    assert [item.code for item in found(f.function)] == ([] if fits else ["BPF3030"])


def test_the_message_lists_the_largest_first() -> None:
    f = FunctionBuilder()
    needs(f, 100, "key")
    needs(f, 500, "value")
    f.ret()
    (item,) = found(f.function)
    assert item.notes[0].startswith("value (500 bytes, line ")
    assert ", key (100 bytes" in item.notes[0]


def test_a_slot_that_becomes_registers_does_not_count() -> None:
    f = FunctionBuilder()
    address = f.slot_address(f.slot("scratch", ArrayType(U8, 600)))
    held = f.local("held", address.type)
    f.write(held, address)
    f.store(f.element(f.read(held), 3, 600), 1)
    f.ret()
    assert found(f.function) == []


@pytest.mark.parametrize(("sizes", "fits"),
                         [((224, 288), True), ((256, 264), False), ((480, 0), True), ((481, 0), False)])
def test_the_frames_of_a_chain(sizes: tuple[int, int], fits: bool) -> None:
    callee = subprogram("inner", sizes[1])
    callee.ret(None)
    f = FunctionBuilder()
    needs(f, sizes[0])
    f.call(callee.function)
    f.ret()
    report = found(callee.function, f.function)
    assert [item.code for item in report] == ([] if fits else ["BPF3031"])
    assert all("program (" in item.notes[0] and " -> inner (" in item.notes[0] for item in report)


def test_calls_beside_each_other_share_the_stack() -> None:
    callees = [subprogram(name, 256) for name in ("first", "second", "third")]
    for callee in callees:
        callee.ret(None)
    f = FunctionBuilder()
    for callee in callees:
        f.call(callee.function)
    f.ret()
    assert found(*(callee.function for callee in callees), f.function) == []


def test_recursion_is_reported_once_at_the_call_that_closes_the_circle() -> None:
    ping, pong = subprogram("ping", 0), subprogram("pong", 0)
    ping.call(pong.function)
    back = pong.call(ping.function)
    ping.ret(None)
    pong.ret(None)
    f = FunctionBuilder()
    f.call(ping.function)
    f.ret()
    (item,) = found(ping.function, pong.function, f.function)
    assert (item.code, item.span) == ("BPF3062", back.span)
    assert item.notes == ("the chain of calls: ping -> pong -> ping",)


@pytest.mark.parametrize(("kind", "allowed"), [("xdp", False), ("kprobe", True)])
def test_a_helper_of_another_program_type(kind: str, allowed: bool) -> None:
    """bpf_get_func_ip is for tracing; here a subprogram calls it."""
    callee = FunctionBuilder("where", linkage=Linkage.STATIC, result=U64,
                             parameters={"ctx": Reference(ArrayType(U8, 8), Space.CONTEXT)})
    callee.line = 100
    call = callee.helper("bpf_get_func_ip", callee.read(callee.parameter("ctx")))
    callee.ret(call)
    f = FunctionBuilder(kind=kind, parameters={"ctx": Reference(ArrayType(U8, 8), Space.CONTEXT)})
    f.call(callee.function, f.context())
    f.ret()
    report = found(callee.function, f.function)
    if allowed:
        assert report == []
    else:
        (item,) = report
        assert (item.code, item.span) == ("BPF3060", call.span)
        assert item.message == "`bpf_get_func_ip` cannot be called from XDP programs"
        assert item.labels[1].span == f.function.span
        assert "KPROBE" in item.notes[0]


@pytest.mark.parametrize("license", [*GPL_COMPATIBLE, "MIT", "gpl", None])
def test_a_helper_that_wants_a_license(license: str | None) -> None:
    f = FunctionBuilder(kind="kprobe", parameters={})
    call = f.helper("bpf_get_current_task")
    f.ret()
    report = [(item.code, item.span) for item in found(f.function, license=license)]
    assert report == ([] if license in GPL_COMPATIBLE else [("BPF3061", call.span)])


def test_other_helpers_want_none() -> None:
    f = FunctionBuilder()
    f.helper("bpf_ktime_get_ns")
    f.ret()
    assert found(f.function, license=None) == []


@pytest.mark.parametrize("cpu", ["v1", "v2", "v3", "v4"])
@pytest.mark.parametrize(("operator", "used", "old"), [
    (AtomicOperator.ADD, False, True), (AtomicOperator.ADD, True, False), (AtomicOperator.OR, False, False),
    (AtomicOperator.EXCHANGE, True, False), (AtomicOperator.COMPARE_EXCHANGE, True, False),
])
def test_atomics_of_old_cpu_versions(cpu: str, operator: AtomicOperator, used: bool, old: bool) -> None:
    f = FunctionBuilder()
    place = f.slot_address(f.slot("counter", U64))
    item = f.atomic(operator, place, 1, used)
    f.ret()
    fits = old or cpu in ("v3", "v4")
    assert [(d.code, d.span) for d in found(f.function, cpu=cpu)] == ([] if fits else [("BPF3063", item.span)])


def test_every_program_kind_has_its_set_of_helpers() -> None:
    for kind in program_kinds.all_kinds():
        assert not kind.helpers or availability.callable_by(kind.helpers), kind.decorator


def test_diagnostics_come_in_source_order_and_once() -> None:
    f = FunctionBuilder()
    late, early = f.local("late"), f.local("early")
    first = f.read(early)
    second = f.read(late)
    f.ret()
    assert [item.span for item in found(f.function)] == [first.span, second.span]
