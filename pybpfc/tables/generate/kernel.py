"""Asks the running kernel: loads tiny programs and returns what its verifier says.

Needs root. The only system call is bpf(2); no program is attached anywhere.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import re
import struct
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .targets import Target

_SYS_BPF = {"x86_64": 321, "aarch64": 280, "riscv64": 280, "s390x": 351, "ppc64le": 361}[platform.machine()]
_BPF_PROG_LOAD = 5
_LOG_SIZE = 1 << 16
_VMLINUX = "/sys/kernel/btf/vmlinux"

_libc = ctypes.CDLL(None, use_errno=True)


def instruction(code: int, dst: int = 0, src: int = 0, off: int = 0, imm: int = 0) -> bytes:
    """One 8-byte BPF instruction."""
    return struct.pack("<BBhi", code, src << 4 | dst, off, imm)


def move(dst: int, value: int) -> bytes:
    return instruction(0xB7, dst, imm=value)


def copy(dst: int, src: int) -> bytes:
    return instruction(0xBF, dst, src)


def call(helper: int) -> bytes:
    return instruction(0x85, imm=helper)


def load_memory(size: int, dst: int, src: int, off: int) -> bytes:
    return instruction({1: 0x71, 2: 0x69, 4: 0x61, 8: 0x79}[size], dst, src, off)


def store_memory(size: int, dst: int, src: int, off: int) -> bytes:
    return instruction({1: 0x73, 2: 0x6B, 4: 0x63, 8: 0x7B}[size], dst, src, off)


EXIT = instruction(0x95)


@dataclass(frozen=True)
class Verdict:
    """What BPF_PROG_LOAD answered: 0 or an errno, and the verifier's log."""

    error: int
    log: str


def load(target: Target, instructions: bytes, license: str = "GPL") -> Verdict:
    """Load a program of a program type and close it again.

    Args:
        target: the program type, attach type and flags to load it as.
        instructions: its BPF instructions.
        license: the license string it declares.
    """
    log = ctypes.create_string_buffer(_LOG_SIZE)
    code = ctypes.create_string_buffer(instructions, len(instructions))
    license_text = ctypes.create_string_buffer(license.encode())
    attributes = struct.pack(
        "<IIQQIIQII16sIIIIQIIQIIII",
        target.program_type, len(instructions) // 8, ctypes.addressof(code), ctypes.addressof(license_text),
        1, _LOG_SIZE, ctypes.addressof(log), 0, target.flags, b"probe", 0, target.attach_type,
        0, 0, 0, 0, 0, 0, 0, attach_btf_id(target), 0, 0)
    buffer = ctypes.create_string_buffer(attributes, len(attributes))
    descriptor = _libc.syscall(_SYS_BPF, _BPF_PROG_LOAD, buffer, len(attributes))
    error = ctypes.get_errno() if descriptor < 0 else 0
    if descriptor >= 0:
        os.close(descriptor)
    return Verdict(error, log.value.decode(errors="replace"))


def version() -> str:
    """The running kernel's version, "6.18"."""
    found = re.match(r"\d+\.\d+", platform.release())
    assert found, platform.release()
    return found[0]


@lru_cache(maxsize=1)
def types() -> dict[int, dict[str, Any]]:
    """The kernel's own BTF by type id, in the form of ``bpftool -j btf dump``."""
    text = subprocess.run(["bpftool", "-j", "btf", "dump", "file", _VMLINUX], check=True, capture_output=True).stdout
    return {entry["id"]: entry for entry in json.loads(text)["types"]}


@lru_cache(maxsize=1)
def type_ids() -> dict[tuple[str, str], int]:
    """(kind, name) to type id of the kernel's own BTF."""
    return {(entry["kind"], entry["name"]): entry["id"] for entry in types().values()
            if entry["kind"] in ("FUNC", "TYPEDEF", "STRUCT") and entry["name"] != "(anon)"}


def attach_btf_id(target: Target) -> int:
    """The BTF id of the kernel object that a target names, 0 where it needs none."""
    return type_ids()[target.attach_to] if target.attach_to else 0


def enumerators(wanted: str) -> dict[str, int]:
    """The enumerators of the running kernel's BTF whose whole name matches a pattern."""
    return {value["name"]: value["val"] for entry in types().values() if entry["kind"] in ("ENUM", "ENUM64")
            for value in entry["values"] if re.fullmatch(wanted, value["name"])}
