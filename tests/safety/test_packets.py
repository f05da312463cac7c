"""Packet bounds: raw comparisons, pulls, variable offsets, and calls that move the packet."""

from __future__ import annotations

import pytest

from pybpfc.compiler.ir.module import Instruction, Linkage, Local, LoopInfo, Operator, Predicate, Value
from pybpfc.compiler.ir.verify import verify
from pybpfc.compiler.safety import analyse
from pybpfc.compiler.types import (
    PACKET_POINTER,
    U8,
    U16,
    U32,
    U64,
    VOID,
    ArrayType,
    Reference,
    Space,
)
from support.ir import FunctionBuilder, constant, module, null

BYTE = Reference(U8, Space.PACKET)


def found(builder: FunctionBuilder) -> list[tuple[str, int]]:
    built = module(builder.function)
    verify(built)
    return [(item.code, item.span.line) for item in analyse(built, "v3") if item.is_error]


def byte_at(f: FunctionBuilder, base: Value, offset: int) -> Instruction:
    """Reads one byte of the packet; the access is what it returns."""
    return f.load(f.convert(f.pointer_add(base, offset), BYTE))


def check(f: FunctionBuilder, pointer: Value) -> None:
    """`if pointer > ctx.data_end: return`"""
    short, enough = f.split(f.compare(Predicate.UGT, pointer, f.context_field("data_end")))
    f.to(short)
    f.ret()
    f.to(enough)


def test_an_access_without_a_check() -> None:
    f = FunctionBuilder()
    access = byte_at(f, f.context_field("data"), 12)
    f.ret()
    assert found(f) == [("BPF3020", access.span.line)]
    (item,) = analyse(module(f.function), "v3")
    assert item.helps == ("check it first: `if ctx.data + 13 > ctx.data_end: return ...`",)


@pytest.mark.parametrize(("checked", "offset", "fits"),
                         [(14, 13, True), (14, 14, False), (13, 13, False), (1, 0, True)])
def test_a_check_covers_the_bytes_before_it(checked: int, offset: int, fits: bool) -> None:
    f = FunctionBuilder()
    data = f.context_field("data")
    check(f, f.pointer_add(data, checked))
    byte_at(f, f.context_field("data"), offset)
    f.ret()
    assert (found(f) == []) == fits


@pytest.mark.parametrize(("predicate", "swapped", "checked_edge", "proven"), [
    (Predicate.UGT, False, 1, 14), (Predicate.ULE, False, 0, 14), (Predicate.ULT, True, 1, 14),
    (Predicate.UGE, True, 0, 14), (Predicate.UGE, False, 1, 15), (Predicate.ULT, False, 0, 15),
])
def test_every_form_of_the_comparison(predicate: Predicate, swapped: bool, checked_edge: int, proven: int) -> None:
    for offset, fits in ((proven - 1, True), (proven, False)):
        f = FunctionBuilder()
        limit, end = f.pointer_add(f.context_field("data"), 14), f.context_field("data_end")
        edges = f.split(f.compare(predicate, *((end, limit) if swapped else (limit, end))))
        f.to(edges[1 - checked_edge])
        f.ret()
        f.to(edges[checked_edge])
        byte_at(f, f.context_field("data"), offset)
        f.ret()
        assert (found(f) == []) == fits


def test_the_wrong_edge_proves_nothing() -> None:
    f = FunctionBuilder()
    data = f.context_field("data")
    short, enough = f.split(f.compare(Predicate.UGT, f.pointer_add(data, 14), f.context_field("data_end")))
    f.to(enough)
    f.ret()
    f.to(short)
    access = byte_at(f, data, 0)
    f.ret()
    assert found(f) == [("BPF3020", access.span.line)]


def test_a_check_in_one_arm_does_not_reach_behind_the_join() -> None:
    f = FunctionBuilder()
    data = f.context_field("data")
    arm, other = f.split(f.compare(Predicate.EQ, f.unknown(), 1))
    after = f.new_block("after")
    f.to(arm)
    check(f, f.pointer_add(data, 14))
    f.jump(after)
    f.to(other)
    f.jump(after)
    f.to(after)
    access = byte_at(f, data, 0)
    f.ret()
    assert found(f) == [("BPF3020", access.span.line)]


