"""Objects in the kernel: what programs compute, what variables hold, and that nothing is left behind."""

from __future__ import annotations

import ctypes
import errno
import gc
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc_runtime import syscall, system
from pybpfc_runtime.btf import types
from pybpfc_runtime.disasm import decode, encode
from pybpfc_runtime.features import has_context_tags, has_expected_attach_type
from pybpfc_runtime.importing import Importing
from pybpfc_runtime.link import link_program
from pybpfc_runtime.uapi import LDIMM64
from pybpfc_runtime.values import DeclarationError
from support import clang, packets
from support.libbpf import Libbpf
from support.machine import in_private_bpffs, needs_tool

pytestmark = pytest.mark.usefixtures("privileged")

Open = Callable[[str], rt.ObjectSpec]
FRAME = packets.udp()


def descriptors() -> set[str]:
    gc.collect()
    return set(os.listdir("/proc/self/fd"))


def test_subprograms(opened: Open) -> None:
    with opened("subprograms").load() as bpf:
        # 45 from the loop's callback, 0+1+4+9, twice 100, 6 plus one
        assert bpf.programs["calls"].test_run(FRAME).return_value == 45 + 14 + 200 + 7
        assert bpf.programs["calls"].test_run(packets.udp(payload=1200)).return_value == 45 + 5 + 200 + 7
        assert bpf.programs["calls_again"].test_run(FRAME).return_value == 9 + 8


def test_nothing_is_loaded_or_attached_while_a_program_is_imported(opened: Open) -> None:
    """An object that is built already, in a module that is imported to be compiled; other threads are not concerned."""
    spec = opened("local_call")
    with spec.load() as bpf:
        with Importing():
            with pytest.raises(DeclarationError, match=r"load\(\) ran while .*__main__"):
                spec.load()
            with pytest.raises(DeclarationError, match=r"attach\(\) ran while .*__main__"):
                bpf.programs["beside"].attach(interface="lo")
            loaded: list[rt.Object] = []
            other = threading.Thread(target=lambda: loaded.append(spec.load()))
            other.start()
            other.join()
        assert len(loaded) == 1
        loaded[0].close()
    spec.load().close()


def test_call_within_the_section(opened: Open) -> None:
    with opened("local_call").load() as bpf:
        assert bpf.programs["beside"].test_run(FRAME).return_value == 21


