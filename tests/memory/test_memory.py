"""Every kind of memory by every use of it: refused with the message of the golden file, or taken by the verifier."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.diagnostics import CompileError
from pybpfc.compiler.pipeline import compile_file

from . import uses

pytestmark = pytest.mark.usefixtures("privileged")

GOLDEN = Path(__file__).parent
HELPER = re.compile(r"def (\w+)\(")


class Source:
    """All uses of a kind as one module, and which lines are whose."""

    def __init__(self, kind: str, names: list[str]) -> None:
        self.text = uses.HEAD + (uses.ARENA if kind == "arena" else "")
        self._owners = self._functions(self.text)
        for name in names:
            first = self.text.count("\n")
            self.text += uses.program(kind, name)
            self._owners += [name] * (self.text.count("\n") - first)

    @staticmethod
    def _functions(text: str) -> list[str]:
        """For each line of the common part the function that it is in."""
        owners: list[str] = []
        for line in text.splitlines():
            found = HELPER.match(line)
            owners.append(found[1] if found else owners[-1] if owners and line.startswith((" ", "    ")) else "")
        return owners

    def owners(self, line: int, names: list[str]) -> list[str]:
        """The uses that a message at a line is about: those that call the function where it is in a common one."""
        owner = self._owners[line - 1]
        if owner in names:
            return [owner]
        called = [name for name in names if any(f"{owner}(" in text for text in uses.USES[name])]
        assert called, f"line {line} is nobody's"
        return called


def _compiled(kind: str, folder: Path) -> tuple[bytes, dict[str, str]]:
    """The object of the uses that compile, and for the others the code of what is wrong with them."""
    refused: dict[str, str] = {}
    path = folder / "drawn.py"
    for _ in range(16):  # what LLVM refuses it says one by one
        names = [name for name in uses.USES if name not in refused]
        source = Source(kind, names)
        path.write_text(source.text)
        try:
            return compile_file(str(path)).data, refused
        except CompileError as error:
            for item in error.diagnostics:
                if item.is_error:
                    for name in source.owners(item.span.line, names):
                        refused.setdefault(name, item.code)
    raise AssertionError(f"new messages again and again: {refused}")


@pytest.mark.parametrize("kind", list(uses.PRODUCERS))
def test_memory(kind: str, tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    data, refused = _compiled(kind, tmp_path)
    spec = rt.ObjectSpec.from_bytes(data, kind)
    assert set(spec.programs) == {f"use_{name}" for name in uses.USES if name not in refused}
    spec.load().close()
    golden(GOLDEN / f"{kind}.txt", "".join(f"{use}: {refused[use]}\n" for use in uses.USES if use in refused))
