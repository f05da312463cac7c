"""From `ObjectSpec` to the kernel: types, maps, data, programs, in that order, or nothing at all."""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from . import features, syscall
from .btf import types
from .btf.encode import copy_with, encode_btf, sanitised
from .descriptor import Descriptor, OwnedDescriptor
from .errors import (
    ENOTSUPP,
    BtfRefused,
    CodecContextError,
    ElfError,
    KernelError,
    KernelSymbolError,
    MapError,
    NotSupportedByKernel,
    SpecError,
    UnsupportedFeature,
    unknown_name,
)
from .externs import KCONFIG
from .layout import CodecError
from .link import LinkedProgram, Linker
from .map_definitions import PIN_BY_NAME
from .map_requests import is_mapped, kernel_name, map_flags, max_entries, must_fit
from .maps import DescriptorMap, Map, view
from .object import Object, write_section
from .permission import FORBIDS_PATCHING, permission_denied
from .program import Program
from .uapi import (
    BPF_F_INNER_MAP,
    BPF_F_VTYPE_BTF_OBJ_FD,
    BPF_OBJ_NAME_LEN,
    AttachType,
    Command,
    MapType,
    ProgramType,
)

__all__ = ["Object", "load_object"]

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .resolve import AttachTarget
    from .spec import MapSpec, ObjectSpec, ProgramSpec
    from .struct_ops import KernelTable, Slot

FIRST_LOG = 64 << 10  # bytes
LARGEST_LOG = 16 << 20  # what kernels before 5.2 take at most; a newer one keeps the end of a longer log
PAGE = mmap.PAGESIZE
_ARG_CTX = b"arg:ctx\0"

# Maps that the kernel refuses type ids for.
_WITHOUT_BTF = frozenset(MapType[f"BPF_MAP_TYPE_{name}"] for name in (
    "PERF_EVENT_ARRAY", "CGROUP_ARRAY", "STACK_TRACE", "ARRAY_OF_MAPS", "HASH_OF_MAPS", "DEVMAP", "DEVMAP_HASH",
    "CPUMAP", "XSKMAP", "SOCKMAP", "SOCKHASH", "QUEUE", "STACK", "ARENA"))
# Programs that are checked against a function or a type of the kernel, or of another program.
_WITH_TARGET = (ProgramType.BPF_PROG_TYPE_TRACING, ProgramType.BPF_PROG_TYPE_LSM, ProgramType.BPF_PROG_TYPE_EXT)


class LoadOptions(NamedTuple):
    """The arguments of `ObjectSpec.load`."""

    rodata: Mapping[str, object]
    maps: Mapping[str, Map | int]
    pin_path: str
    token: str | None
    log_level: int


def load_object(spec: ObjectSpec, options: LoadOptions) -> Object:
    """See `ObjectSpec.load`."""
    return _Loader(spec, options).run()