def pull(f: FunctionBuilder, cursor: Local, size: int) -> Local:
    """What the builder makes of `cursor.pull(T)`: a pointer or None in a local."""
    result = f.local("result", BYTE.or_none(), hidden=True)
    at = f.read(cursor)
    beyond = f.pointer_add(at, size)
    short, enough = f.split(f.compare(Predicate.UGT, beyond, f.context_field("data_end")))
    after = f.new_block("after")
    f.to(short)
    f.write(result, null(result.type))
    f.jump(after)
    f.to(enough)
    f.write(cursor, beyond)
    f.write(result, f.convert(at, result.type))
    f.jump(after)
    f.to(after)
    return result


def unless_none(f: FunctionBuilder, pointer: Local) -> None:
    """`if pointer is None: return`"""
    none, there = f.split(f.compare(Predicate.EQ, f.read(pointer), null(pointer.type)))
    f.to(none)
    f.ret()
    f.to(there)


def test_two_pulls_are_checked_once_they_are_not_none() -> None:
    f = FunctionBuilder()
    cursor = f.local("cursor", PACKET_POINTER, hidden=True)
    f.write(cursor, f.context_field("data"))
    for _ in range(2):
        header = pull(f, cursor, 14)
        unless_none(f, header)
        byte_at(f, f.read(header), 0)
        byte_at(f, f.read(header), 13)
    f.ret()
    assert found(f) == []


def test_beyond_the_first_pull() -> None:
    f = FunctionBuilder()
    cursor = f.local("cursor", PACKET_POINTER, hidden=True)
    f.write(cursor, f.context_field("data"))
    header = pull(f, cursor, 14)
    unless_none(f, header)
    access = byte_at(f, f.read(header), 14)
    f.ret()
    assert found(f) == [("BPF3020", access.span.line)]


def test_pulls_in_a_loop() -> None:
    f = FunctionBuilder()
    cursor, i = f.local("cursor", PACKET_POINTER, hidden=True), f.local("i", U32, hidden=True)
    f.write(cursor, f.context_field("data"))
    f.write(i, 0)
    head, body, after = (f.new_block(name) for name in ("head", "body", "end"))
    f.jump(head)
    f.to(head)
    f.branch(f.compare(Predicate.ULT, f.read(i), 8), body, after)
    f.to(body)
    header = pull(f, cursor, 8)
    unless_none(f, header)
    byte_at(f, f.read(header), 7)
    f.write(i, f.binary(Operator.ADD, f.read(i), 1))
    f.jump(head, f.loop("range"))
    f.to(after)
    f.ret()
    assert found(f) == []


def variable_header(f: FunctionBuilder) -> Local:
    """`tcp = ctx.data + 14 + ihl * 4` after a check of the first 34 bytes."""
    data = f.context_field("data")
    check(f, f.pointer_add(data, 34))
    length = f.local("length", U64)
    low = f.binary(Operator.AND, f.convert(byte_at(f, data, 14), U64), 15)
    f.write(length, f.binary(Operator.SHL, low, 2))
    tcp = f.local("tcp", PACKET_POINTER)
    f.write(tcp, f.pointer_add(f.pointer_add(data, 14), f.read(length)))
    return tcp


def test_a_variable_offset_without_a_check_of_its_own() -> None:
    f = FunctionBuilder()
    access = byte_at(f, f.read(variable_header(f)), 0)
    f.ret()
    assert found(f) == [("BPF3020", access.span.line)]


@pytest.mark.parametrize(("offset", "fits"), [(19, True), (20, False)])
def test_a_variable_offset_with_a_check(offset: int, fits: bool) -> None:
    f = FunctionBuilder()
    tcp = variable_header(f)
    check(f, f.pointer_add(f.read(tcp), 20))
    byte_at(f, f.read(tcp), offset)
    f.ret()
    assert (found(f) == []) == fits


def test_a_check_written_in_another_way_is_left_to_the_verifier() -> None:
    f = FunctionBuilder()
    data = f.context_field("data")
    length = f.convert(f.unknown(U16), U64)
    check(f, f.pointer_add(data, f.binary(Operator.ADD, length, 18)))
    byte_at(f, f.pointer_add(f.pointer_add(data, 14), length), 3)
    f.ret()
    assert found(f) == []


def test_an_offset_that_differs_between_paths_is_left_to_the_verifier() -> None:
    f = FunctionBuilder()
    data, offset = f.context_field("data"), f.local("offset", U64)
    f.write(offset, 14)
    check(f, f.pointer_add(data, 18))
    tagged, plain = f.split(f.compare(Predicate.EQ, f.unknown(), 1))
    after = f.new_block("after")
    f.to(tagged)
    check(f, f.pointer_add(data, 22))
    f.write(offset, 18)
    f.jump(after)
    f.to(plain)
    f.jump(after)
    f.to(after)
    byte_at(f, f.pointer_add(data, f.read(offset)), 0)
    f.ret()
    assert found(f) == []


