"""Externs and attach targets answered by the running kernel.

Source: libbpf's `bpf_object__resolve_externs` and `libbpf_find_attach_btf_id`; BPF_PSEUDO_BTF_ID,
BPF_PSEUDO_KFUNC_CALL and `fd_array` in include/uapi/linux/bpf.h.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from . import externs, syscall
from .btf import types
from .btf.core import types_compatible
from .btf.decode import decode_btf
from .errors import KernelSymbolError, SpecError
from .kernel_symbols import ModuleDescriptors, did_you_mean, find_symbol, kernel_addresses
from .uapi import AttachType, Command, ProgramType

if TYPE_CHECKING:
    from .externs import Extern
    from .program import OpenProgram, Program
    from .spec import ObjectSpec, ProgramSpec

# How the kernel calls what a program of some attach type is checked against.
_PREFIXES = {
    AttachType.BPF_TRACE_RAW_TP: ("btf_trace_", types.BTF_KIND_TYPEDEF, "raw tracepoint"),
    AttachType.BPF_LSM_MAC: ("bpf_lsm_", types.BTF_KIND_FUNC, "LSM hook"),
    AttachType.BPF_LSM_CGROUP: ("bpf_lsm_", types.BTF_KIND_FUNC, "LSM hook"),
    AttachType.BPF_TRACE_ITER: ("bpf_iter_", types.BTF_KIND_FUNC, "iterator"),
}
_LAST_MODULE = 32767  # the index of a module stands in 16 bits of the call


class Answer(NamedTuple):
    """What stands for an extern in this kernel.

    Attributes:
        number: a type id in the kernel's BTF, or for an ADDRESS the address.
        module: whose types they are; "" for vmlinux.
    """

    number: int
    module: str = ""


class ExternResolver:
    """Answers the externs of one object; modules' descriptors stay open until `close()`."""

    def __init__(self, spec: ObjectSpec) -> None:
        self.spec = spec
        self.modules = ModuleDescriptors()
        self.fd_array: list[int] = []  # what calls refer to by index; index 0 is not used
        self._indexes: dict[str, int] = {"": 0}
        self._answers: dict[str, Answer | None] = {}
        self._addresses: dict[str, int] | None = None

    def close(self) -> None:
        self.modules.close()

    def extern(self, name: str, program: str) -> Extern:
        """The declaration of a symbol that code refers to.

        Raises:
            SpecError: the object does not say where it comes from.
        """
        found = self.spec.externs.get(name)
        if found is None:
            raise SpecError(f"program {program} refers to `{name}`, which the object neither defines nor declares as "
                            "the kernel's", help="declare it __ksym or __kconfig and build with -g")
        return found

    def answer(self, extern: Extern) -> Answer | None:
        """Where the kernel has it; None for a weak one that it does not have.

        Raises:
            KernelSymbolError: missing and not weak, or of another type.
        """
        if extern.name not in self._answers:
            find = self._address if extern.kind == externs.ADDRESS else self._typed
            self._answers[extern.name] = find(extern)
        return self._answers[extern.name]

    def module_index(self, module: str) -> int:
        """The index in `fd_array` of a module's types; 0 for vmlinux."""
        if module not in self._indexes:
            self.fd_array = self.fd_array or [0]
            if len(self.fd_array) > _LAST_MODULE:
                raise KernelSymbolError(f"{self.spec.name} calls functions of more than {_LAST_MODULE} modules")
            self._indexes[module] = len(self.fd_array)
            self.fd_array.append(self.modules.fd(module))
        return self._indexes[module]

    def _address(self, extern: Extern) -> Answer | None:
        if self._addresses is None:
            self._addresses = kernel_addresses(
                each.name for each in self.spec.externs.values() if each.kind == externs.ADDRESS)
        address = self._addresses.get(extern.name)
        if address is not None:
            return Answer(address)
        if extern.weak:
            return None
        raise KernelSymbolError(f"this kernel, {os.uname().release}, has no symbol {extern.name} (see /proc/kallsyms)",
                                help="declare it __weak and test its address before use")

    def _typed(self, extern: Extern) -> Answer | None:
        is_function = extern.kind == externs.FUNCTION
        kind = types.BTF_KIND_FUNC if is_function else types.BTF_KIND_VAR
        found = find_symbol(kind, extern.kernel_name)
        if found is None:
            if extern.weak:
                return None
            raise KernelSymbolError(
                f"the types of this kernel, {os.uname().release}, have no {extern.kind} {extern.kernel_name}",
                help=did_you_mean(kind, extern.kernel_name)
                or "declare it __weak and test it with bpf_ksym_exists() before use, or run a newer kernel")
        theirs = found.btf.type(found.type_id)
        assert isinstance(theirs, (types.Func, types.Var))
        assert self.spec.btf is not None  # externs come from it
        if not types_compatible(self.spec.btf, extern.type_id, found.btf, theirs.type):
            if extern.weak and is_function:
                return None  # a newer prototype counts as another function, which weak flavours are for
            raise KernelSymbolError(f"{extern.kind} {extern.name} is declared with another type than the kernel's "
                                    f"{extern.kernel_name} has",
                                    help="compare the declaration with `bpftool btf dump file /sys/kernel/btf/vmlinux`")
        return Answer(found.type_id, found.module)


