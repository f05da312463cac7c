"""Programs in several folders whose modules are named alike, compiled by one process: each gets its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.diagnostics import CompileError
from pybpfc.compiler.pipeline import Options, compile_file
from pybpfc_runtime.testing import packet

pytestmark = pytest.mark.usefixtures("privileged")

PROGRAM = """from pybpfc import xdp, xdp_md, s32
{imported}
@xdp
def prog(ctx: xdp_md) -> s32:
    return {value}
"""


@pytest.fixture(autouse=True)
def modules(tmp_path: Path) -> Iterator[None]:
    """No module of a test stays in use after it."""
    yield
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(str(tmp_path)):
            del sys.modules[name]
    sys.modules.pop("common", None)


def write(folder: Path, **files: str) -> Path:
    """Files by their names, `_of_` before that of their folder; the path of prog.py."""
    for name, text in files.items():
        path = folder.joinpath(*reversed(name.split("_of_"))).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "prog.py"


def result(path: Path) -> int:
    """What the program of a file returns in the kernel."""
    spec = rt.ObjectSpec.from_bytes(compile_file(str(path), Options()).data, path.name)
    with spec.load() as bpf:
        return bpf.programs["prog"].test_run(data=packet()).return_value


def test_modules_of_two_folders(tmp_path: Path) -> None:
    for number in (1, 2, 1):
        path = write(tmp_path / str(number), prog=PROGRAM.format(imported="from util import LIMIT", value="LIMIT"),
                     util=f"LIMIT = {number}")
        assert result(path) == number
    assert sys.modules["util"].__file__ == str(tmp_path / "1" / "util.py")  # who imports it, and when, is not ours


def test_module_here_and_package_there(tmp_path: Path) -> None:
    alone = write(tmp_path / "alone", prog=PROGRAM.format(imported="import util", value="util.LIMIT"), util="LIMIT = 1")
    package = write(tmp_path / "package", prog=PROGRAM.format(imported="from util import deep", value="deep.LIMIT"),
                    __init___of_util="", deep_of_util="LIMIT = 2")
    for path, number in [(alone, 1), (package, 2), (alone, 1), (package, 2)]:
        assert result(path) == number


def test_packages_that_hold_the_program(tmp_path: Path) -> None:
    for number in (1, 2, 1):
        folder = tmp_path / str(number)
        write(folder, __init___of_tool="", limits_of_tool=f"LIMIT = {number}",
              prog_of_tool=PROGRAM.format(imported="from .limits import LIMIT", value="LIMIT"))
        assert result(folder / "tool" / "prog.py") == number


def test_folders_without_init(tmp_path: Path) -> None:
    for number in (1, 2, 1):
        path = write(tmp_path / str(number), limits_of_common=f"LIMIT = {number}",
                     prog=PROGRAM.format(imported="from common import limits", value="limits.LIMIT"))
        assert result(path) == number


def test_what_the_process_imported_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "own", util="LIMIT = 3")
    monkeypatch.syspath_prepend(str(tmp_path / "own"))
    own = __import__("util")
    path = write(tmp_path / "other", prog=PROGRAM.format(imported="from util import LIMIT", value="LIMIT"),
                 util="LIMIT = 2")
    assert result(path) == 2
    assert sys.modules["util"] is own

    # The same file is the same module: its classes are those that the process has.
    path = write(tmp_path / "own", prog=PROGRAM.format(imported="import util", value="util.LIMIT"))
    assert result(path) == 3
    assert sys.modules["util"] is own


def test_edited_between_two_compilations(tmp_path: Path) -> None:
    path = write(tmp_path, prog=PROGRAM.format(imported="from between import LIMIT", value="LIMIT"),
                 between="from util import LIMIT", util="LIMIT = 1")
    assert result(path) == 1
    first = sys.modules["util"]
    assert result(path) == 1
    assert sys.modules["util"] is first
    write(tmp_path, util="# edited\nLIMIT = 2")
    os.utime(tmp_path / "util.py", ns=(0, 10**18))
    assert result(path) == 2


def test_functions_edited_between_two_compilations(tmp_path: Path) -> None:
    """The text that a function is compiled from is that of the file now, not what was read before."""
    util = "from pybpfc import s32, subprog\n\n@subprog\ndef limit() -> s32:\n    return {}\n"
    path = write(tmp_path, prog=PROGRAM.format(imported="from util import limit", value="limit()"),
                 util=util.format(1))
    assert result(path) == 1
    write(tmp_path, util=util.format("20 + 3"))
    assert result(path) == 23


def test_names_of_the_standard_library_stay(tmp_path: Path) -> None:
    """A folder with a json.py of its own does not take the name away from the process."""
    import json

    path = write(tmp_path, prog=PROGRAM.format(imported="import json", value="2 if hasattr(json, 'loads') else 1"),
                 json="LIMIT = 1")
    with pytest.raises(CompileError):  # hasattr is not of the language; the import itself went well
        result(path)
    assert sys.modules["json"] is json


def test_an_import_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    first = write(tmp_path / "1", util="LIMIT = 1",
                  prog=PROGRAM.format(imported="from util import LIMIT", value="LIMIT"))
    assert result(first) == 1
    util = sys.modules["util"]
    second = write(tmp_path / "2", util="LIMIT = 2",
                   prog=PROGRAM.format(imported="from util import MISSING", value="1"))
    with pytest.raises(CompileError, match="MISSING"):
        result(second)
    assert sys.modules["util"] is util


def test_a_field_twice_is_told_in_the_right_file(tmp_path: Path) -> None:
    """The check reads the file of the struct's module, which the process knows under another module's name."""
    write(tmp_path / "1", shared="LIMIT = 1", prog=PROGRAM.format(imported="import shared", value="shared.LIMIT"))
    assert result(tmp_path / "1" / "prog.py") == 1
    shared = "from pybpfc import Struct, u32\n\nclass Twice(Struct):\n    a: u32\n    a: u32\n"
    path = write(tmp_path / "2", shared=shared,
                 prog=PROGRAM.format(imported="from shared import Twice", value="1"))
    with pytest.raises(CompileError) as error:
        result(path)
    span = error.value.diagnostics[0].span
    assert (os.path.basename(span.source.path), span.line) == ("shared.py", 5)
