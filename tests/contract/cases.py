"""What the tests of the contract are made of: claims about the language, each with a program that shows it.

A module of tests has a table of claims for one part of the language:

* `value(claim, text, answer)`: the text runs, and the variable `answer` holds this number afterwards (modulo 2**64);
* `accepted(claim, text)`: the text compiles, and the kernel's verifier takes it;
* `refused(claim, text)`: the text is in error, with the codes on the lines where `# error: [BPF2012]` stands.

A text is an expression, the body of a program (which assigns `answer`), or, where it has decorators, functions and
declarations of its own, among them the program `prog`. All texts of a table are programs of one module, which is
compiled, loaded and run once: what a stage of the compiler refuses is taken out, and the rest goes through the next
one. `module(...)` is for what Python must not see together with other claims: a file of its own, perhaps with others
beside it. Claims that are shown outside of these tables are listed by name: `shown(claim, where...)`.
"""

from __future__ import annotations

import ast
import contextlib
import os
import re
import sys
import tempfile
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.cli.check import preload
from pybpfc.cli.isolated import ChildEnded, ChildFailed, Isolated
from pybpfc.compiler.diagnostics import CompileError, Diagnostic
from pybpfc.compiler.pipeline import Options, check_file, compile_file
from support.claims import Claim, claims_of, reported, without_claims

TESTS = Path(__file__).resolve().parents[1]
PACKET = bytes(range(64))
HEAD = """\
from typing import Annotated, Final
from pybpfc import *
from pybpfc.helpers import *
from pybpfc.net import *

LICENSE = "GPL"
answer: s64 = data(0)


class Given(Struct):
    number: u64

"""


@dataclass(frozen=True)
class Case:
    """A claim and the program that shows it."""

    claim: str
    text: str
    answer: int | None = None
    returns: int | None = None
    packet: bytes = PACKET
    alone: bool = False  # a module of its own
    loads: bool = True  # False: for kernels that allow its kind of program
    files: dict[str, str] = field(default_factory=dict)
    options: Options | None = None

    @property
    def claims(self) -> list[Claim]:
        return claims_of(self.text)

    @property
    def is_refused(self) -> bool:
        return any(claim.kind == "error" for claim in self.claims)


@dataclass(frozen=True)
class Shown:
    """A claim that other tests show: pages of the specification with a heading, golden files, test functions."""

    claim: str
    where: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What the compiler reported, and for each cpu version the answer and the result of the run."""

    claims: tuple[Claim, ...] = ()
    runs: tuple[tuple[str, int, int], ...] = ()
    trouble: str = ""
    said: str = ""  # the messages, for a person


def _clean(text: str) -> str:
    return textwrap.dedent(text).strip("\n") + "\n"


def value(claim: str, text: str, answer: int, packet: bytes = PACKET, returns: int | None = None) -> Case:
    return Case(claim, _clean(text), answer & 0xFFFF_FFFF_FFFF_FFFF, returns, packet)


def accepted(claim: str, text: str, loads: bool = True) -> Case:
    case = Case(claim, _clean(text), loads=loads)
    assert not case.is_refused, claim
    return case


def refused(claim: str, text: str) -> Case:
    case = Case(claim, _clean(text))
    assert case.is_refused, claim
    return case


def module(claim: str, text: str, answer: int | None = None, *, returns: int | None = None, packet: bytes = PACKET,
           options: Options | None = None, **files: str) -> Case:
    """A file by itself; `files` are modules beside it, `__` in a name is a folder's slash."""
    beside = {name.replace("__", "/") + ".py": _clean(text) for name, text in files.items()}
    return Case(claim, _clean(text), answer, returns, packet, alone=True, files=beside, options=options)


def shown(claim: str, *where: str) -> Shown:
    return Shown(claim, where)


