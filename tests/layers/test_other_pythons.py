"""The package on every other CPython of this machine: it installs, compiles and loads the examples, runs one, and
passes the tests of units that take seconds."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from support.machine import EXAMPLES, REPOSITORY, capabilities, check, other_interpreters, write_atomically

VENVS = REPOSITORY / ".venvs"
QUICK_CHECK = Path(__file__).with_name("quick_check.py")
UNITS = [REPOSITORY / "tests" / name for name in ("ir", "loader/test_btf.py", "loader/test_elf.py",
                                                  "loader/test_spec.py")]


@pytest.fixture(scope="session")
def wheel(shared_folder: Path) -> Path:
    """The wheel of this tree, built once for all interpreters."""
    folder = shared_folder / f"wheel-{os.getpid()}"
    check(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, REPOSITORY)
    (built,) = folder.glob("pybpfc-*.whl")
    return built


def test_the_wheel_is_complete(wheel: Path) -> None:
    packages = (REPOSITORY / "pybpfc", REPOSITORY / "runtime" / "pybpfc_runtime")
    expected = {str(file.relative_to(package.parent)) for package in packages for file in package.rglob("*.py*")
                if file.suffix in (".py", ".pyi")}
    with zipfile.ZipFile(wheel) as archive:
        assert expected - set(archive.namelist()) == set()


@pytest.mark.parametrize("version", sorted(other_interpreters()) or [None])  # type: ignore[list-item]
def test_on(version: str | None, wheel: Path, example: Callable[[str], Path], tmp_path: Path) -> None:
    if version is None:
        pytest.skip("this machine has no other CPython than the one of the tests")
    python = VENVS / version / "bin" / "python"
    if subprocess.run([python, "-c", ""], check=False, stderr=subprocess.DEVNULL).returncode if python.exists() else 1:
        check(other_interpreters()[version], "-m", "venv", "--clear", VENVS / version)
    marker = VENVS / version / "requirements"
    requirements = (REPOSITORY / "pyproject.toml").read_bytes() + b"# and pytest"
    if not marker.exists() or marker.read_bytes() != requirements:
        check(python, "-m", "pip", "install", "--quiet", wheel, "pytest>=8", timeout=400)
        write_atomically(marker, requirements)
    check(python, "-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall", wheel)

    load = ["--load"] if "CAP_BPF" in capabilities() else []
    check(python, QUICK_CHECK, tmp_path, *sorted(EXAMPLES.glob("*.py")), *load, cwd=tmp_path)
    for source in sorted(EXAMPLES.glob("*.py")):
        built_here = (tmp_path / f"{source.stem}.o").read_bytes()
        assert built_here == example(source.stem).read_bytes(), f"{source.name} differs on Python {version}"
    # the script, not `-m pytest`: that would put the tree before the installed package
    check(python.with_name("pytest"), "-q", "-p", "no:cacheprovider", "-c", REPOSITORY / "pyproject.toml",
          *UNITS, cwd=tmp_path, timeout=300)
