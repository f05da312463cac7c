"""Many lives of an object: descriptors, pins and links afterwards are those from before, whatever went wrong between.

The counts are of this process and of the kernel's own lists, filtered to what this process made.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc_runtime import syscall, system
from pybpfc_runtime.info import prog_info
from pybpfc_runtime.link_info import link_info
from support import packets

pytestmark = pytest.mark.usefixtures("privileged")

Open = Callable[[str], rt.ObjectSpec]
CYCLES = 1000
FRAME = packets.udp()


class Interrupted(BaseException):
    """As KeyboardInterrupt: no `except Exception` sees it."""


def descriptors() -> int:
    gc.collect()
    return len(os.listdir("/proc/self/fd"))


@pytest.fixture
def nothing_left(opened: Open) -> Iterator[None]:
    opened("typed").load().close()  # opens what stays open: the kernel's types
    opened("maps").load().close()
    before = descriptors()
    yield
    assert descriptors() == before


def gone(numbers: set[int], listed: Callable[[], Iterator[rt.ProgramInfo | rt.LinkInfo]]) -> bool:
    """Whether none of the ids is in the system any more; the kernel takes a moment to free them."""
    for _ in range(100):
        if not numbers & {each.id for each in listed()}:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.usefixtures("nothing_left")
def test_load_run_attach_close(opened: Open) -> None:
    spec = opened("typed")
    for program in spec.programs.values():
        program.autoload = program.name in ("on_enter", "show_tasks")
    spec.rodata.only_tgid = 1 << 31  # nobody
    programs, links = set(), set()
    for number in range(CYCLES):
        with spec.load() as bpf:
            programs |= {program.info().id for program in bpf.programs.values()}
            if number % 4 == 0:
                with bpf.programs["on_enter"].attach() as link, bpf.programs["show_tasks"].attach() as walk:
                    links |= {link_info(link.fd).id, link_info(walk.fd).id}
    assert len(programs) == 2 * CYCLES and len(links) == 2 * ((CYCLES + 3) // 4)
    assert gone(programs, system.programs)
    assert gone(links, system.links)


@pytest.mark.usefixtures("nothing_left")
def test_interrupted_at_every_system_call(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    real = syscall.call
    at = calls = 0

    def interrupted(command: object, attr: bytes) -> tuple[int, int, bytes]:
        nonlocal calls
        calls += 1
        if calls == at:
            raise Interrupted
        return real(command, attr)  # type: ignore[arg-type]

    monkeypatch.setattr(syscall, "call", interrupted)
    while at <= calls:  # until a load makes fewer calls than it takes to interrupt it
        at, calls = at + 1, 0
        spec = opened("maps")
        try:
            spec.load().close()
        except Interrupted:
            assert calls == at
    assert at > 10


@pytest.mark.usefixtures("nothing_left")
def test_an_exception_in_the_block(opened: Open) -> None:
    for _ in range(50):
        with pytest.raises(Interrupted), opened("maps").load() as bpf, bpf.attach_all(interface="lo"):
            raise Interrupted
    assert bpf.programs["walk"].closed


@pytest.mark.usefixtures("nothing_left")
def test_refused_again_and_again(opened: Open) -> None:
    for name, error in (("refused", rt.VerifierError), ("missing", rt.KernelSymbolError)):
        for _ in range(50):
            with pytest.raises(error):
                opened(name).load()


@pytest.mark.usefixtures("nothing_left")
def test_forgotten(opened: Open) -> None:
    """An object that nobody closed goes with its last reference."""
    for _ in range(20):
        bpf = opened("maps").load()
    number = prog_info(bpf.programs["walk"].fd).id
    map_ = bpf.maps["hash"]
    del bpf
    gc.collect()
    map_[1] = 2  # who holds a map holds its descriptor
    assert gone({number}, system.programs)


def test_pins_of_a_failed_load(opened: Open, tmp_path: Path) -> None:
    """A folder that is no bpf file system: nothing is made, nothing stays."""
    spec = opened("maps")
    spec.maps["hash"].pinning = 1
    before = descriptors()
    with pytest.raises(rt.PermissionDenied, match=r"(?s)pinning map hash.*bpf file system"):
        spec.load(pin_path=tmp_path)
    assert descriptors() == before and not list(tmp_path.iterdir())
