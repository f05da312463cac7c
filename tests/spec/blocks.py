"""The fenced Python blocks of the specification, and what they claim.

A block's lines may carry claims (`support/claims.py`). Everything that is reported must be claimed on its line, and
every claim must come true.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pybpfc.cli.check import preload
from pybpfc.cli.isolated import Isolated
from support.claims import Claim, claims_of, reported, without_claims

ROOT = Path(__file__).resolve().parents[2] / "spec"
PROGRAM = "program.py"
FENCE = re.compile(r"^(?P<indent>\s*)```(?P<info>.*)$")
PRINTED = re.compile(r"# -> (?P<text>.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: Path
    line: int  # of the opening fence
    info: str  # "python", "python no-compile", "text"
    text: str

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def program(self) -> str:
        """The text without its claims."""
        return without_claims(self.text)

    @property
    def printed(self) -> list[str]:
        """What a block that is run prints, line by line: the remarks `# -> text`."""
        return [found["text"].rstrip() for found in PRINTED.finditer(self.text)]

    @property
    def claims(self) -> list[Claim]:
        return claims_of(self.text)


@dataclass(frozen=True)
class Outcome:
    """What the compiler reported about a block: as claims, and as printed."""

    claims: list[Claim]
    text: str


def pages() -> list[Path]:
    return sorted(ROOT.rglob("*.md"))


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page in order."""
    opened: re.Match[str] | None = None
    start = 0
    content: list[str] = []
    for number, line in enumerate(page.read_text(encoding="utf-8").split("\n"), 1):
        fence = FENCE.match(line)
        if opened is None:
            if fence:
                opened, start, content = fence, number, []
        elif fence and not fence["info"].strip():
            yield Block(page, start, opened["info"].strip(), "\n".join(content) + "\n")
            opened = None
        else:
            content.append(line.removeprefix(opened["indent"]))
    if opened is not None:
        raise ValueError(f"{page}:{start}: this block is never closed")


def run(block: Block) -> Outcome:
    """Compile the block in a process of its own: wholly where it claims no error, else its front end alone."""
    preload()
    whole = not any(claim.kind == "error" for claim in block.claims)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / PROGRAM).write_text(block.program, encoding="utf-8")

        def compile_block() -> Outcome:
            os.chdir(folder)
            return _report(whole)

        return Isolated(compile_block).result()


def execute(block: Block) -> subprocess.CompletedProcess[str]:
    """Run the block as a script."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / PROGRAM
        script.write_text(block.text, encoding="utf-8")
        return subprocess.run([sys.executable, PROGRAM], cwd=folder, capture_output=True, text=True, check=False,
                              timeout=60)


def _report(whole: bool) -> Outcome:
    from pybpfc.compiler.diagnostics import CompileError
    from pybpfc.compiler.diagnostics.render import terminal
    from pybpfc.compiler.pipeline import Options, check_file, compile_file

    diagnostics = check_file(PROGRAM, Options())
    if whole and not any(item.is_error for item in diagnostics):
        try:
            compile_file(PROGRAM, Options())
        except CompileError as error:
            diagnostics = error.diagnostics
    return Outcome(reported(diagnostics), terminal(diagnostics, summarised=False))
