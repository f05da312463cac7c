"""The code generator's process: failures reported, crashes survived, the same bytes each time."""

from __future__ import annotations

import gc
import os
import re
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import pytest
from handmade import SOURCE, Body, at, map_of, module, pointer, program, s32, u64

from pybpfc.compiler import backend, types
from pybpfc.compiler.backend import codegen
from pybpfc.compiler.errors import InternalError
from pybpfc.compiler.ir import module as ir
from pybpfc.compiler.source import SourceFile
from pybpfc.compiler.types import Space, StructType
from pybpfc_runtime import layout
from support.machine import REPOSITORY

TRIPLE = 'target triple = "bpfel"\n'


def simple() -> ir.Module:
    counts = map_of("counts", 1, types.U32, types.U64)
    body = program()
    found = body.lookup(counts, 1, types.U64, s32(2))
    body.add(ir.Atomic(types.VOID, body.next(), ir.AtomicOperator.ADD, found, u64(1), used=False))
    return module(body.give(s32(2)), maps=(counts,))


def relocatable() -> ir.Module:
    """A second such module in one process makes LLVM crash."""
    task = layout.LayoutBuilder()
    task.add("tgid", layout.S32)
    struct = StructType(task.finish("task_struct"))
    body = Body("core", {"ctx": pointer(types.U64, Space.CONTEXT)}, section="raw_tracepoint/sys_enter")
    current = body.helper("bpf_get_current_task_btf", pointer(struct, Space.TRUSTED))
    body.give(body.load(body.field(current, struct, "tgid", relocatable=True), types.S32))
    return module(body.function)


def with_stack(size: int) -> ir.Module:
    body = program()
    slot = body.slot("buffer", types.ArrayType(types.U8, size))
    body.helper("bpf_get_current_comm", types.S64, slot, ir.Constant(types.U32, size))
    return module(body.give(s32(2)))


def test_too_much_stack() -> None:
    with pytest.raises(backend.CodegenFailure, match="stack limit is exceeded") as caught:
        backend.generate(with_stack(600))
    assert caught.value.function == "prog"
    assert backend.generate(with_stack(496)).data


def test_more_than_five_arguments_name_their_line() -> None:
    callee = Body("callee", {f"argument_{number}": types.U64 for number in range(6)}, types.U64,
                  linkage=ir.Linkage.GLOBAL, line=200)
    callee.give(callee.parameter(5))
    body = program(line=20)
    values = [body.helper("bpf_ktime_get_ns", types.U64) for _ in range(6)]
    call = body.call(callee.function, *values)
    with pytest.raises(backend.CodegenFailure) as caught:
        backend.generate(module(body.give(body.convert(ir.Conversion.TRUNCATE, call, types.S32)), callee.function))
    assert (caught.value.file, caught.value.message) == (SOURCE.display, "too many arguments")
    assert caught.value.line == call.span.line  # type: ignore[attr-defined]


@pytest.mark.parametrize("cpu", codegen.CPUS)
def test_a_failure_leaves_the_next_module_alone(cpu: str) -> None:
    before = backend.generate(simple(), cpu).data
    with pytest.raises(backend.CodegenFailure):
        backend.generate(with_stack(600), cpu)
    assert backend.generate(simple(), cpu).data == before


def test_modules_in_a_row() -> None:
    objects = [backend.generate(built()).data for built in (relocatable, simple, relocatable, relocatable, simple)]
    assert objects[0] == objects[2] == objects[3]
    assert objects[1] == objects[4]
    assert objects[0] != objects[1]


def test_the_same_bytes_in_another_process() -> None:
    """Neither hash seeds nor addresses get into the object."""
    script = ("import hashlib, sys; sys.path[:0] = sys.argv[1:]; import test_codegen; "
              "from pybpfc.compiler import backend; "
              "print(hashlib.sha256(backend.generate(test_codegen.simple()).data).hexdigest())")
    folders = [str(REPOSITORY / "tests"), str(Path(__file__).parent)]
    digests = {subprocess.run([sys.executable, "-c", script, *folders], capture_output=True, text=True, check=True,
                              env={**os.environ, "PYTHONHASHSEED": seed}).stdout for seed in ("1", "2")}
    assert len(digests) == 1


def test_invalid_text_is_our_bug() -> None:
    with pytest.raises(InternalError, match="does not accept the module"):
        codegen.run_codegen(f"{TRIPLE}define i32 @f() {{ ret i64 0 }}", "v3")


