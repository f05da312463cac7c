"""libbpf through ctypes: the reference loader, against which objects and results are judged.

Source of the signatures: <bpf/libbpf.h> and <bpf/bpf.h> of libbpf 1.x.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .machine import needs_libbpf

_INFO_SIZE = 232  # struct bpf_prog_info, include/uapi/linux/bpf.h
_VERIFIED_INSNS = 216  # offsetof(struct bpf_prog_info, verified_insns), Linux 5.16


class _TestRunOpts(ctypes.Structure):
    _fields_ = (
        ("sz", ctypes.c_size_t), ("data_in", ctypes.c_char_p), ("data_out", ctypes.c_void_p),
        ("data_size_in", ctypes.c_uint32), ("data_size_out", ctypes.c_uint32),
        ("ctx_in", ctypes.c_void_p), ("ctx_out", ctypes.c_void_p),
        ("ctx_size_in", ctypes.c_uint32), ("ctx_size_out", ctypes.c_uint32),
        ("retval", ctypes.c_uint32), ("repeat", ctypes.c_int), ("duration", ctypes.c_uint32),
        ("flags", ctypes.c_uint32), ("cpu", ctypes.c_uint32), ("batch_size", ctypes.c_uint32),
    )  # fmt: skip


class _OpenOpts(ctypes.Structure):
    """struct bpf_object_open_opts as of libbpf 1.0; later versions see from `sz` that the rest is not given."""

    _fields_ = (
        ("sz", ctypes.c_size_t), ("object_name", ctypes.c_char_p), ("relaxed_maps", ctypes.c_bool),
        ("pin_root_path", ctypes.c_char_p), ("unused", ctypes.c_uint32), ("kconfig", ctypes.c_char_p),
        ("btf_custom_path", ctypes.c_char_p),
    )  # fmt: skip


class _UsdtOpts(ctypes.Structure):
    _fields_ = (("sz", ctypes.c_size_t), ("usdt_cookie", ctypes.c_uint64))


@dataclass(frozen=True)
class Run:
    """What one packet came to: the kernel's errno (0 if the program ran), its result, the packet behind it."""

    errno: int
    result: int
    data: bytes


class Libbpf:
    """The functions of libbpf.so.1 that return pointers or take more than integers, typed."""

    def __init__(self) -> None:
        self.library = ctypes.CDLL(needs_libbpf(), use_errno=True)
        pointer = ctypes.c_void_p
        for name, result, arguments in (
            ("bpf_object__open_file", pointer, (ctypes.c_char_p, pointer)),
            ("bpf_object__load", ctypes.c_int, (pointer,)),
            ("bpf_object__close", None, (pointer,)),
            ("bpf_object__next_program", pointer, (pointer, pointer)),
            ("bpf_object__next_map", pointer, (pointer, pointer)),
            ("bpf_program__name", ctypes.c_char_p, (pointer,)),
            ("bpf_program__fd", ctypes.c_int, (pointer,)),
            ("bpf_program__insn_cnt", ctypes.c_size_t, (pointer,)),
            ("bpf_program__insns", pointer, (pointer,)),
            ("bpf_program__set_autoload", ctypes.c_int, (pointer, ctypes.c_bool)),
            ("libbpf_set_print", pointer, (pointer,)),
            ("bpf_program__section_name", ctypes.c_char_p, (pointer,)),
            ("bpf_map__name", ctypes.c_char_p, (pointer,)),
            ("bpf_map__fd", ctypes.c_int, (pointer,)),
            ("bpf_map__key_size", ctypes.c_uint32, (pointer,)),
            ("bpf_map__value_size", ctypes.c_uint32, (pointer,)),
            ("bpf_map__type", ctypes.c_int, (pointer,)),
            ("bpf_program__attach", pointer, (pointer,)),
            ("bpf_program__attach_usdt", pointer,
             (pointer, ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, pointer)),
            ("bpf_link__destroy", ctypes.c_int, (pointer,)),
        ):
            function = getattr(self.library, name)
            function.restype = result
            function.argtypes = arguments

    def open(self, path: Path) -> LibbpfObject:
        return LibbpfObject(self, path)

    def relocated(self, path: Path, btf: Path) -> tuple[int, dict[str, bytes]]:
        """Each program's code with its CO-RE relocations applied against the types of some kernel.

        libbpf 1.1 does not relocate without loading, and this kernel may refuse programs made for another: what is
        read is the code that was to be loaded.

        Args:
            path: of the object.
            btf: raw BTF.

        Returns:
            What bpf_object__load() gave, and the code of each program.
        """
        c = self.library
        options = _OpenOpts(sz=ctypes.sizeof(_OpenOpts), btf_custom_path=os.fsencode(btf))
        handle = c.bpf_object__open_file(os.fsencode(path), ctypes.byref(options))
        if not handle:
            raise OSError(ctypes.get_errno(), f"libbpf does not open {path}")
        printer = c.libbpf_set_print(None)
        try:
            program = None
            while program := c.bpf_object__next_program(handle, program):
                c.bpf_program__set_autoload(program, True)  # others are not relocated
            error: int = c.bpf_object__load(handle)
            found: dict[str, bytes] = {}
            while program := c.bpf_object__next_program(handle, program):
                code = ctypes.string_at(c.bpf_program__insns(program), c.bpf_program__insn_cnt(program) * 8)
                found[c.bpf_program__name(program).decode()] = code
        finally:
            c.libbpf_set_print(printer)
            c.bpf_object__close(handle)
        return error, found


