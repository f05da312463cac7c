"""`from pybpfc.vmlinux import ...`: what each kind of name becomes, and what is said about one that is not there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Any

import pytest

import pybpfc.vmlinux
from pybpfc import be32, kernel_btf, s32, u64
from pybpfc.compiler.pipeline import Options, compile_file
from pybpfc.kernel_types import KernelTypes
from pybpfc_runtime import layout
from pybpfc_runtime.btf import types
from pybpfc_runtime.btf.index import IndexedBtf
from pybpfc_runtime.layout import ArrayType, EnumType, LazyStructType, PointerType, StringType, StructType
from pybpfc_runtime.values import DeclarationError

Make = Callable[[str], bytes]


def struct(name: str) -> StructType:
    found = getattr(pybpfc.vmlinux, name).__pybpfc_type__
    assert isinstance(found, StructType)
    return found


def test_structs() -> None:
    from pybpfc.vmlinux import task_struct

    assert isinstance(task_struct, type)
    assert task_struct.__pybpfc_kernel__ == "task_struct"
    assert task_struct.__bases__ == (object,)
    assert (task_struct | None) is not None
    assert task_struct is pybpfc.vmlinux.task_struct
    with pytest.raises(TypeError, match="declare a Struct for data of its own"):
        task_struct()
    described = struct("task_struct")
    assert described.kernel and not described.is_union
    assert described.by_name["pid"].type is layout.S32
    assert isinstance(described.by_name["comm"].type, StringType)
    assert described.by_name["comm"].type.count == 16
    assert described.by_name["sched_reset_on_fork"].bits == 1
    parent = described.by_name["real_parent"].type
    assert isinstance(parent, PointerType)
    assert parent.target is described, "one type is one object"


def test_layouts_agree_with_btf() -> None:
    kernel = kernel_btf.current()
    for name in ("task_struct", "sk_buff", "sock", "file", "net_device", "bpf_map", "page", "inode", "tcp_sock"):
        type_id = kernel.btf.find(types.BTF_KIND_STRUCT, name)
        assert type_id is not None
        raw, described = kernel.btf.type(type_id), struct(name)
        assert isinstance(raw, types.Struct)
        assert (described.size, len(described.fields)) == (raw.size, len(raw.members))
        assert described.size % described.align == 0
        for field, member in zip(described.fields, raw.members, strict=True):
            assert field.name == member.name
            assert field.bits == member.bits
            assert (field.bit_offset if field.bits else field.offset * 8) == member.bit_offset
            assert field.type.size == kernel.btf.size_of(member.type)


def test_nothing_is_looked_up_before_it_is_used(made: Make) -> None:
    kernel = KernelTypes(IndexedBtf(made("struct far { int x; }; struct near { struct far *far; struct far in; } n;")),
                         "types")
    near = kernel.lookup("near").__pybpfc_type__
    assert isinstance(near, LazyStructType)
    assert not any(_is_set(near, name) for name in ("fields", "size", "align"))
    assert near.size == 16
    assert not _is_set(near.by_name["in_"].type, "fields"), "its size is needed, its members are not"


def _is_set(described: Any, attribute: str) -> bool:
    try:
        object.__getattribute__(described, attribute)
    except AttributeError:
        return False
    return True


def test_members_of_every_kind(made: Make) -> None:
    kernel = KernelTypes(IndexedBtf(made("""
        typedef unsigned short __be16; typedef unsigned __wsum; typedef struct { int counter; } atomic_t;
        struct unseen; enum e { E_A, E_B };
        struct s {
            __be16 port; __wsum sum; atomic_t count; char *text; void *any; int (*call)(int); struct unseen *unseen;
            enum e kind; struct { int x; }; union { long y; struct { char z; } inner; }; long class; char name[8];
            unsigned char address[6]; int low : 5; unsigned high : 3; _Bool yes; __int128 wide; int tail[];
        } s;""")), "types")
    found = kernel.lookup("s").__pybpfc_type__.by_name
    assert (found["port"].type, found["sum"].type) == (layout.BE16, layout.BE32)
    assert (found["count"].type.name, found["count"].type.is_typedef) == ("atomic_t", True)
    assert kernel.lookup("atomic_t").__pybpfc_type__ is found["count"].type
    assert [found[name].type.target for name in ("text", "any", "call")] == [layout.U8, None, None]
    assert found["unseen"].type.target.name == "unseen"
    assert isinstance(found["kind"].type, EnumType)
    assert found["kind"].type.enum_class is kernel.lookup("e")
    assert found["class_"].name == "class"
    assert found["name"].type.size == 8 and isinstance(found["name"].type, StringType)
    assert isinstance(found["address"].type, ArrayType) and found["address"].type.is_bytes
    assert (found["low"].bits, found["high"].bits, found["low"].type.signed) == (5, 3, True)
    assert found["yes"].type is layout.BOOL
    assert found["wide"].type.size == 16
    assert (found["tail"].type.count, found["tail"].type.element) == (0, layout.S32)
    anonymous = [field for field in kernel.lookup("s").__pybpfc_type__.fields if not field.name]
    assert [field.type.is_union for field in anonymous] == [False, True]
    assert [field.type.name for field in anonymous] == ["", ""]
    assert all(field.type.kernel for field in anonymous)


def test_tags_of_pointers(made: Make) -> None:
    kernel = KernelTypes(IndexedBtf(made("""
        #define tag(x) __attribute__((btf_type_tag(#x)))
        struct s { char tag(user) *text; struct s tag(rcu) *next; int tag(percpu) *count; int *plain; } s;
        """)), "types")
    fields = kernel.lookup("s").__pybpfc_type__.by_name
    assert [fields[name].type.tag for name in ("text", "next", "count", "plain")] == ["user", "rcu", "percpu", ""]
    assert fields["text"].type.target is layout.U8


def test_contexts_of_tracepoints() -> None:
    args = struct("trace_event_raw_sys_enter").by_name["args"].type
    assert isinstance(args, ArrayType)
    assert (args.count, args.element) == (6, layout.U64)
    tail = struct("filename").by_name["iname"].type
    assert isinstance(tail, ArrayType)
    assert (tail.count, tail.element) == (0, layout.U8)


def test_typedefs_enums_and_constants() -> None:
    from pybpfc.vmlinux import BPF_MAP_TYPE_HASH, __be32, bpf_map_type, pid_t, size_t

    assert (pid_t, size_t, __be32) == (s32, u64, be32)
    assert issubclass(bpf_map_type, IntEnum)
    assert BPF_MAP_TYPE_HASH is bpf_map_type.BPF_MAP_TYPE_HASH
    assert BPF_MAP_TYPE_HASH == 1
    assert pybpfc.vmlinux.bool is bool  # type: ignore[attr-defined]


def test_a_struct_comes_before_everything_else(made: Make) -> None:
    kernel = KernelTypes(IndexedBtf(made("struct both { int a; } x; typedef long both; both y; enum e { E } e;"
                                         "typedef struct both other; other z;")), "types")
    assert isinstance(kernel.lookup("both").__pybpfc_type__, StructType)
    assert kernel.lookup("other") is kernel.lookup("both"), "a typedef of a struct is the struct"


def twice(one: types.BtfType, other: types.BtfType) -> KernelTypes:
    from pybpfc_runtime.btf.encode import encode_btf

    integers = [types.Int("int", 4, types.INT_SIGNED, 0, 32), types.Int("long", 8, types.INT_SIGNED, 0, 64)]
    return KernelTypes(IndexedBtf(encode_btf(types.Btf([types.Void(), *integers, one, other], b"\0"))), "a kernel")


def test_duplicates_that_differ_are_refused_and_shown() -> None:
    kernel = twice(types.Struct("s", 4, [types.Member("a", 1, 0, 0)]),
                   types.Struct("s", 8, [types.Member("a", 2, 0, 0)]))
    with pytest.raises(DeclarationError) as caught:
        kernel.lookup("s")
    assert "int a;" in str(caught.value) and "long a;" in str(caught.value)
    assert "class s(KernelStruct)" in str(caught.value)
    constants = twice(types.Enum("one", 4, False, [("C", 1)]), types.Enum("two", 4, False, [("C", 2)]))
    with pytest.raises(DeclarationError, match="C = 1 in enum one and C = 2 in enum two"):
        constants.lookup("C")
    assert constants.lookup("two").C == 2


def test_duplicates_that_agree_are_one() -> None:
    member = types.Member("a", 1, 0, 0)
    kernel = twice(types.Struct("s", 4, [member]), types.Struct("s", 4, [member]))
    assert kernel.lookup("s").__pybpfc_type__.size == 4


def test_function_types_have_no_values(made: Make) -> None:
    kernel = KernelTypes(IndexedBtf(made("typedef int handler(int); struct s { handler *call; } s;")), "types")
    with pytest.raises(DeclarationError, match="only pointers to it"):
        kernel.lookup("handler")
    assert kernel.lookup("s").__pybpfc_type__.by_name["call"].type.target is None


def test_unknown_names() -> None:
    with pytest.raises(ImportError, match="did you mean task_struct"):
        from pybpfc.vmlinux import task_strct  # noqa: F401
    with pytest.raises(AttributeError, match="did you mean task_struct"):
        _ = pybpfc.vmlinux.task_strct
    with pytest.raises(ImportError, match="macros are not in BTF"):
        from pybpfc.vmlinux import ZZ_NO_SUCH_THING  # noqa: F401
    assert not hasattr(pybpfc.vmlinux, "task_strct")
    assert not hasattr(pybpfc.vmlinux, "__wrapped__")


def test_another_file(made: Make, tmp_path: Path) -> None:
    path = tmp_path / "other.btf"
    path.write_bytes(made("struct task_struct { long only_here; } t;"))
    kernel_btf.use(path)
    assert [field.name for field in struct("task_struct").fields] == ["only_here"]
    kernel_btf.use(None)
    assert "only_here" not in struct("task_struct").by_name
    kernel_btf.use(tmp_path / "missing")
    with pytest.raises(FileNotFoundError):
        _ = pybpfc.vmlinux.task_struct


def test_the_snapshot_serves_where_the_kernel_shows_no_types(monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
                                                             cache_home: Path) -> None:
    monkeypatch.setattr(kernel_btf, "VMLINUX", str(tmp_path / "missing"))
    monkeypatch.setattr(kernel_btf, "_opened", {})
    for _ in range(2):  # unpacked, then from the cache
        kernel_btf._opened.clear()
        assert kernel_btf.current().source == kernel_btf.SNAPSHOT
        assert {"pid", "comm", "real_parent"} <= set(struct("task_struct").by_name)
    assert len(list((cache_home / "pybpfc").iterdir())) == 2
    assert Path(kernel_btf.SNAPSHOT).stat().st_size < 2 << 20


def test_the_compiler_is_not_needed() -> None:
    code = "from pybpfc.vmlinux import task_struct\nimport sys\nprint('llvmlite' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_field_that_is_called_as_two_structs(tmp_path: Path) -> None:
    """The kernel has two structs `console`; a field of that name does not ask for either."""
    program = tmp_path / "program.py"
    program.write_text("""
from pybpfc import Struct, cast, core_read, syscall, u64, vmlinux


class Request(Struct):
    address: u64


LICENSE = "GPL"


@syscall
def prog(request: Request) -> int:
    return core_read(cast(vmlinux.tty_port, request.address).console)
""")
    with pytest.raises(DeclarationError, match="several types called console"):
        kernel_btf.snapshot().types.lookup("console")
    assert compile_file(str(program), Options(btf=kernel_btf.SNAPSHOT)).data
