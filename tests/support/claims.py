"""Remarks in programs that say what the compiler reports on their line.

`# error: [BPF2012]`, `# warning: [BPF3041]`, `# revealed: u64`; a line may carry several. They are taken out before the
program is compiled, so that they do not show in excerpts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pybpfc.compiler.diagnostics import Diagnostic

_KIND = r"#\s*(?:error|warning|revealed):"
_CLAIM = re.compile(rf"#\s*(?P<kind>error|warning|revealed):\s*(?P<what>\[BPF\d{{4}}\]|[^#]+?)\s*(?={_KIND}|$)")
_REVEAL = "BPF2000"


@dataclass(frozen=True, order=True)
class Claim:
    """Something that must be reported on a line: a code, or for "revealed" a type."""

    line: int
    kind: str
    what: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.kind}: {self.what}"


def claims_of(text: str) -> list[Claim]:
    return [Claim(number, found["kind"], found["what"] if found["kind"] == "revealed" else found["what"].strip("[]"))
            for number, line in enumerate(text.split("\n"), 1) for found in _CLAIM.finditer(line)]


def without_claims(text: str) -> str:
    return "\n".join(_CLAIM.sub("", line).rstrip() for line in text.split("\n"))


def reported(diagnostics: Iterable[Diagnostic]) -> list[Claim]:
    """Diagnostics in the form of claims."""
    return [Claim(item.span.line, "revealed", item.message.split("`")[1]) if item.code == _REVEAL
            else Claim(item.span.line, item.severity, item.code) for item in diagnostics]
