"""The catalogue: every code that pybpfc can report, and the page that explains it.

A code never changes its meaning. Its class is the source of truth for the wording, `spec/diagnostics/CODE.md`
for the cause and the way out.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

from .diagnostic import Diagnostic

# 1xxx, 2xxx, 3xxx, 4xxx, 5xxx
MODULES = ("declarations", "types", "safety", "target", "loader")


class UnknownCode(LookupError):
    """No diagnostic has this code; `nearest` holds codes that look like it."""

    def __init__(self, code: str, nearest: tuple[str, ...]) -> None:
        self.code = code
        self.nearest = nearest
        super().__init__(f"no diagnostic has the code {code}")


def all_codes() -> dict[str, type[Diagnostic]]:
    """Every code with its class, in ascending order of codes.

    Raises ValueError where two classes share a code: a page could then explain only one of them.
    """
    package = __name__.rpartition(".")[0]
    modules = {importlib.import_module(f"{package}.{name}").__name__ for name in MODULES}
    found: dict[str, type[Diagnostic]] = {}
    for cls in _subclasses(Diagnostic):
        if cls.__module__ not in modules or not cls.code:
            continue
        if found.setdefault(cls.code, cls) is not cls:
            raise ValueError(f"{cls.code} belongs to both {found[cls.code].__name__} and {cls.__name__}")
    return dict(sorted(found.items()))


def pages_directory() -> Path:
    """Where the pages are: inside the package in an installed wheel, in `spec/` in a checkout."""
    package = Path(__file__).resolve().parents[2]
    installed = package / "spec" / "diagnostics"
    return installed if installed.is_dir() else package.parent / "spec" / "diagnostics"


def page(code: str) -> str:
    """The page of a code as Markdown.

    Arguments:
        code: "BPF2012"; case does not matter, "2012" and "error[BPF2012]" are understood.

    Raises UnknownCode.
    """
    number = re.search(r"(\d+)\D*$", code)
    wanted = f"BPF{number[1]}" if number else code
    path = pages_directory() / f"{wanted}.md"
    if not number or not path.is_file():
        raise UnknownCode(wanted, _nearest(wanted))
    return path.read_text(encoding="utf-8")


def _nearest(code: str) -> tuple[str, ...]:
    import difflib

    known = sorted(path.stem for path in pages_directory().glob("BPF*.md"))
    return tuple(difflib.get_close_matches(code, known, n=3, cutoff=0.7))


def _subclasses(cls: type[Diagnostic]) -> Iterator[type[Diagnostic]]:
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)
