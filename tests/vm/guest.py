"""Runs in a guest: the tests that /job/job.json names, each in a process of its own; results go to a serial port.

A line of the port is the job's nonce, a blank, and a JSON object: `{"start": NAME}` before a test, a result with its
`name` behind it, `{"end": true}` at last. A test that takes too long is killed; one that takes the kernel with it is
the last that was started.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import pkgutil
import signal
import sys
import termios
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .guest_test import GuestTest, Need, find

PORT = "/dev/ttyS1"
JOB = Path("/job")


def judge(test: GuestTest, release: str) -> dict[str, Any]:
    """Run a test in this process; `outcome` is passed, refused (as its needs say) or failed, `detail` says why."""
    from pybpfc_runtime import BpfError

    unmet = test.unmet(release)
    try:
        test.function(*[JOB / "objects" / f"{name}.o" for name in test.objects])
    except BpfError as error:
        import re

        for need in unmet:
            if re.search(need.refusal, str(error)):
                return {"outcome": "refused", "detail": f"{need.what} ({need.since}): {error}"}
        return {"outcome": "failed", "detail": traceback.format_exc()}
    except BaseException:  # whatever it was, the host shall read it
        return {"outcome": "failed", "detail": traceback.format_exc()}
    if unmet:
        return {"outcome": "failed", "detail": f"it works here, although it needs {unmet[0].what}, said to be there "
                                               f"from {unmet[0].since} on: correct the need"}
    return {"outcome": "passed", "detail": ""}


def in_a_process(work: Callable[[], dict[str, Any]], limit: float) -> dict[str, Any]:
    """The result of a function that runs in a child process, killed with all it started after `limit` seconds."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        os.close(reader)
        result = work()
        with os.fdopen(writer, "w") as file:
            json.dump(result, file)
        sys.stdout.flush()
        os._exit(0)
    os.close(writer)

    def kill(*_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)

    signal.signal(signal.SIGALRM, kill)
    signal.setitimer(signal.ITIMER_REAL, limit)
    with os.fdopen(reader) as file:
        text = file.read()
    _, status = os.waitpid(child, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    kill()  # what the test left behind
    if text:
        found: dict[str, Any] = json.loads(text)
        return found
    ended = os.waitstatus_to_exitcode(status)
    why = f"took more than {limit:g} seconds" if ended == -signal.SIGKILL else f"ended its process with {ended}"
    return {"outcome": "failed", "detail": f"the test {why}"}


def load_modules(package: str) -> None:
    """Import what the tests will, once for all of them: a guest takes longer for it than for most tests."""
    import pybpfc_runtime
    from pybpfc_runtime.btf.kernel import kernel_btf
    from pybpfc_runtime.btf.types import BTF_KIND_STRUCT

    for folder in (pybpfc_runtime, importlib.import_module(package)):
        for module in pkgutil.walk_packages(folder.__path__, f"{folder.__name__}."):
            if not module.name.endswith("pytest_plugin"):
                importlib.import_module(module.name)
    kernel_btf().find(BTF_KIND_STRUCT, "task_struct")  # makes the index of the kernel's types


def main() -> None:
    job = json.loads((JOB / "job.json").read_text())
    port = os.open(PORT, os.O_WRONLY | os.O_NOCTTY)

    def report(values: dict[str, Any]) -> None:
        line = f"{job['nonce']} {json.dumps(values)}\n".encode()
        while line:
            line = line[os.write(port, line):]

    load_modules(job["package"])
    release = os.uname().release
    for name in job["tests"]:
        report({"start": name})
        started = time.monotonic()
        test = find(name, job["package"], [Need(*fields) for fields in job["needs"].get(name, ())])
        result = in_a_process(lambda test=test: judge(test, release), job["test_limit"])  # type: ignore[misc]
        report({"name": name, "seconds": round(time.monotonic() - started, 2), **result})
    report({"end": True, "release": release})
    termios.tcdrain(port)


if __name__ == "__main__":
    main()
