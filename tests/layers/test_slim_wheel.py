"""The loader alone: its wheel, in a fresh environment without the compiler, LLVM or pyelftools, loads an object."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from support import clang
from support.machine import REPOSITORY, capabilities, check

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


def test_a_host_without_the_compiler(wheel: Path, tmp_path: Path) -> None:
    check(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    [site] = (tmp_path / "venv" / "lib").glob("python3.*/site-packages")
    zipfile.ZipFile(wheel).extractall(site)
    target = clang.build(SOURCE, tmp_path / "xdp_count.o", SOURCE.parent)
    load = ["load"] if "CAP_BPF" in capabilities() else []
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([python, "-c", SCRIPT, target, *load], capture_output=True, text=True, check=False,
                          env=environment, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert str(tmp_path) in done.stdout.splitlines()[-1]
    assert "SEC('xdp')" in done.stdout
    if load:
        assert "0xc0000201 1 28 PASSED first" in done.stdout


def test_import_stays_light() -> None:
    """What `import pybpfc_runtime` pulls in, beyond the interpreter: nothing but the package itself."""
    script = ("import sys; sys.path.insert(0, sys.argv[1]); before = set(sys.modules); import pybpfc_runtime; "
              "print(*sorted(set(sys.modules) - before))")
    loaded = check(sys.executable, "-S", "-c", script, REPOSITORY / "runtime")
    assert loaded.split() == ["__future__", "pybpfc_runtime"]
