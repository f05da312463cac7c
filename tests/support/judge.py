"""One program of an object, loaded by libbpf and by this project's loader: what each says and hands to the kernel.

A verdict is "loads", the kernel's errno name ("EACCES"), or "refused" where the loader itself refuses. Of what is
loaded, the kernel's own account is compared: instructions as handed over, program and map definitions, types.
"""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pybpfc_runtime as rt
from pybpfc_runtime import syscall
from pybpfc_runtime.btf import types
from pybpfc_runtime.btf.decode import decode_btf
from pybpfc_runtime.disasm import decode, encode
from pybpfc_runtime.errors import errno_name
from pybpfc_runtime.info import prog_info
from pybpfc_runtime.uapi import BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE, LDIMM64, Command

from .libbpf import Libbpf

_PRINT = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)
_SIGNATURES: tuple[tuple[str, Any, tuple[Any, ...]], ...] = (
    ("bpf_program__set_autoload", ctypes.c_int, (ctypes.c_void_p, ctypes.c_bool)),
    ("bpf_program__insns", ctypes.c_void_p, (ctypes.c_void_p,)),
    ("bpf_object__btf_fd", ctypes.c_int, (ctypes.c_void_p,)),
    ("libbpf_set_print", ctypes.c_void_p, (ctypes.c_void_p,)),
)
# What libbpf prints where it was the kernel that refused.
_KERNEL_REFUSED = ("BPF program load failed", "failed to create")
_LIBC = ctypes.CDLL(None)
_printers: list[Any] = []  # libbpf calls the last one as long as the process lives, also when its judge is gone


ALL = "*"


@dataclass(frozen=True)
class Outcome:
    """What a loader made of one program."""

    verdict: str
    why: str = ""
    instructions: bytes = b""  # as handed to the kernel, map descriptors masked
    program: dict[str, object] = field(default_factory=dict)
    maps: dict[str, object] = field(default_factory=dict)
    types: list[object] = field(default_factory=list)


class Judge:
    """libbpf, quiet: what it prints is kept."""

    def __init__(self) -> None:
        self.libbpf = Libbpf()
        self.c = self.libbpf.library
        for name, result, arguments in _SIGNATURES:
            function = getattr(self.c, name)
            function.restype, function.argtypes = result, arguments
        self.printed: list[str] = []
        self._callback = _PRINT(self._print)
        _printers.append(self._callback)
        self.c.libbpf_set_print(ctypes.cast(self._callback, ctypes.c_void_p))

    @property
    def version(self) -> tuple[int, int]:
        return int(self.c.libbpf_major_version()), int(self.c.libbpf_minor_version())

    def _print(self, level: int, format_: bytes, arguments: int) -> int:
        text = ctypes.create_string_buffer(4096)
        _LIBC.vsnprintf(text, ctypes.c_size_t(len(text)), format_, ctypes.c_void_p(arguments))
        if level < 2:  # LIBBPF_DEBUG is 2
            self.printed.append(text.value.decode("utf-8", "replace"))
        return 0

    @contextmanager
    def opened(self, path: Path) -> Iterator[int | None]:
        self.printed.clear()
        handle = self.c.bpf_object__open_file(os.fsencode(path), None)
        try:
            yield handle
        finally:
            if handle:
                self.c.bpf_object__close(handle)

    def _all(self, kind: str, handle: int) -> dict[str, int]:
        found: dict[str, int] = {}
        last = None
        while last := getattr(self.c, f"bpf_object__next_{kind}")(handle, last):
            found[getattr(self.c, f"bpf_{kind}__name")(last).decode()] = last
        return found

    def programs(self, path: Path) -> list[str] | None:
        """The names of an object's programs; None where libbpf does not open it."""
        with self.opened(path) as handle:
            return list(self._all("program", handle)) if handle else None

    def load(self, path: Path, name: str | None) -> Outcome:
        """Load an object with one of its programs, with none, or (ALL) with those that it loads by itself."""
        with self.opened(path) as handle:
            if not handle:
                return Outcome("refused", "".join(self.printed))
            programs = self._all("program", handle)
            for each, program in programs.items():
                if name != ALL:
                    self.c.bpf_program__set_autoload(program, each == name)
            error = self.c.bpf_object__load(handle)
            why = "".join(self.printed)
            if error:
                by_kernel = any(words in why for words in _KERNEL_REFUSED)
                return Outcome(errno_name(-error) if by_kernel else "refused", why)
            code, facts = b"", {}
            if name in programs:
                program = programs[name]
                code = ctypes.string_at(self.c.bpf_program__insns(program), self.c.bpf_program__insn_cnt(program) * 8)
                facts = program_facts(self.c.bpf_program__fd(program))
            found = self._all("map", handle)
            maps = {_plain(each): map_facts(self.c.bpf_map__fd(map_)) for each, map_ in found.items()}
            return Outcome("loads", why, masked(code), facts, maps, type_facts(self.c.bpf_object__btf_fd(handle)))


