"""`@usdt` programs with typed arguments, on a binary of the tests' own: our loader and libbpf, and the same in C."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file
from pybpfc_runtime import features
from support import clang
from support.libbpf import Libbpf
from support.machine import REPOSITORY, check, needs_tool, pybpfc

pytestmark = pytest.mark.usefixtures("privileged")

HERE = Path(__file__).parent
PROBED = REPOSITORY / "tests" / "loader" / "c" / "probed.c"
ADDRESSES = slice(9, 11)  # arguments that are another address in each process

SAME = (-41, -3, 250, -300, -70000, 1 << 40, -9, 0x1122334455667700, 0, 1 << 40, 6, 0)
OTHER = (-41, 0xFFFFFFFD, -6, 0xD4, 0xEE90, 1, -9, 0x55667700, 0, 1, 1, 0)


@pytest.fixture(scope="module")
def probed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("usdt") / "probed"
    check(needs_tool("clang-22"), "-O2", "-fPIE", "-pie", PROBED, "-o", path)
    return path


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("usdt") / "usdt_typed.o"
    path.write_bytes(compile_file(str(HERE / "programs" / "usdt_typed.py")).data)
    return path


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("usdt")
    return clang.build(HERE / "c" / "usdt_typed.bpf.c", folder / "usdt_typed.o", folder)


def fired(path: Path, probed: Path) -> rt.Struct:
    """What both programs of an object saw of one run, loaded and attached by our loader."""
    with rt.ObjectSpec.open(path).load() as bpf:
        for name in ("same_widths", "other_widths"):
            bpf.programs[name].attach(path=probed, provider="pybpfc", name="typed", cookie=99)
        check(probed)
        return bpf.globals.seen  # type: ignore[no-any-return]


@pytest.mark.parametrize("who", ["ours", "twin"])
def test_arguments(who: str, request: pytest.FixtureRequest, probed: Path) -> None:
    seen = fired(request.getfixturevalue(who), probed)
    assert tuple(seen.same) == SAME
    assert tuple(seen.other) == OTHER
    assert (seen.number, seen.count, seen.cookie) == (-70000, 11, 99)
    text = seen.text if isinstance(seen.text, str) else bytes(seen.text).split(b"\0")[0].decode()
    assert text == "typed"
    numbered = list(seen.by_number)
    assert all(numbered[ADDRESSES]), "addresses"
    assert numbered[:9] == [*SAME[:9]]
    assert numbered[11:] == [0, 0, 0], "what the probe does not have"


def test_without_links_to_many_places(ours: Path, probed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "has_uprobe_multi", lambda: False)
    assert tuple(fired(ours, probed).same) == SAME


def test_without_cookies(ours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on kernels before 5.15: the place is found by its address."""
    monkeypatch.setattr(features, "has_bpf_cookie", lambda: False)
    monkeypatch.setattr(features, "has_uprobe_multi", lambda: False)
    check(needs_tool("clang-22"), "-O2", "-fno-pie", "-no-pie", PROBED, "-o", tmp_path / "probed")
    seen = fired(ours, tmp_path / "probed")
    assert tuple(seen.same) == SAME
    assert (seen.count, seen.cookie) == (11, 99)


def test_libbpf_attaches_our_object(ours: Path, probed: Path) -> None:
    with Libbpf().open(ours) as bpf:
        for name in ("same_widths", "other_widths"):
            bpf.attach_usdt(name, probed, "pybpfc", "typed", 99)
        check(probed)
        (data,) = bpf.entries("usdt_typ.bss").values()
    numbers = struct.unpack("<38q16siiQ", data)
    assert (numbers[:12], numbers[12:24]) == (SAME, OTHER)
    assert numbers[38:] == (b"typed".ljust(16, b"\0"), -70000, 11, 99)


SOURCE = """
from pybpfc import data, s32, u64, usdt

LICENSE = "GPL"
calls: u64 = data(0)
total: s32 = data(0)


@usdt("{path}", "pybpfc", "bare")
def count() -> int:
    global calls
    calls += 1
    return 0


@usdt("{path}", "pybpfc", "twice")
def add(first: s32, second: s32) -> int:
    global total
    total += first * 10 + second
    return 0
"""


@pytest.fixture(scope="module")
def by_section(probed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("usdt") / "sections.py"
    path.write_text(SOURCE.format(path=probed))
    path.with_suffix(".o").write_bytes(compile_file(str(path)).data)
    return path.with_suffix(".o")


TOTAL = 3 * (7 * 10 + 0 + 8 * 10 + 5)  # the first place has one argument


def test_where_the_section_says(by_section: Path, probed: Path) -> None:
    with rt.ObjectSpec.open(by_section).load() as bpf, bpf.attach_all() as links:
        assert len(links) == 2
        check(probed)
        assert (bpf.globals.calls, bpf.globals.total) == (3, TOTAL)


def test_libbpf_attaches_where_the_section_says(by_section: Path, probed: Path) -> None:
    """Also a program that asks for no arguments: libbpf wants the maps all the same."""
    with Libbpf().open(by_section) as bpf:
        bpf.attach("count")
        bpf.attach("add")
        check(probed)
        (data,) = bpf.entries("sections.bss").values()
    assert struct.unpack_from("<Qi", data) == (3, TOTAL)


def test_what_asks_for_no_arguments_attaches_anywhere(by_section: Path, probed: Path) -> None:
    """One argument of this probe is in a register for floating point."""
    with rt.ObjectSpec.open(by_section).load() as bpf:
        with bpf.programs["count"].attach(path=probed, provider="pybpfc", name="floating"):
            check(probed)
        assert bpf.globals.calls == 3
        with pytest.raises(rt.AttachError, match="'8f@%xmm0' is of a form"):
            bpf.programs["add"].attach(path=probed, provider="pybpfc", name="floating")


def test_a_register_plus_an_index(ours: Path, probed: Path) -> None:
    """The eighth argument is there. libbpf before 1.7 does not attach to such a probe."""
    with rt.ObjectSpec.open(ours).load() as bpf:
        bpf.programs["same_widths"].attach(path=probed, provider="pybpfc", name="plain")
        check(probed)
        assert bpf.globals.seen.by_number[7] == 65236


def test_run_shows_the_maps_of_the_program_alone(by_section: Path) -> None:
    done = pybpfc("run", by_section.with_suffix(".py"), "--duration", "0.1")
    assert done.returncode == 0, done.stderr
    assert "calls" in done.stdout and "__bpf_usdt" not in done.stdout
