"""Programs whose place the kernel's types name: tp_btf, iterators, functions, hooks, functions of other programs.

Whether a kernel lets programs be called from its functions is its own affair; libbpf tells the tests.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc_runtime.btf import types
from pybpfc_runtime.btf.kernel import kernel_btf
from pybpfc_runtime.kernel_symbols import ModuleDescriptors
from pybpfc_runtime.resolve import attach_target
from support import packets
from support.libbpf import Libbpf
from support.machine import check, needs_tool

pytestmark = pytest.mark.usefixtures("privileged")

Open = Callable[[str], rt.ObjectSpec]


def only(spec: rt.ObjectSpec, name: str) -> rt.ObjectSpec:
    """The object with that one program."""
    for program in spec.programs.values():
        program.autoload = program.name == name
    return spec


def libbpf_loads(path: Path, name: str) -> bool:
    """libbpf's verdict, or the kernel's through it, on one program of an object."""
    c = Libbpf().library
    c.bpf_object__find_program_by_name.restype = ctypes.c_void_p
    c.bpf_object__find_program_by_name.argtypes = (ctypes.c_void_p, ctypes.c_char_p)
    c.bpf_program__set_autoload.argtypes = (ctypes.c_void_p, ctypes.c_bool)
    handle = c.bpf_object__open_file(os.fsencode(path), None)
    try:
        c.bpf_program__set_autoload(c.bpf_object__find_program_by_name(handle, name.encode()), True)
        return bool(c.bpf_object__load(handle) == 0)
    finally:
        c.bpf_object__close(handle)


def test_tracepoint_with_types(opened: Open) -> None:
    spec = only(opened("typed"), "on_enter")
    spec.rodata.only_tgid = os.getpid()
    with spec.load() as bpf:
        with bpf.programs["on_enter"].attach() as link:
            assert link.where == "tp_btf sys_enter"
            os.stat("/")
        entered = bpf.globals.entered
        assert entered >= 1
        os.stat("/")
        assert bpf.globals.entered == entered


def test_iterator(opened: Open) -> None:
    with opened("typed").load() as bpf:
        with bpf.programs["show_tasks"].attach() as tasks:
            assert isinstance(tasks, rt.IteratorLink)
            text = tasks.text()
            own = f"{os.getpid()} {os.getpid()} "
            assert text.count(f"\n{own}") == 1
            lines = list(tasks)
            assert [line for line in lines if line.startswith(own)] and "" not in lines
            assert abs(len(lines) - text.count("\n")) < 50, "each reading is a run of its own"
            with tasks.open() as file:
                assert file.read(4)
        with pytest.raises(rt.ClosedError):
            tasks.read()
        with bpf.programs["show_tasks"].attach(pid=os.getpid()) as mine:
            assert {line.split()[1] for line in mine} == {str(os.getpid())}
        with bpf.programs["show_tasks"].attach(tid=os.getpid()) as one:
            assert [line.split()[0] for line in one] == [str(os.getpid())]


class Record(rt.Struct):
    pid: rt.u32
    tgid: rt.u32


class Odd(rt.Struct, packed=True):
    first: rt.u32
    second: rt.u64
    third: rt.u8


def test_records_of_an_iterator(opened: Open) -> None:
    with opened("typed").load() as bpf, bpf.programs["write_tasks"].attach(pid=os.getpid()) as tasks:
        assert isinstance(tasks, rt.IteratorLink)
        found = list(tasks.records(Record))
        assert (os.getpid(), os.getpid()) in [(record.pid, record.tgid) for record in found]
        assert list(tasks.records(rt.u32))[:2] == [found[0].pid, found[0].tgid]
        with pytest.raises(rt.AttachError, match="of the 13 bytes of a Odd"):
            list(tasks.records(Odd))


def test_iterator_of_a_map(opened: Open) -> None:
    with opened("typed").load() as bpf:
        squares = bpf.maps["squares"]
        squares.update({number: number * number for number in range(4)})
        program = bpf.programs["show_squares"]
        with program.attach(map=squares) as link:
            assert isinstance(link, rt.IteratorLink)
            assert sorted(link) == ["0: 0", "1: 1", "2: 4", "3: 9"]
        with pytest.raises(rt.AttachRefused, match=r"EBADF|EINVAL") as caught:
            program.attach()
        assert "attach(map=...)" in caught.value.help
        with pytest.raises(rt.AttachError, match="map and pid do not go together"):
            program.attach(map=squares, pid=1)
        with pytest.raises(rt.AttachError, match="no order 'sideways'"):
            program.attach(order="sideways")


CGROUP_SCRIPT = """
import os, sys
import pybpfc_runtime as rt
top = sys.argv[2] + "/pybpfc-test-" + str(os.getpid())
os.mkdir(top)
os.mkdir(top + "/inner")
try:
    with rt.ObjectSpec.open(sys.argv[1]).load() as bpf:
        program = bpf.programs["count_groups"]
        for order, count in (("self", 1), ("descendants_pre", 2), ("descendants_post", 2), ("ancestors_up", 2)):
            with program.attach(cgroup=top, order=order) as link:
                assert list(link) == ["group"] * count, (order, list(link))
        descriptor = os.open(top + "/inner", os.O_RDONLY)
        with program.attach(cgroup=descriptor, order="ancestors_up") as link:
            assert list(link) == ["group"] * 3
        os.close(descriptor)
finally:
    os.rmdir(top + "/inner")
    os.rmdir(top)
