"""Probes and samples: programs at perf events, on this process."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import pybpfc_runtime as rt
from pybpfc_runtime import syscall
from pybpfc_runtime.attach import uprobe_multi
from pybpfc_runtime.attach.binary import function_offset
from pybpfc_runtime.attach.find_binary import find_binary
from support.machine import check, needs_tool

Open = Callable[[str], rt.ObjectSpec]

PROBED = """
#include <stdio.h>
__attribute__((noinline)) int probed(int x) { asm volatile("nop"); return x + 1; }
__attribute__((noinline)) static int hidden(int x) { asm volatile("nop"); return x + 2; }
int main(int argc, char **argv) {
	for (int i = 0; i < 5; i++) argc = hidden(probed(argc));
	return argc == 16 ? 0 : 1;
}
"""


@pytest.fixture(scope="module")
def probed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A binary of the tests' own that calls probed() and hidden() five times."""
    folder = tmp_path_factory.mktemp("probed")
    (folder / "probed.c").write_text(PROBED)
    check(needs_tool("clang-22"), "-O1", folder / "probed.c", "-o", folder / "probed")
    return folder / "probed"


def only(spec: rt.ObjectSpec, *names: str) -> rt.ObjectSpec:
    for program in spec.programs.values():
        program.autoload = program.name in names
    return spec


@pytest.mark.usefixtures("privileged")
@pytest.mark.parametrize("function", ["probed", "hidden"])
def test_uprobe(function: str, probed: Path, opened: Open) -> None:
    with only(opened("probes"), "at_entry").load() as bpf:
        with bpf.programs["at_entry"].attach(path=probed, function=function, cookie=77) as link:
            assert link.where == f"uprobe {probed}:{function}"
            check(probed)
            assert (bpf.globals.entered, bpf.globals.cookie) == (5, 77)
        check(probed)
        assert bpf.globals.entered == 5


@pytest.mark.usefixtures("privileged")
def test_uprobe_by_offset_and_process(probed: Path, opened: Open) -> None:
    place = function_offset(str(probed), "probed", "test")
    with only(opened("probes"), "at_entry").load() as bpf:
        program = bpf.programs["at_entry"]
        with program.attach(path=probed, offset=place):
            check(probed)
        assert bpf.globals.entered == 5
        with program.attach(path=probed, offset=place, pid=0):
            check(probed)  # another process than this one
        assert bpf.globals.entered == 5


@pytest.mark.usefixtures("privileged")
def test_uretprobe_of_a_library(opened: Open) -> None:
    """libc.so.6 is looked up; this very process calls it."""
    libc = ctypes.CDLL("libc.so.6")
    with only(opened("probes"), "at_return", "sleepable").load() as bpf:
        with bpf.programs["at_return"].attach(pid=os.getpid()), bpf.programs["sleepable"].attach(pid=0):
            for _ in range(3):
                libc.labs(-4)
            libc.llabs(-4)
        # glibc may have both names for one function
        same = function_offset(find_binary("libc.so.6", ""), "labs", "") == function_offset(
            find_binary("libc.so.6", ""), "llabs", "")
        assert (bpf.globals.returned, bpf.globals.slept) == ((4, 4) if same else (3, 1))
        libc.labs(-4)
        assert bpf.globals.returned == (4 if same else 3)


@pytest.mark.usefixtures("privileged")
def test_uprobes_that_are_refused(probed: Path, opened: Open) -> None:
    with only(opened("probes"), "at_entry").load() as bpf:
        before = set(os.listdir("/proc/self/fd"))
        program = bpf.programs["at_entry"]
        for options, words in (
                ({}, "which function of which binary"), ({"path": probed}, "which function of"),
                ({"path": probed, "function": "porbed"}, "no such symbol"),
                ({"path": "/no/such/file", "function": "f"}, "no file /no/such/file"),
                ({"path": "no-such-program", "function": "f"}, "not in PATH"),
                ({"path": "libnothing.so.1", "function": "f"}, "not in the library folders"),
                ({"path": __file__, "function": "f"}, "no ELF file")):
            with pytest.raises(rt.AttachError, match=words):
                program.attach(**options)
        with pytest.raises(rt.AttachRefused, match="ESRCH"):
            program.attach(path=probed, function="probed", pid=1 << 22)
        assert set(os.listdir("/proc/self/fd")) == before


