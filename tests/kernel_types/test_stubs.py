"""`pybpfc gen`: the stubs are right, checkers accept them, and those that ship are what the generator writes."""

from __future__ import annotations

import ast
import gzip
import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc
from pybpfc import kernel_btf
from pybpfc.kernel_stubs import stubs
from pybpfc.kernel_types import KernelTypes
from pybpfc.tables.generate import kernel_types as generator
from pybpfc.tables.generate import kfuncs
from pybpfc_runtime.btf.index import IndexedBtf
from support.machine import REPOSITORY, run
from support.machine import pybpfc as command

Make = Callable[[str], bytes]
PROGRAM = '''
from pybpfc.vmlinux import rq, sched_entity as entity, pid_type, PIDTYPE_TGID, pid_t
from pybpfc import vmlinux
from pybpfc.helpers import bpf_ktime_get_ns
from pybpfc.kfuncs import bpf_rcu_read_unlock
import pybpfc.vmlinux as kernel

def function(queue: rq, other: kernel.cfs_rq, number: pid_t, kind: pid_type) -> int:
    later: vmlinux.rt_rq = queue.rt
    one: entity = other.curr
    now: int = bpf_ktime_get_ns()
    bpf_rcu_read_unlock()
    queue.cfs.nothing  # refused
    if kind == PIDTYPE_TGID and other.curr is not None:
        return queue.nr_running + other.curr.on_rq + number
    return later.rt_nr_running + one.vruntime + now
'''


def test_those_that_ship_are_made_of_the_snapshot() -> None:
    assert generator.STUBS.read_text() == generator.render(), "run python -m pybpfc.tables.generate.kernel_types"


def test_kernel_functions_that_ship_are_made_of_the_snapshot() -> None:
    shipped = (generator.STUBS.parent / "kfuncs.pyi").read_text()
    assert shipped == kfuncs.render(), "run python -m pybpfc.tables.generate.kernel_types"
    data = gzip.decompress(Path(kernel_btf.SNAPSHOT).read_bytes())
    assert generator.pack(data) == generator.pack(data)
    assert len(IndexedBtf(data)) > 100_000


def test_fields(made: Make) -> None:
    kernel = KernelTypes(IndexedBtf(made("""
        typedef unsigned short __be16; typedef int pid_t; enum e { E_A, E_B = 5 };
        struct other { int x; }; struct unknown { int x; };
        struct s { pid_t pid; __be16 port; struct other *other; struct unknown *unknown; struct other in; char *text;
            void *any; char name[8]; int array[3]; struct other *many[2]; union { int a; struct { int b; }; };
            struct { int deep; } named; enum e kind; int class; struct s *next; _Bool yes; } s;""")), "types")
    text = stubs(kernel, ["s", "other", "pid_t", "e", "E_B"], command="a test")
    tree = ast.parse(text)
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    fields = {node.target.id: ast.unparse(node.annotation) for node in classes["s"].body  # type: ignore[union-attr]
              if isinstance(node, ast.AnnAssign)}
    assert fields == {
        "pid": "s32", "port": "be16", "other": "_other | Any", "unknown": "Any", "in_": "_other", "text": "Ptr[u8]",
        "any": "u64", "name": "Str", "array": "Array[s32]", "many": "Array[_other | Any]", "a": "s32", "b": "s32",
        "named": "_named_t", "kind": "e", "class_": "s32", "next": "s | Any", "yes": "bool"}
    assert "_other: TypeAlias = other" in text
    assert "E_B = 5" in text and "E_B: Final = 5" in text and "pid_t: TypeAlias = s32" in text
    assert "def __getattr__(name: str) -> Any: ..." in text


def test_names_that_python_or_the_language_has(made: Make) -> None:
    kernel = KernelTypes(IndexedBtf(made("""
        typedef _Bool bool; typedef unsigned long long u64; struct class { bool yes; u64 number; };
        enum answer { NO, YES }; typedef enum answer answer_t; typedef struct class class_t;
        struct all { struct class in; enum answer one; answer_t other; class_t last; } all;""")), "types")
    text = stubs(kernel, ["class", "bool", "u64", "answer", "answer_t", "class_t"], command="a test")
    tree = ast.parse(text)
    assert [node.name for node in tree.body if isinstance(node, ast.ClassDef)] == ["class_", "answer"]
    assert text.count("YES: Final") == 1
    assert "answer_t: TypeAlias = answer" in text and "class_t: TypeAlias = class_" in text
    assert "u64 as u64" in text and "bool as bool" in text and "bool: TypeAlias" not in text
    assert kernel.lookup("class_") is kernel.lookup("class")


