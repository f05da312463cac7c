"""Maps in maps and initial slots, loaded by our own loader and by libbpf."""

from __future__ import annotations

from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file
from support.libbpf import Libbpf
from support.machine import needs_libbpf

pytestmark = pytest.mark.usefixtures("privileged")

PROGRAM = Path(__file__).parents[1] / "typing" / "programs" / "maps_of_maps.py"
XDP_PASS, XDP_TX = 2, 3


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("maps") / "maps_of_maps.o"
    made.write_bytes(compile_file(str(PROGRAM)).data)
    return made


def test_our_loader(target: Path) -> None:
    with rt.ObjectSpec.open(str(target)).load() as bpf:
        assert bpf.programs["prog"].test_run(data=bytes(64)).return_value == XDP_PASS
        assert [bpf.maps[name][1].packets for name in ("first", "second")] == [1, 1]
        assert bpf.maps["second"][1].bytes == 64
        assert dict(bpf.maps["tenant_7"]) == {1: 2, 11: 3}
        assert dict(bpf.maps["tenant_9"]) == {2: 2, 12: 3}
        assert [event.length for event in bpf.events("events", timeout=0)] == [64]
        assert bpf.programs["jumps"].test_run(data=bytes(64)).return_value == XDP_TX


def test_libbpf(target: Path) -> None:
    needs_libbpf()
    with Libbpf().open(target) as loaded:
        assert loaded.test_run("prog", bytes(64)).result == XDP_PASS
        assert loaded.test_run("jumps", bytes(64)).result == XDP_TX
        assert {int.from_bytes(key, "little"): int.from_bytes(value, "little")
                for key, value in loaded.entries("tenant_7").items()} == {1: 2, 11: 3}


def test_user_space_puts_maps_in(target: Path) -> None:
    with rt.ObjectSpec.open(str(target)).load() as bpf:
        with bpf.maps["by_tenant"].create(8):  # type: ignore[attr-defined]
            pass
        assert bpf.programs["prog"].test_run(data=bytes(64)).return_value == 0  # tenant 8 is there now
        assert dict(bpf.maps["tenant_9"]) == {2: 2, 12: 3}
        bpf.maps["steps"][2] = bpf.programs["prog"]
        assert bpf.programs["jumps"].test_run(data=bytes(64)).return_value == 0
