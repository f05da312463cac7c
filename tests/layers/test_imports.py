"""Who may import whom: the loader knows nothing of the compiler, and nothing loads LLVM before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.machine import REPOSITORY

RUNTIME = REPOSITORY / "runtime" / "pybpfc_runtime"
COMPILER_ONLY = {"pybpfc", "llvmlite", "elftools"}
RUNTIME_FILES = sorted(RUNTIME.rglob("*.py"))


def module_name(file: Path) -> str:
    parts = file.relative_to(RUNTIME.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_roots(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The line and top-level package of every absolute import, also of those inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.lineno, (node.module or "").partition(".")[0]
        elif (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
              and isinstance(node.args[0].value, str)
              and ast.unparse(node.func) in ("importlib.import_module", "import_module", "__import__")):
            yield node.lineno, node.args[0].value.partition(".")[0]


def modules_after(statement: str) -> set[str]:
    """The top-level packages in sys.modules of a fresh interpreter after `statement`."""
    code = f"{statement}\nimport sys\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"`{statement}` fails:\n{done.stderr}"
    return set(done.stdout.split())


def test_there_are_runtime_modules() -> None:
    assert {"pybpfc_runtime", "pybpfc_runtime.values"} <= {module_name(file) for file in RUNTIME_FILES}


@pytest.mark.parametrize("file", RUNTIME_FILES, ids=module_name)
def test_no_import_in_the_source(file: Path) -> None:
    found = [f"{file.name}:{line}: imports {root}" for line, root in imported_roots(ast.parse(file.read_text()))
             if root in COMPILER_ONLY]
    assert not found


def test_importing_every_runtime_module() -> None:
    statement = "\n".join(f"import {module_name(file)}" for file in RUNTIME_FILES)
    assert not modules_after(statement) & COMPILER_ONLY


def test_import_of_the_language() -> None:
    loaded = modules_after("import pybpfc")
    assert "pybpfc" in loaded
    assert not loaded & {"llvmlite", "elftools"}


def test_import_of_what_a_program_imports() -> None:
    loaded = modules_after("import pybpfc, pybpfc.net, pybpfc.helpers\n"
                           "from pybpfc import HashMap, Struct, xdp, xdp_md, load, compile")
    assert not loaded & {"llvmlite", "elftools"}
