"""Writes generated modules: wrapped lines, one header, replaced whole."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path

TABLES = Path(__file__).resolve().parent.parent
PACKAGE = TABLES.parent


def replace(path: Path, text: str) -> None:
    """Put a file in place whole or not at all."""
    partial = path.with_suffix(".partial")
    partial.write_text(text)
    partial.replace(path)


def words(names: Iterable[str], indent: int = 4, width: int = 118) -> str:
    """Names as wrapped lines inside a triple-quoted string."""
    margin = " " * indent
    return textwrap.fill(" ".join(names), width, initial_indent=margin, subsequent_indent=margin,
                         break_long_words=False, break_on_hyphens=False)