def test_symbols_agree_with_nm(probed: Path) -> None:
    """The binary is position independent, its first segment maps the start of the file."""
    listed = {line.split()[2]: int(line.split()[0], 16) for line in check(needs_tool("nm"), probed).splitlines()
              if len(line.split()) == 3}
    headers = check(needs_tool("readelf"), "-lW", probed)
    segments = [line.split() for line in headers.splitlines() if line.split()[:1] == ["LOAD"]]
    for name in ("probed", "hidden", "main"):
        start, offset = next((int(part[2], 16), int(part[1], 16)) for part in segments
                             if int(part[2], 16) <= listed[name] < int(part[2], 16) + int(part[4], 16))
        assert function_offset(str(probed), name, "") == listed[name] - start + offset


@pytest.mark.parametrize("cut", [5, 63, 200, 5000])
def test_corrupt_binaries(cut: int, probed: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(probed.read_bytes()[:cut])
    with pytest.raises(rt.AttachError, match="no ELF file that can be read"):
        function_offset(str(broken), "probed", "test")


def test_finding_binaries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tool").touch()
    (tmp_path / "libtool.so.2").touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    assert find_binary("tool", "test") == str(tmp_path / "tool")
    assert find_binary("libtool.so.2", "test") == str(tmp_path / "libtool.so.2")
    monkeypatch.chdir(tmp_path)
    assert find_binary("./tool", "test") == str(tmp_path / "tool")


@pytest.mark.usefixtures("privileged")
def test_kprobes(opened: Open) -> None:
    has_kprobes = os.path.exists("/sys/bus/event_source/devices/kprobe")
    with only(opened("probes"), "on_sleep", "on_woken", "on_getpgid", "undecided").load() as bpf:
        if not has_kprobes:
            with pytest.raises(rt.NotSupportedByKernel, match="kprobe do_nanosleep") as caught:
                bpf.programs["on_sleep"].attach()
            assert "built without CONFIG_KPROBE_EVENTS" in caught.value.help
            with pytest.raises(rt.NotSupportedByKernel, match=r"ksyscall __[a-z0-9]+_sys_getpgid"):
                bpf.programs["on_getpgid"].attach()
        else:
            with (bpf.programs["on_sleep"].attach(), bpf.programs["on_woken"].attach(),
                  bpf.programs["on_getpgid"].attach()):
                time.sleep(0.001)
                os.getpgid(0)
            assert bpf.globals.slept >= 1 and bpf.globals.systems >= 1
            with pytest.raises(rt.AttachRefused, match=r"ENOENT|EINVAL"):
                bpf.programs["undecided"].attach(function="function_that_never_was")
        with pytest.raises(rt.AttachError, match="which function"):
            bpf.programs["undecided"].attach()
        with pytest.raises(rt.AttachError, match="the return of do_nanosleep has no offset"):
            bpf.programs["on_woken"].attach(function="do_nanosleep", offset=4)


TRACEFS_SCRIPT = """
import subprocess, sys
import pybpfc_runtime as rt
from pathlib import Path
events = Path("/sys/kernel/tracing/uprobe_events")
spec = rt.ObjectSpec.open(sys.argv[1])
for program in spec.programs.values():
    program.autoload = program.name == "at_entry"
with spec.load() as bpf:
    with bpf.programs["at_entry"].attach(path=sys.argv[2], function="probed", method="tracefs") as link:
        assert link.method == "tracefs" and "pybpfc/at_entry_" in events.read_text()
        subprocess.run([sys.argv[2]], check=True)
    assert bpf.globals.entered == 5, bpf.globals.entered
    assert "pybpfc/at_entry_" not in events.read_text()
    subprocess.run([sys.argv[2]], check=True)
    assert bpf.globals.entered == 5
    try:
        bpf.programs["at_entry"].attach(path=sys.argv[2], function="probed", method="ptrace")
    except rt.AttachError as error:
        assert "tracefs or None" in error.help
    else:
        raise SystemExit("there is no such method")
"""


@pytest.mark.usefixtures("privileged")
def test_uprobe_by_tracefs(built: Callable[[str], Path], probed: Path) -> None:
    """As on kernels before 4.17, in a mount namespace where tracefs can be mounted."""
    command = "test -d /sys/kernel/tracing/events || mount -t tracefs tracefs /sys/kernel/tracing; exec \"$@\""
    check(needs_tool("unshare"), "-m", "sh", "-ec", command, "sh", sys.executable, "-c", TRACEFS_SCRIPT,
          built("probes"), probed)


@pytest.mark.usefixtures("privileged")
def test_functions_by_pattern(opened: Open) -> None:
    with only(opened("probes"), "on_reads").load() as bpf:
        program = bpf.programs["on_reads"]
        if os.path.exists("/sys/bus/event_source/devices/kprobe"):
            with program.attach() as link:
                assert "functions)" in link.where
        else:  # nor does it have CONFIG_FPROBE
            with pytest.raises(rt.NotSupportedByKernel) as lacking:
                program.attach()
            assert "no links to many functions" in lacking.value.help
        for options, words in (({"pattern": "no_such_function_*"}, "no function of the kernel matches"),
                               ({"pattern": "vfs_*", "functions": ["vfs_read"]}, "do not go together"),
                               ({"functions": []}, "functions is empty"),
                               ({"functions": ["vfs_read"], "cookies": [1, 2]}, "2 cookies for 1 functions")):
            with pytest.raises(rt.AttachError, match=words):
                program.attach(**options)


def work(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


@pytest.mark.usefixtures("privileged")
@pytest.mark.parametrize("options", [
    {"frequency": 1000, "pid": 0}, {"period": 1_000_000, "pid": 0}, {"frequency": 1000}])
def test_samples(options: dict[str, int], opened: Open) -> None:
    with only(opened("probes"), "sample").load() as bpf:
        with bpf.programs["sample"].attach(**options) as link:
            assert "perf event 1/0" in link.where and link.attached
            work(0.1)
        assert not link.attached
        samples = bpf.globals.samples
        assert samples >= 20
        work(0.02)
        assert bpf.globals.samples == samples


@pytest.mark.usefixtures("privileged")
def test_an_event_of_the_callers_own(opened: Open) -> None:
    event, error = syscall.perf_event_open(syscall.PerfEvent(1, 0, 1_000_000), pid=0, cpu=-1)
    assert not error
    try:
        with only(opened("probes"), "sample").load() as bpf:
            with pytest.raises(rt.AttachError, match="event=5000 is no open descriptor"):
                bpf.programs["sample"].attach(event=5000)
            with bpf.programs["sample"].attach(event=event):
                work(0.05)
            assert bpf.globals.samples >= 10
            with pytest.raises(rt.AttachError, match="how often"):
                bpf.programs["sample"].attach()
            with pytest.raises(rt.AttachError, match="how often"):
                bpf.programs["sample"].attach(frequency=10, period=10)
            with pytest.raises(rt.AttachRefused, match=r"perf_event_open failed with (EINVAL|ENOENT)"):
                bpf.programs["sample"].attach(type=1, config=999, period=1, pid=0)
    finally:
        os.close(event)  # still the caller's


@pytest.mark.usefixtures("privileged")
def test_without_privileges(built: Callable[[str], Path], probed: Path) -> None:
    """A process that loads as root and then gives its capabilities up: the event is what is refused."""
    script = """
import ctypes, struct, sys
import pybpfc_runtime as rt
spec = rt.ObjectSpec.open(sys.argv[1])
for program in spec.programs.values():
    program.autoload = program.name == "at_entry"
with spec.load() as bpf:
    header = struct.pack("=Ii", 0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this thread
    assert ctypes.CDLL(None).capset(header, bytes(24)) == 0
    try:
        bpf.programs["at_entry"].attach(path=sys.argv[2], function="probed")
    except rt.KernelError as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", script, str(built("probes")), str(probed)], capture_output=True,
                          text=True, check=False)
    assert "CAP_PERFMON" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("option", ["functions", "offsets", "pattern"])
def test_no_place_of_many(option: str) -> None:
    """Said before the kernel is asked, which would answer as one that has no such links."""
    program: Any = SimpleNamespace(name="many", spec=SimpleNamespace(section="uprobe.multi", attach_to=()))
    empty: Any = "" if option == "pattern" else []
    with pytest.raises(rt.AttachError, match=f"program many: {option} is empty"):
        uprobe_multi.attach(program, path="libc.so.6", **{option: empty})


FORGOTTEN_SCRIPT = """
import os, sys
import pybpfc_runtime as rt
from pathlib import Path
events = Path("/sys/kernel/tracing/uprobe_events")
spec = rt.ObjectSpec.open(sys.argv[1])
for program in spec.programs.values():
    program.autoload = program.name == "at_entry"
bpf = spec.load()
bpf.programs["at_entry"].attach(path=sys.argv[2], function="probed", method="tracefs")
child = os.fork()
if child:
    os.waitpid(child, 0)
    assert f"at_entry_{os.getpid()}_" in events.read_text(), "the child's end is not ours"
    print(f"at_entry_{os.getpid()}_")
"""


@pytest.mark.usefixtures("privileged")
def test_events_of_forgotten_links_end_with_the_process(built: Callable[[str], Path], probed: Path) -> None:
    command = ("test -d /sys/kernel/tracing/events || mount -t tracefs tracefs /sys/kernel/tracing; event=$(\"$@\"); "
               "test -n \"$event\"; ! grep \"$event\" /sys/kernel/tracing/uprobe_events")
    check(needs_tool("unshare"), "-m", "sh", "-ec", command, "sh", sys.executable, "-c", FORGOTTEN_SCRIPT,
          built("probes"), probed)
