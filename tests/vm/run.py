"""Boots a kernel of the cache in QEMU, has a guest run tests, brings their results back.

Emulation in software only: /dev/kvm opens on machines where it does not work. QEMU's exit status says nothing, it is
0 after a panic: what counts are lines with the job's nonce on the second serial port.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from . import initramfs
from .guest_test import Need
from .initramfs import MissingTool
from .kernels import Kernel, one_of

TEST_LIMIT = 120.0  # seconds that a test may take in a guest; a verifier that gives up needs one of emulation
_BOOT = 30.0  # seconds from QEMU's start to the first test; 5 to 8 where nothing else runs
_PER_TEST = 8.0  # seconds, the mean over a job: 1 where nothing else runs
_MEMORY = 768  # MiB
_COMMAND_LINE = ("console=ttyS0 quiet panic=-1 oops=panic mitigations=off nokaslr audit=0 no_timer_check tsc=reliable "
                 "lsm=landlock,lockdown,yama,bpf")
_REPOSITORY = Path(__file__).resolve().parents[2]
_TESTS = _REPOSITORY / "tests"


class Job(NamedTuple):
    """What a guest is to do.

    Attributes:
        package: of the tests, `vm.guest_tests`.
        tests: their names, in order.
        objects: name to contents of the object files.
        test_limit: seconds a test may take.
        needs: of load tests, by name.
    """

    package: str
    tests: Sequence[str]
    objects: Mapping[str, bytes]
    test_limit: float = TEST_LIMIT
    needs: Mapping[str, Sequence[Need]] = MappingProxyType({})


class Result(NamedTuple):
    """What came of a test: `outcome` is "passed", "refused" or "failed"."""

    outcome: str
    detail: str
    seconds: float = 0.0


def run(kernel: Kernel, job: Job) -> dict[str, Result]:
    """Run a job in guests: after a test that takes the kernel with it, the rest goes on in a new one.

    Returns:
        The result of each test of the job.

    Raises:
        MissingTool: QEMU, busybox or ip is not on this machine.
    """
    results: dict[str, Result] = {}
    while rest := [name for name in job.tests if name not in results]:
        found, started, ended = _boot(kernel, job._replace(tests=rest))
        results.update(found)
        if ended.why:
            culprit = started if started is not None and started not in found else None
            lost = [culprit] if culprit is not None else [name for name in rest if name not in found]
            results.update({name: Result("failed", f"the guest {ended.why}; its console ended with\n{ended.console}")
                            for name in lost})
    return results


class _End(NamedTuple):
    why: str  # "" for a guest that did its job
    console: str


def _boot(kernel: Kernel, job: Job) -> tuple[dict[str, Result], str | None, _End]:
    """One guest: its results, the test that was started last, how it ended."""
    qemu = shutil.which("qemu-system-x86_64")
    if qemu is None:
        raise MissingTool("needs the program qemu-system-x86_64: apt-get install --no-install-recommends "
                          "qemu-system-x86 seabios")
    nonce = secrets.token_hex(8)
    limit = _BOOT + max(job.test_limit, _PER_TEST * len(job.tests))
    with one_of("guest", os.cpu_count() or 1), tempfile.TemporaryDirectory(prefix="pybpfc-vm-") as name:
        folder = Path(name)
        initrd, console, port = folder / "initrd", folder / "console", folder / "port"
        with initrd.open("wb") as file:
            # Asked for here: while another run has the guest, it may replace what the cache has.
            for archive in (initramfs.user_space(), initramfs.kernel_modules(kernel)):
                file.write(archive.read_bytes())
            file.write(_job_archive(job, nonce, limit))
        command = [qemu, "-M", "pc", "-accel", "tcg", "-cpu", "max", "-m", str(_MEMORY), "-nodefaults",
                   "-no-user-config", "-display", "none", "-no-reboot", "-serial", f"file:{console}",
                   "-serial", f"file:{port}", "-kernel", str(kernel.vmlinuz), "-initrd", str(initrd),
                   "-append", _COMMAND_LINE]
        why = _run_qemu(command, limit)
        tail = console.read_text(errors="replace")[-3000:] if console.is_file() else ""
        found, started, done = read_port(port.read_text(errors="replace") if port.is_file() else "", nonce)
    if done:
        return found, started, _End("", tail)
    return found, started, _End(why or "died", tail)


def _run_qemu(command: Sequence[str], limit: float) -> str:
    """Run QEMU to its end; "" or what stopped it. It dies with this process (PR_SET_PDEATHSIG)."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise MissingTool("needs the program setpriv: apt-get install util-linux")
    process = subprocess.Popen([setpriv, "--pdeathsig", "KILL", *command], stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    started = time.monotonic()
    try:
        _, errors = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        return f"was still running after {time.monotonic() - started:.0f} seconds"
    finally:
        process.kill()
        process.wait()
    return f"did not start: {errors.strip()}" if process.returncode else ""


def read_port(text: str, nonce: str) -> tuple[dict[str, Result], str | None, bool]:
    """The results in a port's lines, the test started last, and whether the guest said that it was done.

    Lines without the nonce are not the guest's runner: a test or the kernel wrote them.
    """
    results: dict[str, Result] = {}
    started: str | None = None
    done = False
    for line in text.splitlines():
        mark, _, rest = line.partition(" ")
        if mark != nonce:
            continue
        try:
            values: dict[str, Any] = json.loads(rest)
        except ValueError:
            continue  # the guest died in the middle of a line
        if "start" in values:
            started = values["start"]
        elif "name" in values:
            results[values["name"]] = Result(values["outcome"], values["detail"], values["seconds"])
        else:
            done = bool(values.get("end"))
    return results, started, done


def _job_archive(job: Job, nonce: str, limit: float) -> bytes:
    about = {"nonce": nonce, "package": job.package, "tests": list(job.tests), "test_limit": job.test_limit,
             "needs": {name: list(needs) for name, needs in job.needs.items()}}
    files = {"job.json": json.dumps(about).encode(), "limit": str(int(limit - 5)).encode(),
             **{f"objects/{name}.o": data for name, data in job.objects.items()}}
    here = Path(__file__).parent
    trees = [(_REPOSITORY / "runtime/pybpfc_runtime", "pybpfc_runtime"), (_TESTS / "support/veth.py", "veth.py"),
             (_TESTS / "support/map_types.py", "map_types.py")]
    # The tables of program kinds and map types, which are judged there too.
    trees += [(_REPOSITORY / name, name) for name in (
        "pybpfc/__init__.py", "pybpfc/record.py", "pybpfc/tables/__init__.py", "pybpfc/tables/rows.py",
        "pybpfc/tables/program_kinds.py", "pybpfc/tables/map_kinds.py")]
    trees += [(here / name, f"vm/{name}") for name in
              ("__init__.py", "guest.py", "guest_test.py", "tagged_module.py", *job.package.split(".")[1:])]
    return initramfs.job(files, trees)