class Table:
    """The claims of one part of the language, with the declarations that their programs share."""

    def __init__(self, head: str, cases: list[Case], cpus: Sequence[str] = ("v3",)) -> None:
        self.head = HEAD + _clean(head)
        self.cases = cases
        self.cpus = cpus
        self._outcomes: list[Outcome] | None = None

    @property
    def parameters(self) -> list[object]:
        return [pytest.param(number, id=case.claim) for number, case in enumerate(self.cases)]

    def check(self, number: int) -> None:
        """Compare what came of a case with what it claims."""
        if self._outcomes is None:
            preload()
            try:
                self._outcomes = self._judged()
            except (ChildEnded, ChildFailed) as error:  # said once for each case, not found out again
                text = f"{error}\n{getattr(error, 'details', '')}"
                self._outcomes = [Outcome(trouble=text)] * len(self.cases)
        case, outcome = self.cases[number], self._outcomes[number]
        assert not outcome.trouble, f"{case.text}\n{outcome.trouble}"
        assert sorted(outcome.claims) == sorted(case.claims), f"{case.text}\nreported: {outcome.said}"
        if case.is_refused:
            return
        for cpu, answer, returned in outcome.runs:
            assert case.answer is None or answer == case.answer, (
                f"{case.text}\ncpu {cpu}: the answer is {answer:#x} ({answer}), not {case.answer:#x} ({case.answer})")
            assert case.returns is None or returned == case.returns, f"{case.text}\ncpu {cpu}: {returned} is returned"

    def _judged(self) -> list[Outcome]:
        outcomes = [Outcome()] * len(self.cases)
        together = {number: case for number, case in enumerate(self.cases) if not case.alone}
        if together:
            for number, outcome in Isolated(lambda: _judge_together(self.head, together, self.cpus)).result().items():
                outcomes[number] = outcome
        for number, case in enumerate(self.cases):
            if case.alone:
                outcomes[number] = Isolated(lambda case=case: _judge_alone(case, self.cpus)).result()
        return outcomes


def marks(name: str) -> list[pytest.MarkDecorator]:
    """For all tests of a table: its module is made once, by one worker, and loaded."""
    return [pytest.mark.xdist_group(f"contract_{name}"), pytest.mark.usefixtures("privileged")]


def missing(shown: Iterable[Shown]) -> list[str]:
    """Names of tests that do not exist."""
    return [f"{claim.claim}: {where}" for claim in shown for where in claim.where if not _exists(where)]


def _exists(where: str) -> bool:
    """`spec/page.md#Heading` with a Python block, a program as `errors/name`, `folder/test_file.py::test_name`."""
    if where.startswith("spec/") and "#" in where:
        page, _, heading = where.partition("#")
        text = (TESTS.parent / page).read_text(encoding="utf-8")
        parts = re.split(r"^#+ (.+)$", text, flags=re.MULTILINE)
        return any(title == heading and "```python" in below
                   for title, below in zip(parts[1::2], parts[2::2], strict=True))
    if not where.partition("::")[0].endswith(".py"):
        return (TESTS / f"{where}.py").is_file()
    file, _, name = where.partition("::")
    path = TESTS / file
    return path.is_file() and (not name or f"def {name}(" in path.read_text(encoding="utf-8"))


# --- in a process of its own -------------------------------------------------------------------------------------


def _program(name: str, text: str, valued: bool) -> str:
    """The text of a case as top-level source."""
    if re.search(r"^@", text, re.MULTILINE):
        return "\n\n" + re.sub(r"\bprog\b", name, text)
    if valued:
        with contextlib.suppress(SyntaxError):
            ast.parse(text.strip(), mode="eval")
            text = f"answer = s64({text.strip()})\n"
    return f"@syscall\ndef {name}(given: Given) -> int:\n    global answer\n" + textwrap.indent(text, "    ") + \
        "    return 0\n"


class _Source:
    """The module of some cases, and which lines are whose."""

    def __init__(self, head: str, cases: dict[int, Case]) -> None:
        self.text = head
        self._spans: list[tuple[int, int, int]] = []
        for number, case in cases.items():
            text = _program(f"case_{number}", without_claims(case.text), case.answer is not None)
            above = 2 if text.startswith("\n") else 3
            first = self.text.count("\n") + 1
            self.text += text + "\n"
            self._spans.append((number, first + above, self.text.count("\n")))

    def owner(self, line: int) -> tuple[int, int] | None:
        """The case that a line belongs to, and the line in its text (below 1: in the `def` made for it)."""
        for number, first, last in self._spans:
            if first - 3 <= line <= last:
                return number, line - first + 1
        return None


def _judge_together(head: str, cases: dict[int, Case], cpus: Sequence[str]) -> dict[int, Outcome]:
    outcomes = {number: Outcome() for number in cases}
    left = dict(cases)
    with _folder() as folder:
        path = folder / "contract_cases.py"
        while left:
            source = _Source(head, left)
            path.write_text(source.text)
            sys.modules.pop("contract_cases", None)
            found = check_file(str(path))
            wrong = _attribute(source, found, outcomes, left)
            if not wrong:
                break
            for number in wrong:
                del left[number]
        if left:
            _run_all(path, left, outcomes, cpus)
    return outcomes


