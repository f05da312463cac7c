"""mypy --strict and pyright accept programs as they are meant to be written and flag what must be flagged."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import pybpfc

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PROGRAMS = sorted((HERE / "programs").glob("*.py"))
REFUSED = sorted((HERE / "refused").glob("*.py"))
# Programs whose kernel types come from the stubs of pybpfc.vmlinux.
NEED_VMLINUX = ("report_openat.py", "lineage_of_exits.py", "function_table.py")


def usable(paths: list[Path]) -> list[Path]:
    there = importlib.util.find_spec("pybpfc.vmlinux") is not None
    return [path for path in paths if there or path.name not in NEED_VMLINUX]


def mypy(paths: list[Path], cache: Path) -> set[tuple[str, int]]:
    """File name and line of each error."""
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context",
                           "--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(cache), *map(str, paths)],
                          cwd=ROOT, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr or done.stdout
    found = re.findall(r"^(.+?):(\d+): error: (.*)$", done.stdout, re.M)
    return {(Path(name).name, int(line)) for name, line, _text in found if Path(name).parent.name in
            ("programs", "refused")}


def pyright(paths: list[Path]) -> set[tuple[str, int]]:
    """File name and line of each error."""
    done = subprocess.run([sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable,
                           "--project", str(HERE / "pyrightconfig.json")], cwd=HERE, capture_output=True, text=True,
                          env={**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"})
    report = json.loads(done.stdout)
    return {(Path(item["file"]).name, item["range"]["start"]["line"] + 1)
            for item in report["generalDiagnostics"]
            if item["severity"] == "error" and Path(item["file"]) in paths}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


def marked() -> set[tuple[str, int]]:
    return {(path.name, number) for path in REFUSED
            for number, line in enumerate(path.read_text().splitlines(), 1) if line.endswith("# refused")}


def test_mypy(cache: Path) -> None:
    assert mypy([*usable(PROGRAMS), *REFUSED], cache) == marked()


def test_pyright() -> None:
    assert pyright([*usable(PROGRAMS), *REFUSED]) == marked()


@pytest.mark.parametrize("path", usable(PROGRAMS), ids=lambda path: path.stem)
def test_programs_import(path: Path) -> None:
    """Their declarations are evaluated by Python."""
    subprocess.run([sys.executable, str(path)], check=True, cwd=HERE, capture_output=True)


def test_outside_of_the_tree(tmp_path: Path) -> None:
    """As a user sees the package: a library with types, of which only what it exports may be imported."""
    for path in usable(PROGRAMS):
        (tmp_path / path.name).write_text(path.read_text())
    (tmp_path / "star.py").write_text("from pybpfc import *\nfrom pybpfc.net import *\n\n"
                                      "counts = HashMap[u32, u64](max_entries=ETH_P_IP)\n\n\n"
                                      "@xdp\ndef star(ctx: xdp_md) -> int:\n    return XDP_PASS\n")
    environment = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    for command in (["mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "."],
                    ["pyright", "--pythonpath", sys.executable]):
        done = subprocess.run([sys.executable, "-m", *command], cwd=tmp_path, capture_output=True, text=True,
                              env=environment)
        assert done.returncode == 0, done.stdout


def test_every_name_of_the_package_is_exported_to_checkers() -> None:
    from pybpfc.tables.generate import exports

    assert exports.render() == Path(str(pybpfc.__file__)).read_text(), "run python -m pybpfc.tables.generate.exports"
