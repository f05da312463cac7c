"""Probes of a user program's functions: arguments, results, strings and structs, on a binary of the tests' own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file
from support.machine import check, needs_tool

pytestmark = pytest.mark.usefixtures("privileged")

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("app") / "app"
    check(needs_tool("clang-22"), "-O1", HERE / "c" / "probed_app.c", "-o", path)
    return path


@pytest.fixture(scope="module")
def compiled() -> bytes:
    return compile_file(str(HERE / "programs" / "user_app.py")).data


@pytest.fixture
def loaded(compiled: bytes) -> Iterator[rt.Object]:
    with rt.ObjectSpec.from_bytes(compiled, "user_app").load() as bpf:
        yield bpf


def run(bpf: rt.Object, app: Path, *places: tuple[str, str]) -> None:
    """Run the app with programs attached to its functions."""
    for program, function in places:
        bpf.programs[program].attach(path=app, function=function)
    check(app)


def test_allocations(loaded: rt.Object, app: Path) -> None:
    run(loaded, app, ("on_take", "take"), ("on_taken", "take"), ("on_give_back", "give_back"))
    assert list(loaded.maps["histogram"].values())[:16] == [0] * 6 + [1] * 8 + [0] * 2
    assert loaded.globals.live == sum(100 << index for index in range(5, 8))
    assert sorted(loaded.maps["allocated"].values()) == [100 << index for index in range(5, 8)]
    assert len(loaded.maps["sizes"]) == 0


def test_payloads(loaded: rt.Object, app: Path) -> None:
    run(loaded, app, ("on_write", "app_write"), ("on_read", "app_read"), ("on_transferred", "app_write"),
        ("on_transferred", "app_read"))
    with loaded.events("payloads") as events:
        found = list(events.read())
    assert [(one.length, one.write, one.comm) for one in found] == [(14, True, "app"), (6, False, "app")]
    assert [bytes(one.data[: one.length]) for one in found] == [b"GET / HTTP/1.1", b"answer"]
    assert found[0].pid == found[1].pid


def test_latencies(loaded: rt.Object, app: Path) -> None:
    run(loaded, app, ("on_work", "work"), ("on_worked", "work"))
    found = {key.name: value for key, value in loaded.maps["latencies"].items()}
    assert {name: value.calls for name, value in found.items()} == {"slow": 1, "fast": 2}
    assert 0 < found["fast"].most_ns <= found["fast"].total_ns < found["slow"].total_ns == found["slow"].most_ns


def test_structs(loaded: rt.Object, app: Path) -> None:
    run(loaded, app, ("on_handle", "handle"))
    seen = loaded.globals.seen
    assert (seen.id, seen.next_id, seen.last_id) == (7, 8, 0)
    assert (seen.ip, seen.port) == (0x0100007F, 8080)
    assert (seen.path, seen.name, seen.method) == ("/index.html", "client", "GET")
    assert (seen.total, seen.whole) == (100, 47)
    assert (seen.second, seen.third, seen.flag) == (-200, -3, True)


def test_returned_text(loaded: rt.Object, app: Path) -> None:
    run(loaded, app, ("on_line", "read_line"))
    with loaded.events("lines") as events:
        (line,) = events.read()  # the first call returned NULL
        assert (line.length, line.text) == (9, "select 1")