def mypy(folder: Path, *files: Path, python: Path | None = None) -> str:
    interpreter = ["--python-executable", str(python)] if python else []
    done = run(sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", folder / "mypy",
               *interpreter, *files, cwd=folder)
    return done.stdout


def test_generated_stubs_pass_the_checkers(tmp_path: Path) -> None:
    names = ("task_struct,sk_buff,rq,bpf_map_type,net_device,tcp_sock,page,BPF_MAP_TYPE_HASH,pid_t,atomic_t,"
             "irqreturn,irqreturn_t,class,bool,u64,__u32")
    done = command("gen", "vmlinux", "--types", names, "-o", tmp_path / "vmlinux.pyi")
    assert done.returncode == 0, done.stderr
    assert mypy(tmp_path, tmp_path / "vmlinux.pyi") == ""
    (tmp_path / "pyrightconfig.json").write_text(json.dumps({
        "typeCheckingMode": "strict", "reportPrivateUsage": False, "include": ["vmlinux.pyi"],
        "extraPaths": [str(REPOSITORY), str(REPOSITORY / "runtime")]}))
    assert pyright(tmp_path) == []


def pyright(folder: Path, *options: str) -> list[tuple[str, int]]:
    """Errors as (rule, line)."""
    done = subprocess.run([sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, *options,
                           "--project", str(folder)], capture_output=True, text=True, cwd=folder, check=False,
                          env={**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"})
    return [(item.get("rule", item["message"]), item["range"]["start"]["line"] + 1)
            for item in json.loads(done.stdout)["generalDiagnostics"] if item["severity"] == "error"]


REFUSED = PROGRAM.splitlines().index("    queue.cfs.nothing  # refused") + 1


def test_stubs_of_a_program_in_pyright(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    done = command("gen", "stubs", tmp_path / "program.py", "-o", tmp_path / "typings")
    assert done.returncode == 0, done.stderr
    (tmp_path / "pyrightconfig.json").write_text(json.dumps({
        "stubPath": "typings", "include": ["program.py"],
        "extraPaths": [str(REPOSITORY), str(REPOSITORY / "runtime")]}))
    assert set(pyright(tmp_path)) == {("reportAttributeAccessIssue", REFUSED)}


def test_stubs_of_a_program_in_mypy(tmp_path: Path) -> None:
    """mypy looks for stub packages among installed packages only."""
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(environment), "platbase": str(environment)}))
    (packages / "pybpfc.pth").write_text(f"{REPOSITORY}\n{REPOSITORY / 'runtime'}\n")
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    done = command("gen", "stubs", program, "-o", packages)
    assert done.returncode == 0, done.stderr
    found = mypy(tmp_path, program, python=environment / "bin" / "python")
    assert [line.split(":")[1] for line in found.splitlines()] == [str(REFUSED)], found
    assert '"cfs_rq" has no attribute "nothing"' in found


@pytest.mark.parametrize(("arguments", "status", "words"), [
    (("gen", "vmlinux", "--types", "task_strct"), 1, "did you mean task_struct"),
    (("gen", "vmlinux", "--types", " , "), 2, "names no type"),
    (("gen", "vmlinux", "--btf", "missing.btf"), 1, "cannot read the BTF file missing.btf"),
    (("gen", "vmlinux", "--btf", "program.py"), 1, "magic number"),
    (("gen", "vmlinux", "-o", "no/such/folder.pyi"), 1, "its folder does not exist"),
    (("gen", "stubs", "missing.py", "-o", "typings"), 1, "missing.py: No such file"),
    (("gen", "stubs", "broken.py", "-o", "typings"), 1, "correct the program first"),
    (("gen", "stubs", "program.py", "-o", "typings"), 1, "nothing is imported from pybpfc.vmlinux"),
    (("gen",), 2, "required: WHAT"),
])
def test_refused(arguments: tuple[str, ...], status: int, words: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("import os\n\nprint(os.name, 'and more than twenty-four bytes')\n")
    (tmp_path / "broken.py").write_text("def (:\n")
    done = command(*arguments, cwd=tmp_path)
    assert (done.returncode, words in done.stderr) == (status, True), done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "typings").exists()


def test_common_types_are_typed_where_nothing_is_generated(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        "from pybpfc.vmlinux import task_struct, no_stub_for_this\n"
        "def function(task: task_struct, other: no_stub_for_this) -> int:\n"
        "    task.nothing\n"
        "    return task.real_parent.tgid + (task.mm.total_vm if task.mm is not None else 0)\n")
    found = mypy(tmp_path, tmp_path / "program.py")
    assert [line.split(":")[1] for line in found.splitlines() if "error" in line and "nothing" in line] == ["3"], found
    assert Path(str(pybpfc.__file__)).with_name("vmlinux.pyi") == generator.STUBS
