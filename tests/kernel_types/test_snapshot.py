"""The types that ship with the package: made of kernels with different options, for what the running one lacks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc.kfuncs
import pybpfc.vmlinux
from pybpfc import kernel_btf, kernel_functions
from pybpfc.compiler.diagnostics.diagnostic import CompileError
from pybpfc.compiler.diagnostics.types import UnknownField
from pybpfc.compiler.pipeline import Options, compile_file
from pybpfc.tables.generate.merge import merged
from pybpfc_runtime.btf import types
from pybpfc_runtime.btf.decode import decode_btf
from pybpfc_runtime.btf.encode import encode_btf
from pybpfc_runtime.btf.index import IndexedBtf
from support.machine import EXAMPLES
from support.machine import pybpfc as command

Make = Callable[[str], bytes]

FIRST = """
struct other; struct shared { int a; struct other *other; }; enum both { BOTH };
struct shared use; enum both both; int there(struct shared *s) { return 0; }
"""
SECOND = """
struct shared { long a, b; }; struct other { struct shared *back; }; enum both { BOTH_OF_ANOTHER };
union only { struct other in; int b[3]; struct only_in *unknown; const volatile char *text; }; typedef union only
only_t; only_t use; enum both both; enum { A_CONSTANT = 5 };
typedef int (*callback_t)(union only *, enum both); callback_t f;
__attribute__((btf_decl_tag("bpf_kfunc"))) int callable(struct shared *s, only_t *o) { return 0; }
int there(long changed) { return 0; } int not_callable(void) { return 0; }
"""


def test_merging(made: Make) -> None:
    first, second = decode_btf(made(FIRST)), decode_btf(made(SECOND))
    whole = IndexedBtf(encode_btf(merged(first, second)), "both")
    kernel = kernel_btf.KernelBtf("both", whole)

    def described(kind: int, name: str) -> str:
        found, = [number for number in whole.ids_named(name) if whole.kind_of(number) == kind]
        return kernel.types.describe(found)

    assert described(types.BTF_KIND_STRUCT, "shared") == (
        "struct shared { /* 16 bytes */\n    int a; /* bit 0 */\n    other * other; /* bit 64 */\n}")
    assert "BOTH_OF_ANOTHER" not in described(types.BTF_KIND_ENUM, "both"), "what the first has is the first's"
    assert "struct shared * back;" in described(types.BTF_KIND_STRUCT, "other")
    assert described(types.BTF_KIND_UNION, "only").count("\n") == 5
    back = whole.type(whole.find(types.BTF_KIND_STRUCT, "other") or 0)
    assert isinstance(back, types.Struct)
    assert whole.resolve(whole.resolve(back.members[0].type)[1].type)[0] == whole.find(  # type: ignore[union-attr]
        types.BTF_KIND_STRUCT, "shared"), "references lead to the first's"
    assert kernel_functions._tagged(kernel) == {whole.find(types.BTF_KIND_FUNC, "callable")}
    assert whole.find(types.BTF_KIND_FUNC, "not_callable") is None
    assert whole.find(types.BTF_KIND_TYPEDEF, "callback_t") is not None
    shown = kernel_functions.prototype("there", kernel)
    assert shown is not None and "struct shared *" in shown.shown
    again = decode_btf(encode_btf(merged(decode_btf(bytes(encode_btf(merged(first, second)))), second)))
    assert len(again.types) == len(whole) + 1, "what is there is not added again"


@pytest.fixture
def other_kernel(made: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A running kernel that has next to nothing."""
    path = tmp_path / "vmlinux"
    path.write_bytes(made("struct task_struct { int pid; long only_here; } t;"))
    monkeypatch.setattr(kernel_btf, "VMLINUX", str(path))
    monkeypatch.setattr(kernel_btf, "_opened", {})
    return path


def test_it_serves_what_the_running_kernel_lacks(other_kernel: Path) -> None:
    assert "only_here" in pybpfc.vmlinux.task_struct.__pybpfc_type__.by_name
    assert "enqueue" in pybpfc.vmlinux.sched_ext_ops.__pybpfc_type__.by_name
    assert pybpfc.vmlinux.SCX_DSQ_LOCAL == 1 << 63 | 2
    with pytest.raises(AttributeError, match=f"{other_kernel}"):
        _ = pybpfc.vmlinux.no_such_struct
    kernel_btf.use(other_kernel)  # chosen, this file alone counts
    with pytest.raises(AttributeError, match="sched_ext_ops"):
        _ = pybpfc.vmlinux.sched_ext_ops
    kernel_btf.use("snapshot")
    assert "scx" in pybpfc.vmlinux.task_struct.__pybpfc_type__.by_name


def test_tables_of_other_kernels(other_kernel: Path) -> None:
    """The scheduler compiles where the running kernel has none; no member of a task of that is asked for."""
    data = compile_file(str(EXAMPLES / "scx_fifo.py")).data
    assert b"scx_bpf_dsq_insert" in data and b"scx_bpf_dispatch" in data


def test_a_field_that_other_kernels_have(other_kernel: Path, tmp_path: Path) -> None:
    program = tmp_path / "weight.py"
    program.write_text("""
from pybpfc import StructOpsMap, struct_ops
from pybpfc.vmlinux import sched_ext_ops, task_struct

LICENSE = "GPL"


@struct_ops
def running(p: task_struct) -> None:
    p.scx.dsq_vtime += 1


ops = StructOpsMap[sched_ext_ops](values={"running": running, "name": "weight"})
""")
    with pytest.raises(CompileError, match="no field `scx`") as caught:
        compile_file(str(program))
    field, = caught.value.diagnostics
    assert isinstance(field, UnknownField)
    assert field.way_out.startswith(f"{other_kernel} lacks it, other kernels have it")
    assert "--btf snapshot" in field.way_out
    done = command("build", program, "--btf", "snapshot", "-o", tmp_path / "weight.o")
    assert done.returncode == 0, done.stderr
    with pytest.raises(CompileError, match="sched_ext_ops"):
        compile_file(str(program), Options(btf=str(other_kernel)))


def test_functions_that_were_renamed(made: Make, tmp_path: Path) -> None:
    """Each has the type of the name that the kernel knows it by."""
    old = tmp_path / "old"
    old.write_bytes(made("""
        struct task_struct; void scx_bpf_dispatch(struct task_struct *p, long of_the_old) { }
        _Bool scx_bpf_consume(unsigned long dsq_id) { return 0; }"""))
    assert pybpfc.kfuncs.scx_bpf_dispatch.__doc__ == (
        "void scx_bpf_dispatch(struct task_struct *p, u64 dsq_id, u64 slice, u64 enq_flags)")
    kernel_btf.use(old)
    signature = kernel_functions.callable_signature("scx_bpf_dispatch")
    assert signature is not None and signature.prototype.parameters[1][0] == "of_the_old"
    renamed = kernel_functions.callable_signature("scx_bpf_dsq_insert")
    assert renamed is not None and renamed.kernel.source == kernel_btf.SNAPSHOT
    with pytest.raises(AttributeError, match="scx_bpf_dispatched"):
        _ = pybpfc.kfuncs.scx_bpf_dispatched
