"""Every function that kernels have for BPF programs: it is typed and compiles, or what is against it is known here."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc import kernel_btf, kernel_calls, kernel_functions, kfuncs
from pybpfc.compiler.pipeline import Options, compile_file
from pybpfc.tables import kfuncs as table
from pybpfc.tables.generate.kfuncs import _function
from pybpfc_runtime.btf.kernel import VMLINUX
from support import kernel_calls as written
from vm.kernel_image import types_of
from vm.kernels import SERIES, FetchError, Kernel, fetch
from vm.kfunc_flags import flags_of

HOST = "this one"
MARKED = ("6.12", "6.18", "7")  # the series whose types say which functions these are
COMPILED = (HOST, "7")  # for whose types a module of all calls is compiled

# What the language does not call, and why.
NOT_CALLED = {
    "__bpf_trap": "LLVM's mark of a path that cannot be taken: an object that reaches one is refused",
    "bpf_modify_return_test2": "what fmod_ret is tested on: no kind of program may call it, and nothing says what its "
                               "`void *` leads to",
}
OTHERWISE = {"bpf_cast_to_kern_ctx"}  # what it gives follows from its argument, so that its row says nothing

# Of what the generated programs leave out, how much there may be at most.
LEFT_OUT = {"a loop calls it": 27, "objects of the program's own, of which other tests are": 40,
            "a section, of which other tests have both ends": 8, "the contexts of several kinds": 2,
            "its context is another than that of programs which get such objects": 1}

# Flags with which a function is called otherwise: the others say which of its arguments must be trusted.
EFFECTS = {"ACQUIRE", "RELEASE", "RET_NULL", "SLEEPABLE", "RCU_PROTECTED"}
DIFFERENT = {
    "bpf_get_kmem_cache": "gives NULL for what is no object of a cache, which the verifier allows for reads",
    "bpf_fentry_test1": "no function to call: its flag says that sleeping programs may be attached to it",
    **dict.fromkeys(("bpf_arena_alloc_pages", "bpf_arena_free_pages", "bpf_arena_reserve_pages"),
                    "sleep until Linux 7, which the table goes by"),
    **dict.fromkeys(("bpf_res_spin_lock", "bpf_res_spin_lock_irqsave"),
                    "gives a number, of which the verifier follows 0 and the others"),
}


@pytest.fixture(autouse=True)
def _types_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test chooses with use() is gone after it."""
    monkeypatch.setattr(kernel_btf, "_chosen", None)


def types_for(series: str) -> Path:
    return Path(VMLINUX) if series == HOST else types_of(kernel_of(series))


def kernel_of(series: str) -> Kernel:
    try:
        return fetch(SERIES[series])
    except FetchError as error:
        pytest.skip(f"the types of kernel {series} cannot be had: {error}")


@pytest.mark.parametrize("series", [HOST, *MARKED])
def test_every_function_is_typed(series: str, tmp_path: Path) -> None:
    path = types_for(series)
    kernel_btf.use(path)
    names = kernel_functions.kfuncs()
    assert len(names) > 100
    programs: list[written.Program] = []
    left_out: Counter[str] = Counter()
    for name in names:
        assert kernel_calls.describe(name), "importing it would fail"
        found = kernel_calls.by_name(name)
        assert found is not None and len(found.row.arguments) == len(found.function.prototype.prototype.parameters)
        if found.problem:
            assert name in NOT_CALLED or name in OTHERWISE, found.problem
            continue
        assert name not in NOT_CALLED, "it has become callable"
        ast.parse(_function(name))
        try:
            programs.append(written.program(name))
        except written.NotWritten as error:
            left_out[str(error)] += 1
    assert all(count <= LEFT_OUT[reason] for reason, count in left_out.items()), left_out
    if series not in COMPILED:
        return
    source = tmp_path / "every_function.py"
    source.write_text(written.module(programs))
    spec = rt.ObjectSpec.from_bytes(compile_file(str(source), Options(btf=str(path))).data)
    called = {extern.name for extern in spec.externs.values() if extern.kind == "function"}
    assert not {each.function for each in programs} - called


def test_names_are_imported() -> None:
    for name in kernel_functions.kfuncs():
        found = getattr(kfuncs, name)
        assert name in (getattr(found, "__pybpfc_kfunc__", ""), getattr(found, "__pybpfc_enter__", ""))


@pytest.mark.parametrize("series", MARKED)
def test_flags_are_those_of_the_kernel(series: str) -> None:
    """BTF does not carry flags: the table is compared with the sets in the kernel's image."""
    wrong = {}
    for name, flags in flags_of(kernel_of(series)).items():
        stated = table.flags(name)
        if flags & EFFECTS != stated & EFFECTS and name not in DIFFERENT:
            wrong[name] = sorted(flags), sorted(stated)
    assert not wrong


@pytest.mark.parametrize("series", MARKED)
def test_flags_have_effects(series: str) -> None:
    """What a function acquires, gives up or may not give is what its call in a program is followed by."""
    flags = flags_of(kernel_of(series))
    kernel_btf.use(types_for(series))
    for name, of_kernel in flags.items():
        found = kernel_calls.by_name(name)
        assert found is not None
        if found.problem or name in DIFFERENT or name.startswith("bpf_iter_"):
            continue
        function = found.function
        assert bool(function.acquires and not function.lends) == ("ACQUIRE" in of_kernel) or name in table.SECTION_OF
        assert bool(function.releases) == ("RELEASE" in of_kernel) or name in table.SECTION_OF \
            or table.plain(name) in table.TAKES, name
        assert found.row.result.nullable == ("RET_NULL" in of_kernel), name
        if function.acquires and name not in table.SECTION_OF and not function.lends:
            assert function.acquires == "object" or function.acquires in table.RELEASED_BY, name


# What the verifier says of the programs that call a function which it has for none of their kinds.
_NOT_FOR_THESE = re.compile(r"calling kernel function \w+ is not allowed|metadata kfuncs require device-bound program|"
                            r"the prog does not allow writes to packet data")


@pytest.mark.usefixtures("privileged")
def test_programs_load(tmp_path: Path) -> None:
    """One program for each function that a system call or a tracepoint can call with what it gets by itself."""
    loaded: set[str] = set()
    refused: dict[str, str] = {}
    for decorator in ("syscall", 'tp_btf("sys_enter")'):
        programs = [each for each in _written(decorator) if f"on_{each.function}" not in loaded]
        source = tmp_path / f"{decorator[:7]}_calls.py"
        source.write_text(written.module(programs))
        spec = rt.ObjectSpec.from_bytes(compile_file(str(source)).data)
        for name in spec.programs:
            for program in spec.programs.values():
                program.autoload = program.name == name
            try:
                spec.load().close()
                loaded.add(name)
            except rt.BpfError as error:
                refused[name] = str(error)
    assert [text for name, text in refused.items() if name not in loaded and not _NOT_FOR_THESE.search(text)] == []
    assert len(loaded) > 60


def _written(decorator: str) -> Iterator[written.Program]:
    for name in kernel_functions.kfuncs():
        try:
            program = written.program(name, decorator)
        except written.NotWritten:
            continue
        found = kernel_calls.by_name(name)
        assert found is not None
        if decorator == "syscall" or "SLEEPABLE" not in found.function.flags:
            yield program
