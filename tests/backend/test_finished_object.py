"""The finished object: what stripping leaves, and what the post-check would notice."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from handmade import SOURCE, Body, at, map_of, module, pointer, program, s32, u32

from pybpfc.compiler import backend, types
from pybpfc.compiler.backend import codegen
from pybpfc.compiler.backend.emit import emit
from pybpfc.compiler.backend.postcheck import check
from pybpfc.compiler.backend.strip import strip
from pybpfc.compiler.errors import InternalError
from pybpfc.compiler.ir import module as ir
from pybpfc.compiler.source import SourceFile
from pybpfc.compiler.types import Space
from pybpfc.record import replace
from pybpfc_runtime.elf import ElfFile
from support.machine import check as run
from support.machine import needs_tool


def everything() -> ir.Module:
    """Maps, globals of all sections, a string, subprograms, a license."""
    counts = map_of("counts", 1, types.U32, types.U64)
    variables = tuple(ir.GlobalVariable(name, types.U32, section, initial, at(900), section == ".rodata")
                      for name, section, initial in (("limit", ".rodata", b"\1\0\0\0"), ("seen", ".bss", bytes(4)),
                                                     ("level", ".data", b"\2\0\0\0")))
    static = Body("local", {"value": types.U32}, types.U32, linkage=ir.Linkage.STATIC, line=100)
    static.helper("bpf_get_smp_processor_id", types.U32)
    static.give(static.parameter())
    global_ = Body("shared", {"value": types.U32}, types.U32, linkage=ir.Linkage.GLOBAL, line=200)
    global_.give(global_.parameter())
    body = program()
    found = body.lookup(counts, 1, types.U64, s32(2))
    body.store(found, ir.Constant(types.U64, 5))
    for variable in variables:
        place = body.add(ir.GlobalAddress(pointer(types.U32, Space.GLOBAL), body.next(), variable))
        value = body.load(place, types.U32, volatile=True)
        if not variable.constant:
            body.store(place, body.call(static.function, value))
    text = b"%d\n\0"
    address = body.add(ir.StringAddress(pointer(types.StringType(4), Space.GLOBAL), body.next(), text))
    body.helper("bpf_trace_printk", types.S64, address, u32(4), ir.Constant(types.U64, 1))
    body.call(global_.function, u32(4))
    return module(body.give(s32(2)), static.function, global_.function, maps=(counts,), variables=variables)


def unstripped(built: ir.Module) -> bytes:
    return codegen.run_codegen(emit(built, "v3"), "v3").object


def sections(data: bytes) -> list[tuple[str, int, int, int]]:
    return [(section.name, section.type, section.flags, section.size) for section in ElfFile(data).sections]


def test_what_stays_is_what_llvm_strip_keeps(tmp_path: Path) -> None:
    original = unstripped(everything())
    path = tmp_path / "module.o"
    path.write_bytes(original)
    run(needs_tool("llvm-strip-22"), "-g", path)
    ours, theirs = ElfFile(strip(original)), ElfFile(path.read_bytes())
    expected = [found for found in sections(path.read_bytes()) if found[0] != ".llvm_addrsig"]
    strings = {".strtab"}  # its size depends on the names of the sections that are gone
    assert [found for found in sections(strip(original)) if found[0] not in strings] == [
        found for found in expected if found[0] not in strings]
    named = [{(symbol.name, symbol.value, symbol.size, symbol.binding, symbol.type,
               elf.sections[symbol.section].name) for symbol in elf.symbols} for elf in (ours, theirs)]
    assert named[0] == named[1]
    for section in ours.sections:
        if not section.name.startswith(".rel") and section.name not in (".strtab", ".symtab"):
            assert bytes(section.data) == bytes(theirs.by_name[section.name].data), section.name
    patched = [{(elf.sections[index].name, found.offset, found.type, found.symbol.name)
                for index, relocations in elf.relocations().items() for found in relocations}
               for elf in (ours, theirs)]
    assert patched[0] == patched[1]


def test_readelf_finds_nothing_wrong(tmp_path: Path) -> None:
    path = tmp_path / "module.o"
    path.write_bytes(backend.generate(everything()).data)
    shown = run(needs_tool("llvm-readelf-22"), "-aW", path)
    assert "warning" not in shown
    assert not re.search(r"\.(debug|eh_frame|llvm_addrsig|comment)", shown)


def test_stripping_twice_changes_nothing() -> None:
    data = backend.generate(everything()).data
    assert strip(data) == data


def finding(change: Callable[[bytes], bytes] | None, built: ir.Module | None = None) -> str:
    """What the post-check says about an object after a change, or about it against another module."""
    data = backend.generate(everything()).data
    with pytest.raises(InternalError) as caught:
        check(change(data) if change else data, built or everything())
    return caught.value.message


def renamed(before: bytes, after: bytes) -> Callable[[bytes], bytes]:
    assert len(before) == len(after)

    def change(data: bytes) -> bytes:
        assert before in data
        return data.replace(before, after)

    return change


def test_missing_btf_is_found() -> None:
    assert finding(renamed(b"\0.BTF\0", b"\0.BTX\0")) == "the object has no .BTF: LLVM dropped the debug info"
    assert finding(renamed(b".BTF.ext\0", b".BTF.exx\0")) == \
        "the object has no .BTF.ext: no function has line information"


def test_left_over_dwarf_is_found() -> None:
    with pytest.raises(InternalError, match=r"the object still has \.debug_"):
        check(unstripped(everything()), everything())


def test_an_undefined_symbol_is_found() -> None:
    text = emit(everything(), "v3").replace("call i32 @shared(", "call i32 @nobody(") + "declare i32 @nobody(i32)\n"
    with pytest.raises(InternalError, match=r"xdp\+0x[0-9a-f]+ refers to nobody, which nothing defines"):
        check(strip(codegen.run_codegen(text, "v3").object), everything())


def test_a_function_without_debug_info_is_found() -> None:
    text = emit(everything(), "v3")
    text = re.sub(r"(define [^\n]*@shared\([^\n]*) !dbg !\d+ \{(.*?)\n\}", lambda found: found[1] + " {" + re.sub(
        r", !dbg !\d+", "", found[2]) + "\n}", text, count=1, flags=re.DOTALL)
    with pytest.raises(InternalError, match="shared has no function information"):
        check(strip(codegen.run_codegen(text, "v3").object), everything())


def test_a_global_without_type_is_found() -> None:
    text = re.sub(r"(@level = [^\n]*), !dbg !\d+", r"\1", emit(everything(), "v3"))
    with pytest.raises(InternalError, match=r"level is in \.data, but BTF does not say so"):
        check(strip(codegen.run_codegen(text, "v3").object), everything())


def test_what_is_not_in_the_object_is_found() -> None:
    more = everything()
    more.maps.append(map_of("forgotten", 1, types.U32, types.U32))
    assert finding(None, more) == "forgotten should be in .maps, and is in no section"
    more = everything()
    more.functions.append(program("forgotten").give(s32(0)))
    assert finding(None, more) == "forgotten is not in the object"


def test_an_impossible_path_is_found() -> None:
    """LLVM knows that nobody writes through None, and what cannot happen it leaves out."""
    body = program()
    never = ir.Constant(pointer(types.U32), 0)
    body.store(never, u32(1))
    with pytest.raises(InternalError, match=r"xdp\+0x0 is a trap: LLVM took the path to it for impossible"):
        backend.generate(module(body.give(s32(2))))


def test_a_function_that_runs_on_is_found() -> None:
    data = backend.generate(everything()).data
    symbol = next(symbol for symbol in ElfFile(data).symbols if symbol.name == "prog")
    last = ElfFile(data).sections[symbol.section].offset + symbol.size - 8
    assert finding(lambda before: before[:last] + b"\xb7" + before[last + 1 :]) == \
        "prog runs beyond its end: LLVM took its last path for impossible"


def test_a_wrong_line_is_found() -> None:
    elsewhere = SourceFile.of(SOURCE.path, SOURCE.display, SOURCE.text.replace("größe", "weite"))
    built = everything()
    for function in built.functions:
        function.span = replace(function.span, source=elsewhere)
        for block in function.blocks:
            for item in (*block.instructions, block.terminator):
                assert item is not None
                item.span = replace(item.span, source=elsewhere)
    found = finding(None, built)
    assert found.startswith("xdp+0x0 shows") and found.endswith("as line 1 of handmade.py") and "größe 1" in found