def test_each_subprogram_is_appended_once(opened: Open) -> None:
    spec = opened("subprograms")
    linked = link_program(spec, spec.programs["calls"])
    assert [function.name for _, function in linked.functions] == [
        "calls", "add_index", "sum_of_squares", "square", "global_twice", "hidden_plus_one"]
    starts = [slot for slot, _ in linked.functions]
    assert {slot for slot, _ in linked.line_info} >= set(starts)
    assert len(linked.function_info_records()) == 8 * len(starts)
    assert all(linked.line_at(slot) is not None for slot in range(len(linked.instructions) // 8))


def test_global_variables(opened: Open) -> None:
    spec = opened("globals")
    spec.data.counter = 100
    with spec.load(rodata={"limit": 7}) as bpf:
        values = bpf.globals
        assert bpf.programs["touch"].test_run(FRAME).return_value == 7 + 4
        assert (values.counter, values.zeroed, values.pair.second) == (107, 1, -3)
        assert (values.hidden_state, values.apart) == (4, 78)
        assert values.table == (0, ord("h"), 0, 0)
        values.counter = 0
        values.zeroed = 41
        bpf.programs["touch"].test_run(FRAME)
        assert (values.counter, values.zeroed) == (7, 42)
        assert (values.limit, values.label) == (7, "hello")
        with pytest.raises(rt.SpecError, match="frozen"):
            values.limit = 8
        with pytest.raises(rt.UnknownNameError, match="no global variable 'nothing'"):
            _ = values.nothing
    assert spec.rodata.limit == 10, "load(rodata=...) is for one load"
    with pytest.raises(rt.ClosedError):
        _ = values.limit
    with pytest.raises(rt.ClosedError):
        values.counter = 1


def test_global_variables_without_mmap(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a kernel before 5.5."""
    monkeypatch.setattr("pybpfc_runtime.features.has_mmapable_arrays", lambda: False)
    with opened("globals").load() as bpf:
        assert not bpf._memory
        bpf.globals.counter = 30
        bpf.programs["touch"].test_run(FRAME)
        assert (bpf.globals.counter, bpf.globals.zeroed, bpf.globals.apart) == (40, 1, 78)


def test_unknown_constant(opened: Open) -> None:
    before = descriptors()
    with pytest.raises(rt.UnknownNameError, match="limits"):
        opened("globals").load(rodata={"limits": 1})
    with pytest.raises(rt.CodecContextError, match="limit"):
        opened("globals").load(rodata={"limit": 1 << 40})
    assert descriptors() == before


@pytest.mark.parametrize("name", ["xdp_count", "subprograms", "maps", "globals", "tracing", "core", "core_kinds"])
def test_the_kernel_gets_what_libbpf_gives_it(name: str, built: Callable[[str], Path], opened: Open) -> None:
    """Instruction by instruction, descriptors masked."""
    path = built(name)
    spec = opened(name)
    libbpf = Libbpf()
    with libbpf.open(path) as theirs, spec.load() as ours:
        assert set(spec.programs) == set(theirs.programs)
        assert ours.programs
        for program in ours.programs:
            handle = theirs.programs[program]
            count = theirs.instruction_count(program)
            libbpf.library.bpf_program__insns.restype = ctypes.c_void_p
            libbpf.library.bpf_program__insns.argtypes = (ctypes.c_void_p,)
            address = libbpf.library.bpf_program__insns(handle)
            expected = ctypes.string_at(address, count * 8)
            assert masked(bytes(ours.programs[program].linked.instructions)) == masked(expected)


def masked(code: bytes) -> bytes:
    return encode([item._replace(imm=0) if item.code == LDIMM64 and item.src in (1, 2) else item
                   for _, item in decode(code)])


def test_tools_see_names_types_and_lines(opened: Open) -> None:
    with opened("globals").load() as bpf:
        info = bpf.programs["touch"].info()
        assert (info.name, info.type) == ("touch", rt.ProgramType.BPF_PROG_TYPE_SOCKET_FILTER)
        assert len(info.instructions) >= 8 * 50
        raw = syscall.obj_info(bpf.programs["touch"].fd, 232)
        map_ids, btf_id, function_infos, line_infos = (int.from_bytes(raw[at : at + 4], "little")
                                                       for at in (52, 128, 144, 148))
        assert map_ids == 4, "the constants are bound to the program as well"
        assert btf_id and function_infos == 1
        assert line_infos == len(bpf.programs["touch"].linked.line_info)
        assert bpf.maps[".rodata"].info().name.endswith(".rodata")


def test_inner_maps_and_tail_calls(opened: Open) -> None:
    with opened("maps").load() as bpf:
        assert bpf.programs["walk"].test_run(FRAME).return_value == 42, "the tail call reached its program"
        assert bpf.maps["inner_a"][0] == 1
        assert bpf.maps["inner_b"][0] == 0
        assert bpf.maps["outer"][0] == bpf.maps["inner_a"].info().id
        bpf.maps["outer"][0] = bpf.maps["inner_b"]
        bpf.programs["walk"].test_run(FRAME)
        assert (bpf.maps["inner_a"][0], bpf.maps["inner_b"][0]) == (1, 1)
        del bpf.maps["jumps"][1]
        assert bpf.programs["walk"].test_run(FRAME).return_value == 0
        with pytest.raises(KeyError):
            bpf.maps["jumps"][1]
        bpf.maps["jumps"][1] = bpf.programs["tail"]
        assert bpf.programs["walk"].test_run(FRAME).return_value == 42


def test_ring_buffer_size_is_rounded_to_pages(opened: Open) -> None:
    with opened("maps").load() as bpf:
        assert bpf.maps["ring"].info().max_entries == 8192


def test_test_run(opened: Open) -> None:
    with opened("xdp_count").load() as bpf:
        result = bpf.programs["count"].test_run(FRAME, repeat=1000)
        assert (result.return_value, result.data) == (2, FRAME)
        assert 0 < result.duration_ns < 1_000_000
        assert bpf.programs["drop_all"].test_run(FRAME).return_value == 1
        with pytest.raises(rt.KernelError) as caught:
            bpf.programs["count"].test_run(b"short")
        assert caught.value.errno_name == "EINVAL"
    with opened("kinds").load() as bpf:
        assert bpf.programs["run_me"].test_run(ctx=bytes(8)).return_value == 9
    with opened("tracing").load() as bpf, pytest.raises(rt.NotSupportedByKernel, match="ENOTSUPP"):
        bpf.programs["on_openat"].test_run()


@pytest.mark.parametrize(("name", "error", "words"), [
    ("missing", rt.KernelSymbolError, "kernel_function_without_a_kernel"),
    ("refused", rt.VerifierError, "map_value_or_null"),
])
def test_a_failed_load_leaves_nothing(name: str, error: type[Exception], words: str, opened: Open) -> None:
    before = descriptors()
    for _ in range(3):
        with pytest.raises(error, match=words):
            opened(name).load()
    assert descriptors() == before


@pytest.mark.parametrize("allowed", range(2, 17))
def test_running_out_of_descriptors_leaves_nothing(allowed: int, opened: Open) -> None:
    """The load breaks at every step in turn: at the types, at each map, at each program."""
    spec = opened("maps")
    opened("maps").load().close()  # imports and probes take descriptors of their own, once
    before = descriptors()
    highest = max(map(int, before))
    fillers = [os.dup(0)]
    while fillers[-1] <= highest:
        fillers.append(os.dup(0))  # the limit is on the number, so gaps below would not count
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (fillers[-1] + allowed, limit[1]))
    try:
        with pytest.raises(OSError, match="EMFILE"):
            spec.load()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limit)
        for filler in fillers:
            os.close(filler)
    assert descriptors() == before


def test_load_and_close_many_times(opened: Open) -> None:
    spec = opened("globals")
    spec.load().close()
    before = descriptors()
    for _ in range(50):
        with spec.load() as bpf:
            bpf.programs["touch"].test_run(FRAME)
    assert descriptors() == before
    bpf.close()
    with pytest.raises(rt.ClosedError, match="touch is closed"):
        bpf.programs["touch"].test_run(FRAME)
    with pytest.raises(rt.ClosedError), bpf:
        pass


def test_names_that_are_not_there(opened: Open) -> None:
    with opened("xdp_count").load() as bpf:
        with pytest.raises(rt.UnknownNameError, match="count, drop_all") as caught:
            bpf.programs["cuont"]
        assert "did you mean 'count'" in caught.value.help
        with pytest.raises(rt.UnknownNameError, match="no map 'nothing'"):
            bpf.map("nothing")


def test_programs_that_cannot_be_loaded(opened: Open) -> None:
    spec = opened("kinds")
    spec.programs["unknown_section"].autoload = True
    with pytest.raises(rt.SpecError, match="nothing_known"):
        spec.load()
    spec.programs["unknown_section"].program_type = rt.ProgramType.BPF_PROG_TYPE_SOCKET_FILTER
    with spec.load() as bpf:
        assert bpf.programs["unknown_section"].test_run(FRAME).return_value == 0


def test_a_type_that_the_kernel_does_not_have(opened: Open) -> None:
    spec = opened("kinds")
    spec.programs["run_me"].expected_attach_type = rt.AttachType.BPF_TRACE_FSESSION
    with pytest.raises(rt.NotSupportedByKernel, match="does not load BPF_PROG_TYPE_SYSCALL"):
        spec.load()


def test_map_errors_name_the_map(opened: Open) -> None:
    spec = opened("maps")
    spec.maps["hash"].max_entries = 0
    with pytest.raises(rt.MapError, match=r"map hash \(BPF_MAP_TYPE_HASH\)") as caught:
        spec.load()
    assert "max_entries=0" in caught.value.help


def test_pinning_by_name(built: Callable[[str], Path]) -> None:
    script = """
import sys
import pybpfc_runtime as rt

def load(entries=1024):
    spec = rt.ObjectSpec.open(sys.argv[1])
    spec.maps["sources"].pinning = 1
    spec.maps["sources"].max_entries = entries
    return spec.load()

with load() as first:
    first.maps["sources"][1] = bytes(40)
    with load() as second:
        assert second.maps["sources"].info().id == first.maps["sources"].info().id
with load() as third:
    assert list(third.maps["sources"]) == [1]
try:
    load(entries=9)
except rt.MapMismatchError as error:
    assert "max_entries 1024, the object declares 9" in str(error)
else:
    raise SystemExit("a map of another size was taken")
first.close()
"""
    folder = built("xdp_count").parent
    (folder / "pin.py").write_text(script)
    in_private_bpffs('"$1" "$2" "$3"', sys.executable, folder / "pin.py", built("xdp_count"))


def test_without_privileges(built: Callable[[str], Path]) -> None:
    """In a child that gives its capabilities up: the error says which are missing."""
    script = """
import sys
import pybpfc_runtime as rt
try:
    rt.ObjectSpec.open(sys.argv[1]).load()
except rt.PermissionDenied as error:
    print(error)
"""
    without = [needs_tool("setpriv"), "--bounding-set=-all", "--inh-caps=-all"]
    done = subprocess.run([*without, sys.executable, "-c", script, str(built("xdp_count"))],
                          capture_output=True, text=True, check=False)
    assert "EPERM" in done.stdout, done.stderr
    assert "CAP_BPF" in done.stdout
    assert "BPF5102" in done.stdout


def test_a_kernel_without_expected_attach_types(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """As before 4.17: attributes that it does not know must be zero."""
    real = syscall.prog_load
    asked: list[int] = []

    def old(program: syscall.ProgramLoad, *log: int) -> syscall.LoadResult:
        asked.append(program.expected_attach_type)
        return real(program, *log) if not program.expected_attach_type else syscall.LoadResult(-1, errno.E2BIG, "", 0)

    has_expected_attach_type.cache_clear()
    monkeypatch.setattr(syscall, "prog_load", old)
    try:
        with opened("xdp_count").load() as bpf:
            assert bpf.programs["count"].test_run(FRAME).return_value == 2
    finally:
        has_expected_attach_type.cache_clear()
    assert asked[0] == rt.AttachType.BPF_XDP and asked[-1] == 0


def test_context_tags_of_older_kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the tag the kernel goes by the name of the structure, one for each type of program."""
    corpus = Path(__file__).with_name("corpus")
    path = clang.build(corpus / "calls_argument_tags.bpf.c", tmp_path / "tags.o", corpus)
    def loaded() -> dict[str, str]:
        with rt.ObjectSpec.open(path).load() as bpf:
            found = {}
            for name, program in bpf.programs.items():
                info = program.info()
                btf = system.btf(info.btf_id)
                numbers = [int.from_bytes(info.function_info[at : at + 4], sys.byteorder)
                           for at in range(4, len(info.function_info), 8)]
                function = next(each for each in map(btf.type, numbers) if each.name == "tagged")
                assert isinstance(function, types.Func)
                prototype = btf.type(function.type)
                assert isinstance(prototype, types.FuncProto)
                pointer = btf.type(prototype.parameters[0][1])
                assert isinstance(pointer, types.Ptr)
                found[name] = btf.type(pointer.type).name
            return found

    if has_context_tags():
        assert loaded() == {"by_tc": "", "by_xdp": "", "by_raw_tracepoint": ""}
    monkeypatch.setattr("pybpfc_runtime.features.has_context_tags", lambda: False)
    assert loaded() == {"by_tc": "__sk_buff", "by_xdp": "xdp_md", "by_raw_tracepoint": "bpf_raw_tracepoint_args"}
