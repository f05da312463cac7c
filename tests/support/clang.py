"""C programs built by clang for comparison."""

from __future__ import annotations

import glob
import os
import subprocess
from pathlib import Path

from .machine import check, needs_tool, write_atomically

KERNEL_BTF = "/sys/kernel/btf/vmlinux"


def vmlinux_header(folder: Path) -> Path:
    """`folder`/vmlinux.h: all types of the running kernel in C, written by bpftool; made once."""
    header = folder / "vmlinux.h"
    if not header.exists():
        bpftool = needs_tool("bpftool")
        text = subprocess.run([bpftool, "btf", "dump", "file", KERNEL_BTF, "format", "c"],
                              capture_output=True, check=True).stdout
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(header, text)
    return header


def command(source: Path, target: Path, include: Path) -> list[str]:
    """The command that compiles a BPF program as its users do; cpu v3 is what pybpfc takes by default."""
    multiarch = [f"-I{os.path.dirname(path)}" for path in glob.glob("/usr/include/*-linux-gnu/asm")[:1]]
    return [needs_tool("clang-22"), "-O2", "-g", "-target", "bpf", "-mcpu=v3", f"-I{include}", *multiarch,
            "-c", str(source), "-o", str(target)]


def build(source: Path, target: Path, include: Path) -> Path:
    """Compile `source` to `target`; `include` is the folder of vmlinux.h."""
    check(*command(source, target, include))
    return target
