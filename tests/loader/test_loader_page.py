"""The blocks of spec/loader.md run, one after the other, with a bpf file system of their own."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from support import clang
from support.machine import REPOSITORY, in_private_bpffs

PAGE = REPOSITORY / "spec" / "loader.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)


@pytest.mark.usefixtures("privileged")
def test_the_page(tmp_path: Path) -> None:
    (source,) = blocks("c")
    (tmp_path / "watch.c").write_text(source)
    clang.build(tmp_path / "watch.c", tmp_path / "watch.o", tmp_path)
    code = blocks("python no-compile")
    assert len(code) >= 8 and not blocks("python")
    (tmp_path / "page.py").write_text("\n".join(code))
    in_private_bpffs('cd "$1"; "$2" page.py', tmp_path, sys.executable)
