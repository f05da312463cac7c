"""Mistakes that everybody makes: each gives one clear message with what to do, status 1, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.machine import EXAMPLES, capabilities, needs_tool, pybpfc

HEAD = '''from pybpfc import XDP_PASS, Array, HashMap, Struct, u8, u32, u64, xdp, xdp_md
from typing import Annotated

LICENSE = "GPL"
seen = HashMap[u32, u64](max_entries=8)

'''

# name: program, words that the message must hold
WRONG_PROGRAMS = {
    "syntax_error": ("def broken(:\n    pass\n", ("syntax_error.py:1:",)),
    "raises_on_import": ("LICENSE = 'GPL'\nraise OSError('no such device')\n",
                         ("raises_on_import.py:2", "OSError", "no such device")),
    "no_programs": (HEAD, ("no_programs.py", "program", "@xdp")),
    "undefined_name": (HEAD + '''@xdp
def program(ctx: xdp_md) -> int:
    return undefined_verdict
''', ("undefined_name.py:9:12", "undefined_verdict")),
    "missing_none_check": (HEAD + '''@xdp
def program(ctx: xdp_md) -> int:
    count = seen.lookup(1)
    count.value += 1
    return XDP_PASS
''', ("missing_none_check.py:10:", "None", "count")),
    "type_error": (HEAD + '''@xdp
def program(ctx: xdp_md) -> int:
    seen.update("not a number", 1)
    return XDP_PASS
''', ("type_error.py:9:", "u32")),
    "large_stack": (HEAD + '''class Large(Struct):
    data: Annotated[Array[u8], 600]


large = HashMap[u32, Large](max_entries=8)


@xdp
def program(ctx: xdp_md) -> int:
    value = Large.zero()
    large.update(1, value)
    return XDP_PASS
''', ("large_stack.py:", "608 bytes of stack", "per-CPU array")),
}


def assert_one_clear_message(done: subprocess.CompletedProcess[str], *words: str) -> None:
    text = done.stderr
    assert done.returncode == 1, f"status {done.returncode}\n{done.stdout}{text}"
    assert "Traceback" not in text
    assert text.count("error[BPF") == 1, f"one message, please:\n{text}"
    assert "help:" in text, f"it does not say what to do:\n{text}"
    for word in words:
        assert word in text, f"{word!r} is not in:\n{text}"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that any user may enter, unlike pytest's."""
    made = Path(tempfile.mkdtemp(prefix="pybpfc-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def left_in(folder: Path) -> list[str]:
    """The files in a folder but for the byte code that importing the program leaves."""
    return sorted(path.name for path in folder.iterdir() if path.name != "__pycache__")


@pytest.mark.parametrize("command", ["build", "check"])
@pytest.mark.parametrize("name", WRONG_PROGRAMS)
def test_wrong_program(name: str, command: str, folder: Path) -> None:
    program, words = WRONG_PROGRAMS[name]
    (folder / f"{name}.py").write_text(program)
    output = ["-o", "out.o"] if command == "build" else []
    done = pybpfc(command, f"{name}.py", *output, cwd=folder)
    assert_one_clear_message(done, *words)
    assert left_in(folder) == [f"{name}.py"]


def test_failed_build_keeps_the_old_object(folder: Path) -> None:
    (folder / "wrong.py").write_text(WRONG_PROGRAMS["undefined_name"][0])
    (folder / "wrong.o").write_bytes(b"the last good object")
    assert pybpfc("build", "wrong.py", "-o", "wrong.o", cwd=folder).returncode == 1
    assert (folder / "wrong.o").read_bytes() == b"the last good object"
    assert left_in(folder) == ["wrong.o", "wrong.py"]


@pytest.mark.parametrize("command", ["build", "check", "run"])
def test_missing_file(command: str, folder: Path) -> None:
    output = ["-o", "out.o"] if command == "build" else []
    done = pybpfc(command, "nowhere.py", *output, cwd=folder)
    assert_one_clear_message(done, "nowhere.py")
    assert left_in(folder) == []


def test_missing_interface(folder: Path, privileged: None) -> None:
    done = pybpfc("run", EXAMPLES / "xdp_count.py", "--interface", "nowhere7", "--duration", "1", cwd=folder)
    assert_one_clear_message(done, "nowhere7")
    assert left_in(folder) == []


def unprivileged() -> list[str]:
    """The start of a command that runs the rest without privileges: as nobody, where nobody may run this Python."""
    setpriv = needs_tool("setpriv")
    if os.geteuid() != 0:
        return []
    nobody = [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups"]
    try:
        # setpriv itself still has root's capabilities when it executes Python: ask whether Python may start Python
        code = "import subprocess, sys, pybpfc; subprocess.run([sys.executable, '-c', 'import pybpfc'], check=True)"
        done = subprocess.run([*nobody, sys.executable, "-c", code], check=False, capture_output=True, cwd="/")
    except OSError:
        done = None
    if done is not None and done.returncode == 0:
        return nobody
    return [setpriv, "--bounding-set=-all", "--inh-caps=-all"]


@pytest.mark.skipif(not capabilities(), reason="the tests have no privileges to give up")
def test_no_privileges(folder: Path) -> None:
    program = folder / "xdp_count.py"
    shutil.copy(EXAMPLES / "xdp_count.py", program)
    program.chmod(0o644)
    command = [*unprivileged(), sys.executable, "-m", "pybpfc", "run", "xdp_count.py", "--interface", "lo",
               "--duration", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder,
                          env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    assert_one_clear_message(done, "CAP_BPF")
    assert left_in(folder) == ["xdp_count.py"]


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def foreign(data: bytes) -> bytes:
    return data[:18] + (62).to_bytes(2, "little") + data[20:]  # EM_X86_64 in e_machine


def empty(data: bytes) -> bytes:
    return b""


@pytest.mark.parametrize(("damage", "word"), [(cut, "truncated"), (foreign, "x86"), (empty, "empty")],
                         ids=["truncated", "foreign", "empty"])
def test_damaged_object(damage: Callable[[bytes], bytes], word: str, example: Callable[[str], Path],
                        folder: Path) -> None:
    import pybpfc_runtime as rt

    path = folder / "damaged.o"
    path.write_bytes(damage(example("xdp_count").read_bytes()))
    descriptors = sorted(os.listdir("/proc/self/fd"))
    with pytest.raises(rt.BpfError) as caught:
        rt.ObjectSpec.open(str(path))
    assert sorted(os.listdir("/proc/self/fd")) == descriptors
    assert "damaged.o" in str(caught.value)
    assert word in str(caught.value).lower()
    assert caught.value.help


def test_run_of_a_damaged_object(example: Callable[[str], Path], folder: Path) -> None:
    """`pybpfc run` takes a program's source; an object given by mistake is named as that."""
    (folder / "object.o").write_bytes(example("xdp_count").read_bytes())
    done = pybpfc("check", "object.o", cwd=folder)
    assert_one_clear_message(done, "object.o")