class AttachTarget(NamedTuple):
    """`attach_btf_id`, and `attach_btf_obj_fd` or `attach_prog_fd`."""

    btf_id: int
    fd: int


def attach_target(program: ProgramSpec, modules: ModuleDescriptors) -> AttachTarget:
    """What a program of type TRACING, LSM or EXT is checked against and attached to.

    Raises:
        SpecError: the program does not say what.
        KernelSymbolError: the kernel, or the target program, has no such thing.
    """
    needs_program = program.program_type is ProgramType.BPF_PROG_TYPE_EXT
    if not program.attach_to:
        example = program.section.partition("/")[0]
        raise SpecError(f"program {program.name} (SEC({program.section!r})) does not say what it attaches to",
                        help=f'SEC("{example}/name"), or spec.programs[{program.name!r}].attach_to = ("name",)')
    name = program.attach_to[0]
    if program.attach_target is not None:
        from .program import OpenProgram, Program

        if not isinstance(program.attach_target, (OpenProgram, Program)):
            raise SpecError(f"program {program.name}: attach_target is a loaded program, not "
                            f"{program.attach_target!r}", help="open_program(ID or PIN) opens one that others have "
                            "loaded")
        return AttachTarget(program_function(program.attach_target, name), program.attach_target.fd)
    if needs_program:
        raise SpecError(f"program {program.name} replaces function {name} of another program, but not known of which",
                        help=f"load that program first and set spec.programs[{program.name!r}].attach_target to it")
    prefix, kind, what = _PREFIXES.get(program.expected_attach_type or AttachType(0),
                                       ("", types.BTF_KIND_FUNC, "function"))
    module, _, plain = name.rpartition(":")
    found = find_symbol(kind, f"{module}:{prefix}{plain}" if module else prefix + plain)
    if found is None:
        raise KernelSymbolError(f"program {program.name}: the kernel's types have no {what} {name}",
                                help=did_you_mean(kind, plain, prefix)
                                or "it may be inlined, or in a module that is not loaded")
    return AttachTarget(found.type_id, modules.fd(found.module))


def program_function(program: Program | OpenProgram, name: str) -> int:
    """The type id of a function of a loaded program, in that program's own types.

    Raises:
        KernelSymbolError: it has no types, or no such function.
    """
    number = syscall.prog_btf_id(program.fd)
    if not number:
        raise KernelSymbolError(f"program {program.name} was loaded without types",
                                help="build it with debug information (-g)")
    fd = syscall.fd_by_id(Command.BPF_BTF_GET_FD_BY_ID, number)
    try:
        btf = decode_btf(syscall.btf_data(fd))
    finally:
        os.close(fd)
    found = btf.find(types.BTF_KIND_FUNC, name)
    if found is None:
        functions = sorted(type_.name for type_ in btf.types if isinstance(type_, types.Func))
        raise KernelSymbolError(f"program {program.name} has no function {name}",
                                help=f"it has {', '.join(functions)}")
    return found
