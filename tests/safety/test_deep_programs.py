"""Programs that are deeper than Python's own limit on recursion."""

from __future__ import annotations

from pathlib import Path

import pytest

from pybpfc.compiler.diagnostics import CompileError
from pybpfc.compiler.pipeline import check_file, compile_file

HEAD = "from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md\n\n\n@xdp\ndef prog(ctx: xdp_md) -> int:\n" \
       "    x = ctx.rx_queue_index\n"


def written(folder: Path, body: str) -> str:
    path = folder / "deep.py"
    path.write_text(HEAD + body + "    return XDP_PASS\n")
    return str(path)


def test_four_hundred_alternatives(tmp_path: Path) -> None:
    links = "".join(f"    elif x == {i}:\n        return XDP_DROP\n" for i in range(400))
    assert check_file(written(tmp_path, "    if x == 500:\n        return XDP_DROP\n" + links)) == ()


def test_deeper_than_the_compiler_follows(tmp_path: Path) -> None:
    with pytest.raises(CompileError) as raised:
        compile_file(written(tmp_path, f"    y = x{' + 1' * 9000}\n    if y:\n        return XDP_DROP\n"))
    (found,) = raised.value.diagnostics
    assert (found.code, found.span.line) == ("BPF1020", 5)
    assert "code that nests so deep" in found.message
