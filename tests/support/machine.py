"""What this machine has, and how a test says that something it needs is missing."""

from __future__ import annotations

import ctypes.util
import functools
import glob
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLES = REPOSITORY / "examples"
IN_GUESTS = frozenset(("scx_fifo",))  # examples for options that few kernels have: tests/vm loads them

_CAPABILITIES = {"CAP_NET_ADMIN": 12, "CAP_SYS_ADMIN": 21, "CAP_BPF": 39}  # include/uapi/linux/capability.h


def run(*command: str | Path, environment: Mapping[str, str] | None = None, cwd: Path | None = None,
        timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run a command to its end and return output and status; the caller judges the status."""
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, cwd=cwd,
                          env={**os.environ, **(environment or {})}, timeout=timeout)


def check(*command: str | Path, **options: object) -> str:
    """Run a command that must succeed; return its standard output."""
    done = run(*command, **options)  # type: ignore[arg-type]
    assert done.returncode == 0, f"{' '.join(map(str, command))} gave {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def pybpfc(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    """Run the command line of the project in a fresh process, with the interpreter of the tests."""
    return run(sys.executable, "-m", "pybpfc", *arguments, **options)  # type: ignore[arg-type]


def capabilities() -> frozenset[str]:
    """The names of the capabilities that matter here and that this process has."""
    with open("/proc/self/status") as status:
        effective = next(int(line.split()[1], 16) for line in status if line.startswith("CapEff:"))
    return frozenset(name for name, number in _CAPABILITIES.items() if effective >> number & 1)


def needs_privileges() -> None:
    missing = sorted(set(_CAPABILITIES) - capabilities())
    if missing:
        pytest.skip(f"needs {', '.join(missing)}: run as root")


def needs_tool(name: str) -> str:
    """The path of a program in PATH (or the folders of root's PATH)."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"needs the program {name}: `make test` as root installs it")
    return found


def needs_libbpf() -> str:
    """The name under which libbpf's shared library loads; LIBBPF in the environment names another one."""
    if os.environ.get("LIBBPF"):
        return os.environ["LIBBPF"]
    if ctypes.util.find_library("bpf") is None and not glob.glob("/usr/lib*/**/libbpf.so.1", recursive=True):
        pytest.skip("needs libbpf.so.1: `make test` as root installs it")
    return "libbpf.so.1"


@functools.cache
def other_interpreters() -> dict[str, str]:
    """Other working CPython versions >= 3.10 of this machine: version ("3.12") to path."""
    candidates: list[str] = []
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        candidates += sorted(glob.glob(os.path.join(folder, "python3.[0-9]*")))
    for root in (os.environ.get("PYENV_ROOT", ""), os.path.expanduser("~/.pyenv")):
        if root:
            candidates += sorted(glob.glob(os.path.join(root, "versions", "3.*", "bin", "python3.[0-9]*")))
    found: dict[str, str] = {}
    for candidate in candidates:
        name = re.fullmatch(r"python(3\.(\d+))", os.path.basename(candidate))
        if not name or int(name[2]) < 10 or name[1] in found or name[2] == str(sys.version_info.minor):
            continue
        if _works(candidate, name[1]):
            found[name[1]] = candidate
    return found


def _works(interpreter: str, version: str) -> bool:
    """A launcher may name a version that is not installed, and a system Python may lack venv."""
    test = ("import ctypes, ensurepip, platform, ssl, venv; "
            "print(platform.python_implementation(), '.'.join(platform.python_version_tuple()[:2]))")
    try:
        done = subprocess.run([interpreter, "-c", test], capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.split() == ["CPython", version]


def write_atomically(path: Path, data: bytes) -> None:
    """Tests run in several processes; a file that they share appears whole or not at all."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    temporary.write_bytes(data)
    os.replace(temporary, path)


def in_private_bpffs(script: str, *arguments: str | Path) -> str:
    """Run a shell script in a mount namespace of its own with a fresh bpffs on /sys/fs/bpf.

    What the script pins there is gone when the script ends. The script's arguments are $1, $2, ...
    """
    commands: Sequence[str | Path] = (needs_tool("unshare"), "-m", "sh", "-ec",
                                      f"mount -t bpf bpf /sys/fs/bpf\n{script}", "sh", *arguments)
    return check(*commands)
