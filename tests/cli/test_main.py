"""Exit statuses, usage errors, bugs and interruptions: what holds for every command."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from pathlib import Path

import pytest
from samples import source, span

import pybpfc_runtime
from pybpfc.cli import main
from pybpfc.compiler.errors import InternalError


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """A compiler under the test's control, in place of the real one."""
    module = types.ModuleType("pybpfc.compiler.pipeline")
    module.Options = lambda **given: given  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pybpfc.compiler.pipeline", module)
    return module


def raising(error: BaseException) -> object:
    def fail(*_: object) -> object:
        raise error

    return fail


def test_version_and_help_do_not_import_the_compiler() -> None:
    script = ("import sys; from pybpfc.cli import main;"
              "status = [main([option]) for option in ('--version', '--help')];"
              "heavy = [name for name in sys.modules if name.startswith(('pybpfc.compiler', 'llvmlite', 'elftools'))];"
              "sys.exit(f'{status} {heavy}' if any(status) or heavy else 0)")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"pybpfc {pybpfc_runtime.__version__}\nusage: pybpfc")


def test_python_m(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "pybpfc", "--version"], capture_output=True, text=True, check=True,
                          cwd=tmp_path)
    assert done.stdout == f"pybpfc {pybpfc_runtime.__version__}\n"


@pytest.mark.parametrize(("arguments", "message"), [
    ([], "required: COMMAND"),
    (["frobnicate"], "invalid choice: 'frobnicate'"),
    (["build"], "required: prog.py"),
    (["build", "prog.py"], "name the object file with -o prog.o, or a stage to print with --emit"),
    (["build", "prog.py", "-o", "prog.o", "--cpu", "v9"], "invalid choice: 'v9'"),
    (["build", "prog.py", "--emit", "wasm"], "invalid choice: 'wasm'"),
    (["check"], "required: prog.py"),
    (["explain"], "required: CODE"),
    (["run", "prog.py", "--duration", "soon"], "--duration: invalid"),
])
def test_usage(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: pybpfc") and message in err


def test_the_program_is_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                          capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "prog.py").write_text("x = 1\n")
    monkeypatch.chdir(tmp_path)
    assert main(["build", "prog.py", "-o", "./prog.py"]) == 2
    assert "would replace the program itself" in capsys.readouterr().err
    assert (tmp_path / "prog.py").read_text() == "x = 1\n"


def test_a_bug_is_called_one(compiler: types.ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    compiler.compile_file = raising(KeyError("r7"))  # type: ignore[attr-defined]
    assert main(["build", "prog.py", "-o", "prog.o"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("pybpfc: this is a bug in pybpfc, not in your program: KeyError: 'r7'\n")
    assert "  at pybpfc/cli/build.py:" in err
    assert "  while working on prog.py\n" in err
    assert "Traceback" not in err
    assert not os.path.exists("prog.o")


def test_a_bug_names_the_line_of_the_program(compiler: types.ModuleType, capsys: pytest.CaptureFixture[str],
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    text = source("a = 1\n    b = a + 1\n")
    compiler.compile_file = raising(InternalError("no type", span(text, "a + 1")))  # type: ignore[attr-defined]
    monkeypatch.setenv("PYBPFC_TRACEBACK", "1")
    assert main(["build", "prog.py", "-o", "prog.o"]) == 1
    err = capsys.readouterr().err
    assert "  while working on prog.py:2:9: b = a + 1\n" in err
    assert "Traceback (most recent call last)" in err


def test_a_bug_in_one_file_does_not_hide_the_others(compiler: types.ModuleType,
                                                    capfd: pytest.CaptureFixture[str]) -> None:
    def check_file(path: str, _: object) -> tuple[()]:
        if path == "bad.py":
            raise KeyError("r7")
        if path == "quits.py":
            os._exit(9)
        return ()

    compiler.check_file = check_file  # type: ignore[attr-defined]
    assert main(["check", "good.py", "bad.py", "quits.py"]) == 1
    assert capfd.readouterr() == ("", (
        "error: this is a bug in pybpfc, not in your program: KeyError: 'r7'\n --> bad.py\n\n"
        "error: importing it ended the process with exit status 9: keep such code behind the `__main__` guard\n"
        " --> quits.py\n\n2 errors\n"))


def test_interrupted(compiler: types.ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    compiler.compile_file = raising(KeyboardInterrupt())  # type: ignore[attr-defined]
    assert main(["build", "prog.py", "-o", "prog.o"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_btf_file_that_is_not_there(compiler: types.ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    compiler.compile_file = raising(AssertionError("not reached"))  # type: ignore[attr-defined]
    assert main(["build", "prog.py", "-o", "prog.o", "--btf", "nowhere.btf"]) == 1
    assert capsys.readouterr().err == ("pybpfc: error: cannot read the BTF file nowhere.btf; the running kernel's is "
                                       "/sys/kernel/btf/vmlinux\n")


def in_shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", "-c", command.replace("pybpfc", f"{sys.executable} -m pybpfc", 1)], text=True,
                          capture_output=True, check=False, timeout=60, cwd=folder)


@pytest.mark.parametrize("command", ["explain BPF2012", "check good.py", "check --json good.py",
                                     "build good.py --emit ir"])
def test_output_that_takes_nothing(tmp_path: Path, command: str) -> None:
    (tmp_path / "good.py").write_text("from pybpfc import xdp, xdp_md\n\n\n@xdp\ndef go(ctx: xdp_md) -> int:\n"
                                      "    return 2\n")
    full = in_shell(f"pybpfc {command} >/dev/full", tmp_path)
    assert (full.returncode, full.stdout) == (1, "")
    assert full.stderr == "pybpfc: error: cannot write to standard output: No space left on device\n"
    closed = in_shell(f"pybpfc {command} >&-", tmp_path)
    assert (closed.returncode, closed.stderr) == (1, "pybpfc: error: standard output is closed\n")


def test_closed_streams_that_nobody_needs(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("from pybpfc import xdp, xdp_md\n\n\n@xdp\ndef go(ctx: xdp_md) -> int:\n"
                                     "    return nothing\n")
    (tmp_path / "good.py").write_text((tmp_path / "bad.py").read_text().replace("nothing", "2"))
    assert in_shell("pybpfc build good.py -o good.o >&-", tmp_path).returncode == 0
    assert in_shell("pybpfc build good.py -o good.o <&- >&- 2>&-", tmp_path).returncode == 0
    done = in_shell("pybpfc build bad.py -o bad.o 2>&-", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", ""), "what is meant for standard error goes nowhere"


def test_ctrl_c_while_the_commands_are_imported(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n\n\nclass Interrupting:\n    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'pybpfc.cli.run':\n            raise KeyboardInterrupt\n\n\n"
        "sys.meta_path.insert(0, Interrupting())\n")
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    done = subprocess.run([sys.executable, "-m", "pybpfc", "--help"], capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": path}, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
