"""One object against the types of several kernels: each instruction becomes what libbpf makes of it.

The kernels are those of tests/vm, whose types are taken out of their images, the running one, and kernels that never
were: the program's own structs with their members moved, widened and in part gone.
"""

from __future__ import annotations

import errno
import random
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc_runtime.btf.encode import encode_btf
from pybpfc_runtime.btf.index import IndexedBtf
from pybpfc_runtime.btf.kernel import VMLINUX
from pybpfc_runtime.btf.relocate import Target, describe
from pybpfc_runtime.disasm import decode, encode
from pybpfc_runtime.errors import RelocationError
from pybpfc_runtime.link import Linker
from pybpfc_runtime.uapi import LDIMM64
from support.libbpf import Libbpf
from vm.kernel_image import types_of
from vm.kernels import SERIES, FetchError, fetch

from . import other_kernel
from .conftest import NAMES

pytestmark = pytest.mark.usefixtures("privileged")

Pair = Callable[[str], tuple[Path, Path]]
HOST = "this one"


def relocated(path: Path, kernel: Path) -> dict[str, bytes]:
    """The code of each program as our resolver makes it."""
    spec = rt.ObjectSpec.open(path)
    assert spec.btf is not None
    linker = Linker(spec)
    linker.target = Target(spec.btf, IndexedBtf.open(kernel))
    try:
        return {program.name: linker.link(program).bind(lambda _: 0) for program in spec.programs.values()}
    finally:
        linker.close()


def comparable(code: bytes) -> list[str]:
    """The instructions, one a line, descriptors of maps left out."""
    return [encode([item._replace(imm=0) if item.code == LDIMM64 and item.src in (1, 2) else item]).hex(" ")
            for _, item in decode(code)]


def compare(path: Path, kernel: Path) -> int:
    """Both loaders' code must be the same; the number of instructions that the kernel's types changed."""
    _, theirs = Libbpf().relocated(path, kernel)
    ours = relocated(path, kernel)
    assert set(ours) == set(theirs)
    untouched = rt.ObjectSpec.open(path).programs
    changed = 0
    for name, code in ours.items():
        lines = comparable(code)
        assert lines == comparable(theirs[name]), f"{path.name}, program {name}"
        before = comparable(untouched[name].function.instructions)
        changed += sum(one != other for one, other in zip(before, lines, strict=False))
    return changed


def refusal(path: Path, kernel: Path) -> str:
    """What our resolver has against an object on a kernel; "" for nothing."""
    try:
        relocated(path, kernel)
    except RelocationError as error:
        return error.message
    return ""


def types_for(series: str) -> Path:
    if series == HOST:
        return Path(VMLINUX)
    try:
        return types_of(fetch(SERIES[series]))
    except FetchError as error:
        pytest.skip(f"the types of kernel {series} cannot be had: {error}")


@pytest.mark.parametrize("series", [*SERIES, HOST])
def test_kernels(series: str, objects: list[Path], pair: Pair, record_property: Callable[[str, object], None]) -> None:
    kernel = types_for(series)
    changed = sum(compare(path, kernel) for path in objects)
    assert changed > 100, "the objects' own offsets are right already: the comparison says little"
    record_property("relocations", (series, table(pair, kernel)))


def table(pair: Pair, kernel: Path) -> dict[str, str]:
    """What each relocation of our objects comes to."""
    found: dict[str, str] = {}
    types = IndexedBtf.open(kernel)
    for name in NAMES:
        spec = rt.ObjectSpec.open(pair(name)[0])
        assert spec.btf is not None
        target = Target(spec.btf, types)
        for function in spec.functions.values():
            for _, record in function.core_relocations:
                text = describe(record, spec.btf).removeprefix("CO-RE relocation ")
                number = target.value(record)[1].number
                found[text] = "-" if number is None else str(number)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_kernels_that_never_were(seed: int, objects: list[Path], tmp_path: Path) -> None:
    changed = 0
    for path in objects:
        spec = rt.ObjectSpec.open(path)
        assert spec.btf is not None
        kernel = tmp_path / f"{path.stem}.btf"
        kernel.write_bytes(encode_btf(other_kernel.made(spec.btf, random.Random(f"{seed} {path.stem}"))))
        refused = refusal(path, kernel)
        if not refused:
            changed += compare(path, kernel)
            continue
        assert "not as wide as the field" in refused, "nothing else can be wrong in these kernels"
        result, _ = Libbpf().relocated(path, kernel)
        assert result == -errno.EINVAL, "libbpf takes what we refuse"
    assert changed > 100
