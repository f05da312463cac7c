"""Objects and programs that several tests of this folder share; built once for each process that runs tests."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from vm.objects import compiled

from . import judges
from .embedders import EMBEDDERS


@pytest.fixture(scope="session")
def object_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """`object_file("watch")`: the object of a program of examples/ or the test folders; "NAME.CHANGE" is broken."""
    folder = tmp_path_factory.mktemp("objects")

    @functools.cache
    def write(name: str) -> Path:
        path = folder / f"{name.replace('.', '_')}.o"
        path.write_bytes(compiled(name))
        return path

    return write


@pytest.fixture(scope="session")
def embedding_program(object_file: Callable[[str], Path],
                      tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """`embedding_program("Aya")`: the program of that library with watch.o in it."""

    @functools.cache
    def build(name: str) -> Path:
        return EMBEDDERS[name].build(object_file("watch"), tmp_path_factory.mktemp("program"))

    return build


@pytest.fixture(scope="session")
def judge_of(embedding_program: Callable[[str], Path]) -> Callable[[str], judges.Judge]:
    """The judge of a name."""
    plain: dict[str, judges.Judge] = {"pybpfc_runtime": judges.runtime, "skeleton": judges.skeleton,
                                      "bpftool": judges.bpftool, "ip": judges.ip, "tc": judges.tc}
    foreign = {"cilium/ebpf": judges.cilium, "Aya": judges.aya}

    def find(name: str) -> judges.Judge:
        return plain[name] if name in plain else foreign[name](embedding_program(name))

    return find
