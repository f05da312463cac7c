"""Errors of the loader as diagnostics."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest

from pybpfc.compiler.diagnostics.loader import CLASSES, from_error
from pybpfc.compiler.diagnostics.render import one_line, terminal
from pybpfc_runtime import errors
from pybpfc_runtime.verifier import Position, Verdict, VerifierError

PROGRAM = dedent("""\
    from pybpfc import XDP_PASS, xdp, xdp_md


    @xdp
    def count(ctx: xdp_md) -> int:
        while ctx.data < ctx.data_end:
            pass
        return XDP_PASS
    """)
LOG = "5: (ad) if r7 < r6 goto pc-4\ninfinite loop detected at insn 5\n"


def refusal(position: Position | None, function: str = "count") -> VerifierError:
    return VerifierError("count", 22, LOG, Verdict("infinite loop detected at insn 5", 5),
                         disassembly="if r7 < r6 goto -4", function=function, position=position)


def test_every_code_of_the_loader_has_a_class() -> None:
    text = "".join(path.read_text() for path in Path(errors.__file__).parent.rglob("*.py"))
    assert set(re.findall(r'^    code = "(BPF5\d{3})"$', text, flags=re.MULTILINE)) == set(CLASSES)


def test_an_error_without_a_place() -> None:
    error = errors.ElfError("prog.o: the file ends inside its section table")
    assert terminal([from_error(error, "prog.py")], summarised=False) == dedent("""\
        error[BPF5001]: prog.o: the file ends inside its section table
         --> prog.py
          = help: build it again with `pybpfc build` or `clang -g -O2 -target bpf -c`
          = see:  pybpfc explain BPF5001
        """)


def test_the_verifier_on_the_line(tmp_path: Path) -> None:
    (tmp_path / "prog.py").write_text(PROGRAM)
    position = Position("prog.py", 6, 11, "    while ctx.data < ctx.data_end:")
    shown = terminal([from_error(refusal(position), str(tmp_path / "prog.py"))])
    assert shown.startswith(dedent("""\
        error[BPF5101]: the kernel's verifier refuses `count`: infinite loop detected at insn 5
         --> prog.py:6:11
          |
        6 |     while ctx.data < ctx.data_end:
          |           ^^^^^^^^^^^^^^^^^^^^^^^ instruction 5: if r7 < r6 goto -4
          |
          = note: the end of the verifier's log:
                      5: (ad) if r7 < r6 goto pc-4
                      infinite loop detected at insn 5
        """))


def test_the_verifier_in_a_subprogram(tmp_path: Path) -> None:
    (tmp_path / "prog.py").write_text(PROGRAM)
    found = from_error(refusal(None, "tally"), str(tmp_path / "prog.py"))
    assert found.notes[0] == "the instruction is in `tally`, which `count` calls"


@pytest.mark.parametrize("position", [
    None,
    Position("other.py", 6, 11, "    while ctx.data < ctx.data_end:"),
    Position("prog.py", 6, 11, "    while the_file_was_changed:"),
    Position("prog.py", 600, 11, "    while ctx.data < ctx.data_end:"),
])
def test_the_verifier_without_a_line(position: Position | None, tmp_path: Path) -> None:
    (tmp_path / "prog.py").write_text(PROGRAM)
    found = from_error(refusal(position), str(tmp_path / "prog.py"))
    assert found.span.line == 0
    assert ":6:" not in one_line(found)


def test_the_column_may_be_unknown(tmp_path: Path) -> None:
    (tmp_path / "prog.py").write_text(PROGRAM)
    found = from_error(refusal(Position("prog.py", 8, 0, "    return XDP_PASS")), str(tmp_path / "prog.py"))
    assert found.span.text == "return XDP_PASS"