def _attribute(source: _Source, found: Iterable[Diagnostic], outcomes: dict[int, Outcome],
               left: dict[int, Case]) -> set[int]:
    """Give each case what was reported about it; those in error."""
    wrong = set()
    claims: dict[int, list[Claim]] = {number: [] for number in left}
    said: dict[int, list[tuple[Claim, str]]] = {number: [] for number in left}
    for item, claim in zip(found, reported(found), strict=True):
        owner = source.owner(claim.line)
        if owner is None:
            raise AssertionError(f"outside of all cases: {item.code} line {claim.line}: {item.message}")
        number, line = owner
        claims[number].append(replace(claim, line=line))
        said[number].append((claims[number][-1], item.message))
        if item.is_error:
            wrong.add(number)
    for number, items in claims.items():
        outcomes[number] = Outcome(tuple(items), said="; ".join(f"{item} {text}" for item, text in said[number]))
    return wrong


def _run_all(path: Path, left: dict[int, Case], outcomes: dict[int, Outcome], cpus: Sequence[str]) -> None:
    for cpu in cpus:
        sys.modules.pop("contract_cases", None)
        try:
            spec = rt.ObjectSpec.from_bytes(compile_file(str(path), Options(cpu=cpu)).data, "contract_cases")
        except CompileError as error:
            raise AssertionError(f"cpu {cpu}:\n{error}") from error
        for name, program in spec.programs.items():
            program.autoload = _case_of(name, left).loads
        try:
            loaded = spec.load()
        except rt.BpfError:
            _load_one_by_one(path, left, outcomes, cpu)
            continue
        with loaded:
            for number, case in left.items():
                outcomes[number] = _run(loaded, f"case_{number}", case, cpu, outcomes[number])


def _case_of(name: str, cases: dict[int, Case]) -> Case:
    """The case that a program belongs to."""
    return next(case for number, case in cases.items()
                if name == f"case_{number}" or re.search(rf"^def {name}\(", case.text, re.MULTILINE))


def _load_one_by_one(path: Path, left: dict[int, Case], outcomes: dict[int, Outcome], cpu: str) -> None:
    """The verifier refuses something: say which case it is."""
    data = compile_file(str(path), Options(cpu=cpu)).data
    for number, case in left.items():
        if not case.loads:
            continue
        spec = rt.ObjectSpec.from_bytes(data, "contract_cases")
        for name, program in spec.programs.items():
            program.autoload = _case_of(name, left) is case
        try:
            with spec.load() as loaded:
                outcomes[number] = _run(loaded, f"case_{number}", case, cpu, outcomes[number])
        except rt.BpfError as error:
            outcomes[number] = replace(outcomes[number], trouble=f"cpu {cpu}: {error}")


def _run(loaded: rt.Object, name: str, case: Case, cpu: str, before: Outcome) -> Outcome:
    if case.answer is None and case.returns is None:
        return before
    program = loaded.programs[name]
    if "answer" in loaded.globals:
        loaded.globals["answer"] = 0
    if program.linked.spec.section == "syscall":
        result = program.test_run(ctx=bytes(8))
    else:
        result = program.test_run(data=case.packet)
    answer = loaded.globals["answer"] & 0xFFFF_FFFF_FFFF_FFFF if "answer" in loaded.globals else 0
    return replace(before, runs=(*before.runs, (cpu, answer, result.return_value)))


def _judge_alone(case: Case, cpus: Sequence[str]) -> Outcome:
    with _folder() as folder:
        for name, text in case.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        path = folder / "prog.py"
        path.write_text(without_claims(case.text))
        found = check_file(str(path), case.options)
        outcome = Outcome(tuple(reported(found)), said="; ".join(f"{item.code} {item.message}" for item in found))
        if any(claim.kind == "error" for claim in outcome.claims):
            return outcome
        for cpu in cpus if case.options is None else (case.options.cpu,):
            options = case.options or Options(cpu=cpu)
            try:
                spec = rt.ObjectSpec.from_bytes(compile_file(str(path), options).data, "prog")
                with spec.load() as loaded:
                    outcome = _run(loaded, "prog", case, cpu, outcome)
            except (CompileError, rt.BpfError) as error:
                return replace(outcome, trouble=f"cpu {cpu}: {error}")
        return outcome


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        yield Path(folder)
