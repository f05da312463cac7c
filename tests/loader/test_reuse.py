"""Maps that exist already: given to a load, found at their pins, refused where they differ."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from support import clang, packets
from support.machine import check, in_private_bpffs

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


def test_a_map_whose_flags_the_kernel_changes(opened: Open) -> None:
    """A device map is read-only for programs, whatever was asked for; libbpf before 1.6 does not take its own."""
    spec = opened("maps")
    spec.maps["array"].type = rt.MapType.BPF_MAP_TYPE_DEVMAP
    spec.maps["array"].key_type_id = spec.maps["array"].value_type_id = 0
    for program in spec.programs.values():
        program.autoload = False
    spec.maps["jumps"].initial.clear()
    with spec.load() as first, spec.load(maps={"array": first.maps["array"]}) as second:
        assert second.maps["array"].info() == first.maps["array"].info()
        assert first.maps["array"].info().map_flags == 1 << 7


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


def test_pins_are_shared_with_libbpf(built: Callable[[str], Path], tmp_path: Path) -> None:
    """Each finds the other's pins and refuses those that do not fit."""
    script = """
import os, sys
sys.path[:0] = sys.argv[3:]
from pathlib import Path
import pybpfc_runtime as rt
from pybpfc_runtime import system
from support.judge import Judge, load

fits, other = map(Path, sys.argv[1:3])
judge = Judge()
PINS = ["devices", "shared"]

def pins():
    return sorted(name for name in os.listdir("/sys/fs/bpf") if not name.endswith(".debug"))  # the kernel's own

def clear():
    for name in PINS:
        os.unlink(f"/sys/fs/bpf/{name}")

assert judge.load(fits, "forward").verdict == "loads"
assert pins() == PINS
assert judge.load(fits, "forward").verdict == "loads", "libbpf finds its own"
with rt.ObjectSpec.open(fits).load() as ours:
    assert ours.maps["shared"].info().id == system.map("/sys/fs/bpf/shared").id
    ours.maps["shared"][1] = 2
for verdict in judge.load(other, "forward"), load(other, "forward"):
    assert verdict.verdict == "refused" or "parameter mismatch" in verdict.why, verdict
assert pins() == PINS, "what others pinned stays"
clear()
assert load(fits, "forward").verdict == "loads"
assert pins() == PINS
first = system.map("/sys/fs/bpf/shared").id
theirs = judge.load(fits, "forward")
assert theirs.verdict == "loads", theirs
assert system.map("/sys/fs/bpf/shared").id == first
"""
    source = Path(__file__).with_name("c") / "pinned.bpf.c"
    other = tmp_path / "pinned.o"
    check(*clang.command(source, other, tmp_path), "-DSIZE=17")
    (tmp_path / "shared.py").write_text(script)
    tests = Path(__file__).resolve().parents[1]
    in_private_bpffs('exec "$@"', sys.executable, tmp_path / "shared.py", built("pinned"), other, tests)
