"""Maps that exist already: given to a load, found at their pins, refused where they differ."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from support import packets
from support.machine import in_private_bpffs

pytestmark = pytest.mark.usefixtures("privileged")

Open = Callable[[str], rt.ObjectSpec]
FRAME = packets.udp()


def test_maps_of_another_object(opened: Open) -> None:
    with opened("globals").load() as first:
        first.globals.counter = 1000
        given = {name: first.maps[name] for name in (".data", ".rodata")}
        before = len(os.listdir("/proc/self/fd"))
        with opened("globals").load(maps=given) as second:
            assert second.maps[".data"].info() == first.maps[".data"].info()
            assert second.maps[".data"].fd != first.maps[".data"].fd, "each object closes its own descriptor"
            second.programs["touch"].test_run(FRAME)
            assert (first.globals.counter, second.globals.counter) == (1010, 1010)
            assert (first.globals.zeroed, second.globals.zeroed) == (0, 1), ".bss is its own"
            second.globals.counter = 5
            with pytest.raises(rt.SpecError, match="frozen"):
                second.globals.limit = 5
        assert len(os.listdir("/proc/self/fd")) == before
        assert first.globals.counter == 5


def test_by_descriptor(opened: Open) -> None:
    with opened("maps").load() as first:
        with opened("maps").load(maps={"hash": first.maps["hash"].fd}) as second:
            second.maps["hash"][7] = 8
        assert first.maps["hash"][7] == 8


def test_what_does_not_fit(opened: Open) -> None:
    before = len(os.listdir("/proc/self/fd"))
    with opened("maps").load() as first:
        for given, error, words in (
            ({"hash": first.maps["array"]}, rt.MapMismatchError, "type 2, the object declares 1"),
            ({"hashes": first.maps["hash"]}, rt.UnknownNameError, "did you mean 'hash'"),
            ({"hash": 9999}, rt.KernelError, "EBADF"),
            ({"hash": 0}, rt.KernelError, "BPF_OBJ_GET_INFO_BY_FD"),
        ):
            with pytest.raises(error, match=words):
                opened("maps").load(maps=given)
        spec = opened("maps")
        spec.maps["hash"].max_entries = 4999
        with pytest.raises(rt.MapMismatchError, match="max_entries 5000, the object declares 4999"):
            spec.load(maps={"hash": first.maps["hash"]})
    first.close()
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "..", ".", "a/b"])
def test_a_name_that_leaves_the_folder_of_pins(name: str, opened: Open, tmp_path: Path) -> None:
    spec = opened("maps")
    map_ = spec.maps["hash"]
    map_.name, map_.pinning = name, 1
    with pytest.raises(rt.SpecError, match="cannot be pinned by its name"):
        spec.load(pin_path=tmp_path)


def test_another_folder_of_pins(built: Callable[[str], Path]) -> None:
    script = """
import os, sys
import pybpfc_runtime as rt

def load(**edits):
    spec = rt.ObjectSpec.open(sys.argv[1])
    for name in ("hash", "inner_a", "outer", "ring", "jumps"):
        spec.maps[name].pinning = 1
    for name, value in edits.items():
        setattr(spec.maps["hash"], name, value)
    return spec.load(pin_path="/sys/fs/bpf/mine")

os.mkdir("/sys/fs/bpf/mine")
with load() as first:
    assert sorted(os.listdir("/sys/fs/bpf/mine")) == ["hash", "inner_a", "jumps", "outer", "ring"]
    first.maps["hash"][1] = 2
with load() as second:
    assert second.maps["hash"][1] == 2
for edits in ({"value_size": 4}, {"key_size": 8}, {"map_flags": 1}, {"max_entries": 1}):
    try:
        load(**edits)
    except rt.MapMismatchError as error:
        name, = edits
        assert f"has {name} " in str(error) and "/sys/fs/bpf/mine/hash" in str(error), error
    else:
        raise SystemExit(f"{edits} was taken")
    assert len(os.listdir("/sys/fs/bpf/mine")) == 5, "what was there before stays"
os.unlink("/sys/fs/bpf/mine/hash")
try:
    load(max_entries=0)
except rt.MapError as error:
    assert len(os.listdir("/sys/fs/bpf/mine")) == 4
"""
    (built("maps").parent / "pins.py").write_text(script)
    in_private_bpffs('"$1" "$2" "$3"', sys.executable, built("maps").parent / "pins.py", built("maps"))
