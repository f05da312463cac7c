"""Every object through every library: what libbpf loads and another one refuses is a fact about that one.

spec/interop.md keeps the facts. `pytest tests/interop --bless` writes what was found; review the difference.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from findings import Finding
from vm.objects import REPOSITORY, sources

from . import judges
from .embedders import EMBEDDERS

pytestmark = [pytest.mark.usefixtures("privileged"), pytest.mark.xdist_group("interop")]

PAGE = REPOSITORY / "spec/interop.md"
NAMES = sorted(sources())
OTHERS = ("cilium/ebpf", "Aya")
LOADS, HOST = "loads", "not on this machine"

Ask = Callable[[str], dict[str, str]]


def short(said: str) -> str:
    """The last line of a refusal, without paths and addresses, which change, for a cell of the table."""
    line = said.splitlines()[-1].removeprefix("Error: ")
    line = re.sub(r"0x[0-9a-f]+", "0x…", re.sub(r"(reading the object: )?file /\S+: ", "", line))
    return "refuses: " + line[:120].replace("|", "/").replace('"', "'")


@pytest.fixture(scope="session")
def verdicts(judge_of: Callable[[str], judges.Judge], object_file: Callable[[str], Path]) -> Ask:
    """What each says about an object; HOST where libbpf cannot load it either, as a kernel feature is missing."""

    @functools.cache
    def ask(name: str) -> dict[str, str]:
        here = judge_of("bpftool")(object_file(name)) == ""
        said = {other: judge_of(other)(object_file(name)) for other in OTHERS}
        return {"libbpf": LOADS if here else HOST,
                **{other: (short(text) if text else LOADS) if here else HOST for other, text in said.items()}}

    return ask


def written() -> dict[str, dict[str, str]]:
    """The cells of the page: by object, by library."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")]
            for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")] if PAGE.exists() else []
    return {row[0]: dict(zip(("libbpf", *OTHERS), row[1:], strict=True)) for row in rows[1:]}


@pytest.mark.parametrize("name", NAMES)
def test_verdicts(name: str, verdicts: Ask, finding: Finding, bless: bool) -> None:
    found = verdicts(name)
    for judge, cell in found.items():
        finding("libraries", name, judge, cell)
    if not bless:
        known = written().get(name)
        assert known is not None, f"{PAGE.name} does not have {name}: pytest tests/interop --bless adds it"
        # what this machine's kernel cannot load, another machine has judged
        assert {judge: known[judge] for judge in found if found[judge] != HOST} == {
            judge: cell for judge, cell in found.items() if cell != HOST}


def test_page(verdicts: Ask, bless: bool) -> None:
    """The page is whole: its objects, its versions, its words."""
    before = written()
    if bless:
        found = {name: verdicts(name) for name in NAMES}
        for name, cells in found.items():
            cells.update({judge: before[name][judge] for judge in cells if cells[judge] == HOST and name in before})
        PAGE.write_text(page(found), encoding="utf-8")
    assert sorted(written()) == NAMES
    assert PAGE.read_text(encoding="utf-8") == page(written())


def page(cells: dict[str, dict[str, str]]) -> str:
    versions = ", ".join(f"{name} {EMBEDDERS[name].version}" for name in OTHERS)
    heads = ["object", "libbpf", *OTHERS]
    rows = [heads, *([name, *(cells[name][judge] for judge in ("libbpf", *OTHERS))] for name in sorted(cells))]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|" + "---|" * len(heads))
    return _HEAD.format(versions=versions) + "\n".join(lines) + _TAIL


_HEAD = """# Other loaders

An object is an ordinary BPF object: whatever loads C programs loads it. `tests/interop` has a program in C (skeleton
and libbpf), in Go and in Rust that each embed one, set its constants, attach it, read its map, its ring buffer and its
global variable; ip, tc and bpftool load and attach the examples. Below is what each library says about every object of
the examples and the tests. {versions}; libbpf is the machine's, from 1.1 on, through bpftool.

"""
_TAIL = f"""

- **{LOADS}**: every map and program, by the kernel's judgement.
- **refuses**: libbpf loads the object, this library does not, and says why.
- **{HOST}**: the kernel of the machine that wrote the table loads no programs of this kind, whoever asks.

## What to know

- Aya knows fewer section names than libbpf. A traffic control program is its kind too when it is declared with
  `@section("classifier")`, which every other loader takes as well.
- Aya loads no objects that call kernel functions or name kernel variables (`.ksyms`) or values of the kernel's
  configuration (`.kconfig`). It takes the target of a program that is typed by BTF at `load()`, not from the section's
  name.
- cilium/ebpf loads kernel functions and `.kconfig`, but no optional (weak) values of it, and no variables of `.ksyms`:
  the same C, built by clang, is refused with the same words.
- Arguments of USDTs are read as libbpf's `usdt.bpf.h` does it, from maps that its loader and the one here fill;
  cilium/ebpf and Aya know neither them nor `LINUX_HAS_BPF_COOKIE`.
- bpftool attaches by itself (`prog loadall ... autoattach`) from 7.2 on.
"""


CLASSIFIER = """
from pybpfc import TC_ACT_OK, __sk_buff, section
LICENSE = "GPL"
@section("classifier")
def pass_all(skb: __sk_buff) -> int:
    return TC_ACT_OK
"""
CONFIGURATION = """
from pybpfc import XDP_PASS, data, kconfig, u32, xdp, xdp_md
LICENSE = "GPL"
LINUX_KERNEL_VERSION: u32 = kconfig("LINUX_KERNEL_VERSION", u32)
seen: u32 = data(0)
@xdp
def pass_all(ctx: xdp_md) -> int:
    global seen
    seen = LINUX_KERNEL_VERSION
    return XDP_PASS
"""


@pytest.mark.parametrize(("text", "loading"), [
    (CLASSIFIER, ("pybpfc_runtime", "bpftool", "cilium/ebpf", "Aya")),
    (CONFIGURATION, ("pybpfc_runtime", "bpftool", "cilium/ebpf")),
], ids=["classifier", "configuration"])
def test_what_the_page_says(text: str, loading: tuple[str, ...], judge_of: Callable[[str], judges.Judge],
                            tmp_path: Path) -> None:
    from pybpfc.compiler.pipeline import compile_file

    (tmp_path / "program.py").write_text(text)
    target = tmp_path / "program.o"
    target.write_bytes(compile_file(str(tmp_path / "program.py")).data)
    for judge in loading:
        assert judge_of(judge)(target) == "", judge
