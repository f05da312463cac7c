"""Programs that the kernel's own events run: probes, tracepoints, functions, hooks, user probes, iterators."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pybpfc_runtime as rt

from ..guest_test import Need, guest_test

TASK_BTF = Need("5.11", "bpf_get_current_task_btf()", r"bpf_get_current_task_btf|invalid func unknown#158")


@contextlib.contextmanager
def loaded(path: Path, *programs: str, **rodata: int) -> Iterator[Any]:
    """The object with these programs attached; all of them where none is named."""
    spec = rt.ObjectSpec.open(str(path))
    for name, value in rodata.items():
        setattr(spec.rodata, name, value)
    if programs:
        for program in spec.programs.values():
            program.autoload = program.name in programs
    with spec.load() as bpf, bpf.attach_all():
        yield bpf


@guest_test("lineage", reaches="fires", needs=[TASK_BTF])
def lineage_by_fentry(path: Path) -> None:
    with loaded(path, "on_exit") as bpf:
        child = os.fork()
        if child == 0:
            os._exit(3)
        os.waitpid(child, 0)
        record = bpf.map("exits")[child]
    assert (record.ppid, record.code) == (os.getpid(), 3)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    assert abs(record.vm_pages - pages) < 500, (record.vm_pages, pages)


@guest_test("lineage", reaches="fires")
def unlinked_by_kprobe(path: Path) -> None:
    file = Path(f"/tmp/file-{os.getpid()}")
    file.touch()
    with loaded(path, "on_unlink") as bpf:
        file.unlink()
        removed = bpf.map("unlinked")[os.getpid()]
    assert (removed.name, removed.ppid) == (file.name, os.getppid())


@guest_test("probes", reaches="fires")
def probes(path: Path) -> None:
    with loaded(path, only=os.getpid()) as bpf:
        seen = bpf.map("seen")
        for slot in seen:
            seen[slot] = 0  # attaching opened files
        for _ in range(5):
            os.close(os.open("/dev/null", os.O_RDONLY))
        copied = ctypes.CDLL(None).dup(1)  # os.dup() is fcntl(2)
        os.close(copied)
        with contextlib.suppress(FileNotFoundError):
            os.open("/does/not/exist", os.O_RDONLY)
        counted = dict(seen.items())
    at_fdcwd = -100
    assert counted == {0: 6, 1: at_fdcwd, 2: 6, 3: -errno.ENOENT, 4: 1, 5: 1, 6: copied, 7: at_fdcwd}, counted


@guest_test("tracepoints", reaches="fires")
def tracepoints(path: Path) -> None:
    with loaded(path, only=os.getpid()) as bpf:
        os.close(os.open("/proc/version", os.O_RDONLY | os.O_CLOEXEC))
        for _ in range(3):
            os.getppid()
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        opened = bpf.map("opened")[0]
        calls = dict(bpf.map("calls").items())
    assert opened.filename == "/proc/version"
    assert opened.flags & os.O_CLOEXEC
    assert opened.comm == Path("/proc/self/comm").read_text().strip()
    assert calls == {0: 3, 1: child}


def opens(path: str) -> int:
    """The error number of opening a file, 0 if it opens."""
    try:
        os.close(os.open(path, os.O_RDONLY))
    except OSError as error:
        return error.errno or 0
    return 0


@guest_test("functions", reaches="fires")
def fexit_of_a_function(path: Path) -> None:
    with loaded(path, "on_opened", only=os.getpid()) as bpf:
        seen = bpf.map("seen")
        before = seen[0]
        assert opens("/proc/version") == 0
        assert (seen[0], seen[1]) == (before + 1, 0)


@guest_test("functions", reaches="fires")
def fmod_ret_denies(path: Path) -> None:
    """The function is not called, its caller sees the program's result, and so does an fexit program."""
    with loaded(path, "on_opened", "deny_by_result", only=os.getpid()) as bpf:
        assert opens("/proc/version") == errno.EACCES
        seen = dict(bpf.map("seen").items())
    assert (seen[1], seen[2], seen[3]) == (-errno.EACCES, 1, 0), seen
    assert opens("/proc/version") == 0


