"""A cache directory of each test's own, and small sets of types that clang makes of C declarations."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from pybpfc import kernel_btf
from pybpfc_runtime.elf import ElfFile
from support.machine import check, needs_tool


@pytest.fixture(autouse=True)
def cache_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """XDG_CACHE_HOME, empty."""
    home = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def _running_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test chooses with use() is gone after it."""
    monkeypatch.setattr(kernel_btf, "_chosen", None)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """`made("struct s { int a; } s;")`: the BTF that clang writes for C declarations."""
    folder = tmp_path_factory.mktemp("types")

    @functools.cache
    def make(text: str) -> bytes:
        source, target = folder / "types.c", folder / "types.o"
        source.write_text(text)
        check(needs_tool("clang-22"), "-g", "-O2", "-target", "bpf", "-c", source, "-o", target)
        return bytes(ElfFile(target.read_bytes()).by_name[".BTF"].data)

    return make
