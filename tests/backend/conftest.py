"""Compile a module of our IR and hand it to libbpf and the kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pybpfc.compiler import backend
from pybpfc.compiler.ir import module as ir
from pybpfc.compiler.ir.verify import verify
from support.libbpf import Libbpf, LibbpfObject
from support.machine import needs_privileges


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Callable[..., LibbpfObject]]:
    """`load(module, cpu)`: the module compiled, and loaded by libbpf."""
    needs_privileges()
    libbpf = Libbpf()
    with ExitStack() as stack:
        def compile_and_load(module: ir.Module, cpu: str = "v3") -> LibbpfObject:
            verify(module)
            path = tmp_path / f"{cpu}.o"
            path.write_bytes(backend.generate(module, cpu).data)
            return stack.enter_context(libbpf.open(path))

        yield compile_and_load
