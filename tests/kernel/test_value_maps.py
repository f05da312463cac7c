"""The verifier's verdict on programs that set up timers for this map or that one is the compiler's."""

from __future__ import annotations

from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler import safety
from pybpfc.compiler.pipeline import check_file, compile_file

pytestmark = pytest.mark.usefixtures("privileged")

PROGRAM = Path(__file__).parents[1] / "errors" / "timer_of_another_map.py"
REFUSED = ("directly", "through_calls", "for_a_task")
TAKEN = ("on_both_paths", "right")


@pytest.fixture(scope="module")
def unchecked() -> bytes:
    """The object, although the compiler refuses it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(safety, "check_value_maps", lambda graph: iter(()))
        return compile_file(str(PROGRAM)).data


def load(data: bytes, name: str) -> None:
    spec = rt.ObjectSpec.from_bytes(data)
    for program in spec.programs.values():
        program.autoload = program.name == name
    spec.load().close()


def test_all_are_here(unchecked: bytes) -> None:
    assert set(rt.ObjectSpec.from_bytes(unchecked).programs) == {*REFUSED, *TAKEN}
    assert {item.code for item in check_file(str(PROGRAM))} == {"BPF3076"}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(unchecked: bytes, name: str) -> None:
    with pytest.raises(rt.VerifierError, match="doesn't match map pointer"):
        load(unchecked, name)


@pytest.mark.parametrize("name", TAKEN)
def test_taken(unchecked: bytes, name: str) -> None:
    load(unchecked, name)
