"""What is acquired is released once on every path."""

from __future__ import annotations

import pytest

from pybpfc.compiler.diagnostics import Diagnostic
from pybpfc.compiler.ir.module import (
    Function,
    Instruction,
    Linkage,
    Local,
    MapAddress,
    MapDefinition,
    MapMember,
    Module,
    Operator,
    Predicate,
)
from pybpfc.compiler.ir.verify import verify
from pybpfc.compiler.safety import analyse
from pybpfc.compiler.types import U32, U64, VOID, Reference, Space
from pybpfc_runtime import layout
from support.ir import FunctionBuilder, constant, module, null, struct

RECORD = struct("Record", pid=layout.U32)
REFERENCE = Reference(RECORD, Space.RINGBUF)


class RecordBuilder(FunctionBuilder):
    """Functions that reserve records of one ring buffer."""

    events = MapDefinition("events", (MapMember("type", number=27),), FunctionBuilder().at())

    def reserve(self) -> Instruction:
        events = self.add(MapAddress(Reference(VOID, Space.MEMORY), self.at(), self.events))
        return self.helper("bpf_ringbuf_reserve", events, constant(4, U64), constant(0, U64),
                           result=REFERENCE.or_none())

    def submit(self, record: Local) -> Instruction:
        return self.helper("bpf_ringbuf_submit", self.read(record), constant(0, U64), result=VOID)

    def unless_none(self, record: Local) -> None:
        """`if record is None: return`"""
        none, there = self.split(self.compare(Predicate.EQ, self.read(record), null(record.type)))
        self.to(none)
        self.ret()
        self.to(there)

    def reserved(self) -> Local:
        """`record = events.reserve()`, `if record is None: return`"""
        record = self.local("record", REFERENCE.or_none())
        self.acquired = self.write(record, self.reserve()).operands()[0]
        self.unless_none(record)
        return record


def found(*functions: Function) -> list[Diagnostic]:
    built: Module = module(*functions)
    built.maps.append(RecordBuilder.events)
    verify(built)
    return analyse(built, "v3")


def test_reserve_and_submit() -> None:
    f = RecordBuilder()
    record = f.reserved()
    f.store(f.field(f.read(record), RECORD, "pid", U32), 1)
    f.submit(record)
    f.ret()
    assert found(f.function) == []


def test_a_leak_points_at_the_exit_that_leaks() -> None:
    f = RecordBuilder()
    record = f.reserved()
    early, late = f.split(f.compare(Predicate.EQ, f.unknown(), 1))
    f.to(early)
    exit_ = f.ret()
    f.to(late)
    f.submit(record)
    f.ret()
    (item,) = found(f.function)
    assert (item.code, item.span) == ("BPF3070", exit_.span)
    assert item.message == "the ring buffer record is not released on every path"
    assert item.labels[1].text == "acquired here by `bpf_ringbuf_reserve`"


def test_submit_in_one_arm_and_discard_in_the_other() -> None:
    f = RecordBuilder()
    record = f.reserved()
    then, otherwise = f.split(f.compare(Predicate.EQ, f.unknown(), 1))
    after = f.new_block("after")
    f.to(then)
    f.submit(record)
    f.jump(after)
    f.to(otherwise)
    f.helper("bpf_ringbuf_discard", f.read(record), constant(0, U64), result=VOID)
    f.jump(after)
    f.to(after)
    f.ret()
    assert found(f.function) == []


@pytest.mark.parametrize("use", ["store", "release"])
def test_a_use_after_the_release(use: str) -> None:
    f = RecordBuilder()
    record = f.reserved()
    release = f.submit(record)
    if use == "store":
        used = f.field(f.read(record), RECORD, "pid", U32)
        f.store(used, 1)
    else:
        used = f.submit(record)
    f.ret()
    (item,) = found(f.function)
    assert (item.code, item.span) == ("BPF3071", used.span)
    assert item.labels[1].span == release.span


def test_a_record_that_only_one_arm_reserves() -> None:
    f = RecordBuilder()
    record = f.local("record", REFERENCE.or_none())
    f.write(record, null(record.type))
    then, otherwise = f.split(f.compare(Predicate.EQ, f.unknown(), 1))
    after = f.new_block("after")
    f.to(then)
    f.write(record, f.reserve())
    f.jump(after)
    f.to(otherwise)
    f.jump(after)
    f.to(after)
    f.unless_none(record)
    f.submit(record)
    f.ret()
    assert found(f.function) == []


@pytest.mark.parametrize("released", [True, False])
def test_a_record_of_each_round(released: bool) -> None:
    f = RecordBuilder()
    i, record = f.local("i", hidden=True), f.local("record", REFERENCE.or_none())
    head, body, after = (f.new_block(name) for name in ("head", "body", "after"))
    f.write(i, 0)
    f.jump(head)
    f.to(head)
    f.branch(f.compare(Predicate.ULT, f.read(i), 8), body, after)
    f.to(body)
    f.write(record, f.reserve())
    f.unless_none(record)
    if released:
        f.submit(record)
    f.write(i, f.binary(Operator.ADD, f.read(i), 1))
    f.jump(head, f.loop("range"))
    f.to(after)
    f.ret()
    codes = [item.code for item in found(f.function)]
    assert codes == ([] if released else ["BPF3070"] * len(codes)) and bool(codes) != released


def test_a_subprogram_that_releases_its_argument() -> None:
    callee = RecordBuilder("finish", linkage=Linkage.STATIC, result=VOID, parameters={"record": REFERENCE})
    callee.submit(callee.parameter("record"))
    callee.ret(None)
    f = RecordBuilder()
    record = f.reserved()
    f.call(callee.function, f.read(record))
    f.ret()
    assert found(callee.function, f.function) == []


@pytest.mark.parametrize("released", [True, False])
def test_a_subprogram_that_returns_what_it_acquired(released: bool) -> None:
    callee = RecordBuilder("begin", linkage=Linkage.STATIC, result=REFERENCE.or_none())
    callee.ret(callee.reserve())
    f = RecordBuilder()
    record = f.local("record", REFERENCE.or_none())
    f.write(record, f.call(callee.function))
    f.unless_none(record)
    if released:
        f.submit(record)
    f.ret()
    assert [item.code for item in found(callee.function, f.function)] == ([] if released else ["BPF3070"])


@pytest.mark.parametrize("unlocked", [True, False])
def test_a_lock_is_known_by_its_kind(unlocked: bool) -> None:
    f = RecordBuilder()
    lock = f.slot_address(f.slot("lock", struct("bpf_spin_lock", val=layout.U32)))
    f.helper("bpf_spin_lock", lock, result=VOID)
    if unlocked:
        f.helper("bpf_spin_unlock", lock, result=VOID)
    f.ret()
    report = found(f.function)
    assert [item.code for item in report] == ([] if unlocked else ["BPF3070"])
    assert all(item.message == "the lock is not released on every path" for item in report)


def test_a_tail_call_does_not_come_back() -> None:
    f = RecordBuilder()
    record = f.reserved()
    table = f.add(MapAddress(Reference(VOID, Space.MEMORY), f.at(), f.events))
    call = f.helper("bpf_tail_call", f.context(), table, constant(0))
    f.submit(record)
    f.ret()
    assert [(item.code, item.span) for item in found(f.function)] == [("BPF3070", call.span)]
