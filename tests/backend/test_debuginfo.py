"""Debug info, read back from the object's BTF by bpftool and by a second reader."""

from __future__ import annotations

import enum
import io
import json
from pathlib import Path
from typing import Any

import pytest
from elftools.elf.elffile import ELFFile
from handmade import SK_BUFF, SOURCE, XDP_MD, Body, at, map_of, module, pointer, program, s32, u32

from pybpfc.compiler import backend, types
from pybpfc.compiler.backend.emit import emit
from pybpfc.compiler.errors import InternalError
from pybpfc.compiler.ir import module as ir
from pybpfc.compiler.source import SourceFile
from pybpfc.compiler.types import Space, StructType
from pybpfc_runtime import layout
from support import btf_ext
from support.machine import check, needs_tool


class Verdict(enum.IntEnum):
    ALLOW = 0
    DENY = 7


class Far(enum.IntEnum):
    AWAY = 1 << 40


def btf_of(built: ir.Module, folder: Path) -> list[dict[str, Any]]:
    """The types of the compiled module by bpftool; the type of id n is at n - 1."""
    path = folder / "module.o"
    path.write_bytes(backend.generate(built).data)
    types_: list[dict[str, Any]] = json.loads(check(needs_tool("bpftool"), "-j", "btf", "dump", "file", path))["types"]
    return types_


def c_name(found: list[dict[str, Any]], type_id: int) -> str:
    """A type as C writes it, typedefs resolved one step: `__be16=__u16`."""
    if type_id == 0:
        return "void"
    type_ = found[type_id - 1]
    kind, name = type_["kind"], type_["name"]
    if kind == "PTR":
        return f"{c_name(found, type_['type_id'])} *"
    if kind == "ARRAY":
        return f"{c_name(found, type_['type_id'])} [{type_['nr_elems']}]"
    if kind in ("CONST", "VOLATILE"):
        return f"{kind.lower()} {c_name(found, type_['type_id'])}"
    if kind == "TYPEDEF":
        return f"{name}={found[type_['type_id'] - 1]['name']}"
    return name if kind == "INT" else f"{kind.lower()} {name}"


