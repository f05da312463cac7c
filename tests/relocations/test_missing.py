"""What this kernel does not have is named with the program's line; a program that asks first does without it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from support import clang
from support.machine import pybpfc

from .conftest import LOADER

pytestmark = pytest.mark.usefixtures("privileged")

PROGRAM = Path(__file__).with_name("programs") / "missing.py"
NEXT = "test field_exists() before the access"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("missing") / "missing.o"
    done = pybpfc("build", PROGRAM, "-o", target)
    assert done.returncode == 0, done.stdout + done.stderr
    return target


@pytest.mark.parametrize(("name", "words", "line"), [
    ("missing_field", "byte_off of task_struct.tgid_that_never_was asks for",
     "field = core_read(task.tgid_that_never_was)"),
    ("missing_field_of_chain", "byte_off of mm_struct.total_vm_that_never_was asks for",
     "of_chain = core_read(task.real_parent.mm.total_vm_that_never_was)"),
    ("missing_field_loaded", "byte_off of task_struct.tgid_that_never_was asks for",
     "loaded = task.tgid_that_never_was"),
    ("missing_type", "byte_off of struct_that_never_was.member (it has no struct struct_that_never_was)",
     "of_type = u64(core_read(it.member))"),
    ("missing_enumerator", "enumval_value of pid_type___local.PIDTYPE_THAT_NEVER_WAS asks for",
     "facts = enum_value(pid_type___local.PIDTYPE_THAT_NEVER_WAS)"),
])
def test_what_is_missing_is_named(name: str, words: str, line: str, built: Path) -> None:
    spec = rt.ObjectSpec.open(built)
    for program in spec.programs.values():
        program.autoload = program.name == name
    with pytest.raises(rt.VerifierError) as caught:
        spec.load()
    assert f"this kernel, {os.uname().release}, does not have what CO-RE relocation {words}" in str(caught.value)
    assert caught.value.text.strip() == line
    assert PROGRAM.read_text().splitlines()[caught.value.line - 1].strip() == line
    assert (NEXT if "byte_off" in words else "test enum_value_exists() before the use") in caught.value.help


def test_guarded_the_other_branch_is_taken(built: Path) -> None:
    spec = rt.ObjectSpec.open(built)
    for program in spec.programs.values():
        program.autoload = program.name == "guarded"
    spec.rodata.only = os.getpid()
    with spec.load() as bpf, bpf.programs["guarded"].attach():
        os.stat("/")
        found = bpf.globals
        assert (found.field, found.loaded, found.of_type, found.facts) == (os.getpid(), os.getpid(), 7, 1 + (1 << 8))
        assert found.of_chain > 0, "the size of this process"


def test_on_the_command_line_the_python_line_is_shown(tmp_path: Path) -> None:
    done = pybpfc("run", PROGRAM, timeout=60)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "tgid_that_never_was" in done.stderr and "missing.py:" in done.stderr and NEXT in done.stderr


@pytest.mark.parametrize(("name", "words", "line"), [
    ("missing", "program calls_nothing: the types of this kernel, {release}, have no function "
                "kernel_function_without_a_kernel", "return kernel_function_without_a_kernel();"),
    ("externs", "program use_externs: the configuration of this kernel, {release}, does not set CONFIG_THAT_NEVER_WAS",
     "CONFIG_THAT_NEVER_WAS"),
])
def test_functions_and_configuration(name: str, words: str, line: str, tmp_path: Path) -> None:
    spec = rt.ObjectSpec.open(clang.build(LOADER / f"{name}.bpf.c", tmp_path / f"{name}.o", LOADER))
    if name == "externs":
        spec.externs["CONFIG_THAT_NEVER_WAS"] = spec.externs["CONFIG_THAT_NEVER_WAS"]._replace(weak=False)
    with pytest.raises(rt.KernelSymbolError) as caught:
        spec.load()
    assert words.format(release=os.uname().release) in caught.value.message
    assert "--> " in caught.value.message and line in caught.value.message.splitlines()[-1]
