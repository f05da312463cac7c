"""The README's programs: the first one is accepted as it stands, the others parse."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from support.machine import REPOSITORY, pybpfc

BLOCKS = re.findall(r"^```python\n(.*?)^```$", (REPOSITORY / "README.md").read_text(), re.MULTILINE | re.DOTALL)


def test_first_program(tmp_path: Path) -> None:
    assert "@xdp" in BLOCKS[0]
    (tmp_path / "first.py").write_text(BLOCKS[0])
    done = pybpfc("check", "first.py", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stderr.replace("no errors", "")
    assert "warning" not in done.stderr


def test_all_parse() -> None:
    assert len(BLOCKS) >= 3
    for block in BLOCKS:
        ast.parse(block)