def named(found: list[dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    matching = [type_ for type_ in found if type_["kind"] == kind and type_["name"] == name]
    assert len(matching) == 1, f"{len(matching)} times {kind} {name}"
    return matching[0]


def members(found: list[dict[str, Any]], struct: dict[str, Any]) -> list[tuple[str, str, int, int]]:
    """Name, type, bit offset and bit field size of each member."""
    return [(member["name"], c_name(found, member["type_id"]), member["bits_offset"],
             member.get("bitfield_size", 0)) for member in struct["members"]]


def every_kind_of_field() -> StructType:
    union = layout.LayoutBuilder(is_union=True)
    union.add("word", layout.U32)
    union.add("half", layout.BE16)
    node = layout.LayoutBuilder()
    for type_ in (layout.U8, layout.U16, layout.U32, layout.U64, layout.S8, layout.S16, layout.S32, layout.S64,
                  layout.BE16, layout.BE32, layout.BE64, layout.BOOL):
        node.add(type_.name, type_)
    node.add("low", layout.U8, bits=3)
    node.add("high", layout.U8, bits=5)
    node.add("verdict", layout.EnumType(Verdict, layout.U32))
    node.add("far", layout.EnumType(Far, layout.U64))
    node.add("text", layout.StringType(16))
    node.add("table", layout.ArrayType(layout.ArrayType(layout.U16, 3), 2))
    node.add("", union.finish("nameless"))
    node.add("lock", layout.OpaqueType("bpf_spin_lock", 4, 4))
    node.add("timer", layout.OpaqueType("bpf_timer", 16, 8))
    node.add("next", layout.PointerType(None))
    struct = node.finish("node")
    struct.fields[-1].type = layout.PointerType(struct)
    struct.fields[-1].name = "next"
    return StructType(struct)


def test_struct_members_read_like_c(tmp_path: Path) -> None:
    struct = every_kind_of_field()
    found = btf_of(module(program().give(s32(2)), maps=(map_of("m", 1, types.U32, struct),)), tmp_path)
    node = named(found, "STRUCT", "node")
    offsets = {field.name: field.bit_offset if field.bits else field.offset * 8 for field in struct.layout.fields}
    assert node["size"] == struct.size
    assert members(found, node) == [
        ("u8", "__u8=unsigned char", offsets["u8"], 0), ("u16", "__u16=unsigned short", offsets["u16"], 0),
        ("u32", "__u32=unsigned int", offsets["u32"], 0), ("u64", "__u64=unsigned long long", offsets["u64"], 0),
        ("s8", "__s8=signed char", offsets["s8"], 0), ("s16", "__s16=short", offsets["s16"], 0),
        ("s32", "__s32=int", offsets["s32"], 0), ("s64", "__s64=long long", offsets["s64"], 0),
        ("be16", "__be16=__u16", offsets["be16"], 0), ("be32", "__be32=__u32", offsets["be32"], 0),
        ("be64", "__be64=__u64", offsets["be64"], 0), ("bool", "_Bool", offsets["bool"], 0),
        ("low", "__u8=unsigned char", offsets["low"], 3), ("high", "__u8=unsigned char", offsets["high"], 5),
        ("verdict", "enum Verdict", offsets["verdict"], 0), ("far", "enum64 Far", offsets["far"], 0),
        ("text", "char [16]", offsets["text"], 0), ("table", "__u16=unsigned short [3] [2]", offsets["table"], 0),
        ("(anon)", "union (anon)", offsets[""], 0), ("lock", "struct bpf_spin_lock", offsets["lock"], 0),
        ("timer", "struct bpf_timer", offsets["timer"], 0), ("next", "struct node *", offsets["next"], 0),
    ]  # fmt: skip
    assert offsets["high"] == offsets["low"] + 3
    assert [(v["name"], v["val"]) for v in named(found, "ENUM", "Verdict")["values"]] == [("ALLOW", 0), ("DENY", 7)]
    assert [(v["name"], v["val"]) for v in named(found, "ENUM64", "Far")["values"]] == [("AWAY", 1 << 40)]
    assert named(found, "STRUCT", "bpf_timer")["size"] == 16


def test_prototypes(tmp_path: Path) -> None:
    struct = every_kind_of_field()
    callee = Body("callee", {"where": pointer(struct, Space.STACK), "count": types.U16, "strict": types.BOOL,
                             "letter": pointer(types.U8, Space.STACK)},
                  types.U64, linkage=ir.Linkage.GLOBAL, line=50)
    callee.give(ir.Constant(types.U64, 0))
    nothing = Body("nothing", {"value": types.S32}, types.VOID, linkage=ir.Linkage.STATIC, line=60)
    nothing.helper("bpf_get_smp_processor_id", types.U32)
    nothing.give(None)
    body = program()
    body.call(nothing.function, s32(1))
    found = btf_of(module(body.give(s32(2)), callee.function, nothing.function), tmp_path)

    def prototype(name: str) -> tuple[str, list[tuple[str, str]], str]:
        function = named(found, "FUNC", name)
        proto = found[function["type_id"] - 1]
        return (c_name(found, proto["ret_type_id"]),
                [(p["name"], c_name(found, p["type_id"])) for p in proto["params"]], function["linkage"])

    assert prototype("prog") == ("int", [("ctx", "struct xdp_md *")], "global")
    assert prototype("callee") == ("__u64=unsigned long long", [
        ("where", "struct node *"), ("count", "__u16=unsigned short"), ("strict", "_Bool"),
        ("letter", "__u8=unsigned char *")], "global")
    assert prototype("nothing") == ("void", [("value", "__s32=int")], "static")


def test_contexts_as_uapi_declares_them(tmp_path: Path) -> None:
    frame = program("tc_prog", SK_BUFF, "tc")
    found = btf_of(module(program().give(s32(2)), frame.give(s32(0))), tmp_path)
    assert [member[:3] for member in members(found, named(found, "STRUCT", "xdp_md"))] == [
        (field.name, "__u32=unsigned int", field.offset * 8) for field in XDP_MD.row.fields]
    by_name = {member[0]: member[1:3] for member in members(found, named(found, "STRUCT", "__sk_buff"))}
    assert by_name["cb"] == ("__u32=unsigned int [5]", 48 * 8)
    assert by_name["protocol"] == ("__u32=unsigned int", 16 * 8)
    assert by_name["remote_ip4"] == ("__be32=__u32", 92 * 8)
    assert by_name["sk"] == ("fwd bpf_sock *", 168 * 8)
    assert by_name["tstamp"] == ("__u64=unsigned long long", 152 * 8)


def test_globals_and_sections(tmp_path: Path) -> None:
    globals_ = [ir.GlobalVariable(name, type_, section, bytes(type_.size), at(900), section == ".rodata")
                for name, type_, section in (("limit", types.U32, ".rodata"), ("seen", types.U64, ".bss"),
                                             ("label", types.StringType(8), ".data"), ("table", types.ArrayType(
                                                 every_kind_of_field(), 2), ".data.tables"))]
    text = b"%d\0"
    body = program()
    address = body.add(ir.StringAddress(pointer(types.StringType(3), Space.GLOBAL), body.next(), text))
    body.helper("bpf_trace_printk", types.S64, address, u32(3), ir.Constant(types.U64, 1))
    built = module(body.give(s32(2)), maps=(map_of("m", 1, types.U32, types.BE32),), variables=tuple(globals_))
    found = btf_of(built, tmp_path)
    sections = {type_["name"]: [found[var["type_id"] - 1] for var in type_["vars"]] for type_ in found
                if type_["kind"] == "DATASEC"}
    assert {name: [(var["name"], c_name(found, var["type_id"]), var["linkage"]) for var in variables]
            for name, variables in sections.items() if name != ".maps"} == {
        ".rodata": [("limit", "const volatile __u32=unsigned int", "global"),
                    ("string.0", "const char [3]", "static")],
        ".bss": [("seen", "__u64=unsigned long long", "global")],
        ".data": [("label", "char [8]", "global")],
        ".data.tables": [("table", "struct node [2]", "global")],
        "license": [("LICENSE", "char [4]", "global")],
    }
    assert [var["name"] for var in sections[".maps"]] == ["m"]
    definition = found[sections[".maps"][0]["type_id"] - 1]
    assert [member[:2] for member in members(found, definition)] == [
        ("type", "int [1] *"), ("key", "__u32=unsigned int *"), ("value", "__be32=__u32 *"),
        ("max_entries", "int [4] *")]


def test_only_used_members_of_relocatable_structs(tmp_path: Path) -> None:
    part = layout.LayoutBuilder()
    part.add("big", layout.ArrayType(layout.U64, 4))
    task = layout.LayoutBuilder()
    for number in range(50):
        task.add(f"other_{number}", layout.PointerType(None))
    task.add("part", part.finish("untouched"))
    task.add("tgid", layout.S32)
    task.add("mm", layout.PointerType(part.finish("mm_struct")))
    struct = StructType(task.finish("task_struct"))
    body = Body("core", {"ctx": pointer(types.U64, Space.CONTEXT)}, section="raw_tracepoint/sys_enter")
    current = body.helper("bpf_get_current_task_btf", pointer(struct, Space.TRUSTED))
    body.load(body.field(current, struct, "part", relocatable=True), types.U64, volatile=True)
    body.load(body.field(current, struct, "mm", relocatable=True), types.U64, volatile=True)
    body.give(body.load(body.field(current, struct, "tgid", relocatable=True), types.S32))
    found = btf_of(module(body.function), tmp_path)
    assert [member[:2] for member in members(found, named(found, "STRUCT", "task_struct"))] == [
        ("part", "struct untouched"), ("tgid", "__s32=int"), ("mm", "fwd mm_struct *")]
    assert members(found, named(found, "STRUCT", "untouched")) == []


def test_lines_are_the_sources(tmp_path: Path) -> None:
    """An inlined body is of another file; tabs, quotes and letters beyond ASCII survive."""
    other = SourceFile.of("/elsewhere/helpers.py", "lib/helpers.py", "first\r\n  zweite ñ \"x\\\"\r\n" * 3)
    body = program()
    index = body.context("ingress_ifindex", types.U32)
    body.add(ir.Opaque(types.U32, at(2, 3, other), index))
    body.add(ir.Opaque(types.U32, at(4, 2000, other), index))
    data = backend.generate(module(body.give(s32(2)))).data
    lines = btf_ext.read(ELFFile(io.BytesIO(data))).lines["xdp"]
    assert {line.file for line in lines} <= {"handmade.py", "lib/helpers.py"}
    for line in lines:
        text = SOURCE.text.split("\n")[line.line - 1] if line.file == "handmade.py" else '  zweite ñ "x\\"'
        assert line.text == text
    assert any(line.file == "handmade.py" for line in lines)


def test_two_files_of_one_name_keep_their_lines() -> None:
    twin = SourceFile.of("/elsewhere/handmade.py", "handmade.py", "something else\n" * 1000)
    body = program()
    callee = Body("callee", {"value": types.S32}, linkage=ir.Linkage.GLOBAL, line=50)
    callee.function.span = at(50, source=twin)
    callee.block.terminator = ir.Return(at(51, source=twin), callee.parameter())
    for instruction in callee.block.instructions:
        instruction.span = at(51, source=twin)
    data = backend.generate(module(body.give(s32(2)), callee.function)).data
    texts = {name: {line.text for line in lines}
             for name, lines in btf_ext.read(ELFFile(io.BytesIO(data))).lines.items()}
    assert texts[".text"] == {"something else"}
    assert "something else" not in texts["xdp"]


def test_the_folder_of_the_source_does_not_matter() -> None:
    def text(folder: str) -> bytes:
        source = SourceFile.of(f"{folder}/prog.py", "prog.py", "import pybpfc\n\ndef prog(ctx): return 2\n")
        span = at(3, source=source)
        local = ir.Local("ctx", pointer(XDP_MD, Space.CONTEXT))
        function = ir.Function("prog", ir.Linkage.PROGRAM, "xdp", (ir.Parameter("ctx", local.type, local),), types.S32,
                               [ir.Block("start", [], ir.Return(span, s32(2)))], [local], [], span)
        return backend.generate(module(function)).data

    assert text("/first") == text("/second/folder")
    assert b"/first" not in text("/first")


def test_an_argument_needs_a_name() -> None:
    body = Body("prog", {"": pointer(XDP_MD, Space.CONTEXT)})
    body.give(s32(0))
    with pytest.raises(InternalError, match="argument 1 of prog has no name"):
        emit(module(body.function), "v3")
