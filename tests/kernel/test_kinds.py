"""A program of every kind: it compiles to the section of the table, checkers accept it, and this kernel takes it."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file
from pybpfc.tables.program_kinds import all_kinds, section_of
from pybpfc_runtime import features
from pybpfc_runtime.sections import match_section
from support.machine import REPOSITORY

PROGRAM = Path(__file__).parent / "programs" / "every_kind.py"
# They need another object: the program whose function they replace, the table that they are in.
ELSEWHERE = {"freplace"}
# Kernels of virtual machines may forbid programs that are called from functions.
PATCHING = {"fentry", "fexit", "fmod_ret", "lsm", "lsm_cgroup", "fentry_s", "fexit_s", "fmod_ret_s", "lsm_s"}
KINDS = {kind.decorator: kind for kind in all_kinds()}


@functools.cache
def compiled() -> bytes:
    return compile_file(str(PROGRAM)).data


def function(decorator: str) -> str:
    return f"on_{decorator.rstrip('_')}"


def test_every_kind_is_there() -> None:
    spec = rt.ObjectSpec.from_bytes(compiled())
    assert set(spec.programs) == {function(each) for each in KINDS}


@pytest.mark.parametrize("decorator", sorted(KINDS))
def test_section_and_types(decorator: str) -> None:
    """The compiler's table and the loader's agree about what the section means."""
    kind = KINDS[decorator]
    program = rt.ObjectSpec.from_bytes(compiled()).programs[function(decorator)]
    assert program.section.startswith(section_of(kind, ()))
    matched = match_section(program.section)
    assert matched is not None and matched[0] is program.kind and program.program_type is not None
    assert program.program_type.name == kind.program_type
    assert (program.expected_attach_type.name if program.expected_attach_type is not None else "") == kind.attach_type
    assert bool(program.flags & 16) == kind.sleepable  # BPF_F_SLEEPABLE


@pytest.mark.usefixtures("privileged")
@pytest.mark.parametrize("decorator", sorted(KINDS))
def test_this_kernel_takes_it(decorator: str) -> None:
    kind = KINDS[decorator]
    spec = rt.ObjectSpec.from_bytes(compiled())
    for program in spec.programs.values():
        program.autoload = program.name == function(decorator)
    if decorator in ELSEWHERE:
        with pytest.raises(rt.SpecError):
            spec.load()
        return
    release = tuple(int(part) for part in os.uname().release.split(".")[:2])
    if release < tuple(map(int, kind.since.split("."))):
        with pytest.raises(rt.BpfError):
            spec.load()
        return
    try:
        spec.load().close()
    except rt.PermissionDenied:
        assert decorator in PATCHING
    except rt.NotSupportedByKernel:
        program = spec.programs[function(decorator)]
        assert program.program_type is not None
        assert not features.loads_program_type(program.program_type, program.expected_attach_type or 0)


def test_checkers_accept_every_decorator(tmp_path: Path) -> None:
    environment = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    configuration = str(REPOSITORY / "pyproject.toml")
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--config-file", configuration, "--cache-dir",
                           str(tmp_path), str(PROGRAM)], cwd=REPOSITORY, capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    done = subprocess.run([sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable,
                           str(PROGRAM)], cwd=REPOSITORY, capture_output=True, text=True, check=False, env=environment)
    assert [item["message"] for item in json.loads(done.stdout)["generalDiagnostics"]
            if item["severity"] == "error"] == []
