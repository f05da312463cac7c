"""Fields of kernel structs, wherever they are: what a program reads is what stands in the memory.

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
    """A field by its chain from a struct, and where it is, in bits. `bits`: it is a bit field."""

    chain: str
    at: int
    width: int
    type: layout.IntegerType
    bits: bool

    def value(self, memory: bytes) -> int:
        """What 64 bits hold of it."""
        number = int.from_bytes(memory, "little") >> self.at & (1 << self.width) - 1
        if self.type.is_bool:
            return int(number != 0)
        negative = self.type.signed and number >> self.width - 1
        return number - (1 << self.width) & (1 << 64) - 1 if negative else number


class Fields:
    """The numbers in a struct and in what is embedded in it.

    Args:
        number: of which an index is the remainder, where an array is indexed by a variable.
        share: of the arrays for which it is.
    """

    def __init__(self, choice: random.Random, number: int, share: float = 0.4) -> None:
        self.choice = choice
        self.number = number
        self.share = share

    def of(self, struct: layout.StructType, chain: str, at: int = 0, depth: int = 0) -> Iterator[Found]:
        for field in struct.fields:
            inner, start = field.type, at + field.offset * 8
            link = f"{chain}.{field.attribute}" if field.name else chain
            while isinstance(inner, layout.ArrayType) and inner.count:
                variable = self.choice.random() < self.share
                place = self.number % inner.count if variable else inner.count - 1
                start += place * inner.element.size * 8
                link += f"[request.number % {inner.count}]" if variable else f"[{place}]"
                inner = inner.element
            number = getattr(inner, "base", inner)
            if isinstance(inner, layout.StructType) and depth < 4:
                yield from self.of(inner, link, start, depth + 1)
            elif isinstance(number, layout.IntegerType) and not number.big_endian:
                yield Found(link, at + field.bit_offset if field.bits else start, field.bits or number.bits, number,
                            field.bits > 0)


def drawn(choice: random.Random, number: int, bits: bool) -> list[tuple[str, Found]]:
    """Fields of any structs, most of them not of the outermost level, with the struct's name."""
    kernel = kernel_btf.current().types
    found: list[tuple[str, Found]] = []
    while len(found) < _READS:
        type_id = choice.randrange(1, len(kernel.btf))
        if kernel.btf.kind_of(type_id) not in (types.BTF_KIND_STRUCT, types.BTF_KIND_UNION):
            continue
        name = kernel.btf.type(type_id).name
        try:
            described = getattr(kernel.lookup(name), "__pybpfc_type__", None) if name.isidentifier() else None
        except DeclarationError:
            continue  # two structs of one name
        if not isinstance(described, layout.StructType) or described.name != name or described.size > _SIZE:
            continue
        fields = [field for field in Fields(choice, number).of(described, name) if field.bits or not bits]
        inner = [field for field in fields if field.chain.count(".") > 1 or "[" in field.chain]
        if fields:
            found.append((name, choice.choice(inner or fields)))
    return found


def with_nameless_elements(choice: random.Random, number: int) -> list[tuple[str, Found]]:
    """Fields of structs without a name that are elements of arrays, all by variable indexes."""
    kernel = kernel_btf.current().types
    found: list[tuple[str, Found]] = []
    for type_id in choice.sample(range(1, len(kernel.btf)), len(kernel.btf) - 1):
        if kernel.btf.kind_of(type_id) not in (types.BTF_KIND_STRUCT, types.BTF_KIND_UNION):
            continue
        struct = kernel.btf.type(type_id)
        assert isinstance(struct, (types.Struct, types.Union_))
        arrays = [member.name for member in struct.members if member.name and _is_nameless_array(member.type)]
        if not arrays or not struct.name:
            continue
        try:
            described = kernel.lookup(struct.name).__pybpfc_type__
        except DeclarationError:
            continue  # two structs of one name
        if described.size > _SIZE:
            continue
        fields = [field for field in Fields(choice, number, 1.0).of(described, struct.name)
                  if any(field.chain.startswith(f"{struct.name}.{name}[request.number") for name in arrays)]
        found += [(struct.name, field) for field in choice.sample(fields, min(len(fields), 6))]
    return found[:_READS]


def _is_nameless_array(type_id: int) -> bool:
    kernel = kernel_btf.current().types.btf
    if kernel.kind_of(type_id) != types.BTF_KIND_ARRAY:
        return False
    array = kernel.type(type_id)
    assert isinstance(array, types.Array)
    element = kernel.type(array.element)
    return array.count > 0 and isinstance(element, (types.Struct, types.Union_)) and not element.name


@pytest.mark.parametrize("bits", [False, True], ids=["numbers", "bits"])
@pytest.mark.parametrize("seed", range(3))
def test_drawn(seed: int, bits: bool, tmp_path: Path) -> None:
    choice = random.Random(f"{seed} {bits}")
    asked = choice.randrange(1 << 32)
    compare(drawn(choice, asked, bits), asked, choice, tmp_path)


def test_elements_without_a_name(tmp_path: Path) -> None:
    choice = random.Random(5)
    asked = choice.randrange(1 << 32)
    fields = with_nameless_elements(choice, asked)
    assert len({name for name, _ in fields}) > 3
    compare(fields, asked, choice, tmp_path)


def compare(fields: list[tuple[str, Found]], asked: int, choice: random.Random, folder: Path) -> None:
    """What a program reads of structs that lie in a map's value is what stands there."""
    lines = []
    for number, (name, field) in enumerate(fields):
        chain = field.chain.removeprefix(name)
        lines.append(f"    answers.found[{number}] = u64(core_read(cast(kernel.{name}, u64(place)){chain}))\n")
    program = folder / "fields.py"
    program.write_text(_HEAD + "".join(lines) + "    return 0\n")
    memory = choice.randbytes(_SIZE)
    with rt.ObjectSpec.from_bytes(compile_file(str(program)).data, "fields").load() as bpf:
        bpf.map("memory")[0] = {"bytes": tuple(memory)}
        assert bpf.programs["prog"].test_run(ctx=asked.to_bytes(4, "little")).return_value == 0
        answers = list(bpf.globals.answers.found)[: len(fields)]
    assert answers == [field.value(memory) for _, field in fields], [field.chain for _, field in fields]


def test_loads_and_probes_of_bit_fields_agree(tmp_path: Path) -> None:
    """Of this process's task_struct, embedded ones."""
    described = kernel_btf.current().types.lookup("task_struct").__pybpfc_type__
    fields = [field for field in Fields(random.Random(0), 0).of(described, "task_struct") if field.bits]
    chains = [field.chain.removeprefix("task_struct") for field in fields
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
