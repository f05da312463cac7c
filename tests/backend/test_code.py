"""What the emitted code does, decided by the kernel: each program is loaded and run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from handmade import SK_BUFF, Body, at, map_of, module, pointer, program, s32, u32, u64

from pybpfc.compiler import backend, types
from pybpfc.compiler.ir import module as ir
from pybpfc.compiler.ir.module import AtomicOperator, Conversion, Operator, Predicate
from pybpfc.compiler.types import Space
from pybpfc_runtime import layout
from support.libbpf import LibbpfObject
from support.machine import check, needs_tool

Load = Callable[..., LibbpfObject]  # the fixture of conftest.py

CPUS = ("v1", "v2", "v3", "v4")
FRAME = bytes(range(64))
BPF_MAP_TYPE_ARRAY = 2


def truncated(body: Body, value: ir.Value) -> ir.Value:
    return body.convert(Conversion.TRUNCATE, value, types.S32)


@pytest.mark.parametrize("cpu", CPUS)
def test_packet_bytes(load: Load, cpu: str) -> None:
    body = program()
    data = body.context("data", types.PACKET_POINTER)
    end = body.context("data_end", types.PACKET_END)
    inside, outside = body.new_block(), body.new_block()
    limit = body.add(ir.PointerAdd(types.PACKET_POINTER, body.next(), data, u64(14)))
    body.branch(body.compare(Predicate.UGT, limit, end), outside, inside)
    body.block = inside
    twelfth = body.add(ir.PointerAdd(pointer(types.BE16, Space.PACKET), body.next(), data, u64(12)))
    protocol = body.add(ir.ByteSwap(types.U16, body.next(), body.load(twelfth, types.BE16)))
    wide = body.convert(Conversion.ZERO_EXTEND, protocol, types.U32)
    result = body.convert(Conversion.REINTERPRET, wide, types.S32)
    body.end(ir.Return(body.next(), result), outside)
    run = load(module(body.give(s32(-1))), cpu).test_run("prog", FRAME)
    assert (run.errno, run.result) == (0, 0x0C0D)


@pytest.mark.parametrize("cpu", CPUS)
def test_context_fields_in_two_arms_stay_apart(load: Load, cpu: str) -> None:
    """The optimiser would make one load at a computed offset of them: `dereference of modified ctx ptr`."""
    body = program("arms", SK_BUFF, "tc")
    chosen = body.local("chosen", types.U32)
    length = body.context("len", types.U32)
    then, otherwise, joined = body.new_block("then"), body.new_block("otherwise"), body.new_block("joined")
    body.branch(body.compare(Predicate.UGT, length, u32(100)), then, otherwise)
    body.block = then
    body.write(chosen, body.context("mark", types.U32))
    body.jump(joined)
    body.block = otherwise
    body.write(chosen, body.context("ifindex", types.U32))
    body.jump(joined)
    body.block = joined
    result = body.convert(Conversion.REINTERPRET, body.read(chosen), types.S32)
    loaded = load(module(body.give(result)), cpu)
    assert loaded.test_run("arms", FRAME).result == 1  # the loopback interface
    assert loaded.test_run("arms", FRAME * 2).result == 0


@pytest.mark.parametrize("cpu", CPUS)
def test_context_stores_in_two_arms_stay_apart(load: Load, cpu: str) -> None:
    body = program("arms", SK_BUFF, "tc")
    length = body.context("len", types.U32)
    then, otherwise, joined = body.new_block("then"), body.new_block("otherwise"), body.new_block("joined")
    body.branch(body.compare(Predicate.UGT, length, u32(100)), then, otherwise)
    fields = {field.name: field for field in SK_BUFF.row.fields}
    for block, name, offset in ((then, "mark", 0), (otherwise, "cb", 8)):
        body.block = block
        field = fields[name]
        body.add(ir.ContextStore(types.VOID, body.next(), body.parameter(), field, field.offset + offset, u32(7)))
        body.jump(joined)
    body.block = joined
    total = body.binary(Operator.ADD, body.context("mark", types.U32), body.context("cb", types.U32, 2))
    result = body.convert(Conversion.REINTERPRET, total, types.S32)
    loaded = load(module(body.give(result)), cpu)
    assert [loaded.test_run("arms", FRAME * n).result for n in (1, 2)] == [7, 7]


@pytest.mark.parametrize("cpu", CPUS)
def test_field_wider_than_its_value(load: Load, cpu: str) -> None:
    """`protocol` is network order in a __u32."""
    body = program("wide", SK_BUFF, "tc")
    protocol = body.add(ir.ByteSwap(types.U16, body.next(), body.context("protocol", types.BE16)))
    wide = body.convert(Conversion.ZERO_EXTEND, protocol, types.S32)
    frame = FRAME[:12] + b"\x08\x00" + FRAME[14:]
    assert load(module(body.give(wide)), cpu).test_run("wide", frame).result == 0x0800


@pytest.mark.parametrize("cpu", CPUS)
def test_map_lookup_and_update(load: Load, cpu: str) -> None:
    counts = map_of("counts", BPF_MAP_TYPE_ARRAY, types.U32, types.U64)
    body = program()
    key, value = body.slot("key", types.U32), body.slot("value", types.U64)
    body.store(key, u32(2))
    body.store(value, u64(40))
    address = body.add(ir.MapAddress(pointer(types.VOID, Space.GLOBAL), body.next(), counts))
    body.helper("bpf_map_update_elem", types.S64, address, key, value, u64(0))
    found = body.lookup(counts, 2, types.U64, s32(-1))
    body.store(found, body.binary(Operator.ADD, body.load(found, types.U64), u64(2)))
    loaded = load(module(body.give(s32(5)), maps=(counts,)), cpu)
    assert loaded.test_run("prog", FRAME).result == 5
    assert loaded.entries("counts")[(2).to_bytes(4, "little")] == (42).to_bytes(8, "little")


def test_static_and_global_subprograms(load: Load) -> None:
    static = Body("above", {"value": types.U32, "limit": types.U8, "strict": types.BOOL}, types.BOOL,
                  linkage=ir.Linkage.STATIC, line=100)
    wide = static.convert(Conversion.ZERO_EXTEND, static.parameter(1), types.U32)
    answer = static.compare(Predicate.UGT, static.parameter(0), wide)
    static.give(static.binary(Operator.AND, answer, static.parameter(2)))

    pair = layout.LayoutBuilder()
    pair.add("first", layout.U32)
    pair.add("second", layout.S32)
    struct = types.StructType(pair.finish("pair"))
    global_ = Body("total", {"place": pointer(struct, Space.STACK), "unused": types.U32}, types.S32,
                   linkage=ir.Linkage.GLOBAL, line=200)
    place = global_.parameter()
    missing, there = global_.new_block(), global_.new_block()
    global_.branch(global_.compare(Predicate.EQ, place, ir.Constant(place.type, 0)), missing, there)
    global_.block = missing
    global_.end(ir.Return(global_.next(), s32(-1)), there)
    global_.give(global_.load(global_.field(place, struct, "second"), types.S32))

    body = program()
    frames = body.context("rx_queue_index", types.U32)
    slot = body.slot("pair", struct)
    body.add(ir.ZeroMemory(types.VOID, body.next(), slot, 8, 4))
    body.store(body.field(slot, struct, "second"), s32(30))
    total = body.call(global_.function, slot, frames)
    nine = body.add(ir.Opaque(types.U32, body.next(), u32(9)))
    yes = body.call(static.function, nine, ir.Constant(types.U8, 8), ir.Constant(types.BOOL, 1))
    no = body.call(static.function, nine, ir.Constant(types.U8, 200), ir.Constant(types.BOOL, 1))
    result = body.binary(Operator.ADD, total, body.convert(Conversion.ZERO_EXTEND, yes, types.S32))
    body.give(body.binary(Operator.SUB, result, body.convert(Conversion.ZERO_EXTEND, no, types.S32)))
    for cpu in CPUS:
        assert load(module(body.function, static.function, global_.function), cpu).test_run("prog", FRAME).result == 31


@pytest.mark.parametrize(("operator", "used", "expected", "after"), [
    (AtomicOperator.ADD, True, 12, 15), (AtomicOperator.ADD, False, 0, 15),
    (AtomicOperator.OR, True, 12, 15), (AtomicOperator.OR, False, 0, 15),
    (AtomicOperator.AND, True, 12, 0), (AtomicOperator.AND, False, 0, 0),
    (AtomicOperator.XOR, True, 12, 15), (AtomicOperator.XOR, False, 0, 15),
    (AtomicOperator.EXCHANGE, True, 12, 3), (AtomicOperator.EXCHANGE, False, 0, 3),
    (AtomicOperator.COMPARE_EXCHANGE, True, 12, 3), (AtomicOperator.COMPARE_EXCHANGE, False, 0, 3),
])  # fmt: skip
@pytest.mark.parametrize("type_", [types.U32, types.U64])
def test_atomics(load: Load, operator: AtomicOperator, used: bool, expected: int, after: int,
                 type_: types.IntType) -> None:
    cells = map_of("cells", BPF_MAP_TYPE_ARRAY, types.U32, type_)
    body = program()
    cell = body.lookup(cells, 0, type_, s32(-1))
    body.store(cell, ir.Constant(type_, 12))
    wanted = ir.Constant(type_, 12) if operator is AtomicOperator.COMPARE_EXCHANGE else None
    old = body.add(ir.Atomic(type_ if used else types.VOID, body.next(), operator, cell, ir.Constant(type_, 3), used,
                             wanted))
    result: ir.Value = s32(0)
    if used:
        result = truncated(body, old) if type_.bits == 64 else body.convert(Conversion.REINTERPRET, old, types.S32)
    loaded = load(module(body.give(result), maps=(cells,)))
    assert loaded.test_run("prog", FRAME).result == expected
    assert loaded.entries("cells")[bytes(4)] == after.to_bytes(type_.size, "little")


def test_unused_atomic_add_runs_on_the_oldest_cpu(load: Load) -> None:
    cells = map_of("cells", BPF_MAP_TYPE_ARRAY, types.U32, types.U64)
    body = program()
    cell = body.lookup(cells, 0, types.U64, s32(-1))
    body.add(ir.Atomic(types.VOID, body.next(), AtomicOperator.ADD, cell, u64(3), used=False))
    loaded = load(module(body.give(s32(0)), maps=(cells,)), "v1")
    loaded.test_run("prog", FRAME)
    assert loaded.entries("cells")[bytes(4)] == (3).to_bytes(8, "little")


def test_trace_printk(load: Load) -> None:
    text = b"hand-made %d\n\0"
    body = program()
    address = body.add(ir.StringAddress(pointer(types.StringType(len(text)), Space.GLOBAL), body.next(), text))
    written = body.helper("bpf_trace_printk", types.S64, address, u32(len(text)), u64(42))
    assert load(module(body.give(truncated(body, written)))).test_run("prog", FRAME).result == len("hand-made 42\n")


def variable(name: str, section: str, initial: bytes, type_: types.Type = types.U32) -> ir.GlobalVariable:
    return ir.GlobalVariable(name, type_, section, initial, at(950), section == ".rodata")


def address_of(body: Body, global_: ir.GlobalVariable) -> ir.Value:
    return body.add(ir.GlobalAddress(pointer(global_.type, Space.GLOBAL), body.next(), global_))


def test_globals(load: Load) -> None:
    limit = variable("limit", ".rodata", (1000).to_bytes(4, "little"))
    start = variable("start", ".data", (7).to_bytes(4, "little"))
    count = variable("count", ".bss", bytes(4))
    flag = variable("flag", ".data", b"\2", types.BOOL)  # not a value that C writes, and still true
    body = program()
    total = body.binary(Operator.ADD, body.load(address_of(body, limit), types.U32, volatile=True),
                        body.load(address_of(body, start), types.U32))
    counted = body.binary(Operator.ADD, body.load(address_of(body, count), types.U32), u32(1))
    body.store(address_of(body, count), counted)
    true = body.convert(Conversion.ZERO_EXTEND, body.load(address_of(body, flag), types.BOOL), types.U32)
    total = body.binary(Operator.ADD, body.binary(Operator.ADD, total, counted), true)
    result = body.convert(Conversion.REINTERPRET, total, types.S32)
    loaded = load(module(body.give(result), variables=(limit, start, count, flag)))
    assert [loaded.test_run("prog", FRAME).result for _ in range(2)] == [1009, 1010]


@pytest.mark.parametrize(("size", "align"), [(16, 8), (100, 1), (136, 1), (700, 1), (1024, 8), (1040, 8), (4096, 8),
                                             (4099, 1), (5000, 4), (9001, 2)])
@pytest.mark.parametrize("cpu", ["v1", "v4"])
def test_memory_of_any_size(load: Load, size: int, align: int, cpu: str) -> None:
    """Copied and zeroed without a call of memcpy or memset, which BPF does not have."""
    blob = types.ArrayType(types.IntType(align * 8, False), size // align)
    full = types.ArrayType(types.U8, 9600)
    blobs = map_of("blobs", BPF_MAP_TYPE_ARRAY, types.U32, full)
    body = program()
    source = body.lookup(blobs, 0, blob, s32(-1))
    target = body.lookup(blobs, 1, blob, s32(-1))
    zeroed = body.lookup(blobs, 2, blob, s32(-1))
    body.add(ir.CopyMemory(types.VOID, body.next(), target, source, size, align))
    body.add(ir.CopyMemory(types.VOID, body.next(), source, source, size, align))
    body.add(ir.ZeroMemory(types.VOID, body.next(), zeroed, size, align))
    loaded = load(module(body.give(s32(3)), maps=(blobs,)), cpu)
    pattern = bytes(1 + i % 251 for i in range(9600))
    for key in range(3):
        loaded.update("blobs", key.to_bytes(4, "little"), pattern[::-1] if key == 1 else pattern)
    assert loaded.test_run("prog", FRAME).result == 3
    entries = loaded.entries("blobs")
    assert entries[bytes(4)] == pattern
    assert entries[(1).to_bytes(4, "little")] == pattern[:size] + pattern[::-1][size:]
    assert entries[(2).to_bytes(4, "little")] == bytes(size) + pattern[size:]


@pytest.mark.parametrize("cpu", CPUS)
def test_a_loop_that_zeroes_does_not_become_memset(load: Load, cpu: str) -> None:
    big = map_of("big", BPF_MAP_TYPE_ARRAY, types.U32, types.ArrayType(types.U64, 400))
    body = program()
    array = body.lookup(big, 0, types.ArrayType(types.U64, 400), s32(-1))
    index = body.local("index", types.U64)
    body.write(index, u64(0))
    head, step, done = body.new_block("head"), body.new_block("step"), body.new_block("done")
    body.jump(head)
    body.block = head
    body.branch(body.compare(Predicate.ULT, body.read(index), u64(400)), step, done)
    body.block = step
    cell = body.add(ir.ElementAddress(pointer(types.U64), body.next(), array, body.read(index), 8, 400))
    body.store(cell, u64(0))
    body.write(index, body.binary(Operator.ADD, body.read(index), u64(1)))
    body.jump(head)
    body.block = done
    loaded = load(module(body.give(s32(1)), maps=(big,)), cpu)
    loaded.update("big", bytes(4), b"\xff" * 3200)
    assert loaded.test_run("prog", FRAME).result == 1
    assert loaded.entries("big")[bytes(4)] == bytes(3200)


@pytest.mark.parametrize("cpu", CPUS)
@pytest.mark.parametrize("type_", [types.BOOL, types.U8, types.S16, types.U32, types.U64])
def test_opaque_values_pass_unchanged(load: Load, cpu: str, type_: types.Type) -> None:
    body = program()
    value: ir.Value = body.add(ir.Opaque(type_, body.next(), ir.Constant(type_, 1)))
    if type_ == types.U64:
        value = truncated(body, value)
    elif type_ == types.U32:
        value = body.convert(Conversion.REINTERPRET, value, types.S32)
    else:
        value = body.convert(Conversion.ZERO_EXTEND, value, types.S32)
    assert load(module(body.give(body.binary(Operator.ADD, value, s32(4)))), cpu).test_run("prog", FRAME).result == 5


@pytest.mark.parametrize("cpu", CPUS)
def test_division_by_zero_is_zero(load: Load, cpu: str) -> None:
    body = program()
    zero = body.add(ir.Opaque(types.U32, body.next(), u32(0)))
    quotient = body.binary(Operator.UDIV, u32(77), zero)
    rest = body.binary(Operator.UMOD, u32(77), zero)
    total = body.binary(Operator.ADD, quotient, rest)
    result = body.convert(Conversion.REINTERPRET, total, types.S32)
    assert load(module(body.give(result)), cpu).test_run("prog", FRAME).result == 77


def test_narrow_signed_index_reaches_its_element(load: Load) -> None:
    """An unsigned index of 200 in eight bits must not become -56."""
    table = types.ArrayType(types.U8, 256)
    bytes_ = map_of("bytes", BPF_MAP_TYPE_ARRAY, types.U32, table)
    body = program()
    array = body.lookup(bytes_, 0, table, s32(-1))
    index = body.add(ir.Opaque(types.U8, body.next(), ir.Constant(types.U8, 200)))
    cell = body.add(ir.ElementAddress(pointer(types.U8), body.next(), array, index, 1, 256))
    result = body.convert(Conversion.ZERO_EXTEND, body.load(cell, types.U8), types.S32)
    loaded = load(module(body.give(result), maps=(bytes_,)))
    loaded.update("bytes", bytes(4), bytes(range(256)))
    assert loaded.test_run("prog", FRAME).result == 200


def test_callback_by_address(load: Load) -> None:
    state = layout.LayoutBuilder()
    state.add("sum", layout.U64)
    struct = types.StructType(state.finish("state"))
    callback = Body("each", {"index": types.U64, "context": pointer(struct, Space.STACK)}, types.S64,
                    linkage=ir.Linkage.STATIC, line=300)
    place = callback.field(callback.parameter(1), struct, "sum")
    callback.store(place, callback.binary(Operator.ADD, callback.load(place, types.U64), callback.parameter(0)))
    callback.give(ir.Constant(types.S64, 0))
    body = program()
    slot = body.slot("state", struct)
    body.store(body.field(slot, struct, "sum"), u64(0))
    address = body.add(ir.FunctionAddress(pointer(types.VOID, Space.GLOBAL), body.next(), "each"))
    body.helper("bpf_loop", types.S64, u32(10), address, slot, u64(0))
    result = truncated(body, body.load(body.field(slot, struct, "sum"), types.U64))
    assert load(module(body.give(result), callback.function)).test_run("prog", FRAME).result == 45


def test_co_re_chain(load: Load) -> None:
    """Offsets made up here are replaced by the running kernel's; nested and anonymous members included."""
    inner = layout.LayoutBuilder()
    inner.add("vruntime", layout.U64)
    entity = inner.finish("sched_entity")
    task = layout.LayoutBuilder()
    task.add("comm", layout.ArrayType(layout.U8, 16))
    task.add("se", entity)
    task.add("tgid", layout.S32)
    task.add("unused", layout.U64)
    struct = types.StructType(task.finish("task_struct"))
    body = Body("core", {"ctx": pointer(types.U64, Space.CONTEXT)}, section="raw_tracepoint/sys_enter")
    current = body.helper("bpf_get_current_task_btf", pointer(struct, Space.TRUSTED))
    tgid = body.load(body.field(current, struct, "tgid", relocatable=True), types.S32)
    entity_place = body.field(current, struct, "se", relocatable=True)
    runtime = body.load(body.field(entity_place, types.StructType(entity), "vruntime", relocatable=True), types.U64)
    letters = body.field(current, struct, "comm", relocatable=True)
    letter = body.add(ir.ElementAddress(pointer(types.U8, Space.TRUSTED), body.next(), letters, u32(3), 1, 16, True))
    total = body.binary(Operator.ADD, tgid, truncated(body, runtime))
    body.give(body.binary(Operator.ADD, total,
                          body.convert(Conversion.ZERO_EXTEND, body.load(letter, types.U8), types.S32)))
    load(module(body.function))


def test_bpftool_reads_the_object(tmp_path: Path) -> None:
    path = tmp_path / "prog.o"
    path.write_bytes(backend.generate(module(program().give(s32(2)))).data)
    assert "FUNC 'prog'" in check(needs_tool("bpftool"), "btf", "dump", "file", path)
    assert "prog" in check(needs_tool("bpftool"), "gen", "skeleton", path)
