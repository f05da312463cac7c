"""USDT probes and programs at many functions at once, on a binary of the tests' own and on this process."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc_runtime import features
from pybpfc_runtime.attach.binary import Binary, NotThere, function_offset, matching_functions
from pybpfc_runtime.attach.binary import opened as opened_binary
from pybpfc_runtime.attach.find_binary import cached_libraries, find_binary
from pybpfc_runtime.attach.usdt_notes import (
    CONST,
    EM_AARCH64,
    EM_X86_64,
    REG,
    REG_DEREF,
    SIB,
    Argument,
    arguments,
    probes,
)
from support.machine import check, needs_tool, run

Open = Callable[[str], rt.ObjectSpec]

SOURCE = Path(__file__).with_name("c") / "probed.c"

@pytest.fixture(scope="module", params=["-pie", "-no-pie", "-static-pie"])
def probed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("usdt")
    pic = "-fno-pie" if request.param == "-no-pie" else "-fPIE"
    check(needs_tool("clang-22"), "-O2", pic, request.param, SOURCE, "-o", folder / "probed")
    return folder / "probed"


def only(spec: rt.ObjectSpec, *names: str) -> rt.ObjectSpec:
    for program in spec.programs.values():
        program.autoload = program.name in names
    return spec


# The eighth is at a register plus an index: programs read that from libbpf 1.7 on.
HEADER = Path("/usr/include/bpf/usdt.bpf.h")
EXPECTED = (-41, -3, 250, -300, -70000, 1 << 40, -9, 65236 if "ARG_SIB" in HEADER.read_text() else 0,
            0x1122334455667788, 0x55667788, 0x88, 77)


@pytest.mark.usefixtures("privileged")
@pytest.mark.parametrize("many", [True, False], ids=["multi", "single"])
def test_arguments_and_semaphore(many: bool, probed: Path, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    if not many:
        monkeypatch.setattr(features, "has_uprobe_multi", lambda: False)
    with only(opened("usdt"), "on_probe").load() as bpf:
        program = bpf.programs["on_probe"]
        with program.attach(path=probed, provider="pybpfc", name="plain", cookie=99) as link:
            assert link.where == f"usdt {probed}:pybpfc:plain" and link.attached
            assert check(probed).strip() == "1", "the semaphore says that somebody listens"
            assert (bpf.globals.fired, bpf.globals.count, bpf.globals.cookie) == (3, 12, 99)
            assert tuple(bpf.globals.values) == EXPECTED
            if many and features.has_uprobe_multi():
                info = link.info()
                assert info.type is rt.LinkType.BPF_LINK_TYPE_UPROBE_MULTI
                assert (info.detail["path"], info.detail["count"]) == (str(probed), 1)
        assert check(probed).strip() == "0"
        assert bpf.globals.fired == 3


@pytest.mark.usefixtures("privileged")
def test_a_probe_with_several_places(probed: Path, opened: Open) -> None:
    with only(opened("usdt"), "on_probe").load() as bpf:
        program = bpf.programs["on_probe"]
        with program.attach(path=probed, provider="pybpfc", name="twice"):
            check(probed)
            assert bpf.globals.fired == 6
            assert (bpf.globals.count, bpf.globals.values[0], bpf.globals.values[1]) == (2, 8, 5)
        with program.attach(path=probed, provider="pybpfc", name="bare", pid=0):
            check(probed)  # another process
        assert bpf.globals.fired == 6
        with program.attach(path=probed, provider="pybpfc", name="bare"):
            check(probed)
        assert (bpf.globals.fired, bpf.globals.count) == (9, 0)


@pytest.mark.usefixtures("privileged")
def test_slots_are_given_back(probed: Path, opened: Open) -> None:
    spec = only(opened("usdt"), "on_probe")
    spec.maps["__bpf_usdt_specs"].max_entries = 2
    with spec.load() as bpf:
        program = bpf.programs["on_probe"]
        for _ in range(3):
            with program.attach(path=probed, provider="pybpfc", name="twice"):
                with pytest.raises(rt.AttachError, match="all 2 slots of __bpf_usdt_specs") as caught:
                    program.attach(path=probed, provider="pybpfc", name="bare")
                assert "max_entries" in caught.value.help


@pytest.mark.usefixtures("privileged")
def test_wrong_probes(probed: Path, opened: Open) -> None:
    with only(opened("usdt"), "on_probe").load() as bpf:
        program = bpf.programs["on_probe"]
        before = set(os.listdir("/proc/self/fd"))
        for options, words, help_ in (
                ({}, "which probe of which binary", "usdt/path:provider:name"),
                ({"path": probed, "provider": "pybpfc", "name": "plian"}, "has no probe pybpfc:plian", "pybpfc:plain"),
                ({"path": probed, "provider": "pybpfc", "name": "floating"}, "'8f@%xmm0' is of a form", "integers"),
                ({"path": needs_tool("true"), "provider": "a", "name": "b"}, "has no probe a:b", "no USDT probes"),
                ({"path": __file__, "provider": "a", "name": "b"}, "no ELF file", "")):
            with pytest.raises(rt.AttachError, match=words) as caught:
                program.attach(**options)
            assert help_ in caught.value.help
        assert set(os.listdir("/proc/self/fd")) == before


@pytest.mark.usefixtures("privileged")
def test_the_layout_of_newer_libbpf(probed: Path, opened: Open) -> None:
    with opened("usdt_newer").load() as bpf:
        with bpf.programs["on_probe"].attach(path=probed, provider="pybpfc", name="plain", cookie=99):
            check(probed)
        assert (bpf.globals.count, bpf.globals.cookie) == (12, 99)
        with opened_binary(str(probed), "test", "probes") as binary:
            expected = arguments(probes(binary)[0].arguments, binary.machine)
        assert [list(each) for each in bpf.globals.written] == [
            [each.kind, each.size, each.signed, each.value, each.register, each.index_register, each.scale]
            for each in expected]


@pytest.mark.usefixtures("privileged")
def test_an_unknown_layout(probed: Path, opened: Open) -> None:
    spec = opened("usdt_newer")
    spec.maps["__bpf_usdt_specs"].value_size += 8
    spec.maps["__bpf_usdt_specs"].value_type_id = 0
    with spec.load() as bpf, pytest.raises(rt.AttachError, match="have 312 bytes, not 208 or 304"):
        bpf.programs["on_probe"].attach(path=probed, provider="pybpfc", name="plain")


@pytest.mark.parametrize(("machine", "text", "expected"), [
    (EM_X86_64, "-4@%edi", Argument(REG, 4, True, 0, 112)),
    (EM_X86_64, "8@%r15", Argument(REG, 8, False, 0, 0)),
    (EM_X86_64, "1@%r8b", Argument(REG, 1, False, 0, 72)),
    (EM_X86_64, "-4@$5", Argument(CONST, 4, True, 5)),
    (EM_X86_64, "8@$-0x10", Argument(CONST, 8, False, -16)),
    (EM_X86_64, "-4@-1204(%rbp)", Argument(REG_DEREF, 4, True, -1204, 32)),
    (EM_X86_64, "2@(%rsp)", Argument(REG_DEREF, 2, False, 0, 152)),
    (EM_X86_64, "8@-8(%rax,%r12,8)", Argument(SIB, 8, False, -8, 80, 24, 3)),
    (EM_X86_64, "8@(%rax,%rbx)", Argument(SIB, 8, False, 0, 80, 40, 0)),
    (EM_AARCH64, "-4@x19", Argument(REG, 4, True, 0, 152)),
    (EM_AARCH64, "4@w3", Argument(REG, 4, False, 0, 24)),
    (EM_AARCH64, "8@[sp, 16]", Argument(REG_DEREF, 8, False, 16, 248)),
    (EM_AARCH64, "-4@[x29, -20]", Argument(REG_DEREF, 4, True, -20, 232)),
    (EM_AARCH64, "2@[x0]", Argument(REG_DEREF, 2, False, 0, 0)),
    (EM_AARCH64, "-8@-5", Argument(CONST, 8, True, -5)),
])
def test_grammar(machine: int, text: str, expected: Argument) -> None:
    assert arguments(text, machine) == (expected,)


def test_several_arguments() -> None:
    assert [each.kind for each in arguments("8@[sp, 16] -4@x1 4@7", EM_AARCH64)] == [REG_DEREF, REG, CONST]
    assert arguments("  ", EM_X86_64) == ()


@pytest.mark.parametrize("text", ["4f@%xmm0", "3@%eax", "4@%eex", "8@counter(%rip)", "%eax", "8@[sp, 16]",
                                  "-4@%eax 8@", "8@(%rax,%rbx,3)"])
def test_grammar_refuses(text: str) -> None:
    with pytest.raises(NotThere):
        arguments(text, EM_X86_64)


def test_other_processors_have_no_grammar() -> None:
    with pytest.raises(NotThere, match="processor 22"):
        arguments("8@%r2", 22)


def test_notes_agree_with_readelf(probed: Path) -> None:
    text = check(needs_tool("readelf"), "-nW", probed)
    locations = [line.split(",")[0].split()[-1] for line in text.splitlines() if "Location:" in line]
    with opened_binary(str(probed), "test", "probes") as binary:
        found = probes(binary)
        assert [probe.address for probe in found] == [int(each, 16) for each in locations]
        assert [probe.name for probe in found] == ["plain", "typed", "twice", "twice", "bare", "floating"]
        assert isinstance(binary, Binary)
    assert found[0].semaphore and not found[1].semaphore


# Programs at many functions


@pytest.mark.usefixtures("privileged")
def test_functions_by_glob(probed: Path, opened: Open) -> None:
    with only(opened("usdt"), "on_entry", "on_return").load() as bpf:
        entry, leave = bpf.programs["on_entry"], bpf.programs["on_return"]
        with (entry.attach(path=probed, pattern="demo_*", cookie=5) as link,
              leave.attach(path=probed, pattern="demo_?irst")):
            check(probed)
            assert (bpf.globals.entered, bpf.globals.returned, bpf.globals.last_cookie) == (6, 3, 5)
            detail = link.info().detail
            assert (detail["path"], detail["count"], detail["pid"]) == (str(probed), 2, 0)
        check(probed)
        assert bpf.globals.entered == 6
        bpf.globals.cookies_seen = 0
        with entry.attach(path=probed, functions=["demo_first", "demo_second"], cookies=[10, 20]):
            check(probed)
        assert bpf.globals.cookies_seen == 1 << 10 | 1 << 20
        place = function_offset(str(probed), "main", "test")
        with entry.attach(path=probed, offsets=[place]):
            check(probed)
        assert bpf.globals.entered == 13


@pytest.mark.usefixtures("privileged")
def test_functions_of_this_process(opened: Open) -> None:
    libc = ctypes.CDLL("libc.so.6")
    with only(opened("usdt"), "on_entry").load() as bpf:
        with bpf.programs["on_entry"].attach(path="libc.so.6", functions=["labs"], pid=0):
            for _ in range(3):
                libc.labs(-4)
            check(needs_tool("true"))
        assert bpf.globals.entered == 3


@pytest.mark.usefixtures("privileged")
def test_a_session(probed: Path, opened: Open) -> None:
    """Once at the entry and, since the program returned 0, once at the return (6.13)."""
    if not features.loads_program_type(rt.ProgramType.BPF_PROG_TYPE_KPROBE, rt.AttachType.BPF_TRACE_UPROBE_SESSION):
        with pytest.raises(rt.KernelError):
            only(opened("usdt"), "on_both").load()
        return
    with only(opened("usdt"), "on_both").load() as bpf:
        with bpf.programs["on_both"].attach(path=probed, pattern="demo_first"):
            check(probed)
        assert bpf.globals.in_session == 6


@pytest.mark.usefixtures("privileged")
def test_wrong_functions(probed: Path, opened: Open) -> None:
    with only(opened("usdt"), "on_entry").load() as bpf:
        program = bpf.programs["on_entry"]
        for options, words in (
                ({}, "which functions of which binary"), ({"path": probed}, "which functions of"),
                ({"path": probed, "pattern": "a", "offsets": [1]}, "pattern and offsets do not go together"),
                ({"path": probed, "pattern": "no_such_*"}, "none matches"),
                ({"path": probed, "functions": ["demo_frist"]}, "no such symbol"),
                ({"path": probed, "functions": ["main"], "cookies": [1, 2]}, "2 cookies for 1 places")):
            with pytest.raises(rt.AttachError, match=words):
                program.attach(**options)
        with pytest.raises(rt.AttachError) as caught:
            program.attach(path=probed, functions=["demo_frist"])
        assert "did you mean demo_first" in caught.value.help
        with pytest.raises(rt.AttachRefused, match="ESRCH"):
            program.attach(path=probed, functions=["main"], pid=1 << 22)


# Binaries


VERSIONED = """
int old_answer(void) { return 1; }
int new_answer(void) { return 2; }
int twin_a(void) { return 3; }
int twin_b(void) { return 4; }
asm(".symver old_answer,answer@V1");
asm(".symver new_answer,answer@@V2");
asm(".symver twin_a,twin@V1");
asm(".symver twin_b,twin@V2");
"""


@pytest.mark.parametrize("strip", [False, True], ids=["", "stripped"])
def test_versions_of_symbols(strip: bool, tmp_path: Path) -> None:
    (tmp_path / "x.c").write_text(VERSIONED)
    (tmp_path / "x.map").write_text("V1 { global: answer; twin; local: *; };\nV2 { } V1;\n")
    library = tmp_path / "libversioned.so"
    check(needs_tool("clang-22"), "-shared", "-fPIC", f"-Wl,--version-script={tmp_path / 'x.map'}", tmp_path / "x.c",
          "-o", library)
    listed = {line.split()[2]: int(line.split()[0], 16) for line in check(needs_tool("nm"), "-D", library).splitlines()
              if len(line.split()) == 3}
    if strip:
        check(needs_tool("strip"), library)

    def address(name: str) -> int:
        with opened_binary(str(library), "test", name) as binary:
            return next(symbol.address for symbol in binary.symbols() if binary.place(symbol.address)
                        == function_offset(str(library), name, "test"))

    assert address("answer@V1") == listed["answer@V1"]
    assert address("answer") == address("answer@V2") == listed["answer@@V2"]
    assert address("twin@V1") == listed["twin@V1"]
    with pytest.raises(rt.AttachError, match="there are several"):
        function_offset(str(library), "twin", "test")
    with pytest.raises(rt.AttachError, match="no such symbol") as caught:
        function_offset(str(library), "answer@V3", "test")
    assert "version V1, V2" in caught.value.help
    assert set(matching_functions(str(library), "answ*", "test")) == {"answer"}


def test_libraries_are_those_of_ldconfig() -> None:
    listed = run("ldconfig", "-p", environment={"PATH": os.environ["PATH"] + ":/sbin:/usr/sbin"}).stdout
    paths = [line.split("=> ")[1] for line in listed.splitlines() if line.split("(")[0].strip() == "libc.so.6"]
    assert cached_libraries("libc.so.6") == paths and paths
    assert cached_libraries("libc.so") == []
    loaded = [line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines() if "/libc.so.6" in line]
    assert os.path.samefile(find_binary("libc.so.6", "test"), loaded[0])


@pytest.mark.parametrize("cut", [20, 200, 60])
def test_a_corrupt_cache_is_no_cache(cut: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pybpfc_runtime.attach import find_binary as module

    (tmp_path / "cache").write_bytes(Path(module.CACHE).read_bytes()[:cut])
    monkeypatch.setattr(module, "CACHE", str(tmp_path / "cache"))
    assert len(cached_libraries("libc.so.6")) <= 1
    monkeypatch.setattr(module, "CACHE", str(tmp_path / "missing"))
    assert cached_libraries("libc.so.6") == []


def test_the_binary_is_what_it_says(probed: Path) -> None:
    assert subprocess.run([probed], check=True, capture_output=True, text=True).stdout == "0\n"