class _Loader:
    def __init__(self, spec: ObjectSpec, options: LoadOptions) -> None:
        self.spec = spec
        self.options = options
        self.rodata = options.rodata
        self.token: Descriptor | None = None
        self.token_fd = 0
        self.btf_fd = -1
        self.has_functions = True  # whether the types that were loaded describe functions
        self.object = Object(spec)
        self.tables: dict[str, KernelTable] = {}  # of struct_ops maps
        self.slots: dict[str, Slot] = {}  # of struct_ops programs
        self.pinned: list[str] = []

    def run(self) -> Object:
        self.check()
        self.linker = Linker(self.spec)
        try:
            self.match_struct_ops()
            linked = [self.linker.link(program) for program in self.spec.programs.values() if program.autoload]
            constants = self.constants(linked)
            features.raise_memlock()
            if self.options.token is not None:
                from .token import open_token

                self.token = open_token(self.options.token)
                self.token_fd = self.token.fd
            self.load_btf(linked)
            for spec in self.spec.maps.values():
                self.object.maps[spec.name] = self.create_map(spec)
                if spec.type is MapType.BPF_MAP_TYPE_ARENA:
                    self.map_arena(spec)
            for name, contents in constants.items():
                if name in self.options.maps:
                    self.adopt(name, contents)
                else:
                    self.fill(name, contents)
            for program in linked:
                self.object.programs[program.spec.name] = Program(
                    OwnedDescriptor(self.load_program(program), f"program {program.spec.name}"), program,
                    self.object.maps, expected_attach_type=self.attach_type(program.spec))
            self.bind_rodata()
            self.fill_slots()
        except BaseException as error:
            self.object.close()
            for path in self.pinned:
                os.unlink(path)
            refusal = self.object.btf_refusal
            if refusal is not None and isinstance(error, KernelError):
                error.help += f"{'; ' if error.help else ''}it was loaded without types: {refusal.message}"
                raise error from refusal
            raise
        finally:
            self.linker.close()
            if self.token is not None:
                self.token.close()
            if self.btf_fd >= 0:
                os.close(self.btf_fd)  # maps and programs hold the types from here on
        return self.object

    def check(self) -> None:
        spec = self.spec
        for name in self.options.maps:
            if name not in spec.maps:
                raise unknown_name("map", name, spec.maps)
        if spec.byteorder != sys.byteorder:
            raise ElfError(f"{spec.name}: built for a {spec.byteorder}-endian machine, not for this one",
                           help=f"build it with -target {'bpfel' if sys.byteorder == 'little' else 'bpfeb'}")
        for section, reason in spec.unsupported.items():
            raise UnsupportedFeature(f"{spec.name}: section {section}: {reason}")
        for program in spec.programs.values():
            if not program.autoload:
                continue
            if program.program_type is None:
                raise SpecError(f"program {program.name}: SEC({program.section!r}) names no program type",
                                help="use a section of libbpf's table, or set program_type in the spec")

    def constants(self, linked: list[LinkedProgram]) -> dict[str, bytes]:
        """What each data section holds at first, with the constants of this load applied."""
        contents = {name: bytearray(spec.contents) for name, spec in self.spec.maps.items()
                    if spec.contents is not None}
        known = [name for name, variable in self.spec.variables.items() if variable.section.startswith(".rodata")]
        for name, value in self.rodata.items():
            if name not in known:
                raise unknown_name("variable of .rodata", name, known)
            variable = self.spec.variables[name]
            try:
                data = self.spec.type_of(variable).encode(value)
            except (CodecError, TypeError, ValueError) as error:
                raise CodecContextError(f"variable of .rodata {name}: {error}") from error
            contents[variable.section][variable.offset : variable.offset + variable.size] = data
        if KCONFIG in contents:
            contents[KCONFIG] = bytearray(self.configuration(linked, len(contents[KCONFIG])))
        return {name: bytes(data) for name, data in contents.items()}

    def configuration(self, linked: list[LinkedProgram], size: int) -> bytes:
        """What `.kconfig` holds on this kernel."""
        from .kernel_config import config_contents

        try:
            return config_contents(self.spec.externs, self.spec.kconfig, size)
        except KernelSymbolError as error:
            wanted = self.spec.externs[error.symbol]
            for program in linked:
                for reference in program.references:
                    if (reference.name, reference.offset) == (KCONFIG, wanted.offset):
                        from .verifier import located

                        raise located(error, program, reference.slot, self.spec.btf) from None
            raise

    # Types

    def load_btf(self, programs: list[LinkedProgram]) -> None:
        btf = self.spec.btf
        if btf is None or len(btf) == 0:
            return
        if _ARG_CTX in btf.strings and not features.has_context_tags():
            from .context_tags import give_contexts_types

            btf = give_contexts_types(btf, programs)
        # Hidden functions are verified with their callers, like static ones: their linkage must say so.
        hidden: dict[int, types.BtfType] = {}
        for function in self.spec.functions.values():
            described = btf.type(function.type_id)
            if function.hidden and function.section_name == ".text" and isinstance(described, types.Func):
                hidden[function.type_id] = types.Func(described.name, described.type, types.STATIC)
        prepared = copy_with(btf, hidden) if hidden else btf
        self.btf_fd, error, _ = syscall.btf_load(encode_btf(prepared), 0, self.token_fd)
        if self.btf_fd >= 0:
            return
        if error == errno.EPERM:
            raise syscall.failure(Command.BPF_BTF_LOAD, error, self.spec.name)
        supported = features.btf_features()
        if "btf" not in supported:
            return  # a kernel before 4.18: programs and maps load without types
        self.has_functions = "func" in supported
        blob = encode_btf(sanitised(prepared, supported))
        self.btf_fd, error, _ = syscall.btf_load(blob, 0, self.token_fd)
        if self.btf_fd < 0:
            # Many objects do without, such as those of compilers whose types the kernel is too strict for.
            _, error, log = syscall.btf_load(blob, FIRST_LOG * 16, self.token_fd)
            self.object.btf_refusal = BtfRefused(error, log)

    # Maps

    def create_map(self, spec: MapSpec) -> Map:
        if spec.name in self.options.maps:
            return self.given_map(spec, self.options.maps[spec.name])
        if spec.pinning == PIN_BY_NAME:
            return self.pinned_map(spec)
        if spec.struct_ops is not None:
            return self.struct_ops_map(spec)
        return view(OwnedDescriptor(self.new_map(spec), f"map {spec.name}"), spec)

    def match_struct_ops(self) -> None:
        """Bring tables into the kernel's layout, which says what their programs are checked against."""
        from .struct_ops import kernel_table

        for spec in self.spec.maps.values():
            if spec.struct_ops is not None and self.spec.btf is not None:
                table = self.tables[spec.name] = kernel_table(spec.name, spec.struct_ops, self.spec.btf)
                self.slots.update((slot.program, slot) for slot in table.slots)

    def struct_ops_map(self, spec: MapSpec) -> Map:
        from .struct_ops import StructOpsMap, map_flags

        table = self.tables[spec.name]
        module = self.linker.externs.modules.fd(table.module)
        fd, error = syscall.map_create(
            spec.type, 4, table.value_size, 1, map_flags(spec) | (BPF_F_VTYPE_BTF_OBJ_FD if module else 0),
            kernel_name(spec, self.spec.name), btf_fd=max(self.btf_fd, 0),
            btf_vmlinux_value_type_id=table.value_type_id, value_type_btf_obj_fd=module)
        if error:
            raise syscall.failure(Command.BPF_MAP_CREATE, error, f"map {spec.name} ({spec.type.name})", MapError)
        return StructOpsMap(OwnedDescriptor(fd, f"map {spec.name}"), spec, table, self.object.programs)

    def new_map(self, spec: MapSpec, *, inner: bool = False) -> int:
        """Create a map; its descriptor."""
        inner_fd = self.new_map(spec.inner, inner=True) if spec.inner is not None else 0
        try:
            return self._new_map(spec, inner_fd, inner)
        finally:
            if inner_fd:
                os.close(inner_fd)

    def _new_map(self, spec: MapSpec, inner_fd: int, inner: bool) -> int:
        entries = max_entries(spec)
        flags = map_flags(spec, self.spec.btf)
        for what, number in (("max_entries", entries), ("map_flags", flags)):
            if not isinstance(number, int) or not 0 <= number < 1 << 32:
                raise SpecError(f"map {spec.name}: {what} is {number!r}, not a number from 0 to {(1 << 32) - 1}")
        if inner and spec.type is MapType.BPF_MAP_TYPE_ARRAY and not entries:
            flags |= BPF_F_INNER_MAP
        name = kernel_name(spec, self.spec.name) if features.has_map_names() else ""

        def create(btf_fd: int, key_id: int, value_id: int) -> tuple[int, int]:
            return syscall.map_create(
                spec.type, spec.key_size, spec.value_size, entries, flags, name, inner_map_fd=inner_fd,
                numa_node=spec.numa_node or 0, btf_fd=btf_fd, btf_key_type_id=key_id, btf_value_type_id=value_id,
                map_extra=spec.map_extra, token_fd=self.token_fd)

        typed = self.btf_fd >= 0 and spec.type not in _WITHOUT_BTF and (spec.key_type_id or spec.value_type_id)
        fd, error = create(self.btf_fd, spec.key_type_id, spec.value_type_id) if typed else create(0, 0, 0)
        if error == errno.EINVAL and typed:
            # Some maps take no types on some kernels; one that needs them (a spin lock inside) fails again.
            fd, error = create(0, 0, 0)
        if error:
            made = syscall.failure(Command.BPF_MAP_CREATE, error, f"map {spec.name} ({spec.type.name})", MapError)
            if not made.help:
                made.help = (f"it was asked for with key_size={spec.key_size}, value_size={spec.value_size}, "
                             f"max_entries={entries}, map_flags={flags:#x}")
            raise made
        return fd

    def map_arena(self, spec: MapSpec) -> None:
        """Programs hold addresses of this process's mapping, so there must be one before they load."""
        from .arena import ArenaMemory

        memory = ArenaMemory(self.object.maps[spec.name].fd, spec.max_entries * PAGE, spec.map_extra)
        self.object.arenas[spec.name] = memory
        if self.spec.arena_data is not None and self.spec.arena_data[0] == spec.name:
            if spec.name not in self.options.maps:
                memory[: len(self.spec.arena_data[1])] = self.spec.arena_data[1]
            self.object._memory[".addr_space.1"] = memory

    def pinned_map(self, spec: MapSpec) -> Map:
        """LIBBPF_PIN_BY_NAME: reuse the map at its path, or create and pin it."""
        if "/" in spec.name or "\0" in spec.name or spec.name in (".", ".."):
            raise SpecError(f"map {spec.name!r} cannot be pinned by its name, which is no name of a file")
        path = os.path.join(self.options.pin_path, spec.name)
        fd, error = syscall.obj_get(path)
        if error == errno.ENOENT:
            descriptor = OwnedDescriptor(self.new_map(spec), f"map {spec.name}")
            map_ = view(descriptor, spec)
            try:
                map_.pin(path)
            except BaseException:
                descriptor.close()
                raise
            self.pinned.append(path)
            return map_
        if error:
            raise syscall.failure(Command.BPF_OBJ_GET, error, f"map {spec.name} pinned at {path}", MapError)
        descriptor = OwnedDescriptor(fd, f"map {spec.name}")
        try:
            must_fit(syscall.map_info(fd), spec, self.spec.btf, f"the map pinned at {path}")
        except BaseException:
            descriptor.close()
            raise
        return view(descriptor, spec)

    def given_map(self, spec: MapSpec, given: Map | int) -> Map:
        """Use a map of the caller's, by a descriptor of our own."""
        number = given if isinstance(given, int) else getattr(given, "fd", None)
        if not isinstance(number, int) or not 0 <= number < 1 << 31:
            raise SpecError(f"what was given for map {spec.name} is no map and no descriptor: {given!r}")
        try:
            fd = fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, 3)
        except OSError as error:
            raise KernelError("fcntl", error.errno or errno.EBADF, f"what was given for map {spec.name}") from error
        descriptor = OwnedDescriptor(fd, f"map {spec.name}")
        try:
            must_fit(syscall.map_info(fd), spec, self.spec.btf, "the map that was given for it")
            return view(descriptor, spec)
        except BaseException:
            descriptor.close()
            raise

    def fill(self, name: str, contents: bytes) -> None:
        """Write a data section, freeze it if it is constant, and map it into this process."""
        map_ = self.object.maps[name]
        constant = name == KCONFIG or name.startswith(".rodata")
        if any(contents) or constant:
            write_section(map_.fd, contents, name)
        if constant:
            error = syscall.map_freeze(map_.fd)
            if error not in (0, errno.EINVAL):  # EINVAL: a kernel before 5.2, which does not know the command
                raise syscall.failure(Command.BPF_MAP_FREEZE, error, name, MapError)
            self.object._frozen.add(name)
        else:
            self.share(name, len(contents))

    def adopt(self, name: str, contents: bytes) -> None:
        """A data section that another object filled keeps its values."""
        if name == KCONFIG or name.startswith(".rodata"):
            self.object._frozen.add(name)
        else:
            self.share(name, len(contents))

    def share(self, name: str, size: int) -> None:
        """Map a data section that is for user space into this process.

        The kernel maps none that holds a lock, a list or a tree, whatever the variable's linkage is: those are read and
        written by bpf(2).
        """
        if not is_mapped(self.spec.maps[name], self.spec.btf):
            return
        whole = (size + PAGE - 1) // PAGE * PAGE
        try:
            self.object._memory[name] = mmap.mmap(self.object.maps[name].fd, whole, mmap.MAP_SHARED,
                                                  mmap.PROT_READ | mmap.PROT_WRITE)
        except OSError as error:
            if error.errno != ENOTSUPP:
                raise KernelError("mmap", error.errno or errno.EINVAL, f"map {name}") from error

    def fill_slots(self) -> None:
        """The initial values of program arrays and maps of maps."""
        for spec in self.spec.maps.values():
            map_ = self.object.maps[spec.name]
            if spec.name in self.options.maps:
                continue  # its slots are the caller's
            for index, name in spec.initial.items():
                target = self.object.programs.get(name) or self.object.maps.get(name)
                if target is None:
                    if name in self.spec.programs:
                        raise SpecError(
                            f"map {spec.name}: slot {index} is to hold program {name}, which is not loaded",
                            help=f"load it too, or empty the slot: del spec.maps[{spec.name!r}].initial[{index}]")
                    raise SpecError(f"map {spec.name}: slot {index} is to hold {name}, which is no program and no map")
                assert isinstance(map_, DescriptorMap)
                map_[index] = target

    # Programs

    def load_program(self, linked: LinkedProgram) -> int:
        spec = linked.spec
        assert spec.program_type is not None
        with_types = self.btf_fd >= 0 and self.has_functions
        target = self.attach_target(spec)
        request = syscall.ProgramLoad(
            spec.program_type, linked.bind(lambda name: self.object.maps[name].fd), spec.license,
            spec.name[: BPF_OBJ_NAME_LEN - 1] if features.has_map_names() else "",
            self.attach_type(spec) or 0, spec.flags, self.spec.kernel_version, self.btf_fd if with_types else 0,
            linked.function_info_records() if with_types else b"", linked.line_info_records() if with_types else b"",
            target.btf_id, target.fd, self.linker.fd_array(), self.token_fd)
        result = syscall.prog_load(request)
        if result.errno == errno.E2BIG and not features.has_expected_attach_type():
            request = request._replace(expected_attach_type=0)  # what needs one is younger than such a kernel
            result = syscall.prog_load(request)
        if result.fd >= 0:
            return result.fd
        raise self.refusal(linked, request, result.errno)

    def attach_type(self, spec: ProgramSpec) -> int | None:
        """The expected_attach_type: the section's, for struct_ops the member's number, and for USDT that of links to
        many places where the kernel has them."""
        if spec.name in self.slots:
            return self.slots[spec.name].position
        is_usdt = spec.kind is not None and spec.kind.attach == "usdt"
        if is_usdt and spec.expected_attach_type is None and features.has_uprobe_multi():
            return AttachType.BPF_TRACE_UPROBE_MULTI
        return spec.expected_attach_type

    def attach_target(self, spec: ProgramSpec) -> AttachTarget:
        from .resolve import AttachTarget, attach_target

        if spec.program_type is ProgramType.BPF_PROG_TYPE_STRUCT_OPS:
            if spec.name not in self.slots:
                from .struct_ops import needs_table

                raise needs_table(spec.name, spec.section)
            slot = self.slots[spec.name]
            module = next(table.module for table in self.tables.values() if slot in table.slots)
            return AttachTarget(slot.type_id, self.linker.externs.modules.fd(module))
        if spec.program_type not in _WITH_TARGET:
            return AttachTarget(0, 0)
        return attach_target(spec, self.linker.externs.modules)

    def refusal(self, linked: LinkedProgram, request: syscall.ProgramLoad, error: int) -> KernelError:
        """Load once more with a log that is large enough, and say what it says.

        Args:
            error: of the first try; later ones may fail for want of room for the log.
        """
        program_type = linked.spec.program_type
        assert program_type is not None  # load_program asked for it
        level, size = max(1, self.options.log_level), FIRST_LOG
        while True:
            result = syscall.prog_load(request, level, size)
            if result.errno != errno.ENOSPC or size >= LARGEST_LOG:
                break
            size = min(max(result.log_true_size, size * 4), LARGEST_LOG)
        if result.fd >= 0:  # EAGAIN and the like may pass
            os.close(result.fd)
            return KernelError(Command.BPF_PROG_LOAD.name, errno.EAGAIN, f"program {linked.spec.name}",
                               help="the second try went well: load it again")
        wanted = linked.spec.expected_attach_type
        has_target = bool(request.attach_btf_id)
        if error == errno.EINVAL and has_target and wanted is not None and not features.knows_attach_type(wanted.name):
            return NotSupportedByKernel(Command.BPF_PROG_LOAD.name, errno.EINVAL,
                                        f"program {linked.spec.name}: this kernel has no {wanted.name} programs")
        from .verifier import verifier_error

        refused = verifier_error(linked, error, result.log, self.spec.btf)
        if refused is not None:
            return refused
        if error == errno.EPERM and has_target:
            return permission_denied(Command.BPF_PROG_LOAD.name, errno.EPERM, f"program {linked.spec.name}",
                                     FORBIDS_PATCHING)
        loads = features.loads_program_type
        if error == errno.EINVAL and not has_target and not loads(program_type, request.expected_attach_type):
            return NotSupportedByKernel(Command.BPF_PROG_LOAD.name, errno.EINVAL,
                                        f"program {linked.spec.name}: this kernel does not load {program_type.name}")
        failure = syscall.failure(Command.BPF_PROG_LOAD, error, f"program {linked.spec.name}")
        arrays = sorted({name for _, kind, name, *_ in linked.references
                         if kind == "map" and self.spec.maps[name].type is MapType.BPF_MAP_TYPE_PROG_ARRAY})
        if error == errno.EINVAL and arrays:
            failure.help = (f"it calls programs through {' and '.join(arrays)}: all that do so have one type and one "
                            "attach type, and the first that was loaded decided which")
        return failure

    def bind_rodata(self) -> None:
        """Tie constants to the programs, so that tools that look at a program find them."""
        for name in self.object._frozen:
            for program in self.object.programs.values():
                error = syscall.prog_bind_map(program.fd, self.object.maps[name].fd)
                if error == errno.EINVAL:
                    return  # a kernel before 5.10: only tools lose by it
                if error:
                    raise syscall.failure(Command.BPF_PROG_BIND_MAP, error, f"program {program.name}")
