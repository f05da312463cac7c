"""Programs that the kernel's own events run: probes, tracepoints, functions, hooks, user probes, iterators."""

from __future__ import annotations

import contextlib
import ctypes
import os
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


def temporary_file() -> str:
    path = f"/tmp/file-{os.getpid()}"
    Path(path).touch()
    return path


@guest_test("lineage", reaches="fires", needs=[TASK_BTF])
def lineage(path: Path) -> None:
    file = temporary_file()
    with loaded(path) as bpf:
        os.unlink(file)
        child = os.fork()
        if child == 0:
            os._exit(3)
        os.waitpid(child, 0)
        record = bpf.map("exits")[child]
        removed = bpf.map("unlinked")[os.getpid()]
    assert (record.ppid, record.code) == (os.getpid(), 3)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    assert abs(record.vm_pages - pages) < 500, (record.vm_pages, pages)
    assert (removed.name, removed.ppid) == (file, os.getppid())


@guest_test("probes", reaches="fires")
def probes(path: Path) -> None:
    with loaded(path, only=os.getpid()) as bpf:
        seen = bpf.map("seen")
        for slot in seen:
            seen[slot] = 0  # attaching opened files
        for _ in range(5):
            os.close(os.open("/dev/null", os.O_RDONLY))
        os.close(ctypes.CDLL(None).dup(1))  # os.dup() is fcntl(2)
        with contextlib.suppress(FileNotFoundError):
            os.open("/does/not/exist", os.O_RDONLY)
        counted = dict(seen.items())
    at_fdcwd, enoent = -100, 2
    assert counted == {0: 6, 1: at_fdcwd, 2: 6, 3: -enoent, 4: 1}, counted


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


@guest_test("functions", reaches="fires")
def fexit_of_a_function(path: Path) -> None:
    file = temporary_file()
    with loaded(path, "on_unlinked", only=os.getpid()) as bpf:
        os.unlink(file)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(file)
        seen = dict(bpf.map("seen").items())
    enoent = 2
    assert seen == {0: 2, 1: -enoent, 2: 0, 3: 0}, seen


def _denies(path: Path, program: str, slot: int, errno: int) -> None:
    with loaded(path, program, only=os.getpid()) as bpf:
        try:
            os.close(os.open("/proc/version", os.O_RDONLY))
        except PermissionError as error:
            assert error.errno == errno, error
        else:
            raise AssertionError("the file opened")
        assert bpf.map("seen")[slot] == 1
    os.close(os.open("/proc/version", os.O_RDONLY))


@guest_test("functions", reaches="fires")
def fmod_ret_denies(path: Path) -> None:
    _denies(path, "deny_by_result", 2, 13)


@guest_test("functions", reaches="fires")
def lsm_denies(path: Path) -> None:
    _denies(path, "deny_by_hook", 3, 1)


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
