"""The loader alone: its wheel, in a fresh environment without the compiler, LLVM or pyelftools, loads an object."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from support import clang
from support.machine import EXAMPLES, IN_GUESTS, REPOSITORY, capabilities, check

SOURCE = REPOSITORY / "tests" / "loader" / "c" / "xdp_count.bpf.c"

SCRIPT = """
import importlib.util, sys
for name in ("pybpfc", "llvmlite", "elftools", "typing_extensions"):
    assert importlib.util.find_spec(name) is None, f"{name} is there"
import pybpfc_runtime as rt
spec = rt.ObjectSpec.open(sys.argv[1])
print(rt.describe(spec))
if len(sys.argv) > 2:
    frame = bytes(12) + b"\\x08\\x00" + bytes.fromhex("4500001c0000000040110000c0000201c0000202") + bytes(8)
    with spec.load() as bpf:
        assert bpf.programs["count"].test_run(frame).return_value == 2
        [(source, seen)] = bpf.maps["sources"].items()
        print(f"{source:#x} {seen.packets} {seen.bytes} {seen.verdict.name} {seen.label}")
for name in rt.__all__:
    getattr(rt, name)
print(rt.__file__)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    check(sys.executable, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "-q", "-w", folder,
          REPOSITORY / "runtime")
    [made] = folder.glob("*.whl")
    return made


def test_the_wheel_holds_the_loader_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert wheel.name.startswith("pybpfc_runtime-")
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"pybpfc_runtime"}
    sources = {str(path.relative_to(REPOSITORY / "runtime")) for path in (REPOSITORY / "runtime").rglob("*.py")}
    assert sources <= set(names)
    assert "pybpfc_runtime/py.typed" in names


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment into which pip installed the wheel, and nothing else."""
    folder = tmp_path_factory.mktemp("host")
    check(sys.executable, "-m", "venv", "--without-pip", folder)
    check(sys.executable, "-m", "pip", "--python", folder / "bin/python", "install", "--quiet", "--no-deps", wheel)
    return folder / "bin/python"


def _alone(python: Path, tmp_path: Path, script: str, *arguments: str | Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([python, "-c", script, *arguments], capture_output=True, text=True, check=False,
                          env=environment, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert str(python.parent.parent) in done.stdout.splitlines()[-1]
    return done.stdout


def test_a_host_without_the_compiler(python: Path, tmp_path: Path) -> None:
    target = clang.build(SOURCE, tmp_path / "xdp_count.o", SOURCE.parent)
    load = ["load"] if "CAP_BPF" in capabilities() else []
    said = _alone(python, tmp_path, SCRIPT, target, *load)
    assert "SEC('xdp')" in said
    if load:
        assert "0xc0000201 1 28 PASSED first" in said


EXAMPLE = """
import sys, pybpfc_runtime as rt
for path in sys.argv[2:]:
    spec = rt.ObjectSpec.open(path)
    if sys.argv[1] == "load":
        spec.load().close()
frame = bytes(12) + b"\\x08\\x00" + bytes.fromhex("4500001c0000000040110000c0000201c0000202") + bytes(8)
if sys.argv[1] == "load":
    with rt.ObjectSpec.open(sys.argv[2]).load() as bpf:
        assert bpf.programs["count_by_source"].test_run(data=frame, repeat=3).return_value == 2
        print({f"{source:#x}": (seen.packets, seen.bytes) for source, seen in bpf.map("traffic").items()})
print(rt.__file__)
"""


def test_the_examples_on_such_a_host(python: Path, tmp_path: Path, example: Callable[[str], Path]) -> None:
    names = sorted(path.stem for path in EXAMPLES.glob("*.py") if path.stem not in IN_GUESTS | {"xdp_count"})
    what = "load" if "CAP_BPF" in capabilities() else "read"
    said = _alone(python, tmp_path, EXAMPLE, what, *map(example, ["xdp_count", *names]))
    if what == "load":
        assert "{'0xc0000201': (3, 84)}" in said


def test_import_stays_light() -> None:
    """What `import pybpfc_runtime` pulls in, beyond the interpreter: nothing but the package itself."""
    script = ("import sys; sys.path.insert(0, sys.argv[1]); before = set(sys.modules); import pybpfc_runtime; "
              "print(*sorted(set(sys.modules) - before))")
    loaded = check(sys.executable, "-S", "-c", script, REPOSITORY / "runtime")
    assert loaded.split() == ["__future__", "pybpfc_runtime"]
