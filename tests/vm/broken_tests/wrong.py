"""Objects that are wrong, and tests that end in every bad way."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pybpfc_runtime as rt

from ..guest_test import Need, guest_test


@guest_test("xdp_count", reaches="loads")
def intact(path: Path) -> None:
    """What the others are compared with."""
    rt.ObjectSpec.open(str(path)).load().close()


@guest_test("relocation_off_by_one", reaches="loads")
def relocation_off_by_one(path: Path) -> None:
    rt.ObjectSpec.open(str(path)).load().close()


@guest_test("xdp_count", reaches="loads")
def wrong_map_definition(path: Path) -> None:
    spec = rt.ObjectSpec.open(str(path))
    spec.maps["traffic"].value_size = 8  # the program writes 16 bytes
    spec.load().close()


@guest_test("xdp_count", reaches="loads", needs=[Need("99.0", "a kernel of the far future", "no such message")])
def works_too_early(path: Path) -> None:
    rt.ObjectSpec.open(str(path)).load().close()


@guest_test("relocation_off_by_one", reaches="loads", needs=[Need("99.0", "a far future", "no such message")])
def refused_for_another_reason(path: Path) -> None:
    rt.ObjectSpec.open(str(path)).load().close()


@guest_test(reaches="runs")
def assertion() -> None:
    assert os.getpid() == 0, "a false statement"


@guest_test(reaches="runs")
def hangs() -> None:
    time.sleep(3600)


@guest_test(reaches="runs")
def forges_a_result() -> None:
    Path("/dev/ttyS1").write_text('0123456789abcdef {"name": "forges_a_result", "outcome": "passed", "detail": ""}\n')
    os._exit(1)


@guest_test(reaches="runs")
def panics() -> None:
    Path("/proc/sys/kernel/sysrq").write_text("1")
    Path("/proc/sysrq-trigger").write_text("c")
    time.sleep(5)


@guest_test("xdp_count", reaches="loads")
def runs_after_the_panic(path: Path) -> None:
    rt.ObjectSpec.open(str(path)).load().close()
