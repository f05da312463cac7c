"""Programs that embed the object of programs/watch.py, as its users write them: in C, Go and Rust.

Given the name of an interface, each one
- sets the constants `smallest` to 100 and `only_pid` to its own process, and loads the object,
- attaches `on_packet` to the interface and `on_open` to its tracepoint, and opens /proc/version,
- prints "ready" and waits for a line on its standard input,
- prints what it reads from the ring buffer, the map and the global variable, as JSON.

The Go and Rust ones load all of any object too, for the table of what they refuse. What is built goes to a cache
outside the tree; go.sum and Cargo.lock pin what comes from the registries.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from support.machine import check, needs_tool
from veth import VethPair
from vm.kernels import cache_folder, exclusive

HERE = Path(__file__).parent
SENT = {"192.0.2.2": 3, "192.0.2.3": 5}  # datagrams that count, by source
PAYLOAD, SHORT = b"x" * 100, b"x" * 10
HEADERS = 28  # bytes of IPv4 and UDP
_PORT = 9
_LIMIT = 60.0  # seconds
_MOUNT_TRACEFS = 'mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing\nexec "$@"'


def needs_toolchain(name: str) -> str:
    """The path of a compiler that CI must have and a user's machine may have."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/go/bin", str(Path.home() / ".cargo/bin")])
    found = shutil.which(name, path=path)
    if found is None and os.environ.get("PYBPFC_CI"):
        pytest.fail(f"continuous integration needs {name}: install it, or put it into PATH", pytrace=False)
    if found is None:
        pytest.skip(f"this machine has no {name}: programs of that language embed no object here")
    return found


def build_c(target: Path, folder: Path) -> Path:
    """Skeleton and compiler; the skeleton is made of the object `target`."""
    skeleton = check(needs_tool("bpftool"), "gen", "skeleton", target, "name", "watch")
    (folder / "watch.skel.h").write_text(skeleton)
    program = folder / "embed"
    check(needs_tool("gcc"), "-Wall", "-Wextra", "-Werror", "-O1", f"-I{folder}", HERE / "c/embed.c", "-lbpf", "-o",
          program)
    return program


def build_go(target: Path, folder: Path) -> Path:
    go = needs_toolchain("go")
    source = folder / "source"
    shutil.copytree(HERE / "go", source)
    shutil.copy(target, source / "watch.o")
    check(go, "build", "-trimpath", "-o", folder / "embed", ".", cwd=source, timeout=600,
          environment={"CGO_ENABLED": "0"})
    return folder / "embed"


def build_rust(target: Path, folder: Path) -> Path:
    cargo = needs_toolchain("cargo")
    cache = cache_folder() / "cargo"
    with exclusive("cargo"):
        check(cargo, "build", "--locked", "--quiet", "--manifest-path", HERE / "aya/Cargo.toml", timeout=600,
              environment={"CARGO_TARGET_DIR": str(cache), "WATCH_OBJECT": str(target)})
        shutil.copy(cache / "debug/embed", folder / "embed")
    return folder / "embed"


class Embedder(NamedTuple):
    """A language and the library with which its programs embed objects.

    Attributes:
        version: of the library, from the file that pins it.
        build: makes the program, in a folder of its own, with the given object in it.
    """

    name: str
    version: str
    build: Callable[[Path, Path], Path]


def _pinned(file: str, pattern: str) -> str:
    found = re.search(pattern, (HERE / file).read_text())
    assert found is not None, f"{file} pins no version"
    return found[1]


EMBEDDERS: Mapping[str, Embedder] = {embedder.name: embedder for embedder in (
    Embedder("libbpf", "", build_c),
    Embedder("cilium/ebpf", _pinned("go/go.mod", r"cilium/ebpf v(\S+)"), build_go),
    Embedder("Aya", _pinned("aya/Cargo.toml", r'aya = "=(.+)"'), build_rust),
)}


def drive(program: Path) -> tuple[dict[str, Any], int]:
    """Run an embedding program on a veth pair while packets arrive; its report and its process id."""
    unshare = needs_tool("unshare")
    with VethPair(list(SENT)) as pair, pair.near.entered(), \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind((pair.near_address, _PORT))
        receiver.settimeout(_LIMIT)
        process = subprocess.Popen(
            [unshare, "-m", "sh", "-ec", _MOUNT_TRACEFS, "sh", str(program), pair.near_interface],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        watchdog = threading.Timer(_LIMIT, process.kill)
        watchdog.start()
        try:
            assert process.stdout is not None
            ready = process.stdout.readline()
            if ready != "ready\n":
                raise AssertionError(f"{program.name} ended before it was ready: {ready}{process.communicate()[1]}")
            for source, count in SENT.items():
                pair.send_udp(source, count, PAYLOAD, port=_PORT)
            pair.send_udp("192.0.2.2", 1, SHORT, port=_PORT)
            for _ in range(sum(SENT.values()) + 1):
                receiver.recv(200)  # what arrives here went through the program
            output, errors = process.communicate("\n")
        finally:
            watchdog.cancel()
            process.kill()
            process.wait()
    assert process.returncode == 0, f"{program.name} gave {process.returncode}: {errors}"
    report: dict[str, Any] = json.loads(output)
    return report, process.pid