def element_in_loop(checked: int) -> FunctionBuilder:
    f = FunctionBuilder()
    i = f.local("i", U32, hidden=True)
    f.write(i, 0)
    data = f.convert(f.context_field("data"), Reference(ArrayType(U8, 6), Space.PACKET))
    if checked:
        check(f, f.pointer_add(f.context_field("data"), checked))
    head, body, after = (f.new_block(name) for name in ("head", "body", "end"))
    f.jump(head)
    f.to(head)
    f.branch(f.compare(Predicate.ULT, f.read(i), 6), body, after)
    f.to(body)
    f.load(f.element(data, f.read(i), 6))
    f.write(i, f.binary(Operator.ADD, f.read(i), 1))
    f.jump(head, LoopInfo("range", f.at()))
    f.to(after)
    f.ret()
    return f


def test_elements_of_a_packet_array() -> None:
    assert found(element_in_loop(14)) == []
    assert [code for code, _ in found(element_in_loop(0))] == ["BPF3020"]


def test_the_metadata_ends_where_the_packet_begins() -> None:
    for offset, fits in ((3, True), (4, False)):
        f = FunctionBuilder()
        meta, data = f.context_field("data_meta"), f.context_field("data")
        short, enough = f.split(f.compare(Predicate.UGT, f.pointer_add(meta, 4), data))
        f.to(short)
        f.ret()
        f.to(enough)
        byte_at(f, meta, offset)
        f.ret()
        assert (found(f) == []) == fits


def test_a_helper_reads_only_what_is_checked() -> None:
    for checked, fits in ((8, True), (7, False)):
        f = FunctionBuilder()
        data = f.context_field("data")
        check(f, f.pointer_add(data, checked))
        f.helper("bpf_csum_diff", f.convert(data, BYTE), constant(8), null(Reference(VOID, Space.STACK)), constant(0),
                 constant(0))
        f.ret()
        codes = [code for code, _ in found(f)]
        assert codes == ([] if fits else ["BPF3020"])


def moved(f: FunctionBuilder, data: Local) -> Instruction:
    f.write(data, f.context_field("data"))
    check(f, f.pointer_add(f.read(data), 14))
    return f.helper("bpf_xdp_adjust_head", f.context(), constant(4))


def test_a_reference_is_stale_after_a_call_that_moves_the_packet() -> None:
    f = FunctionBuilder()
    data = f.local("data", PACKET_POINTER)
    call = moved(f, data)
    use = f.pointer_add(f.read(data), 2)
    f.load(f.convert(use, BYTE))
    f.ret()
    assert found(f) == [("BPF3021", use.span.line)]
    (item,) = analyse(module(f.function), "v3")
    assert [label.span for label in item.labels] == [use.span, call.span]


def test_a_reference_read_again_must_be_checked_again() -> None:
    f = FunctionBuilder()
    data = f.local("data", PACKET_POINTER)
    moved(f, data)
    f.write(data, f.context_field("data"))
    access = byte_at(f, f.read(data), 2)
    check(f, f.pointer_add(f.read(data), 14))
    byte_at(f, f.read(data), 2)
    f.ret()
    assert found(f) == [("BPF3020", access.span.line)]


def test_a_subprogram_that_moves_the_packet() -> None:
    callee = FunctionBuilder("shrink", linkage=Linkage.STATIC, result=VOID)
    callee.ret(None)
    f = FunctionBuilder()
    data = f.context_field("data")
    check(f, f.pointer_add(data, 14))
    f.call(callee.function, moves=True)
    use = f.pointer_add(data, 0)
    f.load(f.convert(use, BYTE))
    f.ret()
    built = module(callee.function, f.function)
    verify(built)
    assert [(item.code, item.span) for item in analyse(built, "v3")] == [("BPF3021", use.span)]


def test_a_parameter_is_left_to_the_caller_and_the_verifier() -> None:
    callee = FunctionBuilder("first", linkage=Linkage.STATIC, result=U8, parameters={"at": BYTE})
    callee.ret(callee.load(callee.read(callee.parameter("at"))))
    verify(module(callee.function))
    assert analyse(module(callee.function), "v3") == []
