"""Programs that once went wrong, kept with the values that the contract gives them.

A file holds one XDP program `program`, a map `out` of u64, and `EXPECTED`: packets, each with what `out` holds
afterwards. `RODATA`, where it is there, is set before load. Every cpu version must agree.
"""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import Options, compile_file

pytestmark = pytest.mark.usefixtures("privileged")

FILES = sorted((Path(__file__).parent / "regressions").glob("*.py"))


@pytest.mark.parametrize("cpu", ["v1", "v2", "v3", "v4"])
@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_regression(path: Path, cpu: str) -> None:
    declared = runpy.run_path(str(path))
    spec = rt.ObjectSpec.from_bytes(compile_file(str(path), Options(cpu=cpu)).data)
    for name, value in declared.get("RODATA", {}).items():
        spec.rodata[name] = value
    for packet, expected in declared["EXPECTED"]:
        with spec.load() as loaded:
            loaded.programs["program"].test_run(data=packet.ljust(64, b"\0"))
            assert [loaded.maps["out"][index] for index in range(len(expected))] == list(expected), packet.hex()
