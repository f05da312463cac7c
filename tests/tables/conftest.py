"""What the table tests need of the machine."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

HEADER = Path("/usr/include/linux/bpf.h")


@pytest.fixture
def clang() -> str:
    from c_layout import CLANG

    if CLANG is None:
        pytest.skip("clang is not installed")
    return CLANG


@pytest.fixture
def header() -> str:
    if not HEADER.exists():
        pytest.skip("linux/bpf.h is not installed")
    return HEADER.read_text()


@pytest.fixture(scope="session")
def verifier() -> None:
    """A kernel that loads programs for us."""
    from pybpfc.tables.generate import kernel
    from pybpfc.tables.generate.targets import TARGETS

    target = next(target for target in TARGETS if target.name == "XDP")
    if kernel.load(target, kernel.move(0, 0) + kernel.EXIT).error:
        pytest.skip("this user may not load BPF programs")


@pytest.fixture(scope="session")
def probed_kernel(verifier: None) -> None:
    """The kernel series that the tables were probed on."""
    from pybpfc.tables import availability
    from pybpfc.tables.generate import kernel

    if kernel.version() != availability.KERNEL:
        pytest.skip(f"the tables were probed on Linux {availability.KERNEL}, this is {kernel.version()}")