class LibbpfObject:
    """An object opened and loaded by libbpf; a context manager.

    Raises:
        OSError: libbpf or the kernel refuses the object; libbpf has printed why on standard error.
    """

    def __init__(self, libbpf: Libbpf, path: Path) -> None:
        self._c = libbpf.library
        self._links: list[int] = []
        self._handle = self._call("bpf_object__open_file", os.fsencode(path), None)
        if not self._handle:
            raise OSError(ctypes.get_errno(), f"libbpf does not open {path}")
        error = self._call("bpf_object__load", self._handle)
        if error:
            self.close()
            raise OSError(-error, f"libbpf does not load {path}")
        self.programs = {self._c.bpf_program__name(p).decode(): p for p in self._all("program")}
        self.maps = {self._c.bpf_map__name(m).decode(): m for m in self._all("map")}

    def _call(self, name: str, *arguments: Any) -> Any:
        function: Callable[..., Any] = getattr(self._c, name)
        return function(*arguments)

    def _all(self, kind: str) -> list[int]:
        found: list[int] = []
        while item := self._call(f"bpf_object__next_{kind}", self._handle, found[-1] if found else None):
            found.append(item)
        return found

    def __enter__(self) -> LibbpfObject:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        while self._links:
            self._call("bpf_link__destroy", self._links.pop())
        if self._handle:
            self._c.bpf_object__close(self._handle)
            self._handle = None

    def attach(self, program: str) -> None:
        """Attach a program where its section says, until the object is closed."""
        self._links.append(self._linked(program, self._call("bpf_program__attach", self.programs[program])))

    def attach_usdt(self, program: str, path: Path, provider: str, name: str, cookie: int = 0) -> None:
        """Attach a program to a probe, in every process, until the object is closed."""
        options = _UsdtOpts(ctypes.sizeof(_UsdtOpts), cookie)
        self._links.append(self._linked(program, self._call(
            "bpf_program__attach_usdt", self.programs[program], -1, os.fsencode(path), provider.encode(), name.encode(),
            ctypes.byref(options))))

    def _linked(self, program: str, link: int | None) -> int:
        if not link:
            raise OSError(ctypes.get_errno(), f"libbpf does not attach {program}")
        return link

    def section(self, program: str) -> str:
        return str(self._c.bpf_program__section_name(self.programs[program]).decode())

    def instruction_count(self, program: str) -> int:
        """Instructions handed to the kernel, subprograms included."""
        return int(self._c.bpf_program__insn_cnt(self.programs[program]))

    def verified_instructions(self, program: str) -> int:
        """Instructions that the verifier processed, on all paths (bpf_prog_info.verified_insns)."""
        info = ctypes.create_string_buffer(_INFO_SIZE)
        size = ctypes.c_uint32(_INFO_SIZE)
        descriptor = self._c.bpf_program__fd(self.programs[program])
        error = self._call("bpf_obj_get_info_by_fd", descriptor, info, ctypes.byref(size))
        if error:
            raise OSError(-error, "bpf_obj_get_info_by_fd")
        if size.value < _VERIFIED_INSNS + 4:
            raise RuntimeError("this kernel does not report verified_insns: 5.16 or later does")
        return int.from_bytes(info[_VERIFIED_INSNS : _VERIFIED_INSNS + 4], "little")

    def test_run(self, program: str, data: bytes) -> Run:
        """Run a program on one packet (BPF_PROG_TEST_RUN)."""
        out = ctypes.create_string_buffer(len(data) + 512)
        options = _TestRunOpts(sz=ctypes.sizeof(_TestRunOpts), data_in=data, data_size_in=len(data),
                               data_out=ctypes.addressof(out), data_size_out=len(out), repeat=1)
        descriptor = self._c.bpf_program__fd(self.programs[program])
        error = self._call("bpf_prog_test_run_opts", descriptor, ctypes.byref(options))
        if error:
            return Run(-error, 0, b"")
        return Run(0, options.retval, out[: options.data_size_out])

    def update(self, name: str, key: bytes, value: bytes) -> None:
        error = self._call("bpf_map_update_elem", self._c.bpf_map__fd(self.maps[name]), key, value,
                           ctypes.c_uint64(0))
        if error:
            raise OSError(-error, f"update of {name}")

    def entries(self, name: str) -> dict[bytes, bytes]:
        """All entries of a map; a per-CPU value is the concatenation over the possible CPUs."""
        handle = self.maps[name]
        descriptor = self._c.bpf_map__fd(handle)
        key_size, size = self._c.bpf_map__key_size(handle), self._c.bpf_map__value_size(handle)
        if self._c.bpf_map__type(handle) in (5, 6, 10, 21):  # BPF_MAP_TYPE_*PERCPU* of enum bpf_map_type
            size = (size + 7) // 8 * 8 * self._call("libbpf_num_possible_cpus")
        found: dict[bytes, bytes] = {}
        key = None
        following, value = ctypes.create_string_buffer(key_size), ctypes.create_string_buffer(size)
        while self._call("bpf_map_get_next_key", descriptor, key, following) == 0:
            key = following.raw
            error = self._call("bpf_map_lookup_elem", descriptor, key, value)
            if error:
                raise OSError(-error, f"lookup in {name}")
            found[key] = value.raw
        return found
