"""Rows of `make bench`: one small program by pybpfc, by clang and by other front ends that take Python.

PythonBPF (from PyPI, with LLVM's llc) is put into an environment of its own. BCC is not among them: it compiles where
it runs and wants the headers of the running kernel, which test machines rarely have.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from elftools.elf.elffile import ELFFile
from measure import REPOSITORY, Row, interleaved, peak_memory, process, spread

from support import clang
from support.machine import other_interpreters

PROGRAMS = Path(__file__).with_name("programs")
LLVM = Path("/usr/lib/llvm-22/bin")  # where Debian has llc and opt under the names that PythonBPF calls
ENVIRONMENT = REPOSITORY / ".venvs" / "pythonbpf"


def rows(folder: Path, have_clang: bool) -> list[Row]:
    """Whole-process time, memory and size of the code; the others as far as they are there."""
    ours = folder / "count_calls.o"
    source = PROGRAMS / "count_calls.py"
    commands: dict[str, list[str | Path]] = {
        "pybpfc": [sys.executable, "-m", "pybpfc", "build", source, "-o", ours]}
    objects = {"pybpfc": ours}
    if have_clang:
        objects["clang-22"] = folder / "count_calls.clang.o"
        commands["clang-22"] = list(clang.command(PROGRAMS / "count_calls.bpf.c", objects["clang-22"], folder))
    python = _pythonbpf()
    if python is not None:
        copy = folder / "count_calls_pythonbpf.py"
        shutil.copy(PROGRAMS / copy.name, copy)
        objects["PythonBPF"] = copy.with_suffix(".o")
        commands["PythonBPF"] = ["env", f"PATH={LLVM}:{os.environ['PATH']}", python, copy]
    times = interleaved({name: process(command) for name, command in commands.items()})
    median = {name: statistics.median(samples) for name, samples in times.items()}
    made = []
    for name, command in commands.items():
        made += [Row(f"count_calls: {name}", median[name], "ms", spread(times[name])),
                 Row(f"count_calls: {name}, peak memory", peak_memory(command), "MiB"),
                 Row(f"count_calls: {name}, instruction slots", _slots(objects[name]), "")]
    made += [Row(f"count_calls: pybpfc / {name}, time", median["pybpfc"] / median[name], "x")
             for name in commands if name != "pybpfc"]
    return made


def _pythonbpf() -> str | None:
    """The interpreter of an environment that has PythonBPF, made where it is missing; None where it cannot be."""
    python = ENVIRONMENT / "bin" / "python"
    if not (LLVM / "llc").exists():
        print(f"no comparison with PythonBPF: {LLVM}/llc is missing", file=sys.stderr)
        return None
    if not python.exists():
        newest = max(other_interpreters().items(), key=lambda item: tuple(map(int, item[0].split("."))), default=None)
        if newest is None or tuple(map(int, newest[0].split("."))) < (3, 12):
            print("no comparison with PythonBPF: its source is for Python 3.12 and later", file=sys.stderr)
            return None
        subprocess.run([newest[1], "-m", "venv", "--clear", ENVIRONMENT], check=True)
    if subprocess.run([python, "-c", "import pythonbpf"], check=False, capture_output=True).returncode:
        done = subprocess.run([python, "-m", "pip", "install", "--quiet", "pythonbpf"], check=False,
                              capture_output=True, text=True)
        if done.returncode:
            print(f"no comparison with PythonBPF: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
            return None
    return str(python)


def _slots(path: Path) -> int:
    """Instructions of all programs, a 64-bit immediate counted twice as the kernel does."""
    with path.open("rb") as file:
        return sum(section["sh_size"] for section in ELFFile(file).iter_sections()
                   if section["sh_type"] == "SHT_PROGBITS" and section["sh_flags"] & 4) // 8
