"""Everybody who can load an object, each as one function: what it says about an object, "" where it loads it all."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import pybpfc_runtime as rt
from support.machine import check, needs_tool, run
from veth import VethPair

from .embedders import build_c

Judge = Callable[[Path], str]
_MOUNTED = ("mount -t bpf bpf /sys/fs/bpf\n"
            "mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing\n"
            'exec "$@"')


def _says(*command: str | Path) -> str:
    done = run(needs_tool("unshare"), "-m", "sh", "-ec", _MOUNTED, "sh", *command)
    return "" if done.returncode == 0 else (done.stderr + done.stdout).strip() or f"exit status {done.returncode}"


def runtime(path: Path) -> str:
    """The loader of this project."""
    try:
        rt.ObjectSpec.open(path).load().close()
    except rt.BpfError as error:
        return str(error)
    return ""


def bpftool(path: Path) -> str:
    """All programs, by libbpf; without its warning about what strict libbpf asks of old objects."""
    said = _says(needs_tool("bpftool"), "prog", "loadall", path, "/sys/fs/bpf/programs")
    return re.sub(r"Warning: bpftool is now running in libbpf strict mode(.*\n)*.*--legacy option for more details.",
                  "", said).strip()


def ip(path: Path) -> str:
    with VethPair() as pair, pair.near.entered():
        return _says(needs_tool("ip"), "link", "set", "dev", pair.near_interface, "xdp", "obj", path, "sec", "xdp")


def tc(path: Path) -> str:
    with VethPair() as pair, pair.near.entered():
        check(needs_tool("tc"), "qdisc", "add", "dev", pair.near_interface, "clsact")
        return _says(needs_tool("tc"), "filter", "add", "dev", pair.near_interface, "ingress", "bpf", "direct-action",
                     "obj", path, "sec", "tc")


def skeleton(path: Path) -> str:
    """The embedding program in C, made of this object, which must have the names of watch.py.

    bpftool opens the object for the skeleton, the program loads it.
    """
    opened = run(needs_tool("bpftool"), "gen", "skeleton", path, "name", "watch")
    if opened.returncode != 0:
        return opened.stderr.strip()
    with tempfile.TemporaryDirectory() as folder:
        return _says(build_c(path, Path(folder)))


def cilium(program: Path) -> Judge:
    """cilium/ebpf, through the embedding program in Go. Which program or map it refuses first is a matter of luck."""
    luck = re.compile(r"^program \w+: |^map \S+: (?=load BTF)|(?<=load btf: no such file or directory): .*")
    return lambda path: luck.sub("", _says(program, "load", path))


def aya(program: Path) -> Judge:
    """Aya, through the embedding program in Rust; what programs of BTF are attached to is told it, as users must."""
    def judge(path: Path) -> str:
        try:
            programs = list(rt.ObjectSpec.open(path).programs.values())
        except rt.BpfError:
            programs = []  # broken: what it says without the targets counts
        return _says(program, "load", path, *(f"{one.name}={one.attach_to[0]}" for one in programs if one.attach_to))

    return judge