@guest_test("functions", reaches="fires")
def lsm_denies(path: Path) -> None:
    with loaded(path, "deny_by_hook", only=os.getpid()) as bpf:
        assert opens("/proc/version") == errno.EPERM
        assert bpf.map("seen")[3] == 1
    assert opens("/proc/version") == 0


@guest_test("user_probes", reaches="fires")
def user_probes(path: Path) -> None:
    libc = ctypes.CDLL(None)
    with loaded(path) as bpf:
        before = bpf.map("seen")[0]
        for _ in range(3):
            libc.getppid()
        seen = dict(bpf.map("seen").items())
    assert (seen[0] - before, seen[2]) == (3, os.getppid()), seen
    assert seen[1] == seen[0]


@guest_test("tasks", reaches="fires")
def tasks(path: Path) -> None:
    class Row(rt.Struct):
        pid: rt.s32
        tgid: rt.s32

    spec = rt.ObjectSpec.open(str(path))
    with spec.load() as bpf, bpf.programs["list_tasks"].attach() as link:
        assert isinstance(link, rt.IteratorLink)
        rows = [(row.pid, row.tgid) for row in link.records(Row)]
    assert (os.getpid(), os.getpid()) in rows and (1, 1) in rows


@guest_test("tracepoints", reaches="fires")
def tracepoint_detaches(path: Path) -> None:
    """What was attached stops with its link, on every kernel."""
    spec = rt.ObjectSpec.open(str(path))
    spec.rodata.only = os.getpid()
    with spec.load() as bpf:
        with bpf.programs["on_raw"].attach():
            os.getppid()
        os.getppid()
        time.sleep(0.05)
        assert bpf.map("calls")[0] == 1


@guest_test("replacement", reaches="fires", needs=[
    Need("5.12", "pointers as arguments of global functions", r"type PTR in verdict\(\) is not supported yet")])
def replacement(path: Path) -> None:
    """A function of a loaded program is replaced while the link lives."""
    spec = rt.ObjectSpec.open(str(path))
    spec.programs["instead"].autoload = False
    with spec.load() as bpf:
        classify = bpf.programs["classify"]
        assert classify.test_run(data=bytes(64)).return_value == 3
        other = rt.ObjectSpec.open(str(path))
        for program in other.programs.values():
            program.autoload = program.name == "instead"
        other.programs["instead"].attach_target = classify
        with other.load() as new:
            with new.programs["instead"].attach():
                assert classify.test_run(data=bytes(64)).return_value == 64
            assert classify.test_run(data=bytes(64)).return_value == 3
            assert new.globals.replaced == 1


@guest_test("kernel_test_functions", reaches="runs")
def test_runs(path: Path) -> None:
    """A test run of a tracing program calls the kernel's test functions; of a raw tracepoint's, the program itself."""
    spec = rt.ObjectSpec.open(str(path))
    spec.programs["another_result"].autoload = False
    with spec.load() as bpf:
        programs, seen = bpf.programs, bpf.globals
        for name in ("on_entry", "on_three", "on_exit"):
            with programs[name].attach():
                programs[name].test_run()
        assert (seen.entered, seen.arguments, seen.results) == (1, 4 * 10000 + 5 * 100 + 6, 2 + 3)
        rename = programs["on_rename"]
        assert rename.test_run(ctx=struct.pack("=QQ", 5, 6)).return_value == 7 and seen.fired == 5006
        on_cpu = 1  # BPF_F_TEST_RUN_ON_CPU
        assert rename.test_run(ctx=bytes(16), flags=on_cpu, cpu=0).return_value == 7 and seen.fired == 0


@guest_test("kernel_test_functions", reaches="runs", needs=[
    Need("6.12", "functions with another result, by CONFIG_FUNCTION_ERROR_INJECTION", r"is not modifiable")])
def test_runs_with_another_result(path: Path) -> None:
    with rt.ObjectSpec.open(str(path)).load() as bpf:
        program, seen = bpf.programs["another_result"], bpf.globals
        unchanged = program.test_run().return_value
        assert seen.modified == 0 and unchanged >> 16, "the kernel's function had its effect"
        with program.attach():
            assert program.test_run().return_value == unchanged and seen.modified == 1
            seen.answer = 1234
            changed = program.test_run().return_value
        assert seen.modified == 2 and changed & 0xFFFF >= 1234 and changed != unchanged, (changed, unchanged)
