"""Objects that clang builds from the C programs in `c/`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from support import clang

SOURCES = Path(__file__).with_name("c")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """`built("maps")`: the object of c/maps.bpf.c, compiled once per process."""
    folder = tmp_path_factory.mktemp("c")

    @functools.cache
    def build(name: str) -> Path:
        return clang.build(SOURCES / f"{name}.bpf.c", folder / f"{name}.o", SOURCES)

    return build


@pytest.fixture
def opened(built: Callable[[str], Path]) -> Callable[[str], rt.ObjectSpec]:
    """`opened("maps")`: a fresh spec of that object."""
    return lambda name: rt.ObjectSpec.open(built(name))
