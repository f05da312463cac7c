"""The pairs: one program in Python and in C, file by file in `pairs/`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from support import clang
from support.machine import pybpfc

PAIRS = Path(__file__).with_name("pairs")
NAMES = sorted(path.stem for path in PAIRS.glob("*.py"))


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Path, Path]]:
    """`pair("fields")`: the objects of pairs/fields.py and pairs/fields.bpf.c, built once per process."""
    folder = tmp_path_factory.mktemp("pairs")

    @functools.cache
    def build(name: str) -> tuple[Path, Path]:
        ours = folder / f"{name}.o"
        done = pybpfc("build", PAIRS / f"{name}.py", "-o", ours)
        assert done.returncode == 0, done.stdout + done.stderr
        return ours, clang.build(PAIRS / f"{name}.bpf.c", folder / f"{name}.twin.o", PAIRS)

    return build