"""


def test_iterator_of_groups(built: Callable[[str], Path], tmp_path: Path) -> None:
    """In a mount namespace of its own, on a mount of its own."""
    command = 'mount -t cgroup2 cgroup2 "$5"; exec "$@"'
    check(needs_tool("unshare"), "-m", "sh", "-ec", command, "sh", sys.executable, "-c", CGROUP_SCRIPT,
          built("typed"), tmp_path)


@pytest.mark.parametrize(("program", "event"), [
    ("at_entry", "nanosleep"), ("at_exit", "nanosleep"), ("sleepable", "getpgid"), ("modifies", "getpgid"),
    ("guards", "open")])
def test_functions_and_hooks(program: str, event: str, built: Callable[[str], Path], opened: Open) -> None:
    spec = only(opened("functions"), program)
    if not libbpf_loads(built("functions"), program):
        with pytest.raises(rt.PermissionDenied, match=f"program {program}: BPF_PROG_LOAD failed with EPERM") as caught:
            spec.load()
        assert "forbids programs that are called from kernel functions" in caught.value.help
        return
    with spec.load() as bpf:
        with bpf.programs[program].attach():
            {"nanosleep": lambda: time.sleep(0.001), "getpgid": lambda: os.getpgid(0),
             "open": lambda: os.close(os.open("/", os.O_RDONLY))}[event]()
        assert bpf.globals.calls >= 1


def test_targets_are_the_kernels(opened: Open) -> None:
    """The type ids that are handed to the kernel, without loading."""
    kernel = kernel_btf()
    programs = {**opened("functions").programs, **opened("typed").programs}
    for program, kind, name in (
            ("at_entry", types.BTF_KIND_FUNC, "do_nanosleep"), ("guards", types.BTF_KIND_FUNC, "bpf_lsm_file_open"),
            ("guards_group", types.BTF_KIND_FUNC, "bpf_lsm_socket_bind"),
            ("on_enter", types.BTF_KIND_TYPEDEF, "btf_trace_sys_enter"),
            ("show_squares", types.BTF_KIND_FUNC, "bpf_iter_bpf_map_elem")):
        assert attach_target(programs[program], ModuleDescriptors()) == (kernel.find(kind, name), 0)


@pytest.mark.parametrize(("program", "error", "words", "help"), [
    ("nowhere", rt.KernelSymbolError, "no function function_that_never_was", "inlined"),
    ("misspelled", rt.KernelSymbolError, "no raw tracepoint sys_entre", "did you mean sys_enter"),
    ("undecided", rt.SpecError, "does not say what it attaches to", "attach_to"),
])
def test_targets_that_are_not_there(program: str, error: type[rt.BpfError], words: str, help: str, opened: Open,
                                    built: Callable[[str], Path]) -> None:
    with pytest.raises(error, match=words) as caught:
        only(opened("functions"), program).load()
    assert help in caught.value.help
    assert not libbpf_loads(built("functions"), program)


def test_a_target_can_be_chosen(opened: Open) -> None:
    spec = only(opened("typed"), "on_enter")
    spec.programs["on_enter"].attach_to = ("sys_exit",)
    with spec.load() as bpf, bpf.programs["on_enter"].attach() as link:
        assert link.where == "tp_btf sys_exit"


FRAME = packets.udp()


def test_replacing_a_function(built: Callable[[str], Path], opened: Open) -> None:
    with opened("replacement").load() as bpf:
        classify = bpf.programs["classify"]
        assert classify.test_run(FRAME).return_value == 1
        spec = only(opened("replacement"), "new_verdict")
        with pytest.raises(rt.SpecError, match="not known of which") as unknown:
            spec.load()
        assert "attach_target" in unknown.value.help
        spec.programs["new_verdict"].attach_target = 5  # type: ignore[assignment]
        with pytest.raises(rt.SpecError, match="attach_target is a loaded program, not 5"):
            spec.load()
        spec.programs["new_verdict"].attach_target = classify
        spec.programs["new_verdict"].attach_to = ("verdcit",)
        with pytest.raises(rt.KernelSymbolError, match="program classify has no function verdcit") as missing:
            spec.load()
        assert "it has classify, new_verdict, verdict" in missing.value.help
        spec.programs["new_verdict"].attach_to = ("verdict",)
        if not libbpf_loads(built("functions"), "at_entry"):  # what forbids one forbids the other
            with pytest.raises(rt.PermissionDenied) as caught:
                spec.load()
            assert "forbids programs that are called from kernel functions" in caught.value.help
            return
        with spec.load() as replacement:
            with replacement.programs["new_verdict"].attach():
                assert classify.test_run(FRAME).return_value == 42
            assert classify.test_run(FRAME).return_value == 1
            with replacement.programs["new_verdict"].attach(target=classify):
                assert classify.test_run(FRAME).return_value == 42


def test_a_failed_attachment_leaves_nothing(opened: Open) -> None:
    def descriptors() -> set[str]:
        return set(os.listdir("/proc/self/fd"))

    with opened("typed").load() as bpf:
        before = descriptors()
        with pytest.raises(rt.AttachRefused):
            bpf.programs["show_squares"].attach()
        with pytest.raises(rt.AttachRefused):
            bpf.programs["show_squares"].attach(cgroup="/proc")
        assert descriptors() == before


def test_import_stays_light() -> None:
    script = "import sys, pybpfc_runtime\nprint(sum(name.startswith('pybpfc_runtime.') for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
