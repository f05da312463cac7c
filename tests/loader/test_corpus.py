"""Every program of the corpus, loaded by libbpf and by this loader: one verdict, one result.

The first and the last comment of a source may say what is expected (`loads` where nothing is said):

    expect: NAME VERDICT, ...      of a program: the kernel's errno, or `refused` by the loader
    object: VERDICT                of the whole object
    together: VERDICT              of all its programs at once
    libbpf: 1.N                    judged by libbpf from that version on; by an older one only against what is expected
    clang: N                       the oldest compiler that can build it
    flags: ...                     of the compiler
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from support import clang, judge
from support.judge import Judge, Outcome
from support.machine import check

pytestmark = pytest.mark.usefixtures("privileged")

CORPUS = Path(__file__).with_name("corpus")
OBJECTS = CORPUS.with_name("objects")
SOURCES = sorted(path.name.removesuffix(".bpf.c") for path in CORPUS.glob("*.bpf.c"))
FIELDS = ("expect", "object", "together", "libbpf", "clang", "flags")

# Where the verdicts differ on purpose: (libbpf's, ours, why).
DIFFERENT: dict[tuple[str, str], tuple[str, str, str]] = {
    ("calls_program", ""): ("refused", "loads", "the kernel takes a call into the own section, so do we"),
    ("calls_static_program", ""): ("refused", "loads", "a static function beside programs is a subprogram to us"),
    ("maps_unused", ""): ("refused", "loads", "a static map has all that a map needs"),
}


def notes(source: str) -> dict[str, str]:
    """The fields in a source's comments."""
    comments = re.findall(r"/\*(.*?)\*/", (CORPUS / f"{source}.bpf.c").read_text(), re.DOTALL)
    text = " # ".join(re.sub(r"\s+\*?\s*", " ", comment) for comment in comments)
    pattern = rf"\b({'|'.join(FIELDS)}): (.*?)(?=\b(?:{'|'.join(FIELDS)}): | #|$)"
    return {name: value.strip() for name, value in re.findall(pattern, text)}


def expected(source: str, program: str) -> str:
    said = notes(source).get("expect", "")
    verdicts = dict(item.split()[:2] for item in said.split(",") if item.strip()) if said else {}
    return verdicts.get(program, "loads")


@pytest.fixture(scope="session")
def libbpf() -> Judge:
    return Judge()


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    folder = tmp_path_factory.mktemp("corpus")

    @cache
    def build(compiler: str, source: str) -> Path:
        target = folder / compiler / f"{source}.o"
        target.parent.mkdir(exist_ok=True)
        _, *rest = clang.command(CORPUS / f"{source}.bpf.c", target, CORPUS)
        flags = notes(source).get("flags", "").split()
        check(compiler, *rest[:-4], "-Wno-everything", *flags, *rest[-4:])
        return target

    return build


def judged(source: str, path: Path, libbpf: Judge) -> None:
    said = notes(source)
    known = libbpf.version >= tuple(int(part) for part in said.get("libbpf", "1.0").split("."))
    if "object" in said:
        ours, theirs = judge.load(path, None), libbpf.load(path, None)
        names = libbpf.programs(path) or judge.programs(path)
        if names and said["object"] != "loads":  # what is wrong shows only where a program asks for it
            ours, theirs = judge.load(path, names[0]), libbpf.load(path, names[0])
        agree(source, "", ours, theirs, said["object"], known)
        return
    names = libbpf.programs(path) or ([] if known else judge.programs(path))
    if not names:
        agree(source, "", judge.load(path, judge.ALL), libbpf.load(path, judge.ALL), "loads", known)
        return
    if "together" in said:
        agree(source, judge.ALL, judge.load(path, judge.ALL), libbpf.load(path, judge.ALL), said["together"], known)
    problems = []
    for name in names:
        try:
            agree(source, name, judge.load(path, name), libbpf.load(path, name), expected(source, name), known)
        except AssertionError as error:
            problems.append(f"{name}: {error}"[:2000])
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def agree(source: str, name: str, ours: Outcome, theirs: Outcome, verdict: str, known: bool) -> None:
    exception = DIFFERENT.get((source, name))
    if exception is not None:
        assert (theirs.verdict, ours.verdict) == exception[:2], f"libbpf: {theirs.why}\nours: {ours.why}"
        return
    both = f"{ours.why}\nlibbpf: {theirs.verdict} {theirs.why}"
    assert verdict in (ours.verdict, "any"), f"{ours.verdict}, not {verdict}: {both}"
    if not known:
        return
    assert theirs.verdict == ours.verdict, f"libbpf: {theirs.verdict}, ours: {ours.verdict} {both}"
    for what in ("instructions", "program", "maps", "types"):
        mine, other = getattr(ours, what), getattr(theirs, what)
        assert mine == other, f"{what} differ: {difference(mine, other)}"


def difference(mine: object, theirs: object) -> str:
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return "; ".join(f"{key}: {difference(mine.get(key), theirs.get(key))}" for key in sorted({*mine, *theirs})
                         if mine.get(key) != theirs.get(key))
    if isinstance(mine, list) and isinstance(theirs, list):
        pairs = [(index, a, b) for index, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b]
        return f"{len(mine)} and {len(theirs)}, first {pairs[:2]}"
    if isinstance(mine, bytes) and isinstance(theirs, bytes):
        at = next((at for at in range(0, len(mine), 8) if mine[at : at + 8] != theirs[at : at + 8]), len(mine))
        return f"{len(mine)} and {len(theirs)} bytes, at {at}: {mine[at:at + 8].hex()} {theirs[at:at + 8].hex()}"
    return f"{mine!r}, libbpf {theirs!r}"


@pytest.mark.parametrize("source", SOURCES)
def test_as_libbpf(source: str, corpus: Callable[[str, str], Path], libbpf: Judge) -> None:
    judged(source, corpus("clang-22", source), libbpf)


OLDER = [pytest.param(None, path.name.split(".")[0], path, id=path.stem) for path in sorted(OBJECTS.glob("*.o"))] + [
    pytest.param(f"clang-{version}", source, None, id=f"{source}.clang-{version} of this machine")
    for version in (14, 19) if shutil.which(f"clang-{version}") for source in SOURCES
    if int(notes(source).get("clang", "0")) <= version]


@pytest.mark.parametrize(("compiler", "source", "stored"), OLDER)
def test_objects_of_older_compilers(compiler: str | None, source: str, stored: Path | None,
                                    corpus: Callable[[str, str], Path], libbpf: Judge) -> None:
    """Stored ones, as these compilers are not on every machine; the whole corpus where they are."""
    path = stored or corpus(str(compiler), source)
    judged(source, path, libbpf)
