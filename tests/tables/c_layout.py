"""Asks clang whether sizes and offsets are those of the installed UAPI headers."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

CLANG = next((found for name in ("clang-22", "clang") if (found := shutil.which(name))), None)
INCLUDE = Path("/usr/include/linux")


def disagreements(includes: Iterable[str], assertions: Iterable[tuple[str, int]]) -> list[str]:
    """The C expressions whose value is not the one given; an expression that does not compile is one of them.

    Args:
        includes: headers, "linux/bpf.h".
        assertions: (constant C expression, value).
    """
    assert CLANG is not None
    lines = [f"#include <{name}>" for name in includes]
    for expression, value in assertions:
        text = f"{expression} == {value}".replace('"', "")
        lines.append(f'_Static_assert({expression} == {value}, "{text}");')
    # The host's own target: UAPI structs are laid out alike everywhere, and libc's headers know the host.
    done = subprocess.run([CLANG, "-ferror-limit=0", "-fsyntax-only", "-x", "c", "-"],
                          input="\n".join(lines), capture_output=True, text=True)
    return re.findall(r"error: (.*)", done.stderr)


def offset(struct: str, field: str) -> str:
    return f"__builtin_offsetof(struct {struct}, {field})"


@lru_cache(maxsize=64)
def header_fields(header: str, struct: str) -> frozenset[str]:
    """The names of a struct's members in a header's text; empty where the header has no such struct."""
    found = re.search(rf"^struct {struct} \{{(.*?)^\}}", (INCLUDE / header).read_text(), re.S | re.M)
    if found is None:
        return frozenset()
    body = re.sub(r"/\*.*?\*/", "", found[1], flags=re.S)
    body = re.sub(r"__bpf_md_ptr\([^,]*,\s*(\w+)\)", r"x \1", body)
    return frozenset(re.findall(r"(\w+)\s*(?:\[\w*\])?\s*;", body))
