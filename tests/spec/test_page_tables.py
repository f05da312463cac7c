"""The tables of the specification are those of the compiler."""

from __future__ import annotations

import blocks

from pybpfc.tables import map_kinds, program_kinds
from pybpfc.tables.rows import Legal, MapKind, ProgramKind
from pybpfc_runtime.attach import option_names
from pybpfc_runtime.sections import match_section


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the table whose first column has this heading."""
    lines = (blocks.ROOT / page).read_text(encoding="utf-8").split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    found = []
    for line in lines[start + 2:]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split(" | ")] if " | " in line else [line])
    return found


def code(text: str) -> str:
    return f"`{text}`" if text else ""


def of_map(kind: MapKind) -> list[str]:
    operators = "" if not kind.operators else "dict" if "delitem" in kind.operators else "dict but `del`"
    return [code(kind.class_name), kind.kernel_name.removeprefix("BPF_MAP_TYPE_"), ", ".join(kind.parameters),
            ", ".join(map(code, sorted(kind.methods))), operators, kind.since, kind.sleepable]


def results(legal: Legal) -> str:
    if legal.names:
        more = ", or more" if legal.maximum is None else ""
        return ", ".join(name for _, name in sorted(legal.names.items())) + more
    if legal.minimum is None and legal.maximum is None:
        return "any"
    return str(legal.minimum) if legal.minimum == legal.maximum else f"{legal.minimum} to {legal.maximum}"


def of_program(kind: ProgramKind) -> list[str]:
    decorator = f"@{kind.decorator}" + (f"({', '.join(kind.arguments)})" if kind.arguments else "")
    return [code(decorator), code(kind.section), code(kind.context), results(kind.legal), str(kind.legal.neutral)]


def test_maps() -> None:
    assert rows("maps.md", "class") == [of_map(kind) for kind in map_kinds.all_kinds()]


def test_programs() -> None:
    expected = [of_program(kind) for kind in program_kinds.all_kinds() if not kind.decorator.endswith("_s")]
    assert rows("programs.md", "decorator") == expected


def of_attachment(kind: ProgramKind) -> list[str]:
    decorator, section = of_program(kind)[:2]
    matched = match_section(program_kinds.section_of(kind, ()))
    assert matched is not None
    options = ", ".join(map(code, sorted(option_names(matched[0].attach))))
    return [decorator, section, options, kind.since]


def test_attaching() -> None:
    expected = [of_attachment(kind) for kind in program_kinds.all_kinds() if not kind.decorator.endswith("_s")]
    found = rows("attaching.md", "decorator")
    assert [[*row[:3], row[4]] for row in found] == expected
    assert all(row[3] for row in found)


def test_every_page_is_in_the_index() -> None:
    index = (blocks.ROOT / "README.md").read_text(encoding="utf-8")
    pages = {page.name for page in blocks.ROOT.glob("*.md")} - {"README.md"}
    assert [name for name in sorted(pages) if f"[{name}]({name})" not in index] == []
