"""Bit fields of kernel structs, wherever they are: what a program reads is what stands in the memory.

The structs are the running kernel's, drawn at random; their memory is the value of a map, whose bytes are random too.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import pybpfc_runtime as rt
from pybpfc import kernel_btf
from pybpfc.compiler.pipeline import compile_file
from pybpfc_runtime import layout
from pybpfc_runtime.btf import types
from pybpfc_runtime.values import DeclarationError

pytestmark = pytest.mark.usefixtures("privileged")

_SIZE, _READS = 4096, 48
_HEAD = f"""
from typing import Annotated

from pybpfc import Array, ArrayMap, Struct, cast, core_read, data, syscall, u8, u32, u64
from pybpfc import vmlinux as kernel
from pybpfc.helpers import bpf_get_current_task_btf

LICENSE = "GPL"


class Memory(Struct):
    bytes: Annotated[Array[u8], {_SIZE}]


class Request(Struct):
    number: u32


class Answers(Struct):
    found: Annotated[Array[u64], {_READS}]


memory = ArrayMap[Memory](max_entries=1)
answers: Answers = data(0)


@syscall
def prog(request: Request) -> int:
    place = memory.lookup(0)
    if place is None:
        return 1
"""


class Found(NamedTuple):
    """A bit field by its chain from a struct, and where it is, in bits."""

    chain: str
    at: int
    width: int
    signed: bool

    def value(self, memory: bytes) -> int:
        """What 64 bits hold of it."""
        number = int.from_bytes(memory, "little") >> self.at & (1 << self.width) - 1
        negative = self.signed and number >> self.width - 1
        return number - (1 << self.width) & (1 << 64) - 1 if negative else number


def bit_fields(struct: layout.StructType, chain: str, at: int = 0, depth: int = 0) -> Iterator[Found]:
    """Those of a struct and of what is embedded in it; of an array the last element's."""
    for field in struct.fields:
        inner, start = field.type, at + field.offset * 8
        link = f"{chain}.{field.attribute}" if field.name else chain
        if field.bits:
            signed = getattr(getattr(inner, "base", inner), "signed", False)
            yield Found(link, at + field.bit_offset, field.bits, signed)
            continue
        while isinstance(inner, layout.ArrayType) and inner.count:
            start += (inner.count - 1) * inner.element.size * 8
            inner, link = inner.element, f"{link}[{inner.count - 1}]"
        if isinstance(inner, layout.StructType) and depth < 4:
            yield from bit_fields(inner, link, start, depth + 1)


def drawn(choice: random.Random) -> list[tuple[str, Found]]:
    """Bit fields of any structs, most of them not of the outermost level, with the struct's name."""
    kernel = kernel_btf.current().types
    found: list[tuple[str, Found]] = []
    while len(found) < _READS:
        number = choice.randrange(1, len(kernel.btf))
        if kernel.btf.kind_of(number) not in (types.BTF_KIND_STRUCT, types.BTF_KIND_UNION):
            continue
        name = kernel.btf.type(number).name
        try:
            described = getattr(kernel.lookup(name), "__pybpfc_type__", None) if name.isidentifier() else None
        except DeclarationError:
            continue  # two structs of one name
        if not isinstance(described, layout.StructType) or described.name != name or described.size > _SIZE:
            continue
        fields = list(bit_fields(described, name))
        inner = [field for field in fields if field.chain.count(".") > 1]
        if fields:
            found.append((name, choice.choice(inner or fields)))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_drawn(seed: int, tmp_path: Path) -> None:
    choice = random.Random(seed)
    fields = drawn(choice)
    lines = []
    for number, (name, field) in enumerate(fields):
        chain = field.chain.removeprefix(name)
        lines.append(f"    answers.found[{number}] = u64(core_read(cast(kernel.{name}, u64(place)){chain}))\n")
    program = tmp_path / "bits.py"
    program.write_text(_HEAD + "".join(lines) + "    return 0\n")
    memory = choice.randbytes(_SIZE)
    with rt.ObjectSpec.from_bytes(compile_file(str(program)).data, "bits").load() as bpf:
        bpf.map("memory")[0] = {"bytes": tuple(memory)}
        assert bpf.programs["prog"].test_run(ctx=bytes(4)).return_value == 0
        answers = list(bpf.globals.answers.found)
    assert answers == [field.value(memory) for _, field in fields], [field.chain for _, field in fields]


def test_loads_and_probes_agree(tmp_path: Path) -> None:
    """Of this process's task_struct, embedded ones."""
    described = kernel_btf.current().types.lookup("task_struct").__pybpfc_type__
    chains = [field.chain.removeprefix("task_struct") for field in bit_fields(described, "task_struct")
              if field.chain.count(".") == 2 and "[" not in field.chain][: _READS // 2]
    assert len(chains) > 5, "embedded ones"
    lines = ["    task: kernel.task_struct = bpf_get_current_task_btf()\n"]
    for number, chain in enumerate(chains):
        lines.append(f"    answers.found[{number}] = u64(task{chain}) - u64(core_read(task{chain})) + 1\n")
    program = tmp_path / "bits.py"
    program.write_text(_HEAD + "".join(lines) + "    return 0\n")
    with rt.ObjectSpec.from_bytes(compile_file(str(program)).data, "bits").load() as bpf:
        assert bpf.programs["prog"].test_run(ctx=bytes(4)).return_value == 0
        assert list(bpf.globals.answers.found) == [1] * len(chains) + [0] * (_READS - len(chains))