def programs(path: Path) -> list[str]:
    """The names of an object's programs as this project's loader reads them; none where it does not."""
    try:
        return list(rt.ObjectSpec.open(path).programs)
    except rt.BpfError:
        return []


def load(path: Path, name: str | None) -> Outcome:
    """The same by this project's loader."""
    try:
        spec = rt.ObjectSpec.open(path)
        for each in spec.programs.values():
            each.autoload = each.autoload if name == ALL else each.name == name
        with spec.load() as bpf:
            code, facts, types_fd = b"", {}, -1
            if name is not None and name != ALL:
                program = bpf.programs[name]
                code, facts = bytes(program.linked.instructions), program_facts(program.fd)
                types_fd = _types_of(program.info().btf_id)
            else:
                types_fd = _types_of(next((map_.info().btf_id for map_ in bpf.maps.values() if map_.info().btf_id), 0))
            maps = {name: map_facts(map_.fd) for name, map_ in bpf.maps.items()}
            try:
                return Outcome("loads", "", masked(code), facts, maps, type_facts(types_fd))
            finally:
                if types_fd >= 0:
                    os.close(types_fd)
    except rt.KernelError as error:
        return Outcome(errno_name(error.errno), str(error))
    except rt.BpfError as error:
        return Outcome("refused", str(error))


def _plain(name: str) -> str:
    """libbpf puts the object's name in front of `.data` and the like."""
    found = re.search(r"\.(?:data|rodata|bss|kconfig)\b.*", name)
    return found[0] if found else name


def _types_of(number: int) -> int:
    return syscall.fd_by_id(Command.BPF_BTF_GET_FD_BY_ID, number) if number else -1


def masked(code: bytes) -> bytes:
    """Instructions without what differs from one load to the next: descriptors of maps."""
    maps = (BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE)
    return encode([item._replace(imm=0) if item.code == LDIMM64 and item.src in maps else item
                   for _, item in decode(code)])


def program_facts(fd: int) -> dict[str, object]:
    """What the kernel says about a program and should say alike about its twin."""
    info = prog_info(fd)
    return {"type": info.type, "name": info.name, "gpl": info.gpl_compatible, "maps": len(info.map_ids),
            "function_info": info.function_info, "line_info": info.line_info,
            "verified_instructions": info.verified_instructions, "attach_btf_id": info.attach_btf_id,
            "has_types": bool(info.btf_id)}


def map_facts(fd: int) -> dict[str, object]:
    info = syscall.map_info(fd)
    return {**info._asdict(), "id": 0, "btf_id": bool(info.btf_id)}


def type_facts(fd: int) -> list[object]:
    """Every type of a descriptor, by id, in a form that compares."""
    if fd < 0:
        return []
    return [_fact(type_) for type_ in decode_btf(syscall.btf_data(fd)).types]


def _fact(value: object) -> object:
    if isinstance(value, list):
        return [_fact(item) for item in value]
    if type(value).__module__ != types.__name__:
        return value
    names = sorted({name for base in type(value).__mro__ for name in getattr(base, "__slots__", ())
                    if name[0] != "_"})
    return type(value).__name__, [(name, _fact(getattr(value, name))) for name in names]
