"""Every code has a page, every page a code, and the output that a page shows is what its program gives."""

from __future__ import annotations

import re
from pathlib import Path

import blocks
import pytest

from pybpfc.compiler.diagnostics import catalogue

FOLDER = blocks.ROOT / "diagnostics"
PAGES = sorted(FOLDER.glob("BPF*.md"))
SECTIONS = ["Fails", "Output", "Fixed"]


def sections(page: Path) -> dict[str, str]:
    """The text below each `##` heading; that before the first under ""."""
    parts = re.split(r"^## (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def failing(page: Path) -> blocks.Block | None:
    """The block that claims this page's code."""
    return next((block for block in blocks.blocks(page) if block.info == "python"
                 and any(claim.what == page.stem for claim in block.claims)), None)


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    codes, explained = set(catalogue.all_codes()), {page.stem for page in PAGES}
    assert sorted(codes - explained) == [], "codes without a page"
    assert sorted(explained - codes) == [], "pages without a code"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_form(page: Path) -> None:
    parts = sections(page)
    title, _, cause = parts[""].partition("\n")
    assert re.fullmatch(rf"# {page.stem}: \S.*", title)
    assert len(cause.split()) >= 10, "the page does not say what causes it"
    assert list(parts)[1:] == SECTIONS
    if failing(page):
        assert any(block.info == "python" and not block.claims for block in blocks.blocks(page)), \
            "the page shows no program without the error"
    else:
        assert all(len(parts[name].split()) >= 8 for name in ("Fails", "Fixed")), \
            "without a program the page must say in words when it happens and what to do"


@pytest.mark.parametrize("page", [page for page in PAGES if failing(page)], ids=lambda page: page.stem)
def test_output(page: Path, bless: bool) -> None:
    block = failing(page)
    assert block is not None
    shown = f"```text\n{blocks.run(block).text}```"
    expected = sections(page)["Output"].strip()
    if bless and shown != expected:
        text = page.read_text(encoding="utf-8")
        page.write_text(_with_output(text, shown), encoding="utf-8")
        expected = sections(page)["Output"].strip()
    assert shown == expected, "pytest --bless accepts the new text"


def _with_output(text: str, output: str) -> str:
    return re.sub(r"(?<=^## Output\n).*?(?=^## Fixed$)", lambda _: f"\n{output}\n\n", text,
                  flags=re.MULTILINE | re.DOTALL)
