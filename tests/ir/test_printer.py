"""The printed IR: one small module with every shape of line, compared as a whole."""

from __future__ import annotations

from pybpfc.compiler.ir import module as ir
from pybpfc.compiler.ir.module import (
    Assume,
    AtomicOperator,
    ByteSwap,
    ContextStore,
    Conversion,
    Convert,
    CopyMemory,
    FunctionAddress,
    GlobalAddress,
    GlobalVariable,
    Instruction,
    Linkage,
    MapAddress,
    MapDefinition,
    MapMember,
    Opaque,
    Operator,
    Predicate,
    StringAddress,
)
from pybpfc.compiler.ir.printer import print_function, print_module
from pybpfc.compiler.ir.verify import verify
from pybpfc.compiler.types import BE16, BOOL, U8, U16, U32, U64, VOID, Reference, Space
from pybpfc_runtime import layout
from support.ir import FunctionBuilder, constant, module, null, span, struct

PAIR = struct("Pair", first=layout.U32, second=layout.U64)


def small() -> ir.Module:
    """A counter with a branch, a loop, a map, a global and a subprogram."""
    callee = FunctionBuilder("tally", linkage=Linkage.STATIC, result=VOID, parameters={"verdict": U32})
    callee.ret(None)

    f = FunctionBuilder("count")
    i, seen = f.local("i"), f.local("seen", Reference(PAIR, Space.MAP_VALUE, nullable=True))
    f.local("i", U64, hidden=True)
    key = f.slot("key of pairs", U32)
    pairs = MapDefinition("pairs", (MapMember("type", number=1), MapMember("value", type=PAIR)), span(90))
    dropped = GlobalVariable("dropped", U64, ".bss", bytes(8), span(91), constant=False)
    limit = GlobalVariable("limit", U32, ".rodata", b"\x05\0\0\0", span(92), constant=True)

    f.write(i, 0)
    head, body, after = f.new_block("loop"), f.new_block("body"), f.new_block("loop")
    f.jump(head)
    f.to(head)
    f.branch(f.compare(Predicate.ULT, f.read(i), 4), body, after)
    f.to(body)
    address = f.slot_address(key)
    f.store(address, f.read(i))
    f.write(i, f.binary(Operator.ADD, f.read(i), 1))
    f.jump(head, f.loop("range"))
    f.to(after)
    table = f.add(MapAddress(Reference(VOID, Space.MEMORY), f.at(), pairs))
    f.write(seen, f.helper("bpf_map_lookup_elem", table, address, result=seen.type))
    f.branch(f.compare(Predicate.EQ, f.read(seen), null(seen.type)), none := f.new_block("none"),
             there := f.new_block("there"))
    f.to(none)
    f.call(callee.function, constant(1))
    f.ret(2)
    f.to(there)
    f.atomic(AtomicOperator.ADD, f.field(f.read(seen), PAIR, "second", U64), 1, used=False)
    f.add(GlobalAddress(Reference(U64, Space.GLOBAL), f.at(), dropped))
    f.ret(2)

    result = module(callee.function, f.function)
    result.maps.append(pairs)
    result.variables += [dropped, limit]
    return result


EXPECTED = """\
module program license "GPL"

map pairs                                                                    ; program.py:90
    type = 1
    value: Pair

variable dropped: u64 in .bss = zero(8)                                      ; program.py:91
variable limit: constant u32 in .rodata = 05000000                           ; program.py:92

static tally(verdict: u32) -> void section ".text"                           ; program.py:1
entry:
    return                                                                   ; program.py:2

program count(ctx: &xdp_md in context) -> s32 section "xdp" @xdp             ; program.py:1
    local i: u32
    local seen: &Pair in map value?
    local i.2: u64 hidden
    slot key of pairs: u32, 4 bytes                                          ; program.py:2
entry:
    write i, 0:u32                                                           ; program.py:3
    jump loop                                                                ; program.py:4
loop:
    %0: u32 = read i                                                         ; program.py:5
    %1: bool = compare ult %0, 4:u32                                         ; program.py:6
    branch %1, body, loop.2                                                  ; program.py:7
body:
    %2: &u32 in stack = slot key of pairs                                    ; program.py:8
    %3: u32 = read i                                                         ; program.py:9
    store %2, %3, align 1                                                    ; program.py:10
    %4: u32 = read i                                                         ; program.py:11
    %5: u32 = add %4, 1:u32                                                  ; program.py:12
    write i, %5                                                              ; program.py:13
    jump loop loop range                                                     ; program.py:15
loop.2:
"""


def test_a_module() -> None:
    built = small()
    text = print_module(built)
    assert text.startswith(EXPECTED)
    assert [line[:60].rstrip() for line in text[len(EXPECTED):].splitlines()] == [
        "    %6: &void in memory from a helper = map pairs",
        "    %7: &Pair in map value? = helper bpf_map_lookup_elem#1(%",
        "    write seen, %7",
        "    %8: &Pair in map value? = read seen",
        "    %9: bool = compare eq %8, None",
        "    branch %9, none, there",
        "none:",
        "    call tally(1:u32)",
        "    return 2:s32",
        "there:",
        "    %10: &Pair in map value? = read seen",
        "    %11: &u64 in map value = field %10, Pair.second",
        "    atomic add %11, 1:u64",
        "    %12: &u64 in global data = variable dropped",
        "    return 2:s32",
    ]


def test_the_text_is_stable() -> None:
    assert print_module(small()) == print_module(small())


def shown(f: FunctionBuilder, item: Instruction) -> str:
    f.add(item)
    f.ret()
    verify(module(f.function))
    line = print_function(f.function).splitlines()[-2]
    return line.partition(" ; ")[0].strip()


def test_the_other_instructions() -> None:
    f = FunctionBuilder()
    assert shown(f, Opaque(U32, f.at(), f.unknown())) == "%2: u32 = opaque %1"
    f = FunctionBuilder()
    assert shown(f, ByteSwap(BE16, f.at(), constant(80, U16))) == "%0: be16 = byteswap 80:u16"
    f = FunctionBuilder()
    assert shown(f, Assume(VOID, f.at(), constant(1, BOOL))) == "assume true"
    f = FunctionBuilder()
    assert (shown(f, Convert(U8, f.at(), Conversion.TRUNCATE, f.unknown(), implicit=True))
            == "%2: u8 = trunc implicit %1")
    f = FunctionBuilder()
    assert shown(f, StringAddress(Reference(U8, Space.GLOBAL), f.at(), b"a\n\0")) == (
        "%0: &u8 in global data = string b'a\\n\\x00'")
    f = FunctionBuilder()
    target, source = f.slot_address(f.slot("a", PAIR)), f.slot_address(f.slot("b", PAIR))
    assert shown(f, CopyMemory(VOID, f.at(), target, source, 16, 8)) == "copy %0, %1, 16 bytes, align 8"
    f = FunctionBuilder()
    row = f.context_field("rx_queue_index").field  # type: ignore[attr-defined]
    assert (shown(f, ContextStore(VOID, f.at(), f.context(), row, row.offset, constant(3)))
            == f"context store %2, rx_queue_index at {row.offset}, 3:u32")


def test_what_is_broken_still_prints() -> None:
    """The verifier's message is read beside the text, so the printer must not fail where the verifier does."""
    f, other = FunctionBuilder(), FunctionBuilder("other")
    f.write(other.local("elsewhere"), other.unknown())
    f.add(FunctionAddress(U64, f.at(), "nowhere"))
    text = print_function(f.function)
    assert "write <foreign local elsewhere>, <foreign Convert>" in text
    assert "<no terminator>" in text