def test_dropped_debug_info_is_our_bug() -> None:
    """LLVM only warns, and would give an object without BTF."""
    callee = Body("callee", {"value": types.S32}, linkage=ir.Linkage.STATIC, line=200)
    callee.give(callee.parameter())
    body = program()
    text = backend.generate(module(body.give(body.call(callee.function, s32(1))), callee.function)).llvm
    broken = re.sub(r"(call i32 @callee\([^\n]*), !dbg !\d+", r"\1", text)
    assert broken != text
    with pytest.raises(InternalError, match="LLVM drops the debug info"):
        codegen.run_codegen(broken, "v3")


def test_a_crash_of_llvm_is_reported() -> None:
    with pytest.raises(backend.CodegenFailure, match="LLVM gave up"):
        codegen.run_codegen(f"{TRIPLE}define void @f() {{\n call void asm sideeffect \"no such thing\", \"\"()\n"
                            " ret void\n}\n", "v3")
    assert backend.generate(simple()).data


def test_floating_point_is_reported() -> None:
    with pytest.raises(backend.CodegenFailure, match="__adddf3"):
        codegen.run_codegen(f"{TRIPLE}define double @f(double %x) {{\n %y = fadd double %x, %x\n ret double %y\n}}\n",
                            "v3")


def test_unknown_cpu() -> None:
    with pytest.raises(ValueError, match="'v9' is no BPF instruction set; there are v1, v2, v3, v4"):
        codegen.run_codegen("", "v9")


def test_a_dead_worker_is_replaced() -> None:
    expected = backend.generate(simple()).data
    os.kill(codegen._worker._pid, signal.SIGKILL)
    time.sleep(0.05)
    assert backend.generate(simple()).data == expected


def test_llvm_stays_out_of_this_process() -> None:
    script = ("import sys; sys.path[:0] = sys.argv[1:]; import test_codegen; from pybpfc.compiler import backend; "
              "backend.generate(test_codegen.simple()); assert 'llvmlite' not in sys.modules")
    folders = [str(REPOSITORY / "tests"), str(Path(__file__).parent)]
    subprocess.run([sys.executable, "-W", "error", "-c", script, *folders], check=True)


def test_threads_take_turns() -> None:
    expected = backend.generate(simple()).data
    objects: list[bytes] = []
    threads = [threading.Thread(target=lambda: objects.append(backend.generate(simple()).data)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert objects == [expected] * 4


def test_a_forked_child_starts_its_own_worker() -> None:
    expected = backend.generate(simple()).data
    child = os.fork()
    if child == 0:
        os._exit(0 if codegen._worker._pid == 0 and backend.generate(simple()).data == expected else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert backend.generate(simple()).data == expected


def test_the_worker_ends_with_its_parent() -> None:
    script = ("import os, sys; from pybpfc.compiler.backend import codegen; codegen.start_early(); "
              "print(codegen._worker._pid); sys.stdout.flush(); os.kill(os.getpid(), 9)")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    worker = int(done.stdout)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and _is_alive(worker):
        time.sleep(0.02)
    assert not _is_alive(worker)


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # its parent was killed: whoever inherited it may be slow to wait


def test_a_process_that_ignores_its_children() -> None:
    script = ("import signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); sys.path[:0] = sys.argv[1:]; "
              "import test_codegen; from pybpfc.compiler import backend; backend.generate(test_codegen.simple())")
    folders = [str(REPOSITORY / "tests"), str(Path(__file__).parent)]
    subprocess.run([sys.executable, "-W", "error", "-c", script, *folders], check=True, timeout=60)


def test_nothing_is_left_open() -> None:
    backend.generate(simple())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gc.collect()  # what other tests of this process left to it is none of this test's
        before = len(os.listdir("/proc/self/fd"))
        pid = codegen._worker._pid
        backend.stop()
        gc.collect()
        assert len(os.listdir("/proc/self/fd")) == before - 2
    assert not Path(f"/proc/{pid}").exists()
    backend.start_early()
    assert codegen._worker._pid not in (0, pid)


def test_optimised_text_on_request() -> None:
    generated = backend.generate(simple(), optimised=True)
    assert "define dso_local i32 @prog" in generated.llvm
    assert generated.optimised is not None
    assert "alloca i64" not in generated.optimised
    assert backend.generate(simple()).optimised is None


def test_sources_with_anything_in_them() -> None:
    """Whatever stands in the source file, it is quoted in the object as it is."""
    text = "def prog(ctx): return '\u2028\\x00 %s \\' \"\x0c\t🐝'\n" * 3
    span = at(2, source=SourceFile.of("/x/odd \"name\".py", "odd \"name\".py", text))
    local = ir.Local("ctx", pointer(types.U64, Space.CONTEXT))
    function = ir.Function("prog", ir.Linkage.PROGRAM, "xdp", (ir.Parameter("ctx", local.type, local),), types.S32,
                           [ir.Block("start", [], ir.Return(span, s32(2)))], [local], [], span)
    assert text.split("\n")[0].encode() in backend.generate(module(function)).data
